"""What schools teach with: teachers, land, buildings, equipment and books, through the years.

A school's means are log-normal around what a school of its size needs. Whoever is to meet a limit and naturally
would not is lifted above it by a margin of its own, never to the limit itself: values that sit on limits are a sign
of fraud and stand only where faults plant them. Afterwards stocks drift with their growth and with the students; whoever
moves in a year moves so far that the nation has what it had.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.demo.compliance import GROUPS, compliance, each, judged, missed_groups, need
from etl.demo.dice import dice, fit, reach
from etl.demo.pupils import Pupils
from etl.demo.targets import FIRST, NATION
from etl.demo.units import YEARS, Units
from warehouse.arrays import Bools, Floats, Ints

__all__ = ["Means", "equip"]


@dataclass(frozen=True)
class Means:
    """[n, YEARS] in persons, m2, yuan, volumes; `meets` says which schools were drawn to meet all nine."""

    meets: Bools
    teachers: Ints
    land: Ints
    buildings: Ints
    equipment: Ints
    books: Ints

    def at(self, name: str, year: int) -> Ints:
        values: Ints = getattr(self, name)[:, year - FIRST]
        return values


@dataclass(frozen=True, kw_only=True)
class Habit:
    """What is usual for one kind of means, as multiples of the need.

    A unit's natural multiple is log-normal (`middle`, `spread`); who is lifted gets a margin of mean `margin`, who
    falls short lacks a log gap of mean `gap` (first year, last year). A stock grows by `growth` with probability
    `often` in a year, and follows what the students of the year need with probability `follows`. A unit of e times
    the usual size misses it less readily by `large`. Attached classes have `attached` as much: they share a host's. What a
    small school must have beyond what its students need counts for `floored` of what is usual.
    """

    middle: float
    spread: float
    margin: float
    gap: tuple[float, float]
    often: float = 0.0
    growth: float = 0.0
    follows: float = 0.0
    large: float = 0.0
    attached: float
    floored: float = 1.0
    step: int = 1


HABITS = {
    "land": Habit(middle=1.0, spread=0.24, margin=0.15, gap=(0.2, 0.16), often=0.03, growth=0.02,
                  follows=0.75, large=0.8, attached=0.7),
    "buildings": Habit(middle=0.9, spread=0.19, margin=0.125, gap=(0.5, 0.24), often=0.05, growth=0.04,
                       follows=0.6, large=-0.1, attached=0.35),
    "teachers": Habit(middle=1.2, spread=0.14, margin=0.19, gap=(0.34, 0.26), attached=0.58),
    "equipment": Habit(middle=2.55, spread=0.61, margin=0.6, gap=(0.2, 0.2), often=0.8, growth=0.013,
                       follows=0.4, attached=0.9, floored=0.35, step=100),
    "books": Habit(middle=1.09, spread=0.19, margin=0.16, gap=(0.2, 0.16), often=0.4, growth=0.01,
                   follows=0.8, attached=0.7),
}  # fmt: skip
FITTED = ("buildings", "equipment")  # the kinds of which the nation's total is known
CROWDED = ("teachers", "buildings")  # the kinds of which crowded regions have less
SHAPE = 2.6  # of the margins' gamma distribution: few are small
USUAL_SIZE = 1200


def equip(units: Units, pupils: Pupils, loses: Floats) -> Means:
    """`loses` [n, YEARS] multiplies a unit's teachers: below 1 where a school is planted to lose them."""
    students = np.column_stack([pupils.stock(FIRST + c) for c in range(YEARS)])
    meets, distance = compliance(units, students)
    size = np.log(students.max(axis=1).clip(200) / USUAL_SIZE)
    luck = {name: dice(units.seed, "natural", name).standard_normal(len(units)) for name in GROUPS}
    short = {name: -luck[name] - HABITS[name].large * size for name in GROUPS}
    missed = missed_groups(units, meets, distance, short)
    means = {name: _draw(units, name, students, luck[name], missed[name]) for name in GROUPS}
    stocks = {
        name: _stock(units, means[name], _goals(units, students, name))
        for name in GROUPS
        if name != "teachers"
    }
    return Means(meets=meets, teachers=_staff(units, means["teachers"], loses), **stocks)


def _goals(units: Units, students: Ints, name: str) -> list[float] | None:
    """What the nation holds in each year; None where it is not known."""
    if name not in FITTED:
        return None
    taught = [int(students[units.due(FIRST + c), c].sum()) for c in range(YEARS)]
    return [getattr(NATION[FIRST + c], name) * number for c, number in enumerate(taught)]


@dataclass(frozen=True)
class _Drawn:
    """What chance says of one kind of means: [n, YEARS], `natural` and `free` [n]; multiples of `need`, `natural` of `usual`.

    `above` is the margin of who is lifted, `below` the multiple of who falls short; `free` units may have any.
    """

    habit: Habit
    need: Floats
    usual: Floats
    natural: Floats
    above: Floats
    below: Floats
    growth: Floats
    follows: Bools
    missed: Bools
    free: Bools


