"""The rankings that are judged: every signal, the doubts of all together, and what they must beat.

A ranking has rows (school_id, year, province, score, is_flagged).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from metrics.bands import region, size_band
from metrics.evaluate.detectors import untaught
from metrics.evaluate.measures import marked
from metrics.risk import baselines
from metrics.risk.panel import Named, panel_of
from metrics.risk.panel import Panel as Columns
from metrics.risk.schools import RATIOS
from metrics.risk.scores import average_precision
from metrics.signals.discovery import computing
from metrics.signals.doubt import Doubt, Suspect, ranked
from metrics.signals.engine import found_by
from metrics.signals.numbers import NUMBERS
from metrics.signals.panel import Panel
from warehouse.arrays import Floats, Ints
from warehouse.text import Text

RANKING = pl.Schema(
    {"school_id": pl.Int64, "year": pl.Int64, "province": pl.Int64, "score": pl.Float64, "is_flagged": pl.Boolean}
)  # fmt: skip
TRAITS = ("sponsor", "size", "region")
DOUBTS = "doubts"
BEST = {
    "best column, z": baselines.plain_z,
    "best column, modified z": baselines.modified_z,
}
BASELINES = (*BEST, *baselines.UNTAUGHT)
NAMES = {
    DOUBTS: Text("疑点排序", "ranking by doubts"),
    "best column, z": Text("最好的单列，z 分数", "best column, plain z"),
    "best column, modified z": Text("最好的单列，修正 z 分数", "best column, modified z"),
    "plain z": Text("最大 z 分数", "largest plain z"),
    "modified z": Text("最大修正 z 分数（DHIS2）", "largest modified z (DHIS2)"),
    "ECOD": Text("ECOD", "ECOD"),
    "isolation forest": Text("孤立森林（默认参数）", "isolation forest, defaults"),
}


class Years(NamedTuple):
    """The rankings of some years by name: signals by their codes. `schools`: school_id, year, province and TRAITS of everybody."""

    schools: pl.DataFrame
    rankings: Mapping[str, pl.DataFrame]


def judged_years(panel: Panel, cases: pl.DataFrame) -> list[int]:
    """The years that have a case before them: those for which something could be chosen on what was known."""
    years = sorted(panel.rows["year"].unique())
    return [year for year in years[1:] if cases.filter(pl.col("first") < year, pl.col("last") >= years[0]).height]  # fmt: skip


def doubted(panel: Panel, years: Sequence[int], say: Callable[[str], None]) -> Years:
    """Every signal and the doubts' own ranking."""
    doubts: list[Doubt] = []
    suspects: list[Suspect] = []
    for year in years:
        sight = panel.at(year)
        found = [one for signal in computing() for one in found_by(signal, sight)]
        doubts += found
        suspects += ranked(found)
        say(f"{year}: {sight.frame.height} → {len(found)}")
    provinces = dict(panel.rows.select("school_id", "province").iter_rows())
    rankings = {signal.code: _by_signal(doubts, signal.code, provinces) for signal in computing()}
    rows = [
        (one.school_id, one.year, provinces[one.school_id], -float(place), one.speaks)
        for place, one in enumerate(suspects)
    ]
    return Years(schools(panel, years), {DOUBTS: pl.DataFrame(rows, RANKING, orient="row"), **rankings})  # fmt: skip


def schools(panel: Panel, years: Sequence[int]) -> pl.DataFrame:
    return panel.rows.filter(pl.col("year").is_in(list(years))).select(
        "school_id", "year", "province", "sponsor", size=size_band().cast(pl.String), region=region()
    )  # fmt: skip


def _by_signal(doubts: Sequence[Doubt], code: str, provinces: Mapping[int, int]) -> pl.DataFrame:
    """A signal may say several things of a school: the highest counts."""
    rows = [
        (one.school_id, one.year, provinces[one.school_id], one.score, True)
        for one in doubts
        if one.signal.code == code
    ]
    found = pl.DataFrame(rows, RANKING, orient="row")
    return found.sort("score", descending=True).unique(["school_id", "year"], keep="first", maintain_order=True)  # fmt: skip


def beside(panel: Panel, years: Sequence[int], cases: pl.DataFrame, doubts: pl.DataFrame) -> dict[str, pl.DataFrame]:  # fmt: skip
    """The baselines, each flagging as many schools of each year as the doubts do."""
    numbers = dict(doubts.filter("is_flagged").group_by("year").len().iter_rows())
    columns = columns_of(panel, cases)
    found: dict[str, list[pl.DataFrame]] = {name: [] for name in BASELINES}
    for year in years:
        rows = np.flatnonzero(columns.frame["year"].to_numpy() == year)
        for name, scores in scored(columns, rows):
            ranking = columns.frame[rows].select("school_id", "year", "province").with_columns(score=pl.Series(scores))  # fmt: skip
            place = pl.col("score").rank("ordinal", descending=True)
            found[name].append(ranking.with_columns(is_flagged=place <= numbers.get(year, 0)).cast(RANKING))  # fmt: skip
    return {name: pl.concat(parts) for name, parts in found.items() if parts}


def columns_of(panel: Panel, cases: pl.DataFrame) -> Columns:
    """The numbers of the panel and their ratios as they come; what is planted stands as the outcome, to choose a column by."""
    rows = panel.rows.select("school_id", "year", "province", *NUMBERS, *(one.value.alias(name) for name, one in RATIOS.items()))  # fmt: skip
    frame = marked(rows, cases).with_columns(planted=pl.col("is_right").cast(pl.Int8))
    columns = panel_of(frame.drop("is_right", "province"), Named("school_id", "year", "planted"))
    provinces = frame.select("school_id", "year", "province").sort("school_id", "year")["province"]
    return _with(columns, provinces)


def _with(columns: Columns, provinces: pl.Series) -> Columns:
    """The frame with the provinces, which are no number to be an outlier in."""
    return Columns(**{**vars(columns), "frame": columns.frame.with_columns(province=provinces)})


def scored(columns: Columns, rows: Ints) -> Iterator[tuple[str, Floats]]:
    """Every baseline's scores of the rows of one year."""
    table = baselines.table(columns, rows)
    for name, detector in BEST.items():
        yield name, best_column(columns, rows, detector)
    for name, whole in untaught().items():
        yield name, whole(table)


def best_column(columns: Columns, rows: Ints, detector: Callable[[Floats], Floats]) -> Floats:
    """The distances of the one column that found the cases of the years before best."""
    period = columns.period[rows][0]
    before = np.flatnonzero(columns.period < period)
    best, found = -1.0, np.zeros(rows.size)
    for values in columns.numbers.values():
        known = _distances(values, columns.period, before, detector)
        reached = average_precision(columns.outcome[before], known)
        if reached > best:
            best, found = reached, _distances(values, columns.period, rows, detector)
    return found


def _distances(
    values: Floats, period: Ints, rows: Ints, detector: Callable[[Floats], Floats]
) -> Floats:
    """Distances within each year; what is missing lies in the middle."""
    found = np.zeros(rows.size)
    for one in np.unique(period[rows]):
        here = period[rows] == one
        column = values[rows][here]
        known = column[~np.isnan(column)]
        if known.size:
            filled = np.where(np.isnan(column), np.median(known), column)
            found[here] = detector(filled.reshape(-1, 1))
    return found
