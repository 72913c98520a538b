"""What is kept for the nation's pages is at any time what the rows count: after every deed, a correction, an event, and a press."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import psycopg
import pytest

from metrics.quality import checked
from tests.conftest import Database
from tests.factories import NOW, SHAOYANG, batch, event, register, students
from tests.warehouse.chain_world import ENROLMENT, GUANGDONG, HUNAN, YEAR, World, world
from warehouse import chain, kept_counts, roles
from warehouse.board import board
from warehouse.crypto import suite
from warehouse.data_check import check_data
from warehouse.moments import begins, china_day
from warehouse.places import NATION
from warehouse.rollout import forms_handed, handed

TODAY = china_day(NOW)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def them(database: Database) -> Iterator[World]:
    """Three schools: one approved, one corrected and handed in, one returned."""
    made = world(database)
    for school in range(3):
        made.fill(school, g1=10)
    made.fill(1, g1=20)
    for school in range(3):
        made.hand_in(school)
    made.approve(0)
    made.do("yuexiu", chain.return_, "(synthetic)", school=2)
    yield made
    made.worker.close()
    made.web.close()


def faults(them: World, tmp_path: Path) -> list[str]:
    found = check_data(them.worker, suite("international", tmp_path / "keys"), tmp_path)
    return [one.en for one in found if "_count " in one.en]


def of_nation(them: World, day: date) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """The board and the quality of the nation: of each province its forms, and of all its places by themselves."""
    with them.worker.reading(them.worker.scope("ministry", NATION)) as reader:
        kept = [ask(reader, NATION, YEAR, day) for ask in (board, checked)]
        counted = [
            pl.concat(
                ask(reader, province, YEAR, day).with_columns(place_id=pl.lit(province, pl.Int64))
                for province in (HUNAN, GUANGDONG)
            )
            for ask in (board, checked)
        ]
    return tuple(zip(*map(sums, kept, counted), strict=True))  # type: ignore[return-value]


def sums(kept: pl.DataFrame, counted: pl.DataFrame) -> tuple[list[tuple[object, ...]], ...]:
    by = [name for name in ("place_id", "form", "state", "check") if name in kept.columns]
    numbers = [name for name in ("forms", "late", "slow", "asked", "passed") if name in kept.columns]  # fmt: skip
    return tuple(
        one.group_by(by).agg(pl.col(numbers).sum()).sort(by).rows() for one in (kept, counted)
    )


@pytest.mark.parametrize("after", [1, 9, 400])
def test_the_nation_s_counts_are_those_of_its_provinces(them: World, after: int) -> None:
    kept, counted = of_nation(them, TODAY + timedelta(days=after))

    assert kept[0]
    assert kept == counted


def test_counts_follow_a_unit_into_another_province(them: World, tmp_path: Path) -> None:
    assert faults(them, tmp_path) == []

    register(them.worker, [event("3644000001", "moved", YEAR, county=SHAOYANG)])
    them.worker.refresh()

    kept, counted = of_nation(them, TOMORROW)
    assert kept == counted
    assert faults(them, tmp_path) == []


def test_pressing_changes_no_sum(them: World, database: Database, tmp_path: Path) -> None:
    before = of_nation(them, TOMORROW)
    with roles.connect(database.owner_url) as owner:
        lines = [count(owner, table) for table in ("standing_count", "submission_count")]
        owner.execute(f"SELECT press_standing_counts({YEAR}), press_submission_counts({YEAR})".encode())  # fmt: skip
        pressed = [count(owner, table) for table in ("standing_count", "submission_count")]

    assert of_nation(them, TOMORROW) == before
    assert pressed == [3, 2]
    assert all(now < then for now, then in zip(pressed, lines, strict=True))
    assert faults(them, tmp_path) == []


def count(owner: psycopg.Connection, table: str) -> int:
    row = owner.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    return int(row[0]) if row else 0


def test_lines_are_pressed_after_so_many(them: World, database: Database) -> None:
    with roles.connect(database.owner_url) as owner:
        owner.execute(
            f"SELECT setval('standing_count_line_seq', {kept_counts.PRESSED - 1})".encode()
        )
        before = count(owner, "standing_count")
        them.do("statistician2", chain.sign, "(synthetic) it is right", school=2)

        assert count(owner, "standing_count") < before


def test_a_count_that_was_tampered_with_is_told(them: World, database: Database, tmp_path: Path) -> None:  # fmt: skip
    with roles.connect(database.owner_url) as owner:
        owner.execute("UPDATE standing_count SET forms = forms + 1 WHERE line = (SELECT min(line) FROM standing_count)")  # fmt: skip
        owner.execute("DELETE FROM submission_count")

    found = faults(them, tmp_path)

    assert [one for one in found if one.startswith("what standing_count counts of enrolment")]
    assert len([one for one in found if one.startswith("what submission_count counts of enrolment")]) == 2  # fmt: skip


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_forms_handed_in_before_a_day_are_those_of_every_school(them: World, days: int) -> None:
    """Also of a day that lies before the last steps, and of the running one."""
    until = begins(TODAY + timedelta(days=days))
    with them.worker.reading(them.worker.scope("ministry", NATION)) as reader:
        kept = forms_handed(reader, them.worker.ladder, NATION, YEAR, until)
        counted = handed(reader, NATION, YEAR, until)
        own = forms_handed(reader, them.worker.ladder, HUNAN, YEAR, until)

    sums = {place: sum(one.forms for one in domains.values()) for place, domains in counted.items()}
    assert {place: n for place, n in kept.items() if n} == {place: n for place, n in sums.items() if n}  # fmt: skip
    assert kept.get(HUNAN, 0) == own.get(HUNAN, 0) == (2 if days == 1 else 0)


def test_forms_of_a_unit_that_left_the_year_are_due_no_more(them: World) -> None:
    register(them.worker, [event("3643000001", "closed", YEAR)])
    them.worker.refresh()
    until = begins(TOMORROW)
    with them.worker.reading(them.worker.scope("ministry", NATION)) as reader:
        assert forms_handed(reader, them.worker.ladder, NATION, YEAR, until) == {HUNAN: 1}


def test_a_correction_counts_once(them: World) -> None:
    them.worker.record(batch(ENROLMENT, YEAR, {them.schools[2]: students(g1=30)}))
    with them.worker.reading(them.worker.scope("ministry", NATION)) as reader:
        rows = checked(reader, NATION, YEAR, TOMORROW).filter(form="enrolment")

    said = {(place, check): (asked, passed) for place, _, check, asked, passed in rows.iter_rows()}
    assert said[GUANGDONG, "submitted"] == (1, 1)
    assert said[GUANGDONG, "settled"] == (1, 0)
    assert said[HUNAN, "settled"] == (2, 1)
