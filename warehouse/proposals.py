"""Settings that move published numbers: one administrator proposes, another decides, and no open period changes under anybody.

What is confirmed holds from an academic year that has not begun, so a year in which schools are filling in forms is reviewed and counted by
the settings it began with. The database holds the rule of two people too: by policy, by check and by trigger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from warehouse.chain import choices_of, chosen
from warehouse.chain_rules import CHOICES, Rungs
from warehouse.chain_tables import review_choice
from warehouse.errors import ProposalRefused
from warehouse.ladder import Ladder
from warehouse.moments import china_day
from warehouse.places import Rung
from warehouse.store import Reader, Writer
from warehouse.tables import metadata
from warehouse.terms import newest_year
from warehouse.text import Text
from warehouse.trail import hash_of

REASON = range(10, 501)  # characters of a reason
FURTHEST = 5  # years ahead

proposal = sa.Table(
    "proposal", metadata,
    sa.Column("proposal_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("place_id", sa.Integer, nullable=False),
    sa.Column("from_year", sa.SmallInteger, nullable=False),
    *(sa.Column(n, sa.Text, nullable=False) for n in ("before", "after", "reason", "proposed_by")),
    sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="open, confirmed or declined"),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("decided_by <> proposed_by", name="proposal_two_people"),
    sa.CheckConstraint("(state = 'open') = (decided_by IS NULL)", name="proposal_decided"),
    sa.Index("proposal_one_open", "name", "place_id", unique=True, postgresql_where=sa.text("state = 'open'")),
    comment="设定变更的提议",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """A setting that moves numbers: its words, and the values it may have with theirs."""

    name: str
    label: Text
    values: Mapping[str, Text]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody proposes: a value of a setting for a province, from a year on, and why."""

    name: str
    place_id: int
    value: str
    from_year: int
    reason: str


_RUNGS = {
    Rung.COUNTY: Text("县", "county"),
    Rung.PREFECTURE: Text("市", "prefecture"),
    Rung.PROVINCE: Text("省", "province"),
}


def written(rungs: Rungs) -> str:
    """Rungs as the table of choices keeps them."""
    return ",".join(rung.name.lower() for rung in rungs)


def _words(rungs: Rungs) -> Text:
    zh = "、".join(f"{_RUNGS[rung].zh}级" for rung in rungs) + "审核"
    return Text(zh, " and ".join(_RUNGS[rung].en for rung in rungs))


REVIEW_STEPS = Ruled(
    name="review_steps",
    label=Text("审核层级", "Rungs that review"),
    values={written(rungs): _words(rungs) for rungs in CHOICES},
)
RULED = {REVIEW_STEPS.name: REVIEW_STEPS}


def held(reader: Reader, places: Iterable[int], years: Iterable[int]) -> dict[tuple[int, int], str]:
    """Which rungs review in each of these provinces in each of these years."""
    choices, asked = choices_of(reader), list(years)
    return {(one, year): written(chosen(choices, one, year)) for one in places for year in asked}


def first_year(today: Any) -> int:  # noqa: ANN401 - a date or a moment
    """The first year whose period has not opened."""
    return newest_year(today) + 1


def listed(reader: Reader) -> Sequence[Any]:
    """The proposals a reader may see, the newest first."""
    return reader.rows(sa.select(proposal).order_by(proposal.c.proposal_id.desc()).limit(100))


def propose(writer: Writer, login: str, wanted: Wanted, ladder: Ladder, now: datetime) -> int:
    """Keep a proposal that somebody else has to decide; its number."""
    ruled = RULED.get(wanted.name)
    if ruled is None or wanted.value not in ruled.values:
        raise ProposalRefused("没有这项设定或这个取值。", "There is no such setting or value.")
    _refuse_wrong_place(wanted.place_id, ladder)
    _refuse_open_period(wanted.from_year, now)
    if len(wanted.reason.strip()) not in REASON:
        raise ProposalRefused(
            f"请用 {REASON.start} 至 {REASON.stop - 1} 个字写明理由。",
            f"Give a reason of {REASON.start} to {REASON.stop - 1} characters.",
        )
    here = wanted.place_id, wanted.from_year
    before = held(writer, [here[0]], [here[1]])[here]
    if before == wanted.value:
        raise ProposalRefused("该学年起已是这个取值。", "It has this value from that year already.")
    return _kept(writer, login, wanted, before, now)


def _kept(writer: Writer, login: str, wanted: Wanted, before: str, now: datetime) -> int:
    same = (proposal.c.name == wanted.name) & (proposal.c.place_id == wanted.place_id)
    if writer.rows(sa.select(proposal.c.proposal_id).where(same, proposal.c.state == "open")):
        raise ProposalRefused(
            "这项设定已有待定的提议，请先由安全管理员决定。",
            "A proposal about it is open: let a security administrator decide it first.",
        )
    said = {"name": wanted.name, "place_id": wanted.place_id, "from_year": wanted.from_year, "before": before,
            "after": wanted.value, "reason": wanted.reason.strip(), "proposed_by": login, "proposed_at": now,
            "state": "open"}  # fmt: skip
    return int(writer.scalar(sa.insert(proposal).values(**said).returning(proposal.c.proposal_id)))


def _refuse_wrong_place(place_id: int, ladder: Ladder) -> None:
    row = ladder.places.get(place_id)
    if row is None or row.rung != Rung.PROVINCE or not row.in_statistics:
        raise ProposalRefused("请选择一个省级单位。", "Choose a province.")


def _refuse_open_period(year: int, now: datetime) -> None:
    first = first_year(china_day(now))
    if not first <= year < first + FURTHEST:
        raise ProposalRefused(
            f"填报期已开始的学年不得改动；请选择 {first} 至 {first + FURTHEST - 1} 学年。",
            f"A year whose period has opened is not changed: choose a year from {first} to {first + FURTHEST - 1}.",
        )


def decide(writer: Writer, login: str, number: int, *, is_confirmed: bool, now: datetime) -> Any:  # noqa: ANN401 - the row
    """Confirm or decline somebody else's proposal; what is confirmed holds from its year on."""
    found = writer.rows(sa.select(proposal).where(proposal.c.proposal_id == number))
    if not found or found[0].state != "open":
        raise ProposalRefused(
            "没有这个待定的提议，可能已被决定。",
            "No such proposal is open; it may be decided already.",
        )
    one = found[0]
    if one.proposed_by == login:
        raise ProposalRefused("提议须由另一人决定。", "A proposal is decided by somebody else.")
    if is_confirmed:
        _refuse_open_period(one.from_year, now)
    state = "confirmed" if is_confirmed else "declined"
    touched = writer.run(
        sa.update(proposal).where(proposal.c.proposal_id == number, proposal.c.state == "open")
        .values(state=state, decided_by=login, decided_at=now)
    )  # fmt: skip
    if touched != 1:
        raise ProposalRefused(
            "提议须由安全管理员决定。", "A security administrator decides proposals."
        )
    if is_confirmed:
        writer.run(
            sa.insert(review_choice).values(
                place_id=one.place_id, from_year=one.from_year, rungs=one.after, set_by=login, set_at=now
            )
        )  # fmt: skip
    return one


def object_of(one: Any) -> str:  # noqa: ANN401 - a row of proposal
    """By what the trail calls a setting of a province from a year on."""
    return f"{one.name}/{one.place_id}/{one.from_year}"


def detail_of(one: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of proposal
    """What the trail says of a decision: the hash by which the value is checked later."""
    return {"proposal": one.proposal_id, "after": hash_of(one.after)}
