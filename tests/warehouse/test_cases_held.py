"""What the database refuses by itself about cases, whatever the program does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.factories import SHAOYANG, event, register
from tests.warehouse.case_world import Cases
from tests.warehouse.chain_world import World
from warehouse import roles
from warehouse.case_rules import State
from warehouse.errors import CaseRefused


@pytest.fixture
def them_(them: World) -> Cases:
    return Cases(them)


def by_hand(them_: Cases, person: str) -> Callable[[str], None]:
    """A statement as the web's role runs it for a reader."""

    def run(statement: str) -> None:
        who = them_.world.people[person]
        with them_.world.web.acting(them_.world.web.scope(who.login, who.place_id)) as writer:
            writer.run(statement)

    return run


STEP = (
    "INSERT INTO case_step (case_id, school_id, deed, before, after, code, note, answers, said_zh, said_en, due, place_id, login, role, at, "
    "waits_at, actor, path, submission_id) SELECT case_id, school_id, '{deed}', '{before}', '{after}', '{code}', 'x', '{answers}', '', '', due, "
    "{place}, '{login}', '{role}', now(), {waits_at}, '{actor}', path, {submission} FROM case_file"
)
SAYS: dict[str, Any] = {"code": "", "answers": "[]", "submission": "NULL"}
BY_FURONG = SAYS | {"place": 430102, "login": "furong", "role": "reviewer"}


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ("furong", {"deed": "close", "before": "explained", "after": "closed", "code": "false_alarm", "waits_at": "NULL", "actor": ""}),
        ("furong", {"deed": "verify", "before": "verified", "after": "verified", "code": "false_alarm", "waits_at": 430000, "actor": "review"}),
        ("furong", {"deed": "verify", "before": "explained", "after": "closed", "code": "false_alarm", "waits_at": "NULL", "actor": ""}),
        ("furong", {"deed": "verify", "before": "explained", "after": "verified", "code": "", "waits_at": 430000, "actor": "review"}),
        ("furong", {"deed": "verify", "before": "explained", "after": "verified", "code": "false_alarm", "waits_at": 430102, "actor": "review"}),
        ("furong", {"deed": "verify", "before": "explained", "after": "verified", "code": "false_alarm", "waits_at": 440000, "actor": "review"}),
        ("furong", {"deed": "send_back", "before": "explained", "after": "sent_back", "waits_at": 430000, "actor": "fill"}),
        ("furong", {"deed": "withdraw", "before": "explained", "after": "withdrawn", "waits_at": "NULL", "actor": ""}),
        ("hunan", {"deed": "verify", "before": "explained", "after": "verified", "code": "false_alarm", "waits_at": 430000, "actor": "review",
                   "login": "hunan", "place": 430000}),
    ],
)  # fmt: skip
def test_a_step_out_of_turn_is_refused_by_the_database(
    them_: Cases, person: str, said: dict[str, Any]
) -> None:
    number = them_.opened()
    them_.explain(number)

    with pytest.raises(sa.exc.DBAPIError):
        by_hand(them_, person)(STEP.format(**(BY_FURONG | said)))

    assert them_.case(number).state is State.EXPLAINED
    by_hand(them_, "furong")(STEP.format(**(BY_FURONG | {"deed": "send_back", "before": "explained", "after": "sent_back", "waits_at": "school_id", "actor": "fill"})))  # fmt: skip
    assert them_.case(number).state is State.SENT_BACK  # the same words, in turn, are taken


FILE = (
    "INSERT INTO case_file (judgement, school_id, year, rule, said_zh, said_en, cells, weight, place_id, opened_at, path) "
    "SELECT '{judgement}', place_id, 2025, 'A1', 'x', 'x', '[[\"a\", \"b\"]]', 0, {place}, now(), {path} FROM place WHERE place_id = {school}"
)


def test_a_file_is_opened_by_an_office_above_and_never_without_a_step_or_about_a_risk(
    them_: Cases,
) -> None:
    school = them_.world.schools[0]
    said = {"judgement": "doubt", "place": 430102, "path": "path", "school": school}
    for person, wrong in (
        ("furong", {}),  # no step follows
        ("furong", {"judgement": "risk"}),
        ("furong", {"place": 430000}),
        ("furong", {"path": "path || 1"}),
        ("furong", {"school": them_.world.schools[1]}),
        ("statistician0", {"place": school}),
    ):
        with pytest.raises(sa.exc.DBAPIError):
            by_hand(them_, person)(FILE.format(**(said | wrong)))

    with them_.world.worker.writing() as worker:
        assert worker.scalar("SELECT count(*) FROM case_file") == 0


@pytest.mark.parametrize("statement", [
    "UPDATE case_file SET state = 'closed'", "DELETE FROM case_file", "UPDATE case_step SET note = ''", "DELETE FROM case_step",
    "DELETE FROM case_evidence", "UPDATE case_evidence SET name = 'x'",
])  # fmt: skip
def test_nobody_of_the_web_rewrites_a_case(them_: Cases, statement: str) -> None:
    them_.opened()

    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        by_hand(them_, "nation")(statement)


def test_what_was_done_stays_even_for_who_owns_it(them_: Cases, their_database: Database) -> None:
    them_.opened()

    with roles.connect(their_database.owner_url) as owner:
        for statement in ("UPDATE case_step SET note = 'x'", "DELETE FROM case_step", "TRUNCATE case_step CASCADE"):  # fmt: skip
            with pytest.raises(psycopg.Error, match="stays"):
                owner.execute(statement)


def test_a_school_in_other_custody_takes_its_cases_along(them_: Cases) -> None:
    number = them_.opened()
    them_.explain(number)
    code = them_.world.worker.ladder.place(them_.world.schools[0]).code

    register(them_.world.worker, [event(code, "moved", 2025, county=SHAOYANG)])
    them_.world.web.refresh()

    assert them_.case(number).waits_at == 430502
    assert 430502 in them_.case(number).path
    them_.verify(number, "shuangqing")
    with pytest.raises(CaseRefused):
        them_.verify(number, "furong")
