"""Shortlists on their page: everybody is told of, weights live in the address, conflicts set aside, two people decide, and a school reads its own."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import Any

import openpyxl
import pypdfium2
import pytest
import sqlalchemy as sa

from dashboards import weights
from dashboards.views.cases import token
from metrics.shortlists.discovery import purpose
from tests.readers import YEAR, Ministry, asked_by_dash, do, section, text_of
from tests.reviews import reviewed
from warehouse.conflicts import Conflict, records
from warehouse.flag_lists import Wanted, identity_of, listed
from warehouse.flags import Judgement
from warehouse.places import NATION
from warehouse.rights import Role
from warehouse.shortlist_rules import Decision, State
from warehouse.shortlists import decisions

# The little ministry has no entrants of three years before: without its weight, retention is not asked for.
WEIGHTS = "retention-0"
WHY = "实地核查后认为符合条件（合成）"
SCHOOL = re.compile(r"/zh/place/(\d+)")


def page(ministry: Ministry, role: str = "ministry-supervisor", query: str = "", lang: str = "zh", place: int = NATION) -> dict[str, Any]:  # fmt: skip
    return asked_by_dash(ministry.client(role), f"/{lang}/shortlists/{place}", f"?year={YEAR}{query if 'weights=' in query else f'{query}&weights={WEIGHTS}'}")  # fmt: skip


def order(shown: dict[str, Any], part: str = "list") -> list[int]:
    """The schools of a section in their order."""
    return list(dict.fromkeys(int(found) for found in SCHOOL.findall(section(shown, part))))


def mark_of(shown: dict[str, Any]) -> str:
    """The mark of what the page showed, as its form carries it."""
    found = re.search(r"[0-9a-f]{16}", section(shown, "draft").partition('"seen"')[2])
    assert found
    return found[0]


def drafted(ministry: Ministry, role: str = "ministry-supervisor", **said: str) -> Any:
    fields = {"place": str(NATION), "year": str(YEAR), "purpose": "quality_schools", "member": "", "weights": WEIGHTS, "bounds": "now", "wanted": "3"}  # fmt: skip
    return do(ministry.client(role), "draft_shortlist", fields | {"seen": mark_of(page(ministry))} | said)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["quality_schools", "rectification"])
def test_every_school_is_ranked_or_told_why_not(ministry: Ministry, name: str, lang: str) -> None:
    shown = page(ministry, query=f"&view={name}&all=1", lang=lang)
    told = [{int(one) for one in re.findall(rf"/{lang}/place/(\d+)", section(shown, part))} for part in ("list", "rest")]  # fmt: skip

    ladder = ministry.web.ladder
    due = {unit for unit in ladder.units(NATION, YEAR) if ladder.place(unit).unit_kind == "school"}
    assert told[0] | told[1] == due
    assert not told[0] & told[1]
    for one in purpose(name).criteria:
        assert one.label.of("en" if lang == "en" else "zh") in section(shown, "criteria")


def test_a_value_leads_to_its_source_and_its_definition(ministry: Ministry) -> None:
    shown = page(ministry)
    first = order(shown)[0]

    assert f"/zh/place/{first}?year={YEAR}&basis=approved&source=settled_rate" in section(shown, "list").replace("&amp;", "&")  # fmt: skip
    assert "/zh/catalogue?" in section(shown, "criteria")
    assert "须达到 ≤ 20（强制）" in section(shown, "criteria")
    assert "basis=submitted" not in text_of(shown)


def test_weights_are_words_of_the_address(ministry: Ministry) -> None:
    declared = purpose("quality_schools").weights
    alone = ".".join(f"{name}-{100 if name == 'settled_rate' else 0}" for name in declared)
    first, other = page(ministry), page(ministry, query=f"&weights={alone}")

    assert order(first) != order(other)
    assert "恢复公布的标准" in section(other, "criteria")
    assert "恢复公布的标准" not in section(page(ministry, query="&weights="), "criteria")
    # With every declared weight nobody has all values: each is told what it lacks.
    assert order(page(ministry, query="&weights=")) == []
    assert "缺：三年巩固率" in section(page(ministry, query="&weights="), "rest")
    nothing = ".".join(f"{name}-0" for name in declared)
    assert weights.read(nothing, declared) == declared
    assert weights.written(weights.read("retention-0", declared), declared) == "retention-0"
    assert weights.written(declared, declared) == ""
    for wrong in ("retention-101", "retention", "Retention-1", "retention-1;drop"):
        assert ministry.client("ministry-supervisor").get(f"/zh/shortlists/1?weights={wrong}").status_code == 400  # fmt: skip


def test_a_population_is_narrowed_by_kinds_of_schools(ministry: Ministry) -> None:
    """Type and sponsor stand in the address; who is left is what the registers say, and points are among them alone."""
    with ministry.worker.writing() as reader:
        rows = reader.rows(sa.text("SELECT school_id, school_type, sponsor FROM fact_register WHERE year = :year AND last_load > 1000000 AND basis IN (2, 3)"), year=YEAR)  # fmt: skip
    ladder = ministry.web.ladder
    schools = [row for row in rows if ladder.place(row.school_id).unit_kind == "school"]
    senior = {row.school_id for row in schools if row.school_type == "senior"}
    both = {row.school_id for row in schools if row.school_type == "senior" and row.sponsor == "education"}  # fmt: skip
    assert 0 < len(both) < len(senior) < len(schools)
    for words, left in (("school_type-senior", senior), ("school_type-senior&population=sponsor-education", both)):  # fmt: skip
        shown = page(ministry, query=f"&all=1&population={words}")
        assert {*order(shown), *order(shown, "rest")} == left
        assert f"所中 {len(left)} 所参评" in section(shown, "criteria")
        assert "职业高中学校" in section(shown, "finding") or "职业高中学校" in text_of(shown)
    assert f"职业高中学校（{len(senior)} 所）" in section(page(ministry), "criteria")
    assert "所全部参评" in section(page(ministry), "criteria")
    for wrong in ("sponsor", "Sponsor-x", "a-b.c-d.e-f.g-h.i-j"):
        assert ministry.client("ministry-supervisor").get(f"/zh/shortlists/1?population={wrong}").status_code == 400  # fmt: skip
    assert order(page(ministry, query="&population=sponsor-nobody")) == order(page(ministry))


def test_specialties_are_compared_within_one_class(ministry: Ministry) -> None:
    shown = page(ministry, query="&view=quality_specialties&member=72")
    largest = page(ministry, query="&view=quality_specialties")

    assert "医药卫生" in section(shown, "criteria")
    assert set(order(shown)) != set(order(largest))
    assert "metrics=settled_rate&cut=major" in section(shown, "list")


def test_a_specialty_is_compared_between_the_schools_that_offer_it(ministry: Ministry) -> None:
    """Values of one specialty are what its own rows add up to, at every school; those without students in it are not compared."""
    asked = "SELECT school_id, specialty, students FROM (SELECT school_id, specialty, sum(students) AS students FROM fact_enrolment WHERE year = :year AND basis IN (2, 3) AND last_load > 1000000 GROUP BY 1, 2) t"
    left = """SELECT school_id, specialty, sum(employed + self_employed + enlisted + further_study + flexible)::float AS settled,
        sum(employed + self_employed + enlisted + further_study + flexible + unsettled)::float AS all, sum(matched)::float AS matched, sum(employed)::float AS employed
        FROM fact_destination WHERE year = :year AND basis IN (2, 3) AND last_load > 1000000 GROUP BY 1, 2"""
    ladder = ministry.web.ladder
    with ministry.worker.writing() as reader:
        offers = [row for row in reader.rows(sa.text(asked), year=YEAR) if row.students and ladder.place(row.school_id).unit_kind == "school"]  # fmt: skip
        went = {(row.school_id, row.specialty): row for row in reader.rows(sa.text(left), year=YEAR)}  # fmt: skip
    code, _ = Counter(row.specialty for row in offers).most_common(1)[0]
    students = {row.school_id: row.students for row in offers if row.specialty == code}
    shown = page(ministry, query=f"&all=1&view=quality_specialties&member={code}")

    assert {*order(shown), *order(shown, "rest")} == set(students)
    assert f"{code} " in section(shown, "criteria")
    for unit in order(shown):
        row = went[unit, code]
        line = section(shown, "list").partition(ladder.place(unit).name("zh"))[2].partition("/zh/place/")[0]  # fmt: skip
        assert f"在校 {students[unit]:,} 人" in line
        assert f'"{100 * row.settled / row.all:.1f}"' in line
        assert f'"{100 * row.matched / row.employed:.1f}"' in line
    assert order(shown)
    answer = drafted(ministry, purpose="quality_specialties", member=code, seen=mark_of(shown), wanted="2")  # fmt: skip
    assert answer.status_code == 200
    assert drafted(ministry, purpose="quality_specialties", member="999999").status_code == 409


def test_conflicts_set_aside_and_are_shown_with_their_way(ministry: Ministry) -> None:
    before = order(page(ministry))
    reviewed(ministry.worker)
    with ministry.worker.reading(ministry.worker.scope("test", NATION)) as reader:
        doubts = [one for one in listed(reader, Wanted(NATION, YEAR, Judgement.DOUBT), most=200) if one.school_id in before]  # fmt: skip
        held = records(reader, NATION, YEAR)
    doubted = doubts[0]
    assert any(one.kind is Conflict.DOUBT for one in held[doubted.school_id].against)
    shown = page(ministry)
    if doubted.school_id in order(shown):
        assert "疑点未派发" in section(shown, "list")
    said = {"pick": token(identity_of(doubted)), "note": "", "days": "10"}
    assert do(ministry.client("ministry-supervisor"), "dispatch_cases", said).status_code == 200

    after = page(ministry, query="&all=1")
    assert doubted.school_id not in order(after)
    assert doubted.school_id in order(after, "rest")
    assert "核查未办结" in section(after, "rest")
    assert f"/zh/cases/{doubted.school_id}?" in section(after, "rest")


def test_two_people_decide_and_each_school_reads_its_own(ministry: Ministry) -> None:
    assert drafted(ministry, seen="0" * 16).status_code == 409
    assert "刷新" in drafted(ministry, seen="0" * 16).text
    assert drafted(ministry, wanted="0").status_code in {409, 422}
    assert drafted(ministry).status_code == 200
    scope = ministry.web.scope(ministry.readers["ministry-supervisor"].login, NATION)
    with ministry.web.reading(scope) as reader:
        (held,) = decisions(reader, NATION, YEAR, "quality_schools")
    number, first = str(held.number_id), [one["unit"] for one in held.chosen]
    for unit in first:
        said = {"decision": number, "deed": "choose", "school": str(unit), "reason": WHY}
        assert do(ministry.client("ministry-supervisor"), "mark_shortlist", said).status_code == 200
    assert do(ministry.client("ministry-supervisor"), "submit_shortlist", {"decision": number}).status_code == 200  # fmt: skip
    own = do(ministry.client("ministry-supervisor"), "sign_shortlist", {"decision": number})
    assert own.status_code in {409, 422}
    waiting = page(ministry, "ministry-reviewer", f"&item={number}")
    assert WHY in section(waiting, "entries")
    assert do(ministry.client("ministry-reviewer"), "sign_shortlist", {"decision": number}).status_code == 200  # fmt: skip

    shown = page(ministry, "ministry-reviewer", f"&item={number}", "en")
    assert held.number in text_of(shown)
    assert State.SIGNED.label.en in text_of(shown)
    head = ministry.appointed(Role.HEAD, first[0])
    told = asked_by_dash(head, f"/zh/shortlists/{first[0]}", f"?year={YEAR}")
    assert "选入" in section(told, "outcomes")
    assert WHY in section(told, "outcomes")
    assert "名次" not in section(told, "outcomes").replace("名次和其他学校不列", "")
    for kind in ("pdf", "xlsx"):
        assert f"/shortlists/{number}.{kind}?lang=en" in section(shown, "entries")
    _the_record_is_a_workbook(ministry, number, held)
    _the_decision_is_a_paper(ministry, number, held)
    for address in (
        f"/zh/shortlists/{NATION}?item={number}",
        *(f"/shortlists/{number}.{kind}" for kind in ("pdf", "xlsx")),
    ):
        assert head.get(address).status_code == 403
        assert ministry.client("province").get(address).status_code == 403


def test_each_population_has_a_decision_of_its_own(ministry: Ministry) -> None:
    among = "school_type-senior"
    shown = page(ministry, query=f"&population={among}")
    assert (
        drafted(ministry, population=among).status_code == 409
    )  # of another list than the page showed
    answer = drafted(ministry, population=among, seen=mark_of(shown), wanted="1")
    assert answer.status_code == 200
    scope = ministry.web.scope(ministry.readers["ministry-supervisor"].login, NATION)
    with ministry.web.reading(scope) as reader:
        held = decisions(reader, NATION, YEAR, "quality_schools")[0]
    assert held.drawn.subject.population == among
    assert {one["unit"] for one in held.drawn.entries} <= {*order(shown), *order(shown, "rest")}
    assert "职业高中学校" in section(page(ministry, query=f"&population={among}"), "decisions")


def _the_record_is_a_workbook(ministry: Ministry, number: str, held: Decision) -> None:
    answer = ministry.client("ministry-reviewer").get(f"/shortlists/{number}.xlsx?lang=en")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    assert list(rows) == ["Decision", "Schools", "Criteria", "Evidence", "Points", "Steps"]
    assert "synthetic data" in str(rows["Decision"][1][0])
    said = dict(row[:2] for row in rows["Decision"][3:])
    drafts, signs = (ministry.readers[role].login for role in ("ministry-supervisor", "ministry-reviewer"))  # fmt: skip
    assert str(said["Drawn up"]).startswith(f"{drafts} · Supervisor · ")
    assert str(said["Signed"]).startswith(f"{signs} · Reviewer · ")
    assert said["Digest (SHA-256)"] == held.drawn.digest
    assert f"load {max(held.drawn.loads.values())}" in str(said["Data version"])
    entries = held.drawn.entries
    assert [row[3] for row in rows["Schools"][3:]] == [one["rank"] for one in entries]
    assert [row[7] for row in rows["Schools"][3:]] == [one["total"] for one in entries]
    assert rows["Schools"][3][9] == WHY
    assert [list(row[1:]) for row in rows["Evidence"][3:]] == [one["values"] for one in entries]
    assert [row[0] for row in rows["Steps"]][-2:] == ["Submitted", "Signed"]
    assert ministry.client("ministry-reviewer").get(f"/shortlists/{number}.docx").status_code == 404


def _the_decision_is_a_paper(ministry: Ministry, number: str, held: Decision) -> None:
    """Tagged, A4, each page numbered; criteria with limits, everybody chosen with their band, reasons, both people, the data's version."""
    answer = ministry.client("ministry-reviewer").get(f"/shortlists/{number}.pdf?lang=en")
    assert answer.status_code == 200
    paper = pypdfium2.PdfDocument(answer.data)
    assert b"pdfuaid" in answer.data
    assert {tuple(round(side) for side in page.get_size()) for page in paper} == {(595, 842)}
    text = " ".join("".join(page.get_textpage().get_text_range() for page in paper).split())
    ladder, asked = ministry.web.ladder, ("must be reached (binding)", WHY, "Both signatures", held.drawn.digest, f"1 / {len(paper)}")  # fmt: skip
    people = [ministry.readers[role].login for role in ("ministry-supervisor", "ministry-reviewer")]
    for said in (*asked, *people, *(ladder.place(one["unit"]).code for one in held.chosen)):
        assert said in text
    with ministry.worker.writing() as reader:
        lines = reader.rows(sa.text("SELECT detail FROM audit WHERE event = 'export' AND succeeded AND object = :what"), what=f"shortlist-{number}")  # fmt: skip
    assert len(lines) == 2


