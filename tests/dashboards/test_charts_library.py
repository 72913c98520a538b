"""The chart library: built from the recipe that lies in deploy/plotly, with the licences of all that is in it."""

import hashlib
import json
import re
from pathlib import Path

from dashboards.charts.swarm import SwarmView, swarm
from dashboards.charts.trend import LineView, TrendView, trend

PROJECT = Path(__file__).parents[2]
RECIPE = PROJECT / "deploy" / "plotly"
VENDOR = PROJECT / "dashboards" / "assets" / "vendor"
STEPS = ("build.mjs", "entry.js", "package-lock.json")


def test_the_library_was_built_from_the_recipe_as_it_stands() -> None:
    """`make charts` builds it anew after a change; `make charts-check` builds it again and compares every byte."""
    recipe = "\n".join((RECIPE / name).read_text(encoding="utf-8") for name in STEPS)
    first = (VENDOR / "plotly.min.js").read_text(encoding="utf-8").partition("\n")[0]

    assert hashlib.sha256(recipe.encode()).hexdigest() in first


def test_the_licence_of_everything_in_it_is_kept() -> None:
    text = (VENDOR / "plotly.LICENSES.txt").read_text(encoding="utf-8")
    held = dict(re.findall(r"^(\S+) (\d[\w.]*)\n={9,}$", text, re.MULTILINE))
    locked = json.loads((RECIPE / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    assert {"plotly.js", "@plotly/d3", "culori", "d3-format"} <= held.keys()
    assert held == {name: locked[f"node_modules/{name}"]["version"] for name in held}
    assert text.count("Permission is hereby granted") > len(held) / 2


def test_no_figure_asks_for_a_trace_that_is_left_out() -> None:
    figures = [
        swarm(SwarmView(values=[float(at % 40) for at in range(many)]), "light")
        for many in (40, 5_000)
    ]
    figures.append(trend(TrendView(("2024", "2025"), [LineView("湖南", (1.0, 2.0))]), "light"))
    asked = {trace["type"] for figure in figures for trace in figure["data"]}
    entry = (RECIPE / "entry.js").read_text(encoding="utf-8")

    assert asked == set(re.findall(r"src/traces/(\w+)", entry))
