"""The interface keeps what its own description promises: schemathesis asks the real server, right and wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema

from dashboards.api.declared import registry
from tests.dashboards.programs import token_of
from tests.dashboards.releasing import released
from tests.readers import YEAR, Ministry
from tests.reviews import reviewed
from tests.stories.conftest import served
from warehouse import roles

EXAMPLES = 6
LONGEST = 3_500
RELEASE = f"FB-{YEAR}-1"
# Each parameter may be right by itself where together they make no table: 422 says why.
ACCEPTED = ["2xx", "401", "403", "404", "422"]
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}}
)


@pytest.fixture(scope="module")
def headers(ministry: Ministry) -> dict[str, str]:
    token = token_of(ministry, ministry.readers["ministry"].login)
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def described(
    ministry: Ministry, headers: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BaseSchema]:
    """The small ministry, reviewed and served by gunicorn in two processes, as it describes itself."""
    roles.show_version(ministry.owner_url)
    reviewed(ministry.worker)
    released(ministry, "preliminary")
    with served(ministry, tmp_path_factory.mktemp("var"), ZHIJIAN_LIMITS="0") as url:
        yield schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json", headers=headers, config=CONFIG)  # fmt: skip


def there_is(path: str, case: Case[Any], draw: st.DataObject) -> None:
    """What a description cannot say: which years, schools and numbers there are."""
    known: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "/data": {
            "places": st.sampled_from([["1"], ["1-provinces"], ["1", "430000"]]),
            "years": st.sampled_from([[YEAR]]),
            "metrics": st.sampled_from([["students"], ["students", "students_per_teacher"]]),
            "cut": st.sampled_from([["grade"], ["sex"], ["grade", "sponsor"]]),
            "release": st.just(RELEASE),
        },
        "/flags": {"year": st.just(YEAR), "place": st.just(1)},
        "/submissions": {"year": st.just(YEAR), "place": st.just(1)},
        "/cases": {"place": st.just(1)},
        "/places": {"year": st.just(YEAR), "parent": st.sampled_from([1, 430000])},
    }
    case.query.update(
        {name: draw.draw(of) for name, of in known.get(path, {}).items() if name in case.query}
    )
    number = st.just(RELEASE) if path.startswith("/releases") else st.integers(1, 400)
    numbers = {"number": number, "year": st.just(YEAR), "name": st.just("students")}
    for name in case.path_parameters:
        case.path_parameters[name] = draw.draw(numbers[name])


@pytest.mark.parametrize("path", [one.path for one in registry()])
def test_what_is_asked_rightly_is_answered_as_described(
    described: BaseSchema, headers: dict[str, str], path: str
) -> None:
    asked = described[path]["GET"].as_strategy(generation_mode=GenerationMode.POSITIVE)
    statuses = set()

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=asked, draw=st.data())
    def ask(case: Case[Any], draw: st.DataObject) -> None:
        there_is(path, case, draw)
        statuses.add(case.call_and_validate(headers=headers).status_code)

    ask()
    assert 200 in statuses or path == "/cases/{number}"  # nothing is dispatched here


@pytest.mark.parametrize("path", [one.path for one in registry() if one.parameters])
def test_what_is_asked_wrongly_is_refused_as_described(
    described: BaseSchema, headers: dict[str, str], path: str
) -> None:
    asked = described[path]["GET"].as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=asked)
    def ask(case: Case[Any]) -> None:
        # What is longer than a line of a request may be is refused by the server before the interface hears of it.
        assume(len(urlencode({**case.query, **case.path_parameters}, doseq=True)) < LONGEST)
        case.call_and_validate(headers=headers)

    ask()
