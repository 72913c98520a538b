"""The record of a province with a system of its own: applied for, examined on what it sent, approved or returned, withdrawn.

A step is never changed and follows exactly one other. The province applies and withdraws, the ministry's reviewer measures and decides;
the database asks the account itself (migration 0024), so nobody decides about an application of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from warehouse.chain_read import Who
from warehouse.conformity import Measured, Wanted, checks, measure, same
from warehouse.errors import FusionRefused
from warehouse.fusion_tables import fusion_step
from warehouse.ladder import Ladder
from warehouse.moments import china_day
from warehouse.places import NATION
from warehouse.rollout import refuse_elsewhere
from warehouse.store import Reader, Writer

LONGEST, SHORT, MOST_ADAPTER = 500, 100, 60_000
EARLIEST = date(1990, 1, 1)
NONE = "none"


class Deed(StrEnum):
    APPLY = "apply"
    WITHDRAW = "withdraw"
    EXAMINE = "examine"
    APPROVE = "approve"
    RETURN = "return"


AFTER = {
    Deed.APPLY: "applied", Deed.WITHDRAW: "withdrawn", Deed.EXAMINE: "examined", Deed.APPROVE: "approved", Deed.RETURN: "returned",
}  # fmt: skip
FROM: Mapping[Deed, frozenset[str]] = {
    Deed.APPLY: frozenset({NONE, "returned", "withdrawn"}),
    Deed.WITHDRAW: frozenset({"applied", "examined", "approved"}),
    Deed.EXAMINE: frozenset({"applied", "examined"}),
    Deed.APPROVE: frozenset({"examined"}),
    Deed.RETURN: frozenset({"applied", "examined"}),
}
OF_MINISTRY = frozenset({Deed.EXAMINE, Deed.APPROVE, Deed.RETURN})
WAITING = frozenset({"applied", "examined"})
"""States in which the ministry has to act; after a return the province has."""


class Step(NamedTuple):
    """One line of a record."""

    step_id: int
    place_id: int
    deed: str
    system: str
    since: date
    office: str
    forms: list[str]
    adapter: str
    reason: str
    measured: Measured | None
    content_hash: str
    follows: int | None
    done_by: str
    done_role: str
    done_at: datetime

    @property
    def state(self) -> str:
        return AFTER[Deed(self.deed)]

    @property
    def is_whole(self) -> bool:
        """Whether the hash still fits what is kept."""
        said = (
            self.system,
            self.since,
            self.office,
            self.forms,
            self.adapter,
            self.reason,
            self.measured,
        )
        return self.content_hash == _hash(self.place_id, self.deed, *said)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What a province applies with. `system` and `forms` are those of the adapter, which was checked before."""

    system: str
    province: str
    forms: tuple[str, ...]
    adapter: str
    since: date
    office: str


def steps(reader: Reader, place_id: int = NATION, *, before: datetime | None = None) -> list[Step]:
    """Every step of a province (or of all whose records the reader sees), the oldest first."""
    c = fusion_step.c
    found = sa.select(*(c[name] for name in Step._fields)).order_by(c.step_id)
    if place_id != NATION:
        found = found.where(c.place_id == place_id)
    if before is not None:
        found = found.where(c.done_at < before)
    return [Step(*row) for row in reader.rows(found)]


def newest(lines: Iterable[Step]) -> dict[int, Step]:
    """Province -> its last step."""
    return {line.place_id: line for line in lines}


def may(deed: Deed, last: Step | None) -> bool:
    """Whether a deed may follow."""
    return (last.state if last else NONE) in FROM[deed]


def waiting_since(lines: Iterable[Step], place_id: int) -> datetime | None:
    """Since when somebody has to act on a province's record: its application, or its return; None where nobody has to."""
    mine = [line for line in lines if line.place_id == place_id]
    if not mine or mine[-1].state not in WAITING | {"returned"}:
        return None
    wanted = {Deed.APPLY} if mine[-1].state in WAITING else {Deed.RETURN}
    return [line.done_at for line in mine if line.deed in wanted][-1]


def reported(reader: Reader, place_id: int, before: datetime) -> dict[str, Any] | str:
    """What a monthly report says of it: state, system and the day of the last step up to a moment; `none` without a record."""
    last = newest(steps(reader, place_id, before=before)).get(place_id)
    if last is None:
        return NONE
    return {"state": last.state, "system": last.system, "day": china_day(last.done_at).isoformat()}


# -- what is done


def apply(writer: Writer, who: Who, ladder: Ladder, said: Applied, now: datetime) -> int:
    """Apply for the account's own province; the step's number."""
    refuse_elsewhere(ladder, who.place_id)
    _refuse(Deed.APPLY, last := _last(writer, who.place_id))
    if said.province != ladder.place(who.place_id).code:
        raise FusionRefused("适配声明中的 province 不是本省的区划代码。", "The adapter's province is not the code of this province.")  # fmt: skip
    if not EARLIEST <= said.since <= china_day(now):
        raise FusionRefused(f"运行起始日应在 {EARLIEST} 至今天之间。", f"The system's first day lies between {EARLIEST} and today.")  # fmt: skip
    office, system = _line(said.office), _line(said.system)
    if len(said.adapter) > MOST_ADAPTER:
        raise FusionRefused(f"适配声明不超过 {MOST_ADAPTER} 字。", f"An adapter has {MOST_ADAPTER} characters at most.")  # fmt: skip
    values = {"system": system, "since": said.since, "office": office, "forms": list(said.forms), "adapter": said.adapter}  # fmt: skip
    return _keep(writer, who, Deed.APPLY, last, now, {**values, "place_id": who.place_id})


