"""Briefings: what stands on paper is what stands on the page, for whoever reads; set as tagged PDF and in Word."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import docx
import psycopg
import pypdfium2
import pytest
from flask import Flask

from dashboards import typesetting
from dashboards.address import Address
from dashboards.answers import Memory
from dashboards.auth import Reader
from dashboards.briefings import reading
from dashboards.briefings.batch import Order, wanted, write
from dashboards.briefings.giving import briefing, reader_of
from dashboards.briefings.giving import maker as maker_outside
from dashboards.briefings.making import Maker, NoBriefing
from dashboards.briefings.paper import (
    Briefing,
    Cards,
    Cell,
    Chapter,
    Facts,
    Row,
    Said,
    Section,
    Table,
    Tiles,
)
from dashboards.briefings.pdf import pdf
from dashboards.briefings.word import docx as word
from dashboards.exports import seen
from dashboards.limits import PAPERS
from dashboards.sheet import code
from metrics.errors import OutOfScope
from tests.readers import NOW, YEAR, Ministry, asked_by_dash, opened_site
from warehouse.discovery import domains
from warehouse.errors import UnknownName
from warehouse.places import NATION

HOSTILE = ("#panic()", "{{ 7 * 7 }}", "{% raw %}", "$x$ *b* _i_ <w:p/> & \\ @ref", "=1+1")


def maker(ministry: Ministry) -> Maker:
    return Maker(ministry.web, Memory(Flask("papers")), NOW.date(), True, None, "https://x.example")


def reader(ministry: Ministry, role: str) -> Reader:
    account = ministry.web.account(ministry.readers[role].login)
    assert account
    return Reader(account)


def paper(ministry: Ministry, role: str, place: int, topic: str = "place", lang: str = "zh") -> Briefing:  # fmt: skip
    address = Address(lang=lang, page=topic, place=place, year=YEAR)  # type: ignore[arg-type]  # one of the two
    return maker(ministry).paper(reader(ministry, role), address, NOW)


def printed(content: bytes) -> list[str]:
    """The text of each page, without blanks: where a line breaks they come and go."""
    held = pypdfium2.PdfDocument(content)
    try:
        return ["".join(held[at].get_textpage().get_text_range().split()) for at in range(len(held))]  # fmt: skip
    finally:
        held.close()


def texts(made: Briefing) -> list[str]:
    """The words of every text of a paper but headings and the pictures' tables."""
    found = [made.finding]
    for block in (block for chapter in made.chapters for section in chapter.sections for block in section.blocks):  # fmt: skip
        match block:
            case Table():
                found += [cell.text for row in (*block.heads, *block.rows) for cell in row.cells]
            case Cards():
                found += [text for card in block.cards for text in (card.name, card.value, *card.lines)]  # fmt: skip
            case Tiles():
                found += [text for tile in block.tiles for text in (tile.name, tile.value)]
            case Said():
                found.append(block.text)
            case Facts():
                found += [text for _, text in block.facts]
            case _:
                found += [item.why for item in block.items]
    return [word for text in found for word in text.split()]


def made_of(*blocks: Table | Said, title: str = "简报") -> Briefing:
    chapter = Chapter(title="章", sections=[Section(key="k", title="节", blocks=blocks)])
    return Briefing(
        lang="zh", kind="简报", title=title, subtitle="", mark="内部", notice="", facts=[("学年", "2025")], finding="", basis="", chapters=[chapter],
        foot="数据", address="https://x.example", code=code("https://x.example"), words={"code": "码", "synthetic": "合成", "figure": "{legend}"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "topic", "lang"),
    [("ministry", "place", "zh"), ("ministry", "general", "en"), ("province", "place", "en"), ("province", "teaching", "zh"), ("county", "place", "zh"), ("school", "place", "zh"), ("school", "moral", "en"),
     ("analyst", "place", "zh"), ("analyst", "general", "en")],
)  # fmt: skip
def test_a_paper_says_what_its_page_says(ministry: Ministry, role: str, topic: str, lang: str) -> None:  # fmt: skip
    place = ministry.at(role)
    page = asked_by_dash(ministry.client(role), f"/{lang}/{topic}/{place}", f"?year={YEAR}")
    made = paper(ministry, role, place, topic, lang)
    shown = "".join(seen.text(page).split())
    numbers = [card.value for each in made.chapters[0].sections for block in each.blocks if isinstance(block, Cards) for card in block.cards]  # fmt: skip
    tables = {table.name: table for table in seen.tables(page)}
    both = [
        block
        for each in made.chapters[0].sections
        for block in each.blocks
        if isinstance(block, Table) and block.name in tables
    ]

    assert numbers
    assert all("".join(number.split()) in shown for number in numbers)
    assert "".join(made.finding.split()) in shown
    assert both
    for block in both:
        on_page = {cell.text for row in tables[block.name].rows for cell in row}
        body = [cell.text.lstrip("●▲■◆ ") for row in block.rows for cell in row.cells if not cell.sub]  # fmt: skip
        is_ranked = any(cell.mark and cell.mark.kind == "band" for row in block.rows for cell in row.cells)  # fmt: skip
        assert is_ranked or set(body) <= on_page | {""}


