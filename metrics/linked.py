"""The numbers of linked columns: what is read for a block, and the case that is decided of it at some places of a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from metrics.disclosure.audiences import Thresholds
from metrics.disclosure.links import Block, Column, block_of, broken, column, lookups
from metrics.disclosure.recoding import Class, class_of
from metrics.disclosure.settle import Spot, Tie, Where
from metrics.disclosure.table import Facts
from metrics.metric import PERCENT, UNITS, Ratio
from metrics.plan import Lookup, Plan, plan
from metrics.question import Question
from metrics.rollups import Want
from metrics.selection import forms_of
from warehouse.discovery import form as form_named


class Linked(NamedTuple):
    """One sum of a metric: the block it is decided in, its number there, and how many years back it is read."""

    block: Block
    number: int
    years_back: int


def sums(one: Plan) -> list[Linked | None]:
    """Every sum of a plan, in order; None for one that has no year of its own."""
    dated = [column(each) for each in one.sums]
    group = dated[1].column if is_share(one) and dated[1] else None
    found: list[Linked | None] = []
    for number, each in enumerate(dated):
        if each is None:
            found.append(None)
            continue
        block = block_of(each.column, group if number == 0 else None)
        found.append(Linked(block, block.at[each.column], each.years_back))
    return found


def groups_of(each: Linked) -> list[Column]:
    """What a column is a share of, in whatever metric."""
    column = each.block.columns[each.number]
    return [group for count, group in block_of(column).shares if count == column]


def is_share(one: Plan) -> bool:
    """Whether a metric says how many of a group, in per cent."""
    return isinstance(one.metric, Ratio) and one.metric.unit == PERCENT and len(one.sums) == 2


def forms_beside(question: Question) -> list[str]:
    """Every form that a question's answer hangs on for readers who are not in charge: its own, and those of what is linked."""
    return sorted({*forms_of(question), *_forms(question.metrics, question.years)})


@lru_cache(maxsize=1024)
def _forms(names: tuple[str, ...], years: tuple[int, ...]) -> tuple[str, ...]:
    asked = [each.block for name in names for year in years for each in sums(plan(name, year)) if each]  # fmt: skip
    return tuple(dict.fromkeys(atom.form for each in behind(asked) for atom, _ in each))


def behind(blocks: Iterable[Block]) -> list[Column]:
    """Every column of which numbers are needed to decide some blocks, with those of their groups."""
    found = dict.fromkeys(blocks)
    found |= dict.fromkeys(block_of(group) for block in list(found) for group in block.groups)
    return list(dict.fromkeys(each for block in found for each in (*block.columns, *block.groups)))


def wants(columns: Iterable[Column], years: Iterable[int], cut: str) -> dict[str, Want]:
    """What is read of each form, every measure followed by its two largest contributions."""
    found: dict[str, Want] = {}
    for each in columns:
        parts = broken(each, cut, "?") if cut else None
        for atom, _ in each:
            want = found.setdefault(atom.form, Want(years=set(years)))
            if atom.measure != UNITS:
                want.measures.update(dict.fromkeys((atom.measure, f"{atom.measure}__first", f"{atom.measure}__second")))  # fmt: skip
            want.cuts.add(atom.cut)
            want.members.add(atom.member)
        for atom, _ in parts or ():
            found[atom.form].open_cuts.add(atom.cut)
    return found


class Broken(NamedTuple):
    """A column of a block by the members of a breakdown: what each spot adds up, and those members that are a column of their own as well."""

    spots: dict[Spot, tuple[Lookup, ...]]
    same: dict[Spot, Spot]


def by_member(block: Block, number: int, cut: str, seen: frozenset[tuple[str, str, str]]) -> Broken:
    """Of the members there are rows (form, cut, member) of; the total among them."""
    whole = block.columns[number]
    found = Broken({Spot(number): lookups(whole)}, {})
    for member in form_named(whole[0][0].form).labels(cut).labels:
        part = broken(whole, cut, member)
        if part and any((atom.form, atom.cut, atom.member) in seen for atom, _ in part):
            found.spots[Spot(number, member)] = lookups(part)
            if part in block.at:
                found.same[Spot(number, member)] = Spot(block.at[part])
    return found


def ties(block: Block) -> tuple[Tie, ...]:
    """The equations of a block by the numbers of its columns."""
    return tuple(Tie(*(tuple(block.at[each] for each in side) for side in equation[:2])) for equation in block.equations)  # fmt: skip


def classes(block: Block, told: Mapping[Where, Facts], groups: Mapping[tuple[Column, Where], float], limits: Thresholds) -> dict[tuple[Where, Column], Class]:  # fmt: skip
    """The class of every extreme share: (the count's cell, the group's column). `groups` are the groups' sizes at the cells of their counts."""
    found = {}
    of_column: dict[int, list[Column]] = {}
    for count, group in block.shares:
        of_column.setdefault(block.at[count], []).append(group)
    for where, facts in told.items():
        for group in of_column.get(where[1].column, ()):
            lies = class_of(facts.value, groups.get((group, where), 0), limits)
            if lies is not None:
                found[where, group] = lies
    return found