def withdraw(writer: Writer, who: Who, ladder: Ladder, reason: str, now: datetime) -> int:
    """Withdraw the application, or what was approved, of the account's own province."""
    refuse_elsewhere(ladder, who.place_id)
    _refuse(Deed.WITHDRAW, last := _last(writer, who.place_id))
    return _keep(writer, who, Deed.WITHDRAW, last, now, {"reason": _reason(reason)})


def examine(writer: Writer, who: Who, ladder: Ladder, place_id: int, now: datetime) -> Measured:
    """Measure what a province sent and keep it with the loads it rests on."""
    last = _to_decide(writer, who, Deed.EXAMINE, place_id)
    found = measure(writer, ladder, Wanted(place_id=place_id, forms=last.forms), now)
    _keep(writer, who, Deed.EXAMINE, last, now, {"measured": found})
    return found


def approve(writer: Writer, who: Who, ladder: Ladder, place_id: int, now: datetime) -> int:
    """Approve on what was measured, if that still holds and every check is met."""
    last = _to_decide(writer, who, Deed.APPROVE, place_id)
    if last.measured is None:
        raise FusionRefused("请先测算符合性。", "Measure the conformity first.")
    if not all(one.is_met for one in checks(last.measured)):
        raise FusionRefused("有检查未达标，不能批准；可退回并说明理由。", "A check is not met, so it cannot be approved: return it with a reason.")  # fmt: skip
    if not same(last.measured, measure(writer, ladder, Wanted(place_id=place_id, forms=last.forms), now)):  # fmt: skip
        raise FusionRefused("测算后数据有变化，请重新测算。", "Something has changed since it was measured: measure again.")  # fmt: skip
    return _keep(writer, who, Deed.APPROVE, last, now, {"measured": last.measured})


def give_back(writer: Writer, who: Who, place_id: int, reason: str, now: datetime) -> int:
    """Return an application with a reason; what was measured is frozen with it."""
    last = _to_decide(writer, who, Deed.RETURN, place_id)
    return _keep(writer, who, Deed.RETURN, last, now, {"reason": _reason(reason), "measured": last.measured})  # fmt: skip


def _to_decide(writer: Writer, who: Who, deed: Deed, place_id: int) -> Step:
    """The step that the ministry acts on."""
    if who.place_id != NATION:
        raise FusionRefused("融合申请由教育部审核人员办理。", "A reviewer of the ministry decides on fusion.")  # fmt: skip
    last = _last(writer, place_id)
    _refuse(deed, last)
    if last is None:
        raise LookupError(place_id)
    if any(one.done_by == who.login for one in steps(writer, place_id) if one.deed not in OF_MINISTRY):  # fmt: skip
        raise FusionRefused("不能审核自己提出的申请。", "Nobody decides on an application of their own.")  # fmt: skip
    return last


def _last(writer: Writer, place_id: int) -> Step | None:
    """The last step; whoever else wants to add one waits until this transaction ends."""
    if place_id == NATION:
        return None
    writer.scalar("SELECT pg_advisory_xact_lock(24, :place)", place=place_id)
    return newest(steps(writer, place_id)).get(place_id)


def _refuse(deed: Deed, last: Step | None) -> None:
    if not may(deed, last):
        raise FusionRefused(
            "该省的记录现在不能办理此事，可能刚有变化；请刷新页面查看状态。",
            "The record of this province does not stand where this can be done, or has just changed: look at the page again.",
        )


def _line(text: str) -> str:
    said = text.strip()
    if not said or len(said) > SHORT or not said.isprintable():
        raise FusionRefused(f"系统名称和责任处室各填一行，不超过 {SHORT} 字。", f"Give system and office, a line of at most {SHORT} characters each.")  # fmt: skip
    return said


def _reason(text: str) -> str:
    said = text.strip()
    if not said or len(said) > LONGEST or not "".join(said.split()).isprintable():
        raise FusionRefused(f"请填写理由，不超过 {LONGEST} 字。", f"Give a reason of at most {LONGEST} characters.")  # fmt: skip
    return said


def _keep(writer: Writer, who: Who, deed: Deed, last: Step | None, now: datetime, said: Mapping[str, Any]) -> int:  # fmt: skip
    """Add a step: what it does not say itself is what stood before."""
    same_as_before = last._asdict() if last else {}
    base = {**same_as_before, "reason": "", "measured": None, **said}
    names = ("system", "since", "office", "forms", "adapter", "reason", "measured")
    values = {name: base[name] for name in names}
    place_id = base["place_id"]
    made = sa.insert(fusion_step).values(
        **values, place_id=place_id, path=[place_id], deed=deed.value, follows=last.step_id if last else None,
        content_hash=_hash(place_id, deed.value, *values.values()), done_by=who.login, done_role=who.role.value, done_at=now,
    ).returning(fusion_step.c.step_id)  # fmt: skip
    return int(writer.scalar(made))


def _hash(*said: object) -> str:
    """SHA-256 of all that a step says."""
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
