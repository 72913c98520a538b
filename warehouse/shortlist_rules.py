"""Decisions on shortlists: what may be done with one, where it stands by its steps, and what is signed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from warehouse.moments import numbered
from warehouse.text import Text
from warehouse.trail import hash_of

REASON = range(10, 501)  # characters
WANTED = range(1, 201)
MOST_ENTRIES = 800
MOST_LISTS = 100  # decisions of a place and year, drafts included
KIND = "shortlist"


class Deed(StrEnum):
    """What somebody does with a decision."""

    CHOOSE = "choose"
    SKIP = "skip"
    CONFIRM_RISK = "confirm_risk"
    SUBMIT = "submit"
    SIGN = "sign"
    RETURN = "return"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> Text:
        return _DEEDS[self]


_DEEDS = {
    Deed.CHOOSE: Text("选入", "Chosen"),
    Deed.SKIP: Text("不选", "Not chosen"),
    Deed.CONFIRM_RISK: Text("确认风险", "Risk confirmed"),
    Deed.SUBMIT: Text("提交签署", "Submitted"),
    Deed.SIGN: Text("签署", "Signed"),
    Deed.RETURN: Text("退回", "Returned"),
    Deed.WITHDRAW: Text("撤销", "Withdrawn"),
}
MARKS = (Deed.CHOOSE, Deed.SKIP)
ABOUT_A_SCHOOL = frozenset({*MARKS, Deed.CONFIRM_RISK})


class State(StrEnum):
    """Where a decision stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Text:
        return _STATES[self]


_STATES = {
    State.DRAFT: Text("起草中", "Draft"),
    State.SUBMITTED: Text("待第二人签署", "Waits for a second person"),
    State.RETURNED: Text("已退回起草人", "Returned to its author"),
    State.SIGNED: Text("已签署", "Signed"),
    State.WITHDRAWN: Text("已撤销", "Withdrawn"),
}
_AFTER = {Deed.SUBMIT: State.SUBMITTED, Deed.SIGN: State.SIGNED, Deed.RETURN: State.RETURNED, Deed.WITHDRAW: State.WITHDRAWN}  # fmt: skip


class Subject(NamedTuple):
    """What is decided: whose list, of which year, for which purpose, of a breakdown which member, and among which kinds of schools ("" is all of them)."""

    place_id: int
    year: int
    purpose: str
    member: str
    population: str = ""


class Drawn(NamedTuple):
    """A list as it was drawn up. `entries`: unit, rank, would, band, without, total, points, values, why, against and first (chosen unless somebody departs)."""

    subject: Subject
    wanted: int
    said: Mapping[str, Any]
    loads: Mapping[str, int]
    entries: Sequence[Mapping[str, Any]]

    @property
    def digest(self) -> str:
        """SHA-256 of everything that is signed; of all schools it is what it was before there were populations."""
        subject = self.subject if self.subject.population else self.subject[:-1]
        return hash_of(json.dumps([*subject, self.wanted, self.said, self.loads, self.entries], ensure_ascii=False, sort_keys=True))  # fmt: skip


class Step(NamedTuple):
    """One thing somebody did. `said`: of a confirmed risk the forecast."""

    deed: Deed
    school_id: int | None
    reason: str
    said: Text
    login: str
    role: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision with its steps, the oldest first."""

    number_id: int
    drawn: Drawn
    digest: str
    replaces: int | None
    reason: str
    login: str
    role: str
    made_at: datetime
    path: tuple[int, ...]
    steps: tuple[Step, ...]

    @property
    def number(self) -> str:
        """LX-2026-00000003: 遴选 of a year and its number."""
        return numbered("LX", self.made_at, self.number_id)

    @property
    def state(self) -> State:
        return next((_AFTER[one.deed] for one in reversed(self.steps) if one.deed in _AFTER), State.DRAFT)  # fmt: skip

    @cached_property
    def marks(self) -> dict[int, Step]:
        """School -> the newest word on whether it is chosen."""
        return {one.school_id: one for one in self.steps if one.deed in MARKS and one.school_id}

    @cached_property
    def risks(self) -> dict[int, Step]:
        """School -> the forecast that somebody confirmed."""
        return {one.school_id: one for one in self.steps if one.deed is Deed.CONFIRM_RISK and one.school_id}  # fmt: skip

    def is_chosen(self, entry: Mapping[str, Any]) -> bool:
        mark = self.marks.get(entry["unit"])
        return bool(entry["first"]) if mark is None else mark.deed is Deed.CHOOSE

    @property
    def chosen(self) -> list[Mapping[str, Any]]:
        return [one for one in self.drawn.entries if self.is_chosen(one)]

    @property
    def unexplained(self) -> list[Mapping[str, Any]]:
        """Chosen by rank although something stands against them, without a reason yet."""
        return [one for one in self.chosen if one["against"] and one["unit"] not in self.marks]

    def step(self, deed: Deed) -> Step | None:
        """The newest of a kind."""
        return next((one for one in reversed(self.steps) if one.deed is deed), None)

    def may(self, deed: Deed, login: str) -> bool:
        """Whether this account may do it now, as far as the steps before allow."""
        if self.state in {State.SIGNED, State.WITHDRAWN}:
            return False
        if deed in {Deed.SIGN, Deed.RETURN}:
            return self.state is State.SUBMITTED and login != self.login
        return login == self.login and (deed is Deed.WITHDRAW or self.state is not State.SUBMITTED)


class Outcome(NamedTuple):
    """What a signed decision says of one school."""

    shortlist_id: int
    subject: Subject
    is_chosen: bool
    reason: str
    at: datetime
