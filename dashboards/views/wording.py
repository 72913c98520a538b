"""How a metric's value is written: number, unit, sign, change, limit and verdict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dashboards.address import Address
from dashboards.i18n import Lang, Phrases
from dashboards.numbers import Shown, academic_year, day, plain, show, signed, unit_name
from dashboards.page import Visit
from dashboards.parts.cell import CellView, DefinedView, Symbol, Verdict
from metrics import judge
from metrics.metric import (
    CNY,
    PERCENT,
    PERSON_TIMES,
    PERSONS,
    POINTS,
    SQUARE_METRES,
    TO_ONE,
    Direction,
    Metric,
    Share,
    Unit,
)
from metrics.question import Cell, State
from warehouse.form import Period
from warehouse.law import Addressee, Limit
from warehouse.terms import stock_date
from warehouse.text import Text

COVERED = 0.9  # a place of which fewer units have reported is not coloured, ranked or compared
ALIKE = 0.03  # sums of two years are compared when their coverages differ by no more
REVISED = "r"
FEW_SCHOOLS = 10  # no rate of fewer schools: their counts are printed instead

_WRITTEN: dict[Unit, str] = {
    PERSONS: "persons",
    PERSON_TIMES: "person_times",
    CNY: "yuan",
    SQUARE_METRES: "m2",
    PERCENT: "percent",
    POINTS: "points",
    TO_ONE: "ratio",
}
_SYMBOL: dict[State, Symbol] = {
    State.VALUE: "",
    State.NOT_APPLICABLE: "not_applicable",
    State.NOT_SUBMITTED: "not_submitted",
    State.WITHHELD: "withheld",
    State.ROUNDS_TO_ZERO: "rounds_to_zero",
    State.OVER: "over",
    State.UNDER: "under",
}


class Scale(NamedTuple):
    """One way of writing every number of a column: divided by `divisor`, with `decimals`, in `unit`."""

    divisor: float
    decimals: int
    unit: str

    def text(self, value: float) -> str:
        return plain(value / self.divisor, self.decimals)


# Where a label is too long for a head or a card.
_BRIEF = {
    "compliant_share": Text("全部达标", "All nine met"),
    "students_per_teacher": Text("生师比", "Per teacher"),
    "dual_qualified": Text("双师型占比", "Dual qualified"),
    "full_time_teachers": Text("专任教师", "Teachers"),
    "limits_missed": Text("办学条件", "Conditions"),
    "settled_rate": Text("去向落实率", "Settled"),
    "land_per_student": Text("生均用地", "Land"),
    "buildings_per_student": Text("生均校舍", "Buildings"),
    "equipment_per_student": Text("生均设备", "Equipment"),
}


def brief(metric: Metric, lang: Lang) -> str:
    """The label, or a shorter one."""
    return _BRIEF.get(metric.name, metric.label).of(lang)


def defined(address: Address, metric: Metric, phrases: Phrases) -> DefinedView:
    """The way from the name of a metric to its entry of the catalogue, in one step."""
    words = phrases("definition.of", metric=metric.label.of(phrases.lang))
    return DefinedView(words, address.on("catalogue", metric=metric.name))


def unit_key(metric: Metric, lang: Lang) -> str:
    """The unit as `dashboards.numbers` knows it, or its own words."""
    return _WRITTEN.get(metric.unit, metric.unit.label.of(lang))


def unit_text(metric: Metric, lang: Lang) -> str:
    """The unit for a column's head."""
    return unit_name(unit_key(metric, lang), lang)


def shown(metric: Metric, value: float, lang: Lang) -> Shown:
    """A value with its unit, large numbers scaled."""
    return show(value, unit_key(metric, lang), lang, metric.decimals)


def written(metric: Metric, value: float, lang: Lang) -> str:
    """A value and its unit in one string."""
    return shown(metric, value, lang).joined()


def is_shown(cell: Cell) -> bool:
    """Whether a number is printed rather than a sign."""
    return cell.value is not None and cell.state is State.VALUE


