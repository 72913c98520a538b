"""The roll-out on its page: filed and signed by a province for itself, seen by the ministry, and given out as it was signed."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pypdfium2
import pytest

from dashboards.i18n import Lang, Phrases
from dashboards.views.examples import MOST
from dashboards.views.monthly import groups
from tests.readers import YEAR, Ministry, asked_by_dash, do, section, text_of
from warehouse import roles
from warehouse.monthly import Signed, revisions
from warehouse.rights import Role
from warehouse.terms import Month

MONTH = Month(2026, 10)
WORDS = {
    "problems": "=1+1 网络不稳定",
    "next_plan": "@SUM(A1) 完成县级审核",
    "office": "职业教育处",
    "contact": "0731-00000000",
}
GROUP = {"item": "work_group", "day": "2021-08-30", "number": "11", "words": "职业教育处"}


def page(
    ministry: Ministry, role: str, place: int, lang: str = "zh", query: str = ""
) -> dict[str, Any]:
    return asked_by_dash(ministry.client(role), f"/{lang}/rollout/{place}", f"?year={YEAR}{query}")


@pytest.fixture(scope="module")
def signed(ministry: Ministry) -> Signed:
    """The report of October, signed once by the province, with its working group filed."""
    assert do(ministry.client("province"), "file_rollout", GROUP).status_code == 200
    assert (
        do(ministry.client("province"), "sign_month", {"month": str(MONTH), **WORDS}).status_code
        == 200
    )
    return kept(ministry)[-1]


def kept(ministry: Ministry) -> list[Signed]:
    place = ministry.at("province")
    with ministry.web.reading(ministry.web.scope("reader", place)) as reader:
        return revisions(reader, place, MONTH)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_before_anything_is_filed_the_pages_say_so(ministry: Ministry, lang: Lang) -> None:
    """Run before `signed` is asked for: the sister province files nothing at all."""
    place = ministry.at("sister")
    told = text_of(page(ministry, "sister", place, lang))
    nation = page(ministry, "ministry", 1, lang)

    assert Phrases(lang)("rollout.filings.none") in told
    assert Phrases(lang)("monthly.preview") in told
    assert ministry.web.ladder.place(place).name(lang) in section(nation, "behind")
    assert ministry.web.ladder.place(place).name(lang) in section(nation, "matrix")


def test_the_ministry_sees_what_a_province_filed_and_signed(
    ministry: Ministry, signed: Signed
) -> None:
    name = ministry.web.ladder.place(signed.place_id).name("zh")
    nation = page(ministry, "ministry", 1)
    own = page(ministry, "ministry", signed.place_id)

    assert name in section(nation, "matrix")
    assert "2021-08-30" in section(nation, "matrix")
    assert signed.content_hash[:12] in section(own, "report")
    assert "15 天" in section(own, "months")  # due on 5 November, signed on the 20th
    assert section(own, "sign") == section(own, "file") == ""  # nobody at the ministry files for it


def test_only_its_own_supervisor_is_given_the_forms(ministry: Ministry, signed: Signed) -> None:
    assert section(page(ministry, "province", signed.place_id), "sign")
    assert section(page(ministry, "province", signed.place_id, query="&form=training"), "file")
    assert section(page(ministry, "province-reviewer", signed.place_id), "sign") == ""


@pytest.mark.parametrize("action", ["file_rollout", "sign_month"])
def test_an_action_reaches_no_further_than_the_own_province(
    ministry: Ministry, signed: Signed, action: str
) -> None:
    """The nation's supervisor files for no province, a county's for none, and a field that names another is not read."""
    said = {
        **GROUP,
        "place": str(signed.place_id),
        "place_id": str(signed.place_id),
        "month": str(MONTH),
        **WORDS,
    }
    before = len(kept(ministry))
    for role, place in ((Role.SUPERVISOR, 1), (Role.SUPERVISOR, ministry.at("county"))):
        answer = do(ministry.appointed(role, place), action, said)
        assert answer.status_code == 422
        assert "supervisor of a province" in answer.text or "省级监管人员" in answer.text
    for name in ("ministry", "province-reviewer", "county", "school", "system"):
        assert do(ministry.client(name), action, said).status_code == 403
    assert do(ministry.client("sister"), action, {**said, "problems": "sister"}).status_code == 200
    assert len(kept(ministry)) == before


@pytest.mark.parametrize(
    "said",
    [
        {"day": "yesterday"},
        {"number": "-3"},
        {"item": "nothing"},
        {"words": ""},
        {"replaces": "9999", "item": "training"},
    ],
)
def test_what_is_out_of_order_is_refused_in_words(ministry: Ministry, said: dict[str, str]) -> None:
    answer = do(ministry.client("province"), "file_rollout", {**GROUP, **said})

    assert answer.status_code in (409, 422)
    assert len(answer.json["refused"]) > 8  # type: ignore[index]  # a text


def test_a_month_is_named_as_a_month(ministry: Ministry) -> None:
    for month in ("", "2026-13", "2026-11", "2021-08", "x"):
        assert do(
            ministry.client("province"), "sign_month", {"month": month, **WORDS}
        ).status_code in (409, 422)


def address(signed: Signed, kind: str, month: Month = MONTH) -> str:
    return f"/rollout/{signed.place_id}/{month}.{kind}"


def test_the_workbook_holds_every_figure_and_no_formula(ministry: Ministry, signed: Signed) -> None:
    answer = ministry.client("ministry").get(
        address(signed, "xlsx") + f"?revision={signed.revision}"
    )
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    cells = {row[0].value: (row[1].value, row[2].value) for row in sheet.iter_rows(max_col=3)}
    wanted = [line for group in groups(signed.figures, Phrases("zh")) for line in group.lines]
    read = [
        (row[0].value, row[1].value, None if row[2].value == "" else row[2].value)
        for row in sheet.iter_rows(max_col=3)
    ]

    for line in wanted:
        assert (line.label, line.value, line.of) in read, line
    assert cells["存在问题"][0] == WORDS["problems"]
    assert signed.content_hash in [value for value, _ in cells.values()]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pdf_says_the_same_and_every_sign_is_there(
    ministry: Ministry, signed: Signed, lang: Lang
) -> None:
    answer = ministry.client("province").get(
        address(signed, "pdf") + f"?lang={lang}&revision={signed.revision}"
    )
    document = pypdfium2.PdfDocument(answer.data)
    told = "".join("".join(each.get_textpage().get_text_range().split()) for each in document)

    assert answer.mimetype == "application/pdf"
    for group in groups(signed.figures, Phrases(lang)):
        for line in group.lines:
            assert "".join(line.label.split()) in told
            assert "".join(line.text.split()) in told
    for text in WORDS.values():
        assert "".join(text.split()) in told
    assert "\ufffd" not in told
    assert "\x00" not in told


def test_files_are_given_to_whoever_sees_the_province_and_written_down(
    ministry: Ministry, signed: Signed
) -> None:
    for role in ("sister", "county", "school", "analyst", "system", "audit"):
        for kind in ("pdf", "xlsx"):
            assert ministry.client(role).get(address(signed, kind)).status_code == 403, role
    for path in (
        address(signed, "docx"),
        address(signed, "pdf", MONTH.later(-1)),
        address(signed, "pdf") + "?revision=99",
        f"/rollout/{signed.place_id}/month.pdf",
    ):
        assert ministry.client("ministry").get(path).status_code == 404
    with roles.connect(ministry.owner_url) as owner:
        found = owner.execute(
            "SELECT succeeded FROM audit WHERE event = 'export' AND object = %s",
            [f"rollout-{MONTH}-{signed.place_id}"],
        ).fetchall()
    assert {done for (done,) in found} == {True, False}


def test_a_correction_leaves_the_first_revision_as_it_was(
    ministry: Ministry, signed: Signed
) -> None:
    again = do(
        ministry.client("province"),
        "sign_month",
        {"month": str(MONTH), **WORDS, "problems": "已解决"},
    )
    found = kept(ministry)

    assert again.status_code == 200
    assert [one.revision for one in found] == [1, 2]
    assert found[0] == signed
    assert found[0].is_whole
    assert found[1].problems == "已解决"
    assert "第 2 版" in section(page(ministry, "province", signed.place_id), "report")


HREF = re.compile(r'"href": "([^"]+)"')


@pytest.mark.parametrize(("role", "place"), [("ministry", "ministry"), ("province", "province"), ("sister", "sister")])  # fmt: skip
def test_schools_that_lead_are_one_s_own_and_their_evidence_opens(
    ministry: Ministry, role: str, place: str
) -> None:
    here = ministry.at(place)
    drawn = section(page(ministry, role, here), "schools")
    links = HREF.findall(drawn)

    assert "2025–2026 学年，审定数" in drawn
    assert role != "ministry" or len(links) == MOST
    for link in links:
        school = int(link.split("/")[3].split("?")[0])
        assert here in (1, *ministry.web.ladder.ancestors(school))
        answer = ministry.client(role).get(link)
        assert answer.status_code == 200
        assert "basis=approved" in link
        assert ministry.web.ladder.place(school).name("zh") in answer.text
