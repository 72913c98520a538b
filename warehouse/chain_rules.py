"""The review chain as data: in which state a form can stand, what may be done then, and by whom.

    missing -> filled -> signed -> checked -> handed_in (-> reviewed) -> approved
                 ^          school's own         |             |            |
                 +---- withdrawn ----------------+             |            |
              returned <-------- with reasons -----------------+- reopened -+

A school's form is locked while it is handed in, reviewed or approved. What the database lets through is the same table of moves,
held by a constraint on `step`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

from warehouse.places import Rung
from warehouse.rights import Right
from warehouse.text import Text


class Key(NamedTuple):
    """One form of one school for one year."""

    form: str
    year: int
    school_id: int


class State(StrEnum):
    """Where one form of one school for one year stands."""

    MISSING = "missing"
    FILLED = "filled"
    SIGNED = "signed"
    CHECKED = "checked"
    HANDED_IN = "handed_in"
    REVIEWED = "reviewed"
    RETURNED = "returned"
    APPROVED = "approved"

    @property
    def label(self) -> Text:
        return _STATES[self]


class Deed(StrEnum):
    """What somebody does to it."""

    FILL = "fill"
    SIGN = "sign"
    CHECK = "check"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"
    PASS = "pass"  # noqa: S105 - approved here, and on to the next rung
    APPROVE = "approve"
    RETURN = "return"
    REOPEN = "reopen"
    ADMIT = "admit"

    @property
    def label(self) -> Text:
        return _DEEDS[self]


_STATES = {
    State.MISSING: Text("未填报", "Nothing submitted"),
    State.FILLED: Text("已填报，待签字", "Filled in, to be signed"),
    State.SIGNED: Text("统计人员已签字", "Signed by the statistician"),
    State.CHECKED: Text("校内审核人已签字", "Signed by the school's reviewer"),
    State.HANDED_IN: Text("已上报，待审核", "Handed in, to be reviewed"),
    State.REVIEWED: Text("初审通过，待终审", "Approved below, to be approved above"),
    State.RETURNED: Text("已退回，待更正", "Returned, to be corrected"),
    State.APPROVED: Text("已审定", "Approved"),
}
_DEEDS = {
    Deed.FILL: Text("填报", "Filled in"),
    Deed.SIGN: Text("统计人员签字", "Signed by the statistician"),
    Deed.CHECK: Text("校内审核人签字", "Signed by the school's reviewer"),
    Deed.CONFIRM: Text("负责人签字上报", "Signed by the head and handed in"),
    Deed.SEND_BACK: Text("校内退回修改", "Sent back inside the school"),
    Deed.WITHDRAW: Text("撤回", "Withdrawn"),
    Deed.PASS: Text("初审通过", "Approved at this rung"),
    Deed.APPROVE: Text("审定并锁定", "Approved and locked"),
    Deed.RETURN: Text("退回", "Returned"),
    Deed.REOPEN: Text("重新开放", "Reopened"),
    Deed.ADMIT: Text("随已审定的数据包入库", "Loaded with a package that had been approved"),
}

Where = Literal["school", "next", "last", "worker"]
"""At which place of the chain one must stand: the school, the one whose turn it is, the one that approves last; or no person at all."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """One deed in one state: what comes of it, which right it takes and where."""

    deed: Deed
    before: State
    after: State
    right: Right
    where: Where
    needs_reason: bool = False


def _moves(
    deed: Deed,
    befores: Sequence[State],
    after: State,
    right: Right,
    where: Where,
    *,
    reason: bool = False,
) -> list[Move]:
    return [
        Move(deed=deed, before=one, after=after, right=right, where=where, needs_reason=reason)
        for one in befores
    ]


_OPEN = (State.MISSING, State.FILLED, State.SIGNED, State.CHECKED, State.RETURNED)
_LOCKED = (State.HANDED_IN, State.REVIEWED, State.APPROVED)
_REVIEWING = (State.HANDED_IN, State.REVIEWED)

MOVES: tuple[Move, ...] = (
    *_moves(Deed.FILL, _OPEN, State.FILLED, Right.FILL, "worker"),
    *_moves(Deed.ADMIT, list(State), State.APPROVED, Right.FILL, "worker"),
    *_moves(Deed.SIGN, [State.FILLED], State.SIGNED, Right.FILL, "school"),
    # A school may stand by what was returned, and says why.
    *_moves(Deed.SIGN, [State.RETURNED], State.SIGNED, Right.FILL, "school", reason=True),
    *_moves(Deed.CHECK, [State.SIGNED], State.CHECKED, Right.CHECK, "school"),
    *_moves(Deed.CONFIRM, [State.CHECKED], State.HANDED_IN, Right.CONFIRM, "school"),
    *_moves(Deed.SEND_BACK, [State.SIGNED], State.FILLED, Right.CHECK, "school", reason=True),
    *_moves(Deed.SEND_BACK, [State.CHECKED], State.FILLED, Right.CONFIRM, "school", reason=True),
    *_moves(Deed.WITHDRAW, [State.HANDED_IN], State.FILLED, Right.CONFIRM, "school"),
    *_moves(Deed.PASS, _REVIEWING, State.REVIEWED, Right.REVIEW, "next"),
    *_moves(Deed.APPROVE, _REVIEWING, State.APPROVED, Right.REVIEW, "next"),
    *_moves(Deed.RETURN, _REVIEWING, State.RETURNED, Right.REVIEW, "next", reason=True),
    *_moves(Deed.REOPEN, [State.APPROVED], State.RETURNED, Right.REVIEW, "last", reason=True),
)
LOCKED = frozenset(_LOCKED)
NEXT: Mapping[State, Right | None] = {
    State.MISSING: Right.FILL, State.FILLED: Right.FILL, State.RETURNED: Right.FILL, State.SIGNED: Right.CHECK,
    State.CHECKED: Right.CONFIRM, State.HANDED_IN: Right.REVIEW, State.REVIEWED: Right.REVIEW, State.APPROVED: None,
}  # fmt: skip
"""The right that comes next in each state; nobody's once it is approved."""

