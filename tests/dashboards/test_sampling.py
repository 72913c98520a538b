"""Spot checks on their page: drawn from the flags of the newest review, kept, recorded, told as an estimate and given out; who may."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import psycopg
import pytest

from metrics.sampling_command import lines
from metrics.signals.engine import suspects
from metrics.spot_checks import draw, drawn_from, estimated
from tests.readers import NOW, YEAR, Ministry, asked_by_dash, do, section, text_of
from tests.reviews import reviewed
from warehouse import roles, spot_checks
from warehouse.errors import SpotCheckRefused
from warehouse.flag_lists import Wanted, weights
from warehouse.flags import Judgement
from warehouse.places import NATION
from warehouse.rights import Role
from warehouse.spot_checks import Plan, Wish

SEED = 20261120


@pytest.fixture(scope="module", autouse=True)
def drawn(ministry: Ministry) -> Plan:
    """The plan of the province: four schools, two by lot."""
    reviewed(ministry.worker)
    assert plans(ministry, "province") == []
    said = {"place": str(ministry.at("province")), "year": str(YEAR), "visits": "4", "lot": "2", "seed": str(SEED)}  # fmt: skip
    assert do(ministry.client("province"), "plan_spot_checks", said).status_code == 200
    return plans(ministry, "province")[0]


def plans(ministry: Ministry, role: str) -> list[Plan]:
    """Those of the province, as a reader sees them."""
    scope = ministry.web.scope("reader", ministry.at(role))
    with ministry.web.reading(scope) as reader:
        return spot_checks.plans(reader, ministry.at("province"), YEAR)


def page(ministry: Ministry, role: str, lang: str = "zh", place: int = 0) -> dict[str, Any]:
    here = place or ministry.at("province")
    return asked_by_dash(ministry.client(role), f"/{lang}/sampling/{here}", f"?year={YEAR}")


def record(ministry: Ministry, role: str, drawn: Plan, **said: str) -> Any:
    fields = {"plan": str(drawn.plan_id), "school": str(drawn.schools[-1].school_id), "found": "wrong", "day": "2026-11-20", "note": "学籍册少 12 人（合成）"}  # fmt: skip
    return do(ministry.client(role), "record_spot_check", fields | said)


def test_the_flags_rank_as_judging_anew_does(ministry: Ministry) -> None:
    ladder = ministry.worker.ladder
    with ministry.worker.reading(ministry.worker.scope("test", NATION)) as reader:
        known = weights(reader, Wanted(NATION, YEAR, Judgement.DOUBT))
        anew = {one.school_id: one for one in suspects(reader, ladder, NATION, YEAR) if one.speaks}
        made = drawn_from(reader, ladder, Wish(NATION, YEAR, 4, 1, SEED))

    ranked = sorted(known, key=lambda school: (-known[school].weight, school))
    assert [one.school_id for one in made.schools if one.arm == "ranked"] == ranked[:3]
    assert ranked
    assert {school: one.weight for school, one in known.items()} == pytest.approx({school: one.total for school, one in anew.items()}, abs=1e-4)  # fmt: skip
    assert {school: one.flags for school, one in known.items()} == {school: len(one.doubts) for school, one in anew.items()}  # fmt: skip


def test_a_plan_is_kept_as_it_was_drawn_and_drawn_again_by_its_seed(
    ministry: Ministry, drawn: Plan
) -> None:
    units = ministry.web.ladder.units(ministry.at("province"), YEAR)
    with ministry.web.reading(ministry.web.scope("reader", ministry.at("province"))) as reader:
        again = drawn_from(reader, ministry.web.ladder, drawn.wish)
        other = drawn_from(reader, ministry.web.ladder, drawn.wish._replace(seed=SEED + 1, visits=3, by_lot=3))  # fmt: skip

    assert again.schools == drawn.schools
    assert len(other.schools) == 3
    assert {one.school_id for one in drawn.schools} <= set(units)
    assert len({one.school_id for one in drawn.schools}) == min(4, len(units))
    assert sum(one.arm == "random" for one in drawn.schools) >= 2
    assert sum(drawn.strata.values()) == len(units) - sum(one.arm == "ranked" for one in drawn.schools)  # fmt: skip
    assert (drawn.login, drawn.wish.seed) == (ministry.readers["province"].login, SEED)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_lists_the_schools_with_why(ministry: Ministry, drawn: Plan, lang: str) -> None:
    shown = page(ministry, "province", lang)
    ladder = ministry.web.ladder

    for one in drawn.schools:
        assert ladder.place(one.school_id).code in section(shown, "schools")
    assert str(SEED) in text_of(shown)
    assert drawn.number in section(shown, "plans")
    assert section(shown, "visit")
    assert section(shown, "plan")


def test_what_was_found_by_lot_is_told_as_an_estimate_and_the_newest_counts(
    ministry: Ministry, drawn: Plan
) -> None:
    assert "还没有核查结果" in section(page(ministry, "province"), "estimate")
    assert record(ministry, "province", drawn, found="right").status_code == 200
    assert record(ministry, "province", drawn).status_code == 200

    shown, school = page(ministry, "province"), drawn.schools[-1].school_id
    told = estimated(drawn, {school}, {school})
    assert told.schools == drawn.strata[drawn.schools[-1].stratum] == told.of
    assert "随机核查 1 所，有误 1 所" in section(shown, "estimate")
    assert re.search(rf"未列入排名的 {told.of} 所中约有 {told.schools:.0f} 所", section(shown, "estimate"))  # fmt: skip
    assert "有误" in section(shown, "schools")
    with ministry.web.reading(ministry.web.scope("reader", ministry.at("province"))) as reader:
        assert list(spot_checks.findings(reader, drawn.plan_id)) == [school]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"found": "maybe"}, "结果"), ({"day": "yesterday"}, "日期"), ({"day": "2026-12-01"}, "日期"), ({"day": "2020-01-01"}, "日期"),
        ({"note": "  "}, "情况"), ({"note": "长" * 501}, "500"), ({"plan": "999999"}, "方案"), ({"school": "430000"}, "学校"),
    ],
)  # fmt: skip
def test_what_is_no_finding_of_the_plan_is_refused_in_words(
    ministry: Ministry, drawn: Plan, said: dict[str, str], why: str
) -> None:
    answer = record(ministry, "province", drawn, **said)

    assert answer.status_code in {409, 422}
    assert why in answer.text


@pytest.mark.parametrize(
    "said", [{"visits": "0"}, {"visits": "1001"}, {"lot": "5"}, {"seed": "1" * 12}, {"year": "1990"}]
)  # fmt: skip
def test_what_cannot_be_planned_is_refused(ministry: Ministry, said: dict[str, str]) -> None:
    fields = {"place": str(ministry.at("province")), "year": str(YEAR), "visits": "4", "lot": "2"}

    assert do(ministry.client("province"), "plan_spot_checks", fields | said).status_code in {409, 422}  # fmt: skip


def test_neither_beside_nor_below_is_anything_read_or_written(
    ministry: Ministry, drawn: Plan
) -> None:
    for role in ("sister", "county", "school"):
        assert plans(ministry, role) == []
        assert ministry.client(role).get(f"/sampling/{drawn.plan_id}.xlsx").status_code == 403
    for role in ("school", "system", "analyst"):
        assert record(ministry, role, drawn).status_code == 403
    for role in (Role.SUPERVISOR, Role.REVIEWER):
        county = ministry.appointed(role, ministry.at("county"))
        said = {"plan": str(drawn.plan_id), "school": str(drawn.schools[0].school_id), "found": "right", "day": "2026-11-20", "note": "x"}  # fmt: skip
        assert do(county, "record_spot_check", said).status_code == 422
    assert plans(ministry, "ministry") == [drawn]


def test_whoever_may_not_dispatch_reads_without_forms(ministry: Ministry, drawn: Plan) -> None:
    place = ministry.at("province")
    reader = ministry.appointed(Role.DECISION_MAKER, place)
    shown = asked_by_dash(reader, f"/zh/sampling/{place}", f"?year={YEAR}")

    assert drawn.number in text_of(shown)
    assert [section(shown, key) for key in ("plan", "visit", "flags")] == ["", "", ""]


def test_the_database_lets_nobody_rewrite_a_plan_or_add_to_it(
    ministry: Ministry, drawn: Plan
) -> None:
    for statement in ("UPDATE spot_plan SET seed = 1", "DELETE FROM spot_finding", "TRUNCATE spot_plan CASCADE"):  # fmt: skip
        with (
            roles.connect(ministry.owner_url) as owner,
            pytest.raises(psycopg.errors.RaiseException, match="stay as they are"),
        ):
            owner.execute(statement)
    stranger = next(unit for unit in ministry.web.ladder.units(1, YEAR) if not drawn.drawn(unit))
    with (
        roles.connect(ministry.owner_url) as owner,
        pytest.raises(psycopg.Error, match="this account may not"),
    ):
        owner.execute(
            "INSERT INTO spot_finding (plan_id, school_id, found, day, note, login, role, at, path) SELECT plan_id, %s, 'right', '2026-11-20', 'x', 'x', '', now(), path FROM spot_plan LIMIT 1",
            [stranger],
        )


def test_the_list_is_given_out_as_a_workbook_of_texts(ministry: Ministry, drawn: Plan) -> None:
    record(ministry, "province", drawn, note="=1+1 看了学籍册")
    answer = ministry.client("province").get(f"/sampling/{drawn.plan_id}.xlsx?lang=en")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))

    assert "synthetic data" in str(rows[1][0])
    assert [row[2] for row in rows[3:]] == [ministry.web.ladder.place(one.school_id).code for one in drawn.schools]  # fmt: skip
    assert rows[-1][-1] == "=1+1 看了学籍册"
    assert sheet.cell(len(rows), len(rows[0])).data_type == "s"
    assert ministry.client("province").get(f"/sampling/{drawn.plan_id}.pdf").status_code == 404


def test_the_command_keeps_the_same_plan(ministry: Ministry) -> None:
    wish = Wish(ministry.at("sister"), YEAR, 2, 1, 3)
    with ministry.worker.writing() as writer:
        made = draw(writer, ministry.worker.ladder, None, wish, NOW)
    with ministry.web.reading(ministry.web.scope("reader", ministry.at("sister"))) as reader:
        kept = spot_checks.plan(reader, made.plan_id)

    assert kept == made
    said = [line.en for line in lines(ministry.worker.ladder, made)]
    assert made.number in said[0]
    assert "(seed 3)" in said[0]
    assert len(said) == len(made.schools) + 2
    assert "a command of the administration" in text_of(page(ministry, "sister", "en", wish.place_id))  # fmt: skip


def test_without_a_school_that_is_due_nothing_is_drawn(ministry: Ministry) -> None:
    school = ministry.at("school")
    with (
        ministry.worker.writing() as writer,
        pytest.raises(SpotCheckRefused, match="above the schools"),
    ):
        draw(writer, ministry.worker.ladder, None, Wish(school, YEAR, 2, 1, 3), NOW)
