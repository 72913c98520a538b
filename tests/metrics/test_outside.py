"""What measure() does not show to readers who are not in charge, and that nothing else it shows gives it away."""

from itertools import pairwise

import pytest

from metrics import linked, outside
from metrics.audience import Audience
from metrics.contributed import facts, holding_of, joined, rests_of
from metrics.disclosure.audiences import Holding
from metrics.disclosure.settle import Spot, Where, closed
from metrics.disclosure.table import Facts, make
from metrics.measure import measure, measure_parts
from metrics.plan import plan
from metrics.question import Answers, Question, State
from tests.metrics.conftest import Ministry, send
from warehouse.flags import loads_now
from warehouse.places import NATION

HUNAN, GUANGDONG, CHANGSHA, SHAOYANG, FURONG, SHUANGQING = 430000, 440000, 430100, 430500, 430102, 430502  # fmt: skip


def asked(ministry: Ministry, own: int, *places: int, metrics: tuple[str, ...] = ("students",), cut: str = "", depth: str = "records") -> Answers:  # fmt: skip
    audience = ministry.audience(own, depth)
    question = Question(metrics=metrics, places=places, years=(2025,), cut=cut)
    with ministry.web.reading(audience.scope) as reader:
        return measure(reader, audience, question)


def is_shown(answers: Answers, place: int, metric: str = "students") -> bool:
    cell = answers.cell(metric, place, 2025)
    if cell.state is State.WITHHELD:
        assert (cell.value, cell.numerator, cell.denominator) == (None, None, None)
    return cell.state is not State.WITHHELD


def test_a_province_of_one_school_is_withheld_and_so_is_what_would_tell_it(ministry: Ministry) -> None:  # fmt: skip
    """Whoever knows the own province subtracts it from the nation: what is left is the one school."""
    answers = asked(ministry, HUNAN, HUNAN, GUANGDONG, NATION)

    assert [is_shown(answers, place) for place in (HUNAN, GUANGDONG, NATION)] == [True, False, False]  # fmt: skip


def test_the_nation_is_withheld_whether_the_province_is_asked_for_or_not(ministry: Ministry) -> None:  # fmt: skip
    assert not is_shown(asked(ministry, HUNAN, NATION), NATION)
    assert not is_shown(asked(ministry, HUNAN, NATION, cut="grade"), NATION)


def test_many_schools_are_shown_to_those_beside(ministry: Ministry) -> None:
    answers = asked(ministry, GUANGDONG, HUNAN, NATION)

    assert is_shown(answers, HUNAN)
    assert is_shown(answers, NATION)


def test_a_ratio_with_a_withheld_part_is_withheld(ministry: Ministry) -> None:
    answers = asked(ministry, HUNAN, GUANGDONG, metrics=("students_per_teacher",))

    assert not is_shown(answers, GUANGDONG, "students_per_teacher")


def test_the_parts_of_a_withheld_ratio_are_withheld(ministry: Ministry) -> None:
    audience = ministry.audience(HUNAN)
    question = Question(metrics=("students_per_teacher",), places=(GUANGDONG,), years=(2025,))

    with ministry.web.reading(audience.scope) as reader:
        parts = measure_parts(reader, audience, question)

    assert {cell.state for _, cell in parts} == {State.WITHHELD}
    assert {cell.value for _, cell in parts} == {None}


def test_what_holds_only_the_own_schools_is_shown_to_who_keeps_them(ministry: Ministry) -> None:
    """The prefecture's two schools are the county's own."""
    assert is_shown(asked(ministry, FURONG, CHANGSHA), CHANGSHA)


def test_a_school_is_not_shown_a_county_of_two(ministry: Ministry) -> None:
    """The other would be the difference. The sum of all fourteen tells of nobody."""
    assert not is_shown(asked(ministry, ministry.schools["A"], FURONG), FURONG)
    assert is_shown(asked(ministry, ministry.schools["A"], NATION), NATION)


def test_an_analyst_sees_the_same_whatever_is_asked_beside_it(ministry: Ministry) -> None:
    """Published aggregates of the whole nation, decided from the top: each place with those below it."""
    places = (NATION, HUNAN, GUANGDONG, CHANGSHA, SHAOYANG, FURONG, SHUANGQING)
    together = asked(ministry, NATION, *places, depth="published")

    states = {place: is_shown(together, place) for place in places}

    assert not states[GUANGDONG]
    assert not states[FURONG]
    assert states[NATION]
    assert states == {
        place: is_shown(asked(ministry, NATION, place, depth="published"), place)
        for place in places
    }
    for above, *below in ([NATION, HUNAN, GUANGDONG], [HUNAN, CHANGSHA, SHAOYANG]):
        hidden = [place for place in (above, *below) if not states[place]]
        assert len(hidden) != 1  # no single one is the difference of the others


def test_a_breakdown_keeps_what_is_shown_of_its_total(ministry: Ministry) -> None:
    answers = asked(ministry, GUANGDONG, HUNAN, cut="grade")

    members = answers.members("students", HUNAN, 2025)
    hidden = [cell for _, cell in members if cell.state is State.WITHHELD]
    assert is_shown(answers, HUNAN)
    assert members
    assert len(hidden) != 1


