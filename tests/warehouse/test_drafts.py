"""Drafts: who writes and reads them, what two browsers do to each other, going back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.factories import CHANGSHA, SHAOYANG, opened, register
from warehouse import drafts
from warehouse.discovery import form
from warehouse.drafts import KEPT, MOST_ROWS, Sheet, StaleDraft, UnfitDraft
from warehouse.scope import Scope
from warehouse.store import Warehouse, Writer

NOW = datetime(2026, 11, 20, 2, 31, tzinfo=UTC)
ROW = {"specialty": "720201", "grade": "1", "sex": "2", "students": "45"}


@pytest.fixture
def schools(database: Database) -> tuple[int, int]:
    worker = Warehouse(database.worker_url, "zhijian_worker")
    ids = register(worker, [opened("3643000001", CHANGSHA), opened("3643000002", SHAOYANG)])
    worker.close()
    return ids["3643000001"], ids["3643000002"]


@pytest.fixture
def web(database: Database, schools: tuple[int, int]) -> Iterator[Warehouse]:
    assert schools
    warehouse = Warehouse(database.web_url)
    yield warehouse
    warehouse.close()


@pytest.fixture
def sheet(schools: tuple[int, int]) -> Sheet:
    return Sheet(form=form("enrolment"), year=2025, school=schools[0])


@pytest.fixture
def statistician(web: Warehouse, schools: tuple[int, int]) -> Scope:
    return web.scope("filler", schools[0], "records", "statistician")


def save(writer: Writer, sheet: Sheet, students: str, seen: int, by: str = "filler") -> int:
    row = {**ROW, "students": students}
    return drafts.save(writer, sheet, [row], seen=seen, now=NOW, by=by).version


def typed(found: drafts.Draft | None) -> list[str]:
    return [row["students"] for row in found.rows] if found else []


def test_what_is_saved_is_there_again(web: Warehouse, sheet: Sheet, statistician: Scope) -> None:
    with web.acting(statistician) as writer:
        assert save(writer, sheet, "45", 0) == 1
        assert save(writer, sheet, "46", 1) == 2

    with web.reading(statistician) as reader:
        found = drafts.newest(reader, sheet)
        begun = drafts.begun(reader, sheet.school, 2025)

    assert typed(found) == ["46"]
    assert found
    assert (found.saved_at, found.saved_by, found.before) == (NOW, "filler", 1)
    assert begun == {"enrolment": NOW}


def test_the_second_browser_overwrites_nothing(
    web: Warehouse, sheet: Sheet, statistician: Scope
) -> None:
    with web.acting(statistician) as writer:
        save(writer, sheet, "45", 0)
        save(writer, sheet, "46", 1)
    with pytest.raises(StaleDraft, match="on this page") as refused, web.acting(statistician) as w:
        save(w, sheet, "47", 1)

    assert refused.value.newest.version == 2
    with web.reading(statistician) as reader:
        assert typed(drafts.newest(reader, sheet)) == ["46"]


def test_two_first_saves_do_not_both_count(
    web: Warehouse, sheet: Sheet, statistician: Scope
) -> None:
    with web.acting(statistician) as writer:
        save(writer, sheet, "45", 0)
    with pytest.raises(StaleDraft), web.acting(statistician) as writer:
        save(writer, sheet, "47", 0)


def test_what_came_too_late_is_one_undo_away(
    web: Warehouse, sheet: Sheet, statistician: Scope
) -> None:
    with web.acting(statistician) as writer:
        save(writer, sheet, "45", 0)
        late = drafts.keep_beneath(writer, sheet, [{**ROW, "students": "47"}], now=NOW, by="filler")
        back = drafts.undo(writer, sheet, seen=late.version)

    assert typed(late) == ["45"]
    assert typed(back) == ["47"]


def test_saves_are_undone_one_by_one_and_versions_only_rise(
    web: Warehouse, sheet: Sheet, statistician: Scope
) -> None:
    with web.acting(statistician) as writer:
        for n in range(3):
            save(writer, sheet, str(n), n)
        second = drafts.undo(writer, sheet, seen=3)
        assert second
        first = drafts.undo(writer, sheet, seen=second.version)
        assert first
        nothing_left = drafts.undo(writer, sheet, seen=first.version)

    assert (typed(second), second.version, typed(first), first.version) == (["1"], 4, ["0"], 5)
    assert nothing_left is None


def test_so_many_versions_are_kept(web: Warehouse, sheet: Sheet, statistician: Scope) -> None:
    with web.acting(statistician) as writer:
        for n in range(KEPT + 5):
            save(writer, sheet, str(n), n)
        found = drafts.newest(writer, sheet)

    assert found
    assert (found.version, found.before) == (KEPT + 5, KEPT - 1)


def test_the_same_rows_again_are_no_new_version(
    web: Warehouse, sheet: Sheet, statistician: Scope
) -> None:
    with web.acting(statistician) as writer:
        save(writer, sheet, "45", 0)
        again = [{**ROW, "entrants": " "}, {}]
        later = drafts.save(writer, sheet, again, seen=1, now=NOW, by="filler")

    assert (later.version, typed(later)) == (1, ["45"])


@pytest.mark.parametrize(
    "rows",
    [
        [ROW] * (MOST_ROWS + 1),
        [{**ROW, "explanation": "因" * 501}],
        [{**ROW, "students; DROP TABLE draft": "1"}],
    ],
)
def test_what_does_not_fit_is_refused(
    web: Warehouse, sheet: Sheet, statistician: Scope, rows: list[dict[str, str]]
) -> None:
    with pytest.raises(UnfitDraft), web.acting(statistician) as writer:
        drafts.save(writer, sheet, rows, seen=0, now=NOW, by="filler")


STRANGERS: dict[str, Callable[[Warehouse, int, int], Scope]] = {
    "the school's reviewer": lambda w, own, _: w.scope("checker", own, "records"),
    "another school's statistician": lambda w, _, other: w.scope(
        "neighbour", other, "records", "statistician"
    ),
    "its county": lambda w, own, _: w.scope("county", w.ladder.parent(own) or 0, "records"),
    "a statistician put above": lambda w, own, _: w.scope(
        "above", w.ladder.parent(own) or 0, "records", "statistician"
    ),
    "the ministry": lambda w, *_: w.scope("ministry", 1, "records"),
}


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_else_reads_or_writes_a_draft(
    web: Warehouse, sheet: Sheet, schools: tuple[int, int], statistician: Scope, who: str
) -> None:
    with web.acting(statistician) as writer:
        save(writer, sheet, "45", 0)
    stranger = STRANGERS[who](web, *schools)

    with web.reading(stranger) as reader:
        assert drafts.newest(reader, sheet) is None
    with (
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
        web.acting(stranger) as w,
    ):
        save(w, sheet, "0", 0, by=stranger.reader)
    with web.acting(stranger) as writer:
        writer.run("DELETE FROM draft")
    with web.reading(statistician) as reader:
        assert typed(drafts.newest(reader, sheet)) == ["45"]


def test_nobody_saves_under_another_name(web: Warehouse, sheet: Sheet, statistician: Scope) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
        web.acting(statistician) as w,
    ):
        save(w, sheet, "45", 0, by="somebody else")


def test_what_was_saved_is_not_rewritten(web: Warehouse, sheet: Sheet, statistician: Scope) -> None:
    with web.acting(statistician) as writer:
        save(writer, sheet, "45", 0)
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        web.acting(statistician) as w,
    ):
        w.run("UPDATE draft SET rows = '[]'")


def test_what_nobody_goes_back_to_is_let_go(
    database: Database, web: Warehouse, sheet: Sheet, statistician: Scope
) -> None:
    other = Sheet(form=form("staff"), year=2025, school=sheet.school)
    with web.acting(statistician) as writer:
        for version in range(3):
            save(writer, sheet, str(40 + version), version)
        drafts.save(writer, other, [{"persons": "7"}], seen=0, now=NOW, by="filler")
    worker = Warehouse(database.worker_url, "zhijian_worker")

    def gone(before: datetime) -> int:
        with worker.writing() as writer:
            return drafts.let_go(writer, before)

    assert gone(NOW) == 0  # nothing is that old yet
    later = NOW + timedelta(days=91)
    assert gone(later) == 2  # the newest of each form stays
    assert gone(later) == 0
    with worker.writing() as writer:
        writer.run(
            "INSERT INTO standing (form, year, school_id, state, since, waits_at, actor, submission_id, content_hash, path) "
            "VALUES ('enrolment', 2025, :school, 'approved', now(), NULL, '', 1, '', ARRAY[:school]) "
            "ON CONFLICT (year, form, school_id) DO UPDATE SET state = 'approved'",
            school=sheet.school,
        )
    assert gone(later) == 1
    with web.reading(statistician) as reader:
        assert drafts.newest(reader, sheet) is None
        assert drafts.newest(reader, other) is not None
    worker.close()
