"""What may become of a school: when it is known, when it is not asked, and what a forecast is made of."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score

from metrics.risk.backtest import backtest
from metrics.risk.data import data_of
from metrics.risk.forecast import LISTED, Forecast, forecasts, foreseen
from metrics.risk.learners import dealt, fit, thinned
from metrics.risk.panel import panel_of
from metrics.risk.schools import (
    ANY,
    BELOW,
    CHOSEN,
    CONDITIONS,
    ENDS,
    LEADS,
    NAMED,
    OUTCOMES,
    RATIOS,
    SHRINKS,
    Outcome,
    called,
    known,
    order,
    panel_columns,
    told,
)  # fmt: skip
from metrics.risk.scores import (
    Judged,
    average_precision,
    calibration_error,
    score,
    with_probabilities,
)
from metrics.risk.trajectory import features
from metrics.signals.panel import SCHEMA
from tests.panels import NAMED as MADE
from tests.panels import made

YEARS = range(2020, 2025)
FOREVER = 9999


def lives(
    students: list[float | None],
    missed: list[int | None] | None = None,
    *,
    last: int = FOREVER,
    school: int = 1,
) -> pl.DataFrame:
    """One school from 2020 on, a row a year."""
    return pl.DataFrame({
        "school_id": [school] * len(students), "year": list(YEARS)[: len(students)], "students": students,
        "limits_missed": missed or [0] * len(students), "last_year": [last] * len(students),
    }, schema_overrides={"students": pl.Float64, "limits_missed": pl.Float64})  # fmt: skip


def happened(rows: pl.DataFrame, outcome: Outcome, lead: int, school: int = 1) -> list[int | None]:
    """Beside a school that has reported every year."""
    beside = lives([500.0] * len(YEARS), school=99)
    found = known(pl.concat([rows, beside]), outcome, lead)
    return found.filter(pl.col("school_id") == school)["happened"].to_list()


def test_a_quarter_lost_is_known_from_the_year_before_and_not_asked_of_who_is_in_it() -> None:
    rows = lives([400, 400, 300, 290, 290])
    assert happened(rows, SHRINKS, 1) == [0, 1, None, 0, None]
    # within two years; in 2022 and 2023 it is in it already
    assert happened(rows, SHRINKS, 2) == [1, 1, None, None, None]


def test_a_slow_loss_counts_within_two_years_only() -> None:
    rows = lives([1000, 850, 722, 614, 600])
    assert happened(rows, SHRINKS, 1)[:4] == [0, 0, 0, 0]
    assert happened(rows, SHRINKS, 2)[:2] == [1, 1]


def test_a_year_without_a_report_leaves_a_loss_unknown_unless_it_shows_in_another() -> None:
    assert happened(lives([400, None, 390, 390, 390]), SHRINKS, 1)[:3] == [None, None, 0]
    assert happened(lives([400, None, 200, 200, 200]), SHRINKS, 2)[0] == 1


def test_a_minimum_is_asked_of_those_who_meet_all_and_are_judged() -> None:
    rows = lives([400] * 5, [0, 0, 2, None, 0])
    assert happened(rows, BELOW, 1) == [0, 1, None, None, None]
    assert happened(rows, BELOW, 2) == [1, 1, None, None, None]


def test_a_closure_is_known_within_its_window_and_no_other() -> None:
    rows = lives([400, 390, 380], last=2022)
    assert happened(rows, ENDS, 1) == [0, 0, 1]
    assert happened(rows, ENDS, 2) == [0, 1, 1]
    assert happened(rows, SHRINKS, 1) == [0, 0, None]


def test_nothing_is_known_of_a_window_that_is_not_over() -> None:
    for outcome in OUTCOMES:
        for lead in (1, 2):
            assert happened(lives([400] * 5), outcome, lead) == [0] * (5 - lead) + [None] * lead
    closing = lives([400] * 5, last=2024)
    assert happened(closing, ENDS, 1)[-1] is None


def test_any_is_what_can_still_begin() -> None:
    in_one = lives([400, 300, 299, 299, 299], [3, 3, 3, 3, 3], last=2023)
    # 2020: it loses a quarter; 2021: it is in that state and below a minimum, so only its end counts; 2023: it ends
    assert happened(in_one, ANY, 1)[:4] == [1, 0, 0, 1]
    unjudged = lives([400] * 5, [None] * 5)
    assert happened(unjudged, ANY, 1) == [0, 0, 0, 0, None]
    assert happened(lives([400, None, 400, 400, 400]), ANY, 1)[0] is None


def test_a_risk_rests_on_no_code_name_or_place() -> None:
    panel = pl.DataFrame(
        {
            "school_id": [1], "year": [2024], "code": ["3643"], "province": [430000], "unit_kind": ["school"], "school_type": [None],
            "sponsor": ["education"], "students": [120.0], "full_time_teachers": [0.0], "land": [600.0], "founded": [1990],
        }, schema_overrides=SCHEMA,
    )  # fmt: skip
    absent = [pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name not in panel.columns]  # fmt: skip
    judged = [pl.lit(1.0).alias(name) for name in CONDITIONS]
    row = told(panel.with_columns(*absent, *judged), {1: FOREVER})

    assert not {"code", "province", "name_zh", "founded"} & set(row.columns)
    one = row.row(0, named=True)
    assert one["land_per_student"] == 5.0
    assert one["students_per_teacher"] is None
    assert one["near_limits"] == len(CONDITIONS) - 1
    assert (one["region"], one["school_type"], one["age"]) == ("centre", "school", 34.0)


def test_every_column_a_model_may_see_has_a_name_in_both_languages() -> None:
    for column in (
        *CHOSEN,
        *RATIOS,
        "age",
        "near_limits",
        "limits_missed",
        "school_type",
        "region",
    ):
        assert called(column).zh
        assert called(column).en
    for outcome in OUTCOMES:
        assert all(called(column) for column in outcome.directions)


@cache
def closing() -> pl.DataFrame:
    """The schools of the made-up panel, which close when they shrink."""
    rows = made(units=120).rename({"noise1": "staff", "noise2": "books"})
    ends = pl.when(pl.col("closed").max().over("school_id") == 1).then(
        pl.col("year").max().over("school_id")
    )
    kept = ("year", "students", "sponsor", "staff", "books")
    return rows.select(
        pl.col("school_id").str.slice(1).cast(pl.Int64), *kept,
        limits_missed=pl.lit(0.0), last_year=ends.fill_null(FOREVER),
    )  # fmt: skip


@cache
def found() -> list[Forecast]:
    return forecasts(closing(), ENDS, 1)


def test_a_forecast_is_of_the_newest_year_and_says_why_in_both_languages() -> None:
    newest = closing().filter(pl.col("year") == 2020)
    assert {one.school_id for one in found()} == set(newest["school_id"])
    assert [one.probability for one in found()] == sorted((one.probability for one in found()), reverse=True)  # fmt: skip
    first = found()[0]
    assert 2 <= len(first.reasons) <= LISTED
    assert first.probability > 2 * first.usual
    assert {one.label.en for one in first.reasons} & {"Students"}
    assert f"{first.probability:.1%}" in first.sentence.zh
    assert "closes or is merged" in first.sentence.en


def test_those_who_are_in_it_already_get_no_forecast() -> None:
    halved = pl.col("students") * pl.when((pl.col("year") == 2020) & (pl.col("school_id") < 30)).then(0.5).otherwise(1.0)  # fmt: skip
    rows = closing().with_columns(students=halved)
    frame = known(rows, SHRINKS, 1).filter(pl.col("year") == 2020)
    asked = {one.school_id for one in forecasts(rows, SHRINKS, 1)}
    assert asked == set(frame.filter(~pl.col("is_in_it"))["school_id"])
    assert frame["is_in_it"].sum() > 15


def test_contributions_add_up_to_the_logistic_members() -> None:
    panel = panel_of(made(units=150), MADE)
    data = data_of(panel, features(panel))
    rows = np.flatnonzero(panel.period < 4)
    model = fit(data, rows, panel.outcome[rows])
    asked = np.arange(40)
    added = data.even[asked] @ model.slopes
    logistic = [model.members[name] for name in ("ridge", "lasso", "single")]
    weighted = np.stack([one.share * one.fitted.logits(data, asked) for one in logistic])
    members = weighted.sum(axis=0) / sum(one.share for one in logistic)
    np.testing.assert_allclose(added - added[0], members - members[0], atol=1e-9)
    steep = replace(model, slope=1e6).probability(data, rows)
    assert set(steep) == {0.0}  # said without complaint, though exp() cannot hold what lies between


def test_the_engine_tests_the_frame_as_it_is() -> None:
    frame = known(closing(), ENDS, 1)
    panel = panel_of(panel_columns(frame), NAMED)
    lead = backtest(panel, order(ENDS, 1, panel)).leads[0]
    assert lead.scores["model"].precision > 2 * lead.happened[lead.judged].mean()


@pytest.mark.parametrize("seed", range(5))
def test_average_precision_is_the_libraries(seed: int) -> None:
    dice = np.random.default_rng(seed)
    events = (dice.random(60) < 0.2).astype(np.float64)
    events[0] = 1.0
    ranking = np.round(dice.normal(size=60), 1)  # with ties
    assert average_precision(events, ranking) == pytest.approx(average_precision_score(events, ranking))  # fmt: skip


def test_all_outcomes_together_say_what_each_says_alone() -> None:
    together = {(one.outcome.name, one.lead): one for one in foreseen(closing())}
    assert set(together) == {(outcome.name, lead) for outcome in OUTCOMES for lead in LEADS}
    ends = together["ends", 1]
    assert list(ends.forecasts) == found()
    assert ends.learnt[1] > 20
    assert ends.model is not None
    assert ends.years == (2015, 2019)


def test_an_outcome_that_never_happened_says_why_and_the_others_go_on() -> None:
    together = {(one.outcome.name, one.lead): one for one in foreseen(closing())}
    below = together["below", 1]
    assert below.model is None
    assert below.forecasts == ()
    assert below.why
    assert below.why.zh != below.why.en


def test_units_stay_whole_when_they_are_dealt_out_and_events_are_spread() -> None:
    dice = np.random.default_rng(3)
    units = dice.integers(0, 90, 400)
    labels = (units % 10 == 0).astype(np.float64)
    fold = dealt(units, labels, 3, seed=0)
    assert all(np.unique(fold[units == one]).size == 1 for one in np.unique(units))
    events = [np.unique(units[(fold == each) & (labels == 1)]).size for each in range(3)]
    assert max(events) - min(events) <= 1


def test_rows_that_were_thinned_out_keep_their_weight() -> None:
    happened = np.zeros(90_000)
    happened[:4_000] = 1.0
    kept, weight = thinned(happened)
    assert kept.size < 11_000
    assert weight[happened[kept] == 1].sum() == pytest.approx(4_000)
    assert weight.sum() == pytest.approx(90_000)


def test_errors_of_probabilities_carry_intervals_that_hold_them() -> None:
    """Of 400 units a quarter is promised 0.4 and the others 0.1; they keep it in some hundredths."""
    dice = np.random.default_rng(5)
    promised = np.where(np.arange(400) % 4 == 0, 0.4, 0.1)
    happened = (dice.random(400) < promised).astype(np.float64)
    judged = Judged(happened, np.zeros(400, dtype=np.int64), np.arange(400))
    found = with_probabilities(score(judged, promised), judged, promised, np.full(400, happened.mean()))  # fmt: skip
    low, high = found.error_range
    assert found.error == calibration_error(happened, promised)
    assert found.top_error == pytest.approx(abs(0.4 - happened[promised > 0.2].mean()))
    assert 0 <= low < high < 0.2
    assert found.top_range[0] <= found.top_error <= found.top_range[1]
    assert found.skill > 0
