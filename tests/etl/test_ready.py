"""Batches made ready ahead: what waits for the one before, and what does not."""

from __future__ import annotations

from threading import Event, Thread

import polars as pl
import pytest

from etl.ready import Ready
from warehouse.discovery import form

SOON, LATE = 0.2, 60.0  # seconds


@pytest.mark.parametrize(
    ("before", "then", "waits"),
    [
        (("enrolment", 2025), ("flow", 2025), True),
        (("enrolment", 2025), ("enrolment", 2026), True),  # the third grade of the year before
        (("enrolment", 2025), ("estate", 2025), False),
        (("enrolment", 2025), ("flow", 2023), False),
        (("flow", 2025), ("enrolment", 2025), False),
    ],
)
def test_a_batch_waits_for_the_one_before_where_its_rules_compare_with_that(
    before: tuple[str, int], then: tuple[str, int], *, waits: bool
) -> None:
    recorded = Ready(form=form(before[0]), year=before[1], schools=pl.DataFrame())
    judged = Event()

    def judge() -> None:
        recorded.wait_where_needed(form(then[0]), then[1])
        judged.set()

    thread = Thread(target=judge, daemon=True)
    with recorded.recording():
        thread.start()
        assert judged.wait(SOON if waits else LATE) is not waits
    assert judged.wait(LATE)


def test_a_recording_that_fails_lets_go_of_whoever_waits() -> None:
    recorded = Ready(form=form("enrolment"), year=2025, schools=pl.DataFrame())

    with pytest.raises(RuntimeError), recorded.recording():
        raise RuntimeError

    recorded.wait_where_needed(form("flow"), 2025)
