"""A release is drafted and signed on its page; from then on every page and file can be read as released, and what a revision changed is listed cell by cell."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
import sqlalchemy as sa

from dashboards.address import Address, parse
from dashboards.i18n import LANGS
from metrics import history as metric_history
from metrics.discovery import metric
from tests.dashboards.programs import Program, reads
from tests.dashboards.releasing import (
    DRAFTS,
    FIRST,
    NOTES,
    SECOND,
    SIGNS,
    THIRD,
    WHY,
    corrects,
    page,
    released,
)
from tests.readers import (
    YEAR,
    Ministry,
    asked_by_dash,
    do,
    part_of,
    section,
    text_of,
)
from warehouse import releases
from warehouse.moments import china_day
from warehouse.places import NATION
from warehouse.queue import job
from warehouse.release_patterns import KIND, keep


@pytest.fixture(scope="module")
def signed(ministry: Ministry) -> Ministry:
    """Figures of three moments: a final release, a revision of it, and what came since."""
    corrects(ministry, 4001)
    released(ministry, "final")
    corrects(ministry, 4002)
    released(ministry, "revised")
    corrects(ministry, 4003)
    return ministry


def day(ministry: Ministry) -> str:
    """When they were signed, by the clock that dates loads."""
    with ministry.worker.reading(ministry.worker.everything()) as reader:
        return china_day(releases.signed(reader)[0].signed_at).isoformat()


def table(ministry: Ministry, **said: str) -> dict[str, Any]:
    """The receipt of a table of the school's students, and what the notes say of its release."""
    query = {"places": str(ministry.at("school")), "metrics": "students", "years": str(YEAR), **said}  # fmt: skip
    answer = ministry.client("ministry").get(f"/build/zh/{NATION}.xlsx", query_string=query)
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    told = {row[0]: row[1] for name in ("说明", "取数凭证") for row in book[name].iter_rows(values_only=True)}  # fmt: skip
    number = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if isinstance(cell, int | float)]  # fmt: skip
    return {**json.loads(str(told["JSON"])), "said": told["发布"], "number": number[0]}


def test_a_file_of_places_elsewhere_is_not_said_to_be_live(signed: Ministry) -> None:
    """Who sees a year as released only reads so: not live, not provisional, and no word of it said twice."""
    query = {"year": YEAR, "places": "1-provinces", "metrics": "students", "years": str(YEAR)}
    for lang, words in {"zh": ("实时", "数据状态", "学年 学年"), "en": ("'live'", "provisional", ": Places not in")}.items():  # fmt: skip
        book = openpyxl.load_workbook(io.BytesIO(signed.client("analyst").get(f"/build/{lang}/{NATION}.xlsx", query_string=query).data))  # fmt: skip
        told = str([list(sheet.values) for sheet in book.worksheets[1:]])
        assert [SECOND in told, *(word in told for word in words)] == [True, False, False, False]


def test_a_page_shows_what_was_released_and_live_what_came_since(signed: Ministry) -> None:
    seen = {number: text_of(page(signed, release=number)) for number in (FIRST, SECOND)}
    live = text_of(page(signed, year=str(YEAR), basis="approved"))
    told = {"4,001": seen[FIRST], "4,002": seen[SECOND], "4,003": live}
    for number in told:
        assert [number in text for text in told.values()] == [number == other for other in told]


MARKED = re.compile(
    r'"([^"]+)", (?:" ", )?\{"type": "Small", "namespace": "dash_html_components", "props": \{"className": "[rm]", "children": "r"\}'
)


def test_what_a_revision_changed_is_marked_wherever_it_is_printed(signed: Ministry) -> None:
    """Large numbers, maps, heat maps and their like carry the mark that cells of tables carry; a first release has nothing to mark."""
    school, province = signed.at("school"), signed.at("province")
    drawn = {
        "places": f"{school}.{province}",
        "metrics": "students",
        "years": str(YEAR),
        "cut": "grade",
    }
    among = {"places": f"{NATION}-provinces", "metrics": "students"}

    assert "4,002" in MARKED.findall(text_of(page(signed, release=SECOND)))
    assert len(MARKED.findall(text_of(page(signed, at=NATION, release=SECOND, metric="students")))) > 2  # fmt: skip
    assert "4,002" in MARKED.findall(text_of(page(signed, at=school, release=SECOND, source="students")))  # fmt: skip
    assert MARKED.findall(part_of(page(signed, name="build", at=NATION, release=SECOND, chart="map", **among), "tiles"))  # fmt: skip
    assert MARKED.findall(part_of(page(signed, name="build", at=NATION, release=SECOND, chart="heat", **drawn), "t heat"))  # fmt: skip
    assert re.search(r'"[0-9,]+ r"', text_of(page(signed, name="build", at=NATION, release=SECOND, chart="multiples", **drawn)))  # fmt: skip
    assert not MARKED.findall(text_of(page(signed, release=FIRST)))


