"""Flags: what a review says of one school and year by one rule, in one of three judgements, kept by that identity.

A flag that is found again stays the same one, with what is said of it now; one that is not found any more keeps the round that missed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import orjson
import polars as pl
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from warehouse.flag_tables import flag, review_round
from warehouse.frames import quoted, unnested
from warehouse.places import NATION, Rung
from warehouse.store import Reader, Writer
from warehouse.tables import load, load_log, place, submission
from warehouse.text import Text

REVIEW = "review"  # the name under which rounds are counted in `load`
LOCK = 7412  # advisory: one round writes at a time
AT_ONCE = 5000  # flags a statement
ROWS_NAMED = 10  # rows of a sheet that a breach names; it counts them all


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


_NUMBER = "SELECT nextval('review_round_round_id_seq')"
_KEY = ("year", "judgement", "school_id", "rule")
_SAID = ("tier", "speaks", "weight", "said_zh", "said_en", "detail")
_STATE = ("first_round", "last_round", "path")
_UPSERT = (
    "ON CONFLICT (year, judgement, school_id, rule) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in (*_SAID, "last_round", "path"))
    + ", first_round = CASE WHEN flag.gone_round IS NULL THEN flag.first_round ELSE excluded.first_round END, gone_round = NULL"
)  # fmt: skip
_INTO = f"INSERT INTO flag ({quoted([*_KEY, *_SAID, *_STATE])}) "


def take_number(writer: Writer) -> int:
    """The number of the round that writes now; another one waits until this has ended."""
    writer.run("SELECT pg_advisory_xact_lock(:lock)", lock=LOCK)
    number: int = writer.scalar(_NUMBER)
    return number


def keep(writer: Writer, number: int, found: Iterable[Found]) -> None:
    """Write down what a round found; detail is kept as JSON."""
    lines = list(found)
    for start in range(0, len(lines), AT_ONCE):
        frame = _frame(lines[start : start + AT_ONCE])
        _, source, values = unnested(frame)
        said = ", ".join(f"s.{name}" if name != "detail" else "s.detail::jsonb" for name in (*_KEY, *_SAID))  # fmt: skip
        writer.run(
            f"{_INTO} SELECT {said}, :number, :number, p.path FROM {source} JOIN place p ON p.place_id = s.school_id {_UPSERT}",
            number=number, **values,
        )  # fmt: skip


def _frame(found: Sequence[Found]) -> pl.DataFrame:
    rows = [
        (one.year, one.judgement.value, one.school_id, one.rule, one.tier, one.speaks, float(one.weight), one.said.zh, one.said.en,
         orjson.dumps(one.detail, default=tuple, option=orjson.OPT_SERIALIZE_NUMPY).decode())
        for one in found
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=[*_KEY, *_SAID], orient="row", schema_overrides={"year": pl.Int16, "school_id": pl.Int32})  # fmt: skip


_BREACHES = f"""
{_INTO}
SELECT f.year, 'breach', f.school_id, f.form || '.' || f.rule, 'must', true, count(*),
  (array_agg(f.message_zh ORDER BY f.sheet, f.sheet_row))[1], (array_agg(f.message_en ORDER BY f.sheet, f.sheet_row))[1],
  jsonb_build_object('form', f.form, 'law', max(f.law), 'rows', count(*), 'cells', (array_agg(
    jsonb_build_object('sheet', f.sheet, 'row', f.sheet_row, 'column', f.column, 'value', f.value, 'explanation', f.explanation,
      'submission', f.submission_id) ORDER BY f.sheet, f.sheet_row))[1:{ROWS_NAMED}]),
  CAST(:number AS bigint), CAST(:number AS bigint), p.path
