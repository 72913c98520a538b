"""A round as it is written down, in one transaction: a reader sees one round or the next, never half of one.

A flag that is found again stays the same one, with what is said of it now; one that is not found any more keeps the round that missed it.
What stands as it is found is not touched: in most nights that is nearly everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson
import polars as pl
import sqlalchemy as sa

from warehouse.flag_tables import flag, review_round
from warehouse.flags import REVIEW, Found, Judgement, Round, Tally, newest_round
from warehouse.frames import quoted, unnested
from warehouse.places import Rung
from warehouse.store import Writer
from warehouse.tables import submission
from warehouse.text import Text

LOCK = 7412  # advisory: one round writes at a time
AT_ONCE = 5000  # flags a statement
ROWS_NAMED = 10  # rows of a sheet that a breach names; it counts them all
YEARS_BACK = 4  # of which a breach tells how many rows were in it
KEY = {"year": pl.Int16, "judgement": pl.String, "school_id": pl.Int32, "rule": pl.String}
SAID = {"tier": pl.String, "speaks": pl.Boolean, "weight": pl.Float64, "said_zh": pl.String, "said_en": pl.String, "detail": pl.String}  # fmt: skip
FRAME = pl.Schema({**KEY, **SAID, "digest": pl.Int64})
"""Flags as a frame: `detail` is JSON, `digest` tells two flags of one key apart that do not say the same."""
STANDING = pl.Schema({**KEY, "digest": pl.Int64})


def framed(found: Iterable[Found]) -> pl.DataFrame:
    """Rows of FRAME."""
    return _frame(
        (
            one.year, one.judgement.value, one.school_id, one.rule, one.tier, one.speaks, float(one.weight), one.said.zh, one.said.en,
            orjson.dumps(one.detail, default=tuple, option=orjson.OPT_SERIALIZE_NUMPY).decode(),
        )
        for one in found
    )  # fmt: skip


def _frame(rows: Iterable[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows of KEY and SAID with their digest."""
    digested = [(*row, _digest(row[len(KEY) :])) for row in rows]
    return pl.DataFrame(digested, schema=FRAME, orient="row")


def _digest(said: tuple[Any, ...]) -> int:
    packed = "\0".join(map(str, said)).encode()
    return int.from_bytes(blake2b(packed, digest_size=8).digest(), signed=True)


@dataclass
class Book:
    """The round that writes now; another one waits until this has ended. `judgements`: those that are looked for again."""

    writer: Writer
    one: Round
    judgements: Sequence[Judgement]
    number: int
    standing: pl.DataFrame
    seen: list[pl.DataFrame] = field(default_factory=list)
    written: int = 0

    @classmethod
    def opened(cls, writer: Writer, one: Round, judgements: Sequence[Judgement]) -> Book:
        writer.run("SELECT pg_advisory_xact_lock(:lock)", lock=LOCK)
        number: int = writer.scalar("SELECT nextval('review_round_round_id_seq')")
        return cls(writer, one, judgements, number, _standing(writer, one, judgements))

    def keep(self, found: pl.DataFrame) -> None:
        """Flags of the round, as rows of FRAME: those that do not stand so yet are written."""
        self.seen.append(found.select(*KEY))
        fresh = found.join(self.standing, on=list(STANDING), how="anti")
        put(self.writer, self.number, fresh)
        self.written += fresh.height

    def keep_breaches(self) -> None:
        """What rules of the forms call a breach."""
        self.keep(breaches(self.writer, self.one))

    def close(self, ended_at: datetime, notes: Mapping[str, Text]) -> dict[str, Tally]:
        """What stood and was looked for again in vain is gone by this round; then the round itself. Its tally by judgement."""
        _end(self.writer, self.number, self.standing.join(pl.concat(self.seen), on=list(KEY), how="anti"))  # fmt: skip
        _stamp(self.writer, self.number, self.one)
        tally = _tally(self.writer, self.number, self.one)
        schools = self.one.schools
        self.writer.run(
            sa.insert(review_round).values(
                round_id=self.number, kind=self.one.kind, began_at=self.one.began_at, ended_at=ended_at, first_year=min(self.one.years),
                last_year=max(self.one.years), schools=len(schools) if schools is not None else _units(self.writer, self.one.years),
                loads=dict(self.one.loads), tally={name: each._asdict() for name, each in tally.items()},
                notes={name: list(said) for name, said in notes.items()},
            )
        )  # fmt: skip
        return tally


def _standing(writer: Writer, one: Round, judgements: Sequence[Judgement]) -> pl.DataFrame:
    """Rows of STANDING: what stands of all that the round looks for again."""
    c = flag.c
    asked = sa.select(*(c[name] for name in STANDING)).where(
        c.gone_round.is_(None), c.year.in_(one.years), c.judgement.in_([each.value for each in judgements])
    )  # fmt: skip
    of_some = asked if one.schools is None else asked.where(c.school_id.in_(one.schools))
    return writer.bulk(of_some).cast(STANDING)


_INTO = f"INSERT INTO flag ({quoted([*FRAME, 'first_round', 'path'])}) "
_UPSERT = (
    "ON CONFLICT (year, judgement, school_id, rule) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in (*SAID, "digest", "path"))
    + ", first_round = CASE WHEN flag.gone_round IS NULL THEN flag.first_round ELSE excluded.first_round END, gone_round = NULL"
)  # fmt: skip
_LISTED = ", ".join(f"s.{name}" if name != "detail" else "s.detail::jsonb" for name in FRAME)