@pytest.mark.parametrize(("role", "lang"), [("ministry", "zh"), ("province", "en")])
def test_every_text_is_printed_and_the_pdf_is_tagged(ministry: Ministry, role: str, lang: str) -> None:  # fmt: skip
    made = paper(ministry, role, ministry.at(role), lang=lang)
    content = pdf(made)
    pages = printed(content)
    whole = "".join(pages)

    missing = [text for text in texts(made) if text not in whole and text.replace("-", "") not in whole.replace("-", "")]  # fmt: skip
    assert [text for text in missing if not _is_broken(text, whole)] == []
    assert not {"存为图片", "Save picture"} & set(texts(made))  # what only a screen can do
    assert all(f"{at}/{len(pages)}" in page for at, page in enumerate(pages, 1))
    held = pypdfium2.PdfDocument(content)
    assert held.is_tagged()
    assert held.get_metadata_value("Title") == made.title
    held.close()
    assert set(re.findall(rb"/Lang ?\((\w\w)", content)) == {lang.encode()}
    assert b"pdfuaid" in content


def _is_broken(text: str, whole: str) -> bool:
    """Whether a text stands there in pieces: across two pages, or beside the next cell's lines."""
    pieces = [text[at : at + 4] for at in range(0, len(text), 4)]
    return sum(piece in whole for piece in pieces) >= 0.8 * len(pieces)


def test_a_paper_holds_what_was_asked_for(ministry: Ministry) -> None:
    made = paper(ministry, "ministry", NATION)
    keys = [section.key for chapter in made.chapters for section in chapter.sections]
    titles = [chapter.title for chapter in made.chapters]

    assert titles == ["指标", "变化分解", "监测预警", "报送进度", "说明"]
    assert {"map", "attention", "ranking", "nine", "places", "forms", "definitions", "signs", "receipt"} <= set(keys)  # fmt: skip
    (receipt,) = (s for c in made.chapters for s in c.sections if s.key == "receipt")
    (facts,) = receipt.blocks
    assert isinstance(facts, Facts)
    assert dict(facts.facts)["链接"].startswith(f"https://x.example/zh/place/1?year={YEAR}&asof=2026-11-20T08")  # fmt: skip
    assert re.fullmatch("[0-9a-f]{64}", dict(facts.facts)["内容校验（SHA-256）"])
    assert "合成" in made.notice or "程序" in made.notice


def test_ranks_stand_in_bands_below_a_province_too(ministry: Ministry) -> None:
    made = paper(ministry, "province", ministry.at("province"))
    (ranked,) = (b for s in made.chapters[0].sections if s.key == "ranking" for b in s.blocks if isinstance(b, Table))  # fmt: skip

    bands = [row.cells[1] for row in ranked.rows]
    assert ranked.heads[0].cells[1].text == "名次"
    assert any(cell.mark and cell.mark.kind == "band" for cell in bands)


