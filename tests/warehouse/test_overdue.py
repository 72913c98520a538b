"""What is owed of years before the newest: what was begun or given back and not handed in, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.factories import NOW, batch
from tests.warehouse.chain_world import YEAR, World, world
from warehouse import chain
from warehouse.chain_duties import remind
from warehouse.chain_queue import overdue
from warehouse.discovery import form

TODAY, TOMORROW = (
    date(2026, 11, 20),
    date(2026, 11, 21),
)  # of the year after the one the world reports


@pytest.fixture
def them(database: Database) -> Iterator[World]:
    made = world(database)
    yield made
    made.worker.close()
    made.web.close()


LAST = {"publicity_m08", "training_q4", "moral_activity_t2", "rectification", "safety_incident"}
"""What an academic year's end is asked for by: due in the year that follows."""


def owed(them: World, today: date) -> pl.DataFrame:
    """What is owed of the year the world reports, beside what its end is asked for by."""
    with them.worker.writing() as writer:
        return overdue(writer, today).filter(pl.col("year") == YEAR, ~pl.col("form").is_in(LAST))


def test_of_an_earlier_year_nobody_owes_what_was_never_begun(them: World) -> None:
    assert owed(them, TOMORROW).is_empty()


def test_what_a_year_s_end_is_asked_for_by_is_owed_once(them: World) -> None:
    with them.worker.writing() as writer:
        found = overdue(writer, TOMORROW).filter(year=YEAR, school_id=them.schools[0])
        days = dict(found.select("form", "days").iter_rows())
    assert set(days) == LAST
    assert days["moral_activity_t2"] == 1

    rows = [{"level": "school", "channel": "web", "items": 1, "reach": 1}]
    them.worker.record(batch(form("publicity_m08"), YEAR, {them.schools[0]: rows}))
    with them.worker.writing() as writer:
        begun = overdue(writer, TOMORROW).filter(year=YEAR, school_id=them.schools[0], form="publicity_m08")  # fmt: skip
    assert begun["state"].to_list() == ["filled"]  # as begun, and not once more as never begun


def test_what_was_begun_is_owed_from_the_day_after(them: World) -> None:
    them.fill()

    assert owed(them, TODAY).is_empty()
    assert owed(them, TOMORROW).select("school_id", "form", "days").rows() == [
        (them.schools[0], "enrolment", 1)
    ]


def test_what_was_returned_is_owed_and_what_was_handed_in_is_not(them: World) -> None:
    them.fill()
    them.hand_in()
    assert owed(them, TOMORROW).is_empty()

    them.do("furong", chain.return_, "(synthetic)")
    assert owed(them, TOMORROW)["state"].to_list() == ["returned"]


def test_a_reminder_names_the_year_that_is_owed(them: World) -> None:
    them.fill()
    them.hand_in()
    them.do("furong", chain.return_, "(synthetic)")
    tomorrow = NOW.replace(day=21)

    told = them.does("supervisor", remind, [them.schools[0]], tomorrow)

    assert told == (1, 0)
    with them.worker.writing() as writer:
        said = writer.rows(
            sa.text("SELECT said_en, object FROM notice WHERE kind = 'reminder' ORDER BY notice_id")
        )
    assert [row.object for row in said if f"year={YEAR}" in row.object] == [
        f"/review/{them.schools[0]}?year={YEAR}"
    ]
    assert any(f"forms of {YEAR}" in row.said_en for row in said)
    assert them.does("supervisor", remind, [them.schools[0]], tomorrow) == (0, 1)
