"""Rounds of review on the small demo ministry: what they write down, who reads it, and that the night and the minute agree."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import app
from etl.task import Duty
from metrics.judgement import duty
from metrics.judgement.duty import Reviewer
from metrics.judgement.limits import missed
from metrics.judgement.report import lines
from metrics.judgement.round import EVERYTHING, Desk, Done, changed, whole
from tests.factories import batch
from tests.readers import NOW, YEAR, Ministry, hand_in, reopen
from warehouse import flags
from warehouse.discovery import form
from warehouse.flag_tables import flag
from warehouse.flag_writing import framed, put
from warehouse.flags import Found, Judgement
from warehouse.places import NATION
from warehouse.rights import Role
from warehouse.store import Reader, Warehouse
from warehouse.tables import FOR_EVER
from warehouse.text import Text


def now() -> Any:
    return NOW


def standing(warehouse: Warehouse) -> dict[tuple[Any, ...], Any]:
    """Every flag that stands, by its identity."""
    c = flag.c
    asked = sa.select(flag, sa.literal_column("xmin")).where(c.gone_round.is_(None))
    with warehouse.writing() as writer:
        return {(row.judgement, row.school_id, row.year, row.rule): row for row in writer.rows(asked)}  # fmt: skip


@pytest.fixture(scope="module")
def reviewed(ministry: Ministry) -> Done:
    done = whole(ministry.worker, Desk(), now)
    assert done is not None
    return done


def reviewed_last(reader: Reader) -> flags.Known:
    found = flags.newest_round(reader)
    assert found is not None
    return found


def corrected(ministry: Ministry, school: int, **cells: int) -> None:
    """A school hands in its enrolment again, one row of it with other numbers."""
    reopen(ministry.worker, school)
    with ministry.worker.writing() as writer:
        rows = writer.frame(sa.text(f"SELECT * FROM fact_enrolment WHERE year = {YEAR} AND school_id = {school} AND basis IN (1, 3) AND last_load = {FOR_EVER}"))  # fmt: skip
    kept = rows.select(list(form("enrolment").columns)).to_dicts()
    kept[0] |= cells
    ministry.worker.record(batch(form("enrolment"), YEAR, {school: kept}))


def test_a_round_writes_down_every_judgement_that_it_can_make(reviewed: Done, ministry: Ministry) -> None:  # fmt: skip
    found = standing(ministry.worker)

    assert {name for name, *_ in found} == {"breach", "doubt"}
    assert reviewed.tally["breach"].found + reviewed.tally["doubt"].found == len(found)
    assert reviewed.tally["breach"].new == reviewed.tally["breach"].found
    assert {rule.split(".")[0] for name, _, _, rule in found if name == "breach"} > {"limit"}


def test_what_cannot_be_learnt_from_one_year_is_said(reviewed: Done) -> None:
    assert set(reviewed.notes) == {f"{name}.{lead}" for name in ("shrinks", "below", "ends", "any") for lead in (1, 2)}  # fmt: skip
    said = "\n".join(lines(reviewed, "en"))
    assert "not judged: Closes or is merged (within 2 years)" in said


def test_a_flag_tells_value_limit_history_and_cells(reviewed: Done, ministry: Ministry) -> None:
    assert reviewed.number
    found = standing(ministry.worker)
    doubt = next(row for key, row in found.items() if key[0] == "doubt")
    assert {"title", "clears", "value", "history", "parts", "score"} <= set(doubt.detail)
    assert sum(part["amount"] for part in doubt.detail["parts"]) == pytest.approx(doubt.detail["score"])  # fmt: skip
    assert all(cell for part in doubt.detail["parts"] for cell in part["cells"])
    limit = next(row for key, row in found.items() if key[3] == "limit.land")
    assert limit.detail["value"] < limit.detail["limit"] == 40_000
    assert "应不低于 40,000 平方米" in limit.said_zh
    assert "m², at least 40,000" in limit.said_en
    by_form = next(row for key, row in found.items() if key[0] == "breach" and not key[3].startswith("limit"))  # fmt: skip
    assert limit.detail["history"] == [[YEAR, limit.detail["value"]]]
    assert by_form.detail["rows"] >= len(by_form.detail["cells"]) > 0
    assert by_form.detail["history"] == [[YEAR, by_form.detail["rows"]]]
    assert by_form.detail["cells"][0]["row"] > 0


def test_the_same_review_again_finds_nothing_new(reviewed: Done, ministry: Ministry) -> None:
    before = standing(ministry.worker)

    again = whole(ministry.worker, Desk(), now)

    assert again is not None
    assert all(each.new == each.gone == 0 for each in again.tally.values())
    assert (reviewed.written > 0, again.written) == (True, 0)
    after = standing(ministry.worker)
    assert {key: row.flag_id for key, row in after.items()} == {key: row.flag_id for key, row in before.items()}  # fmt: skip
    assert {row.first_round for row in after.values()} == {reviewed.number}
    assert {key: row.xmin for key, row in after.items()} == {
        key: row.xmin for key, row in before.items()
    }  # none was written again


def test_between_two_nights_only_who_reported_is_looked_at_and_the_night_finds_the_same(
    ministry: Ministry, reviewed: Done
) -> None:
    desk = Desk()
    assert reviewed.number
    assert whole(ministry.worker, desk, now)
    assert changed(ministry.worker, desk, now) is None
    school = ministry.at("school")
    others = {key: row.xmin for key, row in standing(ministry.worker).items() if key[1] != school}  # fmt: skip

    corrected(ministry, school, students=9_000)
    done = changed(ministry.worker, desk, now)

    assert done is not None
    assert done.one.schools == (school,)
    assert done.tally["doubt"].new + done.tally["breach"].new > 0
    after = standing(ministry.worker)
    assert {key: row.xmin for key, row in after.items() if key[1] != school} == others
    assert changed(ministry.worker, desk, now) is None
    theirs = {key: row.said_zh for key, row in after.items() if key[1] == school}
    night = whole(ministry.worker, Desk(), now)
    assert night is not None
    assert {key: row.said_zh for key, row in standing(ministry.worker).items() if key[1] == school} == theirs  # fmt: skip


def test_what_is_put_right_is_gone_and_when_it_comes_back_it_stands_since_then(
    ministry: Ministry, reviewed: Done
) -> None:
    desk, school = Desk(), ministry.at("school")
    assert reviewed.number
    corrected(ministry, school, students=9_000)
    assert whole(ministry.worker, desk, now)
    wrong = {key for key in standing(ministry.worker) if key[1] == school}
    corrected(ministry, school, students=60)
    mended = changed(ministry.worker, desk, now)
    assert mended is not None
    gone = wrong - set(standing(ministry.worker))
    assert gone
    assert mended.tally["doubt"].gone + mended.tally["breach"].gone == len(gone)
    corrected(ministry, school, students=9_000)
    back = changed(ministry.worker, desk, now)
    assert back is not None
    again = standing(ministry.worker)
    assert gone <= set(again)
    assert {again[key].first_round for key in gone} == {back.number}


@pytest.fixture(scope="module")
def judged(ministry: Ministry, reviewed: Done) -> int:
    """The school that a test reader stands at, with a flag of each judgement."""
    school = ministry.at("school")
    said = Text("可能", "It may be")
    found = [
        Found(one, school, YEAR, f"made.{one}", "model", True, 0.4, said, {}) for one in Judgement
    ]
    with ministry.worker.writing() as writer:
        put(writer, reviewed.number, framed(found))
    return school


@pytest.mark.mlps("M9")
@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("school", {"breach", "doubt"}),
        ("county", {"breach", "doubt", "risk"}),
        ("province", {"breach", "doubt", "risk"}),
        ("ministry", {"breach", "doubt", "risk"}),
        ("sister", set()),
        ("analyst", set()),
        ("security", set()),
    ],
)
def test_who_reads_which_flags_of_a_school(
    ministry: Ministry, judged: int, role: str, sees: set[str]
) -> None:
    reader = ministry.readers[role]
    office = reader.role if Role(reader.role).is_admin else ""
    scope = ministry.web.scope(reader.login, reader.place_id, reader.depth, office)

    with ministry.web.reading(scope) as opened:
        asked = sa.select(flag.c.judgement).where(
            flag.c.school_id == judged, flag.c.rule.like("made.%")
        )
        found = opened.rows(asked)

    assert {row.judgement for row in found} == sees


@pytest.mark.mlps("M9")
def test_no_reader_writes_a_flag(ministry: Ministry, judged: int) -> None:
    reader = ministry.readers["ministry"]
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), ministry.web.acting(ministry.web.scope(reader.login, NATION)) as writer:  # fmt: skip
        writer.run(sa.delete(flag).where(flag.c.school_id == judged))


def test_the_worker_waits_until_a_load_has_come_to_rest(ministry: Ministry, reviewed: Done, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    one = Reviewer()
    assert reviewed.number
    assert one.nightly(ministry.worker, now)
    corrected(ministry, ministry.at("school"), students=61)
    monkeypatch.setattr(duty, "FEW", 0)
    assert one.between(ministry.worker, now) is None
    monkeypatch.setattr(duty, "AT_REST", timedelta(0))
    done = one.between(ministry.worker, now)
    assert done is not None
    assert done.one.kind == "whole"


def test_what_reads_all_schools_anew_waits_for_a_rest_and_not_for_ever(
    ministry: Ministry, reviewed: Done, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Reviewer()
    assert reviewed.number
    corrected(ministry, ministry.at("school"), students=62)
    assert one.between(ministry.worker, now) is None  # it has read nothing yet
    with ministry.worker.reading(EVERYTHING) as reader:
        waits = flags.waited(reader, reviewed_last(reader).loads)
        assert flags.waited(reader, flags.loads_now(reader)) == timedelta(0)
        assert timedelta(0) < waits < flags.waited(reader, {})
    monkeypatch.setattr(duty, "PATIENCE", timedelta(0))
    late = one.between(ministry.worker, now)
    assert late is not None
    assert late.one.schools == (ministry.at("school"),)

    monkeypatch.undo()
    corrected(ministry, ministry.at("school"), students=63)
    light = one.between(ministry.worker, now)
    assert light is not None
    assert light.one.schools == (ministry.at("school"),)
    assert one.between(ministry.worker, now) is None


def test_nothing_is_reviewed_where_nobody_has_reported(database: Any) -> None:
    worker = Warehouse(database.worker_url, "zhijian_worker")
    assert whole(worker, Desk(), now) is None
    assert changed(worker, Desk(), now) is None
    assert Reviewer().between(worker, now) is None
    assert list(lines(None, "en")) == ["Nothing has been submitted yet: there is nothing to review."]  # fmt: skip
    worker.close()


def test_the_worker_is_told_what_the_clock_asks_of_metrics() -> None:
    assert {(one.name, one.queue) for one in app.others() if isinstance(one, Duty)} == {("review_night", "review"), ("review_between", "review"), ("demo_shortlists", "review")}  # fmt: skip


def test_the_newest_round_tells_what_it_read(ministry: Ministry, reviewed: Done) -> None:
    with ministry.web.reading(ministry.web.scope("x", NATION)) as reader:
        first = flags.newest_round(reader, "whole")
    assert first is not None
    assert first.number >= reviewed.number
    assert first.years == (YEAR, YEAR)
    assert first.loads["enrolment"] > 0
    assert first.schools > 40


def test_a_limit_of_millions_is_printed_in_full(ministry: Ministry) -> None:
    poor = {"land": 50_000, "buildings": 30_000, "equipment": 2_999_999, "books": 36_000}
    hand_in(ministry, "estate", [poor])

    with ministry.worker.reading(EVERYTHING) as reader:
        found = list(missed(reader, ministry.worker.ladder, [YEAR], [ministry.at("school")]))

    (equipment,) = (one for one in found if one.rule == "limit.equipment")
    assert "2,999,999 元，应不低于 3,000,000 元" in equipment.said.zh
    assert "2,999,999 yuan, at least 3,000,000" in equipment.said.en