def test_nobody_reads_on_paper_what_the_page_refuses(ministry: Ministry) -> None:
    school = ministry.at("school")

    for role in ("sister", "analyst"):
        answer = ministry.client(role).get(f"/briefing/zh/place/{school}.pdf?year={YEAR}")
        assert answer.status_code == 403, role
        assert (f"briefing-place-{school}.pdf", False) in exports(ministry)
        with pytest.raises(OutOfScope):
            paper(ministry, role, school)
    assert ministry.client("system").get(f"/briefing/zh/place/{NATION}.pdf").status_code == 403
    assert ministry.client("county").get("/briefing/zh/alerts/1.pdf").status_code in (403, 404)
    assert ministry.client("ministry").get("/briefing/zh/alerts/1.pdf").status_code == 404
    assert ministry.client("ministry").get("/briefing/zh/place/1.exe").status_code == 404
    assert ministry.client("ministry").get("/briefing/zh/place/1.pdf?year=x").status_code == 400
    assert ministry.site.test_client().get("/briefing/zh/place/1.pdf").status_code == 302
    with pytest.raises(NoBriefing, match="nothing"):
        paper(ministry, "ministry", NATION, "nothing")


def test_papers_are_made_so_often_and_no_more(ministry: Ministry) -> None:
    client = ministry.entered("county", opened_site(ministry.web, limits=True))
    statuses = [client.get("/briefing/zh/place/1.exe").status_code for _ in range(PAPERS.at_once + 8)]  # fmt: skip

    assert statuses[: PAPERS.at_once] == [404] * PAPERS.at_once
    assert 429 in statuses
    assert client.get(f"/zh/place/{ministry.at('county')}").status_code == 200


def test_a_reader_of_published_figures_gets_no_records(ministry: Ministry) -> None:
    titles = [chapter.title for chapter in paper(ministry, "analyst", NATION).chapters]

    assert "监测预警" not in titles
    assert "报送进度" not in titles


def test_a_run_writes_every_province_and_tells_what_may_not_be_seen(ministry: Ministry, tmp_path: Path) -> None:  # fmt: skip
    said: list[str] = []
    made = maker_outside(ministry.web, NOW, synthetic=True, template=None, site="https://x.example")
    ladder = ministry.web.ladder
    all_of_them = wanted(ladder, None)
    order = Order(reader=reader_of(ministry.web, ministry.readers["province"].login), asked=Address(lang="en", year=YEAR), folder=tmp_path / "out", kind="pdf", now=NOW)  # fmt: skip
    own = ministry.at("province")
    other = next(one for one in all_of_them if one != own)
    school = next(one for one in ladder.units(other, YEAR))
    missing = write(made, order, [own, school], said.append)

    assert len(all_of_them) == 32
    assert wanted(ladder, ladder.place(own).code) == [own]
    assert missing == 1
    assert [file.name for file in (tmp_path / "out").iterdir()] == [f"briefing-place-{ladder.place(own).code}.pdf"]  # fmt: skip
    assert "1/2" in said[0]
    assert "may not be seen" in said[1]
    assert (f"briefing-place-{ladder.place(school).code}.pdf", False) in exports(ministry)
    with pytest.raises(UnknownName, match="nobody"):
        reader_of(ministry.web, "nobody")


def test_two_clicks_lead_to_a_paper_and_to_a_line_of_the_trail(ministry: Ministry) -> None:
    province = ministry.at("province")
    path = f"/briefing/en/general/{province}"
    shown = ministry.client("province").get(f"/en/general/{province}?year={YEAR}").text
    answers = {kind: ministry.client("province").get(f"{path}.{kind}?year={YEAR}") for kind in ("pdf", "docx")}  # fmt: skip

    for kind, answer in answers.items():
        assert f'href="{path}.{kind}?year={YEAR}"' in shown
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="briefing-general-{province}.{kind}"'  # fmt: skip
        assert (f"briefing-general-{province}.{kind}", True) in exports(ministry)
    assert answers["pdf"].data.startswith(b"%PDF")


