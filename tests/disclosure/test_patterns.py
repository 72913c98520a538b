"""Patterns of withheld cells, attacked: by differences, by a solver, by a unit that knows its own value."""

from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from scipy.linalg import orth

from metrics.disclosure.alike import is_same
from metrics.disclosure.audiences import Holding
from metrics.disclosure.bounds import Bounds, inner, outer
from metrics.disclosure.inside import surely
from metrics.disclosure.primary import Reason, contributors, judge, needed_width
from metrics.disclosure.proof import Protected, hidden, protect, prove
from metrics.disclosure.ranges import blocks, ranges, widen
from metrics.disclosure.secondary import Search
from metrics.disclosure.table import Facts, Mask, Sum, Table, grid, make
from metrics.errors import CannotProtect, NotAdditive
from tests.disclosure.worlds import LIMITS, MEMBERS, World, add, attacked, facts, worlds

slowly = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PERSONS = Holding.PERSONS
FAR = 25.0


def unsafe(table: Table) -> Mask:
    return hidden(judge(table, LIMITS, PERSONS))


def defended(world: World) -> tuple[Table, Protected]:
    """A table with its pattern; worlds that nothing protects, so that nothing at all is shown of them, are others' to test."""
    table = world.table()
    try:
        return table, protect(table, LIMITS, PERSONS)
    except CannotProtect:
        reject()


@slowly
@given(worlds())
def test_no_withheld_cell_is_a_difference_of_shown_ones(world: World) -> None:
    table, found = defended(world)

    many = abs(table.sums) @ found.withheld

    assert 1 not in many
    assert (unsafe(table) <= found.withheld).all()


@slowly
@given(worlds())
def test_a_solver_gets_no_closer_than_the_needed_width(world: World) -> None:
    """The attacker's programme is undivided and knows every sum; the pattern was proved by blocks."""
    table, found = defended(world)
    needed = needed_width(table, unsafe(table), LIMITS, PERSONS)

    for cell in np.flatnonzero(unsafe(table))[::5]:
        low, high = attacked(table, found.withheld, int(cell))
        assert high - low >= needed[cell] * 0.999, table.keys[cell]
        assert low <= table.values[cell] + 1e-6
        assert high >= table.values[cell] - 1e-6


@slowly
@given(worlds())
def test_a_school_that_knows_its_own_number_learns_no_other(world: World) -> None:
    """Whoever is alone in a cell adds it to the equations; then no unsafe cell that holds another may be determined."""
    table, found = defended(world)
    cells = np.flatnonzero(found.withheld)
    sums = table.sums[:, cells].toarray()
    alone = contributors(table.values, table.units, table.first, table.second) == 1

    for knower in np.flatnonzero(found.withheld & alone):
        known = np.vstack([sums, (cells == knower).astype(float)])
        told = cells[
            (orth(known.T) ** 2).sum(axis=1) > 1 - 1e-9
        ]  # these lie in the span of what is known
        for cell in told[unsafe(table)[told]]:
            assert cell == knower or is_same(table, int(knower), int(cell)), table.keys[cell]


@slowly
@given(worlds(), st.randoms(use_true_random=False))
def test_blocks_tell_what_the_undivided_programme_tells(world: World, chance: Random) -> None:
    """For any pattern, good or bad: the range by blocks, the undivided one, and the cheap bounds around both."""
    table = world.table()
    withheld = np.array([chance.random() < 0.4 for _ in table.keys])
    cells = np.flatnonzero(withheld)
    if not cells.size:
        return

    found = ranges(table, withheld, cells)
    outside = outer(table, withheld)
    insides = [inner(table, withheld), reached(table, withheld), programmed(table, withheld)]

    for n, cell in list(enumerate(cells))[::5]:
        assert (found.low[n], found.high[n]) == pytest.approx(attacked(table, withheld, int(cell)), abs=1e-5)  # fmt: skip
        assert insides[-1].width[cell] >= min(FAR, found.width[n]) - 1e-5
        for inside in insides:
            assert outside.low[cell] - 1e-5 <= found.low[n] <= inside.low[cell] + 1e-5
            assert inside.high[cell] - 1e-5 <= found.high[n] <= outside.high[cell] + 1e-5


