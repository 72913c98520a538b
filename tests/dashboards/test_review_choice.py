"""Which rungs review: a province proposes it on its queue, a security administrator decides, and nobody else does either."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.readers import NOW, YEAR, Ministry, do
from warehouse.places import NATION
from warehouse.proposals import first_year
from warehouse.rights import Role

NEXT = first_year(NOW.date())
WANTED = {
    "rungs": "prefecture",
    "from_year": str(NEXT),
    "reason": "各县尚未配备审核人员，由市级审核。",
}


def chosen(ministry: Ministry) -> list[tuple[int, int, str]]:
    with ministry.worker.writing() as writer:
        found = writer.rows(sa.text("SELECT place_id, from_year, rungs FROM review_choice"))
    return [tuple(row) for row in found]


def waiting(client: FlaskClient) -> list[tuple[str, str]]:
    """The proposals that a page of settings offers to decide."""
    page = client.get("/zh/settings").text
    return sorted(set(re.findall(r'name="proposal" value="(\d+)"|value="(\d+)" name="proposal"', page)))  # fmt: skip


def test_a_province_chooses_and_a_security_administrator_decides(ministry: Ministry) -> None:
    province = ministry.at("province")
    reviewer = ministry.appointed(Role.REVIEWER, province)
    decider = ministry.appointed(Role.SECURITY_ADMIN, NATION)
    assert f'<option value="{NEXT}"' in reviewer.get(f"/zh/queue?year={YEAR}").text
    before = waiting(decider)

    answer = do(reviewer, "choose_review", WANTED)

    assert answer.status_code == 200, answer.text
    assert chosen(ministry) == []
    (number,) = [one or other for one, other in waiting(decider) if (one, other) not in before]
    assert do(reviewer, "confirm_setting", {"proposal": number}).status_code == 403
    assert do(decider, "confirm_setting", {"proposal": number}).status_code == 200
    assert chosen(ministry) == [(province, NEXT, "prefecture")]


def test_only_a_province_chooses_and_never_for_a_year_that_has_begun(ministry: Ministry) -> None:
    before = chosen(ministry)
    county = ministry.appointed(Role.REVIEWER, ministry.at("county"))
    province = ministry.appointed(Role.REVIEWER, ministry.at("province"))

    assert "choose_review" not in county.get(f"/zh/queue?year={YEAR}").text
    assert do(county, "choose_review", WANTED).status_code in {409, 422}
    assert do(province, "choose_review", {**WANTED, "from_year": str(NEXT - 1)}).status_code in {
        409,
        422,
    }
    assert do(province, "choose_review", {**WANTED, "rungs": "school"}).status_code in {409, 422}
    assert do(province, "choose_review", {**WANTED, "reason": "短"}).status_code in {409, 422}
    assert chosen(ministry) == before
