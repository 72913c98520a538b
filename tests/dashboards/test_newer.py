"""A permalink tells whether there is newer data: loads of its own places and years, and releases signed since."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.dashboards.releasing import FIRST, SECOND, corrects, page, released
from tests.factories import batch, students
from tests.readers import YEAR, Ministry, section
from warehouse.discovery import form
from warehouse.places import NATION
from warehouse.tables import Basis

SINCE, NONE = {"zh": "又有 1 张报表入库", "en": "1 form has been loaded since"}, "没有更新的数据"


def said(ministry: Ministry, role: str = "ministry", lang: str = "zh", **words: str) -> str:
    """What the page of a table says of its state."""
    asked = {"year": str(YEAR), "years": str(YEAR), "metrics": "students", "places": str(ministry.at("school")), **words}  # fmt: skip
    return section(page(ministry, role, "build", NATION, lang, **asked), "fixed")


def now() -> str:
    return datetime.now(UTC).isoformat()


@pytest.mark.parametrize("cut", ["", "grade", "sponsor.grade"])
def test_only_what_touches_its_places_and_years_is_newer(ministry: Ministry, cut: str) -> None:
    """A school corrects itself: its own table and its province's are told of it; no other place, year or form's is."""
    moment = now()
    school, newest = ministry.at("school"), str(ministry.web.ladder.years[-1])
    assert NONE in said(ministry, asof=moment, cut=cut)
    corrects(ministry, 5001 + len(cut))
    for place in (school, ministry.at("province"), NATION):
        for lang, word in SINCE.items():
            assert word in said(ministry, lang=lang, asof=moment, cut=cut, places=str(place))
    for other in ({"places": str(ministry.at("sister"))}, {"years": newest}, {"metrics": "full_time_teachers", "cut": ""}):  # fmt: skip
        assert NONE in said(ministry, **{"asof": moment, "cut": cut, **other}), other
    assert NONE in said(ministry, asof=now(), cut=cut)


def test_what_comes_for_another_year_is_newer_there_alone(ministry: Ministry) -> None:
    moment, newest = now(), ministry.web.ladder.years[-1]
    made = batch(form("enrolment"), newest, {ministry.at("school"): students(g1=6001)})
    ministry.worker.record(replace(made, basis=Basis.BOTH))
    assert NONE in said(ministry, asof=moment)
    assert SINCE["zh"] in said(ministry, asof=moment, years=str(newest))


def test_of_a_release_the_releases_since_are_newer(ministry: Ministry) -> None:
    """On the same loads too; what is loaded is not, until it is released."""
    released(ministry, "preliminary")
    before = now()
    assert "没有签发新的发布" in said(ministry, release=FIRST)
    assert "No release of these years" in said(ministry, lang="en", release=FIRST)
    released(ministry, "final")
    shown = said(ministry, release=FIRST)
    assert [SECOND in shown, f"release={SECOND}" in shown, "没有签发" in shown] == [True, True, False]  # fmt: skip
    assert f"signed since: {SECOND}" in said(ministry, lang="en", release=FIRST)
    corrects(ministry, 7001)
    assert "没有签发新的发布" in said(ministry, release=SECOND)

    at = {"places": str(NATION), "asof": before}
    assert f"此后签发了 1 次发布：{SECOND}" in said(ministry, "analyst", **at)
    assert "又有" not in said(ministry, "analyst", **at)
    assert NONE in said(ministry, "analyst", **{**at, "asof": now()})
    assert SINCE["zh"] in said(ministry, **at)
