"""Activation by an invited person: the code once, a password by the rules, and what is written down."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.aims import a_new_account
from tests.readers import CSRF, Ministry, sign_in
from warehouse import account_tree, invitations, roles
from warehouse.account_tree import Newcomer
from warehouse.places import Rung
from warehouse.rights import Role

GOOD = "Chosen-by-one-1"


@pytest.fixture
def stranger(ministry: Ministry) -> FlaskClient:
    return ministry.site.test_client()


def invited(ministry: Ministry, login: str, *, is_granted: bool = False) -> str:
    """A code for a new account of the province."""
    place_id = ministry.at("province")
    made = a_new_account(ministry, place_id)
    with ministry.worker.writing() as writer:
        writer.run("DELETE FROM account WHERE login = :login", login=login)
        one = Newcomer(
            login=login,
            name_zh=made["name_zh"],
            name_en=made["name_en"],
            place_id=place_id,
            person=login,
        )
        account_tree.create(writer, one, "system")
        if is_granted:
            account_tree.grant(writer, login, Role.DECISION_MAKER, Rung.PROVINCE)
        return invitations.invite(writer, login, "system")


def posted(
    client: FlaskClient, login: str, code: str, new: str = GOOD, again: str = GOOD, lang: str = "en"
) -> str:
    form = CSRF.search(client.get(f"/activate?lang={lang}").text)
    assert form
    said = {"csrf": form[1], "account": login, "code": code, "new": new, "again": again}
    return client.post(f"/activate?lang={lang}", data=said).text


def trail(ministry: Ministry) -> list[tuple[str, bool]]:
    with roles.connect(ministry.owner_url) as connection:
        return connection.execute(
            "SELECT login, succeeded FROM audit WHERE event = 'activate' ORDER BY audit_id"
        ).fetchall()


@pytest.mark.mlps("M8")
def test_an_invited_person_opens_the_account_once(
    ministry: Ministry, stranger: FlaskClient
) -> None:
    code = invited(ministry, "newcomer", is_granted=True)
    before = len(trail(ministry))

    done = posted(stranger, "newcomer", code)
    again = posted(stranger, "newcomer", code)

    assert "The account is activated" in done
    assert "do not fit" in again
    assert trail(ministry)[before:] == [("newcomer", True), ("newcomer", False)]
    assert sign_in(stranger, "newcomer", GOOD).status_code == 302


@pytest.mark.mlps("M7")
def test_an_account_without_a_role_does_not_sign_in(
    ministry: Ministry, stranger: FlaskClient
) -> None:
    code = invited(ministry, "waiting")

    assert "The account is activated" in posted(stranger, "waiting", code)
    assert sign_in(stranger, "waiting", GOOD).status_code == 401


@pytest.mark.mlps("M1")
@pytest.mark.parametrize(
    ("new", "again", "said"),
    [("short", "short", "at least 10 characters"), (GOOD, "Chosen-by-one-2", "two passwords differ"),
     ("N-Xy", "N-Xy", "account name")],
)  # fmt: skip
def test_a_password_that_will_not_do_leaves_the_code_as_it_was(
    ministry: Ministry, stranger: FlaskClient, new: str, again: str, said: str
) -> None:
    login = f"newcomer-{len(said)}"
    code = invited(ministry, login)

    assert said in posted(stranger, login, code, new.replace("N", login), again.replace("N", login))
    assert "The account is activated" in posted(stranger, login, code)


@pytest.mark.parametrize(
    "wrong", [{"login": "nobody"}, {"code": "AAAAA-BBBBB"}, {"login": "county"}, {"code": ""}]
)
def test_what_does_not_fit_is_refused_in_the_same_words(
    ministry: Ministry, stranger: FlaskClient, wrong: dict[str, str]
) -> None:
    code = invited(ministry, "newcomer-3")
    said = {"login": "newcomer-3", "code": code, **wrong}

    assert "Account and code do not fit" in posted(stranger, said["login"], said["code"])


def test_a_form_of_another_site_activates_nothing(
    ministry: Ministry, stranger: FlaskClient
) -> None:
    code = invited(ministry, "newcomer-4")
    form = {"account": "newcomer-4", "code": code, "new": GOOD, "again": GOOD}

    answer = stranger.post("/activate?lang=en", data={**form, "csrf": "guessed"})

    assert "do not fit" in answer.text
    assert "The account is activated" in posted(stranger, "newcomer-4", code)


def test_the_page_holds_no_script_and_escapes_what_it_is_given(stranger: FlaskClient) -> None:
    page = stranger.get('/activate?account="><script>x</script>&code="><img>').text

    assert "<script>x" not in page
    assert "<img>" not in page
    assert "no-store" in stranger.get("/activate").headers["Cache-Control"]
