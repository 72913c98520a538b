"""Cases in their pages: dispatched from what is flagged, explained with documents, verified, closed; who sees and who may do what."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import polars as pl
import pypdfium2
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboards.i18n import Lang, Phrases
from dashboards.views.cases import token
from etl.evidence import MOST_BYTES, document
from tests.factories import batch, students
from tests.readers import (
    YEAR,
    Ministry,
    asked_by_dash,
    do,
    found_in,
    hand_in,
    reopen,
    section,
    text_of,
)
from tests.reviews import reviewed
from warehouse import roles
from warehouse.case_read import Case, case
from warehouse.case_rules import Identity
from warehouse.case_sources import undispatched
from warehouse.cases import Flagged
from warehouse.discovery import form
from warehouse.errors import CaseRefused
from warehouse.rights import Role

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
RULE = "enrolment.planted"


@pytest.fixture(scope="module", autouse=True)
def _flagged(ministry: Ministry) -> None:
    """The school's enrolment breaks a rule in one row."""
    made = found_in(batch(form("enrolment"), YEAR, {ministry.at("school"): students(g1=90)}), "planted")  # fmt: skip
    lines = made.findings.with_columns(answer=pl.lit("breach"), column=pl.lit("students"))
    reopen(ministry.worker, ministry.at("school"))
    ministry.worker.record(replace(made, findings=lines))
    reviewed(ministry.worker)


def flag(ministry: Ministry, rule: str = RULE) -> str:
    return token(Identity("breach", ministry.at("school"), YEAR, rule))


def flags(ministry: Ministry, place: int) -> list[Flagged]:
    with ministry.web.reading(ministry.web.scope("reader", place)) as reader:
        return undispatched(reader, place, YEAR, 500)


def dispatches(ministry: Ministry, role: str = "province", **said: Any) -> TestResponse:
    fields = {"pick": flag(ministry), "days": "10", "note": ""}
    return do(ministry.client(role), "dispatch_cases", fields | said)


def number(ministry: Ministry) -> int:
    with roles.connect(ministry.owner_url) as owner:
        found = owner.execute("SELECT case_id FROM case_file WHERE rule = %s", [RULE]).fetchone()
    assert found
    return int(found[0])


def held(ministry: Ministry) -> Case:
    with ministry.worker.writing() as writer:
        found = case(writer, number(ministry))
    assert found
    return found


def evidence(ministry: Ministry) -> list[tuple[int, str, str, int]]:
    with roles.connect(ministry.owner_url) as owner:
        return owner.execute(
            "SELECT evidence_id, name, kind, size FROM case_evidence ORDER BY 1"
        ).fetchall()


def explains(ministry: Ministry, files: dict[str, tuple[bytes, str]] | None = None, answer: str = "按台账填报（合成）") -> TestResponse:  # fmt: skip
    said: dict[str, Any] = {"case": str(number(ministry)), "answer": answer, "note": "见附件"}
    attached = {name: (io.BytesIO(content), shown) for name, (content, shown) in (files or {}).items()}  # fmt: skip
    return do(ministry.client("school"), "explain_case", said | attached)


def verifies(ministry: Ministry, client: FlaskClient, action: str = "verify_case", **said: str) -> TestResponse:  # fmt: skip
    fields = {"case": str(number(ministry)), "code": "other_definition", "note": "已核对（合成）"}
    return do(client, action, fields | said)


def page(ministry: Ministry, role: str, name: str, lang: str = "zh", query: str = "") -> dict[str, Any]:  # fmt: skip
    place = ministry.at("school" if name == "case" else role)
    return asked_by_dash(ministry.client(role), f"/{lang}/{name}/{place}", f"?year={YEAR}{query}")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_before_anything_is_dispatched_the_pages_say_so(ministry: Ministry, lang: Lang) -> None:
    phrases = Phrases(lang)

    assert phrases("cases.none.open") in section(page(ministry, "school", "cases", lang), "list")
    assert section(page(ministry, "school", "cases", lang), "flags") == ""
    assert phrases("case.none") in section(page(ministry, "school", "case", lang), "none")
    shown = page(ministry, "province", "cases", lang)
    assert flag(ministry) in section(shown, "flags")
    assert section(shown, "places") == ""