def _draw(units: Units, group: str, students: Ints, luck: Floats, missed: Bools) -> _Drawn:
    habit, chance = HABITS[group], dice(units.seed, "means", group)
    shape = (len(units), YEARS)
    crowding = units.of("crowding") if group in CROWDED else np.ones(len(units))
    equipped = units.of("equipped") if group == "equipment" else 1.0
    shared = np.where(units.attached, habit.attached, 1.0)
    gap = np.linspace(*habit.gap, YEARS)
    needed = need(group, units, students.clip(30))
    alone = each(group) * students.clip(30)
    grows = (chance.random(shape) < habit.often) & (np.arange(YEARS) > 0)
    return _Drawn(
        habit=habit,
        need=needed,
        usual=needed**habit.floored * alone ** (1 - habit.floored),
        natural=shared * habit.middle * equipped / crowding * np.exp(habit.spread * luck),
        above=chance.gamma(SHAPE, habit.margin / SHAPE, shape) / crowding[:, None],
        below=0.998 * np.exp(-gap * chance.exponential(1.0, (len(units), 1))),
        growth=1 + grows * chance.gamma(2.0, habit.growth / 2.0, shape),
        follows=chance.random(shape) < habit.follows,
        missed=missed,
        free=~judged(units),
    )


def _stock(units: Units, drawn: _Drawn, goals: list[float] | None) -> Ints:
    """A stock through the years: it grows, follows the students, and changes sides of the need where it must.

    `goals` [YEARS]: what the nation holds in a year, where that is known.
    """
    held = np.where(drawn.free, drawn.usual.max(axis=1), drawn.usual[:, 0]) * drawn.natural
    columns, since = [], drawn.need[:, 0]
    for column in range(YEARS):
        before = since
        since = np.where(drawn.follows[:, column], drawn.need[:, column], before)
        held = _right_side(drawn, held * drawn.growth[:, column] * since / before, column)
        if goals is not None:
            held = _fitted(drawn, held, column, units.due(FIRST + column), goals[column])
        columns.append(held)
    step = drawn.habit.step
    whole: Ints = np.ceil(np.column_stack(columns) / step).astype(np.int64) * step
    return whole


def _right_side(drawn: _Drawn, held: Floats, column: int) -> Floats:
    """Who is to meet the need and would not is lifted; who is to miss it and would not loses what it is short of."""
    needed = drawn.need[:, column]
    enough = held >= needed
    lifted = np.where(enough, held, needed * (1 + drawn.above[:, column]))
    short = np.where(enough, needed * drawn.below[:, column], held)
    side: Floats = np.where(drawn.missed[:, column], short, lifted)
    return np.where(drawn.free, held, side)


def _fitted(drawn: _Drawn, held: Floats, column: int, due: Bools, goal: float) -> Floats:
    """Whoever moves in a year has so much more or less to spare that the units due hold what the nation does."""
    needed, missed = drawn.need[:, column], drawn.missed[:, column]
    moves = (column == 0) | drawn.follows[:, column] | (drawn.growth[:, column] > 1)

    def stretched(by: float) -> Floats:
        spared = np.where(missed, held, needed + (held - needed) * by)
        return np.where(moves, np.where(drawn.free, held * by, spared), held)

    return stretched(reach(goal, lambda by: float(stretched(by)[due].sum()), 0.2, 5.0))


def _staff(units: Units, drawn: _Drawn, loses: Floats) -> Ints:
    """Full-time teachers: each year's national total exactly; the margins above the need stretch to meet it."""
    chance = dice(units.seed, "teachers")
    margin = np.where(drawn.natural > 1, drawn.natural - 1, drawn.above[:, 0])
    columns = []
    for column in range(YEARS):
        total = round(NATION[FIRST + column].teachers * units.scale)
        moved = margin * chance.lognormal(0.0, 0.08, len(units))
        leaving = np.where(units.due(FIRST + column), loses[:, column], 0.0)
        columns.append(_staff_of_year(drawn, column, total, moved, leaving))
    return np.column_stack(columns)


def _staff_of_year(drawn: _Drawn, column: int, total: int, margin: Floats, leaving: Floats) -> Ints:
    """`leaving` [n] multiplies a unit's teachers: 0 where it is not due."""
    needed, missed, due = drawn.need[:, column], drawn.missed[:, column], leaving > 0
    whole = np.ceil(needed).astype(np.int64)
    short = needed * np.minimum(drawn.natural, drawn.below[:, column])

    def wanted(stretch: float) -> Floats:
        school = np.where(missed, short, whole * (1 + margin * stretch))
        each: Floats = np.where(drawn.free, needed * drawn.natural, school) * leaving
        return each

    free = drawn.free | (leaving < 1)
    low = np.where(free | missed, 1, whole) * due
    high = np.where(missed & ~free, whole - 1, whole * 5) * due
    return fit(total, wanted(reach(total, lambda by: float(wanted(by).sum()), 0.0, 4.0)), low, high)
