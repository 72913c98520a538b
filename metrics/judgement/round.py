"""A round of review: everything in the night, and between the nights the schools that reported since.

Breaches and limits missed stand in the rows as they are. Doubts compare a school with all others of its year: the panel they need is kept
from round to round, and what changed in it is read again. Risks are judged in the night alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter
from typing import NamedTuple

import polars as pl

from metrics.judgement.apart import Doubted, Expected, doubted_in, expected_in, hands
from metrics.judgement.found import of_suspects
from metrics.judgement.limits import missed
from metrics.judgement.training import signed
from metrics.risk.schools import told_beside
from metrics.signals.alike import Found as Similar
from metrics.signals.doubt import ranked
from metrics.signals.engine import doubts_about
from metrics.signals.panel import LAGS, SCHEMA, Panel, read, read_school
from warehouse import flags
from warehouse.flag_writing import Book, framed
from warehouse.flags import Found, Judgement, Round
from warehouse.panel import KEYS
from warehouse.places import NATION
from warehouse.scope import Scope
from warehouse.store import Reader, Warehouse
from warehouse.text import Text

Say = Callable[[str], None]
Clock = Callable[[], datetime]
EVERYTHING = Scope("review", NATION, "records", ())
ONE_BY_ONE = 20  # schools that are read again each by itself; beyond, the whole panel is
IN_ROWS = (Judgement.BREACH, Judgement.DOUBT)  # what a school's own rows say, beside all others


class Changed(NamedTuple):
    """The schools that have reported since these load numbers."""

    loads: Mapping[str, int]
    schools: Sequence[int]


@dataclass
class Desk:
    """What a reviewing process keeps from round to round: the rows of the panel by year, who is similar to whom in each, and up to which loads they have been read."""

    rows: dict[int, pl.DataFrame] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=dict)
    found: Similar = field(default_factory=Similar)

    def read_whole(self, reader: Reader, years: Sequence[int], loads: Mapping[str, int]) -> None:
        """Everything as it stands at these loads."""
        self.rows = _by_year(read(reader, NATION, years).rows)
        self.loads = dict(loads)

    def read_again(self, reader: Reader, years: Sequence[int], loads: Mapping[str, int], since: Changed) -> None:  # fmt: skip
        """The same; where it is known what changed in few schools, only these, in the years in which they did."""
        changed = self.lacking(reader, since)
        if changed is None:
            self.read_whole(reader, years, loads)
            return
        for school in changed:
            touched = flags.years_of(reader, [school], self.loads)
            self._replace(school, touched, _by_year(read_school(reader, school, touched).rows))
        self.loads = dict(loads)

    def lacking(self, reader: Reader, since: Changed) -> Sequence[int] | None:
        """The few schools to be read again; None where everything has to be."""
        if not self.rows:
            return None
        is_known = self.loads == since.loads
        changed = since.schools if is_known else flags.changed_since(reader, self.loads)
        return changed if len(changed) <= ONE_BY_ONE else None

    def _replace(self, school: int, years: Collection[int], own: Mapping[int, pl.DataFrame]) -> None:  # fmt: skip
        """A school's rows of some years."""
        for year in years:
            others = (
                [self.rows[year].filter(pl.col("school_id") != school)] if year in self.rows else []
            )
            mine = [own[year]] if year in own else []
            self.rows[year] = pl.concat([*others, *mine]).sort(KEYS)

    def panel(self, years: Collection[int]) -> Panel:
        """These years; one in which nobody filled any of its forms has no rows."""
        known = [self.rows[year] for year in sorted(years) if year in self.rows]
        return Panel(pl.concat([pl.DataFrame(schema=SCHEMA), *known]), self.found)


def _by_year(rows: pl.DataFrame) -> dict[int, pl.DataFrame]:
    return {int(str(key[0])): part for key, part in rows.partition_by("year", as_dict=True).items()}


@dataclass(frozen=True)
class Done:
    """A round that was written down: its number, what it tells of each judgement, what could not be judged, how many flags it wrote, how long each stage took."""

    number: int
    one: Round
    tally: Mapping[str, flags.Tally]
    notes: Mapping[str, Text]
    written: int
    seconds: Mapping[str, float] = field(default_factory=dict)