def few_schools(metric: Metric, cell: Cell, phrases: Phrases) -> CellView | None:
    """Counts in place of a rate of fewer than ten schools; None where the number itself is printed."""
    is_rate = isinstance(metric, Share) and is_shown(cell)
    if not is_rate or not cell.denominator or cell.denominator >= FEW_SCHOOLS:
        return None
    return CellView(phrases("cell.few", met=cell.numerator, of=cell.denominator), note=revised(cell))  # fmt: skip


def symbol(cell: Cell) -> Symbol:
    return (
        _SYMBOL[cell.state] if cell.state is not State.VALUE or is_shown(cell) else "not_applicable"
    )


def cell_view(
    metric: Metric,
    cell: Cell,
    *,
    scale: Scale | None = None,
    href: str = "",
    verdict: Verdict | None = None,
) -> CellView:
    """A cell as printed in a table: without unit, in the column's scale or in full."""
    note = revised(cell)
    if not is_shown(cell) or cell.value is None:
        return CellView(symbol=symbol(cell), href=href, note=note)
    text = scale.text(cell.value) if scale else plain(cell.value, metric.decimals)
    return CellView(text=text, value=cell.value, href=href, verdict=verdict, note=note)


def revised(cell: Cell) -> str:
    """The mark of a cell that a revision changed; the foot of the page says what it means."""
    return REVISED if cell.is_revised else ""


def column_scale(
    metric: Metric, cells: Iterable[Cell], lang: Lang, beside: Iterable[float] = ()
) -> Scale:
    """The scale that suits the largest value of a column, so that its decimals stay fixed.

    `beside` are values printed in the same scale that are no cells.
    """
    values = [abs(cell.value) for cell in cells if cell.value is not None]
    largest = max((*values, *beside), default=0.0)
    for unit, floor, scale in _SCALES[lang]:
        if metric.unit == unit and largest >= floor:
            return scale
    return Scale(1, metric.decimals, unit_text(metric, lang))


_SCALES: dict[Lang, tuple[tuple[Unit, float, Scale], ...]] = {
    "zh": (
        (PERSONS, 1e6, Scale(1e4, 1, "万人")),
        (PERSONS, 1e5, Scale(1e4, 2, "万人")),
        (CNY, 1e8, Scale(1e8, 2, "亿元")),
        (CNY, 1e6, Scale(1e4, 1, "万元")),
        (SQUARE_METRES, 1e6, Scale(1e4, 1, "万 m²")),
    ),
    "en": (
        (PERSONS, 1e5, Scale(1e3, 1, "000s")),
        (CNY, 1e6, Scale(1e6, 2, "CNY m")),
        (SQUARE_METRES, 1e6, Scale(1e6, 2, "million m²")),
    ),
}


def is_covered(cell: Cell) -> bool:
    return cell.coverage is None or cell.coverage >= COVERED


class Change(NamedTuple):
    """A change as printed ("−3.1%", "+4.2 个百分点"), its word, and its amount."""

    text: str
    word: str
    amount: float


def change(metric: Metric, now: Cell, before: Cell, phrases: Phrases) -> Change | None:
    """From one year to the next; None where the two cannot be compared."""
    if not are_comparable(metric, now, before) or now.value is None or before.value is None:
        return None
    difference = now.value - before.value
    if metric.is_sum:
        if not before.value:
            return None
        amount = difference * 100 / before.value
        return Change(f"{signed(amount, 1)}%", _word(amount, 1, metric, phrases), amount)
    if metric.unit == PERCENT:
        text = f"{signed(difference, metric.decimals)} {unit_name('points', phrases.lang)}"
        return Change(text, _word(difference, metric.decimals, metric, phrases), difference)
    text = signed(difference, metric.decimals)
    return Change(text, _word(difference, metric.decimals, metric, phrases), difference)


def difference_cell(value: float | None, decimals: int) -> CellView:
    """A difference too small to be printed is none the less one."""
    if value is None:
        return CellView(symbol="not_applicable")
    return CellView(symbol="rounds_to_zero") if value and not round(value, decimals) else CellView(signed(value, decimals))  # fmt: skip


