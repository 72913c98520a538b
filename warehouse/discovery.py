"""The walk that finds every declared form, and refuses references to names nobody declared."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from importlib import import_module
from types import ModuleType

from warehouse import domains as package
from warehouse import law
from warehouse.derived_form import DerivedForm, Need
from warehouse.errors import DeclarationError, UnknownName
from warehouse.form import Answer, Domain, Form, Part, Total
from warehouse.parts import parts
from warehouse.shown import Shown, check_shown


@cache
def domains() -> dict[str, Domain]:
    """Every domain by the name of its file, in their order."""
    found = [_named(module) for module in _modules()]
    return {domain.name: domain for domain in sorted(found, key=lambda one: one.place)}


@cache
def forms() -> dict[str, type[Form]]:
    """Every form of every domain, by name: domain after domain, each in the order of its file, its parts before it."""
    declared = [form for module in _modules() for form in _forms_of(module)]
    ordered = sorted(declared, key=lambda form: form.domain.place)
    return resolve(each for form in ordered for each in (*parts(form), form))


def declarations() -> dict[str, type[Form]]:
    """The forms that stand in files: those handed in by parts once, without their parts."""
    return {name: form for name, form in forms().items() if form.span is None}


def forms_of(domain: Domain) -> list[type[Form]]:
    """The forms of one domain."""
    return [form for form in forms().values() if form.domain is domain]


def _modules() -> list[ModuleType]:
    found = pkgutil.iter_modules(package.__path__)
    return [import_module(f"{package.__name__}.{module.name}") for module in found]


def _named(module: ModuleType) -> Domain:
    """The domain of a file, under the file's name."""
    domain: Domain = module.DOMAIN
    object.__setattr__(domain, "name", module.__name__.rpartition(".")[2])
    return domain


def _forms_of(module: ModuleType) -> list[type[Form]]:
    return [
        one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Form) and one.__module__ == module.__name__
    ]  # fmt: skip


def form(name: str) -> type[Form]:
    """The form of that name."""
    if name not in forms():
        raise UnknownName("表", name, forms())
    return forms()[name]


def submitted_forms() -> dict[str, type[Form]]:
    """The forms that schools fill; of one handed in by term, quarter or month its parts."""
    return {name: form for name, form in forms().items() if form.submitted}


def asked_forms(year: int, by: date) -> dict[str, type[Form]]:
    """Those of them that may have been handed in for an academic year by a day: of parts of it only those that are over."""
    return {name: form for name, form in submitted_forms().items() if _opens(form, year) <= by}  # type: ignore[arg-type]  # mypy holds classes with class variables for unhashable


@lru_cache(maxsize=4096)
def _opens(form: type[Form], year: int) -> date:
    """A page asks for it some hundred times."""
    return form.opening_day(year)


def derived_forms() -> dict[str, type[DerivedForm]]:
    """The forms the warehouse computes."""
    return {name: form for name, form in forms().items() if issubclass(form, DerivedForm)}


def resolve(found: Iterable[type[Form]]) -> dict[str, type[Form]]:
    """Forms by name, with every reference checked: forms, measures, cuts and law."""
    known = {form.name: form for form in found}
    for each in known.values():
        _check_references(each, known)
    return known


def _check_references(form: type[Form], known: dict[str, type[Form]]) -> None:
    for name, total in form.refers.items():
        _check_input(total, known)
        if isinstance(total, Shown):
            check_shown(form, name, total, known[total.form])
    for need in form.needs.values() if issubclass(form, DerivedForm) else ():
        _check_input(need, known)
        if known[need.form].every.has_parts:
            raise DeclarationError(
                f"{form.name}：{need.form} 分期报送，不能再由它计算", f"{form.name}: {need.form} is gathered from parts; nothing is computed from it in turn"
            )  # fmt: skip
    for rule in form.rules.values():
        if rule.law:
            law.entry(rule.law)
        if rule.answer is Answer.BREACH and rule.law:
            law.check_breach(rule.law)


def _check_input(one: Total | Need, known: dict[str, type[Form]]) -> None:
    if one.form not in known:
        raise UnknownName("表", one.form, known)
    form = known[one.form]
    if one.measure not in form.columns:
        raise UnknownName(f"{one.form} 的列", one.measure, form.columns)
    if isinstance(one, Total) and form.columns[one.measure].part is not Part.MEASURE:
        raise DeclarationError(
            f"{one.form} 的 {one.measure} 不是可加总的数", f"{one.measure} of {one.form} is no number that adds up"
        )  # fmt: skip
    check_cut(form, one.cut, [one.member])


def check_cut(form: type[Form], cut: str, members: Iterable[str]) -> None:
    """A cut that the form is rolled up by, and members that its code lists have."""
    if not cut:
        return
    if cut not in form.cuts:
        raise DeclarationError(
            f"{form.name} 没有按 {cut} 汇总", f"{form.name} is not rolled up by {cut}"
        )
    for member in members:
        for dimension, code in zip(cut.split("*"), member.split("*"), strict=True):
            if code not in form.labels(dimension):
                raise UnknownName(f"{dimension} 的代码", code, form.labels(dimension).labels)