@pytest.mark.parametrize("lang", LANGS)
def test_the_frame_says_which_and_leads_from_one_to_the_other(signed: Ministry, lang: str) -> None:
    said = part_of(page(signed, lang=lang, release=SECOND), "ctx")
    foot = part_of(page(signed, lang=lang, release=SECOND), "foot")
    name = {"zh": f"{SECOND} · 修订 1 · {day(signed)}", "en": f"{SECOND} · Revised 1 · {day(signed)}"}[lang]  # fmt: skip
    assert name in said
    assert {"zh": "数据冻结于", "en": "frozen at"}[lang] in foot
    live = part_of(page(signed, lang=lang, year=str(YEAR)), "ctx")
    path = f"/{lang}/place/{signed.at('school')}?year={YEAR}"
    assert f'"{path}&release={FIRST}"' in live
    assert f'"{path}&release={SECOND}"' in live
    assert f'"{path}&basis=approved"' in said
    assert "basis.name" not in said


def test_the_release_goes_along_from_page_to_page_and_is_left_with_its_year(
    signed: Ministry,
) -> None:
    at = page(signed, at=NATION, release=FIRST)
    ways = {html.unescape(way) for way in re.findall(r'"href": "(/zh/place/[^"]*)"', text_of(at))}
    below = {way for way in ways if f"/place/{signed.at('province')}" in way}
    assert below
    assert all(f"release={FIRST}" in way and "asof" not in way and "basis" not in way for way in below)  # fmt: skip
    here = parse(f"/zh/place/{NATION}", f"release={FIRST}")
    assert here.year == YEAR
    assert here.to(year=YEAR - 1) == f"/zh/place/{NATION}?year={YEAR - 1}"
    assert here.to(asof="2026-01-01T00:00:00") == f"/zh/place/{NATION}?year={YEAR}&asof=2026-01-01T00%3A00%3A00"  # fmt: skip
    assert here.on("build", NATION, metrics="students").endswith(
        f"release={FIRST}&metrics=students"
    )


@pytest.mark.parametrize("lang", LANGS)
def test_an_unknown_release_is_one_clear_error(signed: Ministry, lang: str) -> None:
    answer = signed.client("ministry").get(f"/{lang}/place/1?release=FB-{YEAR}-77")
    assert answer.status_code == 404
    assert f"FB-{YEAR}-77" in answer.text
    file = signed.client("ministry").get(f"/build/{lang}/1.csv?release=FB-{YEAR}-77")
    assert file.status_code == 400
    assert f"FB-{YEAR}-77" in file.text


def test_files_name_the_release_and_hold_its_figures(signed: Ministry) -> None:
    first, live = table(signed, release=FIRST), table(signed, year=str(YEAR), basis="approved")
    assert (first["number"], first["release"], first["said"]) == (4001, FIRST, f"发布数 {FIRST} · 终稿 · {day(signed)}")  # fmt: skip
    assert f"release={FIRST}" in first["address"]
    assert "asof=" not in first["address"]
    assert (live["number"], live["release"], live["said"]) == (4003, "", "实时")
    again = signed.client("ministry").get(first["address"].split("localhost")[1])
    assert again.status_code == 200
    assert first["sha256"][:8] in again.text
    book = signed.client("ministry").get(f"/export/zh/place/{signed.at('school')}.xlsx?release={FIRST}")  # fmt: skip
    words = [str(cell) for row in openpyxl.load_workbook(io.BytesIO(book.data)).worksheets[0].iter_rows(values_only=True) for cell in row]  # fmt: skip
    assert any(f"发布数 {FIRST}（终稿）" in one for one in words)


