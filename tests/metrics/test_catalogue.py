"""Every declaration of the catalogue is complete, and refers only to what exists."""

import re

import pytest

from metrics.catalogue.general import WHO
from metrics.discovery import check_part, metric, metrics, parts, shelf
from metrics.errors import UnknownMetric
from metrics.metric import (
    PERSONS,
    Additivity,
    Change,
    Count,
    Cumulative,
    Direction,
    Family,
    Median,
    Metric,
    Part,
    Percentile,
    Ratio,
    Share,
    may_share_a_series,
)
from warehouse.domains.monitoring import NINE
from warehouse.errors import DeclarationError, UnknownName
from warehouse.form import Period
from warehouse.text import Text


@pytest.mark.parametrize("one", metrics().values(), ids=str)
def test_a_metric_is_said_completely_in_both_languages(one: Metric) -> None:
    texts = (one.label, one.definition, one.question, one.unit.label, shelf(one))
    assert all(text.zh and text.en for text in texts)
    assert all(entry.why.zh and entry.why.en for entry in one.breaks)
    assert not re.search(r"[一-鿿]", one.definition.en + one.label.en)


@pytest.mark.parametrize("one", metrics().values(), ids=str)
def test_a_metric_answers_a_question_or_stands_in_the_register(one: Metric) -> None:
    assert one.question.zh.endswith("？")
    assert re.fullmatch(r"(K(0[1-9]|[1-3]\d|4[0-4]))?", one.code)


def test_the_catalogue_holds_every_kind_and_more_than_thirty_five_metrics() -> None:
    kinds = {type(one) for one in metrics().values()}

    assert len(metrics()) >= 35
    assert kinds == {Count, Ratio, Share, Change, Cumulative, Percentile, Median}


def test_no_two_metrics_are_the_same_number() -> None:
    formulas = [
        (one.sums(2030), one.unit, one.kind, getattr(one, "share", None))
        for one in metrics().values()
    ]
    labels = [one.label for one in metrics().values()]

    assert len(set(formulas)) == len(formulas)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("limit", NINE)
def test_each_of_the_nine_limits_has_a_share_of_schools_from_2022(limit: str) -> None:
    share = metric(f"met_{limit}")

    assert isinstance(share, Share)
    assert share.since == 2022
    assert {part.measure for part in parts(share)} == {f"met_{limit}", "eligible"}
    assert {part.kinds for part in parts(share)} == {("school",)}


def test_the_two_definitions_of_employment_never_share_a_series() -> None:
    assert not may_share_a_series(metric("settled_rate"), metric("employment_rate"))
    assert not may_share_a_series(metric("employment_rate"), metric("direct_employment"))
    assert may_share_a_series(metric("settled_rate"), metric("further_study"))


def test_a_stock_is_added_over_places_but_not_over_years() -> None:
    assert metric("students").additivity is Additivity.PLACES
    assert metric("graduates").additivity is Additivity.PLACES_AND_YEARS
    assert metric("students_per_teacher").additivity is Additivity.NONE
    assert metric("graduates_since_2020").additivity is Additivity.PLACES


def test_students_per_teacher_is_better_when_lower() -> None:
    assert metric("students_per_teacher").direction is Direction.DOWN


def test_an_unknown_metric_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(UnknownMetric, match="students"):
        metric("studnets")


@pytest.mark.parametrize(
    "part",
    [
        Part("enrollment", "students"),
        Part("enrolment", "pupils"),
        Part("staff", "persons", "staff_type", ("teachers",)),
    ],
)
def test_a_part_nobody_declared_is_refused(part: Part) -> None:
    with pytest.raises(UnknownName):
        check_part(part)


def test_a_cut_no_rollup_has_is_refused() -> None:
    with pytest.raises(DeclarationError):
        check_part(Part("enrolment", "students", "grade*sex", ("1*2",)))


def test_parts_add_and_subtract_before_anything_is_divided() -> None:
    settled = Part("destination", "employed") - (
        Part("destination", "unsettled") + Part("destination", "enlisted")
    )
    count = Count(
        settled,
        label=Text("甲", "A"),
        definition=WHO,
        question=WHO,
        unit=PERSONS,
        family=Family.SCALE,
        direction=Direction.UP,
        period=Period.STOCK,
    )

    assert [part.sign for part in parts(count)] == [1, -1, -1]
