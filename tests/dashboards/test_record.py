"""The published record: what nobody has evaluated yet is said, tables as they were reported, rules that closed cases speak against."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from dashboards.i18n import Phrases
from dashboards.views.models import rule_line
from metrics.judgement.round import EVERYTHING
from tests.readers import NOW, YEAR, Ministry, asked_by_dash, do, read_out, section, text_of
from tests.reviews import candidate, reviewed
from warehouse import evaluations, models
from warehouse.evaluations import FEWEST, Closed, Made
from warehouse.flags import Judgement
from warehouse.places import NATION
from warehouse.rights import Role

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
    told = read_out(section(drawn, "rule"))
    assert "about 8 of every ten flags were right" in told
    assert "Flagged, school-years 12" in told
    assert "Right 75%" in told
    assert "Found, of all there was 50%" in told


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


def test_a_candidate_is_proposed_by_one_and_signed_by_another_on_the_page(
    ministry: Ministry,
) -> None:
    """From the candidate to the models in force, then the next one beside them; its card opens; the risk of a school names it."""
    assert "No models have been signed" in section(record(ministry), "models")
    first = candidate(ministry.worker, "abc111", 0.4)
    asks, signs = (ministry.appointed(role, NATION) for role in (Role.REVIEWER, Role.SUPERVISOR))
    assert "abc111" in section(asked_by_dash(asks, "/en/record"), "candidate")
    assert "propose_model" not in section(record(ministry), "candidate")
    assert do(asks, "propose_model", {"model": first, "reason_propose": "better than before (synthetic)"}).status_code == 200  # fmt: skip
    assert "somebody else has to sign" in section(asked_by_dash(asks, "/en/record"), "candidate")
    assert do(asks, "sign_model", {"model": first}).status_code == 422
    assert do(ministry.client("province"), "sign_model", {"model": first}).status_code in {403, 422}
    assert "sign_model" in section(asked_by_dash(signs, "/en/record"), "candidate")
    assert do(signs, "sign_model", {"model": first}).status_code == 200
    drawn = record(ministry)
    assert "In force: version abc111, signed by supervisor-1" in section(drawn, "models")
    assert "better than before" in section(drawn, "models")
    second = candidate(ministry.worker, "def222", 0.5)
    with ministry.worker.reading(EVERYTHING) as reader:
        by = [models.signature(reader, number) for number in (first, second)]
    assert [one and one.login for one in by] == ["supervisor-1", None]
    measures = section(record(ministry), "measures")
    assert "0.500" in measures
    assert "0.400" in measures
    assert "could not be tested" in measures
    card = asked_by_dash(ministry.client("analyst"), "/en/record", f"?item={first}")
    assert "It is in force." in text_of(card)
    assert "It judges nothing." in section(card, "limits")


def test_a_candidate_is_refused_with_a_reason(ministry: Ministry) -> None:
    number = candidate(ministry.worker, "fff999", 0.2)
    client = ministry.appointed(Role.SUPERVISOR, NATION)
    assert do(client, "refuse_model", {"model": number, "reason_refuse": "short"}).status_code == 422  # fmt: skip
    assert do(client, "refuse_model", {"model": number, "reason_refuse": "worse than what is in force"}).status_code == 200  # fmt: skip
    card = asked_by_dash(client, "/zh/record", f"?item={number}")
    assert "已被否决" in text_of(card)


def test_a_risk_tells_who_signed_its_models_or_that_nobody_did() -> None:
    visit: Any = SimpleNamespace(phrases=Phrases("en"))
    step = models.Step(7, models.Deed.SIGN, "", "second", NOW)
    signed = rule_line(visit, {"number": 7, "version": "abc111"}, step)
    assert signed.startswith("Told by the models of risk abc111, which second signed at 2026-11-20")
    for told, by in ((None, None), (None, step), ({"number": 7, "version": "abc111"}, None)):
        assert "not yet signed" in rule_line(visit, told, by)
