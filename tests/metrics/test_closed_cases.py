"""What people found is what the next evaluation judges by, with a list of planted cases and without one."""

from __future__ import annotations

import json
import math

import polars as pl
import pytest

from metrics.evaluate.bars import bars
from metrics.evaluate.closed import answered, heavier
from metrics.evaluate.report import data, markdown
from metrics.evaluate.run import Evaluation, evaluate, read_sources
from tests.warehouse.case_world import Cases
from tests.warehouse.chain_world import HUNAN, YEAR, World
from warehouse.case_rules import Code
from warehouse.evaluations import LABELS, labels
from warehouse.places import NATION

HUBEI = 420000


@pytest.fixture
def closed(them: World) -> Cases:
    """Of the signal A9 one case was right and one another definition, of a rule of breach one was a false alarm; one is still open."""
    found = Cases(them)
    found.close(found.opened(0), Code.TRUE_ANOMALY)
    other = found.opened(1)
    found.dispatch("supervisor", found.flag(0, rule="internship.no_minors", judgement="breach"))
    breach = found.number(0)
    for number, person, code in ((other, 1, Code.OTHER_DEFINITION), (breach, 0, Code.FALSE_ALARM)):
        found.explain(number, f"statistician{person}")
        for verifier in ("shuangqing" if person else "furong", "hunan"):
            found.verify(number, verifier, code)
    found.dispatch("supervisor", found.flag(1, rule="A22"))
    return found


def _labels(them: Cases) -> pl.DataFrame:
    worker = them.world.worker
    with worker.reading(worker.scope("evaluate", NATION)) as reader:
        return labels(reader)


def test_every_closed_case_is_a_label_and_open_ones_are_none(closed: Cases) -> None:
    found = _labels(closed)
    assert found.schema == LABELS
    assert found.select("judgement", "rule", "is_right", "is_false_alarm").rows() == [
        ("doubt", "A9", True, False), ("doubt", "A9", False, False), ("breach", "internship.no_minors", False, True),
    ]  # fmt: skip
    assert found["province"].to_list() == [HUNAN] * 3
    assert found["weight"].to_list() == [2.5] * 3
    assert found["school_id"][0] == closed.world.schools[0]
    assert found["year"].to_list() == [YEAR] * 3


def test_a_case_that_was_reopened_is_no_label_until_it_is_closed_again(closed: Cases) -> None:
    with closed.world.worker.writing() as writer:
        number = int(writer.scalar("SELECT min(case_id) FROM case_file"))
    closed.reopen(number, "supervisor")
    assert _labels(closed).height == 2


@pytest.fixture
def judged(closed: Cases) -> Evaluation:
    """Of the tiny ministry, in which nothing was planted."""
    worker = closed.world.worker
    closed.submit(0, g1=100)
    with worker.reading(worker.scope("evaluate", NATION)) as reader:
        sources = read_sources(reader, worker, [YEAR])
    return evaluate(sources, None, lambda _: None)


def test_a_ministry_without_planted_cases_is_judged_by_closed_ones_and_says_so(judged: Evaluation) -> None:  # fmt: skip
    assert judged.truth is None
    assert judged.closed.closed == 3
    zh, en = ("\n".join(markdown(judged, lang)) for lang in ("zh", "en"))
    assert "Nothing is planted in this warehouse" in en
    assert "3 closed cases" in en
    assert "销号结论" in zh
    assert "{" not in zh + en
    assert "## Signals and baselines" not in en
    assert "| Students grow, what carries them does not | 2 | 0.500 | — | 0 | 1 |" in en
    read = json.loads(data(judged))
    assert "rankings" not in read
    assert read["closed"]["rules"][0]["judgement"] == "breach"
    assert all(one.found is None and one.why for one in judged.risks)


def test_a_rule_of_breach_that_people_called_false_misses_its_bar(judged: Evaluation) -> None:
    said = {one.what.en: one for one in bars(judged)}
    bar = said["precision of the rules of breach, by closed cases"]
    assert bar.reached == "0.000 (1)"
    assert bar.is_met is False
    assert not any("top 1 %" in name for name in said)


SCHOOLS = pl.DataFrame(
    [(school, YEAR, "education" if school < 30 else "private", "1", "centre") for school in range(60)],
    ["school_id", "year", "sponsor", "size", "region"], orient="row",
)  # fmt: skip


def made(*rows: tuple[int, str, float, bool, bool], province: int = HUNAN) -> pl.DataFrame:
    """(school, rule, weight, right, false alarm)."""
    told = [("doubt", rule, school, YEAR, province, weight, right, false) for school, rule, weight, right, false in rows]  # fmt: skip
    return pl.DataFrame(told, LABELS, orient="row")


def test_the_ranking_is_judged_by_school_and_year_with_the_weights_of_then() -> None:
    found = answered(
        made((1, "A9", 3.0, True, False), (1, "A22", 4.0, False, True), (2, "A9", 2.0, False, True), (3, "A9", 1.0, True, False)), SCHOOLS
    )  # fmt: skip
    assert found.ranking.closed == 3
    assert found.ranking.precision == pytest.approx(2 / 3)
    assert found.ranking.false_alarms == 1  # of school 1 one flag was right
    assert found.ranking.weighs is not None
    assert found.ranking.weighs[0] == 0.5  # 7 above 2, 1 below it
    a9 = found.of("doubt", "A9")
    assert a9 is not None
    assert (a9.closed, a9.false_alarms) == (3, 1)
    assert a9.precision == pytest.approx(2 / 3)
    assert a9.low <= a9.precision <= a9.high


def test_only_the_heaviest_of_each_province_count_as_its_first() -> None:
    many = [(school, "A9", 60.0 - school, school < 20, school >= 20) for school in range(40)]
    elsewhere = made((50, "A9", 0.1, False, True), province=HUBEI)
    found = answered(pl.concat([made(*many), elsewhere]), SCHOOLS)
    assert found.first.closed == 21
    assert found.first.precision == pytest.approx(20 / 21)
    assert found.ranking.weighs is not None
    assert found.ranking.weighs[0] == 1.0


def test_groups_of_many_closed_cases_are_told_apart() -> None:
    rows = [(school, f"S{at}", 1.0, school < 30, school >= 30) for school in range(60) for at in (1, 2)]  # fmt: skip
    found = {one.value: one for one in answered(made(*rows), SCHOOLS).groups if one.trait == "sponsor"}  # fmt: skip
    assert (found["education"].flags, found["education"].precision) == (60, 1.0)
    assert found["private"].is_low
    assert not found["education"].is_low


def test_without_closed_cases_nothing_is_claimed() -> None:
    found = answered(made(), SCHOOLS)
    assert found.closed == 0
    assert math.isnan(found.ranking.precision)
    assert found.rules == []


@pytest.mark.parametrize(
    ("right", "weight", "said"),
    [([1, 0], [2, 1], 1.0), ([1, 0], [1, 2], 0.0), ([1, 0], [1, 1], 0.5), ([1, 0, 0], [2, 1, 3], 0.5)],
)  # fmt: skip
def test_how_often_a_right_one_weighs_more(right: list[int], weight: list[int], said: float) -> None:  # fmt: skip
    series = pl.Series(right).cast(pl.Float64).to_numpy(), pl.Series(weight).cast(pl.Float64).to_numpy()  # fmt: skip
    assert heavier(*series) == said
    assert math.isnan(heavier(series[0] * 0 + 1, series[1]))