def test_what_is_no_flag_or_somebody_else_s_is_refused_by_name(ministry: Ministry) -> None:
    sister = flags(ministry, ministry.at("sister"))
    foreign = token(sister[0].identity) if sister else flag(ministry, "enrolment.nothing")
    for said in ({"pick": foreign}, {"pick": flag(ministry, "enrolment.gone")}, {"pick": "x"}, {"pick": flag(ministry).replace("breach", "risk")},
                 {"days": "0"}, {"days": "x"}, {"note": "长" * 2001}):  # fmt: skip
        answer = dispatches(ministry, **said)
        assert answer.status_code in (409, 422), said
    assert dispatches(ministry, "sister").status_code == 409
    assert "enrolment.planted" in dispatches(ministry, "sister").text
    with roles.connect(ministry.owner_url) as owner:
        assert owner.execute("SELECT count(*) FROM case_file").fetchone() == (0,)


def test_a_case_from_dispatch_to_close_with_a_document(ministry: Ministry) -> None:
    answer = dispatches(ministry, note="请核对（合成）")
    assert "已派发 1 件" in answer.text
    assert flag(ministry) not in section(page(ministry, "province", "cases"), "flags")
    item = f"&item={number(ministry)}"
    own = page(ministry, "school", "cases")
    assert held(ministry).number in section(own, "list")
    shown = page(ministry, "school", "case", query=item)
    assert f"/zh/review/{ministry.at('school')}?year={YEAR}&form=enrolment" in section(
        shown, "about"
    )
    assert "source=students" in section(shown, "about")
    assert "请核对（合成）" in section(shown, "thread")
    assert "explain_case" in section(shown, "act")
    assert "explain_case" not in text_of(page(ministry, "county", "case", query=item))

    answer = explains(ministry, {"file1": (PDF, "../台账<b>.pdf")})
    assert answer.status_code == 200, answer.text
    assert [one[1:] for one in evidence(ministry)] == [("台账<b>.pdf", "pdf", len(PDF))]
    county = page(ministry, "county", "case", query=item)
    assert "按台账填报（合成）" in section(county, "answers")
    assert "台账<b>.pdf" in section(county, "documents")
    assert "verify_case" in section(county, "act")
    assert "verify_case" not in text_of(page(ministry, "province-reviewer", "case", query=item))
    assert "轮到我 1" in text_of(page(ministry, "county", "cases"))

    assert verifies(ministry, ministry.client("county")).status_code == 200
    assert held(ministry).state == "verified"
    assert "核实并销号" in section(page(ministry, "province-reviewer", "case", query=item), "act")
    assert verifies(ministry, ministry.client("province-reviewer"), "return_case", note="请补充").status_code == 200  # fmt: skip
    assert explains(ministry, {"file1": (PDF, "again.pdf")}).status_code == 422  # kept already
    assert held(ministry).state == "sent_back"
    assert explains(ministry).status_code == 200
    for role in ("county", "province-reviewer"):
        assert verifies(ministry, ministry.client(role)).status_code == 200
    assert held(ministry).state == "closed"
    closed = page(ministry, "school", "case", query=item)
    assert "口径不同" in text_of(closed)
    assert "nobody has to act" in section(page(ministry, "school", "case", "en", item), "act")
    assert "reopen_case" not in text_of(closed)
    assert "不属实" in section(page(ministry, "province", "cases"), "places")


