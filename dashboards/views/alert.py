"""One flag: what is the case, what was expected, why it is flagged, where the numbers stand, and what would clear it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isclose
from typing import Any

from dashboards import element as e
from dashboards.charts.trend import ExpectedView, LineView, TrendView, trend
from dashboards.element import Child, Element
from dashboards.numbers import academic_year, percent, plain, signed
from dashboards.page import Visit
from dashboards.parts.cell import CellView, seal_mark
from dashboards.parts.school import FactView, IdentityView, identity
from dashboards.parts.section import ChartView, SectionView, chart, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.alerts import brief, weight
from metrics.judgement.titles import title
from metrics.signals.discovery import signals
from metrics.signals.signal import Tier
from warehouse import law
from warehouse.discovery import form as form_named
from warehouse.discovery import forms
from warehouse.flag_lists import Flag, of_school, one
from warehouse.flags import Judgement
from warehouse.moments import minute

HEIGHT_PX = 230


def found(visit: Visit) -> Flag | None:
    """The flag that the address names, of the school that it names."""
    item = visit.address.item
    flag = one(visit.reader, int(item)) if item.isdigit() and len(item) < 18 else None
    return flag if flag is not None and flag.school_id == visit.address.place else None


def name(visit: Visit, flag: Flag) -> str:
    return title(flag.judgement, flag.rule, flag.detail.get("law")).of(visit.lang)


def head(visit: Visit, flag: Flag, back: tuple[str, str], more: Iterable[FactView]) -> Element:
    """The school and the rule, then what kind of thing it is, since when, on which data, and `more` of what is done about it."""
    phrases = visit.phrases
    facts = [
        FactView(phrases("alert.judgement"), f"{flag.judgement.label.of(visit.lang)} · {phrases(f'alert.meaning.{flag.judgement}')}"),
        FactView(phrases("alert.rule"), _rule(visit, flag)),
        FactView(phrases("alert.year"), academic_year(flag.year, visit.lang)),
        FactView(phrases("alert.since"), minute(flag.since)),
        FactView(phrases("alert.seen"), minute(flag.seen)),
    ]  # fmt: skip
    if code := flag.detail.get("law"):
        facts.append(FactView(phrases("alert.law"), law.entry(code).basis.of(visit.lang)))
    facts += more
    if flag.gone_at is not None:
        facts.append(FactView(phrases("alert.gone"), phrases("alert.gone.said", at=minute(flag.gone_at)), "met"))  # fmt: skip
    school = visit.place.name(visit.lang) if visit.place else ""
    heading = phrases("alert.heading", school=school, rule=name(visit, flag))
    said = phrases("sentence.end", text=brief(flag).of(visit.lang).rstrip("。."))
    card = identity(IdentityView(heading, facts, said, back), phrases)
    return e.div(seal_mark(flag.judgement.value, phrases), card, cls="flagged")


def _rule(visit: Visit, flag: Flag) -> str:
    """A doubt's code and tier; what kind of rule the others rest on."""
    if flag.judgement is Judgement.DOUBT:
        return f"{flag.rule} · {Tier(flag.tier).label.of(visit.lang)}"
    return visit.phrases(f"alert.tier.{flag.tier}")


# -- fact and expectation


def fact_view(visit: Visit, flag: Flag) -> SectionView:
    """The head of the section, whom the number was compared with, and what would clear it."""
    clears = _said(visit, flag.detail.get("clears"))
    note = visit.phrases("alert.clears", how=clears) if clears else ""
    meta = visit.phrases("alert.chance") if flag.judgement is Judgement.RISK else _unit_of(visit, flag)  # fmt: skip
    return SectionView(
        "fact",
        visit.phrases("alert.fact"),
        meta,
        note=note,
        more=_compared_with(visit, flag),
    )


def fact_table(visit: Visit, flag: Flag) -> TableView | None:
    """The number beside what was expected of it; None of a breach that stands in rows alone."""
    rows = list(_facts(visit, flag))
    heads = (ColumnView(visit.phrases("alert.what"), kind="text"), ColumnView(visit.phrases("alert.number"), _unit_of(visit, flag)))  # fmt: skip
    return TableView(visit.phrases("alert.fact"), heads, rows) if rows else None


def _unit_of(visit: Visit, flag: Flag) -> str:
    return _unit(visit, flag) if _is_newest(flag) or "limit" in flag.detail else ""


def _compared_with(visit: Visit, flag: Flag) -> tuple[str, str] | None:
    """To the list of similar schools, where the signal compares with those: as they are by the published recipe and what was submitted for its year."""
    if flag.rule not in signals() or not signals()[flag.rule].by_similar:
        return None
    href = visit.address.on("similar", flag.school_id, year=flag.year, basis="submitted", peers="")
    return visit.phrases("alert.compared", n=flag.detail["peers"]), href


def _unit(visit: Visit, flag: Flag) -> str:
    return _said(visit, flag.detail.get("unit"))


def _said(visit: Visit, text: Sequence[str] | None) -> str:
    """A text that was kept as [zh, en]."""
    return text[0 if visit.lang == "zh" else 1] if text else ""


