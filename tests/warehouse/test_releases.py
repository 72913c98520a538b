"""A release is a moment, drafted by one person of the ministry and signed by another: one row, and what it freezes stays readable for ever."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from metrics.signals.discovery import signals
from metrics.signals.signal import Family
from tests.conftest import Database
from tests.factories import NOW
from tests.warehouse.case_world import Cases
from tests.warehouse.chain_world import NO_PASSWORD, YEAR, World
from warehouse import releases
from warehouse.chain import Who
from warehouse.data_check import _of_releases
from warehouse.errors import ReleaseRefused
from warehouse.places import NATION
from warehouse.release_checks import JUMPS, Check, counted
from warehouse.releases import RELEASE, Draft, Release, Said
from warehouse.rights import Role
from warehouse.trail import Line, write

pytestmark = pytest.mark.mlps("M10", "M22")
TODAY = date(2026, 11, 20)
NOTES = "本次发布含全部已报数据（合成）。"
WHY = "仍有学校未报，说明随数据一并发布（合成）。"


@pytest.fixture
def ministry(them: World) -> World:
    """With three more people of the ministry: a supervisor, one who decides and one who counts."""
    for login, role in (
        ("second", Role.SUPERVISOR),
        ("looker", Role.DECISION_MAKER),
        ("counter", Role.ANALYST),
    ):
        them.worker.keep_account(
            login=login, role=role.value, place_id=NATION, depth="records", name_zh=login, name_en=login, password_hash=NO_PASSWORD,
        )  # fmt: skip
        them.people[login] = Who(login=login, role=role, place_id=NATION)
    return them


def said(**given: Any) -> Said:
    return Said(**{"year": YEAR, "state": "preliminary", "basis": "submitted", "notes_zh": NOTES, **given})  # fmt: skip


def drafts(them: World, person: str = "nation", **given: Any) -> int:
    number: int = them.does(person, releases.draft, said(**given), TODAY)
    return number


def signs(them: World, draft: int, person: str = "second") -> Release:
    """As the action does it: with its line in the same transaction."""

    def acted(writer: Any, who: Who) -> Release:
        one = releases.sign(writer, who, draft, TODAY)
        write(
            writer,
            Line(
                login=who.login,
                address="",
                event="sign_release",
                object=releases.object_of(one),
                succeeded=True,
                detail={"digest": one.digest},
            ),
        )
        return one

    made: Release = them.does(person, acted)
    return made


def released(them: World, **given: Any) -> Release:
    return signs(them, drafts(them, **given))


def final(**given: Any) -> dict[str, Any]:
    return {"state": "final", "basis": "approved", "open_reason": WHY, **given}


def seen(them: World, person: str) -> tuple[list[str], list[int]]:
    """The releases and drafts that somebody sees over the web."""
    who = them.people[person]
    with them.web.reading(them.web.scope(who.login, who.place_id)) as reader:
        return (
            [one.number for one in releases.signed(reader)],
            [one.draft_id for one in releases.waiting(reader)],
        )


def waiting(them: World) -> tuple[Draft, ...]:
    with them.worker.reading(them.worker.everything()) as reader:
        return releases.waiting(reader)


def checks(them: World) -> dict[str, Check]:
    with them.web.reading(them.web.scope("nation", NATION)) as reader:
        return {one.name: one for one in counted(reader, YEAR, TODAY)}


def test_one_drafts_another_signs_and_offices_are_told(ministry: World) -> None:
    ministry.fill(0, g1=100)
    draft = drafts(ministry)
    with pytest.raises(ReleaseRefused, match="does not sign it"):
        signs(ministry, draft, "nation")
    one = signs(ministry, draft)
    assert (one.number, one.state, one.drafted_by, one.signed_by) == (f"FB-{YEAR}-1", "preliminary", "nation", "second")  # fmt: skip
    assert waiting(ministry) == ()
    with ministry.worker.writing() as writer:
        told = writer.rows(sa.text("SELECT login, object FROM notice WHERE kind = 'release'"))
        assert {"hunan", "nation", "looker"} <= {row.login for row in told}
        assert "furong" not in {row.login for row in told}
        assert {row.object for row in told} == {f"/releases?item=FB-{YEAR}-1"}
        assert [each.number for each in releases.releases_since(writer, one.drafted_at)] == [
            one.number
        ]
        assert releases.releases_since(writer, one.signed_at) == ()


def test_a_release_is_one_row_that_reads_the_loads_of_its_draft(ministry: World) -> None:
    ministry.fill(0, g1=100)
    draft = drafts(ministry)
    ministry.fill(1, g1=50)
    one = signs(ministry, draft)
    ministry.fill(2, g1=70)
    with ministry.worker.reading(ministry.worker.everything()) as reader:
        now = reader.loads([NATION])[NATION]
        sums = {
            load: reader.rows(sa.text(
                "SELECT sum(students) FROM fact_enrolment WHERE year = :y AND first_load <= :n AND :n < last_load"), y=YEAR, n=load)[0][0]
            for load in (one.loads["enrolment"], now["enrolment"])
        }  # fmt: skip
        rows = [reader.rows(sa.text(f"SELECT count(*) FROM {table}"))[0][0] for table in ("release", "release_draft", "release_refusal")]  # fmt: skip
    assert sums == {one.loads["enrolment"]: 100, now["enrolment"]: 220}
    assert rows == [1, 1, 0]
    assert now[RELEASE] == 1  # by which pages that are remembered learn of it


def test_states_follow_one_another(ministry: World) -> None:
    ministry.fill()
    with pytest.raises(ReleaseRefused, match="before a final one"):
        drafts(ministry, **final(state="revised"))
    with pytest.raises(ReleaseRefused, match="approved basis"):
        drafts(ministry, **final(basis="submitted"))
    made = [released(ministry), released(ministry), released(ministry, **final())]
    with pytest.raises(ReleaseRefused, match="after it revisions"):
        drafts(ministry)
    made += [
        released(ministry, **final(state="revised")),
        released(ministry, **final(state="revised")),
    ]
    assert [one.number for one in made] == [f"FB-{YEAR}-{n}" for n in range(1, 6)]
    assert [one.name.en for one in made] == [
        "Preliminary",
        "Preliminary",
        "Final",
        "Revised 1",
        "Revised 2",
    ]
    assert releases.before(made, made[3]) == made[2]
    assert seen(ministry, "head0") == ([one.number for one in reversed(made)], [])


def test_final_figures_need_a_clear_checklist_or_a_reason(ministry: World) -> None:
    ministry.fill()
    assert checks(ministry)["coverage"].verdict == "open"
    with pytest.raises(ReleaseRefused, match="checklist is not clear"):
        drafts(ministry, **final(open_reason="soon"))
    one = released(ministry, **final())
    assert one.open_reason == WHY
    assert [each.name for each in one.checks] == ["coverage", "unsigned", "jumps", "cases"]


def test_the_checklist_counts_by_province_and_a_jump_until_the_school_has_explained_it(
    ministry: World,
) -> None:
    before = checks(ministry)["coverage"]
    ministry.fill(0)
    ministry.hand_in(0)
    found = checks(ministry)
    assert before.number - found["coverage"].number == 1
    assert (found["unsigned"].number, found["unsigned"].by) == (1, {430000: 1})
    ministry.approve(0)
    assert checks(ministry)["unsigned"].verdict == "clear"
    assert checks(ministry)["cases"].verdict == checks(ministry)["jumps"].verdict == "clear"

    cases = Cases(ministry)
    _flagged(ministry, "A9")
    assert checks(ministry)["jumps"].by == {430000: 1}
    number = cases.opened()
    assert (checks(ministry)["jumps"].number, checks(ministry)["cases"].by) == (1, {430000: 1})
    cases.explain(number)
    assert (checks(ministry)["jumps"].number, checks(ministry)["cases"].number) == (0, 1)


def _flagged(them: World, rule: str) -> None:
    with them.worker.writing() as writer:
        writer.run("INSERT INTO review_round (kind, began_at, ended_at, first_year, last_year, schools, loads, tally, notes) "
                   "VALUES ('whole', now(), now(), 2025, 2025, 1, '{}', '{}', '{}')")  # fmt: skip
        writer.run("INSERT INTO flag (year, judgement, school_id, rule, tier, speaks, weight, said_zh, said_en, detail, first_round, path, digest) "
                   "VALUES (:y, 'doubt', :s, :r, 'soft', true, 1, 'x', 'x', '{}', 1, :p, 1)", y=YEAR, s=them.schools[0], r=rule, p=[430000])  # fmt: skip


def test_a_refused_draft_makes_room_for_another_and_takes_no_number(ministry: World) -> None:
    ministry.fill()
    draft = drafts(ministry)
    with pytest.raises(ReleaseRefused, match="waits already"):
        drafts(ministry)
    with pytest.raises(ReleaseRefused, match="Give a reason"):
        ministry.does("second", releases.refuse, draft, "no", NOW)
    ministry.does("second", releases.refuse, draft, "请先补齐说明（合成）。", NOW)
    with pytest.raises(ReleaseRefused, match="signed or refused"):
        signs(ministry, draft)
    assert released(ministry).number == f"FB-{YEAR}-1"


def test_nobody_else_drafts_or_sees_a_draft(ministry: World) -> None:
    ministry.fill()
    others = ["hunan", "supervisor", "looker", "counter", "head0"]
    for person in others:
        with pytest.raises(ReleaseRefused, match="of the ministry"):
            drafts(ministry, person)
    draft = drafts(ministry)
    assert seen(ministry, "second") == ([], [draft])
    for person in others:
        assert seen(ministry, person) == ([], [])
    for person in [*others, "nation"]:  # who drafted it does not sign it either
        with pytest.raises(sa.exc.DBAPIError):
            ministry.does(person, _straight, draft)


def _straight(writer: Any, who: Who, draft: int) -> None:
    """A signature written beside the program, of other figures than those of the draft."""
    writer.run(
        "INSERT INTO release SELECT 'FB-2025-9', draft_id, 9, 0, year, state, basis, frozen_at, '{\"enrolment\": 1}', notes_zh, notes_en, open_reason, checks, "
        "drafted_by, drafted_role, drafted_at, '[]', :login, :role, now() FROM release_draft WHERE draft_id = :draft",
        login=who.login, role=who.role.value, draft=draft,
    )  # fmt: skip
    if writer.scalar("SELECT count(*) FROM release") == 0:
        raise sa.exc.DBAPIError("nothing of that draft is seen", {}, BaseException())


def test_the_database_copies_the_draft_whatever_is_written(ministry: World) -> None:
    ministry.fill()
    draft = drafts(ministry)
    frozen = waiting(ministry)[0].loads
    ministry.does("second", _straight, draft)
    with ministry.worker.reading(ministry.worker.everything()) as reader:
        (one,) = releases.signed(reader)
        assert (one.number, one.loads) == (f"FB-{YEAR}-1", frozen)
        assert [each.en for each in _of_releases(reader)] == [f"release {one.number} is not what the trail says was signed"]  # fmt: skip


def test_nobody_changes_what_was_signed_and_the_check_would_find_it(ministry: World, their_database: Database) -> None:  # fmt: skip
    ministry.fill()
    released(ministry)
    _unsigned(ministry)
    with psycopg.connect(
        their_database.owner_url.replace("+psycopg", ""), autocommit=True
    ) as owner:
        for statement in (
            "UPDATE release SET notes_zh = notes_zh || '.'", "DELETE FROM release", "TRUNCATE release CASCADE", "UPDATE release_draft SET year = 2024", "DELETE FROM release_draft",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.RaiseException, match="never changed"):
                owner.execute(statement)
        assert _checked(ministry) == []
        owner.execute("ALTER TABLE release DISABLE TRIGGER USER")
        owner.execute("UPDATE release SET loads = '{}'")
    assert _checked(ministry) != []


def _checked(them: World) -> list[str]:
    with them.worker.reading(them.worker.everything()) as reader:
        return [one.en for one in _of_releases(reader)]


def _unsigned(ministry: World) -> None:
    """Who has not signed in reads nothing."""
    with ministry.web.engine.begin() as connection:
        for table in ("release", "release_draft", "release_refusal", "release_pattern", "release_proof", "release_piece"):  # fmt: skip
            assert connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar() == 0


def test_the_jumps_of_the_checklist_are_the_signals_about_a_schools_own_years() -> None:
    assert set(JUMPS) == {code for code, one in signals().items() if one.family is Family.SERIES}