def test_programs_read_what_was_released(signed: Ministry) -> None:
    program, school = reads(signed, "ministry"), signed.at("school")
    known = program.told("/releases")["items"]
    assert [(one["number"], one["before"]) for one in known] == [(SECOND, FIRST), (FIRST, None)]
    assert program.told(f"/releases/{FIRST}") == known[1]
    assert program.ask(f"/releases/{THIRD}").status_code == 404
    asked = f"/data?places={school}&years={YEAR}&metrics=students"
    read = {number: program.told(f"{asked}&release={number}")["items"][0]["value"] for number in (FIRST, SECOND)}  # fmt: skip
    assert read == {FIRST: 4001, SECOND: 4002}
    assert program.told(f"{asked}&basis=approved")["items"][0]["value"] == 4003
    assert program.ask(f"{asked}&release={THIRD}").status_code == 422


def test_what_a_revision_changed_is_exactly_what_differs(signed: Ministry) -> None:
    listed = page(signed, name="revision", release=SECOND)
    rows = section(listed, "cells").split('"type": "Tr"')
    students_row = [row for row in rows if "source=students&" in row or "source=students\"" in row]  # fmt: skip
    assert len(students_row) == 1
    assert all(number in students_row[0] for number in ("4,001", "4,002", "+1"))
    assert "full_time_teachers" not in section(listed, "cells")
    assert f"/compare/{signed.at('school')}" in section(listed, "came")
    same = page(signed, name="revision", at=signed.at("sister"), release=SECOND)
    assert "全部相同" in text_of(same)
    assert section(same, "came").count("/compare/") == 0
    since = page(signed, name="revision", year=str(YEAR), basis="approved")
    assert "4,003" in section(since, "cells")
    assert "4,002" in section(since, "cells")
    first = section(page(signed, name="revision", release=FIRST), "cells")
    assert "4,001" in first
    assert "4,003" in first
    against = page(signed, name="revision", year=str(YEAR), basis="approved", item=FIRST)
    assert "4,001" in section(against, "cells")
    alone = text_of(
        page(signed, "analyst", "revision", NATION, year=str(YEAR))
    )  # sees releases only
    assert "没有实时数据可比" in alone
    assert "全部相同" not in alone


def test_cells_of_a_revision_are_marked_where_they_differ_from_the_release_before(
    signed: Ministry,
) -> None:
    province = signed.at("province")
    said = {"places": f"{province}.{signed.at('sister')}", "metrics": "students", "years": str(YEAR)}  # fmt: skip
    seen = {release: section(page(signed, name="build", at=NATION, release=release, **said), "preview") for release in (FIRST, SECOND)}  # fmt: skip
    assert [text.count('"r"') for text in seen.values()] == [0, 1]
    told = signed.client("ministry").get(f"/build/zh/{NATION}.json", query_string={**said, "release": SECOND}).json  # fmt: skip
    assert told
    assert told["status"] == {"0": "r"}
    book = signed.client("ministry").get(f"/build/zh/{NATION}.xlsx", query_string={**said, "release": SECOND})  # fmt: skip
    looks = [cell.number_format for row in openpyxl.load_workbook(io.BytesIO(book.data)).worksheets[0].iter_rows() for cell in row if isinstance(cell.value, int | float)]  # fmt: skip
    assert sorted(looks) == ["#,##0", '#,##0" r"']
    seen_book = signed.client("ministry").get(f"/export/zh/place/{province}.xlsx", query_string={"year": YEAR, "release": SECOND})  # fmt: skip
    assert any(cell.number_format == '#,##0" r"' for sheet in openpyxl.load_workbook(io.BytesIO(seen_book.data)) for row in sheet.iter_rows() for cell in row)  # fmt: skip


# -- whoever is not in charge


def totals(ministry: Ministry) -> list[str]:
    """The students of the nation in the first release, the second and now, as who is in charge of it reads them."""
    program = reads(ministry, "ministry")
    asked = f"/data?places={NATION}&years={YEAR}&metrics=students"
    said = [program.told(f"{asked}&{at}")["items"][0]["value"] for at in (f"release={FIRST}", f"release={SECOND}", "basis=approved")]  # fmt: skip
    return [f"{number:.0f}" for number in said]


def surfaces(ministry: Ministry, role: str, **said: str) -> Iterator[tuple[str, str]]:
    """Ways by which somebody reads the nation, as text without commas in numbers; by name."""
    client, query = ministry.client(role), {"year": str(YEAR), **said}
    asked = {"places": str(NATION), "metrics": "students", "years": str(YEAR), **query}
    program = reads(ministry, role)
    wanted = urlencode({k: v for k, v in asked.items() if k != "year"})
    yield "csv of interface", program.ask(f"/data?{wanted}&format=csv").text
    pages = {"place": {}, "general": {}, "changed": {"metric": "students"}, "build": asked, "revision": {}}  # fmt: skip
    for name, more in pages.items():
        yield name, text_of(asked_by_dash(client, f"/zh/{name}/{NATION}", f"?{urlencode({**query, **more})}"))  # fmt: skip
    yield "picture of the table", client.get(f"/build/zh/{NATION}.json", query_string=asked).text
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/build/zh/{NATION}.xlsx", query_string=asked).data))  # fmt: skip
    yield "workbook", " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)  # fmt: skip


