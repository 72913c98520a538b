"""Plans of spot checks and what was found by them: kept as they were drawn, never rewritten.

What is drawn is told by metrics/sampling.py; here it is written down with who asked for it, so that the draw can be repeated by anyone
who knows the seed. A finding that was wrong is followed by another one, and the newest counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from warehouse.chain_read import Who
from warehouse.errors import SpotCheckRefused
from warehouse.ladder import Ladder
from warehouse.moments import china_day, numbered
from warehouse.places import Rung
from warehouse.rights import Right
from warehouse.spot_tables import spot_finding, spot_plan
from warehouse.store import Reader, Writer
from warehouse.text import Text

VISITS = range(1, 1001)
SEEDS = range(1_000_000_000)
MOST_PLANS = 50  # of one place and year
LONGEST = 500  # characters of what was found
COMMAND = "installation"  # stands for the login where a command of the administration draws


class Found(StrEnum):
    """Whether a school's data agree with what was seen on the spot."""

    RIGHT = "right"
    WRONG = "wrong"

    @property
    def label(self) -> Text:
        return _LABELS[self]


_LABELS = {Found.RIGHT: Text("属实", "agrees"), Found.WRONG: Text("有误", "wrong")}


class Drawn(NamedTuple):
    """A school of a plan: why it is visited, the place right below (or the whole one) that it was drawn in, with which probability, and its doubts then."""

    school_id: int
    arm: Literal["ranked", "random"]
    stratum: int
    probability: float
    weight: float
    doubts: int


class Wish(NamedTuple):
    """What is asked for: so many visits at a place, of which at least so many by lot, drawn by a seed."""

    place_id: int
    year: int
    visits: int
    by_lot: int
    seed: int


class Plan(NamedTuple):
    """A plan as it is kept. `strata`: the place right below (or the whole one) -> its schools that are not ranked in; `login` is COMMAND for a command's."""

    plan_id: int
    wish: Wish
    round_id: int
    schools: tuple[Drawn, ...]
    strata: Mapping[int, int]
    login: str
    made_at: datetime

    @property
    def number(self) -> str:
        """CC-2026-00000003: 抽查 of a year and its number."""
        return numbered("CC", self.made_at, self.plan_id)

    def drawn(self, school_id: int) -> Drawn | None:
        return next((one for one in self.schools if one.school_id == school_id), None)


class Visited(NamedTuple):
    """What was found at a school, as it was recorded last."""

    school_id: int
    found: Found
    day: date
    note: str
    login: str
    at: datetime


_COLUMNS = tuple(spot_plan.c[name] for name in (
    "plan_id", *Wish._fields, "round_id", "schools", "strata", "login", "made_at",
))  # fmt: skip


# -- reading


def plans(reader: Reader, place_id: int, year: int) -> list[Plan]:
    """The plans of a place and year, the newest first."""
    c = spot_plan.c
    asked = sa.select(*_COLUMNS).where(c.place_id == place_id, c.year == year).order_by(c.plan_id.desc())  # fmt: skip
    return [_plan(row) for row in reader.rows(asked)]


def plan(reader: Reader, plan_id: int) -> Plan | None:
    """A plan by its number; None where there is none, or none for this reader."""
    rows = reader.rows(sa.select(*_COLUMNS).where(spot_plan.c.plan_id == plan_id))
    return _plan(rows[0]) if rows else None


def _plan(row: Any) -> Plan:  # noqa: ANN401 - a row of spot_plan
    schools = tuple(
        Drawn(one["school"], one["arm"], one["stratum"], one["probability"], one["weight"], one["doubts"]) for one in row.schools
    )  # fmt: skip
    strata = {int(place): int(number) for place, number in row.strata.items()}
    wish = Wish(*(getattr(row, name) for name in Wish._fields))
    return Plan(row.plan_id, wish, row.round_id, schools, strata, row.login, row.made_at)


def findings(reader: Reader, plan_id: int) -> dict[int, Visited]:
    """School -> what was found there, by what was recorded last."""
    c = spot_finding.c
    asked = sa.select(c.school_id, c.found, c.day, c.note, c.login, c.at).where(c.plan_id == plan_id).order_by(c.finding_id)  # fmt: skip
    return {
        row.school_id: Visited(row.school_id, Found(row.found), row.day, row.note, row.login, row.at) for row in reader.rows(asked)
    }  # fmt: skip


