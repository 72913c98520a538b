"""The roll of all units, numbered, with the place of every rung that each stood below in a year: how sums over units find their places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from warehouse.ladder import Ladder
from warehouse.places import Boundary, Rung

Numbers = NDArray[np.int32]
PROVINCE_DIGITS = 10_000


class Standing(NamedTuple):
    """Where units stood in a year: by rung the place above each, or itself; 0 where there is none."""

    above: dict[Rung, Numbers]


@dataclass(frozen=True)
class Roll:
    """Units by number, in the order of their ids."""

    ladder: Ladder
    units: Numbers
    _standings: dict[tuple[int, Boundary], Standing] = field(default_factory=dict)

    @classmethod
    def of(cls, ladder: Ladder) -> Roll:
        units = sorted(one.place_id for one in ladder.places.values() if one.rung == Rung.SCHOOL)
        return cls(ladder, np.array(units, dtype=np.int32))

    def numbered(self, ids: NDArray[np.int64]) -> Numbers:
        """The numbers of units that are on the roll."""
        return np.searchsorted(self.units, ids).astype(np.int32)

    def standing(self, year: int, boundary: Boundary) -> Standing:
        """Where every unit stood; worked out once for each year and boundary."""
        key = (year, boundary)
        if key not in self._standings:
            self._standings[key] = self._stood(year, boundary)
        return self._standings[key]

    def _stood(self, year: int, boundary: Boundary) -> Standing:
        above = {rung: np.zeros(self.units.size, dtype=np.int32) for rung in Rung}
        at = 0 if boundary == "then" else 1
        parents, rungs = self.ladder.parents.get(year, {}), self.ladder.places
        for number, unit in enumerate(self.units.tolist()):
            place: int | None = unit if unit in parents else None
            while place is not None:
                above[Rung(rungs[place].rung)][number] = place
                found = parents.get(place)
                place = found[at] if found else None
        return Standing(above)

    def provinces(self, year: int) -> Numbers:
        """The first two digits of each unit's province, 0 where it did not stand."""
        return self.standing(year, "now").above[Rung.PROVINCE] // PROVINCE_DIGITS
