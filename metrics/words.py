"""Parts and periods in the words of both languages."""

from __future__ import annotations

from collections.abc import Iterable

from metrics.metric import ALL_UNITS, UNITS, Metric
from metrics.plan import Lookup
from warehouse.dimensions import UNIT_KIND
from warehouse.discovery import form as form_named
from warehouse.form import Form, Period
from warehouse.text import Text

_PERIODS = {
    Period.STOCK: Text("{year} 年 9 月 1 日", "1 Sept {year}"),
    Period.AUTUMN: Text("{year} 年秋季", "autumn {year}"),
    Period.YEAR_BEFORE: Text("{before} 年 9 月至 {year} 年 8 月", "Sept {before} to Aug {year}"),
    Period.YEAR: Text("{year} 年 9 月至 {after} 年 8 月", "Sept {year} to Aug {after}"),
}


def period_of(metric: Metric, year: int) -> Text:
    """The date or the months a value of a statistical year speaks of."""
    return _PERIODS[metric.period].fill(year=year, before=year - 1, after=year + 1)


def label_of(lookup: Lookup) -> Text:
    """A part: its measure, and in brackets the members and the kinds of units that count."""
    form = form_named(lookup.form)
    units = Text("报送单位", "Units reporting")
    measure = units if lookup.measure == UNITS else form.columns[lookup.measure].label
    narrowed = [*_members(form, lookup), *_kinds(lookup)]
    if not narrowed:
        return measure
    within = Text("、".join(text.zh for text in narrowed), ", ".join(text.en for text in narrowed))
    return Text(f"{measure.zh}（{within.zh}）", f"{measure.en} ({within.en})")


def _members(form: type[Form], lookup: Lookup) -> Iterable[Text]:
    """The words of the members, each dimension's codes once."""
    named = {
        (dimension, code): form.labels(dimension).labels[code]
        for cut, member, _ in lookup.rows
        if cut
        for dimension, code in zip(cut.split("*"), member.split("*"), strict=True)
    }
    return named.values()


def _kinds(lookup: Lookup) -> Iterable[Text]:
    kinds = {kind for _, _, kind in lookup.rows}
    return [UNIT_KIND.labels[kind] for kind in sorted(kinds)] if kinds != set(ALL_UNITS) else []
