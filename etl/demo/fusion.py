"""Records of fusion of a demo ministry: a few provinces with synthetic systems of their own, each in another state.

The steps are taken by the very functions that take real ones, so that what was measured is what the demo's packages hold. An approval is
not among them unless the packages meet every bar.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from warehouse import fusion
from warehouse.chain_read import Who
from warehouse.conformity import checks
from warehouse.discovery import submitted_forms
from warehouse.fusion import Applied
from warehouse.fusion_hosts import Site, allow
from warehouse.ladder import Ladder
from warehouse.moments import begins
from warehouse.places import NATION
from warehouse.rights import Role
from warehouse.rollout import provinces
from warehouse.store import Warehouse, Writer

BY, DECIDED_BY = "synthetic", "synthetic-ministry"
RECORDS = ("examined", "returned", "applied", "decided", "withdrawn")
"""How far each of the first provinces that can be taken has come; decided: approved where the packages allow it, else returned."""
ALLOWED = ("examined", "decided")  # whose host the ministry allows
SITE = Site(host="data.example.cn", port=443)
EVERY, FORMS = 5, 3  # every fifth province, with so many forms
SINCE = date(2016, 9, 1)
REASON = "（合成）请补齐材料后重新申请。/ (synthetic) Complete the material and apply again."


def keep_records(worker: Warehouse, today: date) -> None:
    """The records, in one transaction; done twice it changes nothing."""
    places = [row.place_id for row in provinces(worker.ladder)][::EVERY]
    with worker.writing() as writer:
        if fusion.steps(writer):
            return
        for at, (place, state) in enumerate(zip(places, RECORDS, strict=False)):
            moment = begins(today) - timedelta(days=40 + 9 * at) + timedelta(hours=10)
            decided = begins(today) - timedelta(days=8) + timedelta(hours=10)
            _take(writer, worker.ladder, place, state, (moment, decided))


def _take(writer: Writer, ladder: Ladder, place: int, state: str, days: tuple[datetime, datetime]) -> None:  # fmt: skip
    """`days`: when it was applied for, and when the ministry looked at what had come in."""
    moment, later = days
    own = Who(login=BY, role=Role.SUPERVISOR, place_id=place)
    ministry = Who(login=DECIDED_BY, role=Role.REVIEWER, place_id=NATION)
    fusion.apply(writer, own, ladder, _applied(ladder, place), moment)
    if state in ALLOWED:
        allow(writer, ministry, place, SITE, later, until=None, is_internal=False)
    if state == "withdrawn":
        fusion.withdraw(writer, own, ladder, "（合成）改用全国系统。/ (synthetic) The national system is used.", later)  # fmt: skip
    if state in ("examined", "decided"):
        found = fusion.examine(writer, ministry, ladder, place, later)
        if state == "decided" and all(one.is_met for one in checks(found)):
            fusion.approve(writer, ministry, ladder, place, later + timedelta(days=2))
            return
    if state in ("returned", "decided"):
        fusion.give_back(writer, ministry, place, REASON, later + timedelta(days=2))


def _applied(ladder: Ladder, place: int) -> Applied:
    """An application with an adapter that takes every column by its own name."""
    names, code = list(submitted_forms())[:FORMS], ladder.place(place).code
    lines = ['system = "合成省级系统 synthetic"', f'province = "{code}"', f'address = "https://{SITE.host}/api"']  # fmt: skip
    for name in names:
        lines += [f"[forms.{name}]", f'path = "{name}"', 'school = "school"', 'year = "year"', f"[forms.{name}.columns]"]  # fmt: skip
        lines += [f'{column} = "{column}"' for column in submitted_forms()[name].columns]
    return Applied(
        system="合成省级系统 synthetic", province=code, forms=tuple(names), adapter="\n".join(lines), since=SINCE,
        office="职业教育处（合成）/ office (synthetic)",
    )  # fmt: skip
