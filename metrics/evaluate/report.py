"""The record of an evaluation as Markdown and as data."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from metrics.evaluate.bars import bars, number
from metrics.evaluate.detectors import pyod_version
from metrics.evaluate.foretold import Warned
from metrics.evaluate.measures import Worth
from metrics.evaluate.rankings import BASELINES, DOUBTS, NAMES, group_name
from metrics.evaluate.run import Evaluation, Risk
from metrics.risk.backtest import MODEL, SINGLE
from metrics.risk.baselines import UNTAUGHT
from metrics.risk.scores import VISITS
from metrics.signals.discovery import signals
from warehouse.discovery import form
from warehouse.text import Text

TITLE = Text("评估：规则、疑点与风险", "Evaluation: rules, doubts and risk")
MET = {
    True: Text("达到", "met"),
    False: Text("**未达到**", "**missed**"),
    None: Text("无可判", "nothing to judge"),
}


BEGIN, END = "<!-- evaluation -->", "<!-- /evaluation -->"
"""Marks of a page between which an excerpt is put."""
TITLES = {
    "bars": Text("要求", "Bars"),
    "rankings": Text("疑点信号与基线", "Signals and baselines"),
    "kinds": Text("按种类的召回", "Recall by kind"),
    "rules": Text("违规规则", "Rules of breach"),
    "risks": Text("风险", "Risk"),
    "risk_groups": Text("风险（三者之一，一年内），按举办者、规模与大区", "Risk (any of the three, one year ahead) by sponsor, size and region"),
    "groups": Text("疑点的精确率与召回率，按举办者、规模与大区", "Precision and recall of the doubts by sponsor, size and region"),
}  # fmt: skip


class Table(NamedTuple):
    """A table of strings in one language; `key` names it in the data."""

    key: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def markdown(found: Evaluation, lang: str) -> Iterator[str]:
    """Lines of the record."""
    yield f"# {TITLE.of(lang)}"
    yield ""
    for each in about(found):
        yield f"- {each.of(lang)}"
    for table in tables(found, lang):
        yield ""
        yield f"## {table.title}"
        yield ""
        yield _line(table.heads)
        yield _line(["---"] * len(table.heads))
        yield from (_line(row) for row in table.rows)


def shown(found: Evaluation) -> dict[str, Any]:
    """By language what a page shows: the lines about it, and the tables."""
    return {
        lang: {"about": [each.of(lang) for each in about(found)], "tables": [each._asdict() for each in tables(found, lang)]}
        for lang in ("zh", "en")
    }  # fmt: skip


def excerpt(
    lines: Sequence[str], keys: Collection[str] = ("bars", "rankings", "risks")
) -> Iterator[str]:
    """Of a record's lines in Markdown: what was judged, and some of its tables under smaller headings."""
    titles = {f"## {TITLES[key].of(lang)}" for key in keys for lang in ("zh", "en")}
    is_told = True
    for line in lines[1:]:
        if line.startswith("## "):
            is_told = line in titles
        if is_told:
            yield f"#{line}" if line.startswith("#") else line


def put(text: str, lines: Sequence[str]) -> str:
    """A page's text with the lines between its two marks; without both of them as it is."""
    before, opened, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    return (
        "\n".join([before + opened, "", *lines, "", closed + after]) if opened and closed else text
    )


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def data(found: Evaluation) -> str:
    """The same tables as JSON, in English, with the numbers in full."""
    return json.dumps(
        {
            "version": found.version, "years": found.years, "school_years": found.schools,
            "bars": [{"what": one.what.en, "asked": one.asked, "reached": one.reached, "met": one.is_met} for one in bars(found)],
            "rankings": {name: _plain(one) for name, one in found.worth.items()},
            "rankings_in_data": {name: _plain(one) for name, one in found.worth_in_data.items()},
            "kinds": {kind: dict(zip(("speaking", "any", "visited", "cases"), row, strict=True)) for kind, row in found.kinds.items()},
            "rules": [vars(one) for one in found.rules], "groups": [_plain(one) for one in found.groups],
            "risks": [_risk_data(one) for one in found.risks],
        }, ensure_ascii=False, indent=1,
    )  # fmt: skip


def _plain(one: Any) -> dict[str, Any]:  # noqa: ANN401 - any named tuple
    return {name: None if _is_nan(value) else value for name, value in one._asdict().items()}


