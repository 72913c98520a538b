"""The record of an evaluation as Markdown and as data."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from metrics.evaluate.bars import bars
from metrics.evaluate.detectors import pyod_version
from metrics.evaluate.run import Evaluation, Risk
from metrics.evaluate.tables import TITLES, tables
from metrics.evaluate.truth import ByTruth
from warehouse.text import Text

TITLE = Text("评估：规则、疑点与风险", "Evaluation: rules, doubts and risk")
BEGIN, END = "<!-- evaluation -->", "<!-- /evaluation -->"
"""Marks of a page between which an excerpt is put."""
PLANTED = (
    Text(
        "一所学校在某学年被标出，而该校当年有任何一个埋设的问题，即算标对；“仅数据问题”不计真实衰退、停办与实习红线。",
        "A flag is right where any planted case of that school lies in that year; “faults of data” leaves out real declines, closures and red lines.",
    ),
    Text(
        "基线与疑点排序看同一批学校，每年标出同样多所；最好的单列按此前学年的已知问题选出。",
        "Baselines see the same schools and flag as many each year as the doubts; the best column is chosen on the cases of the years before.",
    ),
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
)
"""Of a ministry with planted truth; after the second stands which detectors were used."""
NOT_PLANTED = Text(
    "库中没有埋设的问题（真实系统即是如此）：规则与疑点按销号结论评估，风险按后来实际发生的情况评估。",
    "Nothing is planted in this warehouse, as in any real ministry: rules and doubts are judged by closed cases, risk by what became of the schools.",
)


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
    lines: Sequence[str], keys: Collection[str] = ("bars", "rankings", "closed_rules", "risks")
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
            **({} if found.truth is None else _truth_data(found.truth)),
            "closed": {
                "cases": found.closed.closed, "ranking": _plain(found.closed.ranking), "first": _plain(found.closed.first),
                "rules": [_plain(one) for one in found.closed.rules], "groups": [_plain(one) for one in found.closed.groups],
            },
            "risks": [risk_data(one) for one in found.risks],
        }, ensure_ascii=False, indent=1, allow_nan=False,
    )  # fmt: skip


def _truth_data(truth: ByTruth) -> dict[str, Any]:
    return {
        "rankings": {name: _plain(one) for name, one in truth.worth.items()},
        "rankings_in_data": {name: _plain(one) for name, one in truth.worth_in_data.items()},
        "kinds": {kind: dict(zip(("speaking", "any", "visited", "cases"), row, strict=True)) for kind, row in truth.kinds.items()},
        "rules": [vars(one) for one in truth.rules], "groups": [_plain(one) for one in truth.groups],
        "rule_groups": {name: [_plain(one) for one in groups] for name, groups in truth.rule_groups.items()},
    }  # fmt: skip


def _plain(one: Any) -> dict[str, Any]:  # noqa: ANN401 - any named tuple
    return {name: _known(value) for name, value in one._asdict().items()}


def _known(value: Any) -> Any:  # noqa: ANN401 - any value
    """Itself, or null for what is not a number, inside tuples too: JSON knows no NaN."""
    if isinstance(value, tuple):
        return [_known(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def risk_data(one: Risk) -> dict[str, Any]:
    """One outcome and lead as data, NaN as null."""
    head = {"outcome": one.outcome.name, "lead": one.lead}
    if one.found is None:
        return {**head, "why": one.why.en if one.why else ""}
    return {
        **head,
        "rows": int(one.found.judged.size),
        "gain": _known(one.found.gain),
        "warned": None if one.warned is None else _plain(one.warned),
        "groups": [_plain(each) for each in one.groups],
        "scores": {name: {key: _known(value) for key, value in vars(score).items()} for name, score in one.found.scores.items()},
    }  # fmt: skip


def about(found: Evaluation) -> list[Text]:
    """What was judged and how, and the limits of it."""
    head = Text(
        "学年 {first} 至 {last}，{schools} 校年；风险模型版本 {version}。", "Years {first} to {last}, {schools} school-years; models of risk {version}.",
    ).fill(first=found.years[0], last=found.years[-1], schools=f"{found.schools:,}", version=found.version)  # fmt: skip
    of_truth = [NOT_PLANTED] if found.truth is None else list(_of_truth(found.truth))
    return [head, *of_truth, *_of_closed(found)]


def _of_truth(truth: ByTruth) -> Iterator[Text]:
    yield from PLANTED[:2]
    yield _detectors()
    yield from PLANTED[2:]
    if truth.nobodys:
        yield Text("{n} 个埋设的问题不属于库中任何学校。", "{n} planted cases belong to no school of the warehouse.").fill(n=truth.nobodys)  # fmt: skip


def _of_closed(found: Evaluation) -> Iterator[Text]:
    closed = found.closed.closed
    if not closed:
        yield Text("还没有销号的核查件，规则尚不能按核查结论评估。", "No case has been closed yet, so rules cannot be judged by what people found.")  # fmt: skip
        return
    yield Text(
        "已销号核查件 {n} 件：数据填报错误、情况属实异常、已整改为标对，口径不同与误报为标错；按派发时的疑点计。",
        "{n} closed cases: a wrong number, a true anomaly and what was put right confirm a flag, another definition and a false alarm do not; as flagged when they were dispatched.",
    ).fill(n=f"{closed:,}")  # fmt: skip
    yield Text(
        "派发由人挑选，不是随机样本：销号结论说明被查的疑点对不对，不说明没有被标出的学校；后者由抽样核查中的随机部分估计。",
        "People choose what is dispatched, so closed cases are no random sample: they tell whether flags that were looked into were right, not what was missed; the random arm of the spot checks estimates that.",
    )


def _detectors() -> Text:
    installed = pyod_version()
    if installed is None:
        return Text("ECOD 与孤立森林由本程序按 PyOD 的默认设置计算（未安装 PyOD）。", "ECOD and the isolation forest are reckoned here as PyOD does by default (PyOD is not installed).")  # fmt: skip
    return Text("ECOD 与孤立森林为 PyOD {version} 的默认设置。", "ECOD and the isolation forest are PyOD {version}'s with its defaults.").fill(version=installed)  # fmt: skip
