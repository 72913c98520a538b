"""Columns that add up with one another: which ones is read off the declarations, and no column gives away another one's cells."""

from collections import Counter
from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.disclosure.audiences import Holding
from metrics.disclosure.identities import relations
from metrics.disclosure.links import Column, blocks, column, relations_of_forms
from metrics.disclosure.primary import needed_width
from metrics.disclosure.recoding import Class, class_of
from metrics.disclosure.settle import Case, Settled, Spot, Tie, Where, recode, settle
from metrics.disclosure.table import Facts
from metrics.plan import plan
from tests.disclosure.worlds import LIMITS, attacked, undivided
from warehouse.discovery import form

slowly = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ALL, WOMEN, MEN, PASSED = range(4)
PLACES = {0: None, 1: 0, 2: 0, 3: 1, 4: 1, 5: 2, 6: 2, 7: 2}


def facts_of(schools: dict[int, list[int]]) -> dict[int, Facts]:
    """Of every place what its counties' schools bring."""
    found: dict[int, list[int]] = {place: [] for place in PLACES}
    for county, brought in schools.items():
        place: int | None = county
        while place is not None:
            found[place] += brought
            place = PLACES[place]
    ordered = {place: [*sorted(each, reverse=True), 0, 0] for place, each in found.items()}
    return {place: Facts(sum(each), len(found[place]), each[0], each[1]) for place, each in ordered.items()}  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> Case:
    return made(Random(draw(st.integers(0, 10_000))), draw(st.sampled_from([8, 40])))


def made(chance: Random, most: int) -> Case:
    """Counties of one to five schools; each with up to so many women, men, and of them who passed: of few nearly all or nearly none."""
    schools = {county: chance.randint(1, 5) for county in (3, 4, 5, 6, 7)}
    women = {county: [chance.randint(0, most) for _ in range(n)] for county, n in schools.items()}
    men = {county: [chance.randint(0, most) for _ in range(n)] for county, n in schools.items()}
    everybody = {county: [a + b for a, b in zip(women[county], men[county], strict=True)] for county in schools}  # fmt: skip
    passed = {county: [n - chance.randint(0, min(n, 1)) if chance.random() < 0.7 else 0 for n in each] for county, each in everybody.items()}  # fmt: skip
    told: dict[Where, Facts] = {
        (place, Spot(number)): facts
        for number, each in ((ALL, everybody), (WOMEN, women), (MEN, men), (PASSED, passed))
        for place, facts in facts_of(each).items()
    }
    extremes = frozenset((place, Spot(PASSED)) for place in PLACES if _class(told, place))
    return Case(tuple(PLACES.items()), tuple(told.items()), (Tie((WOMEN, MEN), (ALL,)),), extremes=extremes)  # fmt: skip


def _class(told: dict[Where, Facts], place: int) -> Class | None:
    return class_of(told[place, Spot(PASSED)].value, told[place, Spot(ALL)].value, LIMITS)


@slowly
@given(cases())
def test_a_solver_that_reads_all_columns_gets_no_closer_than_the_needed_width(case: Case) -> None:
    settled = settle((case,), LIMITS, Holding.PERSONS)
    needed = needed_width(settled.table, settled.unsafe, LIMITS, Holding.PERSONS, settled.faint)

    for cell in np.flatnonzero(settled.unsafe)[::3]:
        low, high = attacked(settled.table, settled.withheld, int(cell))
        assert high - low >= needed[cell] * 0.999, settled.table.keys[cell]


@slowly
@given(cases())
def test_what_is_withheld_in_one_column_is_no_difference_of_others(case: Case) -> None:
    settled = settle((case,), LIMITS, Holding.PERSONS)

    for place in PLACES:
        hidden = [not settled.is_shown((place, Spot(number))) for number in (ALL, WOMEN, MEN)]
        assert sum(hidden) != 1


def test_classes_that_are_said_leave_every_count_open() -> None:
    """The attacker knows of each recoded share in which class it lies, and the size of the group. Some classes are said, and some would tell too much."""
    many = Counter[str]()
    for seed in range(200):
        case = made(Random(seed), 8)
        settled = settle((case,), LIMITS, Holding.PERSONS)
        asked = _asked(settled, case)
        said = recode(settled, asked, LIMITS, Holding.PERSONS)
        might = {where for where, lies in asked.items() if lies.hides and not settled.is_shown(where)}  # fmt: skip
        assert said <= might
        many += Counter(said=len(said), taken_back=len(might - said))
        needed = needed_width(settled.table, settled.unsafe, LIMITS, Holding.PERSONS, settled.faint)
        for cell in np.flatnonzero(settled.unsafe) if said else ():
            low, high = narrowed(settled, {where: asked[where] for where in said}, int(cell))
            assert high - low >= needed[cell] * 0.999, (seed, settled.table.keys[cell])
    assert min(many["said"], many["taken_back"]) > 10