def test_word_says_what_the_pdf_says(ministry: Ministry) -> None:
    address = Address(page="place", place=NATION, year=YEAR)
    who = reader(ministry, "ministry")
    made = maker(ministry).paper(who, address, NOW)
    held = docx.Document(io.BytesIO(briefing(maker(ministry), who, address, NOW, "docx")))
    cells = {_squeezed(cell) for table in held.tables for cell in _cells(table)}
    lines = {_squeezed(one.text) for one in held.paragraphs}
    wanted = {
        _squeezed(f"{cell.text}{cell.sub}")
        for chapter in made.chapters[:-1]
        for section in chapter.sections
        for block in section.blocks
        if isinstance(block, Table)
        for row in (*block.heads, *block.rows)
        for cell in row.cells
    }

    assert wanted - {""} <= cells
    assert _squeezed(made.finding) in lines
    assert [one.text for one in held.paragraphs if one.style and one.style.name == "Heading 1"] == [chapter.title for chapter in made.chapters]  # fmt: skip
    assert held.core_properties.title == made.title
    assert any("w:tblHeader" in table._tbl.xml for table in held.tables)


def _squeezed(said: str) -> str:
    return "".join(said.split())


def _cells(table: docx.table.Table) -> list[str]:
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    return ["".join(piece.text or "" for piece in cell.iter(f"{name}t")) for cell in table._tbl.iter(f"{name}tc")]  # fmt: skip


def test_a_long_table_goes_over_pages_with_its_head_on_each() -> None:
    head = Row(cells=[Cell(text="学校头"), Cell(text="人数头")])
    rows = [Row(cells=[Cell(text=f"第{n}校"), Cell(text=str(n))]) for n in range(150)]
    pages = printed(pdf(made_of(Table(name="t", heads=[head], rows=rows, right=[False, True]))))

    assert len(pages) > 2
    assert all("学校头人数头" in page for page in pages)
    assert [n for n in range(150) if f"第{n}校" not in "".join(pages)] == []


def test_a_character_that_no_font_has_is_named() -> None:
    with pytest.raises(typesetting.NoGlyph, match="𓀀") as problem:
        pdf(made_of(Said(text="某𓀀校")))
    assert "fonts-noto-cjk" in problem.value.en


@pytest.mark.parametrize("text", HOSTILE)
def test_what_somebody_typed_is_never_run(text: str) -> None:
    table = Table(name="t", heads=[Row(cells=[Cell(text=text)])], rows=[Row(cells=[Cell(text=text)])])  # fmt: skip
    made = made_of(Said(text=text), table, title=text)
    held = docx.Document(io.BytesIO(word(made)))

    assert _squeezed(text) in "".join(printed(pdf(made)))
    assert any(one.text == text for one in held.paragraphs)
    assert [cell.text.strip() for cell in held.tables[0].columns[0].cells] == [text, text]


def test_every_domain_has_a_paper(ministry: Ministry) -> None:
    """Each at one rung, in turn."""
    for name, role in zip(domains(), cycle(("school", "county", "province")), strict=False):
        made = paper(ministry, role, ministry.at(role), name)
        assert made.chapters[0].sections, (name, role)


def test_what_only_the_screen_needs_is_not_on_paper(ministry: Ministry) -> None:
    made = paper(ministry, "county", ministry.at("county"))
    metas = [section.meta for chapter in made.chapters for section in chapter.sections]

    assert "点击表头" not in " ".join((*texts(made), *metas))
    assert "来源”打开" not in " ".join(texts(made))


def test_a_map_takes_its_table_along_for_papers_without_drawings(ministry: Ministry) -> None:
    made = paper(ministry, "ministry", NATION)
    (mapped,) = (b for s in made.chapters[0].sections for b in s.blocks if isinstance(b, Tiles))

    assert len(mapped.tiles) == 35
    assert mapped.table is not None
    assert len(mapped.table.rows) > 20


def test_the_same_state_has_the_same_content(ministry: Ministry) -> None:
    first, again = (paper(ministry, "province", ministry.at("province")) for _ in range(2))

    assert replace(first, code="") == replace(again, code="")


def test_a_page_without_a_finding_has_none() -> None:
    assert reading.finding([]) == ("", "")


def exports(ministry: Ministry) -> set[tuple[str, bool]]:
    with psycopg.connect(ministry.owner_url) as connection:
        said = "SELECT object, succeeded FROM audit WHERE event = 'export'"
        return {(str(row[0]), bool(row[1])) for row in connection.execute(said)}
