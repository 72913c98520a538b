"""A panel from outside: one row a unit and period, columns as they come, and one outcome.

Numbers may miss, whole columns may be absent in some periods, units enter and leave. What cannot be read as a panel is
refused once, with the column, the row and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from metrics.errors import BadPanel
from warehouse.arrays import Floats, Ints
from warehouse.text import Text

MOST_LEVELS = 50  # a text column of more values names units or places; it is not used
NUMERIC = 0.5  # text of which more than this reads as numbers was meant as numbers
ENOUGH = 20  # different numbers: fewer are codes such as 1, 2, A
LOOSE = 2  # whole-numbered periods may leave out as many as they hold; looser ones are counted off


@dataclass(frozen=True)
class Named:
    """Which columns say whose row it is, of when, and what happened."""

    unit: str
    period: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Rows sorted by unit and period; all arrays are as long as `frame`.

    `unit` and `period` are positions: two periods lie as far apart as their positions do. `outcome` is 1, 0 or NaN where
    unknown. `numbers` hold NaN where missing, `kinds` -1. `notes` say what was set aside and why.
    """

    named: Named
    frame: pl.DataFrame
    unit: Ints
    period: Ints
    outcome: Floats
    numbers: dict[str, Floats]
    kinds: dict[str, Ints]
    levels: dict[str, list[str]]
    notes: tuple[Text, ...]

    @property
    def rows(self) -> int:
        return self.frame.height

    def chosen(self, rows: Ints) -> Panel:
        """Some of its rows."""
        return replace(
            self, frame=self.frame[rows], unit=self.unit[rows], period=self.period[rows], outcome=self.outcome[rows],
            numbers={name: values[rows] for name, values in self.numbers.items()}, kinds={name: codes[rows] for name, codes in self.kinds.items()},
        )  # fmt: skip

    def label(self, position: int) -> object:
        """A period as the file writes it."""
        return self.frame[self.named.period][int(np.argmax(self.period == position))]


def read_panel(path: Path, named: Named) -> Panel:
    """The panel of a Parquet or CSV file; BadPanel where it is none."""
    return panel_of(_opened(path), named)


def panel_of(frame: pl.DataFrame, named: Named) -> Panel:
    """A frame as a panel; BadPanel where it is none."""
    _check_named(frame, named)
    frame = frame.sort(named.unit, named.period)
    outcome = _outcome(frame, named)
    others = [
        name for name in frame.columns if name not in {named.unit, named.period, named.outcome}
    ]
    numbers: dict[str, Floats] = {}
    kinds: dict[str, Ints] = {}
    levels: dict[str, list[str]] = {}
    notes: list[Text] = []
    for name in others:
        found = _column(frame, name, named)
        if isinstance(found, Text):
            notes.append(found)
        elif isinstance(found, tuple):
            kinds[name], levels[name] = found
        else:
            numbers[name] = found
    if not numbers and not kinds:
        raise BadPanel(
            "除单位、期次、结果外没有可用的列", "no column can be used besides unit, period and outcome",
            "请加入数值列或类别列。", "Add columns of numbers or categories.",
        )  # fmt: skip
    return Panel(
        named=named, frame=frame, unit=_codes(frame[named.unit]), period=_positions(frame[named.period]),
        outcome=outcome, numbers=numbers, kinds=kinds, levels=levels, notes=tuple(notes),
    )  # fmt: skip


def _opened(path: Path) -> pl.DataFrame:
    try:
        if path.suffix.lower() == ".csv":
            return pl.read_csv(path, infer_schema_length=None)
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as problem:
        raise BadPanel(
            f"读不出 {path.name}", f"{path.name} cannot be read",
            "请给出 Parquet 或 CSV 文件。", "Give a Parquet or CSV file.",
        ) from problem  # fmt: skip


def _check_named(frame: pl.DataFrame, named: Named) -> None:
    for name in (named.unit, named.period, named.outcome):
        if name not in frame.columns:
            raise BadPanel(
                f"没有列 {name}", f"there is no column {name}",
                f"现有：{'、'.join(frame.columns)}。", f"There are: {', '.join(frame.columns)}.",
            )  # fmt: skip
    for name in (named.unit, named.period):
        if lacking := int(frame[name].null_count()):
            raise BadPanel(
                f"列 {name} 有 {lacking} 行为空", f"column {name} is empty in {lacking} rows",
                "每行都要写明单位和期次。", "Every row must say its unit and period.",
            )  # fmt: skip
    _check_keys(frame, named)
    if frame[named.period].n_unique() < 2:
        raise BadPanel(
            "只有一个期次", "there is only one period",
            "按时间回测至少需要两期。", "A back-test by time needs two periods or more.",
        )  # fmt: skip


def _check_keys(frame: pl.DataFrame, named: Named) -> None:
    keys = frame.group_by(named.unit, named.period).len().filter(pl.col("len") > 1)
    if keys.height:
        unit, period, rows = keys.sort(named.unit, named.period).row(0)
        raise BadPanel(
            f"{unit} 在 {period} 有 {rows} 行（共 {keys.height} 个重复的键）",
            f"{unit} has {rows} rows in {period} ({keys.height} keys stand more than once)",
            "每个单位每期只能有一行。", "One row a unit and period, please.",
        )  # fmt: skip


