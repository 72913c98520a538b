"""The narrowest cells of some places: schools alike in every kind, of which all tables by kinds are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from metrics.disclosure.table import Numbers
from metrics.tables.spots import Codes, Spot

Narrowest = Mapping[int, Mapping[Codes, float]]  # place -> value by all kinds at once
EVEN = 1e-6


class Made(NamedTuple):
    """Cells by narrowest cells: 1 where one is made of the other; what each of these is, by all kinds at once, and the places it is part of, the lowest first."""

    of: csr_matrix
    values: Numbers
    codes: Sequence[Codes]
    within: Sequence[Sequence[int]]

    def at(self, place: int) -> dict[Codes, list[int]]:
        """The narrowest cells of a place by all kinds at once."""
        found: dict[Codes, list[int]] = {}
        for n, (codes, within) in enumerate(zip(self.codes, self.within, strict=True)):
            if place in within:
                found.setdefault(codes, []).append(n)
        return found


def made(cells: Sequence[Spot], places: Iterable[int], above: Mapping[int, int | None], narrowest: Narrowest) -> Made:  # fmt: skip
    """What cells at some places are made of: the narrowest cells of the lowest of them, and of the others what those below leave."""
    at: dict[int, dict[Codes, int]] = {}
    for n, spot in enumerate(cells):
        at.setdefault(spot.place, {})[spot.codes] = n
    coarser = _coarser({tuple(cut for cut, _ in spot.codes) for spot in cells})
    rows, columns = list[int](), list[int]()
    parts = list(_split(list(places), above, narrowest))
    for n, (within, codes, _) in enumerate(parts):
        wide = coarser(codes)
        for place in within:
            known = at.get(place, {})
            found = [row for each in wide if (row := known.get(each)) is not None]
            rows += found
            columns += [n] * len(found)
    shape = (len(cells), len(parts))
    return Made(
        csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape),
        np.array([value for *_, value in parts]),
        [codes for _, codes, _ in parts],
        [within for within, *_ in parts],
    )


def _coarser(wide: Iterable[tuple[str, ...]]) -> Callable[[Codes], Sequence[Codes]]:
    """What a narrowest cell is called in each of some tables; alike at every place."""
    tables = sorted(wide)

    @cache
    def named(codes: Codes) -> Sequence[Codes]:
        return [tuple(each for each in codes if each[0] in cuts) for cuts in tables]

    return named


def _split(places: list[int], above: Mapping[int, int | None], narrowest: Narrowest) -> Iterator[tuple[list[int], Codes, float]]:  # fmt: skip
    """Narrowest cells that share no school, each with the places it is part of."""
    among = set(places)
    below: dict[int, list[int]] = {}
    for place in places:
        if (parent := above.get(place)) in among and parent is not None:
            below.setdefault(parent, []).append(place)
    left = {place: _left(place, below.get(place, []), narrowest) for place in places}
    for place in places:
        within, here = [place], place
        while (parent := above.get(here)) is not None and left.get(parent) is not None:
            within.append(parent)
            here = parent
        mine = left[place]
        of = narrowest.get(place, {}) if mine is None else mine
        yield from ((within, codes, value) for codes, value in of.items())


def _left(place: int, below: Sequence[int], narrowest: Narrowest) -> dict[Codes, float] | None:
    """What a place has beside those below it; None where these have more than it: nothing can be subtracted then."""
    left = dict(narrowest.get(place, {}))
    for one in below:
        for codes, value in narrowest.get(one, {}).items():
            left[codes] = left.get(codes, 0.0) - value
    if below and any(value < -EVEN for value in left.values()):
        return None
    return {codes: value for codes, value in left.items() if not below or value > EVEN}
