"""What is proved of a group of places by kinds of schools: all that is shown of it, as one, over the narrowest cells of all that lies beneath.

A group is decided before anything beneath it is shown by kinds. So all that must be protected further down is looked ahead to, with the totals that are
shown there. What a group leaves open is handed down as few *alternatives*: tables that bring all that is shown of it, among which everything that must be
protected is as wide as it needs. Any mix of them is such a table too. Beneath each of its places a group shows only what leaves every one of them possible:
then none beside another need know what that one shows, for whatever they show, the alternatives are left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack, identity, vstack

from metrics.disclosure.audiences import Holding, Thresholds
from metrics.disclosure.primary import judge, needed_width
from metrics.disclosure.proof import CLOSE, hidden
from metrics.disclosure.secondary import ZERO
from metrics.disclosure.table import Facts, Mask, Numbers, Places, make
from metrics.disclosure.together import Narrow, Rows, Together
from metrics.tables.narrowest import Made, Narrowest, made
from metrics.tables.pieces import Groups, below
from metrics.tables.spots import Codes, Spot, faces

Told = Mapping[int, Mapping[Codes, Facts]]  # place -> cells that anybody contributed to
MOST = 3  # kinds at once
NEAR = 6  # places that one is moved with where there are too many
STILL = 1e-6  # what is moved by less is not moved
LOOSE = 1e-5  # how little of an alternative may be left out: what a programme may be off


class Alternatives(NamedTuple):
    """Tables of narrowest cells, a column each, that bring all that is shown of a group, and widen what must be wide."""

    made: Made
    tables: Numbers

    def more(self, place: int) -> dict[Codes, Numbers]:
        """What each has more than the true table at a place, by all kinds at once."""
        moved = self.tables - self.made.values[:, np.newaxis]
        return {codes: moved[cells].sum(axis=0) for codes, cells in self.made.at(place).items()}

    def beneath(self, lower: Made) -> Numbers:
        """The same tables of narrowest cells further down."""
        at = {(within[0], codes): n for n, (codes, within) in enumerate(zip(self.made.codes, self.made.within, strict=True))}  # fmt: skip
        return self.tables[[at[within[0], codes] for codes, within in zip(lower.codes, lower.within, strict=True)]]  # fmt: skip


@dataclass
class Held:
    """`told` has all cells by kinds and `narrowest` the values by all of them at once, of every place that a reader sees.
    `known`: whether cells are shown, as far as that is decided; it grows. `told_by_coarser`: cells that nothing could protect, by the group where that was found.
    `unsafe` must be protected because of an earlier state.
    """

    told: Told
    above: Mapping[int, int | None]
    narrowest: Narrowest
    limits: Thresholds
    holding: Holding
    known: dict[Spot, bool]
    unsafe: frozenset[Spot]
    told_by_coarser: Mapping[tuple[int, ...], frozenset[Spot]]
    _alternatives: dict[tuple[int, ...], Alternatives] = field(default_factory=dict)
    _laid: dict[tuple[int, ...], Laid] = field(default_factory=dict)

    def hold(self, line: Groups, new: Collection[Spot], many: int) -> set[Spot]:
        """Withhold more of new cells of a group by so many kinds where all that is shown tells a cell too closely. Returns what nothing could protect."""
        frame = self._frame(line, many)
        together, told = frame.together, set[Spot]()
        free, cost = frame.mask(new), frame.cost
        for at in together.failed():
            while (found := together.range(at)).width < together.needed[at]:
                holding = found.held_by[free[found.held_by]]
                if not holding.size and together.look_further(at):
                    continue
                if not holding.size:
                    told.update(frame.cells(together.rows[at]))
                    break
                least = int(holding[np.argmin(cost[holding])])
                together.withhold(least)
                free[least] = False
                self.known[frame.laid.spots[least]] = False
        return told

    def alternatives(self, line: Groups) -> Alternatives:
        """What a group leaves open once all of it is decided: alike whoever decided it when."""
        if line[0] not in self._alternatives:
            frame = self._frame(line, MOST)
            for at in frame.together.failed():
                while frame.together.range(at).width < frame.together.needed[at] and frame.together.look_further(at):  # fmt: skip
                    pass  # what was wide only by more places than at first is so by these again
            tables = frame.together.alternatives()[: frame.laid.made.values.size]
            self._alternatives[line[0]] = Alternatives(frame.laid.made, tables)
        return self._alternatives[line[0]]

    def _frame(self, line: Groups, many: int) -> Frame:
        """All that is shown of a group by now, with what must be protected there and beneath."""
        laid = self._lay(line)
        shown = np.array([self.known.get(spot, False) for spot in laid.spots], dtype=bool)
        unsafe = laid.unsafe | laid.mask(spot for spot in self.unsafe if len(spot.codes) <= max(many, 2))  # fmt: skip
        unsafe &= ~(shown | laid.mask(spot for each in line for spot in self.told_by_coarser.get(each, ())))  # fmt: skip
        upper = self.alternatives(line[1:]) if len(line) > 1 else None
        return Frame(line[0], laid, shown, np.where(unsafe, laid.width, 0.0), upper, self.above)

    def _lay(self, line: Groups) -> Laid:
        """The cells of a group and beneath, whatever is shown of them."""
        group, is_top = line[0], len(line) == 1
        if group not in self._laid:
            mine = group if is_top else group[1:]
            beneath = below(self.above, mine)
            told = {Spot(place, codes): facts for place in mine for codes, facts in self.told.get(place, {}).items()}  # fmt: skip
            told |= {Spot(place, codes): facts for place in beneath for codes, facts in self._telling(place)}  # fmt: skip
            table = make(told, [])
            unsafe = hidden(judge(table, self.limits, self.holding))
            looked_at = unsafe | np.array([not spot.codes or spot.place in group for spot in told])
            width = needed_width(table, np.ones_like(unsafe), self.limits, self.holding) * (1 - CLOSE)  # fmt: skip
            spots = [spot for spot, is_in in zip(told, looked_at.tolist(), strict=True) if is_in]
            of = made(spots, (*group, *beneath), self.above, self.narrowest)
            self._laid[group] = Laid(spots, of, unsafe[looked_at], width[looked_at])
        return self._laid[group]

    def _telling(self, place: int) -> Iterator[tuple[Codes, Facts]]:
        """The total of a place, and of its cells those that are something and no coarser one as well."""
        told = self.told.get(place, {})
        for codes, facts in told.items():
            coarser = (told.get(face) for face in faces(codes))
            if not codes or (
                facts.value and not any(one and one[:2] == facts[:2] for one in coarser)
            ):
                yield codes, facts


@dataclass(frozen=True)
class Laid:
    """Cells, of what they are made, which of them must be protected by what stands behind them, and how far apart the ends of each must stay then."""

    spots: list[Spot]
    made: Made
    unsafe: Mask
    width: Numbers

    @cached_property
    def at(self) -> dict[Spot, int]:
        return {spot: at for at, spot in enumerate(self.spots)}

    def mask(self, spots: Iterable[Spot]) -> Mask:
        found = np.zeros(len(self.spots), dtype=bool)
        found[[self.at[spot] for spot in spots if spot in self.at]] = True
        return found


class Ways(NamedTuple):
    """By all kinds at once what each alternative has `more` at a place, a column each; `which` of them these are; the most of it, which is all of a way."""

    codes: list[Codes]
    more: Numbers
    which: Places
    whole: float


@dataclass
class Frame:
    """Cells of a group and beneath as rows, and what the group above leaves open."""

    group: tuple[int, ...]
    laid: Laid
    shown: Mask
    needed: Numbers
    upper: Alternatives | None
    above: Mapping[int, int | None]

    def mask(self, spots: Collection[Spot]) -> Mask:
        found = np.zeros(self._rows.shown.size, dtype=bool)
        found[: len(self.laid.spots)] = self.laid.mask(spots)
        return found

    def cells(self, rows: Places) -> list[Spot]:
        """The cells that some rows are. ArithmeticError where they are alternatives: with nothing shown each is possible, so that a programme has gone wrong."""
        if rows[0] >= len(self.laid.spots):
            raise ArithmeticError(f"what the group above {self.group[0]} leaves open is not possible beneath it")  # fmt: skip
        return [self.laid.spots[row] for row in rows.tolist()]

    @cached_property
    def cost(self) -> Numbers:
        """What it costs to withhold each row."""
        told: Numbers = self._rows.made @ self._narrow.values
        return np.asarray(np.log1p(np.abs(told)) + ZERO * (told == 0))

    @cached_property
    def together(self) -> Together:
        return Together(self._rows, self._narrow, self._near, self._start)

    @cached_property
    def _ways(self) -> Ways:
        """What each alternative that is another at the first place has more there."""
        more = self.upper.more(self.group[0]) if self.upper else {}
        moved = np.array(list(more.values())) if more else np.empty((0, 0))
        length = np.abs(moved).max(axis=0, initial=0.0)
        is_other = length > STILL
        return Ways(
            list(more), moved[:, is_other], np.flatnonzero(is_other), float(length.max(initial=1.0))
        )

    @cached_property
    def _rows(self) -> Rows:
        """The cells; what is known of the first place, which goes part of the way to each alternative and stays where it is for the rest; and these parts."""
        cells = self.laid.made.of
        if self.upper is None:
            return Rows(cells, self.shown, self.needed)
        codes, moved, which, whole = self._ways
        at, n = self.laid.made.at(self.group[0]), which.size
        rows = np.repeat(np.arange(len(codes)), [len(at.get(each, ())) for each in codes])
        columns = [cell for each in codes for cell in at.get(each, ())]
        linked = csr_matrix((np.ones(rows.size), (rows, columns)), shape=(len(codes), cells.shape[1]))  # fmt: skip
        made = vstack([
            hstack([cells, csr_matrix((cells.shape[0], n + 1))]),
            hstack([linked, csr_matrix(-moved / whole), csr_matrix((len(codes), 1))]),
            hstack([csr_matrix((1, cells.shape[1])), csr_matrix(np.ones((1, n + 1)))]),
            hstack([csr_matrix((n, cells.shape[1])), identity(n), csr_matrix((n, 1))]),
        ])  # fmt: skip
        shown = [self.shown, np.ones(len(codes) + 1, dtype=bool), np.zeros(n, dtype=bool)]
        needed = [self.needed, np.zeros(len(codes) + 1), np.full(n, whole * (1 - LOOSE))]
        return Rows(made.tocsr(), np.concatenate(shown), np.concatenate(needed))

    @cached_property
    def _narrow(self) -> Narrow:
        """The narrowest cells; then how far the first place goes towards each alternative, and how far towards none."""
        values, parts = self.laid.made.values, self._ways.which.size + 1 if self.upper else 0
        floor = 0.0 if bool((values >= 0).all()) else -float(np.abs(values).sum())
        number = {place: at for at, place in enumerate(self.group)}
        home = [next((number[each] for each in within if each in number), 0) for within in self.laid.made.within]  # fmt: skip
        far = np.zeros(parts)
        far[-1:] = self._ways.whole
        floors = np.concatenate([np.full(values.size, floor), np.zeros(parts)])
        return Narrow(np.concatenate([values, far]), floors, np.array([*home, *[0] * parts], dtype=np.intp))  # fmt: skip

    @property
    def _start(self) -> Numbers | None:
        """The alternatives themselves."""
        if self.upper is None:
            return None
        which, n = self._ways.which, self._ways.which.size
        tables = self.upper.beneath(self.laid.made)[:, which]
        return np.concatenate([tables, np.eye(n) * self._ways.whole, np.zeros((1, n))])

    def _near(self, row: int, far_off: int) -> Places:
        """The parts of a cell's place and of a few that have the same group withheld, the largest first, and of more and more; all for what is no cell."""
        if row >= len(self.laid.spots):
            return np.arange(len(self.group))
        number = {place: at for at, place in enumerate(self.group)}
        place: int | None = self.laid.spots[row].place
        while place is not None and place not in number:
            place = self.above.get(place)
        alike = self._hides.get(self.laid.spots[row].codes, [])
        others = [*alike, *self.group] if far_off else alike
        found = [number[each] for each in dict.fromkeys((place, *others)) if each is not None]
        return np.array(found[: (NEAR << far_off) + 1], dtype=np.intp)

    @cached_property
    def _hides(self) -> dict[Codes, list[int]]:
        """The places of the group at which each cell is withheld."""
        told, found, among = (
            self.laid.made.of @ self.laid.made.values,
            dict[Codes, list[int]](),
            {*self.group},
        )
        for row in np.argsort(-told, kind="stable").tolist():
            spot = self.laid.spots[row]
            if not self.shown[row] and spot.place in among:
                found.setdefault(spot.codes, []).append(spot.place)
        return found
