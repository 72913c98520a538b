"""The roll-out of one province: its tasks, its monthly reports and their signature, what it filed and the form to file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import day, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.form import action_form, area_field, choice_field, hidden, press, text_field
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.accounts import place_of, posting
from dashboards.views.monthly import groups, lateness, read_month, typed
from dashboards.views.rollout import Known, held, reason_name
from metrics.rollout import Behind
from warehouse.moments import begins, china_day, minute
from warehouse.monthly import LONGEST, SHORT, Asked, Signed, Words, counted, revisions
from warehouse.programme import ITEMS, NOTICE, REPORT_DAY, due_on
from warehouse.rights import Right
from warehouse.rollout import MOST_WORDS, Filing, State, current, filings
from warehouse.terms import Month

DOWNLOADS = ("xlsx", "pdf")


def sentence(visit: Visit, known: Known, listed: Sequence[Behind]) -> FindingView:
    """What this province is behind with, and since when."""
    phrases, lang = visit.phrases, visit.lang
    name = place_of(visit).name(lang)
    basis = phrases(
        "rollout.about", notice=NOTICE.of(lang), day=REPORT_DAY, months=len(known.months)
    )
    if not listed:
        return FindingView(phrases("rollout.own.nothing", place=name), basis, automatic=False)
    one = listed[0]
    said = phrases(
        "rollout.own.said", place=name, n=len(one.reasons), what=reason_name(visit, one.worst),
        since=day(one.worst.deadline, lang), days=plain(one.worst.days),
    )  # fmt: skip
    return FindingView(said, basis, automatic=False)


def is_own(visit: Visit) -> bool:
    """Whether the reader files and signs for the province that is looked at."""
    own = visit.audience.scope.place_id == place_of(visit).place_id
    return own and Right.ROLL_OUT in visit.rights


def tasks_section(visit: Visit, known: Known) -> Element:
    """The programme with where each task stands here."""
    phrases, lang = visit.phrases, visit.lang
    names = ("task", "deadline", "clause", "state", "evidence")
    heads = [ColumnView(phrases(f"rollout.{name}"), kind="text", narrow=name in ("task", "deadline", "state")) for name in names]  # fmt: skip
    rows = [
        RowView(
            one.task.label.of(lang),
            (
                CellView(day(one.task.deadline, lang)) if one.task.deadline else CellView(phrases("rollout.undated")),
                CellView(one.task.clause.of(lang)), _state(visit, one), CellView(one.task.evidence.of(lang)),
            ),
        )
        for one in known.states.get(place_of(visit).place_id, ())
    ]  # fmt: skip
    view = SectionView("programme", phrases("rollout.programme"), NOTICE.of(lang), width=7, note=phrases("rollout.programme.note"))  # fmt: skip
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _state(visit: Visit, one: State) -> CellView:
    phrases = visit.phrases
    if one.is_done:
        when = day(one.done, visit.lang) if one.done else ""
        said = phrases("rollout.state.done", day=when) if when else phrases("rollout.day_unknown")
        return CellView(said, note=phrases("monthly.days_late", n=one.late) if one.late else "", verdict="near" if one.late else None)  # fmt: skip
    said = f"{phrases('rollout.not_done')} {held(one)}" if one.of else phrases("rollout.not_done")
    if one.is_overdue:
        return CellView(said, note=phrases("monthly.days_late", n=one.late), verdict="miss")
    return CellView(said)


# -- the monthly report


def chosen(visit: Visit, known: Known) -> Month | None:
    """The month that is looked at: the one the address names, or the newest due."""
    return read_month(visit.address.item) or known.newest


def months_section(visit: Visit, known: Known) -> Element:
    """The months that are due: signed when, in time or late, and their files."""
    phrases, lang, here = visit.phrases, visit.lang, place_of(visit).place_id
    names = ("month", "due", "signed", "late", "revision")
    heads = [ColumnView(phrases(f"monthly.{name}"), kind="text", narrow=name in ("month", "late", "signed")) for name in names]  # fmt: skip
    rows = []
    for month in reversed(known.months):
        versions = known.reports.get((here, month), ())
        href = visit.address.to(item=str(month))
        rows.append(RowView(month.format(lang), (CellView(day(due_on(month), lang)), *_signed(visit, month, versions)), href))  # fmt: skip
    view = SectionView("months", phrases("rollout.reports"), width=5)
    if not rows:
        return section(view, empty(phrases("rollout.reports.none")))
    return section(view, table(TableView(view.title, heads, rows), phrases))


def _signed(visit: Visit, month: Month, versions: Sequence[Signed]) -> Iterator[CellView]:
    if not versions:
        days = (visit.today - due_on(month)).days
        yield CellView(visit.phrases("monthly.unsigned"), verdict="miss" if days > 0 else None)
        yield CellView(visit.phrases("monthly.days_late", n=days) if days > 0 else "", verdict="miss" if days > 0 else None)  # fmt: skip
        yield CellView("")
        return
    first = versions[0]
    yield CellView(day(china_day(first.signed_at), visit.lang))
    yield CellView(lateness(first, visit.phrases), verdict="near" if first.late else None)
    yield CellView(plain(versions[-1].revision))


def report_section(visit: Visit, month: Month) -> Element:
    """The report of a month: as it was signed, or as it would be signed now."""
    phrases, here = visit.phrases, place_of(visit).place_id
    versions = revisions(visit.reader, here, month)
    now = begins(visit.today.fromordinal(visit.today.toordinal() + 1))
    fresh = counted(visit.reader, visit.ladder, Asked(place_id=here, month=month, now=now))
    last = versions[-1] if versions else None
    figures = last.figures if last else fresh
    title = phrases("rollout.report_of", month=month.format(visit.lang))
    view = SectionView("report", title, _stand(visit, last), say=_changed(visit, last, fresh != figures), width=7, note=phrases("monthly.note"))  # fmt: skip
    heads = (ColumnView(phrases("monthly.item"), kind="text"), ColumnView(phrases("monthly.value"), kind="text"))  # fmt: skip
    rows = [RowView(label, (CellView(text),)) for label, text in typed(last.words, phrases)] if last else []  # fmt: skip
    for group in groups(figures, phrases):
        rows.append(RowView(group.title, kind="group"))
        rows += [RowView(line.label, (CellView(line.text),)) for line in group.lines]
    return section(view, *_files(visit, versions), table(TableView(title, heads, rows, "wrap"), phrases))  # fmt: skip


def _stand(visit: Visit, last: Signed | None) -> str:
    """Whose signature it bears."""
    if last is None:
        return visit.phrases("monthly.preview")
    return visit.phrases("monthly.stands", n=last.revision, who=last.signed_by, when=minute(last.signed_at), hash=last.content_hash[:12])  # fmt: skip


def _changed(visit: Visit, last: Signed | None, is_changed: bool) -> str:  # noqa: FBT001 (one fact)
    return visit.phrases("monthly.changed") if last and is_changed else ""


def _files(visit: Visit, versions: Sequence[Signed]) -> Iterator[Element]:
    """Every revision as workbook and PDF."""
    links: list[Child] = []
    for one in reversed(versions):
        links.append(visit.phrases("monthly.files", n=one.revision))
        for kind in DOWNLOADS:
            href = (
                f"/rollout/{one.place_id}/{one.of}.{kind}?revision={one.revision}&lang={visit.lang}"
            )
            links += [" ", e.a(visit.phrases(f"monthly.{kind}"), href=href)]
        links.append("　")
    if links:
        yield e.p(*links, cls="m")


def sign_section(visit: Visit, month: Month) -> Iterator[Element]:
    """The form that signs the month, for the province's own supervisor."""
    if not is_own(visit) or visit.today < due_on(month).replace(day=1):
        return
    phrases, versions = visit.phrases, revisions(visit.reader, place_of(visit).place_id, month)
    words = versions[-1].words if versions else Words("", "", "", "")
    title = phrases("monthly.resign" if versions else "monthly.sign")
    fields = (
        area_field("problems", phrases("monthly.problems"), words.problems, maxLength=LONGEST, required=True),
        area_field("next_plan", phrases("monthly.next_plan"), words.next_plan, maxLength=LONGEST, required=True),
        text_field("office", phrases("monthly.office"), words.office, maxLength=SHORT, required=True),
        text_field("contact", phrases("monthly.contact"), words.contact, phrases("monthly.contact.hint"), maxLength=SHORT, required=True),
    )  # fmt: skip
    yield section(
        SectionView("sign", title, month.format(visit.lang), width=5, note=phrases("monthly.sign.note")),
        action_form(
            "sign_month", posting(visit), hidden("month", month), e.div(*fields, cls="fields tall"),
            e.div(press(title, is_first=True), cls="acts"),
        ),
    )  # fmt: skip


