"""Many forms at once: those that are ticked, or all that are shown but those."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.readers import YEAR, Ministry
from tests.standings import Form
from warehouse.chain_rules import State
from warehouse.rights import Role


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


def posted(client: FlaskClient, action: str, **said: str | list[str]) -> tuple[int, str]:
    with client.session_transaction() as session:
        csrf = session["csrf"]
    form = {"csrf": csrf, "back": f"/zh/queue?year={YEAR}", **said}
    answer = client.post(f"/do/{action}", data=form, headers={"Accept": "application/json"})
    return answer.status_code, answer.get_data(as_text=True)


def states(forms: list[Form]) -> list[tuple[str, str]]:
    return [(form.name, form.now()[0]) for form in forms]


def test_all_that_are_shown_are_returned_but_the_ticked(
    county: FlaskClient, forms: list[Form]
) -> None:
    waiting = [form.token() for form in forms[:3]]

    status, said = posted(
        county,
        "return_forms",
        which="all_but",
        shown=waiting,
        pick=waiting[1],
        note="合成数据的理由",
    )

    assert status == 200, said
    assert states(forms) == [
        ("enrolment", "returned"), ("staff", "handed_in"), ("finance", "returned"), ("estate", "checked"),
    ]  # fmt: skip


def test_all_that_are_shown_are_approved_but_the_ticked(
    county: FlaskClient, forms: list[Form]
) -> None:
    """What the county approves goes up to the next that reviews."""
    waiting, before = [form.token() for form in forms[:3]], forms[1].waits_at()

    status, said = posted(county, "approve_forms", which="all_but", shown=waiting, pick=waiting[1])

    assert status == 200, said
    assert [form.waits_at() != before for form in forms[:3]] == [True, False, True]


def test_the_ticked_alone_are_dealt_with(county: FlaskClient, forms: list[Form]) -> None:
    ticked = [forms[0].token(), forms[2].token()]

    status, said = posted(county, "return_forms", pick=ticked, note="合成数据的理由")

    assert status == 200, said
    assert states(forms) == [
        ("enrolment", "returned"), ("staff", "handed_in"), ("finance", "returned"), ("estate", "checked"),
    ]  # fmt: skip


def test_one_that_cannot_be_dealt_with_holds_back_the_rest(
    county: FlaskClient, forms: list[Form]
) -> None:
    before = states(forms)

    status, said = posted(
        county, "return_forms", pick=[form.token() for form in forms], note="合成数据的理由"
    )

    assert status >= 400, said
    assert states(forms) == before


def test_units_are_reminded_but_the_ticked(ministry: Ministry) -> None:
    province = ministry.at("province")
    units = list(ministry.web.ladder.units(province, YEAR))[:3]
    assert len(units) == 3
    for unit in units:
        Form(ministry, unit).stands(State.CHECKED)
    shown = [str(unit) for unit in units]

    status, said = posted(
        ministry.appointed(Role.REVIEWER, province),
        "remind_units",
        which="all_but",
        shown=shown,
        pick=shown[0],
    )

    assert status == 200, said
    with ministry.worker.writing() as writer:
        reminded = {row.place_id for row in writer.rows(sa.text("SELECT place_id FROM reminder"))}
    assert reminded == set(units[1:])
