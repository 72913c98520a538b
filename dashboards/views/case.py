"""One case: how far it is, what is doubted with the figures it rests on, what the school says of each, the documents, what was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import academic_year, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView, quoted, seal_mark
from dashboards.parts.finding import FindingView
from dashboards.parts.form import action_form, hidden, press
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.stages import StageState, StageView, stages
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.accounts import place_of, posting
from dashboards.views.cases import standing, title
from metrics.discovery import metrics
from metrics.metric import Count
from warehouse import case_read
from warehouse.case_evidence import Kept, kept
from warehouse.case_read import Answer, Case, Cell, Step, verifiers
from warehouse.case_rules import JUDGEMENTS, Deed, State
from warehouse.discovery import forms, submitted_forms
from warehouse.flag_lists import number_of_flag
from warehouse.moments import minute
from warehouse.rights import Role


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A case with its steps, its documents and the places that verify it, the lowest first."""

    case: Case
    steps: list[Step]
    documents: list[Kept]
    ahead: tuple[int, ...]

    def last(self, *deeds: Deed, at: int | None = None) -> Step | None:
        """The last step of these deeds, taken at a place if one is named."""
        return next((one for one in reversed(self.steps) if one.deed in deeds and at in (None, one.place_id)), None)  # fmt: skip


def opened(visit: Visit) -> Opened | None:
    """The case that the address names, if it is about this school."""
    item = visit.address.item
    number = int(item) if item.isascii() and item.isdigit() and len(item) <= 18 else 0
    one = case_read.case(visit.reader, number) if number else None
    if one is None or one.identity.school_id != place_of(visit).place_id:
        return None
    return opened_as(visit, one)


def opened_as(visit: Visit, one: Case) -> Opened:
    """A case that was read, with all that belongs to it."""
    return Opened(
        case=one, steps=case_read.steps(visit.reader, one.case_id), documents=kept(visit.reader, one.case_id), ahead=verifiers(visit.reader, one.path, one.identity.year)
    )  # fmt: skip


def sentence(visit: Visit, found: Opened) -> FindingView:
    """School and rule; where it stands, with whom, until when."""
    one, phrases = found.case, visit.phrases
    said = phrases("case.said", school=place_of(visit).name(visit.lang), rule=title(one.identity).of(visit.lang))  # fmt: skip
    parts = [one.number, JUDGEMENTS[one.identity.judgement].of(visit.lang), academic_year(one.identity.year, visit.lang), standing(visit, one)]  # fmt: skip
    return FindingView(said, " · ".join(parts), automatic=False)


# -- how far it is


def strip(visit: Visit, found: Opened) -> Element:
    """Dispatched, explained, each place that verifies, closed: what is done, what is now, what comes."""
    phrases, one = visit.phrases, found.case
    drawn = [_stage(visit, "dispatch", found.last(Deed.DISPATCH, Deed.REOPEN), 0, found)]
    drawn.append(_stage(visit, "explain", found.last(Deed.EXPLAIN), 1, found))
    for number, place in enumerate(found.ahead, start=2):
        name = phrases("case.stage.verify", place=visit.ladder.place(place).name(visit.lang))
        drawn.append(_stage(visit, name, found.last(Deed.VERIFY, Deed.CLOSE, at=place), number, found))  # fmt: skip
    last = "withdraw" if one.state is State.WITHDRAWN else "close"
    drawn.append(_stage(visit, last, found.last(Deed.CLOSE, Deed.WITHDRAW), 2 + len(found.ahead), found))  # fmt: skip
    return stages(phrases("case.stages"), drawn, phrases)


def _stage(visit: Visit, name: str, step: Step | None, number: int, found: Opened) -> StageView:
    at = now(found)
    label = visit.phrases(f"case.stage.{name}") if name in ("dispatch", "explain", "close", "withdraw") else name  # fmt: skip
    ended = found.case.state in (State.CLOSED, State.WITHDRAWN)
    is_skipped = found.case.state is State.WITHDRAWN and step is None
    state: StageState = "done" if number < at and not is_skipped else "now" if number == at and not ended else ""  # fmt: skip
    if state == "done" and step is not None:
        where = visit.ladder.place(step.place_id).name(visit.lang)
        return StageView(label, f"{minute(step.at)} {where}", state)
    return StageView(label, visit.phrases("case.stage.now") if state == "now" else "", state)


def now(found: Opened) -> int:
    """The number of the stage (0 dispatched, 1 explained, then each place that verifies) that the case is in; one beyond the last where it is over."""
    one = found.case
    if one.state in (State.CLOSED, State.WITHDRAWN):
        return 3 + len(found.ahead)
    if one.waits_at in found.ahead:
        return 2 + found.ahead.index(one.waits_at)
    return 1


# -- what it is about


def about_section(visit: Visit, found: Opened) -> Element:
    """The flag's own sentence, and the figures it rests on with the way to their sheets."""
    phrases, one = visit.phrases, found.case
    times = phrases("case.times", n=one.times) if one.times > 1 else ""
    back = (phrases("case.list"), visit.address.on("cases", visit.audience.scope.place_id))
    view = SectionView("about", phrases("case.about"), times, more=back, note=phrases(f"case.about.note.{one.identity.judgement}"))  # fmt: skip
    heads = [ColumnView(phrases(f"case.{name}"), kind="text") for name in ("figure", "form", "sheets", "lineage")]  # fmt: skip
    rows = [RowView(column_title(visit, cell), _links(visit, one, cell)) for cell in one.cells]
    said = e.p(seal_mark("breach" if one.identity.judgement == "breach" else "doubt", phrases), " ", one.said.of(visit.lang), cls="say")  # fmt: skip
    return section(view, said, *_flag(visit, one), table(TableView(phrases("case.figures"), heads, rows, "wrap"), phrases))  # fmt: skip