def why_no_change(metric: Metric, now: Cell, before: Cell) -> str:
    """The id of the phrase that tells why two years have no change beside them."""
    if metric.is_sum and before.value == 0 and are_comparable(metric, now, before):
        return "change.from_nothing"
    return "change.not_comparable"


def are_comparable(metric: Metric, now: Cell, before: Cell) -> bool:
    """Both are there, both are covered; sums also need the same part of the units behind them."""
    if not (is_shown(now) and is_shown(before) and is_covered(now) and is_covered(before)):
        return False
    if not metric.is_sum or now.coverage is None or before.coverage is None:
        return True
    return abs(now.coverage - before.coverage) <= ALIKE


def _word(amount: float, decimals: int, metric: Metric, phrases: Phrases) -> str:
    if not round(amount, decimals):
        return phrases("change.same")
    judged = metric.direction in {Direction.UP, Direction.DOWN} and not metric.is_sum
    if not judged:
        return phrases("change.more" if amount > 0 else "change.less")
    good = (amount > 0) == (metric.direction is Direction.UP)
    return phrases("change.better" if good else "change.worse")


def period(metric: Metric, year: int, phrases: Phrases) -> str:
    """The day or the time a value speaks of."""
    if metric.period is Period.STOCK:
        return day(stock_date(year), phrases.lang)
    if metric.period is Period.AUTUMN:
        return phrases("period.autumn", year=year)
    start = year - 1 if metric.period is Period.YEAR_BEFORE else year
    return academic_year(start, phrases.lang)


def coverage_text(cell: Cell, phrases: Phrases) -> str:
    """How many of the units due stand behind a number; "" when nobody is due."""
    if cell.coverage is None:
        return ""
    return phrases("coverage.short", share=share_text(cell.coverage))


def share_text(share: float) -> str:
    """A share of one in percent; what is not all is never rounded up to all."""
    value = 99.9 if 0.999 <= share < 1 else share * 100
    return f"{plain(value, 1)}%"


def limit_of(visit: Visit, metric: Metric, of: Addressee | None = None) -> Limit | None:
    """The limit a value of the year looked at is read against: a unit's, or a region's (None)."""
    later = visit.address.law == "later"
    return judge.limit_of(metric, visit.year, of=of, later_law=later)


def limit_text(limit: Limit, metric: Metric, lang: Lang) -> str:
    """≥ 33 m², ≤ 20."""
    sign = "≤" if limit.direction == "ceiling" else "≥"
    return f"{sign} {_limit_value(limit, metric, lang)}"


def _limit_value(limit: Limit, metric: Metric, lang: Lang) -> str:
    decimals = 0 if limit.value == int(limit.value) else metric.decimals
    if limit.value >= 10_000 and lang == "zh":
        return show(
            limit.value / 10_000,
            f"万{unit_text(metric, lang)}",
            lang,
            0 if limit.value % 1e4 == 0 else 1,
        ).joined()
    words = show(
        limit.value, "" if metric.unit == TO_ONE else unit_key(metric, lang), lang, decimals
    )
    return plain(limit.value, decimals) if metric.unit == PERCENT else words.joined()


_VERDICTS: dict[judge.Verdict | None, Verdict] = {
    judge.Verdict.MET: "met",
    judge.Verdict.NEAR: "near",
    judge.Verdict.MISSED: "miss",
    None: "silent",
}


def verdict(limit: Limit | None, cell: Cell) -> Verdict:
    """What binding law says of a value; a target or a principle only has a distance."""
    return "none" if cell.state is State.NOT_SUBMITTED else _VERDICTS[judge.verdict(limit, cell)]


def fate(phrases: Phrases, *, is_current: bool, is_refused: bool) -> str:
    """What became of a submission that does not count: replaced by a later one, or refused whole; "" if it counts."""
    if is_current:
        return ""
    return phrases("source.refused" if is_refused else "source.replaced")
