"""Recording: exact sums at every rung, versions, order, and nothing for those who may not see."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import polars as pl
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, batch, event, opened, register, students
from tests.sums import check_rollups, three_schools, total
from warehouse import doctor, record
from warehouse.discovery import form, forms
from warehouse.record import claim
from warehouse.store import Warehouse
from warehouse.tables import FOR_EVER

if TYPE_CHECKING:
    from tests.conftest import Database

ENROLMENT = form("enrolment")


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.worker_url, "zhijian_worker", pool_size=16)
    yield warehouse
    warehouse.close()


@pytest.fixture
def web(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.web_url, "zhijian_web")
    yield warehouse
    warehouse.close()


def test_a_submission_adds_up_at_every_rung(worker: Warehouse) -> None:
    first, second, other = three_schools(worker)

    worker.record(
        batch(ENROLMENT, 2025, {first: students(g1=100, g2=90, g3=80), other: students(g1=7)})
    )
    recorded = worker.record(batch(ENROLMENT, 2025, {second: students(g1=10)}))

    path = worker.ladder.ancestors(first)
    assert [total(worker, place, recorded.load) for place in path] == [287, 280, 270, 270]
    assert total(worker, 440000, recorded.load) == 7


@pytest.mark.parametrize("many", [1, 1_000])
def test_who_stands_above_is_surveyed_anew_when_the_ladder_is_laid_anew(
    worker: Warehouse, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(record, "MANY", many)
    first, second, _ = three_schools(worker)
    worker.record(batch(ENROLMENT, 2025, {second: students(g1=10)}))
    register(worker, [event("3643000001", "moved", 2025, county=SHAOYANG)])

    recorded = worker.record(batch(ENROLMENT, 2025, {first: students(g1=100)}))

    path = worker.ladder.ancestors(second)
    assert [total(worker, place, recorded.load) for place in path] == [110, 110, 110, 110]
    check_rollups(worker, ENROLMENT, 2025)


def test_before_a_correction_every_rung_gives_the_old_figures(worker: Warehouse) -> None:
    first, second, _ = three_schools(worker)
    before = worker.record(
        batch(ENROLMENT, 2025, {first: students(g1=100), second: students(g1=10)})
    )

    after = worker.record(batch(ENROLMENT, 2025, {first: students(g1=60)}))

    rungs = (*worker.ladder.ancestors(first), first)
    assert [total(worker, place, before.load) for place in rungs] == [110, 110, 100, 100, 100]
    assert [total(worker, place, after.load) for place in rungs] == [70, 70, 60, 60, 60]


def test_the_same_content_again_changes_nothing(worker: Warehouse) -> None:
    first, *_ = three_schools(worker)
    once = batch(ENROLMENT, 2025, {first: students(g1=100)})
    worker.record(once)

    again = worker.record(once)

    assert again.load is None
    assert again.unchanged == [first]


def test_two_largest_contributions_survive_a_fall_of_the_largest(worker: Warehouse) -> None:
    ids = list(
        register(worker, [opened(f"36430000{n:02}", CHANGSHA) for n in range(1, 5)]).values()
    )
    for school, size in zip(ids, (100, 80, 60, 40), strict=True):
        worker.record(batch(ENROLMENT, 2025, {school: students(g1=size)}))

    worker.record(batch(ENROLMENT, 2025, {ids[0]: students(g1=50)}))

    with worker.writing() as writer:
        tops = writer.rows(sa.text(
            "SELECT students__first, students__second, students, units FROM rollup_enrolment "
            f"WHERE place_id = 430102 AND cut = '' AND last_load = {FOR_EVER}"))  # fmt: skip
    assert [tuple(row) for row in tops] == [(80, 60, 230, 4)]


def test_a_fresh_year_equals_the_same_schools_one_by_one(worker: Warehouse) -> None:
    schools = three_schools(worker)
    rows = {school: students(g1=n, g2=2 * n, g3=3) for n, school in enumerate(schools, start=5)}
    worker.record(batch(ENROLMENT, 2025, rows), fresh=True)
    for school, lines in rows.items():
        worker.record(batch(ENROLMENT, 2026, {school: lines}))

    columns = "place_id, unit_kind, boundary, cut, member, units, students, students__first, students__second, entrants"
    with worker.writing() as writer:
        bulk, single = (
            writer.frame(
                sa.text(
                    f"SELECT {columns} FROM rollup_enrolment WHERE year = {year} AND last_load = {FOR_EVER} ORDER BY 1,2,3,4,5"
                )
            )
            for year in (2025, 2026)
        )
    assert bulk.height > 20
    assert bulk.equals(single)


def test_a_fresh_year_lies_in_the_order_of_schools_within_each_cut(worker: Warehouse) -> None:
    schools = three_schools(worker)
    rows = {school: students(g1=1, g2=2, g3=3) for school in reversed(schools)}
    worker.record(batch(ENROLMENT, 2025, rows), fresh=True)

    lying = sa.text("SELECT cut, place_id FROM rollup_enrolment WHERE year = 2025 AND rung = 4 ORDER BY ctid")  # fmt: skip
    with worker.writing() as writer:
        found = [(row.cut, row.place_id) for row in writer.rows(lying)]
    assert len({cut for cut, _ in found}) > 2
    for cut in {cut for cut, _ in found}:
        places = [place for one, place in found if one == cut]
        assert places == sorted(places)
        at = [n for n, (one, _) in enumerate(found) if one == cut]
        assert at == list(range(at[0], at[0] + len(at)))


@pytest.mark.parametrize("fresh", [True, False])
def test_a_table_filled_by_a_load_that_was_killed_counts_for_nothing(
    worker: Warehouse, database: Database, *, fresh: bool
) -> None:
    first, _, _ = three_schools(worker)
    left = pl.DataFrame({"place_id": [1], "rung": [0], "unit_kind": ["school"], "boundary": ["both"], "basis": [3],
                         "cut": [""], "member": [""], "units": [1], "students": [999], "path": ["{1}"]})  # fmt: skip
    with worker.writing() as writer, writer.beside() as other:
        child = other.scalar("SELECT fresh_partition('rollup_enrolment', 2025, 1)")
        other.copy(child, left)
        other.run("SELECT index_partition('rollup_enrolment', 2025)")
    assert worker.is_fresh("enrolment", 2025)
    with worker.writing() as writer:
        assert writer.scalar("SELECT count(*) FROM rollup_enrolment WHERE year = 2025") == 0
    assert doctor.row_security(database.worker_url).state is doctor.State.OK

    recorded = worker.record(batch(ENROLMENT, 2025, {first: students(g1=100)}), fresh=fresh)

    assert total(worker, 1, recorded.load) == 100
    check_rollups(worker, ENROLMENT, 2025)


def test_sixteen_concurrent_submissions_of_one_county_end_with_exact_sums(
    worker: Warehouse,
) -> None:
    ids = list(
        register(worker, [opened(f"36430000{n:02}", CHANGSHA) for n in range(1, 17)]).values()
    )

    with ThreadPoolExecutor(16) as pool:
        list(
            pool.map(
                lambda s: worker.record(batch(ENROLMENT, 2025, {s: students(g1=s % 97, g2=1)})), ids
            )
        )

    expected = sum(s % 97 + 1 for s in ids)
    assert [total(worker, place, 16) for place in (1, 430000, 430100, 430102)] == [expected] * 4


def test_loads_become_visible_in_the_order_of_their_numbers(worker: Warehouse) -> None:
    first, *_ = three_schools(worker)
    worker.record(batch(ENROLMENT, 2025, {first: students(g1=1)}))
    started, finished = threading.Event(), threading.Event()

    def second() -> None:
        started.set()
        worker.record(batch(ENROLMENT, 2025, {first: students(g1=3)}))
        finished.set()

    with worker.writing() as earlier:
        number = claim(earlier, ["conditions", "enrolment"])["enrolment"] + 1
        thread = threading.Thread(target=second)
        thread.start()
        started.wait()
        assert not finished.wait(0.5)  # the later load cannot overtake the earlier
        earlier.run(
            "UPDATE load SET number = :n WHERE form = 'enrolment' AND place_id = 1", n=number
        )
    thread.join()

    with worker.writing() as writer:
        assert (
            writer.scalar("SELECT number FROM load WHERE form = 'enrolment' AND place_id = 1")
            == number + 1
        )


def test_a_submission_in_hunan_leaves_the_load_of_guangdong(worker: Warehouse) -> None:
    first, _, other = three_schools(worker)
    worker.record(batch(ENROLMENT, 2025, {other: students(g1=7)}))
    with worker.reading(worker.everything()) as reader:
        before = reader.loads([440000])[440000]["enrolment"]

    worker.record(batch(ENROLMENT, 2025, {first: students(g1=7)}))

    with worker.reading(worker.everything()) as reader:
        loads = reader.loads([1, 430000, 440000])
    assert loads[440000]["enrolment"] == before
    assert loads[1]["enrolment"] == loads[430000]["enrolment"] == before + 1


def test_without_a_scope_the_web_role_reads_no_row(worker: Warehouse, web: Warehouse) -> None:
    first, *_ = three_schools(worker)
    worker.record(batch(ENROLMENT, 2025, {first: students(g1=7)}))

    with web.engine.connect() as connection:
        for table in (
            connection.execute(
                sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            )
            .scalars()
            .all()
        ):
            try:
                with connection.begin_nested():
                    found = connection.execute(sa.text(f'SELECT count(*) FROM "{table}"')).scalar()
            except DBAPIError as error:
                assert "permission denied" in str(error)  # noqa: PT017 - a table without a grant is as good
            else:
                assert found == 0, table


@pytest.mark.parametrize("which", [1, 2, 3])
def test_a_reader_sees_records_below_and_aggregates_beside_and_above(
    worker: Warehouse, web: Warehouse, which: int
) -> None:
    first, second, other = three_schools(worker)
    for school in (first, second, other):
        worker.record(batch(ENROLMENT, 2025, {school: students(g1=50, g2=1)}))
    place, depth, facts, places = {
        1: (
            430000,
            "records",
            {first, second},
            {1, 430000, 430100, 430102, 430500, 430502, first, second, 440000},
        ),
        2: (430100, "records", {first}, {1, 430000, 430100, 430102, 430500, first}),
        3: (first, "records", {first}, {1, 430000, 430100, 430102, first}),
    }[which]
    scope = web.scope("someone", place, depth)

    with web.reading(scope) as reader:
        seen = {
            row.school_id for row in reader.rows(sa.text("SELECT school_id FROM fact_enrolment"))
        }
        rolled = {row[0] for row in reader.rows(sa.text("SELECT place_id FROM rollup_enrolment"))}

    assert seen == facts
    assert rolled == places


def test_an_analyst_reads_the_nation_down_to_counties_and_no_school(
    worker: Warehouse, web: Warehouse
) -> None:
    schools = three_schools(worker)
    worker.record(batch(ENROLMENT, 2025, {s: students(g1=50) for s in schools}))

    with web.reading(web.scope("analyst", 1, "published")) as reader:
        facts = reader.rows(sa.text("SELECT school_id FROM fact_enrolment"))
        rungs = {
            row[0] for row in reader.rows(sa.text("SELECT DISTINCT rung FROM rollup_enrolment"))
        }

    assert facts == []
    assert rungs == {0, 1, 2, 3}


def test_policies_contain_no_subquery(worker: Warehouse) -> None:
    with worker.writing() as writer:
        policies = writer.rows(
            sa.text(
                "SELECT tablename, coalesce(qual, '') || coalesce(with_check, '') AS text FROM pg_policies"
            )
        )
    assert len(policies) > 60
    assert not [row.tablename for row in policies if "select" in row.text.lower()]


def test_every_table_has_row_security_and_no_role_can_escape_it(worker: Warehouse) -> None:
    with worker.writing() as writer:
        bare = writer.rows(sa.text(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' "
            "AND relkind IN ('r', 'p') AND NOT relispartition AND NOT relrowsecurity AND relname <> 'alembic_version'"))  # fmt: skip
        strong = writer.rows(sa.text(
            "SELECT rolname FROM pg_roles WHERE rolname IN ('zhijian_web', 'zhijian_worker') AND (rolsuper OR rolbypassrls)"))  # fmt: skip
        owned = writer.rows(
            sa.text(
                "SELECT relname FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE rolname ~ 'web|worker' AND relpersistence = 'p'"
            )
        )
    assert bare == []
    assert strong == []
    assert owned == []


def test_after_random_corrections_every_rung_is_the_sum_of_its_schools(worker: Warehouse) -> None:
    chance = random.Random(7)
    counties = [
        CHANGSHA,
        SHAOYANG,
        GUANGZHOU,
        "430103",
        "441900",
        "500105",
        "110101",
        "659001",
        "429004",
    ]
    ids = list(
        register(
            worker, [opened(f"3643{n:06}", chance.choice(counties)) for n in range(1, 25)]
        ).values()
    )

    for _ in range(40):
        few = chance.sample(ids, chance.choice([1, 1, 1, 4]))
        worker.record(batch(ENROLMENT, 2024, {
            s: students(g1=chance.randint(0, 50), g2=chance.randint(0, 50))[: chance.randint(1, 3)] for s in few}))  # fmt: skip

    assert check_rollups(worker, ENROLMENT, 2024) > 60


def test_chongqing_then_and_now(worker: Warehouse) -> None:
    (school,) = register(
        worker, [opened("3650000001", "500105")], years=(2023, 2024, 2025)
    ).values()
    worker.record(batch(ENROLMENT, 2024, {school: students(g1=9)}))

    with worker.writing() as writer:
        rows = writer.rows(sa.text(
            f"SELECT place_id, boundary FROM rollup_enrolment WHERE cut = '' AND last_load = {FOR_EVER} AND rung = 3 ORDER BY 1"))  # fmt: skip
    assert [tuple(row) for row in rows] == [(500105, "then"), (500157, "now")]


def test_declared_forms_and_the_database_agree(database: Database) -> None:
    from warehouse import migrate

    assert migrate.differences(database.owner_url) == []
    assert len(forms()) >= 10


def test_a_correction_that_leaves_the_largest_as_it_was_does_not_count_it_twice(
    worker: Warehouse,
) -> None:
    first, *_ = three_schools(worker)
    rows = students(g1=100)
    worker.record(batch(ENROLMENT, 2025, {first: rows}))

    worker.record(batch(ENROLMENT, 2025, {first: [{**rows[0], "entrants": 50}, *rows[1:]]}))

    with worker.writing() as writer:
        tops = writer.rows(sa.text(
            "SELECT students__first, students__second, entrants__first FROM rollup_enrolment "
            f"WHERE place_id = 430102 AND cut = '' AND last_load = {FOR_EVER}"))  # fmt: skip
    assert [tuple(row) for row in tops] == [(100, 0, 50)]
