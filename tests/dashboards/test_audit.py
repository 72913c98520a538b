"""The page of the audit trail: who may read it, what it finds, and that reading it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboards.action import registry as actions
from dashboards.page import registry
from tests.readers import Ministry, asked_by_dash, text_of
from warehouse import roles
from warehouse.crypto import suite
from warehouse.events import Event, words
from warehouse.places import NATION
from warehouse.rights import Role
from warehouse.seals import Notebook, keep_check
from warehouse.text import Text
from warehouse.trail import Line
from warehouse.trail_check import Fault, Report
from warehouse.trail_commands import add_seal, checked

pytestmark = pytest.mark.mlps("M14", "M15")

PATH = "/zh/audit"


@pytest.fixture(scope="module")
def admins(ministry: Ministry) -> Mapping[str, FlaskClient]:
    """Audit administrators of the nation and of both provinces, after every reader has left some lines."""
    for role in ("county", "school", "sister"):
        ministry.client(role)
        ministry.worker.note(line(ministry, role, "export", "表 enrolment 2025", succeeded=True))
    ministry.worker.note(line(ministry, "school", "read", "/zh/place/1", succeeded=False))
    return {
        name: ministry.appointed(Role.AUDIT_ADMIN, place_id)
        for name, place_id in (
            ("nation", NATION), ("province", ministry.at("province")), ("sister", ministry.at("sister")),
        )
    }  # fmt: skip


def line(ministry: Ministry, role: str, event: str, what: str, *, succeeded: bool) -> Line:
    login = ministry.readers[role].login
    return Line(login=login, address="10.0.0.9", event=event, object=what, succeeded=succeeded)


def shown(client: FlaskClient, query: str = "", path: str = PATH) -> str:
    return text_of(asked_by_dash(client, path, query))


def trail(ministry: Ministry) -> list[tuple[str, str, bool]]:
    with roles.connect(ministry.owner_url) as connection:
        return connection.execute(
            "SELECT login, object, succeeded FROM audit WHERE event = 'read_audit' ORDER BY audit_id"
        ).fetchall()


def test_the_ministry_s_administrator_reads_every_account_s_lines(
    admins: Mapping[str, FlaskClient], ministry: Ministry
) -> None:
    page = shown(admins["nation"])

    assert all(
        f'"{ministry.readers[role].login}"' in page for role in ("county", "school", "sister")
    )


def test_a_province_s_administrator_reads_those_of_its_own_accounts(
    admins: Mapping[str, FlaskClient], ministry: Ministry
) -> None:
    own, other = shown(admins["province"]), shown(admins["sister"])

    sister = f'"{ministry.readers["sister"].login}"'
    assert '"school"' in own
    assert sister not in own
    assert sister in other
    assert '"school"' not in other


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.DECISION_MAKER])
def test_nobody_else_may_open_it(ministry: Ministry, role: Role) -> None:
    page = shown(ministry.appointed(role, NATION))

    assert "无权查看这一页" in page
    assert "10.0.0.9" not in page


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("?item=school", ["表 enrolment 2025", "越权访问"], ["10.0.0.9 county"]),
        ("?item=school&view=export", ["导出"], ["/zh/place/1"]),
        ("?object=enrolment", ["表 enrolment 2025"], ["/zh/place/1"]),
        ("?item=school&object=100%25", ["没有符合条件的记录"], ["enrolment"]),
        ("?form=refused&item=school", ["/zh/place/1"], ["表 enrolment 2025"]),
        ("?form=granted&item=school", ["表 enrolment 2025"], ["/zh/place/1"]),
        ("?day=2001-01-01", ["没有符合条件的记录"], ["表 enrolment 2025"]),
        ("?item=school&view=sign_out", ["没有符合条件的记录"], ["表 enrolment 2025"]),
    ],
)
def test_lines_are_searched(
    admins: Mapping[str, FlaskClient], query: str, there: list[str], gone: list[str]
) -> None:
    page = shown(admins["province"], query)
    table = page[page.find('"thead"' if '"thead"' in page else "没有符合") :]

    assert all(text in page for text in there)
    assert not any(text in table for text in gone)


def test_a_long_list_goes_on(ministry: Ministry, admins: Mapping[str, FlaskClient]) -> None:
    for number in range(130):
        ministry.worker.note(
            line(ministry, "county", "export", f"file {number:03}", succeeded=True)
        )

    first = shown(admins["nation"], "?item=county&object=file")
    start = first.rpartition("start=")[2].split('"')[0].split("&")[0]
    second = shown(admins["nation"], f"?item=county&object=file&start={start}")

    assert [f"file {n:03}" in first for n in (129, 30, 29)] == [True, True, False]
    assert [f"file {n:03}" in second for n in (30, 29, 0)] == [False, True, True]
    assert "更早的记录" in first
    assert "更早的记录" not in second
    assert "回到最新" in second


def test_a_look_at_it_is_a_line_too(admins: Mapping[str, FlaskClient], ministry: Ministry) -> None:
    before = len(trail(ministry))

    shown(admins["nation"], "?item=school")

    assert trail(ministry)[before:] == [("audit_admin-1", f"{PATH}?year=2026&item=school", True)]


def test_a_page_that_is_written_down_is_not_remembered() -> None:
    assert not [page.name for page in registry().values() if page.event and page.is_kept]


def test_seal_and_check_are_stated_and_so_is_what_was_found(
    admins: Mapping[str, FlaskClient], ministry: Ministry, tmp_path: Path
) -> None:
    before = shown(admins["nation"])
    ours, notebook = suite("national", tmp_path / "keys"), Notebook(tmp_path / "seals")
    add_seal(ministry.worker, ours, notebook)
    assert checked(ministry.worker, ours, notebook).is_whole
    whole = shown(admins["province"])
    english = shown(admins["province"], path="/en/audit")
    found = Report(
        lines=5, sealed=1, faults=[Fault(3, 4, Text("第 4 行被改动", "line 4 was changed"))]
    )
    with ministry.worker.writing() as writer:
        keep_check(writer, found, datetime.now(UTC))
    broken = shown(admins["province"], path="/en/audit")

    assert "审计链尚未核验" in before
    assert "审计链完好" in whole
    assert "国密算法（SM2）" in whole
    assert "The audit trail is whole" in english
    assert "the check found 1 fault" in broken
    assert "line 4 was changed" in broken


def test_every_event_and_every_deed_has_words_in_both_languages() -> None:
    assert [one for one in (*Event, *actions()) if words(one) == Text(one, one)] == []
    assert words("of_another_part") == Text("of_another_part", "of_another_part")
