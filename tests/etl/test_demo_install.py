"""The demo ministry comes into a warehouse step by step, once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from etl.demo.install import (
    NEWEST,
    OLDER,
    REST,
    Install,
    Ministry,
    OtherMinistry,
    bring,
    is_done,
    stages,
)
from tests.conftest import Database
from tests.factories import CHANGSHA, batch, opened, register, students
from warehouse import commands
from warehouse.accounts import ensure_demo_accounts
from warehouse.discovery import form, submitted_forms
from warehouse.installation import Settings
from warehouse.store import Warehouse, open_worker

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SMALL = Ministry(today=TODAY, schools=40)


@pytest.fixture(scope="module")
def worker(module_database: Database) -> Iterator[Warehouse]:
    warehouse = open_worker(module_database.worker_url)
    yield warehouse
    warehouse.close()


@pytest.fixture(scope="module")
def install(worker: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Install:
    """A small ministry with its newest complete year."""
    made = Install(worker, SMALL, tmp_path_factory.mktemp("demo"), NOW)
    bring(made, NEWEST[:1], print)
    return made


def test_a_year_is_in_and_marked_synthetic(install: Install) -> None:
    known = install.worker.settings()

    assert is_done(install.worker, NEWEST[0])
    assert not is_done(install.worker, *OLDER)
    assert {"synthetic", "today", "demo"} <= set(known)
    assert not (install.folder / NEWEST[0]).exists()


def test_a_second_start_passes_over_what_is_in(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(install, NEWEST[:1], print)

    assert "loaded" not in capsys.readouterr().out


def test_the_time_of_each_stage_is_told_again(install: Install) -> None:
    taken = install.worker.settings()[f"demo.{NEWEST[0]}"]

    assert taken.removesuffix(" s").isdigit()
    assert stages(install, NEWEST[:1]).splitlines()[-1] == f"| 2025–2026 学年 | {taken} |"


def test_on_an_earlier_day_the_years_to_come_are_not_there() -> None:
    earlier = Ministry(today=date(2025, 11, 20))

    absent = [step for step in (*NEWEST, *OLDER) if not earlier.has(step)]

    assert absent == ["2026", "rest", "chain", "rollout", "workbooks"]


def test_the_rest_of_the_year_follows_and_makes_it_whole(install: Install) -> None:
    before = _in(install.worker)
    bring(install, [REST], print)

    assert {
        "enrolment",
        "estate",
        "party_building",
        "staff",
        "publicity_m09",
        "publicity_m10",
    } <= before
    assert before.isdisjoint({"finance", "publicity_m11", "training_q1"})
    assert _in(install.worker) == set(submitted_forms())


def _in(worker: Warehouse) -> set[str]:
    """The forms of the newest complete year of which something is in."""
    with worker.writing() as writer:
        rows = writer.rows(sa.text("SELECT DISTINCT form FROM submission WHERE year = :year"), year=int(NEWEST[0]))  # fmt: skip
    return {row.form for row in rows}


def test_another_ministry_is_refused(install: Install, tmp_path: Path) -> None:
    other = Install(install.worker, Ministry(today=TODAY, schools=80), tmp_path, NOW)

    with pytest.raises(OtherMinistry, match="name another folder"):
        bring(other, NEWEST[:1], print)


def test_a_warehouse_of_real_submissions_is_left_alone(database: Database, tmp_path: Path) -> None:
    warehouse = open_worker(database.worker_url)
    school = register(warehouse, [opened("3643000001", CHANGSHA)])["3643000001"]
    warehouse.record(batch(form("enrolment"), 2025, {school: students(g1=10)}))

    with pytest.raises(OtherMinistry, match="no demo's"):
        bring(Install(warehouse, SMALL, tmp_path, NOW), NEWEST[:1], print)

    warehouse.close()


@pytest.mark.parametrize("elsewhere", [{"host": "0.0.0.0"}, {"proxies": 1}])  # noqa: S104
def test_demo_accounts_are_shown_on_the_loopback_address_only(
    install: Install, tmp_path: Path, elsewhere: dict[str, Any]
) -> None:
    made = ensure_demo_accounts(install.worker, tmp_path)
    said: list[str] = []

    commands.show_accounts(install.worker, Settings(var=tmp_path), said.append)
    assert all(any(each.password in line for line in said) for each in made)

    said.clear()
    reached = Settings(var=tmp_path, **elsewhere)
    commands.show_accounts(install.worker, reached, said.append)
    assert not any(each.password in line for each in made for line in said)
    assert install.worker.account("ministry") is None