def test_two_releases_and_the_live_figures_are_subtracted_in_vain(signed: Ministry) -> None:
    """One school has corrected itself by one student each time: whoever is not in charge reads the first total and no later one anywhere."""
    first, second, live = totals(signed)
    assert [int(each) - int(first) for each in (second, live)] == [1, 2]
    program, asked = reads(signed, "analyst"), f"/data?places={NATION}&years={YEAR}&metrics=students"  # fmt: skip
    at = {name: program.told(f"{asked}{said}")["items"][0] for name, said in {
        "first": f"&release={FIRST}", "second": f"&release={SECOND}", "live": "", "approved": "&basis=approved", "soon": "&asof=2100-01-01T00:00:00Z",
    }.items()}  # fmt: skip
    assert f"{at.pop('first')['value']:.0f}" == first
    assert {(one["value"], one["state"]) for one in at.values()} == {(None, "withheld")}
    for name, text in surfaces(signed, "analyst"):
        plain = re.sub(r"(?<=\d),(?=\d{3})", "", text)
        assert [each for each in (first, second, live) if each in plain] == [], name


def test_a_page_says_in_which_state_others_are_shown(signed: Ministry) -> None:
    here = asked_by_dash(signed.client("analyst"), f"/zh/place/{NATION}", f"?year={YEAR}")
    assert f"为发布数 {SECOND}" in part_of(here, "foot")
    assert f"release={SECOND}" in part_of(here, "ctx")
    assert "个别学校的更正" in part_of(here, "foot")
    own = asked_by_dash(signed.client("ministry"), f"/zh/place/{NATION}", f"?year={YEAR}")
    assert "非您主管" not in part_of(own, "foot")
    facts = reads(signed, "analyst").told(f"/data?places={NATION}&years={YEAR}&metrics=students&lang=en")["facts"]  # fmt: skip
    assert any(SECOND in each["text"] for each in facts if each["label"] == "Places not in your charge")  # fmt: skip


