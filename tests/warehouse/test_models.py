"""Models of risk come into force by two people of the ministry, stay as they were signed, and are not used when they are not that any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.factories import NOW
from tests.warehouse.chain_world import NO_PASSWORD, World
from warehouse import models
from warehouse.chain import Who
from warehouse.data_check import _of_models
from warehouse.errors import ModelRefused
from warehouse.models import Deed, Kept, Made
from warehouse.places import NATION
from warehouse.rights import Role
from warehouse.trail import Line, write

pytestmark = pytest.mark.mlps("M10", "M22")
WHY = "回测优于现行模型（合成）"


def made(text: str = '{"format":1}', version: str = "abc") -> Made:
    card: dict[str, Any] = {"zh": [], "en": []}
    return Made(version, NOW, (2020, 2025), 40, {"students": 7}, card, {"version": version, "risks": []}, text)  # fmt: skip


@pytest.fixture
def ministry(them: World) -> World:
    """With two more people of the ministry: a supervisor, and an analyst who may sign nothing."""
    for login, role in (("second", Role.SUPERVISOR), ("looker", Role.DECISION_MAKER)):
        them.worker.keep_account(
            login=login, role=role.value, place_id=NATION, depth="records", name_zh=login, name_en=login, password_hash=NO_PASSWORD,
        )  # fmt: skip
        them.people[login] = Who(login=login, role=role, place_id=NATION)
    return them


def kept(them: World, text: str = '{"format":1}', version: str = "abc") -> int:
    with them.worker.writing() as writer:
        return models.keep(writer, made(text, version))


def does(them: World, person: str, number: int, deed: Deed, reason: str = WHY) -> Kept:
    """As the action does it: with its line in the same transaction."""
    found: Kept = them.does(person, _acted, number, deed, reason)
    return found


def _acted(writer: Any, who: Who, number: int, deed: Deed, reason: str) -> Kept:
    one = models.act(writer, who, number, deed, reason, NOW)
    detail = {"version": one.version, "digest": one.digest}
    write(writer, Line(login=who.login, address="", event=f"{deed}_model", object=models.object_of(one), succeeded=True, detail=detail))  # fmt: skip
    return one


def put_in_force(them: World, number: int) -> None:
    does(them, "nation", number, Deed.PROPOSE)
    does(them, "second", number, Deed.SIGN, "")


def force(them: World) -> Kept | None:
    with them.worker.reading(them.worker.everything()) as reader:
        return models.in_force(reader)


def test_one_proposes_and_another_signs(ministry: World) -> None:
    number = kept(ministry)
    assert force(ministry) is None
    does(ministry, "nation", number, Deed.PROPOSE)
    assert force(ministry) is None
    with pytest.raises(ModelRefused, match="does not sign it"):
        does(ministry, "nation", number, Deed.SIGN)
    does(ministry, "second", number, Deed.SIGN, "")
    found = force(ministry)
    assert found is not None
    assert found.model_id == number
    assert [(one.deed, one.login) for one in found.steps] == [(Deed.PROPOSE, "nation"), (Deed.SIGN, "second")]  # fmt: skip


def test_the_same_document_is_one_model(ministry: World) -> None:
    assert kept(ministry) == kept(ministry)
    assert kept(ministry, '{"format":1,"models":[]}') != kept(ministry)


@pytest.mark.parametrize("person", ["hunan", "supervisor", "looker", "head0"])
def test_nobody_else_puts_models_in_force(ministry: World, person: str) -> None:
    number = kept(ministry)
    with pytest.raises(ModelRefused, match="of the ministry"):
        does(ministry, person, number, Deed.PROPOSE)


def _straight(writer: Any, who: Who, number: int, deed: str, login: str) -> None:
    """A step written beside the program."""
    digest = writer.scalar(sa.text("SELECT digest FROM risk_model WHERE model_id = :n"), n=number)
    writer.run(
        "INSERT INTO risk_model_step (model_id, deed, digest, reason, login, role, at) VALUES (:n, :deed, :digest, :why, :login, :role, now())",
        n=number, deed=deed, digest=digest, why=WHY, login=login, role=who.role.value,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("person", "deed", "login"),
    [
        ("hunan", "propose", "hunan"), ("looker", "propose", "looker"), ("nation", "propose", "second"), ("nation", "sign", "nation"),
    ],
)  # fmt: skip
def test_the_database_holds_it_by_itself(ministry: World, person: str, deed: str, login: str) -> None:  # fmt: skip
    number = kept(ministry)
    if deed == "sign":
        does(ministry, "nation", number, Deed.PROPOSE)
    with pytest.raises(sa.exc.DBAPIError):
        ministry.does(person, _straight, number, deed, login)
    assert force(ministry) is None


def test_what_was_refused_is_not_signed_and_what_is_signed_not_refused(ministry: World) -> None:
    number = kept(ministry)
    does(ministry, "nation", number, Deed.REFUSE)
    with pytest.raises(ModelRefused, match="stands elsewhere"):
        does(ministry, "second", number, Deed.PROPOSE)
    other = kept(ministry, "{}")
    put_in_force(ministry, other)
    with pytest.raises(ModelRefused, match="stands elsewhere"):
        does(ministry, "nation", other, Deed.REFUSE)


def test_a_model_of_before_may_come_back(ministry: World) -> None:
    first, second = kept(ministry), kept(ministry, "{}", "def")
    put_in_force(ministry, first)
    with pytest.raises(ModelRefused, match="stands elsewhere"):
        does(ministry, "nation", first, Deed.PROPOSE)  # it is in force
    put_in_force(ministry, second)
    found = force(ministry)
    assert found is not None
    assert found.version == "def"
    put_in_force(ministry, first)
    again = force(ministry)
    assert again is not None
    assert again.model_id == first


@pytest.mark.parametrize("reason", ["", "  short  ", "x" * 501])
def test_a_proposal_gives_its_reason(ministry: World, reason: str) -> None:
    with pytest.raises(ModelRefused, match="Give a reason of 10 to 500"):
        does(ministry, "nation", kept(ministry), Deed.PROPOSE, reason)


def test_nobody_changes_what_was_kept_or_signed(ministry: World, their_database: Database) -> None:
    put_in_force(ministry, kept(ministry))
    with psycopg.connect(
        their_database.owner_url.replace("+psycopg", ""), autocommit=True
    ) as owner:
        for statement in (
            "UPDATE risk_model SET version = 'x'", "DELETE FROM risk_model_step", "TRUNCATE risk_model CASCADE", "UPDATE risk_model_step SET reason = 'another reason'",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.RaiseException, match="never changed"):
                owner.execute(statement)


def _checked(them: World) -> list[str]:
    with them.worker.reading(them.worker.everything()) as reader:
        return [one.en for one in _of_models(reader)]


def test_a_document_that_was_changed_is_not_used_and_the_check_finds_it(ministry: World, their_database: Database) -> None:  # fmt: skip
    put_in_force(ministry, kept(ministry))
    one = force(ministry)
    assert one is not None
    with ministry.worker.reading(ministry.worker.everything()) as reader:
        assert models.document(reader, one) == '{"format":1}'
    with psycopg.connect(
        their_database.owner_url.replace("+psycopg", ""), autocommit=True
    ) as owner:
        owner.execute("ALTER TABLE risk_model DISABLE TRIGGER USER")
        owner.execute("UPDATE risk_model SET content = decode('789c030000000001', 'hex')")
    with ministry.worker.reading(ministry.worker.everything()) as reader, pytest.raises(ModelRefused, match="is not used"):  # fmt: skip
        models.document(reader, one)
    assert any("is not used" in line for line in _checked(ministry))


def test_a_signature_beside_the_trail_is_found(ministry: World) -> None:
    number = kept(ministry)
    does(ministry, "nation", number, Deed.PROPOSE)
    ministry.does("second", _straight, number, "sign", "second")
    assert any("knows no signature" in line for line in _checked(ministry))


def test_the_web_reads_cards_and_never_the_numbers(ministry: World) -> None:
    kept(ministry)
    scope = ministry.web.scope("head0", ministry.schools[0])
    with ministry.web.reading(scope) as reader:
        assert [one.version for one in models.listed(reader)] == ["abc"]
        with pytest.raises(sa.exc.DBAPIError, match="permission denied"):
            reader.rows(sa.text("SELECT content FROM risk_model"))


@pytest.mark.mlps("M9")
def test_nobody_reads_models_without_signing_in(ministry: World) -> None:
    kept(ministry)
    with ministry.web.engine.begin() as connection:
        for table in ("risk_model", "risk_model_step"):
            assert connection.execute(sa.text(f"SELECT count(model_id) FROM {table}")).scalar() == 0  # fmt: skip


def test_the_one_in_force_is_listed_whatever_came_after(ministry: World) -> None:
    put_in_force(ministry, kept(ministry))
    for number in range(3):
        kept(ministry, f'{{"n":{number}}}', f"v{number}")
    with ministry.worker.reading(ministry.worker.everything()) as reader:
        found = models.listed(reader, most=2)
    assert [one.version for one in found] == ["v2", "v1", "abc"]
    assert [one.is_in_force for one in found] == [False, False, True]
    assert found[0].made_at - NOW < timedelta(seconds=1)
