"""How a metric is computed from rollup rows: worked out once for each metric, year and breakdown."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from metrics.discovery import metric as metric_named
from metrics.errors import CannotBreakDown
from metrics.metric import ALL_UNITS, UNITS, Count, Cumulative, Metric, Part, Percentile
from warehouse.derived_form import DerivedForm
from warehouse.discovery import form as form_named
from warehouse.errors import UnknownName
from warehouse.form import Form, Secrecy
from warehouse.parts import parts as form_parts
from warehouse.periods import Span

ROSTER, DUE = "roster", "due"
ANY_MEMBER = "?"  # stands for every member of a breakdown


class Lookup(NamedTuple):
    """One part: the rows of (cut, member, unit_kind) of a form and a year, one column of them, and a sign."""

    form: str
    years_back: int
    measure: str
    rows: tuple[tuple[str, str, str], ...]
    sign: int


class Reported(NamedTuple):
    """A form that must have been reported by units of these kinds, for a year so far back."""

    form: str
    years_back: int
    kinds: tuple[str, ...]


class Plan(NamedTuple):
    """`sums` in the order the metric divides them; `reported` are the forms its coverage rests on.

    `is_internal`: a column of it is not of public class. `skips_empty`: years with nobody due add nothing.
    """

    metric: Metric
    sums: tuple[tuple[Lookup, ...], ...]
    reported: tuple[Reported, ...]
    is_internal: bool
    skips_empty: bool


class Slot(NamedTuple):
    """One column of some rows of a form and a year: many metrics add up the same ones."""

    form: str
    year: int
    measure: str
    rows: tuple[tuple[str, str, str], ...]


class Step(NamedTuple):
    """One cell of every place: which slots it adds up, each with its sign, and whose standing it shares.

    `is_early`: its law is later than the year. `is_covered`: it rests on forms; a metric about reporting itself has its own units.
    """

    name: str
    year: int
    is_early: bool
    standing: int
    sums: tuple[tuple[tuple[int, int], ...], ...]
    is_covered: bool


class Course(NamedTuple):
    """The cells of a question, laid out so that what they have in common is worked out once a place."""

    slots: tuple[Slot, ...]
    standings: tuple[tuple[Plan, int], ...]
    steps: tuple[Step, ...]


def course(plans: Iterable[tuple[Plan, int]]) -> Course:
    """The way through some plans, each with its year."""
    slots: dict[Slot, int] = {}
    standings: dict[tuple[object, ...], int] = {}
    alike: list[tuple[Plan, int]] = []
    steps = []
    for one, year in plans:
        key = (one.reported, one.skips_empty, year)
        if key not in standings:
            standings[key] = len(alike)
            alike.append((one, year))
        sums = tuple(tuple(_slotted(slots, each, year) for each in total) for total in one.sums)
        since = one.metric.since
        is_early = since is not None and year < since
        steps.append(
            Step(one.metric.name, year, is_early, standings[key], sums, bool(one.reported))
        )
    return Course(tuple(slots), tuple(alike), tuple(steps))


def _slotted(slots: dict[Slot, int], each: Lookup, year: int) -> tuple[int, int]:
    slot = Slot(each.form, year - each.years_back, each.measure, each.rows)
    return slots.setdefault(slot, len(slots)), each.sign


@lru_cache(maxsize=4096)
def plan(name: str, year: int, cut: str = "", member: str = "") -> Plan:
    """The plan of a metric's total, or of one member of a breakdown."""
    metric = metric_named(name)
    parts = [total.parts for total in metric.sums(year)]
    flat = [part for total in parts for part in total]
    return Plan(
        metric,
        tuple(tuple(_lookup(metric, part, cut, member) for part in total) for total in parts),
        _reported(metric, flat),
        any(_is_internal(part) for part in flat),
        isinstance(metric, Cumulative),
    )


@lru_cache(maxsize=512)
def spans(name: str) -> tuple[Span, ...]:
    """The parts of a year that a metric can be asked for: where all its forms are handed in by the same ones; else none."""
    metric = metric_named(name)
    if isinstance(metric, Percentile | Cumulative):
        return ()
    forms = {form_named(part.form) for total in metric.sums(0) for part in total.parts}
    found = {tuple(part.span for part in form_parts(form) if part.span) for form in forms}
    return next(iter(found)) if len(found) == 1 else ()


