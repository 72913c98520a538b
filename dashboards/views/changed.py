"""What changed at a place between two years: what is asked, what of it can be taken apart, and the sentence that says it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property
from typing import TypeVar

from dashboards import element as e
from dashboards.element import Element
from dashboards.i18n import Lang, Phrases
from dashboards.numbers import academic_year, plain, signed, unit_name
from dashboards.page import Visit, kept
from dashboards.parts.finding import FindingView
from dashboards.parts.form import choice_field, press, search_form
from dashboards.views import questions, wording
from dashboards.views.domain import Broken
from metrics.change import Line, Pair, Split, Sums, of_count, of_ratio
from metrics.discovery import metric as metric_named
from metrics.discovery import shelves
from metrics.fates import Fate, Told, fates
from metrics.metric import CNY, PERCENT, SQUARE_METRES, Count, Metric, Ratio
from metrics.plan import breakdowns, plan
from metrics.question import Answers, Cell, Question, State
from warehouse.places import NATION

K = TypeVar("K", bound=Hashable)
FIRST = "students"
NAMED = 3  # places in the sentence
SCALED = (CNY, SQUARE_METRES)
FEWEST = 0.05  # per cent: less is written with more decimals


@cache
def offered() -> tuple[str, ...]:
    """Counts and ratios that rest on what units report; one about reporting itself moves by nothing else."""
    every = (one for shelf in shelves().values() for one in shelf)
    return tuple(one.name for one in every if isinstance(one, Count | Ratio) and plan(one.name, 2030).reported)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was measured for one page. `why`: the phrase that says why the movement is not taken apart; "" where it is.

    `cells`: of each place below, the earlier year and now. `told`: the units, for a reader of records and a count. `groups`: the same
    movement by the members of `broken`.
    """

    metric: Metric
    before: int
    then: Cell
    now: Cell
    cells: Mapping[int, tuple[Cell, Cell]]
    told: Sequence[Told] | None = None
    split: Split[int] | None = None
    broken: Broken | None = None
    groups: Split[str] | None = None
    why: str = ""

    @property
    def is_alike(self) -> bool:
        """Whether both years rest on the same part of the units."""
        return wording.are_comparable(self.metric, self.now, self.then)

    @cached_property
    def unreported(self) -> Sequence[Told]:
        """The units of which one year is missing."""
        return [one for one in self.told or () if one.fate is Fate.REPORTING]

    @property
    def by_reporting(self) -> int:
        return sum(one.amount for one in self.unreported)

    def reporting_at(self, place: int) -> int:
        """What came and went below a place by reporting alone."""
        now = sum(one.now for one in self.unreported if one.below_now == place)
        return now - sum(one.before for one in self.unreported if one.below_before == place)

    def own(self, line: Line[int]) -> Fraction:
        """What a place adds, without what reporting does."""
        return line.amount - self.reporting_at(line.key)


# -- what is asked


def found(visit: Visit) -> Found:
    here, metric, before = visit.address.place or NATION, chosen(visit), earlier(visit)
    children, broken = _children(visit, before), _broken(visit, metric)
    asked = [questions.question(visit, (metric.name,), (here, *children), (before, visit.year))]
    if broken is not None:
        asked.append(questions.question(visit, (metric.name,), (here,), (before, visit.year), broken.cut))  # fmt: skip
    said, *parted = visit.asking.ahead(asked)
    then, now = said.cell(metric.name, here, before), said.cell(metric.name, here, visit.year)
    cells = {one: (said.cell(metric.name, one, before), said.cell(metric.name, one, visit.year)) for one in children}  # fmt: skip
    told = _told(visit, metric, here, before) if children else None
    bare = Found(metric=metric, before=before, then=then, now=now, cells=cells, told=told)
    why = _why(visit, bare)
    if why:
        return replace(bare, why=why)
    whole = _pair(metric, then, now) or Pair(Sums(0), Sums(0))
    split = _split(metric, whole, {place: pair for place, each in cells.items() if (pair := _pair(metric, *each)) is not None})  # fmt: skip
    groups = _groups(metric, whole, parted[0], here, before, visit.year) if parted and bare.is_alike else None  # fmt: skip
    return replace(bare, split=split, broken=broken, groups=groups)