def _facts(visit: Visit, flag: Flag) -> Iterator[RowView]:
    detail, phrases = flag.detail, visit.phrases
    if flag.judgement is Judgement.RISK:
        yield RowView(phrases("alert.value"), (CellView(percent(detail["value"], 1)),), kind="own")
        yield RowView(phrases("alert.usual"), (CellView(percent(detail["usual"], 1)),))
    elif "limit" in detail:
        yield RowView(phrases("alert.value"), (CellView(number_of(detail, detail["value"]), verdict="miss"),), kind="own")  # fmt: skip
        yield RowView(phrases(f"alert.limit.{detail['direction']}"), (CellView(plain(detail["limit"])),))  # fmt: skip
    elif detail.get("value") is not None:
        yield RowView(phrases("alert.value"), (CellView(number_of(detail, detail["value"])),), kind="own")  # fmt: skip
        if detail["low"] is not None and flag.tier != Tier.HARD:
            yield RowView(phrases("alert.range"), (CellView(range_of(visit, flag)),))


def range_of(visit: Visit, flag: Flag) -> str:
    """Both ends of what was expected, or the one there is."""
    low, high = (None if flag.detail[end] is None else number(flag, flag.detail[end]) for end in ("low", "high"))  # fmt: skip
    if low is not None and high is not None:
        return f"{low}–{high}"
    return visit.phrases("alert.from", low=low) if high is None else visit.phrases("alert.upto", high=high)  # fmt: skip


def number_of(detail: Mapping[str, Any], value: float) -> str:
    """The flagged number, or an end of its range, as the signal gave it."""
    return plain(value, 0 if value == round(value) else detail.get("decimals", 1))


def _number(detail: Mapping[str, Any], value: float) -> str:
    """A number of one of the years."""
    return number_of(detail, value * detail.get("scale", 1.0))


def number(flag: Flag, value: float) -> str:
    """A number of the kind that is flagged, in words."""
    return number_of(flag.detail, value)


def year_before(flag: Flag) -> float | None:
    """The same number a year before, where it is known."""
    points = flag.detail.get("history") or []
    if len(points) < 2 or not _is_newest(flag) or points[-2][0] != flag.year - 1:
        return None
    return float(points[-2][1]) * float(flag.detail.get("scale", 1.0))


def _is_newest(flag: Flag) -> bool:
    """Whether the flagged number is the newest of the years that are shown: their unit is its unit too, and its range lies among them."""
    points = flag.detail.get("history") or []
    value = flag.detail.get("value")
    if not points or points[-1][0] != flag.year or value is None:
        return False
    return isclose(points[-1][1] * flag.detail.get("scale", 1.0), value, rel_tol=1e-6, abs_tol=1e-6)


# -- over the years


def has_history(flag: Flag) -> bool:
    """Whether there are two years or more."""
    return len(flag.detail.get("history") or []) >= 2


def history_section(visit: Visit, flag: Flag, width: int) -> Element | None:
    """The school's own years, with what was expected of this one; None where there are fewer than two."""
    if not has_history(flag):
        return None
    points = flag.detail["history"]
    detail, of = flag.detail, _said(visit, flag.detail.get("of"))
    meta = visit.phrases("list.meta").join(filter(None, (of, _unit(visit, flag))))
    view = SectionView("history", visit.phrases("alert.history"), meta, width=width)
    scale = detail.get("scale", 1.0)
    years, values = [year for year, _ in points], [value * scale for _, value in points]
    told = visit.phrases("list.comma").join(visit.phrases("alert.point", year=year, value=_number(detail, value)) for year, value in points)  # fmt: skip
    line = LineView(_number(detail, points[-1][1]), values)
    drawn = TrendView([str(year) for year in years], [line], _unit(visit, flag), decimals=detail.get("decimals", 0), expected=_expected(visit, flag, years))  # fmt: skip
    rows = [RowView(str(year), (CellView(_number(detail, value)),)) for year, value in points]
    heads = (ColumnView(visit.phrases("alert.year"), kind="text"), ColumnView(visit.phrases("alert.number"), _unit(visit, flag)))  # fmt: skip
    sentence = visit.phrases("alert.history.say", name=of or name(visit, flag), told=told)
    shown = ChartView(trend(drawn, visit.address.theme, HEIGHT_PX), sentence, TableView(view.title, heads, rows), HEIGHT_PX)  # fmt: skip
    return section(view, chart(shown, visit.phrases))


def _expected(visit: Visit, flag: Flag, years: Sequence[int]) -> ExpectedView | None:
    """The range drawn at its year; none where the signal compares with something else."""
    low, high = flag.detail.get("low"), flag.detail.get("high")
    if low is None or high is None or not _is_newest(flag) or flag.tier == Tier.HARD:
        return None
    return ExpectedView(len(years) - 1, low, high, visit.phrases("alert.expected"))


# -- why


