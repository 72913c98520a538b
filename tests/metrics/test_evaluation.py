"""An evaluation counts as a reader would by hand, and says plainly what was missed."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from metrics.errors import BadPanel, BadTruth
from metrics.evaluate import measures
from metrics.evaluate.bars import GAIN, bars, doubts, hard_rules
from metrics.evaluate.foretold import by_group, warned
from metrics.evaluate.measures import Worth
from metrics.evaluate.planted import CASES, Planted, placed, read_planted
from metrics.evaluate.rankings import BASELINES, DOUBTS, RANKING, beside, judged_years
from metrics.evaluate.report import BEGIN, END, data, excerpt, markdown, put
from metrics.evaluate.run import Evaluation, Sources, evaluate, risk
from metrics.evaluate.truth import BREACHES, ByTruth, Rule, by_truth, rules
from metrics.risk.backtest import Lead
from metrics.risk.panel import Named, panel_of
from metrics.risk.panel import Panel as Columns
from metrics.risk.schools import CONDITIONS, SHRINKS, told
from metrics.signals.panel import MEASURED, Panel, completed
from warehouse.evaluations import LABELS
from warehouse.text import Text

HUNAN, HUBEI = 430000, 420000


def cases(*rows: tuple[str, int, int, int]) -> pl.DataFrame:
    """(kind, school, first, last)."""
    return pl.DataFrame([(kind, str(school), first, last, school) for kind, school, first, last in rows], CASES, orient="row")  # fmt: skip


def ranking(*rows: tuple[int, int, float], province: int = HUNAN, flagged: bool = True) -> pl.DataFrame:  # fmt: skip
    """(school, year, score)."""
    return pl.DataFrame([(school, year, province, score, flagged) for school, year, score in rows], RANKING, orient="row")  # fmt: skip


def schools(number: int, *years: int) -> pl.DataFrame:
    rows = [(school, year, HUNAN) for year in years for school in range(number)]
    return pl.DataFrame(rows, ["school_id", "year", "province"], orient="row")


def test_a_flag_is_right_in_the_years_of_a_case_only() -> None:
    planted = cases(("copied", 1, 2022, 2023), ("padded", 2, 2024, 2024))
    flags = ranking((1, 2022, 1.0), (1, 2024, 1.0), (2, 2024, 1.0), (3, 2024, 1.0))
    assert measures.marked(flags, planted)["is_right"].to_list() == [True, False, True, False]


def test_worth_of_a_small_ranking() -> None:
    planted = cases(
        ("copied", 1, 2022, 2023), ("padded", 2, 2023, 2023), ("padded", 77, 2023, 2023)
    )
    flags = ranking((1, 2022, 9.0), (5, 2022, 1.0), (2, 2023, 3.0), (6, 2023, 5.0))
    found = measures.worth(flags, schools(10, 2022, 2023), planted)
    assert found.flags == 4
    assert found.precision == 0.5
    assert found.recall == 1.0  # school 77 was never looked at
    assert found.top == 0.5  # school 1 in 2022, school 6 in 2023
    assert found.visits == 0.5
    assert found.false_alarms == 10.0  # two in twenty school-years
    assert found.per_reviewer == 1.0  # two in two years of one province
    assert found.stability == 0.0


def test_a_ranking_that_says_nothing_has_no_precision() -> None:
    found = measures.worth(ranking(), schools(10, 2022), cases(("copied", 1, 2022, 2022)))
    assert found.flags == 0
    assert found.recall == 0.0
    assert all(math.isnan(each) for each in (found.precision, found.top, found.visits, found.stability))  # fmt: skip


def test_only_a_hundredth_is_the_top_and_each_province_visits_its_own() -> None:
    rows = [(school, 2022, float(school)) for school in range(250)]
    rated = measures.marked(ranking(*rows), cases(("copied", 249, 2022, 2022), ("copied", 0, 2022, 2022)))  # fmt: skip
    top = measures.first(rated, schools(250, 2022))
    assert top["school_id"].to_list() == [249, 248, 247]
    other = measures.marked(ranking((900, 2022, -5.0), province=HUBEI), cases(("copied", 900, 2022, 2022)))  # fmt: skip
    assert measures.visited(pl.concat([rated, other])).height == 21
    assert measures.share(measures.visited(pl.concat([rated, other]))["is_right"]) == pytest.approx(2 / 21)  # fmt: skip


def test_equal_scores_stand_in_the_order_of_schools() -> None:
    rated = measures.marked(ranking((7, 2022, 1.0), (3, 2022, 1.0), (5, 2022, 1.0)), cases())
    assert measures.first(rated, schools(100, 2022))["school_id"].to_list() == [3]


def test_recall_is_told_by_kind_of_cases_not_of_years() -> None:
    planted = cases(("copied", 1, 2021, 2023), ("copied", 2, 2022, 2022), ("padded", 3, 2022, 2022))
    seen = measures.seen(planted, schools(10, 2022, 2023))
    flags = ranking((1, 2022, 1.0), (1, 2023, 1.0), (4, 2022, 1.0))
    assert measures.by_kind(flags, seen) == {"copied": (1, 2), "padded": (0, 1)}


def test_stability_is_what_two_first_lists_share() -> None:
    rated = ranking(*((school, 2022, 1.0) for school in range(4)), *((school, 2023, 1.0) for school in range(2, 6)))  # fmt: skip
    assert measures.stability(rated, schools(10, 2022, 2023)) == pytest.approx(2 / 6)


def test_a_group_is_named_where_its_whole_interval_lies_below() -> None:
    dice = np.random.default_rng(1)
    flags = pl.DataFrame({
        "school_id": range(600), "year": [2022] * 600, "sponsor": ["public"] * 400 + ["private"] * 160 + ["few"] * 40,
        "is_right": np.r_[dice.random(400) < 0.8, dice.random(160) < 0.2, np.zeros(40, dtype=bool)],
    })  # fmt: skip
    caught = pl.DataFrame({
        "school_id": range(600), "first": [2022] * 600, "is_caught": np.arange(600) % 2 == 0, "sponsor": flags["sponsor"],
    })  # fmt: skip
    found = {one.value: one for one in measures.groups(flags, caught, ["sponsor"])}
    assert found["private"].is_low
    assert not found["public"].is_low
    assert not found["few"].is_low  # fewer flags than say anything
    assert found["private"].low < found["private"].precision < found["private"].high
    recall, low, high = found["private"].recall
    assert found["private"].cases == 160
    assert low < recall == 0.5 < high


def test_a_draw_takes_a_school_with_all_its_flags() -> None:
    """Forty flags of two schools say little more than two: the interval stays as wide as can be."""
    flags = pl.DataFrame({"school_id": [1] * 20 + [2] * 20, "year": [2022] * 40, "is_right": [True] * 20 + [False] * 20})  # fmt: skip
    assert measures.share_interval(flags, "is_right") == (0.0, 1.0)


def test_a_case_is_told_at_once_or_rounds_later() -> None:
    planted = cases(("copied", 1, 2021, 2023), ("copied", 2, 2022, 2022), ("padded", 3, 2022, 2023), ("padded", 4, 2022, 2022))  # fmt: skip
    flags = ranking((1, 2023, 1.0), (2, 2022, 1.0), (3, 2022, 1.0), (3, 2023, 1.0))
    assert measures.delays(flags, planted) == {"copied": 1.0, "padded": 0.0}


def test_cases_carry_whether_they_were_caught_and_the_traits_of_their_school() -> None:
    everybody = schools(4, 2022, 2023).with_columns(sponsor=pl.col("school_id").cast(pl.String))
    planted = cases(("copied", 1, 2022, 2023), ("padded", 2, 2023, 2023), ("padded", 77, 2023, 2023))  # fmt: skip
    found = measures.with_caught(ranking((1, 2023, 1.0)), planted, everybody)
    assert found.select("school_id", "is_caught", "sponsor").rows() == [(1, True, "1"), (2, False, "2")]  # fmt: skip


def _lead(unit: list[int], period: list[int], happened: list[float], ranking: list[float]) -> tuple[Columns, Lead]:  # fmt: skip
    """Rows as the back-test leaves them; all of them were scored."""
    frame = pl.DataFrame({"unit": unit, "period": period, "happened": happened, "students": [10.0 * at for at in range(len(unit))], "sponsor": ["public"] * len(unit)})  # fmt: skip
    columns = panel_of(frame, Named("unit", "period", "happened"))
    every = np.asarray(happened)
    nothing = np.zeros(len(unit))
    return columns, Lead(
        lead=1, happened=every, expected=nothing, rankings={"model": np.asarray(ranking)}, scores={}, gain=(1.0, 1.0, 1.0), weights={}, tested=(), learnt={},
    )  # fmt: skip


def test_a_warning_counts_from_the_first_round_in_which_a_school_stood_first() -> None:
    number = 30
    unit = [one for one in range(number) for _ in range(3)]
    happened = [float(one == 0 or (one == 1 and at == 2)) for one in range(number) for at in range(3)]  # fmt: skip
    ranking = [9.0 if one == 0 and at >= 1 else float(one) / number for one in range(number) for at in range(3)]  # fmt: skip
    panel_, found_ = _lead(unit, [0, 1, 2] * number, happened, ranking)
    # school 0 is among the first from period 1 on, its event lies after period 2; school 1 never is
    assert warned(panel_, found_) == (2, 1, 2.0)


def test_a_group_is_told_how_much_more_was_promised_than_seen() -> None:
    number = 40
    unit = [one for one in range(number) for _ in range(2)]
    happened = [float(one % 10 == 0) for one in unit]
    panel_, found_ = _lead(unit, [0, 1] * number, happened, [0.3 if one else 0.1 for one in happened])  # fmt: skip
    (one, *_) = [each for each in by_group(panel_, found_) if each.trait == "sponsor"]
    assert (one.value, one.rows, one.events) == ("public", 80, 8)
    assert one.precision[0] == 1.0
    assert one.excess[0] == pytest.approx(0.1 * 0.9 + 0.3 * 0.1 - 0.1)
    assert one.excess[1] <= one.excess[0] <= one.excess[2]


VERSIONS = pl.DataFrame(
    [(1, "A", 2020, 2022), (1, "B", 2023, 9999), (2, "C", 2020, 2022)],
    ["school_id", "code", "from_year", "to_year"], orient="row",
)  # fmt: skip


def test_a_case_belongs_to_who_bore_the_code_then_or_the_year_before() -> None:
    asked = pl.DataFrame(
        [("x", "A", 2022, 2024), ("x", "B", 2024, 2024), ("closed", "C", 2023, 2023), ("x", "C", 2025, 2025), ("x", "Z", 2022, 2022)],
        list(CASES)[:4], orient="row",
    )  # fmt: skip
    found = placed(asked, VERSIONS)
    assert found.select("code", "school_id").rows() == [("A", 1), ("B", 1), ("C", 2)]


def _written(path: Path, **changes: object) -> Path:
    whole = {
        "kinds": {
            "copied": {"sign": "A16", "invented": False}, "odd": {"sign": "", "invented": True}, "closed": {"sign": "decline", "invented": False},
        },
        "cases": [{"kind": "copied", "code": "A", "first": 2021, "last": 2022}, {"kind": "closed", "code": "C", "first": 2023, "last": 2023},
                  {"kind": "odd", "code": "Z", "first": 2023, "last": 2023}],
    }  # fmt: skip
    path.write_text(json.dumps({**whole, **changes}))
    return path


def test_the_file_tells_faults_of_data_from_events(tmp_path: Path) -> None:
    planted = read_planted(_written(tmp_path / "truth.json"), VERSIONS)
    assert planted.in_data == {"copied", "odd"}
    assert planted.cases["kind"].to_list() == ["copied", "closed"]
    assert planted.of_data["kind"].to_list() == ["copied"]
    assert planted.nobodys == 1


@pytest.mark.parametrize("changes", [{"cases": [{"kind": "copied"}]}, {"kinds": {}, "cases": 3}, {"kinds": {"x": 1}}])  # fmt: skip
def test_another_file_is_refused_by_name(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(BadTruth, match=r"truth\.json is no list"):
        read_planted(_written(tmp_path / "truth.json", **changes), VERSIONS)
    with pytest.raises(BadTruth, match="none"):
        read_planted(tmp_path / "none", VERSIONS)


def test_rules_are_counted_by_school_and_year() -> None:
    broken = pl.DataFrame(
        [("internship", "no_minors", 1, 2022), ("internship", "no_minors", 2, 2022), ("staff", "other", 1, 2023)],
        ["form", "rule", "school_id", "year"], orient="row",
    )  # fmt: skip
    found = rules(broken, cases(("red_line", 1, 2022, 2022)))
    assert [(one.rule, one.flags, one.right) for one in found] == [("no_minors", 2, 1), ("other", 1, 0)]  # fmt: skip


def panel(years: range, number: int = 60) -> Panel:
    """Schools whose numbers move by chance; school 7 has ten times the books in the last two years."""
    dice = np.random.default_rng(2)
    size = np.exp(dice.normal(6.5, 0.4, number))
    standing = {"code": "36", "province": HUNAN, "unit_kind": "school", "school_type": "general", "sponsor": "education"}  # fmt: skip
    frames = []
    for year in years:
        numbers = {name: np.floor(size * dice.lognormal(0, 0.1, number)) for name in MEASURED}
        numbers["books"][7] *= 10 if year >= years[-2] else 1
        frames.append(pl.DataFrame({
            "school_id": np.arange(number), "year": np.full(number, year), **{name: [value] * number for name, value in standing.items()}, **numbers,
        }))  # fmt: skip
    return Panel(completed(pl.concat(frames)))


PLANTED = Planted(cases(("books", 7, 2023, 2024), ("closed", 3, 2025, 2025)), frozenset({"books"}), 2)  # fmt: skip


def test_a_year_is_tested_when_a_case_lies_before_it() -> None:
    assert judged_years(panel(range(2021, 2025)), PLANTED.cases) == [2024]
    assert judged_years(panel(range(2021, 2024)), PLANTED.cases) == []


def test_baselines_flag_as_many_as_the_doubts_and_the_best_column_is_that_of_the_years_before() -> None:  # fmt: skip
    flags = ranking((1, 2024, 2.0), (2, 2024, 1.0))
    found = beside(panel(range(2021, 2025)), [2024], PLANTED.cases, flags)
    assert set(found) == set(BASELINES)
    for each in found.values():
        assert each.filter("is_flagged").height == 2
        assert each.height == 60
    first = found["best column, modified z"].sort("score", descending=True)
    assert first["school_id"][0] == 7


@pytest.fixture(scope="module")
def found() -> Evaluation:
    whole = panel(range(2021, 2025))
    judged = whole.rows.with_columns(pl.lit(0.0).alias(name) for name in CONDITIONS)
    risks = told(judged, dict.fromkeys(range(60), 9999))
    breaches = pl.DataFrame([("internship", "no_minors", 7, 2024)], ["form", "rule", "school_id", "year"], orient="row")  # fmt: skip
    said: list[str] = []
    result = evaluate(Sources(whole, risks, breaches, LABELS.to_frame()), PLANTED, said.append)
    assert said
    return result


def test_the_whole_is_said_in_both_languages_and_as_data(found: Evaluation) -> None:
    assert found.years == [2024]
    assert found.schools == 60
    zh, en = ("\n".join(markdown(found, lang)) for lang in ("zh", "en"))
    assert "2 planted cases belong to no school" in en
    assert "疑点排序" in zh
    assert "largest modified z (DHIS2)" in en
    assert "{" not in zh + en
    read = json.loads(data(found))
    assert read["kinds"]["books"]["cases"] == 1
    assert {one["outcome"] for one in read["risks"]} == {"shrinks", "below", "ends", "any"}
    assert read["rankings"]["ECOD"]["flags"] == truth(found).worth[DOUBTS].flags
    assert "No case has been closed yet" in en
    assert "Precision by closed cases" not in en


def test_an_excerpt_is_put_between_the_marks_of_a_page(found: Evaluation) -> None:
    lines = list(excerpt(list(markdown(found, "en"))))
    told = [line for line in lines if line.startswith("#")]
    assert told == ["### Bars", "### Signals and baselines", "### Risk"]
    assert sum(line.startswith("- ") for line in lines) > 3
    page = f"before\n{BEGIN}\nan earlier record\n{END}\nafter"
    once = put(page, lines)
    assert "an earlier record" not in once
    assert once.startswith("before\n")
    assert once.endswith("after")
    assert put(once, lines) == once
    assert put("no marks", lines) == "no marks"


def test_what_cannot_be_tested_says_why_and_is_not_called_met(found: Evaluation) -> None:
    assert all(one.found is None and one.why for one in found.risks)
    said = [one for one in bars(found) if "could not be tested" in one.what.en]
    assert said
    assert all(one.is_met is None for one in said)


def test_without_a_case_before_nothing_is_judged() -> None:
    whole = panel(range(2021, 2024))
    with pytest.raises(BadPanel, match="no year can be tested"):
        evaluate(
            Sources(whole, whole.rows, pl.DataFrame(), LABELS.to_frame()), PLANTED, lambda _: None
        )


def truth(found: Evaluation, **changes: Any) -> ByTruth:
    assert found.truth is not None
    return ByTruth(**{**vars(found.truth), **changes})


def _with(found: Evaluation, own: float, best: float) -> ByTruth:
    zero = Worth(*[0] * 8)
    worth = {DOUBTS: zero._replace(top=own), **dict.fromkeys(BASELINES, zero), "ECOD": zero._replace(top=best)}  # fmt: skip
    return truth(found, worth=worth)


@pytest.mark.parametrize(
    ("own", "best", "is_met"),
    [
        (0.31, 0.2, True),
        (0.29, 0.2, False),
        (0.9, 0.8, True),
        (0.89, 0.8, False),
        (0.0, 0.0, False),
    ],
)
def test_the_doubts_must_reach_half_as_much_again_or_half_of_what_lacks(
    found: Evaluation, own: float, best: float, is_met: bool
) -> None:
    bar = doubts(_with(found, own, best), Text("全部", "all"), is_in_data=False)
    assert bar.is_met is is_met


@pytest.mark.parametrize(("right", "is_met"), [(99, True), (98, False)])
def test_hard_rules_are_right_in_99_of_100(found: Evaluation, right: int, is_met: bool) -> None:
    assert hard_rules(truth(found, rules=[Rule("internship", "x", 100, right)])).is_met is is_met
    assert hard_rules(truth(found, rules=[])).is_met is None


def test_a_risk_that_can_be_tested_brings_its_bars(found: Evaluation) -> None:
    dice = np.random.default_rng(4)
    rows = [
        (school, 2015 + year, float(400 * 0.7**year if school < 14 and year > school % 4 else 400 + dice.normal(0, 5)), 0.0, 9999, float(school < 14))
        for school in range(60) for year in range(7)
    ]  # fmt: skip
    names = ["school_id", "year", "students", "limits_missed", "last_year", "staff"]
    tried = risk(pl.DataFrame(rows, names, orient="row"), SHRINKS, 1, lambda _: None)
    assert tried.found is not None
    with_it = Evaluation(**{**vars(found), "risks": [tried]})
    said = [one for one in bars(with_it) if "one year ahead" in one.what.en]
    assert len(said) == 4
    assert said[0].is_met is bool(tried.found.gain[0] >= GAIN)
    assert "Loses a quarter" in "\n".join(markdown(with_it, "en"))


def test_a_low_group_is_named_in_the_bar(found: Evaluation) -> None:
    low = measures.Group("size", "0", 80, 0.1, 0.05, 0.2, is_low=True)
    named = Evaluation(**{**vars(found), "truth": truth(found, groups=[low])})
    *_, bar = bars(named)
    assert bar.is_met is False
    assert "students: 0–299" in bar.what.en
    assert "在校生规模：0–299" in "\n".join(markdown(named, "zh"))


def test_every_rule_is_told_by_groups_that_have_flags_enough(found: Evaluation) -> None:
    lot = pl.DataFrame([("internship", "no_minors", school, 2024) for school in range(55)], ["form", "rule", "school_id", "year"], orient="row")  # fmt: skip
    few = lot.with_columns(rule=pl.lit("other")).head(49)
    told = by_truth(panel(range(2021, 2025)), pl.concat([lot, few]), PLANTED, lambda _: None).rule_groups  # fmt: skip
    assert set(told) >= {BREACHES, "internship.no_minors"}
    assert "internship.other" not in told
    (sponsor,) = [one for one in told["internship.no_minors"] if one.trait == "sponsor"]
    assert (sponsor.value, sponsor.flags) == ("education", 55)
    assert sponsor.precision == pytest.approx(1 / 55)
    with_it = Evaluation(**{**vars(found), "truth": truth(found, rule_groups=told)})
    assert "all rules of breach | sponsor: " in "\n".join(markdown(with_it, "en"))
