"""The interface for programs: what it shows is what pages show, to whom they show it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.readers import YEAR, Ministry
from warehouse import api_tokens
from warehouse.api_tokens import TokenScope, Wish

ALL = tuple(scope.value for scope in TokenScope)


def token_of(ministry: Ministry, role: str, scopes: tuple[str, ...] = ALL, days: int = 90) -> str:
    """A token of a reader's account, as its own page makes it."""
    account = ministry.web.account(ministry.readers[role].login)
    assert account is not None
    with ministry.web.writing() as writer:
        return api_tokens.make(
            writer, account, Wish(name="test", scopes=scopes, days=days), datetime.now(UTC)
        )


def ask(client: FlaskClient, token: str, path: str, **headers: str) -> TestResponse:
    return client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}", **headers})


def test_first(ministry: Ministry) -> None:
    token = token_of(ministry, "province")
    client = ministry.site.test_client()
    for path in (
        "/",
        "/places?limit=3",
        "/periods",
        f"/periods/{YEAR}",
        "/metrics?limit=2",
        "/metrics/students",
        "/submissions?limit=2",
        "/flags?judgement=doubt",
        "/cases",
        "/openapi.json",
        f"/data?places=430000,430000-prefectures&years={YEAR}&metrics=students,students_per_teacher&limit=2",
        "/nothing",
        "/data",
        "/data?places=1&years=2025&metrics=nothing",
        "/places?x=1",
        "/submissions/1",
        "/cases/7",
    ):
        answer = ask(client, token, path)
        print(
            path,
            answer.status_code,
            dict(answer.headers) if path == "/" else "",
            answer.get_data(as_text=True)[:700],
        )
    assert client.get("/api/v1/").status_code == 401
    print(
        client.get("/api/v1/").text,
        client.post("/api/v1/places", headers={"Authorization": f"Bearer {token}"}).text,
    )
    assert 0
