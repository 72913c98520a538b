"""The interface keeps what its own description promises: schemathesis asks the real server, right and wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis import Case

from tests.dashboards.programs import token_of
from tests.readers import Ministry
from tests.stories.conftest import served
from warehouse import roles

CONFIG = schemathesis.Config.from_dict(
    {
        "generation": {"deterministic": True, "max-examples": 8, "database": "none"},
        # Each parameter may stand on its own where together they make no table: 422 says why.
        "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "422"]}},
        "phases": {"coverage": {"enabled": False}, "stateful": {"enabled": False}},
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def server(ministry: Ministry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small ministry served by gunicorn in two processes."""
    roles.show_version(ministry.owner_url)
    with served(ministry, tmp_path_factory.mktemp("var")) as url:
        yield url


@pytest.fixture(scope="module")
def headers(ministry: Ministry) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(ministry, ministry.readers['ministry'].login)}"}


@pytest.fixture(scope="module")
def described(server: str, headers: dict[str, str]) -> Any:
    return schemathesis.openapi.from_url(
        f"{server}/api/v1/openapi.json", headers=headers, config=CONFIG
    )


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
def test_every_answer_is_as_described(case: Case, headers: dict[str, str]) -> None:
    case.call_and_validate(headers=headers)
