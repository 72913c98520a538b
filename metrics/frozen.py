"""The patterns of a release as they are kept: which cells of each metric are not shown to readers elsewhere, and what is said in their place.

A pattern holds for one metric and one breakdown, as read from one place to one depth. It is what was decided once, by the thresholds and the program of that
day (`freezing.py`): whoever asks the release again is answered by it, whatever would be decided now. A metric that is made of other columns than it was
then is decided anew, for its numbers are others too.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import prod
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from metrics.audience import Audience
from metrics.plan import Lookup, Plan, breakdowns
from metrics.question import Question, State
from metrics.rollups import Reads
from metrics.states import State as Release
from warehouse.release_patterns import STORED

Where = tuple[int, str]  # place, member of the breakdown ("" for the total)
T = TypeVar("T")
SAID = (State.WITHHELD, State.OVER, State.UNDER)


@dataclass(frozen=True, kw_only=True, eq=False)
class Pattern:
    """One metric by one breakdown: what is said of each cell that is not shown, and which cells of each of its sums are withheld.

    `made_of`: of which columns the metric was made; `places` and `members`: of which it was decided, by where they stand. `bits`: a plane of members by
    places for each of SAID, then one for each sum.
    """

    made_of: str
    places: Mapping[int, int]
    members: Mapping[str, int]
    bits: NDArray[np.bool_]

    @classmethod
    def of(
        cls, one: Plan, places: Iterable[int], members: Iterable[str], said: Mapping[Where, State], sides: Sequence[Iterable[Where]]
    ) -> Pattern:  # fmt: skip
        """The pattern of what was decided; cells of other places are left out."""
        at, column = _numbered(places), _numbered(members)
        planes = [
            *([where for where, each in said.items() if each is state] for state in SAID),
            *sides,
        ]
        bits = np.zeros((len(planes), len(column), len(at)), dtype=bool)
        for n, cells in enumerate(planes):
            for place, member in cells:
                if place in at and member in column:
                    bits[n, column[member], at[place]] = True
        return cls(made_of=made_of(one.sums), places=at, members=column, bits=bits)

    def state(self, place: int, member: str) -> State | None:
        """What is said instead of a value; None where it is shown. What was not there when it was decided is withheld."""
        if place not in self.places or member not in self.members:
            return State.WITHHELD
        planes = self.bits[: len(SAID), self.members[member], self.places[place]]
        return SAID[int(planes.argmax())] if planes.any() else None

    @property
    def said(self) -> dict[Where, State]:
        """Every cell that is not shown, and what is said instead."""
        places, members = list(self.places), list(self.members)
        return {
            (places[at], members[column]): state
            for state, plane in zip(SAID, self.bits, strict=False)
            for column, at in np.argwhere(plane).tolist()
        }

    @property
    def sides(self) -> list[set[Where]]:
        """The withheld cells of each sum."""
        places, members = list(self.places), list(self.members)
        return [{(places[at], members[column]) for column, at in np.argwhere(each).tolist()} for each in self.bits[len(SAID) :]]  # fmt: skip

    def to_bytes(self) -> bytes:
        """One bit a cell of each plane, compressed. The places themselves are kept once for all metrics."""
        head = {"made_of": self.made_of, "members": list(self.members), "planes": len(self.bits)}
        return zlib.compress(json.dumps(head, ensure_ascii=False).encode() + b"\n" + np.packbits(self.bits).tobytes(), 9)  # fmt: skip

    @classmethod
    def from_bytes(cls, kept: bytes, places: Mapping[int, int]) -> Pattern:
        head, _, packed = zlib.decompress(kept).partition(b"\n")
        told = json.loads(head)
        shape = told["planes"], len(told["members"]), len(places)
        bits = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), count=prod(shape)).reshape(shape).astype(bool)  # fmt: skip
        return cls(
            made_of=told["made_of"], places=places, members=_numbered(told["members"]), bits=bits
        )


def _numbered(keys: Iterable[T]) -> dict[T, int]:
    return {key: n for n, key in enumerate(keys)}


def places_to_bytes(places: Iterable[int]) -> bytes:
    """The places of all patterns of a reach: kept once."""
    return zlib.compress(json.dumps(list(places)).encode(), 9)


def made_of(sums: Sequence[Sequence[Lookup]]) -> str:
    """By which the sums of two plans are of the same columns: the first 16 digits of a hash over them."""
    said = [[[each.form, each.measure, each.years_back, each.sign, sorted(each.rows)] for each in total] for total in sums]  # fmt: skip
    return sha256(json.dumps(said).encode()).hexdigest()[:16]


def frozen(
    reader: Reads, audience: Audience, question: Question, plans: Sequence[tuple[Plan, int]], chains: Mapping[int, Sequence[Release]]
) -> dict[tuple[str, int], Pattern]:  # fmt: skip
    """The kept patterns of some metrics and years, by (metric, year), where the release that is shown has them."""
    numbers = {chain[-1].number: year for year in question.years if (chain := chains.get(year, ()))}
    if not numbers:
        return {}
    scope = audience.scope
    rows = reader.rows(
        STORED, numbers=list(numbers), place=scope.place_id, depth=scope.depth, bounds=question.boundary, cuts=["", question.cut],
        metrics=list(dict.fromkeys(["", *(one.metric.name for one, _ in plans)])),
    )  # fmt: skip
    found = {(number, cut, metric): bytes(pattern) for number, cut, metric, pattern in rows}
    places = {number: _numbered(json.loads(zlib.decompress(kept))) for (number, _, metric), kept in found.items() if not metric}  # fmt: skip
    patterns = {}
    for one, year in plans:
        cut = question.cut if question.cut in breakdowns(one.metric) else ""
        for number in (n for n, of in numbers.items() if of == year):
            kept = found.get((number, cut, one.metric.name))
            if kept is not None and (pattern := Pattern.from_bytes(kept, places[number])).made_of == made_of(one.sums):  # fmt: skip
                patterns[one.metric.name, year] = pattern
    return patterns
