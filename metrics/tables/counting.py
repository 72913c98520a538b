"""Tables added up from the rows of units: for readers in charge of every place they ask for, and for others through `guarded.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from metrics.audience import Audience
from metrics.plan import ROSTER, plan, returns
from metrics.question import Cell, Key
from metrics.tables.cells import Asked, cells
from metrics.tables.kept import Kept, State
from metrics.tables.kinds import KINDS, forms
from metrics.tables.sums import Field
from warehouse.house import House
from warehouse.places import NATION, Rung
from warehouse.scope import OFFICES
from warehouse.store import Reader
from warehouse.tables import Basis

BASES = {
    "submitted": (int(Basis.SUBMITTED), int(Basis.BOTH)),
    "approved": (int(Basis.APPROVED), int(Basis.BOTH)),
}


@dataclass(frozen=True)
class Counting:
    """The tables of one visit. `loads`: the load of each form at the reader's own place, up to which rows count."""

    reader: Reader
    audience: Audience
    loads: Mapping[str, int]
    kept: Kept
    nation: Mapping[str, int] = field(
        default_factory=dict
    )  # the loads of the nation, where they are others
    until: datetime | None = None  # the moment that is read; None is now
    patience: float | None = (
        None  # seconds that are waited for what has to be decided, None for all
    )
    step: Callable[[int, int], None] | None = (
        None  # told how much is decided; what it raises ends it
    )

    @property
    def reach(self) -> str:
        """Readers of the same reach share what is kept."""
        if isinstance(self.reader, House):
            return f"{NATION}:records"
        scope = self.audience.scope
        return f"{scope.place_id}:{scope.depth}"

    def as_house(self) -> Counting:
        """The same for sums over all units, of which the reader is shown what is safe."""
        reader = House(self.reader.connection, scope=self.audience.scope)
        return replace(self, reader=reader, loads=self.nation or self.loads)

    def is_in_charge(self, places: Iterable[int]) -> bool:
        """Whether the reader reads the records of all these places; OutOfScope names those that may not be seen at all."""
        depths = self.audience.depths(places)
        return set(depths.values()) == {"records"} and self.audience.scope.office not in OFFICES

    def cells(
        self, asked: Asked, places: Sequence[int], boundary: Literal["now", "then"], basis: Literal["submitted", "approved"]
    ) -> dict[Key, Cell]:  # fmt: skip
        """The cells of a table, of whose places the reader is in charge."""
        rungs: dict[Rung, list[int]] = {}
        for place in places:
            rungs.setdefault(self.audience.ladder.rung(place), []).append(place)
        return cells(asked, self.fields(rungs, boundary, basis))

    def fields(
        self, rungs: Mapping[Rung, Sequence[int]], boundary: Literal["now", "then"], basis: Literal["submitted", "approved"]
    ) -> Callable[[tuple[int, ...]], list[Field]]:  # fmt: skip
        """What makes places of each rung ready for some years."""
        roll = self.kept.roll(self.audience.ladder)
        state = State(self.reach, basis, BASES[basis], self.loads)

        def made(years: tuple[int, ...]) -> list[Field]:
            return [
                Field(self.reader, self.kept, roll, state, boundary, rung, tuple(among), years)
                for rung, among in rungs.items()
            ]

        return made

    def rests_on(self, asked: Asked) -> dict[str, int]:
        """The load of every form that the cells rest on."""
        found = {ROSTER, *forms(tuple(cut for cut in asked.cut if cut in KINDS))}
        for name in asked.metrics:
            for year in asked.years:
                one = plan(name, year)
                found |= {each.form for total in one.sums for each in total}
                found |= {form for each in one.reported for form in (each.form, *returns(each.form))}  # fmt: skip
        return {form: self.loads.get(form, 0) for form in sorted(found)}
