"""The builder's page: what it shows of wide and long tables, the unit of every number, and what is left of an address that asks for none."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest

from dashboards.views.build import SHOWN_COLUMNS, SHOWN_ROWS
from tests.readers import YEAR, Ministry, asked_by_dash, section, text_of
from warehouse.places import NATION, Rung


def page(ministry: Ministry, lang: str = "zh", **said: str) -> dict[str, Any]:
    return asked_by_dash(ministry.client("ministry"), f"/{lang}/build/{NATION}", f"?{urlencode({'year': YEAR, **said})}")  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "name", "unit"), [("zh", "students", "人"), ("en", "retention", "%")]
)
def test_a_metric_that_runs_down_stands_with_its_unit(ministry: Ministry, lang: str, name: str, unit: str) -> None:  # fmt: skip
    """Also where it is the only one: a number in thousands would be read as a number."""
    said = {"places": "1.1-provinces", "metrics": name, "years": str(YEAR)}
    assert unit in section(page(ministry, lang, **said), "preview")
    assert unit in section(page(ministry, lang, **said, across="years"), "preview")


def test_of_a_table_that_is_long_and_wide_the_page_shows_a_part_and_says_so(ministry: Ministry) -> None:  # fmt: skip
    many = len([place for place in ministry.web.ladder.parents[YEAR] if ministry.web.ladder.rung(place) is Rung.COUNTY])  # fmt: skip
    assert many > max(SHOWN_ROWS, SHOWN_COLUMNS)
    long = section(page(ministry, places="1-counties", metrics="students"), "preview")
    wide = section(page(ministry, "en", places="1-counties", metrics="students", across="places"), "preview")  # fmt: skip
    assert f"前 {SHOWN_ROWS} 行" in long
    assert f"{SHOWN_COLUMNS} of" in wide
    assert 'scope": "col"' in wide
    assert wide.count('"scope": "col"') <= SHOWN_COLUMNS + 2


@pytest.mark.parametrize(
    ("said", "wrong", "left"),
    [
        ({"metrics": "students_per_teacher", "cut": "major"}, "major", {"metrics": "students_per_teacher"}),
        ({"metrics": "students.no_such_thing.entrants"}, "no_such_thing", {"metrics": "students.entrants"}),
        ({"metrics": "students", "cut": "sex.grade.sponsor.size"}, "size", {"metrics": "students", "cut": "sex.grade.sponsor"}),
        ({"metrics": "students", "across": "moon.years"}, "moon", {"metrics": "students", "across": "years"}),
    ],
)  # fmt: skip
def test_a_word_too_many_costs_no_other_step(ministry: Ministry, said: dict[str, str], wrong: str, left: dict[str, str]) -> None:  # fmt: skip
    """The steps go on from all that could be read, and take nothing of the rest along."""
    province = ministry.at("province")
    seen = page(ministry, places=f"{province}.{province}-prefectures", view="places", **said)
    assert wrong in section(seen, "preview")
    hidden = re.findall(r'"name": "(\w+)", "defaultValue": "([^"]*)"', text_of(seen))
    assert left.items() <= dict(hidden).items()
    assert not any(wrong in words.split(".") for _, words in hidden)
    assert f'"value": "{province}-prefectures"' in text_of(seen)
