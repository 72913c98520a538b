"""A form whose rows are persons under a token: the same declaration, keys, rollups and row security as any other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.factories import batch
from tests.sums import check_rollups, three_schools
from warehouse import security
from warehouse.codes import majors, specialties
from warehouse.dimensions import GRADE
from warehouse.discovery import forms
from warehouse.errors import DeclarationError
from warehouse.form import Domain, Form, Secrecy, count, key, token, yuan
from warehouse.store import Warehouse
from warehouse.tables import FOR_EVER, fact, rollup
from warehouse.text import Text

pytestmark = pytest.mark.mlps("M12", "M26")


class Intern(Form):
    """One row a person and specialty; a person is known here by a token only."""

    title = Text("实习学生名册", "Interns by person")
    domain = Domain(99, Text("实习实训", "Internship and practical training"), Text("试", "Trial"))
    cuts = ("major", "grade")
    derives = {"major": ("specialty", lambda code: code.str.slice(0, 2))}  # noqa: RUF012
    derived_labels = {"major": majors()}  # noqa: RUF012

    person = token("学生标识", "Token of the student")
    specialty = key("专业", "Specialty", specialties())
    grade = key("年级", "Grade", GRADE)
    present = count("人数", "Persons")
    insured = count("投保", "Insured")
    pay = yuan("月报酬", "Monthly pay", persons="present")


TABLES = {"fact_intern": fact, "rollup_intern": rollup}


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    engine = sa.create_engine(database.owner_url, poolclass=sa.NullPool)
    with engine.begin() as owner:
        for name, table in TABLES.items():
            table(Intern).create(owner)
            for statement in security.secure(name):
                owner.execute(sa.text(statement))
    warehouse = Warehouse(database.worker_url, "zhijian_worker")
    yield warehouse
    warehouse.close()


@pytest.fixture
def web(database: Database) -> Iterator[Warehouse]:
    warehouse = Warehouse(database.web_url, "zhijian_web")
    yield warehouse
    warehouse.close()


def persons(school: int, many: int, *, pay: int = 1800) -> list[dict[str, Any]]:
    return [
        {
            "person": f"tok-{school}-{n:05}", "specialty": ["720201", "710205", "700206"][n % 3],
            "grade": "23"[n % 2], "present": 1, "insured": int(n % 10 > 0), "pay": pay + n % 7,
        }
        for n in range(many)
    ]  # fmt: skip


def nation(worker: Warehouse, year: int, load: int) -> tuple[int, ...]:
    """Persons, insured, pay, reporting units of the whole country as of a load."""
    with worker.writing() as writer:
        (row,) = writer.rows(
            sa.text(
                "SELECT present, insured, pay, units FROM rollup_intern WHERE place_id = 1 AND cut = '' "
                "AND year = :year AND first_load <= :load AND last_load > :load"
            ),
            year=year, load=load,
        )  # fmt: skip
    return tuple(row)


def test_it_is_no_form_of_the_catalogue() -> None:
    assert "intern" not in forms()
    assert Intern.person.secrecy is Secrecy.SENSITIVE


def test_the_fact_key_holds_school_and_person() -> None:
    keys = [column.name for column in fact(Intern).primary_key]

    assert keys == ["year", "school_id", "person", "specialty", "grade", "basis", "last_load"]


def test_persons_of_a_fresh_year_add_up_as_one_by_one(worker: Warehouse) -> None:
    schools = three_schools(worker)
    rows = {school: persons(school, 600 + 100 * n) for n, school in enumerate(schools)}

    whole = worker.record(batch(Intern, 2025, rows), fresh=True)
    singly = [worker.record(batch(Intern, 2026, {s: lines})) for s, lines in rows.items()]

    pay = sum(line["pay"] for lines in rows.values() for line in lines)
    assert whole.load is not None
    assert singly[-1].load is not None
    assert nation(worker, 2025, whole.load) == (2100, 1890, pay, 3)
    assert nation(worker, 2026, singly[-1].load) == (2100, 1890, pay, 3)
    assert check_rollups(worker, Intern, 2025) == check_rollups(worker, Intern, 2026) > 30


def test_a_corrected_list_of_persons_replaces_the_old_one_and_leaves_it_readable(
    worker: Warehouse,
) -> None:
    first, second, _ = three_schools(worker)
    before = worker.record(
        batch(Intern, 2025, {first: persons(first, 500), second: persons(second, 20)})
    )

    after = worker.record(batch(Intern, 2025, {first: persons(first, 480, pay=2000)}))

    assert before.load is not None
    assert after.load is not None
    assert nation(worker, 2025, before.load)[0] == 520
    assert nation(worker, 2025, after.load)[0] == 500
    check_rollups(worker, Intern, 2025)
    with worker.writing() as writer:
        facts = "SELECT count(*), count(DISTINCT person) FROM fact_intern WHERE last_load"
        assert tuple(writer.rows(sa.text(f"{facts} = {FOR_EVER}"))[0]) == (500, 500)
        assert tuple(writer.rows(sa.text(f"{facts} < {FOR_EVER}"))[0]) == (500, 500)


def test_no_token_reaches_a_rollup(worker: Warehouse) -> None:
    first, *_ = three_schools(worker)
    worker.record(batch(Intern, 2025, {first: persons(first, 50)}), fresh=True)
    worker.record(batch(Intern, 2025, {first: persons(first, 51)}))

    with worker.writing() as writer:
        rows = writer.rows(sa.text("SELECT r::text AS whole FROM rollup_intern r"))

    assert len(rows) > 10
    assert not [row.whole for row in rows if "tok-" in row.whole]
    assert "person" not in rollup(Intern).c


def test_a_cut_by_person_is_refused_at_once() -> None:
    with pytest.raises(DeclarationError, match="sensitive person"):
        type("Named", (Form,), {"person": token("标识", "Token"), "cuts": ("person",)})
    with pytest.raises(DeclarationError, match="sensitive start"):
        type(
            "Derived",
            (Form,),
            {
                "person": token("标识", "Token"),
                "derives": {"start": ("person", lambda text: text.str.slice(0, 1))},
                "cuts": ("start",),
            },
        )


def test_persons_are_seen_in_ones_own_subtree_only(worker: Warehouse, web: Warehouse) -> None:
    first, second, other = three_schools(worker)
    for school in (first, second, other):
        worker.record(batch(Intern, 2025, {school: persons(school, 10)}))

    def seen(place: int, depth: str) -> set[int]:
        with web.reading(web.scope("someone", place, depth)) as reader:
            found = reader.rows(sa.text("SELECT DISTINCT school_id FROM fact_intern"))
            return {row.school_id for row in found}

    with web.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM fact_intern")).scalar() == 0
    assert seen(430000, "records") == {first, second}
    assert seen(first, "records") == {first}
    assert seen(430000, "published") == set()
    assert seen(1, "published") == set()
    assert seen(1, "records") == {first, second, other}
