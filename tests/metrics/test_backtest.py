"""A back-test learns from nothing that was not known, finds what is there, and finds nothing where nothing is."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.errors import BadPanel
from metrics.risk.backtest import (
    FEWEST,
    MODEL,
    SINGLE,
    Backtest,
    Order,
    backtest,
    happened_after,
    known_before,
)  # fmt: skip
from metrics.risk.panel import panel_of
from metrics.risk.report import lines, page
from tests.panels import NAMED, made


@pytest.fixture(scope="module")
def found() -> Backtest:
    return backtest(panel_of(made(), NAMED), Order(leads=(1, 2)))


def test_a_cause_is_found_and_beats_the_best_single_indicator_of_the_panel(found: Backtest) -> None:
    first = found.leads[0]
    chance = first.happened[first.judged].mean()
    assert first.scores[MODEL].precision > 3 * chance
    assert first.scores[MODEL].precision > first.scores["best column"].precision
    assert first.scores[MODEL].skill > 0
    assert first.scores[MODEL].low <= first.scores[MODEL].precision <= first.scores[MODEL].high


def test_pure_chance_is_not_found() -> None:
    lead = backtest(panel_of(made(seed=3, effect=0.0), NAMED), Order()).leads[0]
    assert lead.scores[MODEL].low < 2 * lead.happened[lead.judged].mean()
    assert lead.scores[MODEL].skill < 0.02
    assert lead.scores[MODEL].error < 0.03


def test_what_happens_later_changes_no_earlier_score(found: Backtest) -> None:
    """The whole of the last two periods is another one, outcome and all: what was known before says the same."""
    frame, last = made(), 2019
    other = frame.with_columns(
        pl.when(pl.col("year") >= last).then(pl.col("students") * 9 + 1).otherwise("students").alias("students"),
        pl.when(pl.col("year") >= last).then(1 - pl.col("closed")).otherwise("closed").alias("closed"),
    )  # fmt: skip
    again = backtest(panel_of(other, NAMED), Order(leads=(1,)))
    before = pl.col("year") < last
    first = found.scores().filter(pl.col("lead") == 1, before)
    assert first.height > 0
    assert first.equals(again.scores().filter(before))


def test_every_row_of_a_tested_period_has_a_score_also_where_the_outcome_is_unknown(
    found: Backtest,
) -> None:
    scores, frame = found.scores(), found.panel.frame
    assert scores.columns == [
        "unit",
        "period",
        *(n for n in scores.columns if n in {"school_id", "year"}),
        "lead",
        "score",
    ]
    newest = scores.filter(pl.col("year") == 2020, pl.col("lead") == 1)
    assert set(newest["school_id"]) == set(frame.filter(pl.col("year") == 2020)["school_id"])
    assert scores["score"].is_between(0, 1).all()


def test_each_period_learns_from_rows_whose_lead_had_passed(found: Backtest) -> None:
    for lead in found.leads:
        for period, (rows, events) in lead.learnt.items():
            known = (found.panel.period + lead.lead <= period) & ~np.isnan(lead.happened)
            assert (rows, events) == (known.sum(), lead.happened[known].sum())
            assert events >= FEWEST


def test_an_outcome_is_shifted_within_its_unit_and_an_aligned_one_is_not() -> None:
    frame = pl.DataFrame({
        "school_id": ["a", "a", "a", "b", "b"], "year": [2019, 2020, 2022, 2019, 2020],
        "x": [1.0, 2.0, 3.0, 4.0, 5.0], "closed": [0, 1, 1, 0, 0],
    })  # fmt: skip
    panel = panel_of(frame, NAMED)
    nan = float("nan")
    one = happened_after(panel, 1, is_aligned=False)
    np.testing.assert_array_equal(one, [1, nan, nan, 0, nan])
    np.testing.assert_array_equal(
        happened_after(panel, 2, is_aligned=False), [nan, 1, nan, nan, nan]
    )
    np.testing.assert_array_equal(happened_after(panel, 2, is_aligned=True), [0, 1, 1, 0, 0])
    np.testing.assert_array_equal(known_before(panel, 1, is_aligned=False), [0, 1, 2, 0, 0])
    np.testing.assert_array_equal(known_before(panel, 1, is_aligned=True), [0, 0, 1, 0, 0])


def test_the_table_names_every_baseline_and_the_page_escapes_what_the_panel_says(
    found: Backtest,
) -> None:
    text = "\n".join(lines(found, "en"))
    assert all(
        word in text for word in ("best single indicator", "modified z", "ECOD", "isolation forest")
    )
    frame = made().rename({"noise1": "<b>noise"}).with_columns(empty=pl.lit(None), alike=pl.lit(3))
    odd = backtest(panel_of(frame, NAMED), Order())
    for lang in ("zh", "en"):
        html = page(odd, lang)
        assert "<b>noise" not in html
        assert f"{odd.leads[0].scores[SINGLE].precision:.3f}" in html
    assert "alike" in page(odd, "en")


@pytest.mark.parametrize("periods", [2, 3])
def test_a_panel_too_short_for_its_lead_says_so(periods: int) -> None:
    frame = made().filter(pl.col("year") < 2015 + periods)
    with pytest.raises(BadPanel, match="at a lead of 5 no period can be tested"):
        backtest(panel_of(frame, NAMED), Order(leads=(5,)))


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    frame = made(units=120, periods=5)
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=seed)
    assert panel_of(frame, NAMED).frame.equals(panel_of(shuffled, NAMED).frame)
