"""An address with a moment of the past restores everything that was seen then, and says that it does."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from dashboards.i18n import LANGS
from tests.factories import batch, students
from tests.readers import YEAR, Ministry, asked_by_dash, part_of
from warehouse.discovery import form
from warehouse.ledger import Batch

FOUNDED = {
    "school_type": "general",
    "sponsor": "education",
    "ownership": "public",
    "setting": "urban",
    "school_class": "general",
}


def now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat()


def hand_in(ministry: Ministry, name: str, rows: list[dict[str, Any]], said: str = "") -> None:
    """The school reports a form; what a rule says of it in `said`."""
    made = batch(form(name), YEAR, {ministry.at("school"): rows})
    ministry.worker.record(made if not said else found_in(made, said))


def found_in(made: Batch, said: str) -> Batch:
    from dataclasses import replace

    line = dict.fromkeys(made.findings.columns) | {
        "school_id": made.submissions["school_id"][0], "sheet": "1", "sheet_row": 5, "rule": said,
        "answer": "remark", "message_zh": said, "message_en": said,
    }  # fmt: skip
    return replace(made, findings=pl.DataFrame([line], schema=made.findings.schema))


def refuse(ministry: Ministry, name: str) -> None:
    """The school reports a form of which every row is refused."""
    from dataclasses import replace

    made = batch(form(name), YEAR, {ministry.at("school"): students(g1=7)})
    counted = made.submissions.with_columns(rows_accepted=pl.lit(0), rows_refused=pl.lit(3))
    ministry.worker.record(replace(made, rows=made.rows.clear(), submissions=counted))


def page_of(ministry: Ministry, query: str = "", lang: str = "zh") -> dict[str, Any]:
    path = f"/{lang}/place/{ministry.at('school')}"
    return asked_by_dash(ministry.client("ministry"), path, f"?year={YEAR}{query}")


def section(page: dict[str, Any], name: str) -> str:
    """The section of that id, as text."""

    def within(part: Any) -> str:
        if isinstance(part, list):
            return "".join(map(within, part))
        if not isinstance(part, dict):
            return ""
        props = part["props"]
        if props.get("id") == name:
            return json.dumps(part, ensure_ascii=False)
        return within(props.get("children"))

    return within(page)


def test_submissions_and_findings_are_those_of_the_moment(ministry: Ministry) -> None:
    hand_in(ministry, "enrolment", students(g1=101), "said_before")
    moment = now()
    before = page_of(ministry, f"&asof={moment}")
    hand_in(ministry, "enrolment", students(g1=102), "said_later")

    then, later = page_of(ministry, f"&asof={moment}"), page_of(ministry)

    for name in ("submissions", "findings"):
        assert section(before, name)
        assert section(then, name) == section(before, name)
        assert section(later, name) != section(then, name)
    assert "said_before" in section(then, "findings")
    assert "said_later" not in section(then, "findings")
    assert "said_later" in section(later, "findings")
    assert "said_before" not in section(later, "findings")


def test_the_panel_lists_the_revisions_of_the_moment(ministry: Ministry) -> None:
    hand_in(ministry, "enrolment", students(g1=201))
    moment = now()
    query = f"&source=students&asof={moment}"
    before = part_of(page_of(ministry, query), "drawer")
    hand_in(ministry, "enrolment", students(g1=202))

    assert before
    assert part_of(page_of(ministry, query), "drawer") == before
    assert part_of(page_of(ministry, "&source=students"), "drawer") != before


def test_who_the_school_said_it_was_is_read_as_of_the_moment(ministry: Ministry) -> None:
    hand_in(ministry, "register", [{**FOUNDED, "founded": 1955}])
    moment = now()
    hand_in(ministry, "register", [{**FOUNDED, "founded": 1966}])

    then, later = (part_of(page_of(ministry, q), "id") for q in (f"&asof={moment}", ""))

    assert ("1955" in then, "1966" in then) == (True, False)
    assert ("1955" in later, "1966" in later) == (False, True)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("role", ["ministry", "province", "county", "school"])
def test_the_bar_says_that_the_past_is_shown_and_leads_back(
    ministry: Ministry, role: str, lang: str
) -> None:
    path = f"/{lang}/place/{ministry.at(role)}"
    now_shown = asked_by_dash(ministry.client("ministry"), path, f"?year={YEAR}")
    past = asked_by_dash(
        ministry.client("ministry"), path, f"?year={YEAR}&asof=2026-11-20T08:30:00"
    )

    said = part_of(past, "ctx")
    assert {"zh": "历史状态 2026-11-20 08:30:00 UTC", "en": "As it stood 2026-11-20 08:30:00 UTC"}[
        lang
    ] in said
    assert f'"{path}?year={YEAR}"' in said
    assert "08:30:00" not in part_of(now_shown, "ctx")


def test_a_submission_leads_to_the_page_as_it_then_stood(ministry: Ministry) -> None:
    hand_in(ministry, "enrolment", students(g1=301), "said_first")
    hand_in(ministry, "enrolment", students(g1=302), "said_second")

    rows = section(page_of(ministry), "submissions").split('"type": "Tr"')
    own = [row for row in rows if form("enrolment").title.zh in row]
    ways = [re.findall(r'"(/zh/place/[^"]*asof=[^"]*)"', row)[0] for row in own]
    path, _, query = html.unescape(ways[1]).partition("?")
    page = asked_by_dash(ministry.client("ministry"), path, f"?{query}")

    assert "said_first" in section(page, "findings")
    assert "said_second" not in section(page, "findings")


def test_a_submission_refused_whole_is_not_called_replaced(ministry: Ministry) -> None:
    hand_in(ministry, "enrolment", students(g1=401))
    moment = now()
    refuse(ministry, "enrolment")

    then, later = (section(page_of(ministry, q), "submissions") for q in (f"&asof={moment}", ""))

    assert "整份退回，未计入" in later
    assert "整份退回，未计入" not in then
