"""Who is shown what: every page for every reader, and what stands in the answer where nothing may be seen."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient

from dashboards.numbers import plain
from dashboards.page import entries, registry
from metrics.audience import Audience
from metrics.measure import measure
from metrics.question import Question
from tests.readers import DISPATCH, ROLES, YEAR, Ministry, asked_by_dash, part_of, searched, text_of
from warehouse import roles
from warehouse.places import NATION, Rung
from warehouse.rights import Right, Role

pytestmark = pytest.mark.mlps("M11", "M13")

COUNTED = (
    "students",
    "entrants",
    "graduates",
    "full_time_teachers",
)  # shown with all their digits somewhere
INJECTIONS = (
    "'; DROP TABLE account; --",
    "' OR '1'='1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}${7*7}",
    "%",
    "\\",
    "\x00",
)


def place(ministry: Ministry, name: str) -> int | None:
    """A place of the table by what it is to the readers."""
    return places(ministry)[name]


def places(ministry: Ministry) -> dict[str, int | None]:
    """Around the demo readers: their own places, what lies beside, above and below them."""
    ladder = ministry.web.ladder
    school, county = ministry.at("school"), ministry.at("county")
    province, sister = ministry.at("province"), ministry.at("sister")
    prefecture = ladder.place(county).path[1]
    schools = [
        ladder.place(one) for one in ladder.parents[YEAR] if ladder.place(one).unit_kind == "school"
    ]
    foreign = min(row for row in schools if row.path[0] == sister and len(row.path) == 4)
    elsewhere = min(row for row in schools if row.path[0] == province and county not in row.path)
    return {
        "nation": NATION, "province": province, "sister": sister,
        "prefecture": prefecture, "prefecture beside": other(ministry, province, prefecture),
        "sister's prefecture": foreign.path[1],
        "county": county, "county beside": other(ministry, prefecture, county),
        "sister's county": foreign.path[2],
        "school": school, "school elsewhere": elsewhere.place_id, "sister's school": foreign.place_id,
        "catalogue": None,
    }  # fmt: skip


def other(ministry: Ministry, parent: int, child: int) -> int:
    """A place beside one."""
    ladder = ministry.web.ladder
    rung = ladder.rung(child)
    return next(
        one for one in ladder.children(parent, YEAR) if one != child and ladder.rung(one) == rung
    )


def path(where: int | None, lang: str = "zh") -> str:
    return f"/{lang}/catalogue" if where is None else f"/{lang}/place/{where}"


def get(client: FlaskClient, where: int | None, **options: str) -> tuple[int, str]:
    """Status and text of a first answer."""
    answer = client.get(path(where), query_string={"year": str(YEAR), **options})
    return answer.status_code, answer.text


# Columns in the order of ROLES: ministry, province, the second province, county, school, analyst.
MATRIX = {
    "nation":              (200, 200, 200, 200, 200, 200),
    "province":            (200, 200, 200, 200, 200, 200),
    "sister":              (200, 200, 200, 403, 403, 200),
    "prefecture":          (200, 200, 403, 200, 200, 200),
    "prefecture beside":   (200, 200, 403, 403, 403, 200),
    "sister's prefecture": (200, 403, 200, 403, 403, 200),
    "county":              (200, 200, 403, 200, 200, 200),
    "county beside":       (200, 200, 403, 200, 403, 200),
    "sister's county":     (200, 403, 200, 403, 403, 200),
    "school":              (200, 200, 403, 200, 200, 403),
    "school elsewhere":    (200, 200, 403, 403, 403, 403),
    "sister's school":     (200, 403, 200, 403, 403, 403),
    "catalogue":           (200, 200, 200, 200, 200, 200),
}  # fmt: skip


@pytest.mark.parametrize("column", range(6), ids=ROLES[:6])
def test_every_reader_opens_what_the_table_says(ministry: Ministry, column: int) -> None:
    client = ministry.client(ROLES[column])

    found = {name: get(client, where)[0] for name, where in places(ministry).items()}

    assert found == {name: row[column] for name, row in MATRIX.items()}


def test_the_table_has_every_page_of_figures(ministry: Ministry) -> None:
    ladder = ministry.web.ladder
    covered = {
        ("catalogue", None) if where is None else ("place", ladder.rung(where))
        for where in places(ministry).values()
    }

    figures = {
        key
        for key, page in registry().items()
        if page.right is Right.READ and page.menu and page.is_kept
    }
    assert covered == figures


@pytest.mark.parametrize(
    ("role", "hidden"),
    [("province", "sister's school"), ("county", "sister"), ("school", "school elsewhere"),
     ("sister", "prefecture"), ("analyst", "school")],
)  # fmt: skip
@pytest.mark.parametrize("way", ["address", "payload"])
def test_a_changed_place_is_refused_written_down_and_shows_no_data(
    ministry: Ministry, role: str, hidden: str, way: str
) -> None:
    client, where = ministry.client(role), place(ministry, hidden)
    before = len(refusals(ministry))

    body = shown(client, where, way, source="students")

    assert "无权查看这一页" in body
    assert told(ministry, where, body) == []
    line = refusals(ministry)[before:]
    assert line == [(ministry.readers[role].login, f"/zh/place/{where}?year=2025&source=students")]


def test_what_is_refused_is_what_others_are_shown(ministry: Ministry) -> None:
    """The search for secrets in a refusal would find them on the page itself."""
    where = place(ministry, "sister's school")

    body = shown(ministry.client("sister"), where, "payload", source="students", all="1")

    assert len(told(ministry, where, body)) >= 3


def test_a_school_of_others_is_never_listed_by_search(ministry: Ministry) -> None:
    ladder = ministry.web.ladder
    schools = [row for row in ladder.places.values() if row.rung == Rung.SCHOOL]
    foreign = next(row for row in schools if row.path[0] == ministry.at("sister"))
    own = ladder.place(ministry.at("school"))

    province, analyst = ministry.client("province"), ministry.client("analyst")

    for text in (foreign.code, foreign.name_zh, foreign.pinyin, foreign.initials):
        assert foreign.name_zh not in searched(province, text)
        assert f"/place/{foreign.place_id}" not in searched(province, text)
        assert own.name_zh not in searched(analyst, own.name_zh)
    assert own.name_zh in searched(province, own.code)
    # a payload that claims to be elsewhere changes nothing
    assert foreign.name_zh not in searched(
        province, foreign.code, path(foreign.place_id), "?year=2025"
    )


@pytest.mark.parametrize(
    "query",
    ["load=1", "asof=yesterday", "asof=2026-13-01", "metric=salaries", "metric=-students", "source=students;--",
     "source=fact_enrolment", "sort=password_hash", "sort=--students", "basis=3", "bounds=both", "law=none",
     "theme=pink", "all=2", "year=25", "year=0000", "place=1", "lang=en", "&".join(f"a{n}=1" for n in range(40))],
)  # fmt: skip
@pytest.mark.parametrize("way", ["address", "payload"])
def test_a_tampered_option_is_a_bad_address(ministry: Ministry, query: str, way: str) -> None:
    client = ministry.client("ministry")

    if way == "address":
        answer = client.get(f"/zh/place/1?{query}")
        assert answer.status_code == 400
        assert "地址看不懂" in answer.text
    else:
        assert "地址看不懂" in text_of(asked_by_dash(client, "/zh/place/1", f"?{query}"))


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_is_typed_into_an_address_or_the_search_is_inert(
    ministry: Ministry, text: str
) -> None:
    client = ministry.client("province")

    for name in ("metric", "source", "sort", "asof", "theme"):
        answer = client.get("/zh/place/130000", query_string={"year": "2025", name: text})
        assert answer.status_code == 400
        assert is_inert(answer.text, text)
    lost = client.get(f"/zh/{quote(text, safe='')}")
    assert lost.status_code in {400, 404}
    assert is_inert(lost.text, text)
    assert "没有找到" in searched(client, text) or not text.strip("\x00 ")
    assert client.get("/zh/place/130000?year=2025").status_code == 200


@pytest.mark.parametrize(
    "payload",
    [b"{}", b"[1]", b"junk", b'{"output":"page.tree","inputs":{"a":1}}',
     b'{"output":"page.tree","inputs":[{"property":"pathname","value":["/zh/place/1"]}]}',
     b'{"output":"page.tree","inputs":[{"property":"pathname","value":"/zh/\\ud800"}]}',
     b'{"output":"..page.tree...page.title..","inputs":[]}'],
)  # fmt: skip
def test_a_broken_payload_yields_no_page(ministry: Ministry, payload: bytes) -> None:
    answer = ministry.client("school").post(DISPATCH, data=payload, content_type="application/json")

    assert "在校生" not in answer.get_data(as_text=True)
    assert b"Traceback" not in answer.data


def test_a_province_sees_of_its_sister_no_more_than_is_published(ministry: Ministry) -> None:
    """Of a sister of two schools not even the total: each would know the other by it."""
    client, sister = ministry.client("province"), ministry.at("sister")
    inside = below(ministry, sister)

    body = shown(client, sister, "payload")

    assert plain(number(ministry, "students", sister)) not in body
    assert "下级地区、学校和报送记录只对本辖区的人员开放" in body
    assert [one for one in inside if f"/zh/place/{one}?" in body] == []
    assert [n for n in names(ministry, inside) if n in body] == []
    assert [key for key in ("matrix", "attention", "ranking") if f'"id": "{key}"' in body] == []


def test_a_number_of_internal_class_is_withheld_from_the_sister(ministry: Ministry) -> None:
    client, sister = ministry.client("province"), ministry.at("sister")

    withheld = result_of(client, sister, "over_hours")
    shown_to_them = result_of(ministry.client("sister"), sister, "over_hours")

    assert "为保护调查对象不予显示" in withheld
    assert "为保护调查对象不予显示" not in shown_to_them


def test_an_analyst_sees_no_school(ministry: Ministry) -> None:
    client = ministry.client("analyst")
    schools = [row for row in ministry.web.ladder.places.values() if row.rung == Rung.SCHOOL]

    for name in ("nation", "province", "prefecture", "county"):
        body = shown(client, place(ministry, name), "payload", source="students")
        assert [row.name_zh for row in schools if row.name_zh in body or row.code in body] == []
        assert [row for row in schools if f"/place/{row.place_id}" in body] == []


@pytest.mark.parametrize(
    ("address", "status"),
    [("/zh/place/999999999", 404), ("/en/place/0", 404), ("/zh/place/1?year=1999", 404), ("/zh/place/1?year=2031", 404),
     ("/zh/nothing", 404), ("/zh/place", 404), ("/zh/catalogue/1", 404), ("/de/place/1", 400), ("/etc/passwd", 400),
     ("/zh/place/1/2", 400), ("/zh/place/-1", 400), ("/zh/place/1.5", 400)],
)  # fmt: skip
def test_an_address_that_names_nothing_says_so(
    ministry: Ministry, address: str, status: int
) -> None:
    answer = ministry.client("ministry").get(address)

    assert answer.status_code == status
    assert "回到本单位首页" in answer.text or "To your own place" in answer.text


def test_an_unknown_place_is_told_in_the_readers_language(ministry: Ministry) -> None:
    answer = ministry.client("ministry").get("/en/place/999999999")

    assert [
        word for word in re.findall(r">([^<]+)<", answer.text) if re.search(r"[一-鿿]", word)
    ] == ["中文"]


HOMES = {
    "ministry": "place/1", "province": "place/province", "analyst": "place/1", "school": "workspace/school",
    "head": "workspace/school", "system": "accounts/1", "security": "accounts/1", "audit": "audit",
}  # fmt: skip


@pytest.mark.parametrize("way", ["/", "/zh", "/en", "/en/"])
@pytest.mark.parametrize("role", HOMES)
def test_every_reader_begins_at_what_they_are_here_for(
    ministry: Ministry, role: str, way: str
) -> None:
    answer = ministry.client(role).get(way)

    page, _, of = HOMES[role].partition("/")
    where = f"/{of}" if of == "1" else of and f"/{ministry.at(of)}"
    begins = f"/{way.strip('/') or 'zh'}/{page}{where}"
    assert (answer.status_code, answer.location.partition("?")[0]) == (302, begins)


@pytest.mark.parametrize(
    ("role", "page"),
    [("province", "alerts/province"), ("county", "cases/county"), ("school", "alerts/school"),
     ("system", "accounts/1"), ("audit", "audit"), ("audit", "place/1")],
)  # fmt: skip
def test_the_top_of_a_page_leads_to_no_refusal(ministry: Ministry, role: str, page: str) -> None:
    """Not the brand, not the places above and beside, nor the way back from a page that is refused."""
    client, (name, _, of) = ministry.client(role), page.partition("/")
    where = f"/{of}" if of == "1" else of and f"/{ministry.at(of)}"
    said = client.get(f"/zh/{name}{where}?year={YEAR}").text
    links = {unescape(link) for link in re.findall(r'href="(/zh/[^"]+)"', said)}
    kinds = {re.sub(r"\d+\?.*", str(ministry.web.ladder.rung(int(at[1]))) if (at := re.search(r"/(\d+)\?", link)) else "", link): link for link in links}  # fmt: skip

    assert [link for link in kinds.values() if client.get(link).status_code == 403] == []


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("rung", Rung)
def test_no_two_pages_claim_one_seat_in_the_top_line(role: Role, rung: Rung) -> None:
    seats = [page.menu for page in entries(role.rights, rung)]

    assert len(set(seats)) == len(seats)


def test_a_page_that_fails_says_so_and_tells_nothing_else(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ArithmeticError("secret detail")

    monkeypatch.setattr("dashboards.site.framed", fail)
    client = ministry.entered("ministry", ministry.another_site())

    answer = client.get("/zh/place/1?year=2025")

    assert answer.status_code == 500
    assert "这一页没有算出来" in answer.text
    assert "secret detail" not in answer.text
    assert "secret detail" in caplog.text


# -- what the tests look at


def shown(client: FlaskClient, where: int | None, way: str, **options: str) -> str:
    """A page's text, by its address or by the payload of a click."""
    if way == "address":
        return unescape(get(client, where, **options)[1])
    query = urlencode({"year": YEAR, **options})
    return text_of(asked_by_dash(client, path(where), f"?{query}"))


