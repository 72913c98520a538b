"""What every accepted row keeps to, read off the rules that refuse: sums that are equal.

A rule is a function of a form's columns. Asked with symbols in place of columns it tells which linear relation it stands for;
what is not linear tells nothing. Only rules that refuse say what is true of recorded rows: of a remark's rows the opposite may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from warehouse.form import Answer, Form, Part, Total
from warehouse.shown import Shown


class Relation(NamedTuple):
    """Terms with their coefficients that add up to 0. `of_rows`: it holds of every row, and so of every member of a breakdown, not of a
    school's whole only.
    """

    terms: tuple[tuple[Total, int], ...]
    of_rows: bool


Anything = Any  # what a rule makes of symbols: a sum, relations, or what nothing is known of


class _Unknown:
    """What no linear relation is made of: whatever is done with it is unknown as well."""

    def __getattr__(self, name: str) -> Anything:
        return UNKNOWN

    def __call__(self, *_: object, **__: object) -> _Unknown:
        return UNKNOWN

    def _lost(self, *_: object) -> Anything:
        return UNKNOWN

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _lost
    __neg__ = __invert__ = __and__ = __rand__ = __or__ = __ror__ = _lost
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _lost
    __hash__ = None  # type: ignore[assignment]


UNKNOWN = _Unknown()


class _Linear(_Unknown):
    """A sum of columns with whole coefficients, without a constant."""

    def __init__(self, terms: dict[Total, int], *, of_rows: bool = True) -> None:
        self.terms, self.of_rows = terms, of_rows

    def sum(self) -> _Linear:
        """Of all rows of a school."""
        return _Linear(self.terms, of_rows=False)

    def over(self, *_: object) -> _Linear:
        return self

    def _with(self, other: object, sign: int) -> Anything:
        if not isinstance(other, _Linear):
            return UNKNOWN
        terms = dict(self.terms)
        for term, many in other.terms.items():
            terms[term] = terms.get(term, 0) + sign * many
        return _Linear(terms, of_rows=self.of_rows and other.of_rows)

    def _plus(self, *others: object) -> Anything:
        return self._with(others[0], 1)

    def _less(self, *others: object) -> Anything:
        return self._with(others[0], -1)

    def _equal(self, *others: object) -> Anything:
        difference = self._with(others[0], -1)
        if not isinstance(difference, _Linear):
            return UNKNOWN
        terms = tuple((term, many) for term, many in difference.terms.items() if many)
        return _Told([Relation(terms, difference.of_rows)])

    __add__, __sub__ = _plus, _less
    __eq__ = _equal
    __hash__ = None


class _Told(_Unknown):
    """Relations that hold together."""

    def __init__(self, relations: list[Relation]) -> None:
        self.relations = relations

    def _both(self, *others: object) -> Anything:
        (other,) = others
        return _Told([*self.relations, *(other.relations if isinstance(other, _Told) else [])])

    __and__ = _both


class _Symbols:
    """What a rule sees in place of its form's columns."""

    def __init__(self, form: type[Form]) -> None:
        self._form = form

    def __getattr__(self, name: str) -> Anything:
        column = self._form.columns.get(name)
        if column is not None:
            known = column.part is Part.MEASURE
            return _Linear({Total(self._form.name, name): 1}) if known else UNKNOWN
        told = self._form.refers[name]
        plain = Total(told.form, told.measure, told.cut, told.member, told.years_back)
        return _Linear({plain: 1}, of_rows=isinstance(told, Shown) and bool(told.by))


def relations(form: type[Form]) -> Iterator[Relation]:
    """What holds of all recorded rows of a form."""
    for rule in form.rules.values():
        if rule.answer is not Answer.REFUSED:
            continue
        try:
            told: object = rule.holds(_Symbols(form))  # type: ignore[arg-type]  # symbols for fields
        except (TypeError, AttributeError):  # it asks of columns what only a frame's can do
            continue
        if isinstance(told, _Told):
            yield from told.relations
