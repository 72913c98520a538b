"""The tables of an evaluation, as strings in one language."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from metrics.bands import group_name
from metrics.evaluate.bars import bars, number
from metrics.evaluate.closed import Answered, Confirmed
from metrics.evaluate.foretold import Warned
from metrics.evaluate.measures import MANY, Group, Worth
from metrics.evaluate.rankings import BASELINES, DOUBTS, NAMES
from metrics.evaluate.run import Evaluation, Risk
from metrics.evaluate.truth import BREACHES, ByTruth
from metrics.judgement.titles import title
from metrics.risk.backtest import MODEL, SINGLE
from metrics.risk.baselines import UNTAUGHT
from metrics.risk.scores import VISITS
from metrics.signals.discovery import signals
from warehouse.discovery import form
from warehouse.evaluations import FEWEST
from warehouse.flags import Judgement
from warehouse.text import Text

TITLES = {
    "bars": Text("要求", "Bars"),
    "rankings": Text("疑点信号与基线", "Signals and baselines"),
    "kinds": Text("按种类的召回", "Recall by kind"),
    "rules": Text("违规规则", "Rules of breach"),
    "closed_rules": Text("按销号结论的精确率", "Precision by closed cases"),
    "closed_groups": Text("疑点按销号结论的精确率，按举办者、规模与大区", "Precision of the doubts by closed cases, by sponsor, size and region"),
    "rule_groups": Text("各规则的精确率，按举办者、规模与大区", "Precision of each rule by sponsor, size and region"),
    "risks": Text("风险", "Risk"),
    "risk_groups": Text("风险（三者之一，一年内），按举办者、规模与大区", "Risk (any of the three, one year ahead) by sponsor, size and region"),
    "groups": Text("疑点的精确率与召回率，按举办者、规模与大区", "Precision and recall of the doubts by sponsor, size and region"),
}  # fmt: skip
MET = {
    True: Text("达到", "met"),
    False: Text("**未达到**", "**missed**"),
    None: Text("无可判", "nothing to judge"),
}


class Table(NamedTuple):
    """A table of strings in one language; `key` names it in the data."""

    key: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def tables(found: Evaluation, lang: str) -> Iterator[Table]:
    """Those of what was planted only where something was, those of closed cases only where one was closed."""
    truth, closed = found.truth, found.closed
    yield _bars(found, lang)
    if truth is not None:
        yield from (_rankings(truth, lang), _kinds(truth, lang), _rules(truth, lang))
    if closed.closed:
        yield _closed(closed, truth, lang)
    yield from (_risks(found, lang), _risk_groups(found, lang))
    if truth is not None:
        yield from (_groups(truth, lang), _rule_groups(truth, lang))
    if closed.groups:
        yield _closed_groups(closed, lang)


def _heads(lang: str, *heads: tuple[str, str]) -> list[str]:
    return [Text(*each).of(lang) for each in heads]


def _bars(found: Evaluation, lang: str) -> Table:
    rows = [[one.what.of(lang), one.asked, one.reached, MET[one.is_met].of(lang)] for one in bars(found)]  # fmt: skip
    heads = _heads(
        lang, ("要求", "bar"), ("应达", "asked"), ("实际", "reached"), ("结论", "result")
    )
    return Table("bars", TITLES["bars"].of(lang), heads, rows)


def _rankings(truth: ByTruth, lang: str) -> Table:
    names = [DOUBTS, *BASELINES, *(code for code in signals() if code in truth.worth)]
    heads = _heads(
        lang, ("排序", "ranking"), ("标出", "flags"), ("精确率", "precision"), ("仅数据问题", "faults of data"), ("召回率", "recall"),
        ("仅数据问题", "faults of data"), ("前 1%", "top 1 %"), ("仅数据问题", "faults of data"),
        (f"各省前 {VISITS} 所", f"first {VISITS} of each province"), ("每百校误报", "false alarms per 100 schools"),
        ("每省每年误报", "false alarms per reviewer and round"), ("年际重合", "stability"),
    )  # fmt: skip
    rows = [[_named(name, lang), *_worth(truth.worth[name], truth.worth_in_data[name])] for name in names]  # fmt: skip
    return Table("rankings", TITLES["rankings"].of(lang), heads, rows)


def _named(name: str, lang: str) -> str:
    return NAMES[name].of(lang) if name in NAMES else f"{name} {signals()[name].title.of(lang)}"


def _worth(every: Worth, in_data: Worth) -> list[str]:
    return [
        f"{every.flags:,}", number(every.precision), number(in_data.precision), number(every.recall), number(in_data.recall),
        number(every.top), number(in_data.top), number(every.visits), f"{every.false_alarms:.1f}", f"{every.per_reviewer:.2f}", number(every.stability),
    ]  # fmt: skip


def _kinds(truth: ByTruth, lang: str) -> Table:
    heads = _heads(
        lang, ("种类", "kind"), ("数据问题", "fault of data"), ("问题数", "cases"), ("有结论的疑点", "doubts that speak"),
        ("任何疑点", "any doubt"), ("到首次提出的轮次", "rounds until it is told"), (f"各省前 {VISITS} 所", f"first {VISITS} of each province"),
    )  # fmt: skip
    rows = [
        [
            kind, "✓" if kind in truth.in_data else "", f"{of}", _part(speaking, of), _part(every, of),
            f"{truth.delays[kind]:.1f}" if kind in truth.delays else "—", _part(visited, of),
        ]
        for kind, (speaking, every, visited, of) in truth.kinds.items()
    ]  # fmt: skip
    return Table("kinds", TITLES["kinds"].of(lang), heads, rows)


def _part(caught: int, of: int) -> str:
    return f"{caught} ({caught / of:.0%})"


def _rules(truth: ByTruth, lang: str) -> Table:
    heads = _heads(lang, ("报表", "form"), ("规则", "rule"), ("校年", "school-years"), ("标对", "right"), ("精确率", "precision"))  # fmt: skip
    rows = [
        [form(one.form).title.of(lang), one.rule, f"{one.flags:,}", f"{one.right:,}", number(one.right / one.flags)]
        for one in truth.rules
    ]  # fmt: skip
    return Table("rules", TITLES["rules"].of(lang), heads, rows)


def _risks(found: Evaluation, lang: str) -> Table:
    heads = _heads(
        lang, ("结果", "outcome"), ("年内", "years ahead"), ("校年", "school-years"), ("发生", "events"), ("平均精度", "average precision"),
        ("最好的单个指标", "best single indicator"), ("最好的离群检测", "best detector of outliers"), ("倍数（95% 区间）", "gain (95 % interval)"),
        ("Brier 技巧", "Brier skill"), ("校准误差（95% 区间）", "calibration error (95 % interval)"), ("最高十分之一（95% 区间）", "highest tenth (95 % interval)"),
        (f"事前进入前 {VISITS} 名", f"among the first {VISITS} before it"), ("提前轮次", "rounds before"),
    )  # fmt: skip
    return Table(
        "risks", TITLES["risks"].of(lang), heads, [_risk(one, lang) for one in found.risks]
    )


def _risk(one: Risk, lang: str) -> list[str]:
    head = [one.outcome.title.of(lang), str(one.lead)]
    if one.found is None:
        return [*head, one.why.of(lang) if one.why else "", *[""] * 10]
    model, (times, low, high) = one.found.scores[MODEL], one.found.gain
    return [
        *head, f"{one.found.judged.size:,}", f"{int(one.found.happened[one.found.judged].sum()):,}", number(model.precision),
        number(one.found.scores[SINGLE].precision), number(max(one.found.scores[name].precision for name in UNTAUGHT)),
        f"{times:.2f} ({low:.2f}–{high:.2f})", number(model.skill), _ranged((model.error, *model.error_range)), _ranged((model.top_error, *model.top_range)), *_early(one.warned),
    ]  # fmt: skip


def _early(one: Warned | None) -> list[str]:
    if one is None:
        return ["", ""]
    return [f"{one.warned} / {one.units}", "—" if math.isnan(one.rounds) else f"{one.rounds:.1f}"]


def _risk_groups(found: Evaluation, lang: str) -> Table:
    """One outcome and lead stand for all: any of the three within a year."""
    heads = _heads(
        lang, ("分组", "group"), ("校年", "school-years"), ("发生", "events"), ("平均精度", "average precision"), ("95% 区间", "95 % interval"),
        ("预测高出实际", "promised above seen"), ("95% 区间", "95 % interval"),
    )  # fmt: skip
    told = [each for one in found.risks if (one.outcome.name, one.lead) == ("any", 1) for each in one.groups]  # fmt: skip
    rows = [
        [group_name(one.trait, one.value).of(lang), f"{one.rows:,}", f"{one.events:,}", *_between(one.precision), *_between(one.excess)]
        for one in told
    ]  # fmt: skip
    return Table("risk_groups", TITLES["risk_groups"].of(lang), heads, rows)  # fmt: skip


def _between(measured: tuple[float, float, float]) -> list[str]:
    value, low, high = measured
    return [number(value), f"{number(low)}–{number(high)}" if low >= 0 else f"{number(low)} – {number(high)}"]  # fmt: skip


def _groups(truth: ByTruth, lang: str) -> Table:
    heads = _heads(lang, ("分组", "group"), ("标出", "flags"), ("精确率", "precision"), ("95% 区间", "95 % interval"), ("", ""),
        ("数据问题", "faults of data"), ("召回率", "recall"), ("95% 区间", "95 % interval"))  # fmt: skip
    low = Text("**低**", "**low**").of(lang)
    rows = [
        [group_name(one.trait, one.value).of(lang), f"{one.flags:,}", number(one.precision), f"{number(one.low)}–{number(one.high)}", low if one.is_low else "", f"{one.cases:,}", *_between(one.recall)]
        for one in truth.groups
    ]  # fmt: skip
    return Table("groups", TITLES["groups"].of(lang), heads, rows)  # fmt: skip


def _closed(closed: Answered, truth: ByTruth | None, lang: str) -> Table:
    """Beside each rule's precision on closed cases stands the one on what was planted."""
    heads = _heads(
        lang, ("规则", "rule"), ("销号", "closed"), ("查实", "confirmed"), ("95% 区间", "95 % interval"), ("误报", "false alarms"),
        ("其他口径", "other definition"), ("对的比错的更重", "right ones weigh more"), ("按埋设：标出", "planted truth: flags"), ("精确率", "precision"),
    )  # fmt: skip
    ranking = Text(
        "疑点排序：有销号件的校年", "ranking by doubts: school-years with closed cases"
    ).of(lang)
    first = Text("疑点排序：各省前 {n} 所", "ranking by doubts: first {n} of each province").fill(n=VISITS).of(lang)  # fmt: skip
    flags, own, visits = (truth.worth[DOUBTS].flags, truth.worth[DOUBTS].precision, truth.worth[DOUBTS].visits) if truth else (0, math.nan, math.nan)  # fmt: skip
    rows = [_answer(ranking, closed.ranking, flags, own), _answer(first, closed.first, 0, visits)] if closed.ranking.closed else []  # fmt: skip
    for one in closed.rules:
        planted = truth.precision(one.judgement, one.rule) if truth else (0, math.nan)
        rows.append(_answer(title(Judgement(one.judgement), one.rule).of(lang), one, *planted))
    return Table("closed_rules", TITLES["closed_rules"].of(lang), heads, rows)


