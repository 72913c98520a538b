"""The nine limits of school conditions for one place: how many schools meet each, barely, or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.marks import SplitView
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.views import wording
from metrics.discovery import metric as metric_named
from metrics.metric import Metric
from metrics.question import Answers, Cell
from warehouse import law
from warehouse.law import Addressee, Limit
from warehouse.text import Text

# The nine values in the order of the law's annex; `met_<value>` and `near_<value>` are their verdicts.
NINE = (
    "land",
    "land_per_student",
    "buildings",
    "buildings_per_student",
    "teachers",
    "students_per_teacher",
    "equipment",
    "equipment_per_student",
    "books_per_student",
)
VALUES = {"teachers": "full_time_teachers"}  # where the metric's name is not the limit's
FIRST_YEAR = 2022  # the law of the nine limits
MET = tuple(f"met_{one}" for one in NINE)
NEAR = tuple(f"near_{one}" for one in NINE)


class Count(NamedTuple):
    """One limit at one place: schools of the universe, those that meet it, and those that barely do."""

    limit: str
    met: Cell
    near: int

    @property
    def missed(self) -> int:
        return (self.met.denominator or 0) - (self.met.numerator or 0)


def value_metric(limit: str) -> Metric:
    """The metric that one of the nine limits is a limit of."""
    return metric_named(VALUES.get(limit, limit))


def counts(visit: Visit, answers: Answers, place: int) -> list[Count]:
    """The nine limits, the most missed first; none where the law does not apply."""
    found = [
        Count(
            one,
            answers.cell(f"met_{one}", place, visit.year),
            answers.cell(f"near_{one}", place, visit.year).numerator or 0,
        )
        for one in NINE
    ]
    return sorted((one for one in found if wording.is_shown(one.met)), key=lambda one: -one.missed)


def table(visit: Visit, found: Sequence[Count]) -> TableView:
    """A row for each limit."""
    phrases = visit.phrases
    columns = (
        ColumnView(phrases("nine.limit"), kind="text"),
        ColumnView(phrases("nine.met"), "%"),
        ColumnView(phrases("nine.split"), kind="text"),
        ColumnView(phrases("nine.missed"), phrases("unit.schools")),
        ColumnView(phrases("nine.near"), phrases("unit.schools")),
    )
    most = max((one.missed + one.near for one in found), default=1) or 1
    return TableView(phrases("nine.title"), columns, [_row(visit, one, most) for one in found])


def _row(visit: Visit, one: Count, most: int) -> RowView:
    label = visit.phrases("nine.bar", missed=one.missed, near=one.near)
    share = f"met_{one.limit}"
    met = wording.cell_view(metric_named(share), one.met, href=visit.address.to(source=share))
    cells = (
        met,
        SplitView(one.missed, one.near, most, label),
        CellView(plain(one.missed)),
        CellView(plain(one.near)),
    )
    means = wording.defined(visit.address, value_metric(one.limit), visit.phrases)
    return RowView(title(one.limit).of(visit.lang), cells, sub=limit_words(visit, one.limit), defined=means)  # fmt: skip


def title(limit: str) -> Text:
    return law.entry(limit).title


def limit_words(visit: Visit, limit: str) -> str:
    """≥ 33 m²; of the year looked at, or of the law that came later."""
    found: Limit = law.by_later_law(
        limit, visit.year, Addressee(province=visit.province)
    ) or law.entry(limit)
    return wording.limit_text(found, value_metric(limit), visit.lang)


def sentence(visit: Visit, found: Sequence[Count], one_short: Cell) -> str:
    """Which limits stop most schools, and how many schools miss only one."""
    worst = [one for one in found if one.missed][:2]
    if not worst:
        return visit.phrases("nine.none") if found else ""
    names = visit.phrases("list.and").join(title(one.limit).of(visit.lang) for one in worst)
    key = "nine.say" if len(worst) > 1 else "nine.say.one"
    number = one_short.numerator or 0
    return visit.phrases(key, names=names, n=number)