def test_a_range_that_is_not_known_is_not_taken_for_a_wide_one() -> None:
    cells = {"whole": Facts(30.0, 9), "one": Facts(10.0, 3), "other": Facts(20.0, 3)}
    table = make(cells, [Sum("whole", ("one", "other"), is_disjoint=True)])
    (block,) = blocks(table, table.mask(["one", "other"]))
    least = block.extreme(0, 1.0)
    assert least is not None
    assert least.tolist() == [0.0, 30.0]

    (broken,) = blocks(table, table.mask(["one", "other"]))
    broken.margins = -broken.margins  # no table has these sums

    with pytest.raises(ArithmeticError, match="no range"):
        broken.extreme(0, 1.0)


def test_a_cell_without_an_end_has_no_table_at_it() -> None:
    cells = {"whole": Facts(30.0, 9), "one": Facts(30.0, 9)}
    table = make(cells, [Sum("whole", ("one",), is_disjoint=True)])
    (block,) = blocks(table, table.mask(["whole", "one"]))

    assert block.extreme(0, -1.0) is None


def reached(table: Table, withheld: Mask) -> Bounds:
    """What is surely reached where any width is too little: cells are moved as long as they are."""
    return surely(table, withheld, list(blocks(table, withheld)), np.full(len(table.keys), 1e9))


def programmed(table: Table, withheld: Mask) -> Bounds:
    """What programmes find, which aim at many cells at once and then at each, until all are wide enough or as wide as can be."""
    bounds = Bounds(table.values.copy(), table.values.copy())
    for block in blocks(table, withheld):
        widen(block, bounds, np.full(len(table.keys), FAR))
    return bounds


@slowly
@given(worlds(), st.randoms(use_true_random=False))
def test_a_proof_fails_exactly_what_an_attacker_gets(world: World, chance: Random) -> None:
    """A pattern without its secondary cells is refused for the cells that can be worked out, and for no others but contributors'."""
    table = world.table()
    weak = unsafe(table) & np.array([chance.random() < 0.9 for _ in table.keys])
    needed = needed_width(table, unsafe(table), LIMITS, PERSONS)

    proof = prove(table, weak, unsafe(table), LIMITS, PERSONS)

    for cell in np.flatnonzero(unsafe(table))[::5]:
        low, high = attacked(table, weak, int(cell))
        if high - low < needed[cell] * 0.99:
            assert proof.failed[cell]


@slowly
@given(worlds())
def test_the_same_table_gives_the_same_pattern_and_keeps_to_it_next_year(world: World) -> None:
    table, found = defended(world)

    again = protect(world.table(), LIMITS, PERSONS)
    later = Search(table, unsafe(table), LIMITS, PERSONS, past=found.withheld)
    later.run()

    assert (again.reasons == found.reasons).all()
    assert (later.withheld <= found.withheld).all()


def county(*schools: dict[str, int]) -> World:
    """A nation of one county beside a large one."""
    world = World({0: None, 1: 0, 2: 0})
    for number, offered in enumerate(schools):
        for member, persons in offered.items():
            add(world, 1, member, number, persons)
    for number in range(100, 106):
        for member in ("a1", "a2", "b1", "b2", "b3"):
            add(world, 2, member, number, 40)
    return world


def test_zeros_and_empty_cells_are_shown_and_alone_is_alone_among_zeros() -> None:
    world = county({"a1": 200, "a2": 0}, {"a1": 0}, {"a1": 0}, {"b1": 30})
    table, found = defended(world)
    reason = {key: Reason(r) for key, r in zip(table.keys, found.reasons, strict=True)}

    assert reason[1, "a1"] is Reason.FEW_UNITS  # three schools, of which two brought nothing
    assert reason[1, "a2"] is Reason.SHOWN
    assert reason[1, "b2"] is Reason.SHOWN
    assert reason[0, ""] is Reason.SHOWN


