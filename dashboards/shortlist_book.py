"""A decision on a shortlist as a workbook, to be printed and filed: who was chosen and why, the criteria, the evidence, who did what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.case_book import Words, written
from dashboards.i18n import Phrases
from dashboards.numbers import academic_year, plain
from dashboards.views import shortlist_decision as told
from dashboards.views.case_report import Listing, Row
from metrics.discovery import metrics
from warehouse.ladder import Ladder
from warehouse.moments import minute
from warehouse.shortlists import Decision


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A decision as it stands; `is_synthetic` marks every sheet."""

    decision: Decision
    ladder: Ladder
    phrases: Phrases
    is_synthetic: bool

    def school(self, unit: int) -> str:
        return self.ladder.place(unit).name(self.phrases.lang)


def workbook(shown: Shown) -> bytes:
    """The record as .xlsx, a sheet for each part."""
    one, phrases = shown.decision, shown.phrases
    subject = one.drawn.subject
    title = phrases(
        "shortlist_book.title", place=shown.ladder.place(subject.place_id).name(phrases.lang), year=academic_year(subject.year, phrases.lang),
        what=told.title_of(phrases, subject), number=one.number,
    )  # fmt: skip
    mark = phrases("shortlist_book.synthetic") if shown.is_synthetic else ""
    about = " · ".join(filter(None, (one.state.label.of(phrases.lang), told.basis(phrases, one), mark)))  # fmt: skip
    return written(Words(phrases, "shortlist_book", title, about), [_entries(shown), _criteria(shown), _evidence(shown), _steps(shown)])  # fmt: skip


def _entries(shown: Shown) -> Listing:
    heads = ("school", "code", "decision", "rank", "band", "without", "points", "against", "reason", "who", "risk")  # fmt: skip
    ordered = sorted(shown.decision.drawn.entries, key=lambda each: not shown.decision.is_chosen(each))  # fmt: skip
    return Listing("entries", heads, (34, 14, 10, 8, 12, 14, 10, 44, 50, 20, 50), [_entry(shown, each) for each in ordered])  # fmt: skip


def _entry(shown: Shown, each: Mapping[str, Any]) -> Row:
    one, phrases = shown.decision, shown.phrases
    mark, risk = one.marks.get(each["unit"]), one.risks.get(each["unit"])
    chosen = phrases("shortlists.is_chosen" if one.is_chosen(each) else "shortlists.not_chosen")
    return [
        shown.school(each["unit"]), shown.ladder.place(each["unit"]).code, chosen, told.rank_text(phrases, each), told.band_text(each),
        told.band_text({"band": each.get("without")}), plain(each["total"] or 0.0, 1), told.against_text(phrases, each),
        mark.reason if mark else "", mark.login if mark else "", f"{risk.said.of(phrases.lang)} ({risk.login})" if risk else "",
    ]  # fmt: skip


def _criteria(shown: Shown) -> Listing:
    """The criteria with the weights and limits that held."""
    rows: list[Row] = [
        [told.name_of(shown.phrases, each["name"]), int(each["weight"]), _limit(each)] for each in shown.decision.drawn.said.get("criteria", [])
    ]  # fmt: skip
    return Listing("criteria", ("criterion", "weight", "limit"), (40, 10, 30), rows)


def _limit(each: Mapping[str, Any]) -> str:
    asked = each.get("gate") or each.get("limit")
    return f"{'≤' if asked[1] == 'ceiling' else '≥'} {asked[0]:g}" if asked else ""


def _evidence(shown: Shown) -> Listing:
    """The value of every school by every criterion, and its points."""
    return Listing("evidence", ("school", "criterion", "amount", "points"), (34, 40, 16, 10), list(_values(shown)))  # fmt: skip


def _values(shown: Shown) -> Iterator[Row]:
    names = [each["name"] for each in shown.decision.drawn.said.get("criteria", [])]
    for each in shown.decision.drawn.entries:
        for name, value, points in zip(names, each.get("values", []), each["points"], strict=False):
            decimals = metrics()[name].decimals if name in metrics() else 0
            texts = ("" if value is None else plain(value, decimals), "" if points is None else plain(points, 1))  # fmt: skip
            yield [shown.school(each["unit"]), told.name_of(shown.phrases, name), *texts]


def _steps(shown: Shown) -> Listing:
    """Who did what, the oldest first."""
    one, lang = shown.decision, shown.phrases.lang
    rows = [
        [step.deed.label.of(lang), shown.school(step.school_id) if step.school_id else "", step.reason, step.login, minute(step.at)] for step in one.steps
    ]  # fmt: skip
    first = [shown.phrases("shortlists.drafted"), "", one.reason, one.login, minute(one.made_at)]
    return Listing("steps", ("deed", "school", "reason", "by", "at"), (18, 34, 60, 24, 18), [first, *rows])  # fmt: skip