@pytest.fixture
def defined_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A history in which the students of a school came to mean something else in a later century."""
    lines = metric_history.LINES.read_text(encoding="utf-8")
    kept = tmp_path / "history.csv"
    kept.write_text(f"{lines}students,2100-01-01,enrolment.students | stock | students,改为含附设中职班,Attached classes are counted too\n", encoding="utf-8")  # fmt: skip
    monkeypatch.setattr(metric_history, "LINES", kept)
    metric_history.history.cache_clear()
    yield
    metric_history.history.cache_clear()


@pytest.mark.usefixtures("defined_anew")
def test_a_definition_that_changed_since_is_said_beside_what_was_released(signed: Ministry) -> None:
    said = f"{metric('students').label.zh}（2100-01-01 起）"
    site = signed.another_site()
    client = signed.entered("ministry", site)
    at = f"/zh/place/{NATION}"
    assert said in part_of(asked_by_dash(client, at, f"?release={FIRST}"), "foot")
    assert said not in part_of(asked_by_dash(client, at, f"?year={YEAR}"), "foot")
    program = Program(site.test_client(), reads(signed, "ministry").token)
    facts = program.told(f"/data?places={NATION}&years={YEAR}&metrics=students&release={FIRST}&lang=en")["facts"]  # fmt: skip
    assert any("2100-01-01" in each["text"] for each in facts if each["label"] == "Defined anew")


def test_only_the_ministry_drafts_and_everybody_reads(signed: Ministry) -> None:
    for role, is_open in ((DRAFTS, True), ("ministry", False), ("province", False), ("school", False), ("analyst", False)):  # fmt: skip
        shown = asked_by_dash(signed.client(role), "/zh/releases")
        assert FIRST in section(shown, "list")
        assert bool(section(shown, "draft")) is is_open
    said = {"year": YEAR, "state": "revised", "basis": "approved", "notes_zh": NOTES, "open_reason": WHY}  # fmt: skip
    assert do(signed.client("province"), "draft_release", said).status_code == 422
    assert do(signed.client("ministry"), "draft_release", said).status_code == 403
    assert do(signed.client(DRAFTS), "draft_release", {**said, "state": "best"}).status_code == 409
    assert do(signed.client(DRAFTS), "draft_release", {**said, "notes_zh": "短"}).status_code == 422


def test_a_draft_is_refused_with_a_reason_and_leaves_no_number(signed: Ministry) -> None:
    said = {"year": YEAR, "state": "revised", "basis": "approved", "notes_zh": NOTES, "open_reason": WHY}  # fmt: skip
    assert do(signed.client(DRAFTS), "draft_release", said).status_code == 200
    shown = asked_by_dash(signed.client(SIGNS), "/en/releases")
    number = re.findall(r'"name": "draft", "defaultValue": "(\d+)"', text_of(shown))[0]
    assert do(signed.client(SIGNS), "refuse_release", {"draft": number}).status_code == 422
    assert do(signed.client(SIGNS), "refuse_release", {"draft": number, f"reason_{number}": WHY}).status_code == 200  # fmt: skip
    assert THIRD not in text_of(asked_by_dash(signed.client(SIGNS), "/en/releases"))


def test_a_release_shows_its_notes_and_both_checklists(signed: Ministry) -> None:
    shown = asked_by_dash(signed.client("county"), "/en/releases", f"?item={SECOND}")
    assert NOTES in section(shown, "one")
    assert WHY in section(shown, "one")
    checks = section(shown, "checks")
    assert all(head in checks for head in ("Open when drafted", "Open when signed", "Forms not in"))


def _job(ministry: Ministry, **said: object) -> None:
    """How the newest job for a release stands, as the worker writes it down."""
    with ministry.worker.writing() as writer:
        writer.run(sa.update(job).where(job.c.kind == KIND, job.c.args["release"].astext == SECOND).values(**said))  # fmt: skip


def _kept(ministry: Ministry, role: str, lang: str = "zh") -> str:
    return section(asked_by_dash(ministry.client(role), f"/{lang}/releases", f"?item={SECOND}"), "kept")  # fmt: skip


def test_a_release_tells_how_far_its_patterns_are_and_who_may_ask_again(signed: Ministry) -> None:
    """Waiting, on its way, failed with the reason and a button for those who release, proved."""
    assert "正在排队" in _kept(signed, "county")
    assert "waits" in _kept(signed, "county", "en")
    assert do(signed.client(SIGNS), "freeze_release", {"release": SECOND}).status_code == 422
    _job(signed, state="working", done=30, total=120)
    assert "25%" in _kept(signed, "county")
    _job(signed, state="failed", message_zh="磁盘已满。", message_en="The disk is full.")
    assert "磁盘已满。" in _kept(signed, "county")
    assert "freeze_release" not in _kept(signed, "county")
    assert "freeze_release" in _kept(signed, SIGNS)
    assert do(signed.client("province"), "freeze_release", {"release": SECOND}).status_code == 422
    assert do(signed.client(SIGNS), "freeze_release", {"release": SECOND}).status_code == 200
    assert "正在排队" in _kept(signed, "county")
    proof = {"rules": "1 abc", "cells": 4321, "withheld": 1234, "programmes": 17, "repaired": 5, "seconds": 61.7}  # fmt: skip
    with signed.worker.writing() as writer:
        keep(writer, SECOND, {}, proof)
    assert "4,321 个单元格中 1,234 个不予显示，62 秒内证明" in _kept(signed, "county")
    assert "1,234 of 4,321 cells" in _kept(signed, SIGNS, "en")
    query = {"places": str(signed.at("school")), "metrics": "students", "years": str(YEAR), "release": SECOND}  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(signed.client("ministry").get(f"/build/zh/{NATION}.xlsx", query_string=query).data))  # fmt: skip
    assert any(row[0] == "遮盖方案" and "4,321" in str(row[1]) for row in book["说明"].iter_rows(values_only=True))  # fmt: skip


def test_an_address_of_work_keeps_the_release_and_shows_the_present(signed: Ministry) -> None:
    shown = page(signed, role=DRAFTS, name="cases", at=NATION, release=FIRST)
    assert "当前工作状态" in part_of(shown, "ctx")
    assert f"release={FIRST}" in text_of(shown)
    assert Address(release=FIRST, year=YEAR).to() == f"/zh/place?year={YEAR}&release={FIRST}"