@slowly
@given(st.lists(cases(), min_size=2, max_size=3), st.integers(1, 12))
def test_cases_side_by_side_are_decided_as_each_by_itself(drawn: list[Case], schools: int) -> None:
    """Among them one of too few schools to protect anything; what is shown, and of which shares the class is said."""
    alone = {(n, Spot(0)): Facts(30, schools, 20, 5) for n in (0, 1)}
    made = [_elsewhere(case, 100 * n) for n, case in enumerate(drawn)]
    made.append(_elsewhere(Case(((0, None), (1, 0)), tuple(alone.items())), 900))
    together = settle(tuple(made), LIMITS, Holding.PERSONS)
    asked = [_asked(together, case) for case in made]
    said = recode(together, {w: lies for each in asked for w, lies in each.items()}, LIMITS, Holding.PERSONS)  # fmt: skip

    for case, each in zip(made, asked, strict=True):
        settled = settle((case,), LIMITS, Holding.PERSONS)
        mine = together.table.mask(settled.table.keys)
        assert (together.withheld[mine] == settled.withheld).all()
        assert (together.unsafe[mine] == settled.unsafe).all()
        assert recode(settled, each, LIMITS, Holding.PERSONS) == said & each.keys()


def _elsewhere(case: Case, more: int) -> Case:
    """The same of other places."""
    above = tuple((place + more, None if up is None else up + more) for place, up in case.above)
    told = tuple(((where[0] + more, where[1]), facts) for where, facts in case.told)
    return replace(case, above=above, told=told, extremes=frozenset((place + more, spot) for place, spot in case.extremes))  # fmt: skip


def _asked(settled: Settled, case: Case) -> dict[Where, Class]:
    """The class of every extreme share of a group that is shown."""
    told = dict(case.told)
    return {where: lies for where in case.extremes if settled.is_shown((where[0], Spot(ALL))) and (lies := _class(told, where[0]))}  # fmt: skip


def narrowed(settled: Settled, said: dict[Where, Class], cell: int) -> tuple[float, float]:
    """The range of a cell by one undivided programme that knows the classes."""
    table = settled.table
    bounds: list[tuple[float, float | None]] = [(0, None) if w else (v, v) for v, w in zip(table.values, settled.withheld, strict=True)]  # fmt: skip
    for where, lies in said.items():
        bounds[table.at[where]] = (lies.least, lies.most)
    return undivided(table, bounds, cell)


def column_of(name: str, number: int = 0) -> Column:
    found = column(plan(name, 2025).sums[number])
    assert found
    return found.column


def test_what_adds_up_is_read_off_the_declarations() -> None:
    """Women and men are all students; those of schools and of attached classes too; destinations make the graduates of another form."""
    enrolment, destination = (blocks()[column_of(name)] for name in ("students", "settled_rate"))

    sides = {frozenset((*each.left, *each.right)) for each in enrolment.equations}
    whole, women = column_of("students"), column_of("female_students")
    assert any({whole, women} <= side and len(side) == 3 for side in sides)
    assert column_of("land_per_student", 1) in enrolment.columns
    assert len(enrolment.rests) == 1  # students of attached classes are seen by nobody
    assert column_of("graduates") in destination.columns
    assert column_of("failing_schools") in blocks()[column_of("compliant_share")].columns


def test_a_column_read_a_year_back_is_that_column_of_its_own_year() -> None:
    now, then = (column(each) for each in plan("students_growth", 2025).sums)

    assert now
    assert then
    assert (now.column, now.years_back) == (then.column, 0)
    assert then.years_back == 1


def test_a_flow_with_unseen_arrivals_ties_nothing() -> None:
    flow = next(each for each in relations(form("flow")) if len(each.terms) > 10)

    assert flow in relations_of_forms()
    assert column_of("drop_out", 1) not in blocks()[column_of("students")].columns


def test_only_linear_rules_are_read() -> None:
    assert not list(relations(form("class_band")))
    (gone, regions) = relations(form("destination"))
    assert (len(gone.terms), gone.of_rows) == (7, True)
    assert (len(regions.terms), regions.of_rows) == (5, True)
