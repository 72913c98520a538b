"""Where forms stand, as a reader may know it: the standing of each, its history, and the route of reviews its province chose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from warehouse.chain_rules import DEFAULT_RUNGS, LOCKED, Deed, Key, Rungs, State, route
from warehouse.chain_tables import review_choice, step
from warehouse.chain_tables import standing as standing_table
from warehouse.discovery import submitted_forms
from warehouse.places import Rung
from warehouse.rights import Right, Role
from warehouse.store import Reader
from warehouse.tables import place


@dataclass(frozen=True, kw_only=True)
class Who:
    """Who does something: the account, its role, and where it stands."""

    login: str
    role: Role
    place_id: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a form stands; `waits_at` is the place whose turn it is, `actor` the right that comes next."""

    key: Key
    state: State
    since: datetime | None
    waits_at: int | None
    actor: Right | None
    submission_id: int | None
    content_hash: str
    path: tuple[int, ...]

    @property
    def is_locked(self) -> bool:
        return self.state in LOCKED


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that was done."""

    deed: Deed
    before: State
    after: State
    login: str
    role: str
    place_id: int
    at: datetime
    note: str
    submission_id: int
    content_hash: str


COLUMNS = [standing_table.c[n] for n in
            ("form", "year", "school_id", "state", "since", "waits_at", "actor", "submission_id", "content_hash", "path")]  # fmt: skip


def standing(reader: Reader, key: Key) -> Standing:
    """Where one form stands, as this reader may know it; what was never filled in is missing."""
    return standings(reader, key.year, key.school_id).get(key.form) or _missing(key)


def standings(reader: Reader, year: int, school_id: int) -> dict[str, Standing]:
    """Where every form of a school stands for a year, by form."""
    found = sa.select(*COLUMNS).where(
        standing_table.c.year == year, standing_table.c.school_id == school_id
    )
    known = {row.form: read(row) for row in reader.rows(found)}
    return {
        name: known.get(name) or _missing(Key(name, year, school_id)) for name in submitted_forms()
    }


def history(reader: Reader, key: Key) -> list[Step]:
    """Every step, the oldest first."""
    names = ("deed", "before", "after", "login", "role", "place_id", "at", "note", "submission_id", "content_hash")  # fmt: skip
    found = (
        sa.select(*(step.c[name] for name in names))
        .where(step.c.form == key.form, step.c.year == key.year, step.c.school_id == key.school_id)
        .order_by(step.c.step_id)
    )
    return [
        Step(deed=Deed(row.deed), before=State(row.before), after=State(row.after), login=row.login, role=row.role,
             place_id=row.place_id, at=row.at, note=row.note, submission_id=row.submission_id, content_hash=row.content_hash)
        for row in reader.rows(found)
    ]  # fmt: skip


def route_of(reader: Reader, one: Standing) -> tuple[int, ...]:
    """The places that review a form, the lowest first."""
    return route(
        one.path, rungs_of(reader, [one]), chosen(choices_of(reader), one.path[0], one.key.year)
    )


Choices = Mapping[int, Sequence[tuple[int, Rungs]]]
"""What each province chose: from which year, which rungs; the newest first."""


def choices_of(reader: Reader) -> Choices:
    found: dict[int, list[tuple[int, Rungs]]] = defaultdict(list)
    rows = reader.rows(
        sa.select(review_choice.c.place_id, review_choice.c.from_year, review_choice.c.rungs)
        .order_by(review_choice.c.from_year.desc())
    )  # fmt: skip
    for place_id, from_year, rungs in rows:
        found[place_id].append((from_year, tuple(Rung[name.upper()] for name in rungs.split(","))))
    return found


def chosen(choices: Choices, province: int, year: int) -> Rungs:
    """Which rungs review a province's schools in a year."""
    return next(
        (rungs for since, rungs in choices.get(province, ()) if since <= year), DEFAULT_RUNGS
    )


def rungs_of(reader: Reader, held: Iterable[Standing]) -> dict[int, Rung]:
    """The rungs of every place above these."""
    return rungs_at(reader, {each for one in held for each in one.path})


def rungs_at(reader: Reader, places: Iterable[int]) -> dict[int, Rung]:
    rows = reader.rows(
        sa.select(place.c.place_id, place.c.rung).where(place.c.place_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Integer)))),
        ids=sorted(set(places)),
    )  # fmt: skip
    return {row.place_id: Rung(row.rung) for row in rows}


def read(row: Any) -> Standing:  # noqa: ANN401 - a row of standing
    return Standing(
        key=Key(row.form, row.year, row.school_id), state=State(row.state), since=row.since, waits_at=row.waits_at,
        actor=Right(row.actor) if row.actor else None, submission_id=row.submission_id, content_hash=row.content_hash,
        path=tuple(row.path),
    )  # fmt: skip


def _missing(key: Key) -> Standing:
    return Standing(key=key, state=State.MISSING, since=None, waits_at=key.school_id, actor=Right.FILL,
                    submission_id=None, content_hash="", path=())  # fmt: skip