def _is_nan(value: Any) -> bool:  # noqa: ANN401 - any value
    return isinstance(value, float) and math.isnan(value)


def _risk_data(one: Risk) -> dict[str, Any]:
    head = {"outcome": one.outcome.name, "lead": one.lead}
    if one.found is None:
        return {**head, "why": one.why.en if one.why else ""}
    scores = {name: {key: None if _is_nan(value) else value for key, value in vars(score).items()} for name, score in one.found.scores.items()}  # fmt: skip
    return {
        **head,
        "rows": int(one.found.judged.size),
        "gain": list(one.found.gain),
        "warned": None if one.warned is None else _plain(one.warned),
        "groups": [_plain(each) for each in one.groups],
        "scores": scores,
    }


def about(found: Evaluation) -> list[Text]:
    """What was judged and how, and the limits of it."""
    lines = [
        Text(
            "学年 {first} 至 {last}，{schools} 校年；风险模型版本 {version}。", "Years {first} to {last}, {schools} school-years; models of risk {version}.",
        ).fill(first=found.years[0], last=found.years[-1], schools=f"{found.schools:,}", version=found.version),
        Text(
            "一所学校在某学年被标出，而该校当年有任何一个埋设的问题，即算标对；“仅数据问题”不计真实衰退、停办与实习红线。",
            "A flag is right where any planted case of that school lies in that year; “faults of data” leaves out real declines, closures and red lines.",
        ),
        Text(
            "基线与疑点排序看同一批学校，每年标出同样多所；最好的单列按此前学年的已知问题选出。",
            "Baselines see the same schools and flag as many each year as the doubts; the best column is chosen on the cases of the years before.",
        ),
        _detectors(),
        Text(
            "实习红线由违规规则判定，其列几乎全为 0，普通 z 分数因此把它们排在最前；疑点针对数据，应以“仅数据问题”为准。",
            "Red lines are judged by the rules of breach; their columns are nearly all 0, so a plain z puts them first. Doubts are about the data: “faults of data” is their measure.",
        ),
        Text(
            "清单也列出未经埋设、因学校自身做法而不达规定的校年（协议、保险、报酬、学时），由真实数据逐行得出。",
            "The list also holds the schools and years that fall short of a rule by their own ways (papers, insurance, pay, hours), read off the true rows.",
        ),
        Text(
            "数据为合成数据：真实系统中的精确率要由已办结的案件检验。",
            "The data are synthetic: in a real system precision has to be shown by closed cases.",
        ),
    ]  # fmt: skip
    if found.nobodys:
        lines.append(Text("{n} 个埋设的问题不属于库中任何学校。", "{n} planted cases belong to no school of the warehouse.").fill(n=found.nobodys))  # fmt: skip
    return lines


def _detectors() -> Text:
    installed = pyod_version()
    if installed is None:
        return Text("ECOD 与孤立森林由本程序按 PyOD 的默认设置计算（未安装 PyOD）。", "ECOD and the isolation forest are reckoned here as PyOD does by default (PyOD is not installed).")  # fmt: skip
    return Text("ECOD 与孤立森林为 PyOD {version} 的默认设置。", "ECOD and the isolation forest are PyOD {version}'s with its defaults.").fill(version=installed)  # fmt: skip


def tables(found: Evaluation, lang: str) -> Iterator[Table]:
    yield _bars(found, lang)
    yield _rankings(found, lang)
    yield _kinds(found, lang)
    yield _rules(found, lang)
    yield _risks(found, lang)
    yield _risk_groups(found, lang)
    yield _groups(found, lang)


def _heads(lang: str, *heads: tuple[str, str]) -> list[str]:
    return [Text(*each).of(lang) for each in heads]


def _bars(found: Evaluation, lang: str) -> Table:
    rows = [[one.what.of(lang), one.asked, one.reached, MET[one.is_met].of(lang)] for one in bars(found)]  # fmt: skip
    heads = _heads(
        lang, ("要求", "bar"), ("应达", "asked"), ("实际", "reached"), ("结论", "result")
    )
    return Table("bars", TITLES["bars"].of(lang), heads, rows)


