"""The authorisation matrix: every page, action, callback and route, asked by every role at every place around it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from dashboards import action, page
from tests.readers import (
    DISPATCH,
    YEAR,
    Ministry,
    asked_by_dash,
    do,
    opened_site,
    searched,
    sign_in,
    text_of,
)
from tests.security.expected import (
    ACTIONS,
    ADMINS,
    PAGES,
    Answer,
    PageRow,
    a_form,
)
from tests.security.expected_routes import CALLBACKS, ROUTES
from tests.security.people import REFUSAL, STANDING, People, of_text, read
from warehouse import roles
from warehouse.places import NATION, Rung
from warehouse.rights import RIGHTS, Right, Role

pytestmark = pytest.mark.mlps("M10", "M11")
WHERE = "tests/security/expected.py: add a row to {table} for {names} (or take away what is gone: {gone})"


@pytest.fixture(scope="module")
def people(ministry: Ministry) -> People:
    roles.show_version(ministry.owner_url)  # as an upgrade does, so that /ready can tell
    return People(ministry)


@pytest.fixture(scope="module")
def whole(ministry: Ministry) -> Flask:
    """The site with an institution's own sign-in, which adds routes; nobody answers there."""
    named = ("oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_name")
    return opened_site(ministry.web, **dict.fromkeys(named, "http://127.0.0.1:9"))


def complain(table: str, found: Iterable[object], rows: Iterable[object]) -> str:
    """ "" when a table speaks of all there is and of nothing else; else what to do."""
    missing, gone = set(found) - set(rows), set(rows) - set(found)
    told = WHERE.format(table=table, names=sorted(map(str, missing)), gone=sorted(map(str, gone)))
    return told if missing or gone else ""


# -- nothing is without a row


def test_every_page_has_its_row() -> None:
    rows = {(name, rung) for name, row in PAGES.items() for rung in (row.rungs or (None,))}

    assert complain("PAGES", page.registry(), rows) == ""


def test_every_action_has_its_row() -> None:
    aimless = [name for name, row in ACTIONS.items() if row.aim is None and not row.anywhere]

    assert complain("ACTIONS", action.registry(), ACTIONS) == ""
    assert aimless == [], "say in `anywhere` why there is nothing to aim at"


def test_every_callback_has_its_row(people: People) -> None:
    known = people.client(Role.SUPERVISOR, Rung.PROVINCE).get("/_dash-dependencies").get_json()

    assert complain("CALLBACKS", [each["output"] for each in known], CALLBACKS) == ""
    assert not any(each["clientside_function"] for each in known)


def test_every_route_has_its_row_and_takes_no_other_method(whole: Flask) -> None:
    rules = list(whole.url_map.iter_rules())
    taken = {rule.rule: (rule.methods or set()) - {"HEAD", "OPTIONS"} for rule in rules}

    assert complain("ROUTES", taken, ROUTES) == ""
    assert taken == {rule: set(row.methods) for rule, row in ROUTES.items()}


def test_the_rights_of_the_administrators_are_nobody_else_s() -> None:
    for one in ADMINS:
        for other in set(Role) - {one}:
            assert not RIGHTS[one] & RIGHTS[other]
    assert all(Right.READ not in RIGHTS[one] for one in ADMINS)


# -- pages


def expected(row: PageRow, role: Role, rung: Rung, where: str) -> Answer:
    """What a row says of a place; `rung` is that place's own."""
    if rung not in row.rungs:
        return Answer.NOTHING
    if role not in row.roles:
        return Answer.REFUSED
    told = row.to_analysts[where] if role is Role.ANALYST else row.at[where]
    # of the whole country nobody is shown records: its page is made of aggregates
    return Answer.PUBLISHED if row.mark and rung is Rung.NATION else told