def whole(warehouse: Warehouse, desk: Desk, now: Clock, say: Say = lambda _line: None) -> Done | None:  # fmt: skip
    """Review every school and year. None where nobody has handed in anything."""
    with warehouse.reading(EVERYTHING) as reader:
        years = flags.years_on_record(reader)
        if not years:
            return None
        one = Round(kind="whole", began_at=now(), years=tuple(years), loads=flags.loads_now(reader))
        clocked = _Clocked(say)
        with hands(warehouse.ladder, years) as pool:
            desk.read_whole(reader, years, one.loads)
            clocked.told(Text("读取", "read"))
            rows = told_beside(reader, warehouse.ladder, NATION, desk.panel(years))
            expected = pool.submit(expected_in, rows, signed(reader))
            doubted = [pool.submit(doubted_in, desk.panel(_seen_from(year)).rows, year) for year in years]  # fmt: skip
            lacking = framed(missed(reader, warehouse.ladder, years))
            clocked.told(Text("限值", "limits"))
            done = _write(warehouse, one, now, clocked, lacking, doubted, expected)
        similar = {year: each.result().similar for year, each in zip(years, doubted, strict=True)}
        desk.found = Similar({year: kept for year, kept in similar.items() if kept})
    return replace(done, seconds=clocked.seconds)


def _seen_from(year: int) -> range:
    """The years that a signal of this year may look at."""
    return range(year - LAGS, year + 1)


def _write(
    warehouse: Warehouse, one: Round, now: Clock, clocked: _Clocked, lacking: pl.DataFrame, doubted: Sequence[Future[Doubted]],
    expected: Future[Expected],
) -> Done:  # fmt: skip
    """What is found is written as it comes."""
    with warehouse.writing() as writer:
        book = Book.opened(writer, one, tuple(Judgement))
        book.keep_breaches()
        book.keep(lacking)
        for each in doubted:
            book.keep(each.result().found)
        clocked.told(Text("疑点", "doubts"))
        found, notes = expected.result()
        book.keep(found)
        clocked.told(Text("风险", "risks"))
        tally = book.close(now(), notes)
    clocked.told(Text("收尾", "close"))
    return Done(book.number, one, tally, notes, book.written)


def changed(warehouse: Warehouse, desk: Desk, now: Clock) -> Done | None:
    """Review the schools that have reported since the newest round; None where nobody has, or before the first round."""
    with warehouse.reading(EVERYTHING) as reader:
        last = flags.newest_round(reader)
        schools = flags.changed_since(reader, last.loads) if last else []
        if last is None or not schools:
            return None
        every = flags.years_on_record(reader)
        touched = flags.years_of(reader, schools, last.loads)
        years = tuple(y for y in every if any(each in _seen_from(y) for each in touched))
        one = Round(kind="changed", began_at=now(), years=years or (every[-1],), loads=flags.loads_now(reader), schools=tuple(schools))  # fmt: skip
        desk.read_again(reader, every, one.loads, Changed(last.loads, schools))
        lacking = framed(missed(reader, warehouse.ladder, one.years, schools))
    found = [framed(_of_some(desk, year, set(schools))) for year in one.years]
    with warehouse.writing() as writer:
        book = Book.opened(writer, one, IN_ROWS)
        book.keep_breaches()
        for each in (lacking, *found):
            book.keep(each)
        tally = book.close(now(), {})
    return Done(book.number, one, tally, {}, book.written)


def _of_some(desk: Desk, year: int, schools: Collection[int]) -> Iterator[Found]:
    """Doubts of a year about some schools, which are compared with all."""
    return of_suspects(ranked(doubts_about(desk.panel(_seen_from(year)), year, schools)))


@dataclass
class _Clocked:
    """Says how long each stage took, and keeps it."""

    say: Say
    seconds: dict[str, float] = field(default_factory=dict)
    _began: float = field(default_factory=perf_counter)

    def told(self, stage: Text) -> None:
        now = perf_counter()
        self.seconds[stage.en] = now - self._began
        self.say(f"{stage.zh} {stage.en}: {now - self._began:.1f} s")
        self._began = now
