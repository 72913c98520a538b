"""The walk that finds every declared form, and refuses references to names nobody declared."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module

from warehouse import domains, law
from warehouse.errors import DeclarationError, UnknownName
from warehouse.form import Answer, DerivedForm, Form, Need, Part, Total


@cache
def forms() -> dict[str, type[Form]]:
    """Every form of every domain, by name, in the order the domains declare them."""
    for module in pkgutil.iter_modules(domains.__path__):
        import_module(f"{domains.__name__}.{module.name}")
    return resolve(
        form for form in _descendants(Form) if form.__module__.startswith(domains.__name__)
    )


def form(name: str) -> type[Form]:
    """The form of that name."""
    if name not in forms():
        raise UnknownName("表", name, forms())
    return forms()[name]


def submitted_forms() -> dict[str, type[Form]]:
    """The forms that schools fill."""
    return {name: form for name, form in forms().items() if form.submitted}


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
    for total in form.refers.values():
        _check_input(total, known)
    for need in form.needs.values() if issubclass(form, DerivedForm) else ():
        _check_input(need, known)
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


def _descendants(parent: type[Form]) -> list[type[Form]]:
    return [one for child in parent.__subclasses__() for one in (child, *_descendants(child))]