# -- filing


def filed_section(visit: Visit, lines: Sequence[Filing]) -> Element:
    """Everything filed, the newest first: who, when, and what it took the place of."""
    phrases, lang = visit.phrases, visit.lang
    view = SectionView("filed", phrases("rollout.filings", n=len(lines)), width=7)
    if not lines:
        return section(view, empty(phrases("rollout.filings.none")))
    holding = {line.filing_id for line in current(lines)}
    names = ("item", "day_said", "content", "by", "standing")
    heads = [ColumnView(phrases(f"rollout.{name}"), kind="text", narrow=name != "by") for name in names]  # fmt: skip
    rows = [
        RowView(
            ITEMS[line.item].label.of(lang),
            (
                CellView(day(line.day, lang)) if line.day else CellView(phrases("rollout.taken_back.short")),
                CellView(_content(visit, line)), CellView(f"{line.filed_by} · {minute(line.filed_at)}"),
                CellView(phrases("rollout.holds" if line.filing_id in holding else "rollout.replaced")),
            ),
        )
        for line in reversed(lines)
    ]  # fmt: skip
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _content(visit: Visit, line: Filing) -> str:
    item, lang = ITEMS[line.item], visit.lang
    parts = []
    if line.number is not None and item.number:
        parts.append(f"{item.number.of(lang)} {plain(line.number)}")
    if line.choice:
        parts.append(item.choices[line.choice].of(lang))
    return " · ".join([*parts, line.words] if line.words else parts)


