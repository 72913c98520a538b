"""Small made-up tables, drawn by hypothesis: a ragged ladder, schools at its leaves, a breakdown with totals of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from metrics.disclosure.audiences import Thresholds
from metrics.disclosure.table import Facts, Mask, Table, grid, make

LIMITS = Thresholds(
    persons=10, units=3, dominance=75.0, guess=15.0, high=95.0, low=5.0, small_group=50, width=15.0
)
MEMBERS = {"": None, "A": "", "B": "", "a1": "A", "a2": "A", "b1": "B", "b2": "B", "b3": "B"}
NARROWEST = ("a1", "a2", "b1", "b2", "b3")
Contributions = dict[tuple[int, str], dict[int, int]]  # (place, member) -> school -> persons


@dataclass
class World:
    """A ladder as child -> parent, and what each school contributed to each cell of it."""

    places: dict[int, int | None]
    contributions: Contributions = field(default_factory=dict)

    def table(self) -> Table:
        return make(facts(self.contributions), grid(self.places, MEMBERS))


def facts(contributions: Contributions) -> dict[tuple[int, str], Facts]:
    found = {}
    for key, by_school in contributions.items():
        ordered = [*sorted(by_school.values(), reverse=True), 0, 0]
        found[key] = Facts(sum(ordered), len(by_school), ordered[0], ordered[1])
    return found


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """One to three provinces, some of them without prefectures; counties of one to four schools."""
    world = World({0: None})
    for _ in range(draw(st.integers(1, 3))):
        province = _place(world, 0)
        prefectures = [_place(world, province) for _ in range(draw(st.integers(0, 2)))]
        for above in prefectures or [province]:
            for _ in range(draw(st.integers(1, 3))):
                _fill(draw, world, _place(world, above))
    return world


def _place(world: World, above: int) -> int:
    world.places[len(world.places)] = above
    return len(world.places) - 1


def _fill(draw: st.DrawFn, world: World, county: int) -> None:
    for number in range(draw(st.integers(1, 4))):
        school = county * 10 + number
        for member in draw(st.sets(st.sampled_from(NARROWEST), min_size=1, max_size=4)):
            add(world, county, member, school, draw(st.integers(0, 60)))


def add(world: World, county: int, member: str, school: int, persons: int) -> None:
    """One contribution, to every cell that holds it."""
    place: int | None = county
    while place is not None:
        above: str | None = member
        while above is not None:
            cell = world.contributions.setdefault((place, above), {})
            cell[school] = cell.get(school, 0) + persons
            above = MEMBERS[above]
        place = world.places[place]


def attacked(table: Table, withheld: Mask, cell: int, known: Iterable[int] = ()) -> tuple[float, float]:  # fmt: skip
    """The range of a cell by one undivided programme over the whole table, as an outsider would set it up."""
    shown = ~withheld
    shown[list(known)] = True
    bounds = [(v, v) if s else (0, None) for v, s in zip(table.values, shown, strict=True)]
    return undivided(table, bounds, cell)


def undivided(table: Table, bounds: Sequence[tuple[float, float | None]], cell: int) -> tuple[float, float]:  # fmt: skip
    """The range of a cell by one programme over the whole table, where every cell lies within its bounds."""
    aim = np.zeros(len(bounds))
    aim[cell] = 1.0
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * aim, A_eq=table.sums, b_eq=np.zeros(table.totals.size), bounds=bounds, method="highs")  # fmt: skip
        ends.append(np.inf if found.status == 3 else float(sign * found.fun))
    return ends[0], ends[1]