@pytest.mark.parametrize(("role", "rung"), STANDING, ids=lambda one: one.name.lower())
@pytest.mark.parametrize("name", sorted(name for name, row in PAGES.items() if row.at))
def test_a_page_about_a_place_answers_as_its_row_says(
    people: People, name: str, role: Role, rung: Rung
) -> None:
    client, ladder = people.client(role, rung), people.ministry.web.ladder
    places = people.around(rung)
    wanted = {w: expected(PAGES[name], role, ladder.rung(p), w) for w, p in places.items()}

    mark = {w: "" if ladder.rung(p) is Rung.SCHOOL else PAGES[name].mark for w, p in places.items()}

    by_address = {
        w: read(client.get(f"/zh/{name}/{p}?year={YEAR}"), mark[w]) for w, p in places.items()
    }
    by_click = {
        w: clicked(client, f"/zh/{name}/{p}", f"?year={YEAR}", mark[w]) for w, p in places.items()
    }

    assert by_address == wanted
    assert by_click == wanted


@pytest.mark.parametrize(("role", "rung"), STANDING, ids=lambda one: one.name.lower())
def test_a_page_without_a_place_is_open_to_its_roles(
    people: People, role: Role, rung: Rung
) -> None:
    client = people.client(role, rung)
    free = {name: row for name, row in PAGES.items() if not row.at}
    wanted = {
        name: Answer.RECORDS if role in row.roles else Answer.REFUSED for name, row in free.items()
    }

    assert {name: read(client.get(f"/zh/{name}")) for name in free} == wanted
    assert {name: clicked(client, f"/zh/{name}", "") for name in free} == wanted


def clicked(client: FlaskClient, path: str, query: str, mark: str = "") -> Answer:
    """The same by the payload of a click, whose answer is a page whatever it says."""
    return of_text(200, text_of(asked_by_dash(client, path, query)), mark)


def test_what_is_refused_is_written_down_with_who_asked_for_what(people: People) -> None:
    client, where = people.client(Role.REVIEWER, Rung.COUNTY), people.around(Rung.COUNTY)
    before = len(refusals(people.ministry))

    client.get(f"/zh/place/{where['school beside']}?year={YEAR}")
    asked_by_dash(client, f"/zh/place/{where['school beside']}", f"?year={YEAR}")
    client.get("/zh/audit")

    login = f"reviewer-{people.home(Rung.COUNTY)}"
    page_ = f"/zh/place/{where['school beside']}?year={YEAR}"
    assert refusals(people.ministry)[before:] == [
        (login, "read", page_), (login, "read", page_), (login, "read", "/zh/audit?year=2026")
    ]  # fmt: skip


# -- actions


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_an_action_is_refused_to_every_other_role_and_written_down(
    people: People, name: str
) -> None:
    others = [(role, rung) for role, rung in STANDING if role not in ACTIONS[name].roles]

    for role, rung in others:
        before = len(refusals(people.ministry))
        assert do(people.client(role, rung), name, {}).status_code == 403, role
        assert refusals(people.ministry)[before:] == [
            (f"{role.value}-{people.home(rung)}", name, name)
        ]


AIMED = sorted(name for name, row in ACTIONS.items() if row.aim and row.aim is not a_form)
OUTSIDE = {"beside", "inside beside", "school beside", "above"}


@pytest.mark.parametrize("name", AIMED)
def test_an_action_reaches_what_is_inside_its_scope_and_nothing_else(
    people: People, name: str
) -> None:
    """Of forms: test_chain_scope.py."""
    row = ACTIONS[name]

    for role, rung in [one for one in STANDING if one[0] in row.roles]:
        reached = {w: is_done(people, role, rung, name, p) for w, p in people.around(rung).items()}
        assert not any(reached.get(where) for where in OUTSIDE), (role, rung, reached)
        assert any(reached.values()) is (rung in row.rungs), (role, rung, reached)


