"""What is a panel, what is set aside, and what is refused with one clear error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from metrics.errors import BadPanel
from metrics.risk.panel import Named, panel_of, read_panel
from metrics.risk.trajectory import features, ranked
from tests.panels import NAMED, made


def _changed(**columns: pl.Expr) -> pl.DataFrame:
    return made(units=60, periods=4).with_columns(**columns)


FIRST = pl.int_range(pl.len()) == 0
WRONG = {
    "keys": (pl.concat([made(units=60), made(units=60).head(1)]), r"S0000 has 2 rows in 2015"),
    "one period": (made(units=60).filter(pl.col("year") == 2016), "there is only one period"),
    "constant": (_changed(closed=pl.lit(0)), "closed is the same in every row"),
    "words": (
        _changed(students=pl.when(FIRST).then(pl.lit("about 300")).otherwise(pl.col("students").cast(pl.String))),
        r"students holds numbers but 'about 300' for S0000 in 2015 \(1 such cells\)",
    ),
    "outcome": (_changed(closed=pl.when(FIRST).then(2).otherwise("closed")), "closed of S0000 in 2015 is 2"),
    "no unit": (_changed(school_id=pl.when(~FIRST).then("school_id")), "column school_id is empty in 1 rows"),
    "nothing": (made(units=60).select("school_id", "year", "closed"), "no column can be used"),
    "column": (made(units=60).drop("closed"), "there is no column closed"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_a_bad_panel_is_refused_with_what_where_and_what_to_do(kind: str) -> None:
    frame, message = WRONG[kind]
    with pytest.raises(BadPanel, match=message) as caught:
        panel_of(frame, NAMED)
    assert caught.value.zh
    assert "{" not in caught.value.zh + caught.value.en


def test_a_file_that_is_no_panel_is_named(tmp_path: Path) -> None:
    path = tmp_path / "panel.parquet"
    path.write_text("no parquet")
    with pytest.raises(BadPanel, match=r"panel\.parquet cannot be read"):
        read_panel(path, NAMED)
    with pytest.raises(BadPanel, match=r"none\.csv cannot be read"):
        read_panel(tmp_path / "none.csv", NAMED)


def test_parquet_and_csv_hold_the_same_panel(tmp_path: Path) -> None:
    frame = made(units=60)
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_csv(tmp_path / "a.csv")
    first, second = (read_panel(tmp_path / f"a.{kind}", NAMED) for kind in ("parquet", "csv"))
    np.testing.assert_array_equal(first.outcome, second.outcome)
    for name, values in first.numbers.items():
        np.testing.assert_allclose(values, second.numbers[name])


def test_columns_are_numbers_kinds_or_set_aside_with_the_reason() -> None:
    frame = _changed(
        name=pl.col("school_id") + "!", alike=pl.lit(1), grade=pl.lit("A"), is_rural=pl.col("students") > 500,
        code=pl.when(pl.col("noise1") > 0).then(pl.lit("1")).otherwise(pl.lit("A")),
    )  # fmt: skip
    panel = panel_of(frame, NAMED)
    assert {"students", "is_rural"} <= set(panel.numbers)
    assert {"sponsor", "code", "grade"} <= set(panel.kinds)
    told = " ".join(note.en for note in panel.notes)
    assert "name has 60 different values" in told
    assert "alike is the same in every row" in told


@pytest.mark.parametrize(
    ("periods", "apart"),
    [([2015, 2016, 2018], [0, 1, 3]), ([201511, 201512, 201601], [0, 1, 2]), (["a", "b", "c"], [0, 1, 2])],
)  # fmt: skip
def test_whole_numbered_periods_keep_their_gaps_and_others_are_counted_off(
    periods: list[object], apart: list[int]
) -> None:
    frame = pl.DataFrame({"u": [1, 1, 1], "t": periods, "x": [1.0, 2.0, 4.0], "y": [0, 1, 0]})
    assert panel_of(frame, Named("u", "t", "y")).period.tolist() == apart


def test_features_look_back_only() -> None:
    """Whatever stands in later rows, the features of earlier ones are the same."""
    frame = made(units=80, periods=5)
    later = frame.with_columns(
        pl.when(pl.col("year") >= 2018).then(pl.col(name) * -7 + 3).otherwise(name).alias(name)
        for name in ("students", "noise1")
    )
    early = panel_of(frame, NAMED).frame["year"].to_numpy() < 2018
    one, two = features(panel_of(frame, NAMED)), features(panel_of(later, NAMED))
    both = [
        name
        for name in (each.name for each in one.features)
        if name in {each.name for each in two.features}
    ]
    assert len(both) > 30
    for name in both:
        columns = [
            each.values[early, [f.name for f in each.features].index(name)] for each in (one, two)
        ]
        np.testing.assert_array_equal(*columns)


def test_a_change_is_told_against_the_last_known_value_and_the_own_usual() -> None:
    frame = pl.DataFrame({
        "school_id": ["a"] * 4 + ["b"] * 4, "year": [2018, 2019, 2020, 2021] * 2,
        "x": [100.0, None, 50.0, 50.0, 10.0, 10.0, 10.0, 20.0], "closed": [0, 0, 0, 1, 0, 0, 0, 0],
    })  # fmt: skip
    found = features(panel_of(frame, NAMED))
    told = dict(zip((each.name for each in found.features), found.values.T, strict=True))
    half = np.arcsinh(50) - np.arcsinh(100)
    assert told["x:change"][2] == pytest.approx(half)
    assert told["x:peak"][3] == pytest.approx(half)
    assert told["x:usual"][2] == pytest.approx(half)
    assert np.isnan(told["x:change"][0])


def test_ranks_are_shares_within_the_group_ties_in_the_middle() -> None:
    values = np.array([3.0, 1.0, 3.0, np.nan, 7.0, 7.0])
    group = np.array([0, 0, 0, 0, 1, 1])
    np.testing.assert_allclose(ranked(values, group), [1 / 6, -1 / 3, 1 / 6, np.nan, 0, 0])