def _answer(name: str, one: Confirmed, flags: int, planted: float) -> list[str]:
    other = one.closed - round(one.closed * one.precision) - one.false_alarms
    return [
        name, f"{one.closed:,}", number(one.precision), f"{number(one.low)}–{number(one.high)}" if one.closed >= FEWEST else "—",
        f"{one.false_alarms:,}", f"{other:,}", "" if one.weighs is None else _ranged(one.weighs), f"{flags:,}" if flags else "—", number(planted),
    ]  # fmt: skip


def _ranged(measured: tuple[float, float, float]) -> str:
    return "—" if math.isnan(measured[0]) else f"{number(measured[0])} ({number(measured[1])}–{number(measured[2])})"  # fmt: skip


def _closed_groups(closed: Answered, lang: str) -> Table:
    heads = _heads(lang, ("分组", "group"), ("销号", "closed"), ("查实", "confirmed"), ("95% 区间", "95 % interval"), ("", ""))  # fmt: skip
    rows = [[group_name(one.trait, one.value).of(lang), *_share(one, lang)] for one in closed.groups]  # fmt: skip
    return Table("closed_groups", TITLES["closed_groups"].of(lang), heads, rows)


def _share(one: Group, lang: str) -> list[str]:
    low = Text("**低**", "**low**").of(lang) if one.is_low else ""
    return [f"{one.flags:,}", number(one.precision), f"{number(one.low)}–{number(one.high)}", low]


def _rule_groups(truth: ByTruth, lang: str) -> Table:
    """Only groups of MANY flags and more: of fewer nothing is said."""
    heads = _heads(
        lang, ("规则", "rule"), ("分组", f"group ({MANY} flags or more)"), ("标出", "flags"), ("精确率", "precision"), ("95% 区间", "95 % interval"), ("", ""),
    )  # fmt: skip
    rows = [
        [_rule_name(name, lang), group_name(one.trait, one.value).of(lang), *_share(one, lang)]
        for name, groups in truth.rule_groups.items()
        for one in groups
    ]
    return Table("rule_groups", TITLES["rule_groups"].of(lang), heads, rows)


def _rule_name(name: str, lang: str) -> str:
    if name == BREACHES:
        return Text("全部违规规则", "all rules of breach").of(lang)
    return _named(name, lang) if name in signals() else title(Judgement.BREACH, name).of(lang)