def of_span(one: Plan, span: str) -> Plan:
    """The plan of one part of the year: in place of each form stands its own form of that part."""
    if not span:
        return one
    sums = tuple(tuple(each._replace(form=_of_span(each.form, span)) for each in total) for total in one.sums)  # fmt: skip
    reported = tuple(each._replace(form=_of_span(each.form, span)) for each in one.reported)
    return one._replace(sums=sums, reported=reported)


def _of_span(form: str, span: str) -> str:
    """UnknownName where the form is not handed in by such a part."""
    known = {part.span.code: part.name for part in form_parts(form_named(form)) if part.span}
    if span not in known:
        raise UnknownName(f"{form} 的分期", span, known)
    return known[span]


def split(one: Plan) -> list[Plan]:
    """A plan for each part by itself: its own sum, resting on its own forms."""
    return [
        one._replace(sums=((lookup,),), reported=_behind(one, lookup))
        for total in one.sums
        for lookup in total
    ]


def _behind(one: Plan, lookup: Lookup) -> tuple[Reported, ...]:
    names = sources(form_named(lookup.form))
    return tuple(
        each for each in one.reported if each.form in names and each.years_back == lookup.years_back
    )


def _lookup(metric: Metric, part: Part, cut: str, member: str) -> Lookup:
    wanted = _broken(metric, part, cut, member) if cut and member else _total(part)
    rows = tuple((*one, kind) for one in wanted for kind in part.kinds)
    return Lookup(part.form, part.years_back, part.measure, rows, part.sign)


def _total(part: Part) -> list[tuple[str, str]]:
    return [(part.cut, member) for member in part.members]


def _broken(metric: Metric, part: Part, cut: str, member: str) -> list[tuple[str, str]]:
    """The rows of one member: of the cut itself, or of its combination with the part's own cut."""
    combined = combination(metric, part, cut)
    if combined == cut:
        return [(cut, member)]
    if combined.startswith(f"{cut}*"):
        return [(combined, f"{member}*{own}") for own in part.members]
    return [(combined, f"{own}*{member}") for own in part.members]


def combination(metric: Metric, part: Part, cut: str) -> str:
    """The cut of the part's rollup that holds the breakdown; an error when there is none."""
    known = () if isinstance(metric, Percentile) else form_named(part.form).cuts
    for candidate in (cut,) if not part.cut else (f"{part.cut}*{cut}", f"{cut}*{part.cut}"):
        if candidate in known:
            return candidate
    raise CannotBreakDown(metric.name, cut, breakdowns(metric))


@lru_cache(maxsize=512)
def breakdowns(metric: Metric) -> tuple[str, ...]:
    """The dimensions a metric can be broken down by; values of units are not rolled up, so percentiles have none."""
    if isinstance(metric, Percentile):
        return ()
    parts = [part for total in metric.sums(2030) for part in total.parts]
    cuts = [c for c in form_named(parts[0].form).cuts if "*" not in c]
    return tuple(cut for cut in cuts if all(_has(part, cut) for part in parts))


def _has(part: Part, cut: str) -> bool:
    known = form_named(part.form).cuts
    return (
        (cut in known)
        if not part.cut
        else bool({f"{part.cut}*{cut}", f"{cut}*{part.cut}"} & set(known))
    )


def _reported(metric: Metric, parts: list[Part]) -> tuple[Reported, ...]:
    """The forms that must be in; none for a metric about reporting itself."""
    if any(part.form == ROSTER for part in parts):
        return ()
    return tuple(dict.fromkeys(one for part in parts for one in _needed(metric, part)))


def _needed(metric: Metric, part: Part) -> list[Reported]:
    """A derived form is in when all it is computed from is. To count units of one kind, all must be in."""
    counts_units = isinstance(metric, Count) and part.measure == UNITS
    kinds = ALL_UNITS if counts_units else part.kinds
    names = sources(form_named(part.form))
    return [Reported(name, part.years_back, kinds) for name in names]


def sources(form: type[Form]) -> tuple[str, ...]:
    """The submitted forms behind a form."""
    if issubclass(form, DerivedForm):
        return tuple(dict.fromkeys(need.form for need in form.needs.values()))
    return (form.name,)


@lru_cache(maxsize=256)
def returns(form: str) -> tuple[str, ...]:
    """The forms that units hand in for a submitted form: its parts, or it alone. Coverage is counted over all of them."""
    return tuple(part.name for part in form_parts(form_named(form))) or (form,)


def _is_internal(part: Part) -> bool:
    if part.measure == UNITS:
        return False
    return form_named(part.form).columns[part.measure].secrecy is not Secrecy.PUBLIC
