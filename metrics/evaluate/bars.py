"""The bars that an evaluation is held to. What cannot be told is not met."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from metrics.bands import group_name
from metrics.evaluate.closed import DOUBT, Answered
from metrics.evaluate.rankings import BASELINES, DOUBTS, NAMES
from metrics.evaluate.run import Evaluation, Risk
from metrics.evaluate.truth import ByTruth
from metrics.risk.backtest import MODEL
from metrics.signals.discovery import signals
from metrics.signals.signal import Tier
from warehouse.text import Text

HARD = 0.99  # precision of hard rules
TIMES = 1.5  # the best baseline's precision at the top, or half of what it lacks to 1
GAIN = 1.25  # times the best single indicator's average precision
ERROR = 0.03  # of calibration


class Bar(NamedTuple):
    """What was asked, what was reached, and whether that is enough (None where there was nothing to judge)."""

    what: Text
    asked: str
    reached: str
    is_met: bool | None


def bars(found: Evaluation) -> Iterator[Bar]:
    """Those of what was planted, where something was; then those of closed cases and of risk."""
    if found.truth is not None:
        yield from of_truth(found.truth)
    yield from of_closed(found.closed)
    for one in found.risks:
        if one.lead == 1:
            yield from risks(one)
    yield groups(found)


def of_truth(truth: ByTruth) -> Iterator[Bar]:
    yield hard_rules(truth)
    yield contradictions(truth)
    yield doubts(truth, Text("全部埋设", "every case"), is_in_data=False)
    yield doubts(truth, Text("仅数据问题", "faults of data only"), is_in_data=True)


def hard_rules(truth: ByTruth) -> Bar:
    flags = sum(rule.flags for rule in truth.rules)
    right = sum(rule.right for rule in truth.rules)
    what = Text("硬规则（违规）精确率", "precision of the rules of breach")
    return _share(what, right / flags if flags else math.nan, flags)


def contradictions(truth: ByTruth) -> Bar:
    """The signals that contradict themselves, each flag counted."""
    hard = [truth.worth[code] for code in _hard() if code in truth.worth]
    flags = sum(one.flags for one in hard)
    right = sum(one.flags * one.precision for one in hard if one.flags)
    what = Text("硬矛盾信号精确率", "precision of the contradictions among the signals")
    return _share(what, right / flags if flags else math.nan, flags)


def _hard() -> list[str]:
    return [code for code, one in signals().items() if one.tier is Tier.HARD]


def of_closed(closed: Answered) -> Iterator[Bar]:
    """The rules that must be right, by what people found; nothing is said where no case of theirs was closed."""
    breaches = [one for one in closed.rules if one.judgement == "breach"]
    hard = [one for one in closed.rules if one.judgement == DOUBT and one.rule in _hard()]
    for each, what in (
        (breaches, Text("硬规则（违规）精确率，按销号结论", "precision of the rules of breach, by closed cases")),
        (hard, Text("硬矛盾信号精确率，按销号结论", "precision of the contradictions among the signals, by closed cases")),
    ):  # fmt: skip
        if cases := sum(one.closed for one in each):
            yield _share(what, sum(one.closed * one.precision for one in each) / cases, cases)


def _share(what: Text, precision: float, flags: int) -> Bar:
    met = None if math.isnan(precision) else precision >= HARD
    return Bar(what, f"≥ {HARD}", f"{number(precision)} ({flags:,})", met)


def doubts(truth: ByTruth, which: Text, *, is_in_data: bool) -> Bar:
    worth = truth.worth_in_data if is_in_data else truth.worth
    own, best = (
        worth[DOUBTS].top,
        max(BASELINES, key=lambda name: worth[name].top),
    )
    beside = worth[best].top
    asked = min(TIMES * beside, beside + (1 - beside) / 2)
    what = Text(
        "疑点排序前 1% 的精确率（{which_zh}）；最好的基线：{best_zh} {beside}",
        "precision in the top 1 % of the doubts ({which_en}); best baseline: {best_en} {beside}",
    ).fill(
        which_zh=which.zh, which_en=which.en, best_zh=NAMES[best].zh, best_en=NAMES[best].en, beside=number(beside),
    )  # fmt: skip
    return Bar(what, f"≥ {number(asked)}", number(own), own >= asked and own > 0)


def risks(one: Risk) -> Iterator[Bar]:
    title = one.outcome.title
    if one.found is None:
        untested = Text("{zh}：无法检验", "{en}: could not be tested").fill(zh=title.zh, en=title.en)  # fmt: skip
        yield Bar(untested, "—", "—", None)
        return
    model, gain = one.found.scores[MODEL], one.found.gain[0]
    asked = (
        (Text("平均精度与最好的单个指标之比", "average precision by the best single indicator's"), f"≥ {GAIN}", gain, gain >= GAIN),
        (Text("Brier 技巧", "Brier skill"), "> 0", model.skill, model.skill > 0),
        (Text("校准误差", "calibration error"), f"≤ {ERROR}", model.error, model.error <= ERROR),
        (Text("最高十分之一的校准误差", "calibration error in the highest tenth"), f"≤ {ERROR}", model.top_error, model.top_error <= ERROR),
    )  # fmt: skip
    for what, least, reached, is_met in asked:
        named = Text("{zh}，提前一年：{what_zh}", "{en}, one year ahead: {what_en}").fill(
            zh=title.zh, en=title.en, what_zh=what.zh, what_en=what.en
        )
        yield Bar(named, least, number(reached), is_met)


def groups(found: Evaluation) -> Bar:
    """Of the doubts, by what was planted, or by closed cases where nothing was."""
    every = found.truth.groups if found.truth else found.closed.groups
    low = [one for one in every if one.is_low]
    names = [group_name(one.trait, one.value) for one in low]
    what = Text(
        "精确率明显低于全体的组{listed_zh}",
        "groups of schools with a clearly lower precision{listed_en}",
    ).fill(
        listed_zh="".join(f"（{one.zh}）" for one in names),
        listed_en="".join(f" ({one.en})" for one in names),
    )
    return Bar(what, "0", f"{len(low)}", not low if every else None)


def number(value: float) -> str:
    return "—" if math.isnan(value) else f"{value:.3f}"
