"""The published record: what nobody has evaluated yet is said, tables as they were reported, rules that closed cases speak against."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.readers import NOW, YEAR, Ministry, asked_by_dash, section, text_of
from tests.reviews import reviewed
from warehouse import evaluations
from warehouse.evaluations import FEWEST, Closed, Made
from warehouse.flags import Judgement

TABLES = {
    "en": {"about": ["Judged on 40 schools (synthetic)."], "tables": [
        {"key": "bars", "title": "Bars", "heads": ["bar", "asked", "reached", "result"], "rows": [["precision of hard rules", "≥ 0.99", "0.512", "**missed**"]]},
        {"key": "groups", "title": "Groups", "heads": ["group", "flags"], "rows": []}]},
    "zh": {"about": ["以 40 所学校（合成）评估。"], "tables": []},
}  # fmt: skip


def record(ministry: Ministry, role: str = "analyst", lang: str = "en") -> dict[str, Any]:
    return asked_by_dash(ministry.client(role), f"/{lang}/record")


def test_before_any_evaluation_the_page_says_so_in_both_languages(ministry: Ministry) -> None:
    assert "Rules and models have not been evaluated yet; 0 cases are closed." in text_of(
        record(ministry)
    )
    assert "规则和模型还没有评估过" in text_of(record(ministry, "school", "zh"))


def test_the_newest_evaluation_is_shown_with_what_it_missed(ministry: Ministry) -> None:
    figures = {"rankings": {"A22": {"flags": 12, "precision": 0.75, "recall": 0.5}}}
    with ministry.worker.writing() as writer:
        for at, report in (
            (NOW - timedelta(days=9), {"en": {"about": [], "tables": []}}),
            (NOW, TABLES),
        ):
            evaluations.keep(writer, Made(at, "zhijian review evaluate", report, figures))
    drawn = record(ministry)
    assert "last evaluated at 2026-11-20" in text_of(drawn)
    bars = section(drawn, "bars")
    assert "0.512" in bars
    assert "**" not in bars
    assert '"st miss"' in bars or "miss" in bars
    assert "None." in section(drawn, "groups")
    assert "Judged on 40 schools (synthetic)." in section(drawn, "about")


def test_a_flag_tells_how_often_its_rule_was_right(ministry: Ministry) -> None:
    school, number = reviewed(ministry.worker, Judgement.DOUBT)
    with ministry.worker.writing() as writer:
        rule = writer.scalar(
            sa.text("SELECT rule FROM flag WHERE flag_id = :number"), number=number
        )
        figures = {"rankings": {rule: {"flags": 12, "precision": 0.75, "recall": 0.5}}}
        evaluations.keep(writer, Made(NOW, "zhijian review evaluate", TABLES, figures))
    drawn = asked_by_dash(
        ministry.client("ministry"), f"/en/alert/{school}", f"?year={YEAR}&item={number}"
    )
    assert "it flagged 12 school-years, 75% of them rightly, and found 50% of all cases" in section(
        drawn, "rule"
    )


@pytest.mark.parametrize(
    ("closed", "confirmed", "state"),
    [
        (FEWEST - 1, 0, "too few"),
        (FEWEST, FEWEST // 2 - 1, "up for review"),
        (FEWEST, FEWEST // 2, "kept"),
    ],
)
def test_a_rule_confirmed_in_fewer_than_half_is_put_up_for_review(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch, closed: int, confirmed: int, state: str
) -> None:
    counts = [Closed("doubt", "A22", closed, confirmed, closed - confirmed)]
    monkeypatch.setattr("dashboards.pages.record.closed_cases", lambda _reader: counts)
    assert state in section(record(ministry), "closed")


@pytest.mark.mlps("M9")
def test_nobody_counts_cases_without_signing_in(ministry: Ministry) -> None:
    with ministry.web.engine.begin() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM closed_cases()")).scalar() == 0
        assert connection.execute(sa.text("SELECT count(*) FROM evaluation")).scalar() == 0