def test_nobody_beside_or_below_sees_or_decides(ministry: Ministry) -> None:
    for role in ("province", "county", "school", "analyst"):
        assert ministry.client(role).get(f"/zh/shortlists/{NATION}?year={YEAR}").status_code == 403
    assert drafted(ministry, "province").status_code == 409
    assert drafted(ministry, "head").status_code == 403
    province = ministry.at("province")
    assert ministry.client("sister").get(f"/zh/shortlists/{province}?year={YEAR}").status_code == 403  # fmt: skip
    reader = ministry.appointed(Role.DECISION_MAKER, province)
    shown = asked_by_dash(reader, f"/zh/shortlists/{province}", f"?year={YEAR}")
    assert section(shown, "list")
    assert section(shown, "draft") == ""
    assert drafted(ministry, "ministry-reviewer", purpose="nothing").status_code == 409


def test_the_tables_of_the_page_are_a_workbook(ministry: Ministry) -> None:
    answer = ministry.client("ministry-supervisor").get(
        f"/export/zh/shortlists/1.xlsx?year={YEAR}&weights={WEIGHTS}"
    )

    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    for at, unit in enumerate(order(page(ministry))[:3], start=1):
        (row,) = (
            row
            for row in rows
            if ministry.web.ladder.place(unit).name("zh") in str(row[0]) and len(row) > 9
        )
        assert row[1] == at
        assert all(isinstance(value, int | float) for value in row[3:8])