def _outcome(frame: pl.DataFrame, named: Named) -> Floats:
    series = frame[named.outcome]
    cast = series.cast(pl.Float64, strict=False)
    wrong = frame.filter(series.is_not_null() & ~cast.is_in([0.0, 1.0]).fill_null(value=False))
    if wrong.height:
        unit, period, value = wrong.select(named.unit, named.period, named.outcome).row(0)
        raise BadPanel(
            f"{unit} 在 {period} 的 {named.outcome} 为 {value!r}",
            f"{named.outcome} of {unit} in {period} is {value!r}",
            "结果列只能是 0、1 或空。", "The outcome is 0, 1 or empty.",
        )  # fmt: skip
    if cast.n_unique() - int(cast.null_count() > 0) < 2:
        raise BadPanel(
            f"{named.outcome} 始终相同", f"{named.outcome} is the same in every row",
            "至少要有发生与未发生两种。", "It must happen in some rows and not in others.",
        )  # fmt: skip
    return cast.fill_null(float("nan")).to_numpy().astype(np.float64)


def _column(frame: pl.DataFrame, name: str, named: Named) -> Floats | tuple[Ints, list[str]] | Text:
    """Numbers, or categories with their names, or why the column is set aside."""
    series = frame[name]
    if series.dtype.is_numeric() or series.dtype == pl.Boolean:
        return _numbers(series, name)
    if series.dtype == pl.Null or series.null_count() == series.len():
        return Text(f"{name} 全为空，未用", f"{name} is empty everywhere and was not used")
    if series.dtype in (pl.String, pl.Categorical, pl.Enum):
        return _words(frame, series.cast(pl.String).str.strip_chars(), named)
    return Text(
        f"{name} 既非数值也非类别，未用",
        f"{name} holds neither numbers nor categories and was not used",
    )


def _numbers(series: pl.Series, name: str) -> Floats | Text:
    values = series.cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64)
    values = np.where(np.isfinite(values), values, np.nan)
    known = values[~np.isnan(values)]
    if known.size == 0:
        return Text(f"{name} 全为空，未用", f"{name} is empty everywhere and was not used")
    if known.size == values.size and np.all(known == known[0]):
        return Text(f"{name} 始终相同，未用", f"{name} is the same in every row and was not used")
    return values


def _words(
    frame: pl.DataFrame, series: pl.Series, named: Named
) -> Floats | tuple[Ints, list[str]] | Text:
    series = series.replace("", None)
    name, cast = series.name, series.cast(pl.Float64, strict=False)
    known = series.len() - series.null_count()
    if known and cast.drop_nulls().n_unique() >= ENOUGH:
        if cast.null_count() == series.null_count():
            return _numbers(cast, name)
        if cast.len() - cast.null_count() > NUMERIC * known:
            _refuse_words(frame, series, cast, named)
    if series.n_unique() > MOST_LEVELS:
        return Text(
            f"{name} 有 {series.n_unique()} 个不同的值，像是名称，未用",
            f"{name} has {series.n_unique()} different values, like names, and was not used",
        )
    codes, levels = _levels(series)
    return codes, levels


def _refuse_words(frame: pl.DataFrame, series: pl.Series, cast: pl.Series, named: Named) -> None:
    wrong = frame.select(named.unit, named.period).with_columns(value=series).filter(
        series.is_not_null() & cast.is_null()
    )  # fmt: skip
    unit, period, value = wrong.row(0)
    raise BadPanel(
        f"数值列 {series.name} 中 {unit} 在 {period} 写着 {value!r}（共 {wrong.height} 处不是数）",
        f"{series.name} holds numbers but {value!r} for {unit} in {period} ({wrong.height} such cells)",
        "请改为数或留空。", "Write a number there, or leave it empty.",
    )  # fmt: skip


def _levels(series: pl.Series) -> tuple[Ints, list[str]]:
    levels: list[str] = series.drop_nulls().unique().sort().to_list()
    place = {level: at for at, level in enumerate(levels)}
    codes = [place.get(value, -1) for value in series.to_list()]
    return np.asarray(codes, dtype=np.int64), levels


def _codes(series: pl.Series) -> Ints:
    return series.rank("dense").to_numpy().astype(np.int64) - 1


def _positions(series: pl.Series) -> Ints:
    """Whole numbers keep their distances unless they are too loose to be counted; anything else is counted off in order."""
    if series.dtype.is_integer() or _is_whole(series):
        values: Ints = series.cast(pl.Int64).to_numpy().astype(np.int64)
        span = int(values.max() - values.min()) + 1
        if span <= LOOSE * series.n_unique():
            distances: Ints = values - values.min()
            return distances
    return _codes(series)


def _is_whole(series: pl.Series) -> bool:
    return series.dtype.is_float() and bool((series == series.round()).all())


def told(notes: Sequence[Text], lang: str) -> list[str]:
    return [note.of(lang) for note in notes]