RIGHT_WORDS: Mapping[Right, Text] = {
    Right.FILL: Text("学校统计人员", "the school's statistician"),
    Right.CHECK: Text("校内审核人", "the school's reviewer"),
    Right.CONFIRM: Text("单位负责人", "the head of school"),
    Right.REVIEW: Text("上级审核人员", "the reviewer above"),
}


def find(deed: Deed, before: State) -> Move | None:
    """The move that a deed makes in a state, if it can be done at all."""
    return next((one for one in MOVES if one.deed is deed and one.before is before), None)


def arrows() -> list[str]:
    """Every move in one word, as the constraint of `step` lists them."""
    return sorted({f"{one.before}>{one.deed}>{one.after}" for one in MOVES})


Rungs = tuple[Rung, ...]
DEFAULT_RUNGS: Rungs = (Rung.COUNTY, Rung.PROVINCE)
CHOICES: tuple[Rungs, ...] = (
    (Rung.COUNTY, Rung.PROVINCE),
    (Rung.COUNTY, Rung.PREFECTURE),
    (Rung.PREFECTURE, Rung.PROVINCE),
    (Rung.COUNTY,),
    (Rung.PREFECTURE,),
    (Rung.PROVINCE,),
)


def route(path: Sequence[int], rungs: Mapping[int, Rung], chosen: Rungs) -> tuple[int, ...]:
    """The places that review a school, the lowest first. Where the ladder lacks a rung, the next above it does."""
    above = {rungs[place]: place for place in path if rungs[place] < Rung.SCHOOL}
    found: list[int] = []
    for wanted in chosen:
        fits = [above[rung] for rung in sorted(above, reverse=True) if rung <= wanted]
        if fits and fits[0] not in found:
            found.append(fits[0])
    return tuple(found)
