"""The sign-off sheet: three signatures, a hash, a code; as a page and as PDF, in which nothing typed is ever run."""

from __future__ import annotations

import pypdfium2
import pytest
import zxingcpp

from dashboards import typesetting
from dashboards.sheet import Sheet, pdf
from tests.readers import YEAR, Ministry
from warehouse import chain
from warehouse.chain import Key
from warehouse.places import NATION
from warehouse.rights import Role

NASTY = '#read("/etc/passwd") $x$ */ // `raw` @ref <label> = heading \\ #panic("run") "quoted" #let a = 1; {}'


def made(**said: object) -> Sheet:
    words = {
        "lang": "zh", "title": "报表签字单", "form": "学生", "year": "2025–2026 学年", "mark": "合成数据", "facts": [("学校", "测试学校")],
        "totals_title": "合计", "totals": [("在校生", "100")], "signatures_title": "签字", "signatures": [("统计人员", "a", "b")],
        "hash_title": "指纹", "hash": "ab" * 32, "address": "http://127.0.0.1/zh/signoff/1", "foot": "脚注",
    }  # fmt: skip
    return Sheet(**{**words, **said})  # type: ignore[arg-type]  # words of a test


def test_what_somebody_typed_is_printed_and_never_run() -> None:
    content = pdf(
        made(
            title=NASTY,
            form=NASTY,
            facts=[(NASTY, NASTY)],
            totals=[(NASTY, "1")],
            signatures=[(NASTY, NASTY, NASTY)],
            mark=NASTY,
        )
    )

    assert content.startswith(b"%PDF-")
    assert b"/JavaScript" not in content
    assert b"root:" not in content


def test_the_pdf_embeds_a_chinese_font() -> None:
    content = pdf(made())

    assert b"FontFile" in content or b"/ObjStm" in content
    assert b"CJK" in content or len(content) > 10_000


def test_without_a_chinese_font_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(typesetting, "fonts", lambda _: ())

    with pytest.raises(typesetting.NoFont, match="fonts-noto-cjk"):
        pdf(made())


def test_a_character_that_no_font_has_is_an_error_and_no_empty_box() -> None:
    with pytest.raises(typesetting.NoGlyph, match="f0000"):
        pdf(made(facts=[("学校", "棠\U000f0000学校")]))


def test_a_school_prints_its_own_sheet_and_nobody_elses(ministry: Ministry) -> None:
    own = ministry.at("school")
    other = next(s for s in ministry.web.ladder.units(NATION, YEAR) if s != own)
    client = ministry.client("school")

    answer = client.get(f"/signoff/{own}/{YEAR}/enrolment.pdf")

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert client.get(f"/signoff/{other}/{YEAR}/enrolment.pdf").status_code == 403
    assert client.get(f"/signoff/{own}/{YEAR}/nothing.pdf").status_code == 404
    assert client.get(f"/signoff/{own}/1999/enrolment.pdf").status_code == 404
    assert client.get(f"/signoff/99999999/{YEAR}/enrolment.pdf").status_code == 403
    assert ministry.client("analyst").get(f"/signoff/{own}/{YEAR}/enrolment.pdf").status_code == 403
    assert ministry.client("county").get(f"/signoff/{own}/{YEAR}/enrolment.pdf").status_code == 200


def test_the_printed_sheet_carries_the_hash_the_signatures_and_a_code_that_leads_to_them(
    ministry: Ministry,
) -> None:
    """What is read here is the paper: its text, and the code as a camera sees it."""
    school = ministry.at("school")
    with ministry.worker.writing() as writer:
        known = chain.standing(writer, Key("enrolment", YEAR, school)).content_hash
    client = ministry.client("school")

    paper = client.get(f"/signoff/{school}/{YEAR}/enrolment.pdf").data
    text, read = printed(paper), scanned(paper)

    assert known
    assert known in "".join(text.split())
    assert ministry.web.ladder.place(school).code in text
    assert all(role.label.zh in text for role in (Role.STATISTICIAN, Role.SCHOOL_REVIEWER, Role.HEAD))  # fmt: skip
    assert f"/zh/signoff/{school}" in read
    assert known[:32] in read
    assert "与当前报表一致" in client.get(read.removeprefix("http://localhost")).text


def printed(content: bytes) -> str:
    """The text of all pages."""
    pages = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages)


def scanned(content: bytes) -> str:
    """What the only code on the first page says."""
    picture = pypdfium2.PdfDocument(content)[0].render(scale=3).to_numpy()
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)


def test_the_code_leads_to_whether_the_hash_is_current(ministry: Ministry) -> None:
    with ministry.worker.writing() as writer:
        known = writer.scalar(
            "SELECT content_hash FROM standing WHERE school_id = :school AND form = 'enrolment' AND year = :year",
            school=ministry.at("school"), year=YEAR,
        )  # fmt: skip
    at = f"/zh/signoff/{ministry.at('school')}?year={YEAR}&form=enrolment&item="

    assert "与当前报表一致" in ministry.client("school").get(at + known[:32]).text
    assert "已被取代" in ministry.client("school").get(at + "0" * 32).text
