"""What a table asks for, and the one text that stands for it in addresses, saved tables and receipts.

    places=430000.430000-counties  years=2024.2025  metrics=students.dual_qualified  cut=sponsor.sex  across=members2.years

A pick is a place by its number, or the places below it at a rung. Up to three breakdowns are joined by points: dimensions of the metrics' forms, and kinds
of schools. Whatever is not one of the axes `across` runs down; `members` are those of the first breakdown, `members2` of the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, NamedTuple, get_args

from metrics.discovery import metrics
from metrics.errors import BadTable
from metrics.metric import Metric, Percentile
from metrics.plan import breakdowns
from metrics.question import Key
from metrics.tables.kinds import KINDS
from warehouse.codes import Codes
from warehouse.discovery import form as form_named
from warehouse.form import Column
from warehouse.ladder import Ladder
from warehouse.places import Rung

Axis = Literal["places", "members", "members2", "members3", "metrics", "years"]
Opened = Literal["", "withheld", "rounded"]
AXES: tuple[Axis, ...] = get_args(Axis)
MEMBERS: tuple[Axis, ...] = ("members", "members2", "members3")
ACROSS: tuple[Axis, ...] = ("metrics", "years")
WORDS = (
    "places",
    "years",
    "metrics",
    "cut",
    "across",
    "totals",
    "order",
    "opened",
    "bounds",
    "basis",
)
"""By which an address, a saved table and a receipt say what a table asks for."""
MOST_CELLS = 50_000
MOST_METRICS = 12
MOST_CUTS = 3
REACHES: dict[str, Rung] = {
    "provinces": Rung.PROVINCE, "prefectures": Rung.PREFECTURE, "counties": Rung.COUNTY, "schools": Rung.SCHOOL,
}  # fmt: skip
JOIN = "*"  # between the members of several breakdowns
_PICK = re.compile(rf"([0-9]{{1,9}})(?:-({'|'.join(REACHES)}))?")


class Pick(NamedTuple):
    """A place, or with `reach` all places below it at that rung."""

    place: int
    reach: str = ""

    def __str__(self) -> str:
        return f"{self.place}-{self.reach}" if self.reach else str(self.place)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One table. `cut` breaks metrics down, by one to three names joined by points, "" for none; `totals` keeps the totals beside the members;
    `sort` is a column's number from 1 (negative: the largest first), 0 for the order of the axes. `opened`: as open data, by which method; "" as its reader
    may see it.
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
    opened: Opened = ""

    @property
    def cuts(self) -> tuple[str, ...]:
        """The breakdowns, in their order."""
        return tuple(self.cut.split(".")) if self.cut else ()

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes that the table has: one for each breakdown, and one that says nothing where there is none."""
        return tuple(axis for axis in AXES if axis not in MEMBERS[max(len(self.cuts), 1) :])

    @property
    def down(self) -> tuple[Axis, ...]:
        """The axes that run down."""
        return tuple(axis for axis in self.axes if axis not in self.across)

    def said(self) -> dict[str, str]:
        """What an address or a receipt says of it: every part that is not as it is by default."""
        words = {
            "places": ".".join(map(str, self.picks)), "years": ".".join(map(str, self.years)), "metrics": ".".join(self.metrics),
            "cut": self.cut, "across": "" if self.across == ACROSS else ".".join(self.across), "totals": "" if self.totals else "no",
            "order": str(self.sort) if self.sort else "", "bounds": "" if self.boundary == "now" else self.boundary,
            "basis": "" if self.basis == "submitted" else self.basis, "opened": self.opened,
        }  # fmt: skip
        return {name: word for name, word in words.items() if word}


def read(said: Mapping[str, str], years: Iterable[int]) -> Ask:
    """The table that some words ask for; `years` are those there are. BadTable names the word that says nothing."""
    return Ask(
        picks=tuple(dict.fromkeys(map(_pick, _words(said, "places")))),
        years=_years(_words(said, "years"), years),
        metrics=_metrics(_words(said, "metrics")),
        cut=(cut := _cut(_words(said, "cut"))), across=_across(_words(said, "across"), cut.count(".")), totals=said.get("totals", "") != "no",
        sort=_sort(said.get("order", "")),
        boundary="then" if said.get("bounds") == "then" else "now",
        basis="approved" if said.get("basis") == "approved" else "submitted",
        opened=_opened(said.get("opened", "")),
    )  # fmt: skip