def result_of(client: FlaskClient, where: int, metric: str) -> str:
    """The equation of a number in the panel that opens it."""
    return part_of(asked_by_dash(client, path(where), f"?year={YEAR}&source={metric}"), "eq")


def is_inert(body: str, text: str) -> bool:
    """Whether markup that was typed came back only escaped."""
    return "<" not in text or text not in body


def refusals(ministry: Ministry) -> list[tuple[str, str]]:
    """Who was refused what, in order. Only the owner of the database reads the audit trail."""
    with roles.connect(ministry.owner_url) as connection:
        return connection.execute(
            "SELECT login, object FROM audit WHERE event = 'read' AND NOT succeeded ORDER BY audit_id"
        ).fetchall()


def below(ministry: Ministry, where: int) -> list[int]:
    return [row.place_id for row in ministry.web.ladder.places.values()
            if where in row.path and row.place_id != where]  # fmt: skip


def names(ministry: Ministry, ids: list[int]) -> list[str]:
    """Names of the schools among these places."""
    rows = [ministry.web.ladder.place(one) for one in ids]
    return [row.name_zh for row in rows if row.rung == Rung.SCHOOL]


def number(ministry: Ministry, metric: str, where: int) -> float:
    """A number as the ministry reads it."""
    scope = ministry.web.scope("test", NATION, "records")
    audience = Audience(scope=scope, ladder=ministry.web.ladder, role="test")
    question = Question(metrics=(metric,), places=(where,), years=(YEAR,))
    with ministry.web.reading(scope) as reader:
        return measure(reader, audience, question).cell(metric, where, YEAR).value or 0.0


def told(ministry: Ministry, where: int | None, body: str) -> list[str]:
    """What a text tells of a place: its numbers that are long enough to be recognised, the names of its schools."""
    assert where is not None
    numbers = [plain(number(ministry, metric, where)) for metric in COUNTED]
    said = [*(n for n in numbers if len(n) > 2), *names(ministry, [where, *below(ministry, where)])]
    return [one for one in said if re.search(rf"(?<![\w.,-]){re.escape(one)}(?![\w.,-])", body)]