def put(writer: Writer, number: int, found: pl.DataFrame) -> None:
    """Write rows of FRAME down as found by a round."""
    for part in found.iter_slices(AT_ONCE):
        _, source, values = unnested(part)
        writer.run(
            f"{_INTO} SELECT {_LISTED}, :number, p.path FROM {source} JOIN place p ON p.place_id = s.school_id {_UPSERT}",
            number=number, **values,
        )  # fmt: skip


_BREACHES = f"""
SELECT f.year, 'breach', f.school_id, f.form || '.' || f.rule, 'must', true, CAST(count(*) AS double precision),
  (array_agg(f.message_zh ORDER BY f.sheet, f.sheet_row))[1], (array_agg(f.message_en ORDER BY f.sheet, f.sheet_row))[1],
  CAST(jsonb_build_object('form', f.form, 'law', max(f.law), 'rows', count(*), 'of', ARRAY['违规行数', 'rows in breach'], 'unit', ARRAY['行', 'rows'], 'decimals', 0, 'history', (
    SELECT jsonb_agg(jsonb_build_array(t.year, (SELECT count(*) FROM finding x WHERE x.submission_id = t.submission_id AND x.rule = f.rule AND x.answer = 'breach')) ORDER BY t.year)
    FROM submission t WHERE t.form = f.form AND t.school_id = f.school_id AND t.is_current AND t.year = ANY (ARRAY(SELECT generate_series(f.year - {YEARS_BACK}, f.year)))
  ), 'cells', (array_agg(
    jsonb_build_object('sheet', f.sheet, 'row', f.sheet_row, 'column', f.column, 'value', f.value, 'explanation', f.explanation,
      'submission', f.submission_id) ORDER BY f.sheet, f.sheet_row))[1:{ROWS_NAMED}]) AS text)
FROM finding f JOIN submission s ON s.submission_id = f.submission_id AND s.is_current
WHERE f.answer = 'breach' AND f.year = ANY (:years) AND (CAST(:schools AS int[]) IS NULL OR f.school_id = ANY (:schools))
GROUP BY f.year, f.school_id, f.form, f.rule
"""


def breaches(writer: Writer, one: Round) -> pl.DataFrame:
    """What rules of the forms call a breach, as rows of FRAME: one for each school, year and rule, with the rows it stands in."""
    years = sa.bindparam("years", list(one.years), sa.ARRAY(sa.Integer))
    asked = sa.text(_BREACHES).bindparams(years, _schools(one))
    return _frame(tuple(row) for row in writer.rows(asked))


def _schools(one: Round) -> sa.BindParameter[Any]:
    named = None if one.schools is None else list(one.schools)
    return sa.bindparam("schools", named, sa.ARRAY(sa.Integer))


def _end(writer: Writer, number: int, missed: pl.DataFrame) -> None:
    """These are gone by a round."""
    for part in missed.select(*KEY).iter_slices(AT_ONCE):
        _, source, values = unnested(part)
        same = " AND ".join(f"flag.{name} = s.{name}" for name in KEY)
        writer.run(f"UPDATE flag SET gone_round = :number FROM {source} WHERE {same}", number=number, **values)  # fmt: skip


_STAMP = f"""
INSERT INTO load (form, place_id, number)
SELECT '{REVIEW}', place_id, :number FROM place WHERE rung = {int(Rung.SCHOOL)} AND (CAST(:schools AS int[]) IS NULL OR place_id = ANY (:schools))
ON CONFLICT (place_id, form) DO UPDATE SET number = excluded.number
"""
_MOVED = "UPDATE flag SET path = p.path FROM place p WHERE p.place_id = flag.school_id AND p.path <> flag.path"


def _stamp(writer: Writer, number: int, one: Round) -> None:
    """A school's page that was remembered is drawn anew when it has been reviewed again; flags follow a school that has moved."""
    writer.run(sa.text(_STAMP).bindparams(_schools(one)), number=number)
    if one.schools is None:
        writer.run(_MOVED)


def _tally(writer: Writer, number: int, one: Round) -> dict[str, Tally]:
    """All are counted by night; between the nights only what moved is, and put to the newest round's."""
    c = flag.c
    asked = sa.select(
        c.judgement, sa.func.count().filter(c.gone_round.is_(None)), sa.func.count().filter(c.first_round == number),
        sa.func.count().filter(c.gone_round == number),
    ).group_by(c.judgement)  # fmt: skip
    if one.schools is None:
        return _of_each(writer, asked)
    moved = _of_each(writer, asked.where(c.school_id.in_(one.schools)))
    before = newest_round(writer)
    known = before.tally if before else {}
    return {
        name: each._replace(found=known[name].found + each.new - each.gone if name in known else each.found)
        for name, each in moved.items()
    }  # fmt: skip


def _of_each(writer: Writer, asked: sa.Select[Any]) -> dict[str, Tally]:
    counted = {row[0]: Tally(*row[1:]) for row in writer.rows(asked)}
    return {one.value: counted.get(one.value, Tally(0, 0, 0)) for one in Judgement}


def _units(writer: Writer, years: Sequence[int]) -> int:
    """The schools that reported in the newest of the years."""
    c = submission.c
    counted: int = writer.scalar(
        sa.select(sa.func.count(c.school_id.distinct())).where(c.year == max(years), c.is_current)
    )
    return counted
