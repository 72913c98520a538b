"""The charts of a table: the kind that fits, classes made of printed numbers alone, and signs that are never numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from dashboards.i18n import Phrases
from dashboards.parts.heat import HeatCell
from dashboards.parts.marks import StripView
from dashboards.parts.multiples import PointView
from dashboards.views import build_fit, build_grid, build_maps, build_panels, tiles
from dashboards.views.build import Words
from dashboards.views.build_fit import Shape
from dashboards.views.charted import Charted, Series, series
from dashboards.views.wording import Scale
from metrics.discovery import metric
from metrics.question import Cell, Key, State
from metrics.tables.ask import Ask, Pick
from metrics.tables.build import Table
from tests.readers import YEAR, Ministry, asked_by_dash, section
from warehouse.places import NATION

ONE = Shape(
    provinces=0, places=1, members=0, metrics=1, years=1, series=1, is_sum=True, has_total=True
)
WITHHELD, ABSENT = Cell(None, State.WITHHELD), Cell(None, State.NOT_SUBMITTED)


def known(value: float, units: int = 10) -> Cell:
    return Cell(value, State.VALUE, int(value), None, units, 10)


def words_of(ministry: Ministry, cells: Mapping[Key, Cell], lang: Any = "zh") -> Words:
    """A table of just these cells."""
    places = tuple(dict.fromkeys(key.place for key in cells))
    ask = Ask(
        picks=tuple(map(Pick, places)), years=tuple(sorted({key.year for key in cells})), metrics=tuple(dict.fromkeys(key.metric for key in cells)),
    )  # fmt: skip
    return Words(Table(ask, places, ("",), None, cells, {}), ministry.web.ladder, Phrases(lang))


def drawn_of(words: Words, kind: Any) -> Charted:
    one = metric(words.table.ask.metrics[0])
    return Charted(words, one, kind, series(words, one), words.table.ask.years[-1])


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "bars"), ({"is_sum": False}, "dots"), ({"years": 3}, "lines"), ({"years": 3, "series": 6, "places": 6}, "lines"),
        ({"provinces": 32, "places": 33, "series": 32, "years": 3}, "map"), ({"years": 3, "series": 20, "places": 20}, "multiples"),
        ({"years": 2, "series": 20, "places": 20}, "dots"), ({"series": 20, "places": 20}, "bars"), ({"places": 3, "series": 3, "metrics": 2}, "beside"),
        ({"places": 3, "series": 3, "metrics": 4, "years": 5}, "beside"), ({"years": 3, "series": 90, "places": 90}, "heat"),
        ({"places": 20, "members": 15, "series": 300}, "heat"), ({"places": 90, "series": 90, "metrics": 2}, "metrics"), ({"series": 90, "places": 90}, None), ({"series": 0}, None),
    ],
)  # fmt: skip
def test_the_chart_fits_the_table(changes: dict[str, Any], kind: str | None) -> None:
    assert build_fit.best(ONE._replace(**changes)) == kind


def test_a_kind_that_does_not_fit_is_not_offered_and_says_why(ministry: Ministry) -> None:
    said = {"places": str(NATION), "metrics": "students", "years": str(YEAR), "chart": "map"}
    seen = section(asked_by_dash(ministry.client("ministry"), f"/en/build/{NATION}", f"?{urlencode({'year': YEAR, **said})}"), "chart")  # fmt: skip

    assert "A map needs ten provinces at least" in seen
    assert "chart=heat" not in seen
    assert '"aria-current": "true"' in seen


def test_every_kind_that_fits_is_drawn_of_a_real_table_in_both_languages(
    ministry: Ministry,
) -> None:
    found: set[str] = set()
    for lang, marks in (
        ("zh", ("地图", "热图", "小多图")),
        ("en", ("Map", "Heat map", "Multiples")),
    ):
        for kind in ("map", "heat", "multiples", "dots", "bars"):
            said = {"places": "1.1-provinces", "metrics": "students.students_per_teacher", "cut": "grade", "chart": kind, "years": str(YEAR)}  # fmt: skip
            seen = section(asked_by_dash(ministry.client("ministry"), f"/{lang}/build/{NATION}", f"?{urlencode({'year': YEAR, **said})}"), "chart")  # fmt: skip
            assert all(mark in seen for mark in marks[:2]), (lang, kind)
            if kind == "multiples":  # the nation and all of its provinces
                assert seen.count('"className": "pan"') >= 32
            found |= {cls for cls in ("tiles", "t heat", "multiples") if f'"className": "{cls}"' in seen}  # fmt: skip

    assert found == {"tiles", "t heat", "multiples"}


def test_classes_are_made_of_printed_numbers_and_the_withheld_moves_nothing(
    ministry: Ministry,
) -> None:
    places = ministry.web.ladder.children(NATION)[:8]
    cells = {Key("students", place, YEAR): known(1000.0 * (at + 1)) for at, place in enumerate(places)}  # fmt: skip
    hidden = {**cells, Key("students", places[-1], YEAR): WITHHELD}
    thin = {**cells, Key("students", places[-1], YEAR): known(8000.0, units=5)}

    bounds = [build_grid.bounds(drawn_of(words_of(ministry, one), "heat")) for one in (hidden, thin)]  # fmt: skip
    assert bounds[0] == bounds[1] == tiles.bounds_of(metric("students"), [1000.0 * n for n in range(1, 8)])  # fmt: skip


def test_a_cell_of_a_heat_map_prints_its_number_or_its_sign(ministry: Ministry) -> None:
    first, second, third = ministry.web.ladder.children(NATION)[:3]
    cells = {
        Key("students", first, 2024): known(1000), Key("students", first, YEAR): WITHHELD, Key("students", second, 2024): known(3000),
        Key("students", second, YEAR): ABSENT, Key("students", third, 2024): known(2000, units=3), Key("students", third, YEAR): known(2000),
    }  # fmt: skip
    drawn = drawn_of(words_of(ministry, cells), "heat")
    steps = build_grid.bounds(drawn)
    seen = [[build_grid._cell(drawn, one, year, steps) for year in drawn.years] for one in drawn.series]  # fmt: skip

    assert seen[0] == [HeatCell("1,000", step=1), HeatCell(symbol="withheld")]
    assert seen[1] == [HeatCell("3,000", step=len(steps) + 1), HeatCell(symbol="not_submitted")]
    assert seen[2][0] == HeatCell("2,000", step=None)


def test_panels_share_a_scale_and_a_gap_is_a_sign(ministry: Ministry) -> None:
    first, second = ministry.web.ladder.children(NATION)[:2]
    cells = {
        Key("students", first, 2023): known(100), Key("students", first, 2024): WITHHELD, Key("students", first, 2025): known(50),
        Key("students", second, 2023): known(0), Key("students", second, 2024): known(25), Key("students", second, 2025): ABSENT,
    }  # fmt: skip
    words = words_of(ministry, cells)
    ends = build_panels._ends(metric("students"), [100.0, 50.0, 0.0, 25.0])
    panels = [build_panels._panel(drawn_of(words, "multiples"), Series(place), metric("students"), ends, None) for place in (first, second)]  # fmt: skip

    assert ends == (0.0, 150.0)
    assert panels[0].points[1] == PointView(None, "withheld")
    assert panels[1].points[0] == PointView(0.0)
    assert panels[1].points[2] == PointView(None, "not_submitted")
    assert panels[0].points[2].share == pytest.approx(100 / 3, abs=0.01)
    assert (panels[0].value, panels[1].value) == ("50", "…")
    assert panels[0].ends == panels[1].ends == ("0", "150")


def test_places_side_by_side_say_how_they_differ_from_the_first(ministry: Ministry) -> None:
    first, second, third = ministry.web.ladder.children(NATION)[:3]
    cells = {
        Key("students", first, YEAR): known(1000), Key("students", second, YEAR): known(1200), Key("students", third, YEAR): WITHHELD,
        Key("students_per_teacher", first, YEAR): known(18.5), Key("students_per_teacher", second, YEAR): known(16.25),
        Key("students_per_teacher", third, YEAR): known(18.5, units=5),
    }  # fmt: skip
    drawn = drawn_of(words_of(ministry, cells, "en"), "beside")
    told = [_told(drawn, name) for name in ("students", "students_per_teacher")]

    assert told[0] == ["1,000", "1,200 20.0% more", "withheld"]
    assert told[1] == ["18.50", "16.25 2.25 lower", "18.50 coverage differs"]


def test_a_part_tells_its_share_of_the_whole_and_nothing_that_prints_as_zero_is_a_difference(ministry: Ministry) -> None:  # fmt: skip
    one, other = ministry.web.ladder.children(NATION)[:2]
    cells = {
        Key("students", NATION, YEAR): known(10_000), Key("students", one, YEAR): known(1000), Key("students", other, YEAR): known(1200),
        Key("dual_qualified", NATION, YEAR): known(50.0), Key("dual_qualified", one, YEAR): known(50.01), Key("dual_qualified", other, YEAR): known(49.0),
    }  # fmt: skip
    drawn = drawn_of(words_of(ministry, cells, "en"), "beside")
    students, qualified = build_panels._beside_rows(drawn)
    strip = students.cells[0]

    assert [getattr(cell, "note", "") for cell in students.cells[2:]] == ["10.0% of it", "12.0% of it"]  # fmt: skip
    assert isinstance(strip, StripView)
    assert [at for _, at in strip.points] == [1, 2]
    assert [getattr(cell, "note", "") for cell in qualified.cells[2:]] == ["the same", "1.0 pp lower"]  # fmt: skip


def _told(drawn: Charted, name: str) -> list[str]:
    scale = drawn.words.scales[name]
    cells = [drawn.cell(Series(place), YEAR, name) for place in drawn.words.table.places]
    views = [
        build_panels._against(Phrases("en"), metric(name), cell, cells[0], scale) for cell in cells
    ]
    views[0] = views[0]._replace(note="")
    return [view.symbol or f"{view.text} {view.note}".strip() for view in views]


def test_what_is_withheld_stands_last_among_rows_with_its_sign(ministry: Ministry) -> None:
    said = {"places": "1-provinces", "metrics": "students", "years": str(YEAR), "chart": "bars"}
    page = asked_by_dash(ministry.client("ministry"), f"/zh/build/{NATION}", f"?{urlencode({'year': YEAR, **said})}")  # fmt: skip
    figure = _figure(page)
    values = figure["data"][0]["x"]

    numbers = [value for value in values if value is not None]
    assert numbers == sorted(numbers, reverse=True)
    assert values[: len(numbers)] == numbers
    signs = [note["text"] for note in figure["layout"]["annotations"] if note.get("xref") == "paper"]  # fmt: skip
    assert len(signs) == len(values) - len(numbers)


def _figure(page: Any) -> dict[str, Any]:
    """The first chart of the builder's section."""
    found: list[dict[str, Any]] = []

    def within(part: Any) -> None:
        if isinstance(part, list):
            for one in part:
                within(one)
        elif isinstance(part, dict):
            if part["type"] == "Graph":
                found.append(part["props"]["figure"])
            within(part["props"].get("children"))

    within(page)
    assert found, json.dumps(page, ensure_ascii=False)[:400]
    return found[0]


