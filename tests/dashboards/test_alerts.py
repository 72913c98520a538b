"""Alerts on the pages: counts beside the database's own, the list and its filters, one flag with its reasons, the strip of a school."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import polars as pl
import pytest
import sqlalchemy as sa

from dashboards.views.alerts import MOST
from tests.readers import (
    NOW,
    YEAR,
    Ministry,
    asked_by_dash,
    do,
    part_of,
    read_out,
    section,
    text_of,
)
from tests.reviews import reviewed
from warehouse import flags
from warehouse.case_rules import State
from warehouse.evaluations import Made, keep
from warehouse.flag_tables import flag
from warehouse.flag_writing import framed, put
from warehouse.flags import Found, Judgement
from warehouse.places import NATION
from warehouse.store import Writer
from warehouse.text import Text


@pytest.fixture(scope="module", autouse=True)
def doubted(ministry: Ministry) -> tuple[int, int]:
    """A school and one of its doubts; of the school that readers stand at a breach, a doubt and a risk."""
    found = reviewed(ministry.worker)
    said = Text("人数对不上", "Numbers do not agree")
    made = [
        Found(Judgement.DOUBT, ministry.at("school"), YEAR, "A1", "soft", True, 3.0, said, {"parts": [{"label": ["甲", "a"], "amount": 1.0, "cells": [["enrolment", "students"]]}], "score": 1.0}),
        Found(Judgement.RISK, ministry.at("school"), YEAR, "ends.1", "model", True, 0.31, said, {"value": 0.31, "usual": 0.02, "parts": [
            {"label": ["在校生", "students"], "amount": 1.5, "cells": []}, {"label": ["其他", "others"], "amount": -0.25, "cells": []}]}),
    ]  # fmt: skip
    with ministry.worker.writing() as writer:
        put(writer, _newest(writer), framed(made))
    return found


def _newest(writer: Writer) -> int:
    known = flags.newest_round(writer)
    assert known is not None
    return known.number


def page(
    ministry: Ministry, role: str, address: str, query: str = "", lang: str = "zh"
) -> dict[str, Any]:
    return asked_by_dash(ministry.client(role), f"/{lang}/{address}", f"?year={YEAR}{query}")


def standing(ministry: Ministry, **narrow: Any) -> pl.DataFrame:
    with ministry.worker.writing() as writer:
        rows = writer.frame(
            sa.select(
                flag.c.flag_id,
                flag.c.judgement,
                flag.c.school_id,
                flag.c.rule,
                flag.c.speaks,
                flag.c.path,
            ).where(flag.c.year == YEAR, flag.c.gone_round.is_(None))
        )
    for name, value in narrow.items():
        rows = rows.filter(pl.col(name) == value)
    return rows


def test_the_nation_counts_each_judgement_by_itself(ministry: Ministry) -> None:
    said = text_of(page(ministry, "ministry", f"alerts/{NATION}", lang="en"))
    for judgement, word in (
        ("breach", "breaches at"),
        ("doubt", "doubts? about"),
        ("risk", "risks? of"),
    ):
        found = standing(ministry, judgement=judgement, speaks=True)
        assert re.search(rf"{found.height} {word} {found['school_id'].n_unique()} school", said)


def test_a_province_counts_its_own(ministry: Ministry) -> None:
    province = ministry.at("province")
    found = standing(ministry, judgement="breach").filter(pl.col("path").list.contains(province))
    said = text_of(page(ministry, "province", f"alerts/{province}", lang="en"))
    assert re.search(rf"{found.height} breach(es)? at {found['school_id'].n_unique()} school", said)
    assert "Risks" in said


def test_a_school_reads_its_own_and_nothing_of_what_may_become_of_it(ministry: Ministry) -> None:
    school = ministry.at("school")
    said = text_of(page(ministry, "school", f"alerts/{school}", "&view=doubt", "en"))
    assert "Numbers do not agree" in said
    assert "Risk" not in said
    forecast = standing(ministry, rule="ends.1", school_id=school)["flag_id"][0]
    refused = text_of(page(ministry, "school", f"alert/{school}", f"&item={forecast}", "en"))
    assert f"There is no alert {forecast}, or it lies outside your reach." in refused
    strip = text_of(page(ministry, "school", f"place/{school}", lang="en"))
    assert "Doubts" in strip
    assert "a model's hint" not in strip


def test_a_supervisor_sees_the_risk_with_what_it_is_made_of(ministry: Ministry) -> None:
    school = ministry.at("school")
    forecast = standing(ministry, rule="ends.1", school_id=school)["flag_id"][0]
    said = text_of(page(ministry, "county", f"alert/{school}", f"&item={forecast}", "en"))
    for words in (
        "31.0%",
        "2.0%",
        "+1.50",
        "−0.25",
        "Closes or is merged (within a year)",
        "a model's hint, no finding",
    ):
        assert words in said
    assert "a model's hint" in text_of(page(ministry, "county", f"place/{school}", lang="en"))


def test_one_doubt_shows_value_reasons_and_the_forms_it_rests_on(
    ministry: Ministry, doubted: tuple[int, int]
) -> None:
    school, number = doubted
    drawn = page(ministry, "ministry", f"alert/{school}", f"&item={number}", "en")
    said = text_of(drawn)
    assert "Doubt · the number may be wrong; no breach" in said
    why = section(drawn, "why")
    shares = [int(each) for each in re.findall(r"\b(\d{1,3})\b(?= )", why) if int(each) <= 100]
    assert shares
    assert f"/en/review/{school}?" in str(drawn)


def test_a_flag_of_another_school_is_not_shown_under_this_one(
    ministry: Ministry, doubted: tuple[int, int]
) -> None:
    school, number = doubted
    other = next(one for one in ministry.web.ladder.units(NATION, YEAR) if one != school)
    said = text_of(page(ministry, "ministry", f"alert/{other}", f"&item={number}", "en"))
    assert f"There is no alert {number}" in said


@pytest.mark.parametrize("item", ["x", "999999999", "12345678901234567890123"])
def test_a_number_that_is_none_is_told(ministry: Ministry, item: str) -> None:
    assert "没有编号为" in text_of(
        page(ministry, "ministry", f"alert/{ministry.at('school')}", f"&item={item}")
    )


def test_a_filter_narrows_to_one_rule_and_pages_go_on(ministry: Ministry) -> None:
    rule = (
        standing(ministry, judgement="breach")
        .group_by("rule")
        .len()
        .sort("len", "rule", descending=[True, False])["rule"][0]
    )
    number = standing(ministry, judgement="breach", rule=rule).height
    drawn = section(page(ministry, "ministry", f"alerts/{NATION}", f"&item={rule}", "en"), "list")
    assert f"1 to {min(number, MOST)} of {number}" in drawn
    whole = standing(ministry, judgement="breach").height
    assert whole > MOST
    beyond = section(page(ministry, "ministry", f"alerts/{NATION}", f"&start={MOST}", "en"), "list")
    assert f"{MOST + 1} to {whole} of {whole}" in beyond
    taken = ministry.client("ministry").get(f"/export/en/alerts/{NATION}.xlsx?year={YEAR}")
    notes = [str(sheet["A2"].value) for sheet in openpyxl.load_workbook(io.BytesIO(taken.data))]
    assert any(f"holds {MOST} of {whole} entries" in note and f"/en/alerts/{NATION}" in note for note in notes)  # fmt: skip


def test_single_hints_stand_apart(ministry: Ministry) -> None:
    hints = standing(ministry, judgement="doubt", speaks=False)
    drawn = section(page(ministry, "ministry", f"alerts/{NATION}", "&view=hints", "en"), "list")
    assert hints.height
    assert f"of {hints.height}" in drawn


def test_a_doubt_is_dispatched_from_its_page_and_its_state_is_told_everywhere(
    ministry: Ministry,
) -> None:
    school = ministry.at("school")
    number = standing(ministry, rule="A1", school_id=school)["flag_id"][0]
    assert "No case has been dispatched." in section(
        page(ministry, "school", f"alert/{school}", f"&item={number}", "en"), "case"
    )
    assert "Dispatched" not in text_of(page(ministry, "county", f"place/{school}", lang="en"))
    before = page(ministry, "province", f"alert/{school}", f"&item={number}", "en")
    assert f"doubt-{school}-{YEAR}-A1" in section(before, "case")
    how_far = read_out(part_of(before, "stages"))
    assert re.search(r"^Doubt \(done\) flagged .+ Dispatched \(now\) to be dispatched Explained \(to come\)", how_far)  # fmt: skip
    assert f"Alert {number}" in read_out(part_of(before, "crumb"))

    done = do(
        ministry.client("province"),
        "dispatch_cases",
        {"pick": f"doubt-{school}-{YEAR}-A1", "days": "10", "note": ""},
    )

    assert done.status_code == 200, done.text
    after = page(ministry, "school", f"alert/{school}", f"&item={number}", "en")
    told = section(after, "case")
    assert "HC-2026-" in told
    how_far = read_out(part_of(after, "stages"))
    assert re.search(r"Dispatched \(done\) [-0-9: ]+ .+ → school Explained \(now\) .+ Verified \(to come\) .+ Closed \(to come\)", how_far)  # fmt: skip
    assert "HC-2026-" in read_out(part_of(after, "crumb"))
    assert re.search(r"With .+ Due .+ days? left", read_out(part_of(after, "id")))
    assert "Dispatched" in section(after, "thread")
    assert State.DISPATCHED.label.en in told
    for role, address in (("county", f"place/{school}"), ("school", f"alerts/{school}")):
        assert State.DISPATCHED.label.en in text_of(
            page(ministry, role, address, "&view=doubt" if "alerts" in address else "", "en")
        )


def test_a_number_is_shown_as_the_signal_gave_it_and_a_range_of_something_else_is_not_drawn(
    ministry: Ministry,
) -> None:
    """A share is given in percent and its years in parts of one; 0 leavers of an expected 7 are no 0 to 700 %."""
    school = ministry.at("school")
    parts = [{"label": ["甲", "a"], "amount": 1.0, "cells": [["staff", "dual_qualified"], ["staff", "specialty_teachers"]]}]  # fmt: skip
    told = {"unit": ["%", "%"], "decimals": 1, "scale": 100.0, "peers": 9, "parts": parts, "score": 1.0}  # fmt: skip
    said = Text("比例突增", "A share jumps")
    share = {"value": 64.44, "low": 25.0, "high": 64.0, "history": [[YEAR - 1, 0.4419], [YEAR, 0.6444]]}  # fmt: skip
    count = {"value": 0.0, "low": 7.0, "high": 37.0, "history": [[YEAR - 1, 0.0278], [YEAR, 0.0112]]}  # fmt: skip
    made = [
        Found(Judgement.DOUBT, school, YEAR, rule, "soft", True, 2.0, said, {**told, **numbers})
        for rule, numbers in (("A14", share), ("A8", count))
    ]
    with ministry.worker.writing() as writer:
        put(writer, _newest(writer), framed(made))

    shown = {rule: _shown(ministry, school, rule) for rule in ("A14", "A8")}
    assert "64.4" in section(shown["A14"], "fact")
    assert "6,44" not in section(shown["A14"], "fact")
    assert "25–64" in section(shown["A14"], "fact")
    assert "7–37" in section(shown["A8"], "fact")
    assert "%" not in section(shown["A8"], "fact")
    assert "预期" in section(shown["A14"], "history")
    assert "预期" not in section(shown["A8"], "history")
    assert section(shown["A8"], "similar") == ""  # no metric gives that number


def _shown(ministry: Ministry, school: int, rule: str) -> dict[str, Any]:
    flag_id = standing(ministry, school_id=school, rule=rule)["flag_id"][0]
    return page(ministry, "ministry", f"alert/{school}", f"&item={flag_id}")


def test_the_record_of_a_rule_stands_beside_the_last_time_and_all_other_rules(
    ministry: Ministry, doubted: tuple[int, int]
) -> None:
    school, number = doubted
    rule = standing(ministry, flag_id=number)["rule"][0]
    others = [code for code in ("S1", "S2", "S3", "S4", "A6") if code != rule][:3]
    with ministry.worker.writing() as writer:
        for mine in (0.25, 0.61):
            worth = {rule: mine, **dict(zip(others, (0.1, 0.2, 0.9), strict=True))}
            rankings = {code: {"flags": 40, "precision": share, "recall": 0.5, "stability": None} for code, share in worth.items()}  # fmt: skip
            groups = {rule: [{"trait": "sponsor", "value": "private", "precision": 0.75}]}
            report: dict[str, Any] = {lang: {"about": [], "tables": []} for lang in ("zh", "en")}
            keep(writer, Made(NOW, "zhijian review evaluate", report, {"rankings": rankings, "rule_groups": groups}))  # fmt: skip

    told = read_out(section(page(ministry, "ministry", f"alert/{school}", f"&item={number}", "en"), "rule"))  # fmt: skip

    assert "about 6 of every ten flags were right" in told
    assert re.search(r"Right 61% 25% 40%", told)  # the median of 10, 20, 61 and 90 %
    assert re.search(r"sponsor: \S+ 75% —", told)
    assert "year to year" not in told  # what was not judged has no line


def test_the_record_of_a_rule_of_breach_is_told_by_its_form(ministry: Ministry) -> None:
    found = standing(ministry, judgement="breach").filter(~pl.col("rule").str.starts_with("limit."))
    form, rule = found["rule"][0].split(".")
    with ministry.worker.writing() as writer:
        rules = [{"form": form, "rule": rule, "flags": 8, "right": 6}, {"form": "other", "rule": rule, "flags": 8, "right": 0}]  # fmt: skip
        keep(writer, Made(NOW, "zhijian review evaluate", {lang: {"about": [], "tables": []} for lang in ("zh", "en")}, {"rules": rules}))  # fmt: skip

    query = f"&item={found['flag_id'][0]}"
    told = read_out(section(page(ministry, "ministry", f"alert/{found['school_id'][0]}", query, "en"), "rule"))  # fmt: skip

    assert "Flagged, school-years 8" in told
    assert "Right 75%" in told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_limit_missed_stands_among_the_similar_schools(ministry: Ministry, lang: str) -> None:
    found = standing(ministry, judgement="breach").filter(pl.col("rule") == "limit.books_per_student")  # fmt: skip
    school, number = found["school_id"][0], found["flag_id"][0]
    drawn = section(page(ministry, "ministry", f"alert/{school}", f"&item={number}", lang), "similar")  # fmt: skip

    said = re.search(
        r"高于 (\d+) 所相似学校中的 (\d+) 所" if lang == "zh" else r"more than at (\d+) of (\d+)",
        drawn,
    )
    assert said
    assert "应不低于 30" in drawn if lang == "zh" else "At least 30" in drawn
    assert (
        10 <= max(int(said[1]), int(said[2])) <= 30
    )  # attached classes have no books of their own


def test_what_has_not_stood_since_the_last_full_review_is_counted_and_listed(
    ministry: Ministry,
) -> None:
    one = standing(ministry, judgement="breach", speaks=True).row(0, named=True)
    where = sa.and_(flag.c.year == YEAR, flag.c.flag_id == one["flag_id"])
    before = text_of(page(ministry, "ministry", f"alerts/{NATION}", lang="en"))
    assert "0 gone" in before
    with ministry.worker.writing() as writer:
        whole = flags.newest_round(writer, "whole")
        assert whole is not None
        writer.run(sa.update(flag).where(where).values(gone_round=whole.number))
    said = page(ministry, "ministry", f"alerts/{NATION}", "&sort=gone", "en")
    assert "1 gone" in text_of(said)
    assert f"item={one['flag_id']}&" in section(said, "list")
    assert "gone on" in section(said, "list")
    new = page(ministry, "ministry", f"alerts/{NATION}", "&sort=new", "en")
    assert f"item={one['flag_id']}&" not in section(new, "list")
    assert "new" in section(new, "list")
    with ministry.worker.writing() as writer:
        writer.run(sa.update(flag).where(where).values(gone_round=None))