@pytest.mark.parametrize(
    ("cell", "holding", "reason"),
    [
        (Facts(9, 5, 3, 2), Holding.PERSONS, Reason.FEW_PERSONS),
        (Facts(10, 5, 3, 2), Holding.PERSONS, Reason.SHOWN),
        (Facts(9, 5, 3, 2), Holding.AMOUNT, Reason.SHOWN),
        (Facts(900, 2, 450, 450), Holding.PERSONS, Reason.FEW_UNITS),
        (Facts(900, 3, 300, 300), Holding.PERSONS, Reason.SHOWN),
        (Facts(900, 3, 450, 450), Holding.PERSONS, Reason.FEW_UNITS),
        (Facts(1000, 9, 751, 50), Holding.AMOUNT, Reason.DOMINATED),
        (Facts(1000, 9, 750, 50), Holding.AMOUNT, Reason.SHOWN),
        (Facts(1000, 9, 500, 426), Holding.AMOUNT, Reason.GUESSABLE),
        (Facts(1000, 9, 500, 425), Holding.AMOUNT, Reason.SHOWN),
        (Facts(1000, 9), Holding.AMOUNT, Reason.SHOWN),
        (Facts(-900, 2, 450, 450), Holding.AMOUNT, Reason.FEW_UNITS),
        (Facts(0, 1, 0, 0), Holding.PERSONS, Reason.SHOWN),
        (Facts(2, 2, 1, 1), Holding.UNITS, Reason.FEW_UNITS),
        (Facts(3, 3, 1, 1), Holding.UNITS, Reason.SHOWN),
    ],
)
def test_primary_rules_at_their_edges(cell: Facts, holding: Holding, reason: Reason) -> None:
    assert judge(make({"cell": cell}, []), LIMITS, holding)[0] == reason


def test_linked_tables_share_their_cells() -> None:
    """The total of a county stands in a table by class and in one by sex: it is not told by either."""
    cells = {
        "": Facts(60, 2, 50, 10), "f": Facts(30, 2, 25, 5), "m": Facts(30, 2, 25, 5),
        "x": Facts(40, 4, 15, 10), "y": Facts(20, 4, 8, 7),
    }  # fmt: skip
    by_class, by_sex = Sum("", ("x", "y"), is_disjoint=False), Sum("", ("f", "m"), is_disjoint=False)  # fmt: skip

    table = make(cells, [by_class, by_sex])
    found = protect(table, LIMITS, PERSONS)

    assert set(table.named(found.withheld)) >= {"", "f", "m"}
    assert {"x", "y"} & set(table.named(found.withheld))


def test_a_cell_that_was_given_out_is_never_withheld() -> None:
    world = county({"a1": 5, "b1": 200}, {"b1": 150}, {"b1": 170}, {"b2": 90})
    table = world.table()
    given_out = table.mask([(1, "A"), (0, "a1")])

    with pytest.raises(CannotProtect, match="cannot be protected"):
        protect(table, LIMITS, PERSONS, fixed=given_out | table.mask([(1, "a2"), (2, "a1"), (1, "")]))  # fmt: skip

    free = protect(table, LIMITS, PERSONS, fixed=table.mask([(0, "")]))
    assert not free.withheld[table.at[0, ""]]


def test_what_is_shown_to_nobody_protects_but_is_itself_worked_out_freely() -> None:
    cells = {"": Facts(90, 9, 20, 10), "mine": Facts(60, 6, 20, 10), "rest": Facts(30, 3, 12, 10)}
    table = make(cells, [Sum("", ("mine", "rest"), is_disjoint=True)])

    found = protect(table, LIMITS, PERSONS, unpublished=table.mask(["rest"]))

    assert table.named(found.withheld) == ["rest"]


def test_a_rest_that_is_a_single_school_is_not_left_as_a_difference() -> None:
    cells = {"": Facts(90, 7, 30, 10), "mine": Facts(60, 6, 20, 10), "rest": Facts(30, 1, 30, 0)}
    table = make(cells, [Sum("", ("mine", "rest"), is_disjoint=True)])

    found = protect(table, LIMITS, PERSONS, unpublished=table.mask(["rest"]))

    assert len(table.named(found.withheld)) == 2


def test_parts_that_do_not_make_their_total_are_refused() -> None:
    with pytest.raises(NotAdditive, match="differs from the sum of its parts by 1"):
        make({0: Facts(5, 3), 1: Facts(4, 3)}, [Sum(0, (1,), is_disjoint=True)])


def test_the_search_alone_leaves_no_sum_insecure() -> None:
    world = county({"a1": 5, "b1": 200}, {"b1": 150}, {"b1": 170, "b2": 12}, {"b2": 90})
    table = make(facts(world.contributions), grid(world.places, MEMBERS))
    search = Search(table, unsafe(table), LIMITS, PERSONS)

    search.run()

    assert not search.stuck
    assert all(search.is_safe(at) for at in range(table.totals.size))