def _flag(visit: Visit, one: Case) -> list[Child]:
    """The way to what the newest review says of it."""
    number = number_of_flag(visit.reader, one.identity)
    if number is None:
        return []
    href = visit.address.on("alert", one.identity.school_id, item=str(number), year=one.identity.year)  # fmt: skip
    return [e.div(e.a(visit.phrases("case.flag"), href=href), cls="acts")]


def column_title(visit: Visit, cell: Cell | Answer) -> str:
    """A column as its form calls it."""
    form = forms().get(cell.form)
    known = form.columns.get(cell.column) if form else None
    return known.label.of(visit.lang) if known else cell.column


def _links(visit: Visit, one: Case, cell: Cell) -> tuple[CellView, ...]:
    school, year = one.identity.school_id, one.identity.year
    form, dash = forms().get(cell.form), CellView(symbol="not_applicable")
    name = CellView(form.title.of(visit.lang) if form else cell.form)
    sheets, lineage, metric = dash, dash, _counting(cell, year)
    if cell.form in submitted_forms():
        href = visit.address.on("review", school, form=cell.form, year=year)
        sheets = CellView(visit.phrases("case.rows"), href=href)
    if metric:
        label = metrics()[metric].label.of(visit.lang)
        lineage = CellView(label, href=visit.address.on("place", school, source=metric, year=year))
    return name, sheets, lineage


@cache
def _counting(cell: Cell, year: int) -> str:
    """The metric whose lineage shows a column: the plainest count of it; "" where there is none."""
    using = [
        (not isinstance(metric, Count), len(metric.sums(year)[0].parts), name)
        for name, metric in metrics().items()
        if any((part.form, part.measure) == tuple(cell) for each in metric.sums(year) for part in each.parts)
    ]  # fmt: skip
    return min(using)[2] if using else ""


def answers_section(visit: Visit, found: Opened) -> Iterator[Element]:
    """What the school says of each figure, as it was explained last."""
    step = found.last(Deed.EXPLAIN)
    if step is None:
        return
    view = SectionView("answers", visit.phrases("case.answers"), f"{minute(step.at)} · {step.login}")  # fmt: skip
    note = e.p(quoted(step.note), cls="say") if step.note else None
    yield section(view, *([note] if note else []), answers(visit, step))


def answers(visit: Visit, step: Step) -> Element:
    pairs = [part for one in step.answers for part in (e.dt(column_title(visit, one)), e.dd(quoted(one.said)))]  # fmt: skip
    return e.dl(*pairs, cls="facts")


# -- documents and steps


def documents_section(visit: Visit, found: Opened) -> Element:
    """The documents, each with the way to it."""
    phrases = visit.phrases
    view = SectionView("documents", phrases("case.documents"), note=phrases("case.documents.note"))
    if not found.documents:
        return section(view, empty(phrases("case.documents.none")))
    return section(view, e.ul(*(_document(visit, one) for one in found.documents), cls="told"))


def _document(visit: Visit, one: Kept) -> Element:
    about = visit.phrases("case.document", kind=one.kind.upper(), kb=plain(max(1, round(one.size / 1000))), who=one.login, at=minute(one.at), hash=one.file_hash[:12])  # fmt: skip
    act = visit.phrases("case.document.open")
    return e.li(
        e.b(quoted(one.name)), e.p(about, cls="m"),
        action_form("open_evidence", posting(visit), hidden("evidence", one.evidence_id), press(act, aria_label=f"{act} {one.name}")),
    )  # fmt: skip


def thread_section(visit: Visit, found: Opened, more: tuple[str, str] | None = None) -> Element:
    """Every step, the newest first: what was done, by whom, what was said."""
    phrases = visit.phrases
    view = SectionView("thread", phrases("case.thread"), phrases("case.thread.n", n=len(found.steps)), more=more, note=phrases("case.thread.note"))  # fmt: skip
    return section(view, e.ol(*(_step(visit, one) for one in reversed(found.steps)), cls="tl"))


def _step(visit: Visit, one: Step) -> Element:
    phrases, lang = visit.phrases, visit.lang
    role = Role(one.role).label.of(lang) if one.role in set(Role) else ""
    where = visit.ladder.place(one.place_id).name(lang)
    by = " · ".join(filter(None, (minute(one.at), where, role, one.login)))
    told: Sequence[Child] = [
        e.p(phrases("case.found", code=one.code.label.of(lang))) if one.code else None,
        e.p(phrases("case.corrected", number=one.submission_id)) if one.submission_id else None,
        e.p(one.said.of(lang)) if one.said.zh else None,
        e.p(quoted(one.note), cls="quote") if one.note else None,
        e.details(e.summary(phrases("case.answered", n=len(one.answers))), answers(visit, one)) if one.answers else None,
    ]  # fmt: skip
    return e.li(e.b(one.deed.label.of(lang)), " ", e.span(by, cls="m"), *told)
