"""The figures: plain dicts, nothing joined over a break, no unit lost."""

import json
from dataclasses import replace

from dashboards.charts import rows as lines
from dashboards.charts.swarm import MOST_DOTS, SwarmView, swarm
from dashboards.charts.trend import BreakView, LineView, TrendView, trend

YEARS = ("2020", "2021", "2022", "2023")


def test_a_break_is_a_gap_with_its_reason() -> None:
    view = TrendView(
        YEARS, (LineView("湖南", (1.0, 2.0, 3.0, 4.0)),), breaks=(BreakView(2, "口径改变"),)
    )

    drawn = trend(view, "light")

    assert [trace["x"] for trace in drawn["data"]] == [[0, 1], [2, 3]]
    assert "口径改变" in {word["text"] for word in drawn["layout"]["annotations"]}
    assert drawn["layout"]["shapes"][0]["x0"] == 1.5


def test_a_missing_year_is_not_bridged() -> None:
    drawn = trend(TrendView(YEARS, (LineView("湖南", (1.0, None, 3.0, 4.0)),)), "light")

    assert drawn["data"][0]["y"] == [1.0, None, 3.0, 4.0]
    assert drawn["data"][0]["connectgaps"] is False


def test_a_preliminary_last_point_is_hollow() -> None:
    view = TrendView(
        YEARS, (LineView("湖南", (1.0, 2.0, 3.0, 4.0)),), preliminary=True, preliminary_text="初步"
    )

    drawn = trend(view, "light")

    fills = drawn["data"][0]["marker"]["color"]
    assert fills[-1] != fills[0]
    assert drawn["layout"]["xaxis"]["ticktext"][-1] == "2023<br>初步"


def test_names_at_the_ends_of_lines_do_not_touch() -> None:
    lines = (LineView("甲", (1.0, 5.0)), LineView("乙", (2.0, 5.01), "parent"))

    drawn = trend(TrendView(YEARS[:2], lines), "light", 260)

    low, high = drawn["layout"]["yaxis"]["range"]
    ends = [
        word["y"] for word in drawn["layout"]["annotations"] if word["text"] in {"<b>甲</b>", "乙"}
    ]
    assert abs(ends[1] - ends[0]) >= 15 * (high - low) / 200


def test_a_line_of_nothing_draws_nothing_false() -> None:
    drawn = trend(TrendView(YEARS, (LineView("湖南", (None, None, None, None)),)), "dark")

    json.dumps(drawn)
    assert drawn["data"][0]["y"] == [None] * 4


def test_a_swarm_has_one_dot_a_unit_and_tells_breaches_by_shape() -> None:
    values = [12.0, 14.5, 14.6, 20.0, 20.1, 31.0]

    drawn = swarm(SwarmView(values, limit=20, low=8, high=30), "light")

    assert sum(len(trace["x"]) for trace in drawn["data"]) == 6
    assert {trace["marker"]["symbol"]: len(trace["x"]) for trace in drawn["data"]} == {
        "circle": 4,
        "square": 2,
    }


def test_below_may_be_the_wrong_side() -> None:
    drawn = swarm(SwarmView([1.0, 3.0, 5.0], limit=3, breach="below"), "light")

    assert {trace["marker"]["symbol"]: len(trace["x"]) for trace in drawn["data"]} == {
        "circle": 2,
        "square": 1,
    }


def test_more_than_a_thousand_units_are_columns_that_count_all() -> None:
    values = [float(number % 97) for number in range(MOST_DOTS + 1)]

    drawn = swarm(SwarmView(values, limit=80), "light")

    assert {trace["type"] for trace in drawn["data"]} == {"bar"}
    assert sum(sum(trace["y"]) for trace in drawn["data"]) == MOST_DOTS + 1
    assert len(json.dumps(drawn)) < 12_000


def test_words_over_a_median_at_the_end_lean_into_the_picture() -> None:
    def leans(values: list[float]) -> str:
        drawn = swarm(
            SwarmView(values, median=values[0], median_text="中位数", low=0, high=5), "light"
        )
        return str(drawn["layout"]["annotations"][0]["xanchor"])

    assert [leans([0.0]), leans([2.5]), leans([5.0])] == ["left", "center", "right"]


def test_ticks_of_a_short_axis_are_told_apart() -> None:
    ends = {high: swarm(SwarmView([0.0, high]), "light")["layout"]["xaxis"]["tickformat"] for high in (0.5, 5.0, 7.0, 900.0)}  # fmt: skip

    assert ends == {0.5: ",.2f", 5.0: ",.1f", 7.0: ",.0f", 900.0: ",.0f"}


def test_equal_values_still_have_an_axis() -> None:
    low, high = swarm(SwarmView([5.0, 5.0]), "light")["layout"]["xaxis"]["range"]

    assert low < 5 < high


def test_columns_have_round_edges_so_that_a_limit_falls_between_them() -> None:
    values = [number / 10 for number in range(80, 300)] * 6

    drawn = swarm(SwarmView(values, limit=20, low=8.3, high=30), "light")

    lawful, beyond = drawn["data"]
    assert max(at + lawful["width"] / 2 for at in lawful["x"]) <= 20
    assert min(at - beyond["width"] / 2 for at in beyond["x"]) >= 20
    assert sum(sum(trace["y"]) for trace in drawn["data"]) == len(values)


def test_a_published_series_is_rings_under_ours_with_its_name_at_its_beginning() -> None:
    lines = (
        LineView("本系统", (None, 2.0, 3.0, 4.0)),
        LineView("公布数", (1.0, 2.0, None, None), dashed=True),
    )

    drawn = trend(TrendView(YEARS, lines), "light")

    assert [trace["line"]["dash"] for trace in drawn["data"]] == ["dot", "solid"]
    name = next(word for word in drawn["layout"]["annotations"] if word["text"] == "公布数")
    assert (name["x"], name["y"]) == (0, 1.0)


def test_a_name_without_room_stands_in_two_lines_and_makes_its_rows_higher() -> None:
    short = lines.RowsView(
        [lines.LineView("全国", 3.0), lines.LineView("Hunan", 2.0)], "bar", 0, ""
    )
    name = "Local education department • Vocational senior school"
    long = replace(short, rows=[*short.rows, lines.LineView(name, 1.0)])

    drawn = lines.rows(long, "light")["layout"]

    assert drawn["yaxis"]["ticktext"] == [
        "全国 ",
        "Hunan ",
        "Local education department <br>• Vocational senior school ",
    ]
    assert (
        drawn["height"]
        == lines.height(long)
        == lines.height(short) + 3 * lines.BROKEN_PX - 2 * lines.ROW_PX
    )
    assert drawn["margin"]["l"] <= 210