def is_done(people: People, role: Role, rung: Rung, name: str, place: int) -> bool:
    """Whether the action changed anything when aimed at something that stands there."""
    aim, client = ACTIONS[name].aim, people.client(role, rung)
    assert aim is not None
    said = aim(people.ministry, place)
    before = kept(people.ministry)
    status = do(client, name, said).status_code
    is_changed = kept(people.ministry) != before
    assert status in ({200} if is_changed else {200, 409, 422}), (role, rung, place)
    return is_changed


def kept(ministry: Ministry) -> list[str]:
    """What actions other than those on forms are about, whole."""
    tables = (
        "account",
        "account_step",
        "invitation",
        "roster",
        "reminder",
        "notice",
        "proposal",
        "setting",
        "spot_plan",
        "shortlist",
        "shortlist_step",
    )
    with roles.connect(ministry.owner_url) as connection:
        return [
            str(row)
            for name in tables
            for row in connection.execute(f"SELECT * FROM {name} ORDER BY 1")
        ]


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_an_action_without_its_fields_or_with_nonsense_is_refused_in_words(
    people: People, name: str
) -> None:
    aim = ACTIONS[name].aim
    named = aim(people.ministry, NATION) if aim else {}

    for role, rung in [one for one in STANDING if one[0] in ACTIONS[name].roles]:
        for said in ({}, dict.fromkeys(named, "'; DROP TABLE account; --"), dict.fromkeys(named, "9" * 18)):  # fmt: skip
            assert do(people.client(role, rung), name, said).status_code < 500, said


# -- routes and callbacks


@pytest.mark.mlps("M7")
@pytest.mark.parametrize("rule", sorted(ROUTES))
def test_strangers_are_answered_as_the_row_says(people: People, whole: Flask, rule: str) -> None:
    row, stranger = ROUTES[rule], whole.test_client()

    for method in row.methods:
        address = row.address(people.home(Rung.PROVINCE))
        answer = stranger.open(address, method=method)
        told = read(answer) if answer.status_code != 200 else Answer.OPEN
        wanted = Answer.SIGN_IN if rule == "/sign-in" and method == "POST" else row.stranger
        assert told == wanted, method
        assert "在校生" not in answer.get_data().decode(errors="replace")


@pytest.mark.parametrize("rule", sorted(rule for rule, row in ROUTES.items() if not row.told_by))
@pytest.mark.parametrize(("role", "rung"), STANDING, ids=lambda one: one.name.lower())
def test_a_route_answers_as_its_row_says(people: People, rule: str, role: Role, rung: Rung) -> None:
    row, client, ladder = ROUTES[rule], people.client(role, rung), people.ministry.web.ladder
    around = people.around(rung) if row.at else {"own": people.home(rung)}
    places = {w: p for w, p in around.items() if not row.at or ladder.rung(p) in row.rungs}

    assert places
    for where, place in places.items():
        wanted = row.at.get(where, Answer.OPEN) if role in row.roles else Answer.REFUSED
        answer = client.get(row.address(place))
        told = Answer.OPEN if answer.status_code in {200, 204, 302} else read(answer)
        assert told == (Answer.OPEN if wanted is Answer.RECORDS else wanted), where


def test_a_callback_that_nobody_declared_is_no_way_in(people: People) -> None:
    client = people.client(Role.STATISTICIAN, Rung.SCHOOL)

    for output in ("page.children", "audit.tree", "..page.tree...search-results.children.."):
        answer = client.post(DISPATCH, json={"output": output, "outputs": {}, "inputs": []})
        assert answer.status_code >= 400


@pytest.mark.parametrize(
    ("role", "rung"), [one for one in STANDING if one[1] is not Rung.NATION], ids=lambda one: one.name.lower()
)  # fmt: skip
def test_the_search_box_names_only_what_may_be_opened(
    people: People, role: Role, rung: Rung
) -> None:
    ladder, around = people.ministry.web.ladder, people.around(rung)
    found = searched(people.client(role, rung), ladder.place(around["school beside"]).code)

    assert (
        ladder.place(around["school beside"]).name_zh.encode("unicode_escape").decode() not in found
    )
    assert ladder.place(around["school beside"]).name_zh not in found


