"""A round of review: everything in the night, and between the nights the schools that reported since.

Breaches and limits missed stand in the rows as they are. Doubts compare a school with all others of its year: the panel they need is kept
from round to round, and what changed in it is read again. Risks are judged in the night alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter

import polars as pl

from metrics.judgement.found import of_forecasts, of_suspects
from metrics.judgement.limits import missed
from metrics.judgement.training import Signed, judged, notes_of, signed
from metrics.risk.schools import told_beside
from metrics.signals.doubt import ranked
from metrics.signals.engine import doubts, doubts_of
from metrics.signals.panel import LAGS, SCHEMA, Panel, read
from warehouse import flags
from warehouse.errors import ZhijianError
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


@dataclass
class Desk:
    """What a reviewing process keeps from round to round: the rows of the panel by year, and up to which loads they have been read."""

    rows: dict[int, pl.DataFrame] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=dict)

    def read_whole(self, reader: Reader, years: Sequence[int], loads: Mapping[str, int]) -> None:
        """Everything as it stands at these loads."""
        self.rows = _by_year(read(reader, NATION, years).rows)
        self.loads = dict(loads)

    def read_again(self, reader: Reader, years: Sequence[int], loads: Mapping[str, int]) -> None:
        """The same; where it is known what changed in few schools, only these."""
        changed = flags.changed_since(reader, self.loads) if self.rows else []
        if not self.rows or len(changed) > ONE_BY_ONE:
            self.read_whole(reader, years, loads)
            return
        for school in changed:
            self._replace(school, _by_year(read(reader, school, years).rows))
        self.loads = dict(loads)

    def _replace(self, school: int, own: Mapping[int, pl.DataFrame]) -> None:
        """A school's rows of all years."""
        for year in own.keys() | self.rows.keys():
            others = (
                [self.rows[year].filter(pl.col("school_id") != school)] if year in self.rows else []
            )
            mine = [own[year]] if year in own else []
            self.rows[year] = pl.concat([*others, *mine]).sort(KEYS)

    def panel(self, years: Collection[int]) -> Panel:
        """These years; one in which nobody filled any of its forms has no rows."""
        known = [self.rows[year] for year in sorted(years) if year in self.rows]
        return Panel(pl.concat([pl.DataFrame(schema=SCHEMA), *known]))


def _by_year(rows: pl.DataFrame) -> dict[int, pl.DataFrame]:
    return {int(str(key[0])): part for key, part in rows.partition_by("year", as_dict=True).items()}


@dataclass(frozen=True)
class Done:
    """A round that was written down: its number, what it tells of each judgement, what could not be judged, how long each stage took."""

    number: int
    one: Round
    tally: Mapping[str, flags.Tally]
    notes: Mapping[str, Text]
    seconds: Mapping[str, float] = field(default_factory=dict)


def whole(warehouse: Warehouse, desk: Desk, now: Clock, say: Say = lambda _line: None) -> Done | None:  # fmt: skip
    """Review every school and year. None where nobody has handed in anything."""
    with warehouse.reading(EVERYTHING) as reader:
        years = flags.years_on_record(reader)
        if not years:
            return None
        one = Round(kind="whole", began_at=now(), years=tuple(years), loads=flags.loads_now(reader))
        clocked = _Clocked(say)
        desk.read_whole(reader, years, one.loads)
        panel = desk.panel(years)
        clocked.told(Text("读取", "read"))
        rows = told_beside(reader, warehouse.ladder, NATION, panel)
        lacking, force = list(missed(reader, warehouse.ladder, years)), signed(reader)
    clocked.told(Text("限值", "limits"))
    doubted = [
        flag for each in doubts_of(panel, years).values() for flag in of_suspects(ranked(each))
    ]
    clocked.told(Text("疑点", "doubts"))
    notes: dict[str, Text] = {}
    expected = list(_foreseen(rows, force, notes))
    clocked.told(Text("风险", "risks"))
    done = _write(warehouse, one, [*lacking, *doubted, *expected], notes, now)
    clocked.told(Text("写入", "write"))
    return replace(done, seconds=clocked.seconds)


def changed(warehouse: Warehouse, desk: Desk, now: Clock) -> Done | None:
    """Review the schools that have reported since the newest round; None where nobody has, or before the first round."""
    with warehouse.reading(EVERYTHING) as reader:
        last = flags.newest_round(reader)
        schools = flags.changed_since(reader, last.loads) if last else []
        if last is None or not schools:
            return None
        every = flags.years_on_record(reader)
        touched = flags.years_on_record(reader, schools, last.loads)
        years = tuple(y for y in every if any(0 <= y - each <= LAGS for each in touched))
        one = Round(kind="changed", began_at=now(), years=years or (every[-1],), loads=flags.loads_now(reader), schools=tuple(schools))  # fmt: skip
        desk.read_again(reader, every, one.loads)
        lacking = list(missed(reader, warehouse.ladder, one.years, schools))
    asked = set(schools)
    spoken = (flag for year in one.years for flag in _of_some(desk, year, asked))
    return _write(warehouse, one, [*lacking, *spoken], {}, now)


def _of_some(desk: Desk, year: int, schools: Collection[int]) -> Iterator[Found]:
    """Doubts of a year about some schools, which are compared with all."""
    panel = desk.panel(range(year - LAGS, year + 1))
    return of_suspects(ranked(doubts(panel, year, schools)))


def _foreseen(rows: pl.DataFrame, force: Signed | ZhijianError | None, notes: dict[str, Text]) -> Iterator[Found]:  # fmt: skip
    """What every model says of every outcome and lead; what cannot be told is written into the notes."""
    found = judged(rows, force)
    notes.update(notes_of(found))
    model = (force.number, force.version) if isinstance(force, Signed) else None
    for one in found:
        yield from of_forecasts(one.forecasts, model)


def _write(
    warehouse: Warehouse, one: Round, found: Sequence[Found], notes: Mapping[str, Text], now: Clock
) -> Done:  # fmt: skip
    """Everything in one transaction: a reader sees one round or the next, never half of one."""
    with warehouse.writing() as writer:
        number = flags.take_number(writer)
        flags.keep_breaches(writer, number, one)
        flags.keep(writer, number, found)
        flags.end_others(writer, number, one, tuple(Judgement) if one.schools is None else IN_ROWS)
        tally = flags.close_round(writer, number, one, now(), notes)
    return Done(number, one, tally, notes)


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
