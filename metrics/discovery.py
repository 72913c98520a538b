"""The walk that finds every declared metric, and refuses parts nobody declared."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module

from metrics import catalogue
from metrics.errors import UnknownMetric
from metrics.metric import UNITS, Cumulative, Family, Metric, Part
from warehouse import law
from warehouse.discovery import check_cut
from warehouse.discovery import form as form_named
from warehouse.errors import DeclarationError, UnknownName
from warehouse.form import Domain
from warehouse.text import Text


@cache
def metrics() -> dict[str, Metric]:
    """Every metric of the catalogue by name, in the order the files declare them."""
    found: dict[str, Metric] = {}
    for module in pkgutil.iter_modules(catalogue.__path__):
        declared = vars(import_module(f"{catalogue.__name__}.{module.name}"))
        for name, metric in declared.items():
            if isinstance(metric, Metric) and found.get(name) is not metric:
                register(metric, name, found)
    for metric in found.values():
        check(metric, found)
    return found


def metric(name: str) -> Metric:
    """The metric of that name."""
    if name not in metrics():
        raise UnknownMetric(name, metrics())
    return metrics()[name]


def domain_of(metric: Metric) -> Domain:
    """The domain a metric belongs to: the last of those it draws from, for general information serves all the others."""
    return max((form_named(part.form).domain for part in parts(metric)), key=lambda one: one.place)


@cache
def shelves() -> dict[Text, list[Metric]]:
    """The metrics as they stand in lists: domain after domain, within it by family, each in the order of its file."""
    places = {family: place for place, family in enumerate(Family)}
    ordered = sorted(
        metrics().values(),
        key=lambda one: (domain_of(one).place, places[one.family] if one.family else len(places)),
    )
    found: dict[Text, list[Metric]] = {}
    for one in ordered:
        found.setdefault(shelf(one), []).append(one)
    return found


def shelf(metric: Metric) -> Text:
    """What stands over a metric in lists."""
    return metric.family.label if metric.family else domain_of(metric).label


def register(metric: Metric, name: str, into: dict[str, Metric]) -> None:
    """Give a metric the name of its variable."""
    if name in into:
        raise DeclarationError(f"指标 {name} 声明了两次", f"metric {name} is declared twice")
    object.__setattr__(metric, "name", name)
    into[name] = metric


def check(metric: Metric, known: Iterable[str]) -> None:
    """Refuse references to forms, measures, cuts, members, limits or metrics that do not exist."""
    for part in parts(metric):
        check_part(part)
    for code in metric.laws:
        law.entry(code)
    for name in metric.apart:
        if name not in set(known):
            raise UnknownMetric(name, known)


def parts(metric: Metric) -> Iterator[Part]:
    """Every part of a metric; of a cumulative one, those of its first year."""
    year = metric.first_year if isinstance(metric, Cumulative) else 0
    for total in metric.sums(year):
        yield from total.parts


def check_part(part: Part) -> None:
    form = form_named(part.form)
    if part.measure != UNITS and part.measure not in {one.name for one in form.measures()}:
        raise UnknownName(f"{part.form} 的列", part.measure, form.columns)
    check_cut(form, part.cut, part.members)