def why_section(visit: Visit, flag: Flag) -> Element | None:
    """What the score is made of, each with the numbers it rests on; None of a breach, which a rule decides alone."""
    parts = flag.detail.get("parts") or []
    if flag.judgement is Judgement.BREACH or not parts:
        return None
    phrases, is_risk = visit.phrases, flag.judgement is Judgement.RISK
    meta = phrases("alert.why.risk" if is_risk else "alert.why.meta")
    view = SectionView("why", phrases("alert.why"), meta)  # fmt: skip
    amount = ColumnView(phrases("alert.part.amount")) if is_risk else ColumnView(phrases("alert.part.share"), "%", kind="bar")  # fmt: skip
    heads = [ColumnView(phrases("alert.part"), kind="text"), amount]
    if not is_risk:
        heads.append(ColumnView(phrases("alert.cells"), kind="text"))
    cls = "wrap" if is_risk else "wrap of-doubt"
    body: list[Child] = [table(TableView(view.title, heads, [_part(visit, flag, part) for part in parts], cls), phrases)]  # fmt: skip
    return section(view, *body, _cells_of(visit, flag))


def _part(visit: Visit, flag: Flag, part: Mapping[str, Any]) -> RowView:
    label = _said(visit, part["label"])
    if flag.judgement is Judgement.RISK:
        return RowView(label, (CellView(signed(part["amount"], 2)),))
    share = 100 * part["amount"] / flag.detail["score"]
    cells = visit.phrases("list.comma").join(cell_name(visit, *cell) for cell in part["cells"])
    return RowView(label, (CellView(plain(share), value=max(share, 0.0)), CellView(cells)))


def cell_name(visit: Visit, form: str, column: str) -> str:
    """《在校学生》在校生."""
    declared = form_named(form)
    label = declared.columns[column].label.of(visit.lang)
    return visit.phrases("alert.cell.name", form=declared.title.of(visit.lang), column=label)


def _cells_of(visit: Visit, flag: Flag) -> Element | None:
    """Links to the forms that the numbers stand in."""
    names = dict.fromkeys(cell[0] for part in flag.detail.get("parts") or [] for cell in part["cells"])  # fmt: skip
    links = [e.a(form_named(form).title.of(visit.lang), href=_form(visit, flag, form)) for form in names if form in forms()]  # fmt: skip
    return e.div(e.span(visit.phrases("alert.open"), cls="m"), *links, cls="acts") if links else None  # fmt: skip


def _form(visit: Visit, flag: Flag, form: str) -> str:
    return visit.address.on("review", flag.school_id, form=form, year=flag.year)


# -- the rows of a breach


def rows_section(visit: Visit, flag: Flag) -> Element | None:
    """The rows of the sheet that break the rule, with the school's own words; None of what stands in no row."""
    cells = flag.detail.get("cells")
    if not cells:
        return None
    phrases, form = visit.phrases, flag.detail["form"]
    number = flag.detail["rows"]
    meta = (
        phrases("alert.rows.meta", n=plain(number), shown=len(cells)) if number > len(cells) else ""
    )
    more = (form_named(form).title.of(visit.lang), _form(visit, flag, form))
    view = SectionView("rows", phrases("alert.rows"), meta, more=more)
    heads = [ColumnView(phrases(f"alert.{key}"), kind="text") for key in ("row", "column", "cell", "explained")]  # fmt: skip
    rows = [_sheet_row(visit, form, cell) for cell in cells]
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _sheet_row(visit: Visit, form: str, cell: Mapping[str, Any]) -> RowView:
    column = form_named(form).columns.get(cell["column"] or "")
    said = cell["explanation"]
    cells = (
        CellView(column.label.of(visit.lang) if column else ""),
        CellView(cell["value"] or "", quoted=True) if cell["value"] else CellView(symbol="not_applicable"),
        CellView(said, quoted=True) if said else CellView(visit.phrases("alert.unexplained")),
    )  # fmt: skip
    return RowView(f"{cell['sheet']} {cell['row']}", cells)


# -- beside


def others_section(visit: Visit, flag: Flag) -> Element | None:
    """Every other flag of the school and year that this reader is told of."""
    others = [each for each in of_school(visit.reader, flag.school_id, flag.year) if each.flag_id != flag.flag_id]  # fmt: skip
    if not others:
        return None
    phrases = visit.phrases
    view = SectionView("others", phrases("alert.others", n=len(others)))
    heads = [ColumnView(phrases("alerts.rule"), kind="text"), ColumnView(phrases("alerts.said.head"), kind="text"), ColumnView(phrases("alerts.weight"))]  # fmt: skip
    rows = [row for judgement in Judgement for row in _of_judgement(visit, judgement, others)]
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _of_judgement(visit: Visit, judgement: Judgement, flags: Sequence[Flag]) -> Iterator[RowView]:
    mine = [each for each in flags if each.judgement is judgement]
    if mine:
        yield RowView(judgement.label.of(visit.lang), kind="group")
    for each in mine:
        href = visit.address.on("alert", each.school_id, item=str(each.flag_id))
        yield RowView(name(visit, each), (CellView(brief(each).of(visit.lang)), CellView(weight(each))), href)  # fmt: skip


def none_section(visit: Visit) -> Element:
    view = SectionView("none", visit.phrases("alerts.title"))
    return section(view, empty(visit.phrases("alert.none", item=visit.address.item or "—")))