def test_a_closed_case_is_reopened_and_closed_as_a_wrong_number(ministry: Ministry) -> None:
    said = {"case": str(number(ministry)), "note": "新材料（合成）", "days": "5"}
    assert do(ministry.client("county"), "reopen_case", said).status_code == 422
    assert do(ministry.client("province"), "reopen_case", said | {"note": ""}).status_code == 422
    assert do(ministry.client("province"), "reopen_case", said).status_code == 200
    assert explains(ministry).status_code == 200
    assert verifies(ministry, ministry.client("county"), code="wrong_number").status_code == 200
    reviewer = ministry.client("province-reviewer")
    assert verifies(ministry, reviewer, code="wrong_number").status_code == 422
    hand_in(ministry, "enrolment", [{"specialty": "720201", "grade": "1", "sex": "2", "students": 80}])  # fmt: skip
    with roles.connect(ministry.owner_url) as owner:
        newest = str(owner.execute("SELECT max(submission_id) FROM submission").fetchone()[0])  # type: ignore[index]
    shown = section(page(ministry, "province-reviewer", "case", query=f"&item={number(ministry)}"), "act")  # fmt: skip
    assert f'"value": "{newest}"' in shown

    assert verifies(ministry, reviewer, code="wrong_number", submission=newest).status_code == 200
    assert str(held(ministry).submission_id) == newest


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.pdf"), (b"MZ\x90\x00", "program.pdf"), (b"<html><script>1</script>", "page.png"), (b"%PDF-1.4\n no end", "cut.pdf"),
        (PDF.replace(b"<<>>", b"<</JavaScript (x)>>", 1), "runs.pdf"), (PDF.replace(b"<<>>", b"<</Encrypt 1>>", 1), "locked.pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old.xls"),
        (b"PK\x03\x04broken", "broken.xlsx"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_not_taken_and_neither_is_its_step(
    ministry: Ministry, content: bytes, name: str
) -> None:
    _open_again(ministry)
    before = evidence(ministry)

    answer = explains(ministry, {"file2": (content, name)})

    assert answer.status_code == 422
    assert name in answer.text
    assert evidence(ministry) == before
    assert held(ministry).state == "dispatched"


def test_a_document_has_a_size() -> None:
    whole = b"%PDF-1.4" + b" " * (MOST_BYTES - 13) + b"%%EOF"

    assert len(document("a.pdf", whole).content) == MOST_BYTES
    with pytest.raises(CaseRefused, match="larger than 5 MB"):
        document("a.pdf", whole.replace(b"1.4", b"1.40"))


def _open_again(ministry: Ministry) -> None:
    if not held(ministry).state.is_open:
        said = {"case": str(number(ministry)), "note": "（合成）", "days": "5"}
        assert do(ministry.client("province"), "reopen_case", said).status_code == 200


def _workbook(*more: str) -> bytes:
    held_ = io.BytesIO()
    with zipfile.ZipFile(held_, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", *more):
            archive.writestr(name, "<x/>")
    return held_.getvalue()


def test_documents_are_told_by_their_content_and_workbooks_come_without_macros(
    ministry: Ministry,
) -> None:
    _open_again(ministry)
    assert explains(ministry, {"file1": (_workbook("xl/vbaProject.bin"), "a.xlsx")}).status_code == 422  # fmt: skip
    assert explains(ministry, {"file1": (_workbook("xl/externalLinks/externalLink1.xml"), "a.xlsx")}).status_code == 422  # fmt: skip

    png = b"\x89PNG\r\n\x1a\n" + b"0" * 20 + b"IEND\xaeB`\x82"
    jpeg = b"\xff\xd8\xff\xe0" + b"1" * 20 + b"\xff\xd9"
    assert explains(ministry, {"file1": (_workbook(), "book.pdf"), "file2": (png, "picture.exe"), "file3": (jpeg, "b.jpg")}).status_code == 200  # fmt: skip
    assert [one[2] for one in evidence(ministry)] == ["pdf", "xlsx", "png", "jpeg"]


def test_a_document_is_sealed_and_given_to_who_sees_the_case_and_each_time_written_down(
    ministry: Ministry,
) -> None:
    first = evidence(ministry)[0][0]
    with roles.connect(ministry.owner_url) as owner:
        (sealed,) = owner.execute("SELECT sealed FROM case_evidence WHERE evidence_id = %s", [first]).fetchone()  # type: ignore[misc]  # one row  # fmt: skip
    assert sealed.startswith("international.1.")
    assert "PDF" not in sealed

    for role, status in (("school", 200), ("county", 200), ("ministry", 200), ("head", 200), ("sister", 409), ("analyst", 409), ("system", 403)):  # fmt: skip
        answer = do(ministry.client(role), "open_evidence", {"evidence": str(first)})
        assert answer.status_code == status, role
        assert (answer.data == PDF) is (status == 200)
        if status == 200:
            assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
            assert answer.mimetype == "application/octet-stream"
    other = next(one for one in ministry.web.ladder.parents[YEAR] if ministry.web.ladder.rung(one) == 4 and one != ministry.at("school"))  # fmt: skip
    assert do(ministry.appointed(Role.STATISTICIAN, other), "open_evidence", {"evidence": str(first)}).status_code == 409  # fmt: skip
    with roles.connect(ministry.owner_url) as owner:
        found = owner.execute("SELECT count(*) FROM audit WHERE event = 'open_evidence' AND succeeded AND object = %s", [f"evidence/{first}"]).fetchone()  # fmt: skip
    assert found == (4,)


def test_a_case_of_another_school_is_nobody_s_to_touch(ministry: Ministry) -> None:
    said = {"case": str(number(ministry)), "note": "x", "code": "false_alarm", "answer": "x", "days": "5"}  # fmt: skip
    before = held(ministry)
    other = next(one for one in ministry.web.ladder.parents[YEAR] if ministry.web.ladder.rung(one) == 4 and one != ministry.at("school"))  # fmt: skip
    for action in ("withdraw_case", "reopen_case"):
        assert do(ministry.client("sister"), action, said).status_code == 422
    assert do(ministry.appointed(Role.STATISTICIAN, other), "explain_case", said).status_code == 422
    for action in ("verify_case", "return_case"):
        assert do(ministry.appointed(Role.REVIEWER, ministry.at("sister")), action, said).status_code == 422  # fmt: skip
    assert held(ministry) == before


def test_a_case_stands_at_its_own_school_only(ministry: Ministry) -> None:
    other = next(one for one in ministry.web.ladder.units(ministry.at("province"), YEAR) if one != ministry.at("school"))  # fmt: skip
    shown = asked_by_dash(ministry.client("province"), f"/zh/case/{other}", f"?item={number(ministry)}")  # fmt: skip

    assert Phrases("zh")("case.none") in text_of(shown)


def test_the_list_is_searched_and_every_view_is_an_address(ministry: Ministry) -> None:
    code = held(ministry).number
    for query, is_there in (
        ("&view=open&object=planted", True), ("&view=open&object=nothing", False), ("&view=closed", False), ("&view=all", True), ("&view=overdue", False),
        ("&view=next", True), ("&view=nonsense", True),
    ):  # fmt: skip
        shown = section(page(ministry, "province", "cases", query=query), "list")
        assert (code in shown) is is_there, query
    assert "没有符合“nothing”的核查件" in section(page(ministry, "province", "cases", query="&view=open&object=nothing"), "list")  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_verification_report_counts_what_the_tables_hold(ministry: Ministry, lang: str) -> None:
    answer = ministry.client("province").get(f"/cases/{ministry.at('province')}/{YEAR}.xlsx?lang={lang}")  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    rules, places, cases = ([list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book)  # fmt: skip

    with roles.connect(ministry.owner_url) as owner:
        held_ = owner.execute("SELECT count(*), count(*) FILTER (WHERE closed_at IS NULL) FROM case_file WHERE path @> ARRAY[%s]::int[]", [ministry.at("province")]).fetchone()  # fmt: skip
    assert held_
    assert rules[-1][2:4] == places[-1][2:4] == list(held_)
    assert rules[3][1] == RULE
    assert cases[3][0] == held(ministry).number
    assert len(cases) == 3 + held_[0]
    assert {cell.data_type for sheet in book for row in sheet for cell in row if cell.value is not None} == {"s", "n"}  # fmt: skip


def test_the_report_on_paper_holds_the_same_and_nothing_typed_is_markup(ministry: Ministry) -> None:
    address = f"/cases/{ministry.at('province')}/{YEAR}"
    answer = ministry.client("province").get(f"{address}.pdf?lang=zh")

    assert answer.data.startswith(b"%PDF-1.7")
    assert answer.mimetype == "application/pdf"
    paper = pypdfium2.PdfDocument(answer.data)
    words = "".join(sheet.get_textpage().get_text_range() for sheet in paper)
    assert held(ministry).number in words
    assert ministry.client("province").get(f"{address}.txt").status_code == 404


def test_the_report_is_for_who_sees_the_place_and_a_line_of_the_trail(ministry: Ministry) -> None:
    address = f"/cases/{ministry.at('province')}/{YEAR}.xlsx"
    for role, status in (("province", 200), ("ministry", 200), ("sister", 403), ("county", 403), ("school", 403), ("analyst", 403), ("system", 403)):  # fmt: skip
        assert ministry.client(role).get(address).status_code == status, role
    own = ministry.client("school").get(f"/cases/{ministry.at('school')}/{YEAR}.xlsx")
    assert own.status_code == 200
    with roles.connect(ministry.owner_url) as owner:
        found = owner.execute("SELECT count(*) FROM audit WHERE object = %s AND NOT succeeded", [f"cases-{YEAR}-{ministry.at('province')}"]).fetchone()  # fmt: skip
    assert found == (5,)


def test_each_step_stands_in_the_trail_without_what_was_said(ministry: Ministry) -> None:
    with roles.connect(ministry.owner_url) as owner:
        found = owner.execute("SELECT event, detail::text FROM audit WHERE succeeded AND object = %s", [f"case/{number(ministry)}"]).fetchall()  # fmt: skip

    assert {event for event, _ in found} == {"dispatch_cases", "explain_case", "verify_case", "return_case", "reopen_case"}  # fmt: skip
    assert not any("合成" in detail for _, detail in found)
