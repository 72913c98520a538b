"""The strip of fact and expectation as a figure: what is drawn where, whichever side of the range is open."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.charts.expectation import ExpectationView, expectation


def drawn(**told: Any) -> dict[str, Any]:
    view = ExpectationView(**{"own": 30.0, "own_text": "own", **told})
    found: dict[str, Any] = expectation(view, "light")["layout"]
    return found


def box(layout: dict[str, Any]) -> tuple[float, float]:
    (one,) = [shape for shape in layout["shapes"] if shape["type"] == "rect"]
    return float(one["x0"]), float(one["x1"])


def lines(layout: dict[str, Any]) -> list[tuple[float, float]]:
    return [(one["x0"], one["x1"]) for one in layout["shapes"] if one["type"] == "line"]


def test_the_way_runs_from_the_nearer_end_of_the_range_to_the_number() -> None:
    assert lines(drawn(low=10.0, high=20.0)) == [(20.0, 30.0)]
    assert lines(drawn(low=40.0, high=50.0)) == [(40.0, 30.0)]
    assert lines(drawn(low=10.0, high=50.0)) == []


@pytest.mark.parametrize("open_side", ["low", "high"])
def test_a_range_that_is_open_runs_to_the_end_of_the_axis(open_side: str) -> None:
    layout = drawn(**{"low": 40.0, "high": 20.0, open_side: None})
    first, last = layout["xaxis"]["range"]

    assert box(layout) == ((first, 20.0) if open_side == "low" else (40.0, last))


def test_the_year_before_is_a_tick_and_everything_has_room() -> None:
    layout = drawn(low=10.0, high=20.0, before=5.0, before_text="before", range_text="range")
    first, last = layout["xaxis"]["range"]

    assert (5.0, 5.0) in lines(layout)
    assert first < 5.0
    assert last > 30.0
    heights = {one["text"]: one["yshift"] for one in layout["annotations"]}
    assert heights["<b>own</b>"] > heights["range"] > heights["before"]


def test_words_near_an_end_lean_into_the_picture() -> None:
    sides = {one["text"]: one["xanchor"] for one in drawn(low=0.0, high=1.0, range_text="range")["annotations"]}  # fmt: skip

    assert sides == {"<b>own</b>": "right", "range": "left"}


def test_a_number_alone_and_markup_in_words_break_nothing() -> None:
    layout = drawn(own_text="<i>1</i>", before=30.0)

    assert layout["shapes"][0]["x0"] == 30.0
    assert "&lt;i&gt;" in layout["annotations"][0]["text"]


def test_long_numbers_have_fewer_ticks() -> None:
    assert drawn(low=1e6, high=2e6, own=3e6)["xaxis"]["nticks"] < drawn(low=1.0, high=2.0, own=3.0)["xaxis"]["nticks"]  # fmt: skip