# -- identifiers that were changed


def test_a_page_kept_for_one_reader_is_never_served_to_another(people: People) -> None:
    """Both stand at the same place and ask the very same address; the second is answered after the first was kept."""
    province = people.home(Rung.PROVINCE)
    asked = (f"/zh/place/{province}", f"?year={YEAR}")
    first, second = (
        people.client(role, Rung.PROVINCE) for role in (Role.SUPERVISOR, Role.DECISION_MAKER)
    )

    shown = [text_of(asked_by_dash(client, *asked)) for client in (first, second, first)]

    assert [Role.SUPERVISOR.label.zh in page_ for page_ in shown] == [True, False, True]
    assert [Role.DECISION_MAKER.label.zh in page_ for page_ in shown] == [False, True, False]


def test_what_is_kept_for_a_wide_reader_is_not_served_to_a_narrow_one(people: People) -> None:
    inside = people.around(Rung.PROVINCE)["school beside"]
    asked = (f"/zh/place/{inside}", f"?year={YEAR}")
    wide = people.ministry.client("ministry")

    before = clicked(wide, *asked)
    narrow = clicked(people.client(Role.SUPERVISOR, Rung.PROVINCE), *asked)

    assert (before, narrow) == (Answer.RECORDS, Answer.REFUSED)


def test_a_cookie_of_another_s_making_is_no_session(people: People) -> None:
    """Signed with another word, cut, doubled or with another login in it: nobody is signed in by it."""
    site = people.ministry.site
    theirs = site.test_client()
    assert sign_in(theirs, people.ministry.readers["school"].login).status_code == 302
    cookie = theirs.get_cookie("session")
    assert cookie is not None
    value = cookie.value
    body, _, signature = value.rpartition(".")
    forged = Flask("forged")
    forged.secret_key = "a guess"  # noqa: S105 - of a forger
    made = SecureCookieSessionInterface().get_signing_serializer(forged)
    assert made is not None

    for planted in (value[:-2], value[::-1], body, f".{signature}", f"{body}.AAAA", f"e30.{signature}", "",
                    made.dumps({"_user_id": "ministry", "_fresh": True})):  # fmt: skip
        client = site.test_client()
        client.set_cookie("session", str(planted))
        assert read(client.get(f"/zh/place/{NATION}?year={YEAR}")) == Answer.SIGN_IN, planted


def test_an_identifier_in_the_body_does_not_widen_what_the_cookie_says(people: People) -> None:
    """A click names the page twice; whichever is believed, it is judged by the scope of who asks."""
    client, around = people.client(Role.REVIEWER, Rung.COUNTY), people.around(Rung.COUNTY)
    own, foreign = f"/zh/place/{around['own']}", f"/zh/place/{around['school beside']}"
    inputs = [{"id": "location", "property": "pathname", "value": own},
              {"id": "location", "property": "pathname", "value": foreign},
              {"id": "location", "property": "search", "value": f"?year={YEAR}"}]  # fmt: skip
    more = {"login": "ministry", "scope": "1", "user": "ministry", "state": []}

    answer = client.post(
        DISPATCH, json={"output": "page.tree", "outputs": {"id": "page", "property": "tree"}, "inputs": inputs, **more},
        headers={"X-Forwarded-User": "ministry", "Referer": own, "X-Original-URL": own},
    )  # fmt: skip

    assert REFUSAL in answer.get_data(as_text=True)


def refusals(ministry: Ministry) -> list[tuple[str, str, str]]:
    """Login, event and object of every refusal, in order."""
    with roles.connect(ministry.owner_url) as connection:
        return connection.execute(
            "SELECT login, event, object FROM audit WHERE NOT succeeded ORDER BY audit_id"
        ).fetchall()
