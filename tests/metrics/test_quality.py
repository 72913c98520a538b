"""What the quality of data is made of: counts by named check, added up first and divided last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from etl.reasons import REASONS
from metrics.quality import CHECKS, Dimension, checked, comparing, dimensions, mean, repairs
from metrics.review import Tally
from tests.conftest import Database
from tests.factories import CHANGSHA, SHAOYANG, batch, opened, register, students
from warehouse.discovery import form
from warehouse.ledger import Batch
from warehouse.places import NATION
from warehouse.refusals import REFUSALS
from warehouse.store import Warehouse
from warehouse.tables import Basis

YEAR = 2025
IN_TIME, LATE = (
    datetime(2025, 11, 20, 15, 59, tzinfo=UTC),
    datetime(2025, 11, 20, 16, 1, tzinfo=UTC),
)  # midnight in China between


def index(seen: pl.DataFrame) -> float | None:
    return mean(dimensions(seen))


def rows(**counts: tuple[int, int]) -> pl.DataFrame:
    """Checks of one form as asked and passed."""
    return pl.DataFrame(
        [{"place_id": 1, "form": "staff", "check": name, "asked": asked, "passed": passed} for name, (asked, passed) in counts.items()]
    )  # fmt: skip


def test_a_dimension_is_the_mean_of_its_checks_and_the_index_of_the_dimensions() -> None:
    seen = rows(submitted=(10, 5), rows=(200, 200), on_time=(4, 1))

    assert dimensions(seen) == {Dimension.COMPLETENESS: 75.0, Dimension.TIMELINESS: 25.0}
    assert index(seen) == 50.0


def test_where_nothing_was_asked_there_is_no_index() -> None:
    assert index(rows(submitted=(1, 1)).clear()) is None


def test_numbers_are_added_before_they_are_divided() -> None:
    small, large = rows(settled=(1, 0)), rows(settled=(99, 99))

    assert index(pl.concat([small, large])) == 99.0


def test_a_repair_gains_what_the_index_would_rise_by() -> None:
    seen = rows(submitted=(10, 5), rows=(200, 150), on_time=(4, 1))
    first, *others = repairs(seen)

    assert (first.check, first.failed, first.gain) == ("on_time", 3, 37.5)
    assert index(rows(submitted=(10, 5), rows=(200, 150), on_time=(4, 4))) == pytest.approx(
        (index(seen) or 0) + first.gain
    )
    assert [one.check for one in others] == ["submitted", "rows"]


def test_every_dimension_has_a_check_that_says_what_it_divides_and_how_it_is_repaired() -> None:
    assert {check.dimension for check in CHECKS.values()} == set(Dimension)
    assert all(text.zh and text.en for check in CHECKS.values() for text in check[1:])


def test_a_rule_that_looks_at_another_form_or_year_is_one_of_consistency() -> None:
    assert "as_many_as_graduated" in comparing("destination")
    assert "starts_where_it_ended" in comparing("flow")
    assert "not_everyone_settles" not in comparing("destination")


# -- counted from what came in


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    made = Warehouse(database.worker_url, "zhijian_worker")
    yield made
    made.close()


def came(school: int, at: datetime, name: str = "enrolment", **counts: Any) -> Batch:
    made = batch(form(name), YEAR, {school: students(g1=10, g2=10, g3=10)}, received_at=at)
    return replace(
        made, submissions=made.submissions.with_columns(**{k: pl.lit(v) for k, v in counts.items()})
    )


def seen(worker: Warehouse, place: int = NATION) -> dict[tuple[str, str], tuple[int, int]]:
    with worker.reading(worker.scope("ministry", NATION)) as reader:
        found = checked(reader, place, YEAR, date(2026, 11, 20))
    return {(form, check): (asked, passed) for _, form, check, asked, passed in found.group_by("place_id", "form", "check").agg(pl.col("asked").sum(), pl.col("passed").sum()).iter_rows() if form in {"enrolment", "staff"}}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("entered_belongs_to_enrolment", "招生数（以《分专业学生数》为准）", "(taken from Students by specialty)"),
        ("unknown_code", "代码不在代码表中", "code not on its list"),
        ("of_a_version_to_come", "其他检查", "other checks"),
    ],
)  # fmt: skip
def test_a_rule_is_called_by_words_and_never_by_its_key(rule: str, zh: str, en: str) -> None:
    title = Tally("flow", rule, "remark", None, 1, 1).title

    assert (zh in title.zh, en in title.en) == (True, True)
    assert rule not in title.zh + title.en


def test_every_reason_for_a_refusal_has_a_name() -> None:
    assert set(REFUSALS) == set(REASONS)


def test_what_came_is_counted_check_by_check(worker: Warehouse) -> None:
    ids = register(worker, [opened("3643000001", CHANGSHA), opened("3643000002", SHAOYANG)], [YEAR])
    first, second = ids["3643000001"], ids["3643000002"]
    worker.record(came(first, IN_TIME, rows_refused=1))

    assert seen(worker) == {
        ("enrolment", "submitted"): (2, 1), ("staff", "submitted"): (2, 0), ("enrolment", "rows"): (4, 3),
        ("enrolment", "on_time"): (1, 1), ("enrolment", "agrees"): (1, 1), ("enrolment", "believable"): (1, 1), ("enrolment", "settled"): (1, 1),
    }  # fmt: skip
    assert seen(worker, second) == {
        ("enrolment", "submitted"): (1, 0),
        ("staff", "submitted"): (1, 0),
    }


def test_a_submission_after_the_day_in_china_is_late(worker: Warehouse) -> None:
    ids = register(worker, [opened("3643000001", CHANGSHA), opened("3643000002", SHAOYANG)], [YEAR])
    worker.record(came(ids["3643000001"], IN_TIME))
    worker.record(came(ids["3643000002"], LATE))

    assert seen(worker)["enrolment", "on_time"] == (2, 1)


def test_a_correction_is_not_settled_and_what_was_approved_beforehand_is_not_asked_for_its_day(
    worker: Warehouse,
) -> None:
    ids = register(worker, [opened("3643000001", CHANGSHA), opened("3643000002", SHAOYANG)], [YEAR])
    worker.record(came(ids["3643000001"], IN_TIME, content_hash="one"))
    worker.record(came(ids["3643000001"], IN_TIME, content_hash="two"))
    worker.record(replace(came(ids["3643000002"], LATE), basis=Basis.BOTH))

    assert seen(worker)["enrolment", "settled"] == (2, 1)
    assert seen(worker)["enrolment", "on_time"] == (1, 1)


def test_an_unusual_value_counts_until_it_is_explained_and_a_contradiction_always(
    worker: Warehouse,
) -> None:
    ids = register(worker, [opened("3643000001", CHANGSHA), opened("3643000002", SHAOYANG)], [YEAR])
    for code, explanation in (("3643000001", ""), ("3643000002", "招生后转学")):
        found = {"school_id": ids[code], "sheet": "1", "sheet_row": 6, "column": "entrants", "value": "1", "message_zh": "", "message_en": "",
                 "answer": "remark", "law": None, "explanation": explanation}  # fmt: skip
        lines = pl.DataFrame([{**found, "rule": "entrants_stay"}])
        worker.record(replace(came(ids[code], IN_TIME), findings=lines.cast({"law": pl.String})))

    assert seen(worker)["enrolment", "believable"] == (2, 1)
