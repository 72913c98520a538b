"""Cases as a reader may know them: the list of a place with its filters, one case, its steps; row security lets through one's own subtree."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from warehouse.case_rules import CONFIRMED, Code, Deed, Identity, State
from warehouse.case_tables import case_file, case_step
from warehouse.chain_read import choices_of, chosen, rungs_at
from warehouse.chain_rules import route
from warehouse.moments import numbered
from warehouse.places import NATION
from warehouse.rights import Right
from warehouse.store import Reader, compiled
from warehouse.tables import place, submission
from warehouse.text import Text


class Cell(NamedTuple):
    """A figure that a flag rests on: a column of a form."""

    form: str
    column: str


class Answer(NamedTuple):
    """What the school says of one figure."""

    form: str
    column: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case as it stands. `place_id`: who dispatched it; `waits_at`, `actor`: whose turn it is."""

    case_id: int
    identity: Identity
    said: Text
    cells: tuple[Cell, ...]
    weight: float
    place_id: int
    opened_at: datetime
    state: State
    since: datetime | None
    waits_at: int | None
    actor: Right | None
    due: date | None
    closed_at: datetime | None
    code: Code | None
    submission_id: int | None
    seen_submission: int | None
    times: int
    path: tuple[int, ...]

    @property
    def number(self) -> str:
        """HC-2026-00000412: 核查 of a year and its number."""
        return numbered("HC", self.opened_at, self.case_id)

    def is_late(self, today: date) -> bool:
        return self.state.is_open and self.due is not None and self.due < today


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that was done."""

    step_id: int
    deed: Deed
    after: State
    code: Code | None
    note: str
    answers: tuple[Answer, ...]
    said: Text
    submission_id: int | None
    due: date | None
    place_id: int
    login: str
    role: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Mine:
    """Whose list it is: where the reader stands and what it may do."""

    place_id: int
    rights: frozenset[Right]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases of a place: `view` as below, `words` stand in the rule, the school's name or its code.

    `until` is the day up to which work is what comes next.
    """

    place_id: int
    mine: Mine
    today: date
    until: date
    view: str = ""
    words: str = ""


VIEWS = ("mine", "overdue", "next", "open", "closed", "all")
_NAMES = ("case_id", "judgement", "school_id", "year", "rule", "said_zh", "said_en", "cells", "weight", "place_id", "opened_at", "state",
          "since", "waits_at", "actor", "due", "closed_at", "code", "submission_id", "seen_submission", "times", "path")  # fmt: skip
_COLUMNS = [case_file.c[name] for name in _NAMES]


def case(reader: Reader, case_id: int) -> Case | None:
    """One case of the reader's subtree; None where there is none of that number."""
    found = reader.rows(sa.select(*_COLUMNS).where(case_file.c.case_id == case_id))
    return next(map(_case, found), None)


def of_identity(reader: Reader, one: Identity) -> Case | None:
    """The case about this, if there is one."""
    c = case_file.c
    found = sa.select(*_COLUMNS).where(c.judgement == one.judgement, c.school_id == one.school_id, c.year == one.year, c.rule == one.rule)  # fmt: skip
    return next(map(_case, reader.rows(found)), None)


_Row = namedtuple("_Row", _NAMES)  # type: ignore[misc]  # its fields are named once, above
_OF_SCHOOLS = compiled(
    sa.select(*_COLUMNS).where(
        case_file.c.school_id == sa.any_(sa.bindparam("schools", type_=sa.ARRAY(sa.Integer))),
        case_file.c.year == sa.bindparam("year", type_=sa.SmallInteger),
    )
)


def of_schools(reader: Reader, schools: Sequence[int], year: int) -> dict[Identity, Case]:
    """The cases about these schools and this year, by what they are about."""
    rows = reader.rows(_OF_SCHOOLS, schools=list(schools), year=year)
    return {one.identity: one for one in (_case(_Row(*row)) for row in rows)}


def steps(reader: Reader, case_id: int) -> list[Step]:
    """What was done, the oldest first."""
    found = sa.select(case_step).where(case_step.c.case_id == case_id)
    return [
        Step(
            step_id=row.case_step_id, deed=Deed(row.deed), after=State(row.after), code=Code(row.code) if row.code else None, note=row.note,
            answers=tuple(Answer(*each) for each in row.answers), said=Text(row.said_zh, row.said_en), submission_id=row.submission_id,
            due=row.due, place_id=row.place_id, login=row.login, role=row.role, at=row.at,
        )
        for row in reader.rows(found.order_by(case_step.c.case_step_id))
    ]  # fmt: skip


def cases(reader: Reader, wanted: Wanted, most: int, *, skipped: int = 0) -> list[Case]:
    """The cases that are wanted: open ones by their due day, then the closed, the newest first."""
    c = case_file.c
    found = (
        sa.select(*_COLUMNS)
        .join(place, place.c.place_id == c.school_id)
        .where(*_at(wanted), _is(wanted, wanted.view or "all"))
        .order_by(c.due.asc().nulls_last(), c.weight.desc(), c.closed_at.desc(), c.case_id)
        .limit(most)
        .offset(skipped)
    )
    return [_case(row) for row in reader.rows(found)]