FROM finding f JOIN submission s ON s.submission_id = f.submission_id AND s.is_current JOIN place p ON p.place_id = f.school_id
WHERE f.answer = 'breach' AND f.year = ANY (:years) AND (CAST(:schools AS int[]) IS NULL OR f.school_id = ANY (:schools))
GROUP BY f.year, f.school_id, f.form, f.rule, p.path
{_UPSERT}
"""


def keep_breaches(writer: Writer, number: int, one: Round) -> None:
    """What rules of the forms call a breach: one flag for each school, year and rule, with the rows it stands in."""
    writer.run(sa.text(_BREACHES).bindparams(_years(one), _schools(one)), number=number)


_GONE = """
UPDATE flag SET gone_round = :number WHERE gone_round IS NULL AND last_round < :number
  AND judgement = ANY (:judgements) AND year = ANY (:years) AND (CAST(:schools AS int[]) IS NULL OR school_id = ANY (:schools))
"""


def end_others(writer: Writer, number: int, one: Round, judgements: Sequence[Judgement]) -> None:
    """What stood and was looked for again in vain is gone by this round."""
    names = sa.bindparam("judgements", [each.value for each in judgements], sa.ARRAY(sa.Text))
    writer.run(sa.text(_GONE).bindparams(_years(one), _schools(one), names), number=number)


def _years(one: Round) -> sa.BindParameter[Any]:
    return sa.bindparam("years", list(one.years), sa.ARRAY(sa.Integer))


def _schools(one: Round) -> sa.BindParameter[Any]:
    named = None if one.schools is None else list(one.schools)
    return sa.bindparam("schools", named, sa.ARRAY(sa.Integer))


def close_round(
    writer: Writer, number: int, one: Round, ended_at: datetime, notes: Mapping[str, Text]
) -> dict[str, Tally]:
    """Write down the round itself; its tally by judgement."""
    _stamp(writer, number, one)
    tally = _tally(writer, number)
    schools = one.schools if one.schools is not None else _units(writer, one.years)
    writer.run(
        sa.insert(review_round).values(
            round_id=number, kind=one.kind, began_at=one.began_at, ended_at=ended_at, first_year=min(one.years),
            last_year=max(one.years), schools=schools if isinstance(schools, int) else len(schools), loads=dict(one.loads),
            tally={name: each._asdict() for name, each in tally.items()}, notes={name: list(said) for name, said in notes.items()},
        )
    )  # fmt: skip
    return tally


_STAMP = f"""
INSERT INTO load (form, place_id, number)
SELECT '{REVIEW}', place_id, :number FROM place WHERE rung = {int(Rung.SCHOOL)} AND (CAST(:schools AS int[]) IS NULL OR place_id = ANY (:schools))
ON CONFLICT (place_id, form) DO UPDATE SET number = excluded.number
"""


def _stamp(writer: Writer, number: int, one: Round) -> None:
    """A school's page that was remembered is drawn anew when it has been reviewed again."""
    writer.run(sa.text(_STAMP).bindparams(_schools(one)), number=number)


def _tally(writer: Writer, number: int) -> dict[str, Tally]:
    c = flag.c
    found = sa.select(
        c.judgement, sa.func.count().filter(c.gone_round.is_(None)), sa.func.count().filter(c.first_round == number),
        sa.func.count().filter(c.gone_round == number),
    ).group_by(c.judgement)  # fmt: skip
    counted = {row[0]: Tally(*row[1:]) for row in writer.rows(found)}
    return {one.value: counted.get(one.value, Tally(0, 0, 0)) for one in Judgement}


def _units(writer: Writer, years: Sequence[int]) -> int:
    """The schools that reported in the newest of the years."""
    c = submission.c
    counted: int = writer.scalar(
        sa.select(sa.func.count(c.school_id.distinct())).where(c.year == max(years), c.is_current)
    )
    return counted


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


def years_on_record(reader: Reader, schools: Sequence[int] | None = None, since: Mapping[str, int] | None = None) -> list[int]:  # fmt: skip
    """The years for which anybody, or any of these schools since these load numbers, has handed in a form; the oldest first."""
    c = submission.c
    asked = sa.select(c.year).distinct().order_by(c.year)
    if schools is not None:
        asked = asked.where(c.school_id.in_(list(schools)))
    if since is not None:
        known = _known_of(since, c.form)
        asked = asked.where(sa.or_(c.first_load > known, c.approved_load > known))
    return [row.year for row in reader.rows(asked)]