def chosen(visit: Visit) -> Metric:
    """What the address names, where it can be taken apart; else the first."""
    name = visit.address.metric
    return metric_named(name if name in offered() else FIRST)


def earlier(visit: Visit) -> int:
    """The year compared with: the address's where it lies before the one looked at; else the one before."""
    asked = visit.address.start
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else visit.year - 1
    return year if year in visit.years and year < visit.year else visit.year - 1


def _children(visit: Visit, before: int) -> tuple[int, ...]:
    """The places below in either year, for a reader who may see each of them."""
    here, bounds = visit.address.place or NATION, visit.address.bounds
    below = dict.fromkeys(one for year in (visit.year, before) for one in visit.ladder.children(here, year, bounds))  # fmt: skip
    counted = tuple(one for one in below if visit.ladder.place(one).in_statistics)
    scope = visit.audience.scope
    is_open = all(scope.depth_of(visit.ladder, one) is not None for one in counted)
    return counted if is_open else ()


def _broken(visit: Visit, metric: Metric) -> Broken | None:
    """The breakdown that the address names, or the first the metric has."""
    cuts = breakdowns(metric)
    asked = visit.address.view
    return Broken(metric.name, asked if asked in cuts else cuts[0]) if cuts else None


def _told(visit: Visit, metric: Metric, here: int, before: int) -> Sequence[Told] | None:
    if not isinstance(metric, Count) or visit.depth != "records":
        return None
    asked = questions.question(visit, (metric.name,), (here,), (before, visit.year))
    return fates(visit.reader, visit.audience, visit.asking.dated(asked))


# -- what can be taken apart


def _why(visit: Visit, one: Found) -> str:
    """The phrase that says why nothing is taken apart: nothing below may be seen, a year is missing, or too few have reported."""
    reasons = {
        "changed.why.withheld": _is_withheld(one.then, one.now),
        "changed.why.before": one.then.value is None,
        "changed.why.now": one.now.value is None,
        "changed.why.below": not one.cells,
        "changed.why.one": _is_one_withheld(one.cells.values()),
        visit.of_basis("changed.why.coverage"): not one.is_alike and one.told is None,
    }
    return next((why for why, holds in reasons.items() if holds), "")


def _is_withheld(*cells: Cell) -> bool:
    return any(cell.state.is_protected for cell in cells)


def _is_one_withheld(pairs: Iterable[tuple[Cell, Cell]]) -> bool:
    """Whether in some year one part alone is withheld: what the others leave of the whole would be its value."""
    return any(sum(map(_is_withheld, year)) == 1 for year in zip(*pairs, strict=True))


def sums(metric: Metric, cell: Cell) -> Sums | None:
    """What a cell was made of; None where that is not told. Where nobody has reported or is due there is nothing."""
    if cell.state.is_protected:
        return None
    if cell.numerator is not None:
        return Sums(cell.numerator, cell.denominator or 0)
    is_nothing = not cell.units if isinstance(metric, Count) else not cell.due
    return Sums(0) if is_nothing else None


def _pair(metric: Metric, then: Cell, now: Cell) -> Pair | None:
    before, after = sums(metric, then), sums(metric, now)
    return Pair(before, after) if before is not None and after is not None else None


def _split(metric: Metric, whole: Pair, parts: Mapping[K, Pair]) -> Split[K]:
    if isinstance(metric, Ratio):
        return of_ratio(whole, parts, metric.scale)
    return of_count(whole, parts)


def _groups(metric: Metric, whole: Pair, parted: Answers, here: int, before: int, year: int) -> Split[str] | None:  # fmt: skip
    """The movement by the members of a breakdown; one that occurs in one year only had nothing in the other. None where one alone is withheld."""
    then, now = dict(parted.members(metric.name, here, before)), dict(parted.members(metric.name, here, year))  # fmt: skip
    nothing = Cell(None, State.NOT_APPLICABLE)
    cells = {code: (then.get(code, nothing), now.get(code, nothing)) for code in {**now, **then}}
    if _is_one_withheld(cells.values()):
        return None
    pairs = {code: _pair(metric, *each) for code, each in cells.items()}
    return _split(metric, whole, {code: pair for code, pair in pairs.items() if pair is not None})


# -- how amounts are written


