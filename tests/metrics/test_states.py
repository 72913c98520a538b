"""Two releases of a year and the live figures, put side by side by somebody who is not in charge, tell of no single school."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import partial

import pytest
import sqlalchemy as sa

from metrics.distribution import distribute
from metrics.measure import measure, measure_all, measure_parts
from metrics.question import Cell, Key, Question, State
from metrics.tables.ask import Ask, Pick
from metrics.tables.build import build
from metrics.tables.counting import Counting
from metrics.tables.kept import Kept
from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, opened, register, students
from tests.metrics.conftest import Ministry, send
from tests.warehouse.chain_world import NO_PASSWORD
from warehouse import releases
from warehouse.chain_read import Who
from warehouse.places import NATION
from warehouse.releases import Release, Said
from warehouse.rights import Role
from warehouse.store import Warehouse

HUNAN, GUANGDONG, CHANGSHA_CITY, SHAOYANG_CITY, BEIJING = 430000, 440000, 430100, 430500, 110000
SUMS = {NATION: (HUNAN, GUANGDONG, BEIJING), HUNAN: (CHANGSHA_CITY, SHAOYANG_CITY)}
PLACES = tuple(dict.fromkeys(place for above, below in SUMS.items() for place in (above, *below)))
NURSING, OTHER = "720201", "610102"  # of the classes 72 and 61
YEAR, TODAY = 2025, date(2026, 11, 20)
WHERE = {"C": (CHANGSHA, 5), "S": (SHAOYANG, 8), "G": (GUANGZHOU, 6), "B": ("110101", 5)}
Cells = dict[Key, Cell]


class World:
    """Twenty-four schools of four cities, and people of the ministry who release their figures."""

    def __init__(self, database: Database) -> None:
        worker = Warehouse(database.worker_url, "zhijian_worker")
        where = {f"{name}{n}": county for name, (county, many) in WHERE.items() for n in range(many)}  # fmt: skip
        codes = {name: f"36{county[:2]}{n:06}" for n, (name, county) in enumerate(where.items(), start=1)}  # fmt: skip
        ids = register(worker, [opened(codes[name], where[name]) for name in where], (2024, YEAR))
        self.who = {
            login: Who(login=login, role=Role.SUPERVISOR, place_id=NATION)
            for login in ("drafts", "signs")
        }
        for login in self.who:
            worker.keep_account(
                login=login, role="supervisor", place_id=NATION, depth="records", name_zh=login, name_en=login, password_hash=NO_PASSWORD
            )  # fmt: skip
        self.ministry = Ministry(Warehouse(database.web_url), worker, {name: ids[code] for name, code in codes.items()})  # fmt: skip
        self.kept = Kept()
        self.has = {name: 300 + 10 * n for n, name in enumerate(where)}
        self.reports(*where)

    def reports(self, *names: str, more: int = 0) -> None:
        """These schools hand in their enrolment, each with so many more students than before."""
        for name in names:
            self.has[name] += more
        ids = self.ministry.schools
        rows = {ids[name]: students(g1=self.has[name], g2=30, g3=30) for name in names}
        send(self.ministry.worker, "enrolment", YEAR, rows)

    def teaches(self, moves: Mapping[str, Mapping[tuple[str, str], int]]) -> None:
        """Every school has 40 students in each of two grades of each of two specialties; some have so many more."""
        rows = {
            self.ministry.schools[name]: [
                {"specialty": specialty, "grade": grade, "sex": "2", "entrants": 0, "graduates": 0,
                 "students": 40 + moves.get(name, {}).get((grade, specialty), 0)}
                for specialty in (NURSING, OTHER) for grade in "12"
            ]
            for name in self.has
        }  # fmt: skip
        send(self.ministry.worker, "enrolment", YEAR, rows)

    def releases(self) -> Release:
        """Preliminary figures as they stand, drafted by one and signed by the other."""
        web, said = self.ministry.web, Said(year=YEAR, state="preliminary", basis="submitted", notes_zh="合成数据，供测试发布使用。")  # fmt: skip
        with web.acting(web.scope("drafts", NATION)) as writer:
            number = releases.draft(writer, self.who["drafts"], said, TODAY)
        with web.acting(web.scope("signs", NATION)) as writer:
            return releases.sign(writer, self.who["signs"], number, TODAY)

    def sees(self, own: int, depth: str, at: Release | None = None, *, until: datetime | None = None, cut: str = "") -> Cells:  # fmt: skip
        """What somebody is shown of all places as released, or live, or at a moment."""
        audience = self.ministry.audience(own, depth)
        places = tuple(place for place in PLACES if audience.scope.depth_of(audience.ladder, place))
        asked = Question(
            metrics=("students", "students_per_school"), places=places, years=(YEAR,), cut=cut, until=at.signed_at if at else until,
            load=at.loads if at else {},
        )  # fmt: skip
        with self.ministry.web.reading(audience.scope) as reader:
            return dict(measure(reader, audience, asked).cells)

    def table(self, at: Release, cut: str) -> Cells:
        """What an analyst of the nation is shown of a table by kinds and breakdowns, as released."""
        audience = self.ministry.audience(NATION, "published")
        picks = (Pick(NATION), Pick(NATION, "provinces"), Pick(HUNAN, "prefectures"))
        ask = Ask(picks=picks, years=(YEAR,), metrics=("students",), cut=cut)
        with self.ministry.web.reading(audience.scope) as reader:
            loads = reader.loads([NATION])[NATION]
            counting = Counting(reader, audience, loads, self.kept, until=at.signed_at)
            return dict(build(partial(measure_all, reader, audience), audience.ladder, ask, counting).cells)  # fmt: skip


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    made = World(database)
    yield made
    made.ministry.web.close()
    made.ministry.worker.close()


def known(cells: Cells) -> dict[int, int]:
    """The students of each place that can be read or subtracted: what is shown, and what is left of a sum with one gap."""
    found = {key.place: int(cell.value) for key, cell in cells.items() if key.metric == "students" and not key.member and cell.value is not None}  # fmt: skip
    for _ in SUMS:
        for above, below in SUMS.items():
            gaps = [place for place in (above, *below) if place not in found]
            if len(gaps) == 1:
                (gap,) = gaps
                parts = sum(found[place] for place in below if place != gap)
                found[gap] = parts if gap == above else found[above] - parts
    return found


def told(one: Cells, other: Cells) -> dict[int, int]:
    """What two states tell of what moved between them."""
    before, now = known(one), known(other)
    return {place: now[place] - before[place] for place in before.keys() & now.keys() if now[place] != before[place]}  # fmt: skip


@pytest.mark.parametrize(("own", "depth"), [(NATION, "published"), (GUANGDONG, "records")])
def test_two_releases_are_subtracted_and_tell_of_no_single_school(world: World, own: int, depth: str) -> None:  # fmt: skip
    first = world.releases()
    world.reports("S0", more=7)
    second = world.releases()
    world.reports("C0", "C1", "C2", more=20)
    third = world.releases()
    world.reports("S1", more=5)
    seen = [world.sees(own, depth, one) for one in (first, second, third)]
    assert known(seen[0]).keys() >= {NATION, HUNAN, GUANGDONG}
    assert told(seen[0], seen[1]) == {}
    assert HUNAN not in known(seen[1])
    moved = {place: number for pair in ((0, 2), (1, 2)) for place, number in told(seen[pair[0]], seen[pair[1]]).items()}  # fmt: skip
    assert set(moved.values()) <= {60, 67}
    assert moved[NATION] in {60, 67}
    assert world.sees(own, depth) == seen[2]


@pytest.mark.parametrize("cut", ["sponsor", "grade.sponsor", "grade.major"])
def test_tables_by_kinds_and_by_several_breakdowns_are_subtracted_too(world: World, cut: str) -> None:  # fmt: skip
    """Where one school moved no number that is shown moves; where more did, numbers that are shown move by what all of them did."""
    first = world.releases()
    world.reports("S0", more=7)
    second = world.releases()
    world.reports("C0", "C1", "C2", more=20)
    third = world.releases()
    before, then, now = (world.table(one, cut) for one in (first, second, third))

    def moves(one: Cells, other: Cells) -> set[float]:
        both = ((one[key].value, other[key].value) for key in one.keys() & other.keys())
        return {b - a for a, b in both if a is not None and b is not None and a != b}

    shown = [sum(cell.value is not None for cell in each.values()) for each in (before, then, now)]
    assert shown[0] > shown[1] > 0
    assert moves(before, then) == set()
    assert moves(then, now) <= {60.0}
    assert moves(before, now) <= {60.0, 67.0}
    assert moves(then, now) | moves(before, now)


def test_a_cell_moved_by_one_school_is_withheld_though_all_its_totals_moved_by_more(world: World) -> None:  # fmt: skip
    """One school has seven more in a grade of a specialty; others have more in the same grade and in the same specialty, never in both."""
    world.teaches({})
    first = world.releases()
    others = {("1", OTHER): 20, ("2", NURSING): 20}
    world.teaches({"S0": {("1", NURSING): 7}, **dict.fromkeys(("C0", "C1", "C2", "G0", "G1", "G2"), others)})  # fmt: skip
    second = world.releases()
    before, now = (world.table(one, "grade.major") for one in (first, second))
    nation = {key.member: (cell.value, now[key].value) for key, cell in before.items() if key.place == NATION}  # fmt: skip
    totals = (1920, 1920 + 7 + 120)
    assert [nation[member] for member in ("1*", "*72", "1*72")] == [totals, totals, (960, None)]


def test_who_is_in_charge_sees_every_state_as_it_was(world: World) -> None:
    first = world.releases()
    world.reports("S0", more=7)
    second = world.releases()
    world.reports("S0", more=1)
    seen = [world.sees(HUNAN, "records", one) for one in (first, second, None)]
    numbers = [[each[Key("students", place, YEAR)].value for place in (HUNAN, SHAOYANG_CITY)] for each in seen]  # fmt: skip
    assert [b - a for a, b in zip(numbers[0], numbers[1], strict=True)] == [7, 7]  # type: ignore[operator]
    assert [b - a for a, b in zip(numbers[1], numbers[2], strict=True)] == [1, 1]  # type: ignore[operator]


def test_what_was_withheld_stays_so_while_it_hardly_moves(world: World) -> None:
    """Members of a breakdown too: the specialty of one school is not told by a second state."""
    first = world.releases()
    world.reports("S0", "S1", "S2", "S3", more=0)
    second = world.releases()
    before, now = (world.sees(NATION, "published", one, cut="grade") for one in (first, second))
    hidden = {key for key, cell in before.items() if cell.state is State.WITHHELD}
    assert hidden <= {key for key, cell in now.items() if cell.state is State.WITHHELD}
    assert {key: cell.value for key, cell in before.items()} == {key: cell.value for key, cell in now.items()}  # fmt: skip


def test_outside_a_year_is_live_until_it_is_released_and_nothing_in_between(world: World) -> None:
    live = world.sees(NATION, "published")
    assert known(live)
    before = known(live)[NATION]
    world.reports("S0", more=7)
    assert known(world.sees(NATION, "published"))[NATION] == before + 7
    one = world.releases()
    world.reports("S1", more=5)
    assert known(world.sees(NATION, "published"))[NATION] == before + 7
    assert known(world.sees(NATION, "published", until=one.signed_at))[NATION] == before + 7
    early = world.sees(NATION, "published", until=one.frozen_at)
    assert {cell.state for cell in early.values()} == {State.WITHHELD}


def test_parts_and_sorted_values_are_of_the_state_that_is_shown(world: World) -> None:
    world.releases()
    audience = world.ministry.audience(NATION, "published")
    asked = Question(metrics=("students_per_school",), places=(NATION,), years=(YEAR,))

    def seen() -> tuple[list[Cell], object]:
        with world.ministry.web.reading(audience.scope) as reader:
            parts = measure_parts(reader, audience, asked)
            return [cell for _, cell in parts], distribute(reader, audience, asked, is_named=False)

    then = seen()
    world.reports("S0", more=700)
    assert seen() == then
    assert then[0][0].value is not None


def test_moves_are_counted_between_signed_releases_only(world: World) -> None:
    """The warehouse itself gives out counts of units and nothing else."""
    first = world.releases()
    world.reports("S0", "C0", more=3)
    second = world.releases()
    words = "SELECT * FROM release_changes(:a, :b, 'enrolment', 2025, 'now', ARRAY[''], ARRAY['units', 'students'])"

    def counted(older: str, newer: str, own: int = NATION) -> dict[int, list[int]]:

        with world.ministry.web.reading(world.ministry.audience(own, "published").scope) as reader:
            return {row.place_id: row.changed for row in reader.rows(sa.text(words), a=older, b=newer)}  # fmt: skip

    found = counted(first.number, second.number)
    assert {place: found[place] for place in (NATION, HUNAN, CHANGSHA_CITY)} == {NATION: [0, 2], HUNAN: [0, 2], CHANGSHA_CITY: [0, 1]}  # fmt: skip
    assert not found.keys() & set(world.ministry.schools.values())
    assert GUANGDONG not in found
    assert counted(first.number, "FB-2025-9") == {}
