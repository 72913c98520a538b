"""Every signal over one year of a panel: from what each finds to doubts with their reasons."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import polars as pl

from metrics.signals.discovery import computing
from metrics.signals.doubt import Contribution, Doubt, Suspect, listed, ranked
from metrics.signals.panel import LAGS, Panel, Sight, read
from metrics.signals.signal import Shown, Signal
from warehouse.ladder import Ladder
from warehouse.places import NATION
from warehouse.store import Reader
from warehouse.text import Text

BESIDE = 2  # signals that are reckoned at the same time: arrays and frames leave the interpreter to each other


class Blank:
    """What stands in a sentence where a number is missing, however it was to be printed."""

    def __format__(self, spec: str) -> str:
        return "—"


BLANK = Blank()


def suspects(reader: Reader, ladder: Ladder, place_id: int, year: int) -> list[Suspect]:
    """The schools below a place about which there are doubts in a year, the most doubtful first.

    They are compared with the schools of their whole province, of the nation where that is the place: of these, with those
    that the reader may see.
    """
    panel = read(reader, province_of(ladder, place_id), range(year - LAGS, year + 1))
    found = ranked(doubts(panel, year))
    if place_id == NATION:
        return found
    return [one for one in found if place_id in ladder.place(one.school_id).path]


def province_of(ladder: Ladder, place_id: int) -> int:
    """The province that a place belongs to; the nation is its own."""
    return place_id if place_id == NATION else ladder.place(place_id).path[0]


def doubts(panel: Panel, year: int) -> list[Doubt]:
    """Every doubt of one year, signal after signal."""
    sight = panel.at(year)
    return [one for signal in computing() for one in found_by(signal, sight)]


def doubts_about(panel: Panel, year: int, schools: Collection[int]) -> list[Doubt]:
    """The same about some schools, two signals at a time: somebody waits for it."""
    sight = panel.at(year)
    with ThreadPoolExecutor(BESIDE) as several:
        found = several.map(lambda signal: found_by(signal, sight, schools), computing())
        return [one for each in found for one in each]


def found_by(signal: Signal, sight: Sight, about: Collection[int] | None = None) -> list[Doubt]:
    """What one signal finds in one year, about everybody or about some."""
    if signal.find is None or sight.frame.is_empty():
        return []
    found = with_rarity(signal.find(sight), sight.frame.height)
    if about is not None:
        found = found.filter(pl.col("school_id").is_in(list(about)))
    if "case" not in found.columns:
        found = found.with_columns(case=pl.lit(0.0))
    return [one for case, rows in _by_case(found) for one in _doubts(signal, sight, case, rows)]


def with_rarity(found: pl.DataFrame, schools: int) -> pl.DataFrame:
    """With `rarity`: -log2 of the share of all schools about which the signal speaks.

    Not of those with as high a score: then the first of every signal would be as rare, that of one which speaks everywhere too.
    """
    return found.with_columns(rarity=-(pl.len() / (schools + 1)).log(2))


def _by_case(found: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    for key, rows in found.group_by("case", maintain_order=True):
        yield int(str(key[0]).split(".", maxsplit=1)[0]), rows


def _doubts(signal: Signal, sight: Sight, case: int, rows: pl.DataFrame) -> Iterator[Doubt]:
    shown, says = _at(signal.shown, case), _at(signal.says, case)
    histories, slots = sight.history(shown, rows["school_id"]), says.slots
    for row in rows.iter_rows(named=True):
        said = says.fill(**{name: _printable(row[name]) for name in slots})
        told = Told(shown, said, histories.get(row["school_id"], ()))
        yield _doubt(signal, sight.year, told, row)


class Told(NamedTuple):
    """What is said of a school, and the number that it is about over the years."""

    shown: Shown
    said: Text
    history: tuple[tuple[int, float], ...]


def _doubt(signal: Signal, year: int, told: Told, row: dict[str, Any]) -> Doubt:
    return Doubt(
        school_id=row["school_id"], year=year, signal=signal, score=row["score"], rarity=row["rarity"],
        value=row["value"], low=_known(row["low"]), high=_known(row["high"]), peers=row["peers"],
        shown=told.shown, history=told.history, contributions=listed(_contributions(signal, row)), said=told.said,
    )  # fmt: skip


def _at(listed_by_case: Iterable[Any], case: int) -> Any:  # noqa: ANN401 - a sentence or what it shows
    """What belongs to a case; the last where there are fewer."""
    of = tuple(listed_by_case)
    return of[min(case, len(of) - 1)]


def _contributions(signal: Signal, row: dict[str, Any]) -> Iterator[Contribution]:
    for piece in signal.pieces:
        amount = row[piece.name]
        yield Contribution(piece.label, amount, piece.cells, piece.family or signal.family)


def _known(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _printable(value: Any) -> Any:  # noqa: ANN401 - any column of what a signal finds
    is_missing = value is None or (isinstance(value, float) and not math.isfinite(value))
    return BLANK if is_missing else value
