"""Flags: what a review says of one school and year by one rule, in one of three judgements; and the rounds that found them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from warehouse.flag_tables import review_round
from warehouse.places import NATION, Rung
from warehouse.store import Reader
from warehouse.tables import load, load_log, place, submission, submission_count
from warehouse.text import Text

REVIEW = "review"  # the name under which rounds are counted in `load`


class Judgement(StrEnum):
    """What is said of a school, never added up to one score."""

    BREACH = "breach"
    DOUBT = "doubt"
    RISK = "risk"

    @property
    def label(self) -> Text:
        return _LABELS[self]


_LABELS = {
    Judgement.BREACH: Text("违规", "Breach"),
    Judgement.DOUBT: Text("疑点", "Doubt"),
    Judgement.RISK: Text("风险", "Risk"),
}


class Found(NamedTuple):
    """One flag as a review makes it. `weight` orders flags of one judgement; `detail` is what a page shows beside the sentence."""

    judgement: Judgement
    school_id: int
    year: int
    rule: str
    tier: str
    speaks: bool
    weight: float
    said: Text
    detail: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one round looked at. `schools` None: all of them."""

    kind: str
    began_at: datetime
    years: tuple[int, ...]
    loads: Mapping[str, int]
    schools: tuple[int, ...] | None = None


class Tally(NamedTuple):
    """Of one judgement: flags that stand after a round, those that are new and those that are gone by it."""

    found: int
    new: int
    gone: int


class Known(NamedTuple):
    """A round as it is written down."""

    number: int
    kind: str
    began_at: datetime
    ended_at: datetime
    years: tuple[int, int]
    schools: int
    loads: dict[str, int]
    tally: dict[str, Tally]
    notes: dict[str, Text]


def newest_round(reader: Reader, kind: str | None = None) -> Known | None:
    """The round that ended last, of a kind or of any; None before the first."""
    c = review_round.c
    asked = sa.select(review_round).order_by(c.round_id.desc()).limit(1)
    rows = reader.rows(asked if kind is None else asked.where(c.kind == kind))
    return _known(rows[0]) if rows else None


def _known(row: Any) -> Known:  # noqa: ANN401 - a row
    return Known(
        row.round_id, row.kind, row.began_at, row.ended_at, (row.first_year, row.last_year), row.schools, row.loads,
        {name: Tally(**each) for name, each in row.tally.items()}, {name: Text(*said) for name, said in row.notes.items()},
    )  # fmt: skip


def loads_now(reader: Reader) -> dict[str, int]:
    """The newest load number of every form."""
    c = load.c
    return dict(reader.rows(sa.select(c.form, c.number).where(c.place_id == NATION)))


def rested(reader: Reader) -> timedelta:
    """How long ago anything was loaded, by the database's clock; for ever where nothing was."""
    ago = sa.func.clock_timestamp() - sa.func.max(load_log.c.recorded_at)
    return reader.rows(sa.select(ago))[0][0] or timedelta.max


def waited(reader: Reader, loads: Mapping[str, int]) -> timedelta:
    """How long ago the first load after these numbers was, by the database's clock; no time where there is none."""
    c = load_log.c
    ago = sa.func.clock_timestamp() - sa.func.min(c.recorded_at)
    after = sa.select(ago).where(c.number > _known_of(loads, c.form))
    return reader.rows(after)[0][0] or timedelta(0)


def changed_since(reader: Reader, loads: Mapping[str, int]) -> list[int]:
    """Schools of which any form has been loaded since these numbers."""
    c, whole = load.c, load.alias("whole")
    found = (
        sa.select(c.place_id).distinct()
        .join(place, sa.and_(place.c.place_id == c.place_id, place.c.rung == int(Rung.SCHOOL)))
        .join(whole, sa.and_(whole.c.form == c.form, whole.c.place_id == NATION))  # what only schools have is no load
        .where(c.number > _known_of(loads, c.form)).order_by(c.place_id)
    )  # fmt: skip
    return [row.place_id for row in reader.rows(found)]


def _known_of(loads: Mapping[str, int], form: sa.ColumnElement[str]) -> sa.ColumnElement[int]:
    """The number that is known of a form; 0 where none is."""
    said = sa.bindparam("loads", dict(loads), JSONB, unique=True)
    return sa.func.coalesce(sa.cast(said[form].astext, sa.BigInteger), 0)


def years_on_record(reader: Reader) -> list[int]:
    """The years for which anybody has handed in a form; the oldest first."""
    c = submission_count.c
    asked = sa.select(c.year).group_by(c.year).having(sa.func.sum(c.number) != 0).order_by(c.year)
    return [row.year for row in reader.rows(asked)]


def years_of(reader: Reader, schools: Sequence[int], since: Mapping[str, int]) -> list[int]:
    """The years for which any of these schools has handed in a form, or had it approved, since these load numbers; the oldest first."""
    c = submission.c
    known = _known_of(since, c.form)
    asked = sa.select(c.year).distinct().where(
        c.is_current, c.school_id.in_(schools), sa.or_(c.first_load > known, c.approved_load > known)
    )  # fmt: skip
    return sorted(row.year for row in reader.rows(asked))