def _rankings(found: Evaluation, lang: str) -> Table:
    names = [DOUBTS, *BASELINES, *(code for code in signals() if code in found.worth)]
    heads = _heads(
        lang, ("排序", "ranking"), ("标出", "flags"), ("精确率", "precision"), ("仅数据问题", "faults of data"), ("召回率", "recall"),
        ("仅数据问题", "faults of data"), ("前 1%", "top 1 %"), ("仅数据问题", "faults of data"),
        (f"各省前 {VISITS} 所", f"first {VISITS} of each province"), ("每百校误报", "false alarms per 100 schools"),
        ("每省每年误报", "false alarms per reviewer and round"), ("年际重合", "stability"),
    )  # fmt: skip
    rows = [[_named(name, lang), *_worth(found.worth[name], found.worth_in_data[name])] for name in names]  # fmt: skip
    return Table("rankings", TITLES["rankings"].of(lang), heads, rows)


def _named(name: str, lang: str) -> str:
    return NAMES[name].of(lang) if name in NAMES else f"{name} {signals()[name].title.of(lang)}"


def _worth(every: Worth, in_data: Worth) -> list[str]:
    return [
        f"{every.flags:,}", number(every.precision), number(in_data.precision), number(every.recall), number(in_data.recall),
        number(every.top), number(in_data.top), number(every.visits), f"{every.false_alarms:.1f}", f"{every.per_reviewer:.2f}", number(every.stability),
    ]  # fmt: skip


def _kinds(found: Evaluation, lang: str) -> Table:
    heads = _heads(
        lang, ("种类", "kind"), ("数据问题", "fault of data"), ("问题数", "cases"), ("有结论的疑点", "doubts that speak"),
        ("任何疑点", "any doubt"), ("到首次提出的轮次", "rounds until it is told"), (f"各省前 {VISITS} 所", f"first {VISITS} of each province"),
    )  # fmt: skip
    rows = [
        [
            kind, "✓" if kind in found.in_data else "", f"{of}", _part(speaking, of), _part(every, of),
            f"{found.delays[kind]:.1f}" if kind in found.delays else "—", _part(visited, of),
        ]
        for kind, (speaking, every, visited, of) in found.kinds.items()
    ]  # fmt: skip
    return Table("kinds", TITLES["kinds"].of(lang), heads, rows)


def _part(caught: int, of: int) -> str:
    return f"{caught} ({caught / of:.0%})"


def _rules(found: Evaluation, lang: str) -> Table:
    heads = _heads(lang, ("报表", "form"), ("规则", "rule"), ("校年", "school-years"), ("标对", "right"), ("精确率", "precision"))  # fmt: skip
    rows = [
        [form(one.form).title.of(lang), one.rule, f"{one.flags:,}", f"{one.right:,}", number(one.right / one.flags)]
        for one in found.rules
    ]  # fmt: skip
    return Table("rules", TITLES["rules"].of(lang), heads, rows)


def _risks(found: Evaluation, lang: str) -> Table:
    heads = _heads(
        lang, ("结果", "outcome"), ("年内", "years ahead"), ("校年", "school-years"), ("发生", "events"), ("平均精度", "average precision"),
        ("最好的单个指标", "best single indicator"), ("最好的离群检测", "best detector of outliers"), ("倍数（95% 区间）", "gain (95 % interval)"),
        ("Brier 技巧", "Brier skill"), ("校准误差", "calibration error"), ("最高十分之一", "highest tenth"),
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
        f"{times:.2f} ({low:.2f}–{high:.2f})", number(model.skill), number(model.error), number(model.top_error), *_early(one.warned),
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


def _groups(found: Evaluation, lang: str) -> Table:
    heads = _heads(lang, ("分组", "group"), ("标出", "flags"), ("精确率", "precision"), ("95% 区间", "95 % interval"), ("", ""),
        ("数据问题", "faults of data"), ("召回率", "recall"), ("95% 区间", "95 % interval"))  # fmt: skip
    low = Text("**低**", "**low**").of(lang)
    rows = [
        [group_name(one.trait, one.value).of(lang), f"{one.flags:,}", number(one.precision), f"{number(one.low)}–{number(one.high)}", low if one.is_low else "", f"{one.cases:,}", *_between(one.recall)]
        for one in found.groups
    ]  # fmt: skip
    return Table("groups", TITLES["groups"].of(lang), heads, rows)  # fmt: skip
