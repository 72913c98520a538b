"""Many forms at once: those that are ticked, or all that are shown but those."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.readers import YEAR, Ministry, do
from tests.standings import Form
from warehouse.chain_rules import State
from warehouse.rights import Role

NOTE = "合成数据的理由"


@pytest.fixture(scope="module")
def county(ministry: Ministry) -> FlaskClient:
    return ministry.appointed(Role.REVIEWER, ministry.at("county"))


@pytest.fixture
def forms(ministry: Ministry) -> list[Form]:
    """Three that wait for the county, and one that is not yet handed in."""
    school = ministry.at("school")
    made = [Form(ministry, school, name) for name in ("enrolment", "staff", "finance", "estate")]
    for form, state in zip(made, [State.HANDED_IN] * 3 + [State.CHECKED], strict=True):
        form.stands(state)
    return made


def states(forms: list[Form]) -> list[tuple[str, str]]:
    return [(form.name, form.now()[0]) for form in forms]


def test_all_that_are_shown_are_returned_but_the_ticked(
    county: FlaskClient, forms: list[Form]
) -> None:
    waiting = [form.token() for form in forms[:3]]

    answer = do(
        county,
        "return_forms",
        {"which": "all_but", "shown": waiting, "pick": waiting[1], "note": NOTE},
    )

    assert answer.status_code == 200, answer.text
    assert states(forms) == [
        ("enrolment", "returned"), ("staff", "handed_in"), ("finance", "returned"), ("estate", "checked"),
    ]  # fmt: skip


def test_all_that_are_shown_are_approved_but_the_ticked(
    county: FlaskClient, forms: list[Form]
) -> None:
    """What the county approves goes up to the next that reviews."""
    waiting, before = [form.token() for form in forms[:3]], forms[1].waits_at()

    answer = do(county, "approve_forms", {"which": "all_but", "shown": waiting, "pick": waiting[1]})

    assert answer.status_code == 200, answer.text
    assert [form.waits_at() != before for form in forms[:3]] == [True, False, True]


def test_the_ticked_alone_are_dealt_with(county: FlaskClient, forms: list[Form]) -> None:
    ticked = [forms[0].token(), forms[2].token()]

    answer = do(county, "return_forms", {"pick": ticked, "note": NOTE})

    assert answer.status_code == 200, answer.text
    assert states(forms) == [
        ("enrolment", "returned"), ("staff", "handed_in"), ("finance", "returned"), ("estate", "checked"),
    ]  # fmt: skip


def test_one_that_cannot_be_dealt_with_holds_back_the_rest(
    county: FlaskClient, forms: list[Form]
) -> None:
    before = states(forms)

    answer = do(county, "return_forms", {"pick": [form.token() for form in forms], "note": NOTE})

    assert answer.status_code in {409, 422}, answer.text
    assert states(forms) == before


def test_units_are_reminded_but_the_ticked(ministry: Ministry) -> None:
    province = ministry.at("province")
    units = list(ministry.web.ladder.units(province, YEAR))[:3]
    assert len(units) == 3
    for unit in units:
        Form(ministry, unit).stands(State.CHECKED)
    shown = [str(unit) for unit in units]

    answer = do(
        ministry.appointed(Role.REVIEWER, province),
        "remind_units",
        {"which": "all_but", "shown": shown, "pick": shown[0]},
    )

    assert answer.status_code == 200, answer.text
    with ministry.worker.writing() as writer:
        reminded = {row.place_id for row in writer.rows(sa.text("SELECT place_id FROM reminder"))}
    assert reminded == set(units[1:])
