"""Which columns add up with which, derived from what is declared: metrics' formulas, breakdowns, kinds of units, rules of forms.

A *column* is a sum over rows of rollups, whole numbers with signs, of one year. Every sum of a metric is one that readers see, and so is each of its parts
(the source of a number lists them). Columns that stand in an equation are decided together: a *block*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from metrics.disclosure.identities import Relation, relations
from metrics.discovery import metrics
from metrics.metric import ALL_UNITS, PERCENT, Metric, Percentile, Ratio
from metrics.plan import Lookup, breakdowns, plan
from warehouse.discovery import form as form_named
from warehouse.discovery import forms

Row = tuple[str, str, str]  # cut, member, kind of units
WHOLE: tuple[Row, ...] = tuple(("", "", kind) for kind in sorted(ALL_UNITS))
NEWEST = 2030  # a year in which every declared sum is asked


class Atom(NamedTuple):
    """The rows of one kind of units in one member of a cut, and one measure of them."""

    form: str
    measure: str
    cut: str
    member: str
    kind: str


Column = tuple[tuple[Atom, int], ...]  # in order, each atom once, with its coefficient


class Equation(NamedTuple):
    """The left columns add up to the right ones."""

    left: tuple[Column, ...]
    right: tuple[Column, ...]


@dataclass(frozen=True, eq=False)
class Block:
    """Columns that are decided together. `rests` are seen by nobody and can be subtracted; `shares` are columns with the group that they are
    a share of; `cuts` are the breakdowns that columns are seen by.
    """

    columns: tuple[Column, ...]
    equations: tuple[Equation, ...] = ()
    rests: frozenset[Column] = frozenset()
    shares: tuple[tuple[Column, Column], ...] = ()
    cuts: Mapping[Column, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def at(self) -> dict[Column, int]:
        """The number of each column."""
        return {each: n for n, each in enumerate(self.columns)}

    @cached_property
    def groups(self) -> tuple[Column, ...]:
        """What its columns are shares of."""
        return tuple(dict.fromkeys(group for _, group in self.shares))


class Dated(NamedTuple):
    """A column and how many years back it is read."""

    column: Column
    years_back: int


def column(lookups: Iterable[Lookup]) -> Dated | None:
    """What a sum adds up; None where it has no year of its own, or nothing is left of it."""
    found = list(lookups)
    back = {one.years_back for one in found}
    if len(back) != 1:
        return None
    many: Counter[Atom] = Counter()
    for one in found:
        for cut, member, kind in one.rows:
            many[Atom(one.form, one.measure, cut, member, kind)] += one.sign
    sign = (
        -1 if all(n <= 0 for n in many.values()) else 1
    )  # what is subtracted by itself tells what it is
    made = tuple(sorted((atom, sign * n) for atom, n in many.items() if n))
    return Dated(made, back.pop()) if made else None


@dataclass
class _Found:
    """The declarations as they are gathered."""

    columns: dict[Column, None] = field(default_factory=dict)  # a set that keeps its order
    rests: set[Column] = field(default_factory=set)
    equations: dict[Equation, None] = field(default_factory=dict)
    shares: dict[tuple[Column, Column], None] = field(default_factory=dict)
    cuts: dict[Column, set[str]] = field(default_factory=dict)


@lru_cache(maxsize=1)
def blocks() -> Mapping[Column, Block]:
    """The block of every column of the catalogue."""
    return linked(metrics().values(), relations_of_forms())


@lru_cache(maxsize=1024)
def block_of(each: Column, beside: Column | None = None) -> Block:
    """Where a column is decided: with those it is linked to, or alone - as the parts of a year are, `beside` what it is a share of."""
    alone = Block((each,), shares=((each, beside),) if beside else ())
    return blocks().get(each, alone)


@lru_cache(maxsize=4096)
def lookups(each: Column, years_back: int = 0) -> tuple[Lookup, ...]:
    """A column as the parts that a sum is added up of."""
    rows: dict[tuple[str, str, int], list[Row]] = {}
    for atom, many in each:
        rows.setdefault((atom.form, atom.measure, many), []).append((atom.cut, atom.member, atom.kind))  # fmt: skip
    return tuple(Lookup(form, years_back, measure, tuple(mine), many) for (form, measure, many), mine in rows.items())  # fmt: skip


@lru_cache(maxsize=65536)
def broken(each: Column, cut: str, member: str) -> Column | None:
    """One member of a breakdown of a column; None where the forms keep no such rows."""
    found = []
    for atom, many in each:
        known = form_named(atom.form).cuts
        pairs = ((f"{atom.cut}*{cut}", f"{atom.member}*{member}"), (f"{cut}*{atom.cut}", f"{member}*{atom.member}")) if atom.cut else ((cut, member),)  # fmt: skip
        rows = next((pair for pair in pairs if pair[0] in known), None)
        if rows is None:
            return None
        found.append((atom._replace(cut=rows[0], member=rows[1]), many))
    return tuple(sorted(found))


def relations_of_forms() -> list[Relation]:
    """What is declared of the forms of the whole year; parts of the year are asked one by one, and are no columns of the catalogue."""
    return [each for form in forms().values() if form.part_of is None for each in relations(form)]


def linked(declared: Iterable[Metric], told: Iterable[Relation]) -> Mapping[Column, Block]:
    """The block of each column of some metrics, given what rows keep to."""
    found = _Found()
    for one in declared:
        if not isinstance(one, Percentile):
            _formulas(found, one)
    for each in list(found.columns):
        _members(found, each)
    for each in list(found.columns):
        _kinds(found, each)
    for relation in told:
        _related(found, relation)
    return {each: block for block in _joined(found) for each in block.columns}


def _formulas(found: _Found, one: Metric) -> None:
    """Every sum, and each of its parts by itself; of a share both belong together."""
    sums = plan(one.name, NEWEST).sums
    dated = [column(lookups) for lookups in sums]
    for whole, lookups in zip(dated, sums, strict=True):
        if whole is None:
            continue
        found.columns[whole.column] = None
        found.cuts.setdefault(whole.column, set()).update(breakdowns(one))
        parts = [part for each in lookups if (part := column([each._replace(sign=1)]))]
        for part in parts:
            found.columns[part.column] = None
        if len(parts) > 1:
            positive = [
                part.column for part, each in zip(parts, lookups, strict=True) if each.sign > 0
            ]
            negative = [
                part.column for part, each in zip(parts, lookups, strict=True) if each.sign < 0
            ]
            _add(found, Equation((whole.column, *negative), tuple(positive)))
    if isinstance(one, Ratio) and one.unit == PERCENT and all(dated):
        count, group = (each.column for each in dated if each)
        found.shares[count, group] = None


def _add(found: _Found, equation: Equation) -> None:
    """Columns that stand on both sides say nothing."""
    left, right = Counter(equation.left), Counter(equation.right)
    made = Equation(left=tuple(sorted((left - right).elements())), right=tuple(sorted((right - left).elements())))  # fmt: skip
    if made.left and made.right:
        found.equations[made] = None


def _members(found: _Found, each: Column) -> None:
    """A column of single members of a breakdown: with all others of them it makes the column without that breakdown, where that is seen too."""
    for cut, member in dict.fromkeys((atom.cut, atom.member) for atom, _ in each if atom.cut):
        names, codes = cut.split("*"), member.split("*")
        for at, name in enumerate(names):
            whole = _with(each, cut, member, "*".join(names[:at] + names[at + 1 :]), "*".join(codes[:at] + codes[at + 1 :]))  # fmt: skip
            if whole is None or whole not in found.columns:
                continue
            labels = form_named(whole[0][0].form).labels(name).labels
            others = [_with(each, cut, member, cut, "*".join([*codes[:at], code, *codes[at + 1 :]])) for code in labels]  # fmt: skip
            parts = tuple(other for other in others if other is not None)
            found.columns.update(dict.fromkeys(parts))
            _add(found, Equation(parts, (whole,)))
            _several(found, each, parts)


def _with(each: Column, cut: str, member: str, other_cut: str, other: str) -> Column | None:
    """The atoms of one member of a column as those of another member; None where the form keeps no such rows."""
    mine = [(atom, n) for atom, n in each if (atom.cut, atom.member) == (cut, member)]
    if len({(atom.form, atom.measure) for atom, _ in mine}) != 1:
        return None
    return tuple(sorted((atom._replace(cut=other_cut, member=other), abs(n)) for atom, n in mine))


def _several(found: _Found, each: Column, parts: tuple[Column, ...]) -> None:
    """A column of several members is the sum of them."""
    mine = set(each)
    inside = tuple(part for part in parts if set(part) <= mine)
    if len(inside) > 1 and sum(map(len, inside)) == len(each):
        _add(found, Equation(inside, (each,)))


def _kinds(found: _Found, each: Column) -> None:
    """Of all kinds of units, where those of one kind are seen by themselves: what is left is a rest of its own."""
    if {atom.kind for atom, _ in each} != set(ALL_UNITS):
        return
    for kind in ALL_UNITS:
        mine = tuple(pair for pair in each if pair[0].kind == kind)
        other = tuple(pair for pair in each if pair[0].kind != kind)
        if mine in found.columns and mine not in found.rests:
            if other not in found.columns:
                found.rests.add(other)
                found.columns[other] = None
            _add(found, Equation((mine, other), (each,)))


def _related(found: _Found, relation: Relation) -> None:
    """A relation among columns that are all seen: of whole forms, and where it is of rows, of each set of rows that columns are read of.

    Where a term is unseen the others may be anything; and so it is of a flow of which not every arrival and departure is published.
    """
    if any(term.years_back for term, _ in relation.terms):
        return
    names = {term.form for term, _ in relation.terms}
    for rows in _frames(found, names) if relation.of_rows and len(names) == 1 else [WHOLE]:
        sides: dict[bool, list[Column]] = {True: [], False: []}
        for term, many in relation.terms:
            each = tuple(sorted((Atom(term.form, term.measure, *row), 1) for row in rows))
            sides[many > 0] += [each] * abs(many)
        if all(each in found.columns for each in (*sides[True], *sides[False])):
            _add(found, Equation(tuple(sides[True]), tuple(sides[False])))


def _frames(found: _Found, names: Set[str]) -> list[tuple[Row, ...]]:
    """The rows of a form that single measures are read of."""
    frames = {
        tuple((atom.cut, atom.member, atom.kind) for atom, _ in each): None
        for each in found.columns
        if {atom.form for atom, _ in each} == names and len({atom.measure for atom, _ in each}) == 1
    }
    return list(frames)


def _joined(found: _Found) -> Iterator[Block]:
    """Columns that share equations, together."""
    above = {each: each for each in found.columns}

    def root(each: Column) -> Column:
        while above[each] != each:
            above[each] = above[above[each]]
            each = above[each]
        return each

    for equation in found.equations:
        first, *others = (*equation.left, *equation.right)
        for other in others:
            above[root(other)] = root(first)
    groups: dict[Column, list[Column]] = {}
    for each in found.columns:
        groups.setdefault(root(each), []).append(each)
    for members in groups.values():
        mine = set(members)
        equations = tuple(each for each in found.equations if each.left[0] in mine)
        shares = tuple(each for each in found.shares if each[0] in mine)
        cuts = {each: frozenset(found.cuts.get(each, ())) for each in members}
        yield Block(tuple(members), equations, frozenset(mine & found.rests), shares, cuts)