def test_classes_of_a_ratio_are_the_same_everywhere_and_those_of_a_sum_suit_the_table() -> None:
    sums = tiles.bounds_of(metric("students"), [12.0, 40.0, 55.0, 80.0, 120.0, 300.0])

    assert tiles.bounds_of(metric("students_per_teacher"), [1.0, 2.0]) == (14, 16, 18, 20)
    assert list(sums) == sorted(set(sums))
    assert 12 < sums[0] <= sums[-1] <= 300
    assert tiles.bounds_of(metric("students"), [5.0]) == ()
    assert tiles.class_names((10_000.0, 25_000.0), Scale(1e4, 2, "万人")) == (
        "< 1",
        "1–2.5",
        "≥ 2.5",
    )


# -- of several metrics, and of several groups


def test_each_metric_is_shaded_by_its_own_classes_and_darker_is_better(ministry: Ministry) -> None:
    """Of students more is darker; of students per teacher, where lower is better, fewer."""
    provinces = ministry.web.ladder.children(NATION)[:6]
    cells = {
        Key(name, place, YEAR): known(value)
        for at, place in enumerate(provinces)
        for name, value in (("students", 1000.0 * (at + 1)), ("students_per_teacher", 10.0 + 2 * at), ("dual_qualified", 50.0))
    }  # fmt: skip
    cells[Key("students", provinces[0], YEAR)] = WITHHELD
    drawn = drawn_of(words_of(ministry, cells), "metrics")
    rows = [Series(place) for place in provinces]
    more, fewer, alike = (build_maps.column(drawn, rows, metric(name)) for name in drawn.words.table.ask.metrics)  # fmt: skip

    assert more[0] == HeatCell(symbol="withheld")
    assert [one.step for one in more[1:]] == sorted(one.step or 0 for one in more[1:])
    assert (more[1].step, more[-1].step) == (1, 5)
    assert (fewer[0].step, fewer[-1].step) == (5, 1)
    assert len({one.step for one in alike}) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_metrics_have_a_heat_map_and_groups_have_maps(ministry: Ministry, lang: str) -> None:
    """Of a real table: each head leads to its definition and says which way it is shaded; at most six maps, the three places outside on each."""
    at = f"/{lang}/build/{NATION}"
    many = f"?year={YEAR}&places=1-provinces&years={YEAR}&metrics=students.students_per_teacher&chart=metrics"
    groups = f"?year={YEAR}&places=1-provinces&years={YEAR}&metrics=students&cut=major&chart=maps"
    heat = section(asked_by_dash(ministry.client("ministry"), at, many), "chart")
    maps = section(asked_by_dash(ministry.client("ministry"), at, groups), "chart")
    few = section(asked_by_dash(ministry.client("ministry"), at, f"?year={YEAR}&places=1&chart=maps"), "chart")  # fmt: skip

    assert f"/{lang}/catalogue?year={YEAR}&metric=students_per_teacher" in heat
    assert {"zh": "低为好", "en": "lower is better"}[lang] in heat
    assert maps.count('"className": "mt"') == build_fit.MOST_MAPS
    assert maps.count({"zh": "台湾", "en": '"TW"'}[lang]) >= build_fit.MOST_MAPS
    assert Phrases("zh" if lang == "zh" else "en")("build.unfit.maps") in few
