"""What a table asks for, and the one text that stands for it in addresses, saved tables and receipts.

    places=430000.430000-counties  years=2024.2025  metrics=students.dual_qualified  cut=major  across=metrics.years

A pick is a place by its number, or the places below it at a rung. Whatever is not one of the axes `across` runs down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal, NamedTuple, get_args

from metrics.discovery import metrics
from metrics.errors import BadTable
from metrics.plan import breakdowns
from metrics.question import Key
from warehouse.discovery import form as form_named
from warehouse.form import Column
from warehouse.ladder import Ladder
from warehouse.places import Rung

Axis = Literal["places", "members", "metrics", "years"]
AXES: tuple[Axis, ...] = get_args(Axis)
ACROSS: tuple[Axis, ...] = ("metrics", "years")
MOST_CELLS = 50_000
MOST_METRICS = 12
REACHES: dict[str, Rung] = {
    "provinces": Rung.PROVINCE, "prefectures": Rung.PREFECTURE, "counties": Rung.COUNTY, "schools": Rung.SCHOOL,
}  # fmt: skip
_PICK = re.compile(rf"([0-9]{{1,9}})(?:-({'|'.join(REACHES)}))?")


class Pick(NamedTuple):
    """A place, or with `reach` all places below it at that rung."""

    place: int
    reach: str = ""

    def __str__(self) -> str:
        return f"{self.place}-{self.reach}" if self.reach else str(self.place)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One table. `cut` breaks metrics down, "" for none; `totals` keeps the total beside the members; `sort` is a column's number from 1
    (negative: the largest first), 0 for the order of the axes.
    """

    picks: tuple[Pick, ...]
    years: tuple[int, ...]
    metrics: tuple[str, ...]
    cut: str = ""
    across: tuple[Axis, ...] = ACROSS
    totals: bool = True
    sort: int = 0
    boundary: Literal["now", "then"] = "now"
    basis: Literal["submitted", "approved"] = "submitted"

    @property
    def down(self) -> tuple[Axis, ...]:
        """The axes that run down."""
        return tuple(axis for axis in AXES if axis not in self.across)

    def said(self) -> dict[str, str]:
        """What an address or a receipt says of it: every part that is not as it is by default."""
        words = {
            "places": ".".join(map(str, self.picks)), "years": ".".join(map(str, self.years)), "metrics": ".".join(self.metrics),
            "cut": self.cut, "across": "" if self.across == ACROSS else ".".join(self.across), "totals": "" if self.totals else "no",
            "order": str(self.sort) if self.sort else "", "bounds": "" if self.boundary == "now" else self.boundary,
            "basis": "" if self.basis == "submitted" else self.basis,
        }  # fmt: skip
        return {name: word for name, word in words.items() if word}


def read(said: Mapping[str, str], years: Iterable[int]) -> Ask:
    """The table that some words ask for; `years` are those there are. BadTable names the word that says nothing."""
    return Ask(
        picks=tuple(dict.fromkeys(map(_pick, _words(said, "places")))),
        years=_years(_words(said, "years"), years),
        metrics=_metrics(_words(said, "metrics")),
        cut=said.get("cut", ""), across=_across(_words(said, "across")), totals=said.get("totals", "") != "no",
        sort=_sort(said.get("order", "")),
        boundary="then" if said.get("bounds") == "then" else "now",
        basis="approved" if said.get("basis") == "approved" else "submitted",
    )  # fmt: skip


def _words(said: Mapping[str, str], name: str) -> list[str]:
    return [word for word in said.get(name, "").split(".") if word]


def _pick(word: str) -> Pick:
    found = _PICK.fullmatch(word)
    if found is None:
        raise BadTable("地区", "a place", word)
    return Pick(int(found[1]), found[2] or "")


def _years(words: Iterable[str], known: Iterable[int]) -> tuple[int, ...]:
    there = {str(year): year for year in known}
    for word in words:
        if word not in there:
            raise BadTable("有数据的学年", "a year that there is", word)
    return tuple(sorted({there[word] for word in words}))


def _metrics(words: list[str]) -> tuple[str, ...]:
    for word in words:
        if word not in metrics():
            raise BadTable("指标", "a metric", word)
    if len(words) > MOST_METRICS:
        raise BadTable(f"不超过 {MOST_METRICS} 个的指标", f"at most {MOST_METRICS} metrics", str(len(words)))  # fmt: skip
    return tuple(dict.fromkeys(words))


def _across(words: list[str]) -> tuple[Axis, ...]:
    known: dict[str, Axis] = {axis: axis for axis in AXES}
    for word in words:
        if word not in known:
            raise BadTable("横向的一项", "something that can run across", word)
    return tuple(dict.fromkeys(known[word] for word in words)) or ACROSS


def _sort(word: str) -> int:
    try:
        return int(word or 0)
    except ValueError as error:
        raise BadTable("列号", "the number of a column", word) from error


def places(ask: Ask, ladder: Ladder) -> tuple[int, ...]:
    """Every place that is picked, in the order of the picks; those below a place by code, as they stood in the newest year asked about."""
    year = ask.years[-1] if ask.years else ladder.years[-1]
    found: dict[int, None] = {}
    for pick in ask.picks:
        ladder.place(pick.place)  # UnknownPlace
        each = below(ladder, pick, year, ask.boundary) if pick.reach else [pick.place]
        found.update(dict.fromkeys(each))
    return tuple(found)


def below(ladder: Ladder, pick: Pick, year: int, boundary: Literal["now", "then"]) -> list[int]:
    """The places at a rung below another: rungs are skipped where the ladder is ragged."""
    rung, found, open_ = REACHES[pick.reach], [], [pick.place]
    while open_:
        children = [child for place in open_ for child in ladder.children(place, year, boundary)]
        found += [child for child in children if ladder.rung(child) is rung]
        open_ = [child for child in children if ladder.rung(child) < rung]
    return sorted(found, key=lambda place: ladder.place(place).code)


def cuts(names: Iterable[str]) -> tuple[str, ...]:
    """The dimensions that any of some metrics can be broken down by, in the order in which they come."""
    known = metrics()
    return tuple(dict.fromkeys(cut for name in names for cut in breakdowns(known[name])))


def broken_column(names: Iterable[str], cut: str) -> Column:
    """The column behind a breakdown: of the first of some metrics that has it."""
    known = metrics()
    one = next(known[name] for name in names if cut in breakdowns(known[name]))
    form = form_named(one.sums(2030)[0].parts[0].form)
    source, _ = form.derives.get(cut, (cut, None))
    return form.columns[source]


class Spot(NamedTuple):
    """Where a row or a column stands: a value for each of its axes, in their order."""

    axes: tuple[Axis, ...]
    values: tuple[int | str, ...]


def spots(axes: tuple[Axis, ...], values: Mapping[Axis, tuple[int | str, ...]]) -> list[Spot]:
    """Every combination of the values of some axes, the last axis running fastest."""
    return [Spot(axes, each) for each in product(*(values[axis] for axis in axes))]


def key(row: Spot, column: Spot) -> Key:
    """The cell where a row and a column meet."""
    at = dict(zip((*row.axes, *column.axes), (*row.values, *column.values), strict=True))
    return Key(str(at["metrics"]), int(at["places"]), int(at["years"]), str(at["members"]))
