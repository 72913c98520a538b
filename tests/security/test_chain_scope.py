"""What is done to a form reaches the forms whose turn it is at one's own place, and those alone: each asked in the state that the deed takes."""

from __future__ import annotations

import pytest

from tests.readers import Ministry, do
from tests.security.expected import ACTIONS, a_form
from tests.security.people import STANDING, People
from tests.standings import Form
from warehouse.chain_rules import RIGHT_WORDS, State
from warehouse.places import Rung
from warehouse.rights import Right, Role

pytestmark = pytest.mark.mlps("M10", "M11")

OUTSIDE, NOT_YOURS = "不在您的权限范围内", "这一步不由您办理"
# In which state an action takes a form, and at which rungs its turn can be.
TAKES = {
    "sign_forms": State.FILLED,
    "check_forms": State.SIGNED,
    "confirm_forms": State.CHECKED,
    "send_back_signed": State.SIGNED,
    "send_back_checked": State.CHECKED,
    "withdraw_forms": State.HANDED_IN,
    "approve_forms": State.HANDED_IN,
    "return_forms": State.HANDED_IN,
    "reopen_forms": State.APPROVED,
}
TURN = {
    "approve_forms": {Rung.COUNTY},
    "return_forms": {Rung.COUNTY},
    "reopen_forms": {Rung.PROVINCE},
}


@pytest.fixture(scope="module")
def people(ministry: Ministry) -> People:
    return People(ministry)


def told(people: People, role: Role, rung: Rung, action: str, form: Form) -> str:
    """What somebody is told who does this to a form."""
    said = {"pick": form.token(), "note": "合成数据的理由"}
    return do(people.client(role, rung), action, said).text


def test_every_action_on_forms_is_asked() -> None:
    of_forms = {name for name, row in ACTIONS.items() if row.aim is a_form}

    assert of_forms == set(TAKES)


CASES = [
    (name, role, rung) for name in TAKES for role, rung in STANDING if role in ACTIONS[name].roles
]


# Outside the country there is no school.
@pytest.mark.parametrize(("name", "role", "rung"), [case for case in CASES if case[2] is not Rung.NATION])  # fmt: skip
def test_a_form_outside_is_not_there_for_whoever_would_deal_with_it(
    people: People, name: str, role: Role, rung: Rung
) -> None:
    form = Form(people.ministry, people.around(rung)["school beside"])
    form.stands(TAKES[name])
    before = form.now()

    assert OUTSIDE in told(people, role, rung, name, form)
    assert form.now() == before


@pytest.mark.parametrize(("name", "role", "rung"), CASES)
def test_a_form_inside_is_dealt_with_by_those_whose_turn_it_is(
    people: People, name: str, role: Role, rung: Rung
) -> None:
    around = people.around(rung)
    form = Form(people.ministry, around.get("school inside", around["own"]))
    form.stands(TAKES[name])
    before = form.now()
    is_their_turn = rung in TURN.get(name, {Rung.SCHOOL})

    said = told(people, role, rung, name, form)

    assert (NOT_YOURS in said) is not is_their_turn, said
    assert (form.now() != before) is is_their_turn


def test_whoever_is_refused_is_told_whose_turn_it_is(people: People) -> None:
    form = Form(people.ministry, people.around(Rung.PROVINCE)["school inside"])
    form.stands(State.HANDED_IN)

    said = told(people, Role.REVIEWER, Rung.PROVINCE, "approve_forms", form)

    assert NOT_YOURS in said
    assert RIGHT_WORDS[Right.REVIEW].zh in said