# -- writing


def check(ladder: Ladder, who: Who | None, wish: Wish) -> None:
    """Refuse what cannot be planned, before anything is drawn. `who` None: a command of the administration."""
    if ladder.rung(wish.place_id) is Rung.SCHOOL:
        raise SpotCheckRefused("抽查方案按地区制定，请选择地区。", "A plan is made for a place above the schools: choose one.")  # fmt: skip
    if who is not None and not _may(ladder, who, wish.place_id):
        raise SpotCheckRefused(
            "这个地区不在您的权限范围内，或您没有派发权限；请联系本级监管人员。",
            "This place is outside your scope, or you may not dispatch: ask a supervisor of that level.",
        )
    if wish.visits not in VISITS or not 0 <= wish.by_lot <= wish.visits:
        raise SpotCheckRefused(
            f"核查学校数为 {VISITS.start}–{VISITS.stop - 1}，其中随机不超过总数；现为 {wish.visits} 和 {wish.by_lot}。",
            f"A plan has {VISITS.start} to {VISITS.stop - 1} visits, by lot no more than that; these are {wish.visits} and {wish.by_lot}.",
        )
    if wish.seed not in SEEDS:
        raise SpotCheckRefused("随机种子最多九位数字。", "A seed has at most nine digits.")


def _may(ladder: Ladder, who: Who, place_id: int) -> bool:
    return Right.DISPATCH in who.role.rights and who.place_id in (place_id, *ladder.ancestors(place_id))  # fmt: skip


def keep(writer: Writer, ladder: Ladder, who: Who | None, made: Plan) -> int:
    """Write a plan down as it was drawn; its number. Plans before it stay beside it."""
    wish = made.wish
    if not made.schools:
        raise SpotCheckRefused("这个地区本学年没有应报学校。", "No school of this place is due in the year.")  # fmt: skip
    if len(plans(writer, wish.place_id, wish.year)) >= MOST_PLANS:
        raise SpotCheckRefused(
            f"每个地区每学年最多 {MOST_PLANS} 个方案；请使用已有方案。",
            f"A place has at most {MOST_PLANS} plans a year: use one of those there are.",
        )
    schools = [{"school": one.school_id, **{name: value for name, value in one._asdict().items() if name != "school_id"}} for one in made.schools]  # fmt: skip
    values = wish._asdict() | {
        "round_id": made.round_id, "schools": schools, "strata": {str(place): n for place, n in made.strata.items()},
        "login": made.login, "role": who.role.value if who else "", "made_at": made.made_at, "path": list(ladder.place(wish.place_id).path),
    }  # fmt: skip
    return int(writer.scalar(sa.insert(spot_plan).values(**values).returning(spot_plan.c.plan_id)))


def record(writer: Writer, who: Who, said: Visited, plan_id: int, ladder: Ladder) -> Plan:
    """Write down what was found at a school of a plan; the plan is returned."""
    held = plan(writer, plan_id)
    if held is None or held.drawn(said.school_id) is None or not _may(ladder, who, held.wish.place_id):  # fmt: skip
        raise SpotCheckRefused(
            "没有这一抽查方案，学校不在其中，或不由您记录；请从抽查页面重新选择。",
            "There is no such plan, the school is not in it, or it is not yours to record: choose it on the page of spot checks.",
        )
    if not china_day(held.made_at) <= said.day <= china_day(said.at):
        raise SpotCheckRefused("核查日期应在方案制定之日和今天之间。", "The day of the visit lies between the plan's and today.")  # fmt: skip
    if not 1 <= len(said.note.strip()) <= LONGEST:
        raise SpotCheckRefused(f"请写明核查情况，不超过 {LONGEST} 字。", f"Say what was found, in at most {LONGEST} characters.")  # fmt: skip
    writer.run(
        sa.insert(spot_finding).values(
            plan_id=plan_id, school_id=said.school_id, found=said.found.value, day=said.day, note=said.note.strip(),
            login=who.login, role=who.role.value, at=said.at, path=list(ladder.place(held.wish.place_id).path),
        )
    )  # fmt: skip
    return held
