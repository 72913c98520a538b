"""Models of risk in browsers: a candidate with its measures and card, proposed by one of the ministry and put in force by another."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.reviews import candidate
from tests.stories.conftest import Installation
from tests.stories.steps import LIVE, press, visit
from tests.stories.test_case_story import readable

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WHY = "回测优于现行模型（合成）"


def test_two_people_of_the_ministry_put_models_in_force(installation: Installation) -> None:
    number = candidate(installation.ministry.worker, "abc111", 0.4)
    with installation.page("province") as page:
        readable(page, "record")
        expect(page.locator(f"{LIVE} #candidate form")).to_have_count(0)
    with installation.page("ministry-reviewer") as page:
        visit(page, "/zh/record")
        page.locator(f"{LIVE} #candidate form[action='/do/propose_model'] textarea").fill(WHY)
        assert press(page, "提议生效") == "已提议生效，等待另一人签署。"
        expect(page.locator(f"{LIVE} #candidate form[action='/do/sign_model']")).to_have_count(0)
    with installation.page("ministry-supervisor") as page:
        readable(page, "record")
        visit(page, "/zh/record")
        expect(page.locator(f"{LIVE} #candidate")).to_contain_text(WHY)
        assert press(page, "签署生效") == "已签署，自下一次复核起按此模型评分。"
        expect(page.locator(f"{LIVE} #models")).to_contain_text("abc111")
    with installation.page("province") as page:
        readable(page, f"record?item={number}")
        expect(page.locator(LIVE)).to_contain_text("It is in force.")
    assert installation.complaints == []
