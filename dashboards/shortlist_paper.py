"""A decision on a shortlist as a paper: tagged, A4, set like a briefing, with both signatures and what every figure depends on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dashboards import shortlist_record as record_of
from dashboards.briefings.paper import (
    Block,
    Briefing,
    Cell,
    Chapter,
    Facts,
    Look,
    Mark,
    Row,
    Said,
    Section,
    Table,
)
from dashboards.briefings.pdf import pdf
from dashboards.numbers import plain
from dashboards.sheet import code
from dashboards.shortlist_record import Entry, Record
from dashboards.views import shortlist_decision as told
from dashboards.views import wording
from metrics.discovery import metrics
from metrics.shortlists.points import DRAWS, SEED
from warehouse.shortlist_rules import Deed, State

MOST = 120  # schools on paper; the workbook has all


def paper(record: Record) -> bytes:
    """The record as PDF; NoFont or NoGlyph where a character could not be read."""
    return pdf(briefing(record))


def briefing(record: Record) -> Briefing:
    """What the paper says, ready to be set."""
    phrases, one = record.phrases, record.decision
    subject = one.drawn.subject
    place = record.ladder.place(subject.place_id).name(phrases.lang)
    chapters = [Chapter(title=phrases("shortlist_paper.decided"), sections=list(_decided(record))), Chapter(title=phrases("shortlist_paper.evidence"), sections=list(_evidence(record)))]  # fmt: skip
    return Briefing(
        lang=phrases.lang, kind=phrases("shortlist_paper.kind"), title=record.title, subtitle=place,
        mark=phrases("briefing.mark" if one.state is State.SIGNED else "shortlist_paper.unsigned"),
        notice=phrases("synthetic.notice") if record.is_synthetic else "",
        facts=[(phrases("shortlists.number"), one.number), *record_of.facts(record)[:1], *((duty, " · ".join((login, at))) for duty, login, _, at in record_of.signatures(record) if login)],
        finding=told.said(phrases, record.ladder, one), basis=phrases("shortlists.about"), chapters=chapters,
        foot=phrases("briefing.foot", at=record_of.version(record), load=max(one.drawn.loads.values(), default=0)),
        address=record.address, code=code(record.address),
        words={"code": phrases("briefing.code"), "synthetic": phrases("synthetic"), "figure": "{legend}"},
    )  # fmt: skip


# -- what was decided


def _decided(record: Record) -> Iterator[Section]:
    phrases, one = record.phrases, record.decision
    chosen = [each for each in record.entries if one.is_chosen(each)]
    yield _section("chosen", phrases("shortlists.entries", n=len(chosen)), _schools(record, chosen), Said(text=phrases("shortlists.list.note.paper", draws=DRAWS, seed=SEED), tone="note"))  # fmt: skip
    reasons = [_reason(record, each) for each in record.entries if each["unit"] in one.marks]
    yield _section("reasons", phrases("shortlist_paper.reasons"), _table(record, ("school", "decision", "against", "reason", "who"), reasons) or _none(record, "reasons"))  # fmt: skip
    risks = [[Cell(text=record.school(unit)), Cell(text=step.said.of(phrases.lang)), Cell(text=step.reason), Cell(text=step.login)] for unit, step in one.risks.items()]  # fmt: skip
    if risks:
        yield _section("risks", phrases("shortlist_paper.risks"), _table(record, ("school", "risk", "reason", "who"), risks))  # fmt: skip
    signed = [[Cell(text=text) for text in line] for line in record_of.signatures(record)]
    yield _section("signatures", phrases("shortlist_paper.signatures"), _table(record, ("duty", "by", "role", "at"), signed))  # fmt: skip


def _schools(record: Record, entries: Sequence[Entry]) -> Table | Said:
    """Schools with rank, band, points and what stood against them."""
    most = max((each["rank"] or each["would"] or 1 for each in record.decision.drawn.entries), default=1)  # fmt: skip
    heads = ("rank", "school", "band", "without", "points", "against")
    rows = [_school(record, each, most) for each in entries[:MOST]]
    return _table(record, heads, rows, right=(0, 4)) or _none(record, "chosen")


def _school(record: Record, each: Entry, most: int) -> list[Cell]:
    band, total = each["band"], each["total"]
    mark = Mark(kind="band", at=(band[0] - 1) / most, wide=max(band[1] - band[0], 0) / most, strong=True) if band else None  # fmt: skip
    return [
        Cell(text=told.rank_text(record.phrases, each)), _named(record, each), Cell(text=told.band_text(each), mark=mark),
        Cell(text=told.band_text({"band": each.get("without")})),
        Cell(text="" if total is None else plain(total, 1)), Cell(text=told.against_text(record.phrases, each) or "—", verdict="doubt" if each["against"] else ""),
    ]  # fmt: skip


def _named(record: Record, each: Entry) -> Cell:
    return Cell(
        text=record.school(each["unit"]),
        sub=told.sub_text(record.phrases, record.ladder.place(each["unit"]).code, each),
    )


def _reason(record: Record, each: Entry) -> list[Cell]:
    mark = record.decision.marks[each["unit"]]
    is_chosen = mark.deed is Deed.CHOOSE
    return [
        _named(record, each), Cell(text=record.said_of(each), verdict="met" if is_chosen else ""), Cell(text=told.against_text(record.phrases, each) or "—"),
        Cell(text=mark.reason), Cell(text=mark.login),
    ]  # fmt: skip


# -- what it rests on


def _evidence(record: Record) -> Iterator[Section]:
    phrases = record.phrases
    yield _section("criteria", phrases("shortlists.criteria"), Said(text=record_of.about_purpose(record)), _criteria(record), Said(text=phrases("shortlists.note"), tone="note"))  # fmt: skip
    yield _section("values", phrases("shortlist_paper.values"), Said(text=phrases("shortlist_paper.values.note"), tone="note"), _values(record))  # fmt: skip
    beside = [each for each in record.entries if not record.decision.is_chosen(each)]
    if beside:
        yield _section("beside", phrases("shortlist_paper.beside", n=len(beside)), _schools(record, beside), _cut(record, beside))  # fmt: skip
    steps = [[Cell(text=text) for text in line] for line in record_of.deeds(record)]
    yield _section("steps", phrases("shortlists.steps"), _table(record, ("deed", "school", "reason", "by", "at"), steps))  # fmt: skip
    numbers = phrases("build.comma").join(f"{form} {number}" for form, number in sorted(record.decision.drawn.loads.items()))  # fmt: skip
    receipt = [*record_of.facts(record), (phrases("shortlist_book.address"), record.address), (phrases("paper.receipt.loads"), numbers)]  # fmt: skip
    yield _section("receipt", phrases("briefing.receipt"), Facts(facts=receipt))


def _criteria(record: Record) -> Table:
    whole = sum(each["weight"] for each in record.criteria) or 1
    rows = [
        [Cell(text=told.name_of(record.phrases, each["name"])), Cell(text=_unit(record, each["name"])), Cell(text=record_of.limit_text(each) or "—"), Cell(text=record_of.limit_kind(record, each)),
         Cell(text=str(each["weight"])), Cell(text=f"{plain(100 * each['weight'] / whole, 0)}%")]
        for each in record.criteria
    ]  # fmt: skip
    return _made(record, ("criterion", "unit", "limit", "limit_kind", "weight", "share"), rows, right=(4, 5))  # fmt: skip


def _values(record: Record) -> Table:
    """The value of each school by each criterion, its points small beside it; those chosen are marked."""
    heads = [Cell(text=record.phrases("shortlist_book.school"), is_head=True), *(Cell(text=told.name_of(record.phrases, each["name"]), sub=_unit(record, each["name"]), is_head=True) for each in record.criteria)]  # fmt: skip
    rows = [
        Row(cells=[Cell(text=record.school(each["unit"])), *(_value(*known) for known in record_of.values(each, record))], look=_look(record, each))
        for each in record.entries[:MOST]
    ]  # fmt: skip
    return Table(name=record.phrases("shortlist_paper.values"), heads=[Row(cells=heads)], rows=rows, right=[False, *[True] * len(record.criteria)])  # fmt: skip


def _value(name: str, value: float | None, points: float | None) -> Cell:
    return Cell(text="—" if value is None else plain(value, record_of.decimals_of(name)), sub="" if points is None else plain(points, 0))  # fmt: skip


def _look(record: Record, each: Entry) -> Look:
    return "own" if record.decision.is_chosen(each) else ""


def _unit(record: Record, name: str) -> str:
    return wording.unit_text(metrics()[name], record.phrases.lang) if name in metrics() else ""


# -- blocks


def _section(key: str, title: str, *blocks: Block | None) -> Section:
    return Section(key=key, title=title, blocks=[one for one in blocks if one is not None])


def _cut(record: Record, entries: Sequence[Entry]) -> Said | None:
    return Said(text=record.phrases("briefing.more", n=MOST), tone="note") if len(entries) > MOST else None  # fmt: skip


def _none(record: Record, name: str) -> Said:
    return Said(text=record.phrases(f"shortlist_paper.none.{name}"), tone="empty")


def _table(record: Record, heads: Sequence[str], rows: Sequence[Sequence[Cell]], right: Sequence[int] = ()) -> Table | None:  # fmt: skip
    return _made(record, heads, rows, right) if rows else None


def _made(record: Record, heads: Sequence[str], rows: Sequence[Sequence[Cell]], right: Sequence[int] = ()) -> Table:  # fmt: skip
    named: list[Any] = [Cell(text=record.phrases(f"shortlist_book.{head}"), is_head=True) for head in heads]  # fmt: skip
    return Table(
        name=record.title, heads=[Row(cells=named)], rows=[Row(cells=cells) for cells in rows], right=[at in right for at in range(len(heads))],
    )  # fmt: skip
