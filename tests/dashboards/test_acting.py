"""What is posted: by whom, with which token, within which scope, and what is written down of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from dashboards import acting, action
from dashboards.action import Action, Attempt, Done, Refusal
from tests.readers import Ministry
from warehouse import roles
from warehouse.rights import Right

pytestmark = pytest.mark.mlps("M17", "M19")


def greet(attempt: Attempt) -> Done:
    """Says hello to a place, but never to number 13."""
    if attempt.number("place") == 13:
        raise Refusal("不与 13 号打招呼。", "Number 13 is not greeted.")
    return Done(
        said="你好", object=attempt.said["place"], answer={"place": attempt.number("place")}
    )


@pytest.fixture(autouse=True)
def greeting(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"greet": Action(name="greet", right=Right.REVIEW, run=greet)}
    monkeypatch.setattr(acting, "registry", lambda: known)


@pytest.fixture
def post(ministry: Ministry) -> Callable[..., tuple[int, str, str]]:
    """Posts a form as a reader: status, where it leads, text."""

    def send(role: str, token: str | None = None, **said: str) -> tuple[int, str, str]:
        client: FlaskClient = ministry.entered(role, ministry.site)
        with client.session_transaction() as session:
            csrf = session["csrf"]
        form = {"csrf": csrf if token is None else token, "back": "/zh/place/1", **said}
        answer = client.post("/do/greet", data=form)
        return answer.status_code, answer.headers.get("Location", ""), answer.text

    return send


def trail(ministry: Ministry) -> list[tuple[str, str, bool]]:
    with roles.connect(ministry.owner_url) as connection:
        return connection.execute(
            "SELECT login, object, succeeded FROM audit WHERE event = 'greet' ORDER BY audit_id"
        ).fetchall()


def test_what_is_done_leads_back_and_is_written_down(
    ministry: Ministry, post: Callable[..., tuple[int, str, str]]
) -> None:
    before = len(trail(ministry))

    status, where, _ = post("county", place="7")

    assert (status, where) == (303, "/zh/place/1")
    assert trail(ministry)[before:] == [("county", "7", True)]


def test_what_was_done_is_said_once_on_the_page_it_leads_to(ministry: Ministry) -> None:
    client = ministry.entered("county", ministry.site)
    with client.session_transaction() as session:
        form = {"csrf": session["csrf"], "back": f"/zh/place/{ministry.at('county')}", "place": "7"}

    first = client.post("/do/greet", data=form, follow_redirects=True).text
    again = client.get(form["back"]).text

    assert '<p id="said" class="done" role="status">你好</p>' in first
    assert 'id="said"' not in again


@pytest.mark.parametrize("token", ["", "guessed"])
def test_a_form_without_its_token_is_refused_and_written_down(
    ministry: Ministry, post: Callable[..., tuple[int, str, str]], token: str
) -> None:
    before = len(trail(ministry))

    assert post("county", token, place="7")[0] == 403
    assert trail(ministry)[before:] == [("county", "greet", False)]


def test_a_reader_without_the_right_is_refused_and_written_down(
    ministry: Ministry, post: Callable[..., tuple[int, str, str]]
) -> None:
    before = len(trail(ministry))

    assert post("analyst", place="7")[0] == 403
    assert trail(ministry)[before:] == [("analyst", "greet", False)]


def test_a_refusal_says_why_and_is_written_down(
    ministry: Ministry, post: Callable[..., tuple[int, str, str]]
) -> None:
    before = len(trail(ministry))

    assert post("county", place="13")[:2] == (303, "/zh/place/1")
    assert post("county", place="thirteen")[0] == 303
    assert trail(ministry)[before:] == [("county", "greet", False)] * 2


def test_a_form_posted_from_another_site_is_refused(ministry: Ministry) -> None:
    client = ministry.entered("county", ministry.site)
    with client.session_transaction() as session:
        form = {"csrf": session["csrf"], "place": "7"}

    for site in ("cross-site", "same-site", "none"):
        assert (
            client.post("/do/greet", data=form, headers={"Sec-Fetch-Site": site}).status_code == 403
        )


def test_nobody_is_led_to_an_address_that_is_not_ours(
    post: Callable[..., tuple[int, str, str]],
) -> None:
    assert post("county", place="7", back="https://evil.example")[1] == "/"


def test_an_action_that_nobody_declared_is_not_found(ministry: Ministry) -> None:
    assert ministry.client("county").post("/do/nothing").status_code == 404
    assert "greet" not in action.registry()
