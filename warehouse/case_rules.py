"""The case as data: in which state it can stand, what may be done then, by which right and where, and with which code it closes.

    dispatched -> explained (-> verified) -> closed
         ^           |            |            |
         |  sent back+------------+            |
         +------------- reopened --------------+        any open state -> withdrawn

The places that verify are those that review the school's forms, in the same order. What the database lets through is the same table
of moves, held by a constraint on `case_step`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

from warehouse.rights import Right
from warehouse.text import Text

Judgement = Literal["breach", "doubt"]
JUDGEMENTS: Mapping[str, Text] = {"breach": Text("违规", "Breach"), "doubt": Text("疑点", "Doubt")}
"""What a case may be about. A risk is never a case."""


class Identity(NamedTuple):
    """What a case is about: the same of these, doubted again, is the same case. `rule` is a signal's code, or "form.rule" of a breach."""

    judgement: str
    school_id: int
    year: int
    rule: str


class State(StrEnum):
    """Where a case stands. A file is new only within the transaction that dispatches it."""

    NEW = "new"
    DISPATCHED = "dispatched"
    EXPLAINED = "explained"
    VERIFIED = "verified"
    SENT_BACK = "sent_back"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Text:
        return _STATES[self]

    @property
    def is_open(self) -> bool:
        return self in OPEN


class Deed(StrEnum):
    """What somebody does to it."""

    DISPATCH = "dispatch"
    EXPLAIN = "explain"
    VERIFY = "verify"
    SEND_BACK = "send_back"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    REPEAT = "repeat"

    @property
    def label(self) -> Text:
        return _DEEDS[self]


class Code(StrEnum):
    """What came of it; also what a rung below finds and hands on."""

    WRONG_NUMBER = "wrong_number"
    TRUE_ANOMALY = "true_anomaly"
    OTHER_DEFINITION = "other_definition"
    PUT_RIGHT = "put_right"
    FALSE_ALARM = "false_alarm"

    @property
    def label(self) -> Text:
        return _CODES[self]


_STATES = {
    State.NEW: Text("待派发", "To be dispatched"),
    State.DISPATCHED: Text("已派发，待学校说明", "Dispatched, the school explains"),
    State.EXPLAINED: Text("已说明，待核实", "Explained, to be verified"),
    State.VERIFIED: Text("下级已核实，待上级核实", "Verified below, to be verified above"),
    State.SENT_BACK: Text("已退回，待补充说明", "Sent back, the school explains more"),
    State.CLOSED: Text("已销号", "Closed"),
    State.WITHDRAWN: Text("已撤销", "Withdrawn"),
}
_DEEDS = {
    Deed.DISPATCH: Text("派发", "Dispatched"),
    Deed.EXPLAIN: Text("学校说明", "Explained by the school"),
    Deed.VERIFY: Text("核实并上报", "Verified and handed on"),
    Deed.SEND_BACK: Text("退回补充说明", "Sent back for more"),
    Deed.CLOSE: Text("核实并销号", "Verified and closed"),
    Deed.REOPEN: Text("重新打开", "Reopened"),
    Deed.WITHDRAW: Text("撤销", "Withdrawn"),
    Deed.REPEAT: Text("再次标出", "Flagged again"),
}
_CODES = {
    Code.WRONG_NUMBER: Text("数据填报错误", "Wrong number"),
    Code.TRUE_ANOMALY: Text("情况属实异常", "True anomaly"),
    Code.OTHER_DEFINITION: Text("口径不同", "Other definition"),
    Code.PUT_RIGHT: Text("已整改", "Put right"),
    Code.FALSE_ALARM: Text("误报", "False alarm"),
}
OPEN = (State.DISPATCHED, State.EXPLAINED, State.VERIFIED, State.SENT_BACK)
AT_SCHOOL = frozenset({State.DISPATCHED, State.SENT_BACK})
VERIFYING = (State.EXPLAINED, State.VERIFIED)
CONFIRMED = frozenset({Code.WRONG_NUMBER, Code.TRUE_ANOMALY, Code.PUT_RIGHT})
"""Codes by which a flag was right: the labels of the next evaluation."""
MENDED = frozenset({Code.WRONG_NUMBER, Code.PUT_RIGHT})
"""Codes after which the same flag must not come again: if it does, the case is reopened. The others answered the question for good."""

Where = Literal["above", "school", "next", "last", "sender", "sender or last"]
"""At which place one must stand: above the school, at it, where its turn is, the last that verifies, where it was dispatched (or above that)."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """One deed in one state: what comes of it, which right it takes and where."""

    deed: Deed
    before: State
    after: State
    right: Right
    where: Where


def _moves(deed: Deed, befores: Sequence[State], after: State, right: Right, where: Where) -> list[Move]:  # fmt: skip
    return [Move(deed=deed, before=one, after=after, right=right, where=where) for one in befores]


MOVES: tuple[Move, ...] = (
    *_moves(Deed.DISPATCH, [State.NEW, State.WITHDRAWN], State.DISPATCHED, Right.DISPATCH, "above"),
    *_moves(Deed.EXPLAIN, [State.DISPATCHED, State.SENT_BACK], State.EXPLAINED, Right.FILL, "school"),
    *_moves(Deed.VERIFY, VERIFYING, State.VERIFIED, Right.REVIEW, "next"),
    *_moves(Deed.SEND_BACK, VERIFYING, State.SENT_BACK, Right.REVIEW, "next"),
    *_moves(Deed.CLOSE, VERIFYING, State.CLOSED, Right.REVIEW, "last"),
    *_moves(Deed.REOPEN, [State.CLOSED], State.DISPATCHED, Right.DISPATCH, "sender or last"),
    *_moves(Deed.WITHDRAW, OPEN, State.WITHDRAWN, Right.DISPATCH, "sender"),
    *(move for one in (*OPEN, State.CLOSED) for move in _moves(Deed.REPEAT, [one], one, Right.DISPATCH, "above")),
)  # fmt: skip
NEXT: Mapping[State, Right | None] = {
    State.NEW: None, State.DISPATCHED: Right.FILL, State.SENT_BACK: Right.FILL, State.EXPLAINED: Right.REVIEW,
    State.VERIFIED: Right.REVIEW, State.CLOSED: None, State.WITHDRAWN: None,
}  # fmt: skip
"""The right that comes next in each state."""


def find(deed: Deed, before: State) -> Move | None:
    """The move that a deed makes in a state, if it can be done at all."""
    return next((one for one in MOVES if one.deed is deed and one.before is before), None)


def arrows() -> list[str]:
    """Every move in one word, as the constraint of `case_step` lists them."""
    return sorted({f"{one.before}>{one.deed}>{one.after}" for one in MOVES})


def again(state: State, code: str) -> Deed:
    """What comes of a flag whose case exists already: it joins, opens the case anew, or is noted beside its answer."""
    if state is State.WITHDRAWN:
        return Deed.DISPATCH
    if state is State.CLOSED and code in MENDED:
        return Deed.REOPEN
    return Deed.REPEAT
