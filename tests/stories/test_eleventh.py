"""A domain is two files: an eleventh, made-up one is declared in two temporary modules and taken from template to page."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cluster, copied

ROOT = Path(__file__).parents[2]
DOMAIN = '''
"""食堂: a made-up domain."""

from warehouse.codes import codes
from warehouse.form import Form, Period, count, domain, key, within
from warehouse.text import Text

DOMAIN = domain(11, "食堂工作", "Canteens")
MEAL = codes("meal", breakfast=("早餐", "Breakfast"), lunch=("午餐", "Lunch"), dinner=("晚餐", "Dinner"))
TIMES = Text("份", "meals")


class Canteen(Form):
    """食堂供餐 by meal."""

    title = Text("食堂供餐", "Meals of canteens")
    domain = DOMAIN
    cuts = ("meal",)

    meal = key("餐次", "Meal", MEAL)
    served = count("供餐份数", "Meals served", unit=TIMES, period=Period.YEAR)
    complaints = count("投诉份数", "Complaints", unit=TIMES, period=Period.YEAR)

    complaints_within = within("complaints", "served", ("投诉", "供餐"), ("complaints", "meals"))
'''
CATALOGUE = '''
"""食堂: whether it tastes."""

from metrics.metric import Count, Direction, Part, Style, Unit, percentage
from warehouse.form import Period
from warehouse.text import Text

TASTE = Text("饭菜好不好？", "Does it taste?")
MEALS = Unit(Text("份", "meals"), Style.COUNT)

meals_served = Count(
    Part("canteen", "served"), label=Text("供餐总份数", "Meals in all"), definition=Text("本学年供餐", "Meals served in the year"),
    question=TASTE, unit=MEALS, direction=Direction.NEUTRAL, period=Period.YEAR,
)
complaint_rate = percentage(
    Part("canteen", "complaints"), Part("canteen", "served"), label=Text("投诉率", "Complaint rate"),
    definition=Text("投诉 ÷ 供餐", "Complaints divided by meals"), question=TASTE, direction=Direction.DOWN, period=Period.YEAR,
)
'''
RUNGS = ("nation", "province", "prefecture", "county", "school")


@pytest.fixture(scope="module")
def seen(
    cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What a process saw in which the eleventh domain exists."""
    folder = tmp_path_factory.mktemp("eleventh")
    for name, text in (("domains", DOMAIN), ("catalogue", CATALOGUE)):
        (folder / name).mkdir()
        (folder / name / "canteen.py").write_text(text)
    with copied(cluster, template) as made:
        urls = made.owner_url, made.web_url, made.worker_url
        ran = subprocess.run(
            [sys.executable, "-m", "tests.stories.eleventh", *urls, str(folder)],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=900,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    return dict(json.loads(ran.stdout))


def test_its_tables_are_laid_by_the_upgrade_alone(seen: dict[str, Any]) -> None:
    assert "fact_canteen" in seen["lacking"]
    assert "rollup_canteen" in seen["lacking"]
    assert "canteen" not in seen["upgraded"]
    assert seen["differences"] == 0


def test_it_has_a_template_and_takes_part_in_the_demo(seen: dict[str, Any]) -> None:
    assert all(word in seen["template"] for word in ("餐次", "供餐份数", "Complaints"))
    assert seen["demo"]
    assert seen["receipt"] == [[0, 1], [1, 0]]  # more complaints than meals, then a true row


@pytest.mark.parametrize("rung", RUNGS)
def test_it_has_a_page_at_every_rung_in_both_languages(seen: dict[str, Any], rung: str) -> None:
    for lang, words in (("zh", ("食堂工作", "供餐总份数", "投诉率", "饭菜好不好？", "午餐")), ("en", ("Canteens", "Complaint rate", "Does it taste?", "Lunch"))):  # fmt: skip
        status, text = seen[f"{rung} {lang}"]
        assert status == 200
        assert [word for word in words if word not in text] == []


def test_what_a_school_handed_in_stands_on_its_page(seen: dict[str, Any]) -> None:
    assert "777,777" in seen["handed"]


def test_it_is_in_the_menu_the_catalogue_and_the_handbook(seen: dict[str, Any]) -> None:
    assert "/zh/canteen/" in seen["tab"]
    assert "Complaint rate" in seen["catalogue"]
    assert "Meals of canteens" in seen["catalogue"]
    assert seen["pages"] == {
        "data-dictionary.md": True,
        "metric-catalogue.md": True,
        "division-changes.md": False,
        "signal-catalogue.md": False,
    }
