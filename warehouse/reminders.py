"""Reminders and escalation: who is late is told at set steps of lateness, and whoever stands above at later ones.

Each step is taken once for one lateness, however often the clock is looked at: after a day on which nothing ran, the step is made up for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from warehouse.ladder import Ladder
from warehouse.notices import tell
from warehouse.places import NATION, Rung
from warehouse.rights import Right
from warehouse.tables import metadata
from warehouse.text import Text

if TYPE_CHECKING:
    from warehouse.store import Writer

STEPS = (1, 3, 7)  # days late; then every week
WEEK = 7
ABOVE = ((3, 1), (7, 2), (14, 3))  # after so many days the place so many rungs above is told

REMINDED = Text(
    "{n} 份报表已逾期，最久 {days} 天，请尽快办理。",
    "{n} {forms} overdue, the longest by {days} {nights}: please deal with {them}.",
)
ESCALATED = Text(
    "下级有 {n} 个单位逾期未办，最久 {days} 天，请督促。",
    "{n} {units} below {are} overdue, the longest by {days} {nights}: please see to it.",
)
CASES = "case_"
"""What the kinds of calls about cases begin with."""
CASES_REMINDED = Text(
    "{n} 件核查件已逾期，最久 {days} 天，请尽快办理。",
    "{n} {cases} overdue, the longest by {days} {nights}: please deal with {them}.",
)
CASES_ESCALATED = Text(
    "下级有 {n} 个单位的核查件逾期未办，最久 {days} 天，请督促。",
    "{n} {units} below {are} late with cases, the longest by {days} {nights}: please see to it.",
)
WORDS = {
    "reminder": REMINDED, "escalation": ESCALATED, f"{CASES}reminder": CASES_REMINDED, f"{CASES}escalation": CASES_ESCALATED,
}  # fmt: skip

clock_call = sa.Table(
    "clock_call", metadata,
    sa.Column("place_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("since", sa.Date, primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    comment="定时催报与督办",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Call:
    """One thing to be told now: to whoever has a right at a place, about so many, the longest so many days late."""

    kind: str
    place_id: int
    right: Right
    number: int
    days: int
    step: int

    @property
    def said(self) -> Text:
        one, day = self.number == 1, self.days == 1
        words = {
            "n": self.number, "days": self.days, "nights": "day" if day else "days", "forms": "form is" if one else "forms are",
            "cases": "case is" if one else "cases are", "them": "it" if one else "them", "units": "unit" if one else "units", "are": "is" if one else "are",
        }  # fmt: skip
        return WORDS[self.kind].fill(**words)


def step_of(days: int) -> int:
    """The last step that this lateness has passed; 0 before the first."""
    passed = max((step for step in STEPS if step <= days), default=0)
    return days // WEEK * WEEK if days >= WEEK else passed


def calls(late: Sequence[tuple[int, str, int]], ladder: Ladder, about: str = "") -> Iterator[Call]:
    """What is to be told of lateness. `late`: the place whose turn it is, the right that it is the turn of, days late; `about`: what the kinds begin with."""
    own: dict[tuple[int, str], list[int]] = defaultdict(list)
    above: dict[int, dict[int, int]] = defaultdict(dict)
    for place_id, actor, days in late:
        own[place_id, actor].append(days)
        for higher in _told_above(ladder.ancestors(place_id), days):
            above[higher][place_id] = max(days, above[higher].get(place_id, 0))
    for (place_id, actor), all_days in own.items():
        worst = max(all_days)
        if step := step_of(worst):
            yield Call(kind=f"{about}reminder", place_id=place_id, right=Right(actor), number=len(all_days), days=worst, step=step)  # fmt: skip
    for place_id, below in above.items():
        worst = max(below.values())
        yield Call(kind=f"{about}escalation", place_id=place_id, right=Right.REMIND, number=len(below), days=worst, step=step_of(worst))  # fmt: skip


def _told_above(upper: Sequence[int], days: int) -> Iterator[int]:
    """The places above that are told after so many days; the ministry of a province's lateness alone."""
    for after, rungs in ABOVE:
        if days >= after and len(upper) >= rungs and (upper[-rungs] != NATION or len(upper) == 1):
            yield upper[-rungs]


def make(writer: Writer, call: Call, today: date, ladder: Ladder) -> bool:
    """Tell it, unless this step was taken before; whether it was told now."""
    key: dict[str, Any] = {
        "place_id": call.place_id, "actor": call.right.value, "kind": call.kind,
        "since": today - timedelta(days=call.days), "step": call.step,
    }  # fmt: skip
    taken = insert(clock_call).values(**key).on_conflict_do_nothing().returning(clock_call.c.step)
    if not writer.rows(taken):
        return False
    tell(writer, call.said, kind=call.kind, object=_where(call, ladder), place=call.place_id, right=call.right)  # fmt: skip
    return True


def _where(call: Call, ladder: Ladder) -> str:
    """The page on which it is dealt with, or seen."""
    if call.kind.startswith(CASES):
        return f"/cases/{call.place_id}?view=overdue"
    if ladder.rung(call.place_id) is Rung.SCHOOL:
        return f"/workspace/{call.place_id}"
    return "/queue" if call.right is Right.REVIEW else f"/place/{call.place_id}"
