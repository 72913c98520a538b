"""The pages of accounts: made singly and from a workbook, granted by somebody else, suspended, ended; rosters masked and in full."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import openpyxl
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from etl import account_book
from tests.readers import Ministry, asked_by_dash, sign_in, text_of
from warehouse import roles
from warehouse.places import NATION
from warehouse.rights import Role

Row = Mapping[str, str]


@pytest.fixture(scope="module")
def system(ministry: Ministry) -> FlaskClient:
    return ministry.appointed(Role.SYSTEM_ADMIN, ministry.at("province"))


@pytest.fixture(scope="module")
def security(ministry: Ministry) -> FlaskClient:
    return ministry.appointed(Role.SECURITY_ADMIN, ministry.at("province"))


def post(
    client: FlaskClient, action: str, /, back: str = "/en/accounts/1", **said: object
) -> TestResponse:
    with client.session_transaction() as session:
        csrf = session["csrf"]
    form = {"csrf": csrf, "back": back, **said}
    return client.post(f"/do/{action}", data=form, content_type="multipart/form-data")


def said(client: FlaskClient) -> str:
    """What the last action said; it is taken away as the next page would."""
    with client.session_transaction() as session:
        words: str = session.pop("said", ["", ""])[1]
        return words


def shown(
    client: FlaskClient, place_id: int, query: str = "", page: str = "accounts", lang: str = "en"
) -> str:
    return text_of(asked_by_dash(client, f"/{lang}/{page}/{place_id}", query))


def person(ministry: Ministry, login_: str, /, **changes: str) -> dict[str, str]:
    code = ministry.web.ladder.place(ministry.at("province")).code
    return {
        "login": login_, "name_zh": "新人", "name_en": "Newcomer", "code": code, "role": "supervisor", "staff": f"staff-{login_}",
        "phone": "13800001234", "email": "", "until": "", **changes,
    }  # fmt: skip


def trail(ministry: Ministry, event: str) -> list[tuple[str, str, bool, str]]:
    with roles.connect(ministry.owner_url) as connection:
        return connection.execute(
            "SELECT login, object, succeeded, detail::text FROM audit WHERE event = %s ORDER BY audit_id",
            [event],
        ).fetchall()


def kept(ministry: Ministry, login: str) -> dict[str, object]:
    with roles.connect(ministry.owner_url) as connection:
        found = connection.execute(
            "SELECT row_to_json(a) FROM account a WHERE login = %s", [login]
        ).fetchone()
        account: dict[str, object] = found[0] if found else {}
        return account


@pytest.mark.mlps("M7")
@pytest.mark.mlps("M14")
def test_an_account_is_made_granted_suspended_and_ended(
    ministry: Ministry, system: FlaskClient, security: FlaskClient
) -> None:
    place_id = ministry.at("province")

    assert post(system, "create_account", **person(ministry, "clerk-1")).status_code == 303
    assert "clerk-1 is made" in said(system)
    assert "clerk-1" in shown(security, place_id)
    post(security, "grant_role", login="clerk-1", role="supervisor")
    assert "Supervisor" in said(security)
    post(system, "suspend_account", login="clerk-1")
    page = shown(system, place_id, "?item=clerk-1")
    post(system, "end_account", login="clerk-1")

    assert "suspended" in page
    assert "role granted" in page
    account = kept(ministry, "clerk-1")
    assert account["role"] == "supervisor"
    assert account["ended_at"]
    assert [line[1] for line in trail(ministry, "grant_role")] == ["clerk-1"]
    assert trail(ministry, "create_account")[-1][2]


@pytest.mark.mlps("M23")
def test_what_is_personal_is_sealed_and_in_no_line_of_the_trail(
    ministry: Ministry, system: FlaskClient
) -> None:
    post(system, "create_account", **person(ministry, "clerk-2", email="somebody@example.cn"))

    account = kept(ministry, "clerk-2")
    page = shown(system, ministry.at("province"), "?item=clerk-2")
    for value in ("13800001234", "somebody@example.cn", "staff-clerk-2"):
        assert value not in str(account)
        assert value not in str(trail(ministry, "create_account"))
        assert value not in page


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"login": "No Way"}, "3 to 40"), ({"login": "county"}, "is taken"), ({"name_zh": ""}, "Give the name"),
     ({"staff": ""}, "staff number"), ({"code": "000000001"}, "own place and below"), ({"role": "head"}, "does not suit"),
     ({"phone": "call me"}, "telephone"), ({"email": "x"}, "e-mail address"), ({"until": "soon"}, "2027-08-31")],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_made(
    ministry: Ministry, system: FlaskClient, changes: dict[str, str], why: str
) -> None:
    post(system, "create_account", **person(ministry, "clerk-3", **changes))

    assert why in said(system)
    assert kept(ministry, "clerk-3") == {}


@pytest.mark.mlps("M10")
def test_none_of_the_three_does_another_s_work(
    ministry: Ministry, system: FlaskClient, security: FlaskClient
) -> None:
    audit = ministry.appointed(Role.AUDIT_ADMIN, ministry.at("province"))
    post(system, "create_account", **person(ministry, "clerk-4"))

    assert post(system, "grant_role", login="clerk-4", role="supervisor").status_code == 403
    assert post(security, "create_account", **person(ministry, "clerk-5")).status_code == 403
    assert post(audit, "suspend_account", login="clerk-4").status_code == 403
    assert post(audit, "grant_role", login="clerk-4", role="supervisor").status_code == 403
    own = f"security_admin-{ministry.at('province')}"
    post(security, "grant_role", login=own, role="supervisor")
    assert "own account" in said(security)
    assert kept(ministry, own)["role"] == "security_admin"


def test_a_code_is_said_once_and_kept_nowhere(ministry: Ministry, system: FlaskClient) -> None:
    post(system, "create_account", **person(ministry, "clerk-6"))

    post(system, "invite_account", login="clerk-6")
    words = said(system)

    code = words.split("code=")[1].split("&")[0]
    assert "/activate?account=clerk-6" in words
    assert code in words.split("Activate at")[0]
    with roles.connect(ministry.owner_url) as connection:
        assert code not in str(connection.execute("SELECT * FROM invitation").fetchall())
        assert code not in str(connection.execute("SELECT * FROM audit").fetchall())


def test_accounts_beside_are_not_found(ministry: Ministry, system: FlaskClient) -> None:
    other = ministry.readers["sister"].login

    assert other not in shown(system, ministry.at("province"))
    assert "No account fits" in shown(system, ministry.at("province"), f"?item={other}")
    assert "You may not" in shown(system, ministry.at("sister")) or "sister" not in shown(
        system, ministry.at("sister")
    )
    post(system, "suspend_account", login=other)
    assert "There is no account" in said(system)


def test_the_security_administrator_grants_all_that_wait_as_wanted(
    ministry: Ministry, system: FlaskClient, security: FlaskClient
) -> None:
    for login in ("clerk-7", "clerk-8"):
        post(system, "create_account", **person(ministry, login))
    page = shown(security, ministry.at("province"))

    post(security, "grant_wanted", login=["clerk-7", "clerk-8"])

    assert "wait for a role" in page
    assert [kept(ministry, login)["role"] for login in ("clerk-7", "clerk-8")] == ["supervisor"] * 2


# ---------- workbooks ----------


@pytest.fixture
def filled() -> Callable[..., tuple[io.BytesIO, str]]:
    """The template with rows, as a spreadsheet program saves it."""

    def fill(*rows: Row) -> tuple[io.BytesIO, str]:
        book = openpyxl.load_workbook(io.BytesIO(account_book.template()))
        for number, row in enumerate(rows, start=account_book.FIRST_ROW):
            for at, name in enumerate(account_book.COLUMNS, start=1):
                book.worksheets[0].cell(number, at, row.get(name) or None)
        held = io.BytesIO()
        book.save(held)
        held.seek(0)
        return held, "accounts.xlsx"

    return fill


def line(ministry: Ministry, login: str, **changes: str) -> dict[str, str]:
    said_ = {"role": account_book.shown(Role.SUPERVISOR), **changes}
    return person(ministry, login, **said_)


def where(answer: TestResponse) -> str:
    return answer.headers["Location"].partition("?")[2]


def test_a_workbook_makes_all_its_accounts_and_their_invitations_once(
    ministry: Ministry, system: FlaskClient, filled: Callable[..., tuple[io.BytesIO, str]]
) -> None:
    rows = [line(ministry, f"bulk-{n}") for n in range(3)]

    answer = post(system, "create_accounts", workbook=filled(*rows))
    page = shown(system, ministry.at("province"), f"?{where(answer)}")
    number = where(answer).split("item=")[1]
    given = post(system, "invite_batch", batch=number)
    again = post(system, "invite_batch", batch=number)

    assert "3 accounts made" in page
    assert given.headers["Content-Disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(io.BytesIO(given.data)).worksheets[0]
    codes = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert [row[:2] for row in codes] == [[f"bulk-{n}", "Newcomer"] for n in range(3)]
    assert len({row[3] for row in codes}) == 3
    assert given.data != again.data
    with roles.connect(ministry.owner_url) as connection:
        (open_,) = connection.execute(
            "SELECT count(*) FROM invitation WHERE login LIKE 'bulk-%' AND revoked_at IS NULL"
        ).fetchone() or (0,)
    assert open_ == 3


@pytest.mark.mlps("M19")
def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    letters = [account_book.Letter("=1+1", "@SUM(A1)", "+1", "-2", "=HYPERLINK(1)")]
    sheet = openpyxl.load_workbook(io.BytesIO(account_book.invitations(letters, "x"))).worksheets[0]

    assert {cell.data_type for cell in sheet[3]} == {"s"}


def test_one_wrong_row_and_none_is_made(
    ministry: Ministry, system: FlaskClient, filled: Callable[..., tuple[io.BytesIO, str]]
) -> None:
    rows = [
        line(ministry, "good-1"), line(ministry, "good-1", staff="another"), line(ministry, "x", until="soon"),
        line(ministry, "good-2", staff="staff-good-1", role=""), line(ministry, "county", code="000000001"),
    ]  # fmt: skip

    answer = post(system, "create_accounts", workbook=filled(*rows))
    page = shown(system, ministry.at("province"), f"?{where(answer)}")

    assert kept(ministry, "good-1") == kept(ministry, "good-2") == {}
    assert "no account was made" in page
    for told in (
        "The same as in row 4",
        "3 to 40 small letters",
        "2027-08-31",
        "Choose the role",
        "is taken",
        "own place and below",
    ):
        assert told in page, told
    assert '"5"' in page


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 torn"])
def test_what_is_no_workbook_is_refused_in_words(system: FlaskClient, content: bytes) -> None:

    assert (
        post(system, "create_accounts", workbook=(io.BytesIO(content), "accounts.xlsx")).status_code
        == 303
    )
    assert said(system)


def test_more_rows_than_are_taken_are_refused(
    ministry: Ministry, system: FlaskClient, filled: Callable[..., tuple[io.BytesIO, str]]
) -> None:
    rows = [line(ministry, f"many-{n}") for n in range(account_book.MOST + 1)]

    post(system, "create_accounts", workbook=filled(*rows))

    assert str(account_book.MOST) in said(system).replace(",", "")
    assert kept(ministry, "many-0") == {}


def test_a_workbook_of_somebody_else_is_not_found(
    ministry: Ministry, system: FlaskClient, filled: Callable[..., tuple[io.BytesIO, str]]
) -> None:
    number = where(post(system, "create_accounts", workbook=filled(line(ministry, "own-1")))).split(
        "item="
    )[1]
    above = ministry.client("system")

    assert "own-1" not in shown(above, NATION, f"?view=batch&item={number}")
    post(above, "invite_batch", batch=number)
    assert "no such workbook" in said(above)


# ---------- rosters ----------


@pytest.mark.mlps("M12")
@pytest.mark.mlps("M13")
def test_contacts_are_masked_and_a_full_look_is_written_down(ministry: Ministry) -> None:
    school, clerk = ministry.at("school"), ministry.client("school")
    member = {
        "place": str(school),
        "part": "chair",
        "name": "Chair (demo)",
        "title": "Head",
        "phone": "13800001234",
        "email": "chair@example.cn",
    }
    post(clerk, "add_to_roster", **member)
    before = len(trail(ministry, "view_sensitive"))

    masked = shown(clerk, school, page="roster")
    above = shown(ministry.client("county"), school, page="roster")
    between = len(trail(ministry, "view_sensitive"))
    full = shown(ministry.client("county"), school, page="contacts")
    admin = shown(ministry.client("system"), school, page="roster")
    refused = shown(ministry.client("system"), school, page="contacts")

    for page in (masked, above, admin):
        assert "Chair (demo)" in page
        assert "138***1234" in page
        assert "c***@example.cn" in page
        assert "13800001234" not in page
    assert "13800001234" in full
    assert "chair@example.cn" in full
    assert "13800001234" not in refused
    assert between == before
    assert trail(ministry, "view_sensitive")[before:][0][:1] == (ministry.readers["county"].login,)
    with roles.connect(ministry.owner_url) as connection:
        assert "13800001234" not in str(connection.execute("SELECT * FROM roster").fetchall())


def test_a_roster_is_kept_by_its_unit_only(ministry: Ministry) -> None:
    school = ministry.at("school")
    member = {
        "place": str(school),
        "part": "member",
        "name": "n",
        "title": "t",
        "phone": "",
        "email": "",
    }

    assert post(ministry.client("county"), "add_to_roster", **member).status_code == 403
    assert post(ministry.client("head"), "add_to_roster", **member).status_code == 403
    stranger = ministry.appointed(Role.SYSTEM_ADMIN, ministry.at("sister"))
    post(stranger, "add_to_roster", **member)
    assert "one's own unit" in said(stranger)


@pytest.mark.mlps("M9")
def test_whoever_left_is_out_at_once(ministry: Ministry, system: FlaskClient) -> None:
    post(system, "create_account", **person(ministry, "leaver"))
    with ministry.worker.writing() as writer:
        from warehouse.passwords import hash_password

        writer.run(
            "UPDATE account SET role = 'reviewer', depth = 'records', activated_at = now(), created_by = 'demo', "
            "password_hash = :hash WHERE login = 'leaver'",
            hash=hash_password("Begins with 1"),
        )
    client = ministry.site.test_client()
    assert sign_in(client, "leaver", "Begins with 1").status_code == 302

    post(system, "end_account", login="leaver")

    assert sign_in(ministry.site.test_client(), "leaver", "Begins with 1").status_code == 401