def points(visit: Visit) -> str:
    return unit_name("points", visit.lang)


def amount_text(metric: Metric, amount: float, lang: Lang) -> str:
    """A change of a count: whole, but money and area in their scale; of a ratio with one decimal more than its value has."""
    if isinstance(metric, Ratio):
        return signed(amount, metric.decimals + 1)
    if metric.unit in SCALED:
        text = wording.written(metric, abs(amount), lang)
        return text if not amount else ("+" if amount > 0 else "−") + text
    return signed(amount)


def amount_unit(metric: Metric, lang: Lang) -> str:
    """What stands over a column of amounts."""
    if isinstance(metric, Ratio):
        return unit_name("points", lang) if metric.unit == PERCENT else wording.unit_text(metric, lang)  # fmt: skip
    return "" if metric.unit in SCALED else wording.unit_text(metric, lang)


# -- the sentence


def sentence(visit: Visit, one: Found) -> FindingView:
    """By how much it moved, which places add most, and what is reporting."""
    phrases = visit.phrases
    basis = phrases("changed.about", now=academic_year(visit.year, visit.lang), before=academic_year(one.before, visit.lang))  # fmt: skip
    place = visit.place.name(visit.lang) if visit.place else ""
    said: list[str] = []
    if one.split is None:
        said = [_moved(visit, one) if one.is_alike else "", _reason(visit, one)]
    elif isinstance(one.metric, Ratio):
        said = [_moved(visit, one), *_effects(visit, one, one.split)]
    elif one.is_alike:
        said = [_moved(visit, one), _by_points(visit, one, one.split), _by_reporting(visit, one)]
    else:
        said = [_reported_twice(visit, one, one.split), _by_amount(visit, one, one.split), _by_reporting(visit, one)]  # fmt: skip
    text = phrases("sentence.join").join(filter(None, said))
    return FindingView(phrases("changed.said", place=place, text=phrases("sentence.end", text=text)), basis)  # fmt: skip


def _reason(visit: Visit, one: Found) -> str:
    shares = [wording.share_text(cell.coverage or 0.0) for cell in (one.then, one.now)]
    return visit.phrases(f"{one.why}.said" if one.why.startswith("changed.why.coverage") else one.why, before=shares[0], now=shares[1])  # fmt: skip


def _way(amount: float) -> str:
    return "same" if not amount else "up" if amount > 0 else "down"


def _moved(visit: Visit, one: Found) -> str:
    """在校生减少 3.1%（−12,345 人）; 生师比由 17.90 升至 18.40."""
    label, lang = one.metric.label.of(visit.lang), visit.lang
    before, now = one.then.value or 0.0, one.now.value or 0.0
    if isinstance(one.metric, Ratio):
        ends = [wording.written(one.metric, value, lang) for value in (before, now)]
        way = _way(round(now, one.metric.decimals) - round(before, one.metric.decimals))
        return visit.phrases(f"changed.ratio.{way}", metric=label, before=ends[0], now=ends[1])
    amount = amount_text(one.metric, now - before, lang)
    if not before or now == before:
        return visit.phrases(f"changed.count.{_way(now - before)}.bare", metric=label, amount=amount)  # fmt: skip
    share = abs(now - before) * 100 / before
    growth = f"{plain(share, 1 if share >= FEWEST else 3)}%"
    return visit.phrases(f"changed.count.{_way(now - before)}", metric=label, growth=growth, amount=amount)  # fmt: skip


def _reported_twice(visit: Visit, one: Found, split: Split[int]) -> str:
    """The units that reported in both years, where the two years are not alike."""
    base = split.before - sum(told.before for told in one.unreported)
    moved = split.movement - one.by_reporting
    label, amount = one.metric.label.of(visit.lang), amount_text(one.metric, float(moved), visit.lang)  # fmt: skip
    shares = [wording.share_text(cell.coverage or 0.0) for cell in (one.then, one.now)]
    growth = f"{signed(float(moved * 100 / base), 1)}%" if base else "—"
    return visit.phrases("changed.twice", before=shares[0], now=shares[1], metric=label, growth=growth, amount=amount)  # fmt: skip


def _by_reporting(visit: Visit, one: Found) -> str:
    if not one.by_reporting:
        return ""
    return visit.phrases("changed.reporting.said", amount=amount_text(one.metric, one.by_reporting, visit.lang), n=len(one.unreported))  # fmt: skip