def counts(reader: Reader, wanted: Wanted) -> dict[str, int]:
    """How many cases each view holds."""
    numbers = [sa.func.count().filter(_is(wanted, view)).label(view) for view in VIEWS]
    found = (
        sa.select(*numbers)
        .select_from(case_file.join(place, place.c.place_id == case_file.c.school_id))
        .where(*_at(wanted))
    )
    return dict(reader.rows(found)[0]._asdict())


class Below(NamedTuple):
    """The cases of one place below another, by where they stand."""

    place_id: int
    open: int
    overdue: int
    confirmed: int
    dismissed: int


def below(reader: Reader, wanted: Wanted) -> list[Below]:
    """Every place right below the one that is looked at and has cases; closed ones by whether the flag was right."""
    c = case_file.c
    at = sa.func.coalesce(sa.func.array_position(c.path, wanted.place_id), 0) + 1
    place_id = c.path[at].label("below")
    is_open = _is(wanted, "open")
    is_closed, is_confirmed = c.state == State.CLOSED, c.code.in_(sorted(CONFIRMED))
    numbers = (is_open, _is(wanted, "overdue"), sa.and_(is_closed, is_confirmed), sa.and_(is_closed, sa.not_(is_confirmed)))  # fmt: skip
    found = sa.select(place_id, *(sa.func.count().filter(one) for one in numbers))
    here = [] if wanted.place_id == NATION else [c.path.contains([wanted.place_id])]
    return [Below(*row) for row in reader.rows(found.where(*here).group_by(place_id).order_by(place_id))]  # fmt: skip


def verifiers(reader: Reader, path: Sequence[int], year: int) -> tuple[int, ...]:
    """The places that verify a school's cases, the lowest first: those that review its forms."""
    return route(path, rungs_at(reader, path), chosen(choices_of(reader), path[0], year))


def late_cases(reader: Reader, today: date) -> list[tuple[int, str, int]]:
    """Whose turn it is at which place, and how many days late, of each case whose day is past."""
    c = case_file.c
    found = sa.select(c.waits_at, c.actor, c.due).where(c.waits_at.is_not(None), c.due < today)
    return [(row.waits_at, row.actor, (today - row.due).days) for row in reader.rows(found.order_by(c.case_id))]  # fmt: skip


def of_year(reader: Reader, place_id: int, year: int) -> list[Case]:
    """Every case of a place about an academic year, in the order of their numbers."""
    here = [] if place_id == NATION else [case_file.c.path.contains([place_id])]
    found = (
        sa.select(*_COLUMNS).where(case_file.c.year == year, *here).order_by(case_file.c.case_id)
    )
    return [_case(row) for row in reader.rows(found)]


def opinions(reader: Reader, numbers: Sequence[int]) -> dict[int, str]:
    """Case -> what was said with its newest finding."""
    c = case_step.c
    found = sa.select(c.case_id, c.note).where(c.case_id.in_(list(numbers)), c.code != "").order_by(c.case_step_id)  # fmt: skip
    return {row.case_id: row.note for row in reader.rows(found)}


class Correction(NamedTuple):
    """A submission that may be what put a wrong number right."""

    submission_id: int
    form: str
    revision: int
    received_at: datetime


def corrections(reader: Reader, one: Case) -> list[Correction]:
    """What the school handed in of the case's forms since it was dispatched, the newest first."""
    c = submission.c
    found = sa.select(c.submission_id, c.form, c.revision, c.received_at).where(
        c.school_id == one.identity.school_id, c.is_current, c.submission_id > (one.seen_submission or 0),
        c.form.in_({cell.form for cell in one.cells}),
    )  # fmt: skip
    return [Correction(*row) for row in reader.rows(found.order_by(c.submission_id.desc()))]


def _at(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """Below the place, and with these words."""
    c, found = case_file.c, []
    if wanted.place_id != NATION:
        found.append(c.path.contains([wanted.place_id]))
    if wanted.words:
        names = (c.rule, place.c.name_zh, place.c.name_en, place.c.code)
        found.append(sa.or_(*(name.icontains(wanted.words, autoescape=True) for name in names)))
    return found


def _is(wanted: Wanted, view: str) -> sa.ColumnElement[bool]:
    """Whether a case belongs to a view."""
    c = case_file.c
    is_open = c.state.not_in((State.CLOSED, State.WITHDRAWN))
    is_mine = sa.and_(c.waits_at == wanted.mine.place_id, c.actor.in_([one.value for one in wanted.mine.rights]))  # fmt: skip
    found: dict[str, sa.ColumnElement[bool]] = {
        "mine": is_mine,
        "overdue": sa.and_(is_open, c.due < wanted.today),
        "next": sa.and_(is_open, c.due.between(wanted.today, wanted.until)),
        "open": is_open,
        "closed": sa.not_(is_open),
        "all": sa.true(),
    }
    return found[view]


def _case(row: Any) -> Case:  # noqa: ANN401 - a row of case_file
    same = ("case_id", "weight", "place_id", "opened_at", "since", "waits_at", "due", "closed_at", "submission_id", "seen_submission", "times")  # fmt: skip
    return Case(
        identity=Identity(row.judgement, row.school_id, row.year, row.rule), said=Text(row.said_zh, row.said_en),
        cells=tuple(Cell(*each) for each in row.cells), state=State(row.state), actor=Right(row.actor) if row.actor else None,
        code=Code(row.code) if row.code else None, path=tuple(row.path), **{name: getattr(row, name) for name in same},
    )  # fmt: skip