def _opened(word: str) -> Opened:
    known: dict[str, Opened] = {way: way for way in get_args(Opened)}
    if word not in known:
        raise BadTable("对外发布的方式", "a way to publish", word)
    return known[word]


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


def _cut(words: list[str]) -> str:
    names = list(dict.fromkeys(words))
    if len(names) > MOST_CUTS:
        raise BadTable(f"不超过 {MOST_CUTS} 个的分组", f"at most {MOST_CUTS} breakdowns", ".".join(names))  # fmt: skip
    return ".".join(names)


def _across(words: list[str], more: int) -> tuple[Axis, ...]:
    """`more`: how many breakdowns there are beside the first; axes of others are passed over."""
    known: dict[str, Axis] = {axis: axis for axis in AXES}
    for word in words:
        if word not in known:
            raise BadTable("横向的一项", "something that can run across", word)
    absent = MEMBERS[more + 1 :]
    return tuple(dict.fromkeys(known[word] for word in words if word not in absent)) or ACROSS


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


def own_cuts(name: str) -> tuple[str, ...]:
    """The dimensions of its forms that a metric can be broken down by, those that are kept for each school alone among them."""
    one = metrics()[name]
    return (*breakdowns(one), *_of_schools(one))


def _of_schools(one: Metric) -> tuple[str, ...]:
    if isinstance(one, Percentile):
        return ()
    parts = [part for total in one.sums(2030) for part in total.parts]
    kept = form_named(parts[0].form).school_cuts
    return tuple(
        cut
        for cut in kept
        if all(not p.cut and cut in form_named(p.form).school_cuts for p in parts)
    )


def codes_of(name: str, cut: str) -> Codes | None:
    """The list by which a metric is broken down; None where it cannot be."""
    if isinstance(metrics()[name], Percentile):
        return None
    if cut in KINDS:
        return KINDS[cut]
    if cut not in own_cuts(name):
        return None
    return form_named(metrics()[name].sums(2030)[0].parts[0].form).labels(cut)


def cuts(names: Iterable[str]) -> tuple[str, ...]:
    """The breakdowns of any of some metrics in the order in which they come: their forms' own, then the kinds of schools."""
    listed = list(names)
    own = dict.fromkeys(cut for name in listed for cut in own_cuts(name))
    offers_kinds = any(codes_of(name, next(iter(KINDS))) for name in listed)
    return (*own, *KINDS) if offers_kinds else tuple(own)


def broken_column(names: Iterable[str], cut: str) -> Column:
    """The column behind a breakdown that is a form's own: of the first of some metrics that has it."""
    known = metrics()
    one = next(known[name] for name in names if cut in own_cuts(name))
    form = form_named(one.sums(2030)[0].parts[0].form)
    source, _ = form.derives.get(cut, (cut, None))
    return form.columns[source]


class Spot(NamedTuple):
    """Where a row or a column stands: a value for each of its axes, in their order."""

    axes: tuple[Axis, ...]
    values: tuple[int | str, ...]

    @property
    def members(self) -> tuple[str, ...]:
        """The members it stands for, of the breakdowns that run its way; "" is a total."""
        pairs = zip(self.axes, self.values, strict=True)
        return tuple(str(value) for axis, value in pairs if axis in MEMBERS)


def spots(axes: tuple[Axis, ...], values: Mapping[Axis, tuple[int | str, ...]]) -> list[Spot]:
    """Every combination of the values of some axes, the last axis running fastest."""
    return [Spot(axes, each) for each in product(*(values[axis] for axis in axes))]


def key(row: Spot, column: Spot) -> Key:
    """The cell where a row and a column meet."""
    at = dict(zip((*row.axes, *column.axes), (*row.values, *column.values), strict=True))
    member = joined([str(at[axis]) for axis in MEMBERS if axis in at])
    return Key(str(at["metrics"]), int(at["places"]), int(at["years"]), member)


def joined(codes: Sequence[str]) -> str:
    """The members of several breakdowns as one word; "" where all of them are totals."""
    return JOIN.join(codes) if any(codes) else ""


def parted(member: str, many: int) -> tuple[str, ...]:
    """A code for each of so many breakdowns out of one word."""
    return tuple(member.split(JOIN)) if member else ("",) * many