def file_section(visit: Visit, lines: Sequence[Filing]) -> Iterator[Element]:
    """The form to file one item; its fields are those of the item chosen above it."""
    if not is_own(visit):
        return
    phrases, lang = visit.phrases, visit.lang
    item = ITEMS.get(visit.address.form, ITEMS["work_group"])
    links = [
        e.li(e.a(one.label.of(lang), href=visit.address.to(form=one.name) + "#file", **({"aria_current": "true"} if one is item else {})))
        for one in ITEMS.values()
    ]  # fmt: skip
    fields: list[Child] = [
        text_field("day", item.day.of(lang), type="date", max=visit.today.isoformat())
    ]
    if item.number:
        fields.append(text_field("number", item.number.of(lang), type="number", min=0))
    if item.choices:
        fields.append(choice_field("choice", phrases("rollout.choice"), [(name, words.of(lang)) for name, words in item.choices.items()]))  # fmt: skip
    fields.append(text_field("words", item.words.of(lang), maxLength=MOST_WORDS))
    mine = [line for line in current(lines) if line.item == item.name]
    if item.many and mine:
        fields.append(choice_field("replaces", phrases("rollout.replaces"), [("", phrases("rollout.new")), *((str(line.filing_id), f"{day(line.day, lang) if line.day else ''} {_content(visit, line)}") for line in mine)]))  # fmt: skip
    if mine:
        fields.append(choice_field("taken_back", phrases("rollout.still"), [("", phrases("rollout.yes")), ("1", phrases("rollout.no"))]))  # fmt: skip
    yield section(
        SectionView("file", phrases("rollout.file"), item.label.of(lang), width=5, note=phrases("rollout.file.note")),
        e.ul(*links, cls="links"),
        action_form(
            "file_rollout", posting(visit), hidden("item", item.name), e.div(*fields, cls="fields tall"),
            e.div(press(phrases("rollout.file"), is_first=True), cls="acts"),
        ),
    )  # fmt: skip


def lines_of(visit: Visit) -> list[Filing]:
    return filings(visit.reader, place_of(visit).place_id)