def test_totals_are_decided_once_whatever_they_are_broken_down_by(ministry: Ministry) -> None:
    audience = ministry.audience(HUNAN)
    kept = audience.ladder.kept
    kept.clear()
    told = {cut: dated(ministry, audience, cut) for cut in ("", "grade", "sex")}
    totals = [name for name in kept if name[1] is None]
    assert totals
    assert len(totals) == len({name[:3] for name in totals})

    kept.clear()
    assert dated(ministry, audience, "sex") == told["sex"]


def dated(ministry: Ministry, audience: Audience, cut: str) -> Answers:
    """Students of three places at the loads of now, by which what is decided is kept."""
    with ministry.web.reading(audience.scope) as reader:
        question = Question(metrics=("students",), places=(HUNAN, GUANGDONG, NATION), years=(2025,), cut=cut, load=loads_now(reader))  # fmt: skip
        return measure(reader, audience, question)


def test_readers_in_charge_are_shown_everything_and_nothing_is_read_for_them(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "read", None)  # would fail if it were called

    answers = asked(ministry, HUNAN, HUNAN, CHANGSHA, FURONG)

    assert all(is_shown(answers, place) for place in (HUNAN, CHANGSHA, FURONG))


def test_order_tells_nothing_of_what_is_withheld(ministry: Ministry) -> None:
    """Withheld cells stand where they were asked for, without anything to sort by."""
    orders = [(HUNAN, GUANGDONG, NATION), (NATION, GUANGDONG, HUNAN)]

    columns = [dict(asked(ministry, HUNAN, *order).column("students", 2025)) for order in orders]

    assert columns[0] == columns[1]
    for one, other in pairwise([cell for cell in columns[0].values() if cell.state is State.WITHHELD]):  # fmt: skip
        assert one[:4] == other[:4]


def test_contributions_of_two_rows_are_put_together() -> None:
    assert joined([3, 60, 30, 20], [2, 50, 40, 10]) == [5, 110, 40, 30]
    assert joined([3, None, None, None], [2, 50, 40, 10]) == [5, 50, 40, 10]
    assert joined([1, None, None, None], [1, None, None, None]) == [2, None, 0, 0]


def test_what_a_sum_counts_is_known_from_its_columns() -> None:
    held = {
        name: holding_of(plan(name, 2025).sums[0])
        for name in ("students", "appropriation_per_student", "land_per_student")
    }

    assert held["students"] is Holding.PERSONS
    assert held["appropriation_per_student"] is Holding.AMOUNT
    assert held["land_per_student"] is Holding.AMOUNT


def test_the_two_largest_contributions_come_from_the_rollup(ministry: Ministry) -> None:
    audience = ministry.audience(GUANGDONG)
    question = Question(metrics=("students",), places=(HUNAN,), years=(2025,))
    one = plan("students", 2025)

    with ministry.web.reading(audience.scope) as reader:
        assert outside.OFFICIAL is not None
        view = outside.View(reader, audience, question, [(one, 2025)], outside.OFFICIAL)
        told = facts(view.gatherer, one.sums[0], HUNAN, 2025)

    sizes = sorted(175 * n for n, name in enumerate(ministry.schools, start=1) if name != "G")
    assert told == (sum(sizes), 13, sizes[-1], sizes[-2])


def test_a_total_of_places_and_of_members_is_closed_on_either_side() -> None:
    """What is listed nowhere is another number for the places below and for the members."""
    cells: dict[Where, Facts] = {
        (1, Spot()): Facts(100, 9), (1, Spot(0, "a")): Facts(70, 9), (2, Spot()): Facts(30, 4), (2, Spot(0, "a")): Facts(30, 4),
    }  # fmt: skip
    sums = list(closed({1: None, 2: 1}, cells))

    made = make(cells, sums)

    assert abs(made.sums @ made.values).max() == 0
    assert sorted(made.values[list(map(made.at.__getitem__, made.named(rests_of(made))))]) == [
        30,
        40,
        70,
    ]


def test_no_column_of_an_equation_is_withheld_alone(ministry: Ministry) -> None:
    """Of eleven schools' graduates one enlisted: their number is the difference of the settled and of all other ways."""
    schools = [each for name, each in ministry.schools.items() if name.startswith("S")]
    ways = {
        "specialty": "720201",
        "employed": 30,
        "further_study": 20,
        "flexible": 12,
        "self_employed": 11,
        "unsettled": 13,
    }
    rows = {one: [ways | {"enlisted": int(n == 0)}] for n, one in enumerate(schools)}
    send(ministry.worker, "destination", 2025, rows)
    one, audience = plan("settled_rate", 2025), ministry.audience(GUANGDONG)
    question = Question(metrics=("settled_rate",), places=(HUNAN,), years=(2025,))
    assert outside.OFFICIAL is not None
    with ministry.web.reading(audience.scope) as reader:
        view = outside.View(reader, audience, question, [(one, 2025)], outside.OFFICIAL)
        (settled,) = [each for each in linked.sums(one)[:1] if each]
        shown = view.of(settled, 2025).state.shown

    enlisted = next(
        n
        for n, each in enumerate(settled.block.columns)
        if [atom.measure for atom, _ in each] == ["enlisted"] * 2
    )
    assert not shown[HUNAN, Spot(enlisted)]
    for tie in linked.ties(settled.block):
        terms = [shown.get((HUNAN, Spot(n)), False) for side in tie for n in side]
        assert terms.count(False) != 1
