"""The catalogue: what each metric means, how it is computed, what it is judged by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards.i18n import LANGS, Phrases
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.lineage import LineageView
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.views import wording
from metrics.discovery import domain_of, metrics, parts, shelf, shelves
from metrics.handbook import formula
from metrics.history import history
from metrics.metric import Metric
from warehouse import law
from warehouse.discovery import form as form_named
from warehouse.law import Limit
from warehouse.text import Text


def tables(visit: Visit) -> Iterator[TableView]:
    """One table a shelf."""
    for name, found in shelves().items():
        yield _table(visit, name, found)


def table_of(visit: Visit, names: Sequence[str]) -> TableView:
    """The same of some metrics, in their order."""
    found = [metrics()[name] for name in names]
    return _table(visit, Text(*(Phrases(lang)("lineage.definition") for lang in LANGS)), found)


def _table(visit: Visit, name: Text, found: list[Metric]) -> TableView:
    phrases = visit.phrases
    heads = (
        ColumnView(phrases("indicators.name"), kind="text"),
        ColumnView(phrases("catalogue.code"), kind="text", narrow=False),
        ColumnView(phrases("lineage.definition"), kind="text"),
        ColumnView(phrases("catalogue.unit"), kind="text"),
        ColumnView(phrases("catalogue.time"), kind="text", narrow=False),
        ColumnView(phrases("catalogue.limits"), kind="text"),
    )
    return TableView(name.of(visit.lang), heads, [_row(visit, metric) for metric in found], "wrap")


def _row(visit: Visit, metric: Metric) -> RowView:
    lang = visit.lang
    limits = "; ".join(_limit_text(visit, metric, code) for code in metric.limits)
    cells = (
        CellView(metric.code),
        CellView(metric.definition.of(lang)),
        CellView(metric.unit.label.of(lang)),
        CellView(visit.phrases(f"time.{metric.period.value}")),
        CellView(limits, symbol="" if limits else "not_applicable"),
    )
    chosen = visit.address.metric == metric.name
    return RowView(
        metric.label.of(lang),
        cells,
        f"{visit.address.to(metric=metric.name)}",
        kind="own" if chosen else "",
    )


def _limit_text(visit: Visit, metric: Metric, code: str) -> str:
    entry = law.entry(code)
    return f"{wording.limit_text(entry, metric, visit.lang)} ({visit.phrases(f'force.{entry.force.value}')})"


def opened(visit: Visit) -> LineageView | None:
    """The panel of the metric that the address names."""
    metric = metrics().get(visit.address.metric)
    if metric is None:
        return None
    lang = visit.lang
    return LineageView(
        metric=metric.label.of(lang),
        place=shelf(metric).of(lang),
        date=visit.phrases(f"time.{metric.period.value}"),
        back_href=visit.address.to(metric=""),
        result=CellView(metric.code or metric.label.of(lang)),
        unit=metric.unit.label.of(lang),
        parts=(),
        definition=[metric.question.of(lang), metric.definition.of(lang)],
        tables=[*_limits(visit, metric), _history(visit, metric)],
        facts=_facts(visit, metric),
        title=visit.phrases("catalogue.metric"),
        facts_title=visit.phrases("catalogue.computed"),
    )


def _facts(visit: Visit, metric: Metric) -> list[tuple[str, str]]:
    """Formula, kind, direction, additivity, breaks, and what it may not be mixed with."""
    phrases, lang = visit.phrases, visit.lang
    apart = ", ".join(metrics()[name].label.of(lang) for name in metric.apart)
    facts = [
        (phrases("catalogue.formula"), formula(metric)),
        (phrases("catalogue.owner"), _owner(visit, metric)),
        (phrases("catalogue.basis"), _basis(visit, metric)),
        (phrases("catalogue.direction"), phrases(f"direction.{metric.direction.value}")),
        (phrases("catalogue.additivity"), phrases(f"additivity.{metric.additivity.value}")),
        *([(phrases("catalogue.since"), str(metric.since))] if metric.since else []),
        *([(phrases("catalogue.apart"), apart)] if apart else []),
    ]
    facts = [(name, text) for name, text in facts if text]
    facts += [
        (phrases("catalogue.break", year=each.year), each.why.of(lang)) for each in metric.breaks
    ]
    return facts


def _owner(visit: Visit, metric: Metric) -> str:
    """The domain that answers for it, and the forms it is made of."""
    names = dict.fromkeys(form_named(part.form).title.of(visit.lang) for part in parts(metric))
    listed = visit.phrases("build.and").join(names)
    return visit.phrases("catalogue.owner.of", domain=domain_of(metric).label.of(visit.lang), forms=listed)  # fmt: skip


def _basis(visit: Visit, metric: Metric) -> str:
    """The law that it rests on; "" where it rests on none."""
    bases = dict.fromkeys(law.entry(code).basis.of(visit.lang) for code in metric.laws)
    return visit.phrases("build.stop").join(bases)


def _history(visit: Visit, metric: Metric) -> tuple[str, TableView, str]:
    """What it meant, newest first, since when and why."""
    title = visit.phrases("catalogue.history")
    heads = [ColumnView(visit.phrases(f"catalogue.history.{name}"), kind="text") for name in ("on", "meaning")]  # fmt: skip
    first = visit.phrases("catalogue.history.first")
    rows = [
        RowView(one.on.isoformat(), [CellView(one.why.of(visit.lang) or first, note=one.meaning)])
        for one in reversed(history().get(metric.name, []))
    ]
    return title, TableView(title, heads, rows, "wrap since"), ""


def _limits(visit: Visit, metric: Metric) -> Iterator[tuple[str, TableView, str]]:
    """Every entry of the law that the metric is read against, with its years."""
    entries = [limit for limit in law.book() if limit.code in metric.limits]
    if not entries:
        return
    title = visit.phrases("catalogue.law")
    heads = (
        ColumnView(visit.phrases("indicators.limit"), kind="text"),
        ColumnView(visit.phrases("catalogue.years"), kind="text"),
        ColumnView(visit.phrases("catalogue.force"), kind="text"),
        ColumnView(visit.phrases("catalogue.basis"), kind="text"),
    )
    yield (
        title,
        TableView(title, heads, [_law_row(visit, metric, one) for one in entries], "wrap"),
        "",
    )


def _law_row(visit: Visit, metric: Metric, limit: Limit) -> RowView:
    cells = (
        CellView(years(visit, limit)),
        CellView(visit.phrases(f"force.{limit.force.value}")),
        CellView(limit.basis.of(visit.lang)),
    )
    return RowView(wording.limit_text(limit, metric, visit.lang), cells)


def years(visit: Visit, limit: Limit) -> str:
    """From which year to which, or for good."""
    if limit.to_year > visit.years[-1] + 50:
        return visit.phrases("catalogue.from", year=limit.from_year)
    return f"{limit.from_year}–{limit.to_year}"


def law_table(visit: Visit) -> TableView:
    """The whole book: limits and red lines with force and basis."""
    phrases, lang = visit.phrases, visit.lang
    heads = (
        ColumnView(phrases("catalogue.entry"), kind="text"),
        ColumnView(phrases("catalogue.value"), kind="text"),
        ColumnView(phrases("catalogue.force"), kind="text"),
        ColumnView(phrases("catalogue.years"), kind="text"),
        ColumnView(phrases("catalogue.basis"), kind="text"),
    )
    rows = [
        RowView(
            one.title.of(lang),
            (
                CellView(_law_value(visit, one)),
                CellView(phrases(f"force.{one.force.value}")),
                CellView(years(visit, one)),
                CellView(f"{one.basis.of(lang)} {one.note.of(lang)}".strip()),
            ),
        )
        for one in law.book()
    ]
    return TableView(phrases("catalogue.law"), heads, rows, "wrap")


def _law_value(visit: Visit, limit: Limit) -> str:
    sign = "≤" if limit.direction == "ceiling" else "≥"
    unit = visit.phrases(f"law_unit.{limit.unit}")
    return f"{sign} {limit.value:,g} {unit}".strip()