def _leading(visit: Visit, one: Found, split: Split[int], moved: Fraction, effect: Callable[[Line[int]], Fraction]) -> list[tuple[str, Fraction]]:  # fmt: skip
    """The places that add most in the way the whole moved; one whose two years are not alike is not named unless its units are known."""
    told = [
        (line.key, effect(line))
        for line in split.lines
        if effect(line) * moved > 0
        and (one.told is not None or wording.are_comparable(one.metric, *reversed(one.cells[line.key])))
    ]  # fmt: skip
    told.sort(key=lambda pair: (-abs(pair[1]), pair[0]))
    return [(visit.ladder.place(place).name(visit.lang), amount) for place, amount in told[:NAMED]]


def _by_points(visit: Visit, one: Found, split: Split[int]) -> str:
    """其中河南 −0.82、山东 −0.51、四川 −0.40 个百分点."""
    if not split.before:
        return _by_amount(visit, one, split)
    named = _leading(visit, one, split, split.movement, one.own)
    listed = [f"{name} {signed(float(amount * 100 / split.before), 2)}" for name, amount in named]
    return _most(visit, listed, points(visit)) if listed else ""  # fmt: skip


def _by_amount(visit: Visit, one: Found, split: Split[int]) -> str:
    named = _leading(visit, one, split, split.movement - one.by_reporting, one.own)
    listed = [f"{name} {amount_text(one.metric, float(amount), visit.lang)}" for name, amount in named]  # fmt: skip
    return _most(visit, listed, amount_unit(one.metric, visit.lang)) if listed else ""  # fmt: skip


def _effects(visit: Visit, one: Found, split: Split[int]) -> list[str]:
    """Within places, between them, what entered or left; and who adds most."""
    lang, metric, unit = visit.lang, one.metric, amount_unit(one.metric, visit.lang)
    within, between, apart = (amount_text(metric, float(each), lang) for each in (split.within, split.between, split.apart))  # fmt: skip
    said = [visit.phrases("changed.effects", within=within, between=between)]
    if split.apart:
        said.append(visit.phrases("changed.apart.said", amount=apart))
    named = _leading(visit, one, split, split.movement, lambda line: line.amount)
    listed = [f"{name} {amount_text(metric, float(amount), lang)}" for name, amount in named]
    if listed:
        said.append(_most(visit, listed, unit if metric.unit == PERCENT else ""))
    return said


def _most(visit: Visit, listed: Sequence[str], unit: str) -> str:
    said = visit.phrases("changed.most", places=listing(visit.phrases, listed))
    return f"{said} {unit}" if unit else said


def listing(phrases: Phrases, names: Sequence[str]) -> str:
    """甲、乙、丙; A, B and C."""
    if phrases.lang == "zh" or len(names) < 2:
        return phrases("list.comma").join(names)
    return phrases("list.comma").join(names[:-1]) + phrases("list.and") + names[-1]


# -- what may be chosen


def choose(visit: Visit, one: Found) -> Element:
    """Which metric, and against which year: a form that leads to an address."""
    phrases, address = visit.phrases, visit.address
    metrics = [(name, f"{shelf.of(visit.lang)} · {each.label.of(visit.lang)}") for shelf, every in shelves().items() for each in every if (name := each.name) in offered()]  # fmt: skip
    years = [(str(year), academic_year(year, visit.lang)) for year in reversed(visit.years) if year < visit.year]  # fmt: skip
    ways: dict[str, object] = {name: value for name in ("bounds", "law", *(() if address.release else ("basis", "asof"))) if (value := getattr(address, name))}  # fmt: skip
    fields = [
        choice_field("metric", phrases("changed.metric"), metrics, one.metric.name),
        choice_field("start", phrases("changed.before"), years, str(one.before)),
    ]
    where = f"/{visit.lang}/changed/{address.place}"
    return e.div(search_form(where, phrases("changed.choose"), {**kept(visit), **ways}, fields, press(phrases("changed.show"))))  # fmt: skip


def asked_of(visit: Visit) -> Question:
    """The question whose coverage the page states."""
    return questions.single(visit, chosen(visit).name)
