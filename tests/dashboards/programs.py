"""Programs that read for the accounts of the small ministry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.readers import Ministry
from warehouse import api_tokens
from warehouse.api_tokens import TokenScope, Wish

ALL = tuple(scope.value for scope in TokenScope)


def token_of(ministry: Ministry, login: str, scopes: Sequence[str] = ALL, days: int = 90) -> str:
    """A token of an account, as its own page makes it; of one that sees aggregates as if it had seen records that day."""
    account = ministry.web.account(login)
    assert account is not None
    then = {**account, "depth": "records"}
    with ministry.web.writing() as writer:
        return api_tokens.make(writer, then, Wish(name="test", scopes=scopes, days=days), datetime.now(UTC))  # fmt: skip


def reads(ministry: Ministry, role: str, scopes: Sequence[str] = ALL) -> Program:
    """A program of one of the small ministry's readers, on its site; its token is made once."""
    key = (ministry.web_url, role, tuple(scopes))
    if key not in _MADE:
        _MADE[key] = token_of(ministry, ministry.readers[role].login, scopes)
    return Program(ministry.site.test_client(), _MADE[key])


_MADE: dict[tuple[str, str, tuple[str, ...]], str] = {}


class Program:
    """Asks with a token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.token = client, token

    def ask(self, path: str, **headers: str) -> TestResponse:
        said = {"Authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self.client.get(f"/api/v1{path}", headers=said)

    def told(self, path: str) -> Any:
        """What is answered, which must be an answer."""
        answer = self.ask(path)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def pages(self, path: str) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        items: list[dict[str, Any]] = []
        onward: str | None = path
        while onward:
            told = self.told(onward)
            items += told["items"]
            onward = told["next"] and told["next"].partition("/api/v1")[2]
        return items
