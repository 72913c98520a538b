"""A sensitive value is shown to whoever needs it and to nobody else: on every page of records, and in what is printed."""

from __future__ import annotations

import re

import pytest

from dashboards import downloads
from dashboards.sheet import Sheet
from tests.readers import YEAR, Ministry
from warehouse.rights import Right, Role
from warehouse.tables import FOR_EVER

pytestmark = pytest.mark.mlps("M23", "M26")

READERS = [role for role in Role if Right.READ in role.rights and role is not Role.ANALYST]
AT_SCHOOL = {Role.STATISTICIAN, Role.SCHOOL_REVIEWER, Role.HEAD}
PAGES = ("review/{0}?form=register", "compare/{0}?form=register", "signoff/{0}?form=register", "place/{0}?source=campuses", "fill/{0}?form=register",
         "place/{0}?basis=submitted")  # fmt: skip


@pytest.fixture(scope="module")
def phone(ministry: Ministry) -> str:
    """The telephone that the school's register says."""
    with ministry.worker.writing() as writer:
        found = writer.scalar(
            "SELECT phone FROM fact_register WHERE school_id = :school AND year = :year AND last_load = :ever AND basis IN (2, 3)",
            school=ministry.at("school"), year=YEAR, ever=FOR_EVER,
        )  # fmt: skip
    return str(found)


@pytest.mark.parametrize("role", READERS)
def test_a_telephone_is_shown_to_whom_the_role_needs_it(
    ministry: Ministry, phone: str, role: Role
) -> None:
    school = ministry.at("school")
    client = ministry.appointed(role, school if role in AT_SCHOOL else ministry.at("county"))

    texts = {page: client.get(f"/zh/{page.format(school)}&year={YEAR}").text for page in PAGES}

    shown = {page for page, text in texts.items() if phone in text}
    assert len(phone) > 5
    assert bool(shown) == (Right.SEE_SENSITIVE in role.rights), shown


@pytest.mark.parametrize("role", READERS)
def test_a_printed_total_is_hidden_as_on_the_page(
    ministry: Ministry, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[Sheet] = []  # what the printer is handed; its own tests say that it prints that
    monkeypatch.setattr(downloads, "pdf", printed.append)
    school = ministry.at("school")
    client = ministry.appointed(role, school if role in AT_SCHOOL else ministry.at("county"))

    assert client.get(f"/signoff/{school}/{YEAR}/flow.pdf?lang=en").status_code == 200

    (sheet,) = printed
    died = next(value for name, value in sheet.totals if name.startswith("Died"))
    assert (died == "*") == (Right.SEE_SENSITIVE not in role.rights)
    assert re.fullmatch(r"\*|[\d,]+", died)
    assert re.search(r"[A-Za-z]", dict(sheet.facts)["School"])
