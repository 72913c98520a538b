"""A decision on a shortlist as a workbook, to be printed and filed: what it rests on, who was chosen and why, the criteria, the evidence, who did what."""

from __future__ import annotations

from dashboards import shortlist_record as record_of
from dashboards.case_book import Words, written
from dashboards.shortlist_record import Entry, Record
from dashboards.views import shortlist_decision as told
from dashboards.views import wording
from dashboards.views.case_report import Listing, Row
from metrics.discovery import metrics

POINTS_DECIMALS = 1


def workbook(record: Record) -> bytes:
    """The record as .xlsx, a sheet for each part; numbers are numbers."""
    mark = record.phrases("shortlist_book.synthetic") if record.is_synthetic else ""
    about = " · ".join(filter(None, (record.decision.state.label.of(record.phrases.lang), told.basis(record.phrases, record.decision), mark)))  # fmt: skip
    sheets = [_about(record), _entries(record), _criteria(record), _values(record), _points(record), _steps(record)]  # fmt: skip
    return written(Words(record.phrases, "shortlist_book", record.title, about), sheets)


def _about(record: Record) -> Listing:
    """What the figures depend on, then both signatures."""
    signed = [(duty, " · ".join(filter(None, (login, role, at)))) for duty, login, role, at in record_of.signatures(record)]  # fmt: skip
    address = (record.phrases("shortlist_book.address"), record.address)
    return Listing("about", ("item", "said"), (24, 110), [*record_of.facts(record), *signed, address])  # fmt: skip


def _entries(record: Record) -> Listing:
    heads = ("school", "code", "decision", "rank", "would", "band", "without", "points", "against", "reason", "who", "risk")  # fmt: skip
    widths = (34, 14, 10, 8, 10, 12, 14, 10, 44, 50, 20, 50)
    return Listing("entries", heads, widths, [_entry(record, each) for each in record.entries])


def _entry(record: Record, each: Entry) -> Row:
    one, phrases = record.decision, record.phrases
    mark, risk = one.marks.get(each["unit"]), one.risks.get(each["unit"])
    return [
        record.school(each["unit"]), record.ladder.place(each["unit"]).code, record.said_of(each), each["rank"], each["would"], told.band_text(each),
        told.band_text({"band": each.get("without")}), each["total"], told.against_text(phrases, each),
        mark.reason if mark else "", mark.login if mark else "", f"{risk.said.of(phrases.lang)} ({risk.login})" if risk else "",
    ]  # fmt: skip


def _criteria(record: Record) -> Listing:
    """The criteria with the weights and limits that held."""
    rows: list[Row] = [
        [told.name_of(record.phrases, each["name"]), int(each["weight"]), record_of.limit_text(each), record_of.limit_kind(record, each)] for each in record.criteria
    ]  # fmt: skip
    return Listing("criteria", ("criterion", "weight", "limit", "limit_kind"), (40, 10, 20, 40), rows)  # fmt: skip


def _values(record: Record) -> Listing:
    """The value of every school by every criterion, with its unit."""
    decimals = [0, *(record_of.decimals_of(each["name"]) for each in record.criteria)]
    rows: list[Row] = [[record.school(each["unit"]), *(value for _, value, _ in record_of.values(each, record))] for each in record.entries]  # fmt: skip
    return _by_criterion(record, "evidence", rows, decimals, with_units=True)


def _points(record: Record) -> Listing:
    """The points of every school by every criterion."""
    rows: list[Row] = [[record.school(each["unit"]), *(points for _, _, points in record_of.values(each, record))] for each in record.entries]  # fmt: skip
    return _by_criterion(record, "scores", rows, [POINTS_DECIMALS] * (len(record.criteria) + 1))


def _by_criterion(
    record: Record, name: str, rows: list[Row], decimals: list[int], *, with_units: bool = False
) -> Listing:
    heads = [record.phrases("shortlist_book.school")]
    for each in record.criteria:
        unit = wording.unit_text(metrics()[each["name"]], record.phrases.lang) if with_units and each["name"] in metrics() else ""  # fmt: skip
        heads.append(" ".join(filter(None, (told.name_of(record.phrases, each["name"]), f"({unit})" if unit else ""))))  # fmt: skip
    return Listing(name, heads, [34, *[18] * len(record.criteria)], rows, decimals, is_worded=True)


def _steps(record: Record) -> Listing:
    """Who did what, the oldest first."""
    return Listing("steps", ("deed", "school", "reason", "by", "at"), (18, 34, 60, 24, 18), record_of.deeds(record))  # fmt: skip
