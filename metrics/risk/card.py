"""The card of the models of risk: what they learnt from, what they are made of, what they were worth, and what they are not for.

`version` names the data and the parameters: the same rows and the same code have the same version, and a record that was measured on
another version says so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version as library
from typing import Any

import polars as pl

from metrics.risk.forecast import Foreseen
from metrics.risk.learners import MEMBERS, parameters
from metrics.risk.report import named
from metrics.risk.schools import CATEGORIES, CHOSEN, RATIOS, called, level_name
from warehouse.panel import KEYS
from warehouse.text import Text

SHOWN = 12  # hexadecimal digits of a version
HEAVIEST = 5  # weights of each model that are told
NUMBER_FORMAT = ".3f"
TITLE = Text("模型卡：风险", "Model card: risk")
MEMBER_NAMES = {
    "ridge": Text("岭回归", "ridge"),
    "lasso": Text("套索回归", "lasso"),
    "single": Text("最好的几列", "the few best columns"),
    "boosting": Text("提升树", "boosted trees"),
}
SECTIONS = {
    "learnt": Text("学自哪些数据", "What they learnt from"),
    "made": Text("由什么构成", "What they are made of"),
    "record": Text("实测成绩", "What they were worth"),
    "limits": Text("不得用于", "What they are not for"),
}
MADE = (
    Text(
        "特征：{numbers} 个数、{ratios} 个比值、校龄与临界限值项数，各取当年值、同期与同类名次、变化、峰值与波动；类别：{kinds_zh}。不含学校代码、名称与地名。",
        "Features: {numbers} numbers, {ratios} ratios, age and limits barely met, each as it stands, as a rank in its year and among its like, its changes, peak and unsteadiness; categories: {kinds_en}. No code, no name, no place.",
    ),
    Text(
        "构件：名次上的岭回归与套索回归、单列最好的三列、方向已知处单调的提升树；对数几率按份额平均，再由未见过的学校拟合成概率。",
        "Members: ridge and lasso on ranks, the three columns that are best by themselves, boosted trees that are monotone where a direction is known; their log odds are averaged by shares and made probabilities on schools not seen.",
    ),
)  # fmt: skip
LIMITS = (
    Text("概率只用来安排先看哪里，不预判任何结论；未经人员核实，不进入奖补、通报和评选。", "A probability says where to look first and judges nothing; unless a person confirmed it, it enters no award, naming or selection."),
    Text("依据说明是什么推动了模型，不说明原因。", "Reasons say what moved the models, not what causes it."),
    Text("只用于已报送、且尚未处于该状态的学校；只有一年数据的学校没有轨迹，名次仅凭水平。", "Only for schools that reported and are not in that state yet; a school with a single year has no trajectory and is ranked by its levels alone."),
    Text("发生很少的结果，请连同上表的区间与校准误差一并阅读。", "Where an outcome is rare, read its probabilities with the intervals and the calibration errors above."),
    Text("重新训练须由负责人签署；版本不同，成绩不可沿用。", "Training again is a signed act; a record does not hold for another version."),
)  # fmt: skip


@dataclass(frozen=True)
class Card:
    """`models`: one for each outcome and lead. `record`: the figures of an evaluation, None where there is none."""

    version: str
    schools: int
    rows: int
    years: tuple[int, int]
    is_synthetic: bool
    models: Sequence[Foreseen]
    record: Mapping[str, Any] | None


def version_of(rows: pl.DataFrame) -> str:
    """The digest of the rows of `schools.told`, of the parameters and of the library that fits."""
    ordered = rows.select(sorted(rows.columns)).sort(KEYS)
    made = json.dumps([parameters(), library("scikit-learn")], sort_keys=True)
    data = ordered.write_csv(float_precision=9)
    return sha256(f"{made}\n{data}".encode()).hexdigest()[:SHOWN]


def card(rows: pl.DataFrame, models: Sequence[Foreseen], record: Mapping[str, Any] | None, *, is_synthetic: bool) -> Card:  # fmt: skip
    """Of models fitted on rows of `schools.told`; `record`: the figures of an evaluation, None where there is none."""
    years = rows["year"].unique().sort().to_list()
    return Card(
        version_of(rows), rows["school_id"].n_unique(), rows.height, (years[0], years[-1]), is_synthetic, models, record,
    )  # fmt: skip


def sections(one: Card, lang: str) -> list[dict[str, Any]]:
    """key, title, lines, heads and rows of each part of the card, as texts: what is kept of it and what a page shows."""
    learnt, members = _learnt(one, lang), _members(one, lang)
    version = Text("版本 {version}。", "Version {version}.").fill(version=one.version)
    said, record = _record(one, lang)
    return [
        _section("learnt", lang, [version.of(lang), _data(one).of(lang)], learnt),
        _section("made", lang, [each.of(lang) for each in _made()], members),
        _section("record", lang, said, record),
        _section("limits", lang, [each.of(lang) for each in LIMITS], []),
    ]


def _section(key: str, lang: str, lines: Sequence[str], table: Sequence[Sequence[str]]) -> dict[str, Any]:  # fmt: skip
    head, *rows = table or [[]]
    return {"key": key, "title": SECTIONS[key].of(lang), "lines": list(lines), "heads": list(head), "rows": rows}  # fmt: skip


def markdown(told: Sequence[Mapping[str, Any]], lang: str) -> Iterator[str]:
    """Lines of the sections of a card."""
    yield f"# {TITLE.of(lang)}"
    for each in told:
        yield from ("", f"## {each['title']}", "")
        yield from (f"- {line}" for line in each["lines"])
        if each["lines"] and each["heads"]:
            yield ""
        if each["heads"]:
            yield from _table([each["heads"], *each["rows"]])


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    head, *rest = rows
    for cells in (head, ["---"] * len(head), *rest):
        yield "| " + " | ".join(cells) + " |"


def _data(one: Card) -> Text:
    told = Text(
        "{schools} 所学校，{first} 至 {last} 学年，{rows} 校年。", "{schools} schools, years {first} to {last}, {rows} school-years.",
    ).fill(schools=f"{one.schools:,}", first=one.years[0], last=one.years[1], rows=f"{one.rows:,}")  # fmt: skip
    if not one.is_synthetic:
        return told
    return Text(f"{told.zh}数据为合成数据。", f"{told.en} The data are synthetic.")


def _heads(lang: str, *heads: Text) -> list[str]:
    return [each.of(lang) for each in heads]


OUTCOME, LEAD = Text("结果", "outcome"), Text("年内", "years ahead")


def _learnt(one: Card, lang: str) -> list[list[str]]:
    rows = [_heads(lang, OUTCOME, LEAD, Text("学年", "years"), Text("校年", "school-years"), Text("发生", "events"), Text("预测的学校", "schools asked about"))]  # fmt: skip
    for each in one.models:
        head = [each.outcome.title.of(lang), str(each.lead)]
        if each.years is None:
            rows.append([*head, each.why.of(lang) if each.why else "—", "—", "—", "—"])
        else:
            rows.append([*head, "–".join(map(str, each.years)), *(f"{number:,}" for number in each.learnt), f"{len(each.forecasts):,}"])  # fmt: skip
    return rows


def _made() -> Iterator[Text]:
    kinds = [called(name) for name in CATEGORIES]
    told = {
        "numbers": len(CHOSEN), "ratios": len(RATIOS),
        "kinds_zh": "、".join(each.zh for each in kinds), "kinds_en": ", ".join(each.en for each in kinds),
    }  # fmt: skip
    yield from (each.fill(**told) for each in MADE)


def _members(one: Card, lang: str) -> list[list[str]]:
    rows = [_heads(lang, OUTCOME, LEAD, Text("份额", "shares"), Text("校准（斜率、截距）", "calibration (slope, shift)"), Text("最重的特征", "heaviest features"))]  # fmt: skip
    for each in one.models:
        if each.model is None:
            continue
        shares = [f"{MEMBER_NAMES[name].of(lang)} {each.model.members[name].share:.0%}" for name in MEMBERS]  # fmt: skip
        heaviest = sorted(each.model.weights.items(), key=lambda item: -abs(item[1]))[:HEAVIEST]
        rows.append([
            each.outcome.title.of(lang), str(each.lead), " + ".join(shares), f"{each.model.slope:.2f}, {each.model.shift:+.2f}",
            "; ".join(f"{_feature(name, lang)} {weight:+.2f}" for name, weight in heaviest if weight),
        ])  # fmt: skip
    return rows


def _feature(name: str, lang: str) -> str:
    """A feature in words: its column's, and how it was made of it or which category it is."""
    column, _, level = name.partition("=")
    if level:
        told = level_name(column, level)
        return f"{called(column).of(lang)} = {told.of(lang)}"
    column = name.partition(":")[0]
    return named(name, lang).replace(column, called(column).of(lang), 1)


def _record(one: Card, lang: str) -> tuple[list[str], list[list[str]]]:
    """What is said before the table, and the table."""
    if one.record is None:
        return [Text("尚未评估：请运行 zhijian review evaluate。", "Not measured yet: run zhijian review evaluate.").of(lang)], []  # fmt: skip
    said = []
    if one.record.get("version") != one.version:
        said.append(Text("下表为版本 {version} 的成绩，不是本版本的。", "This is the record of version {version}, not of this one.").fill(
            version=one.record.get("version", "—")
        ).of(lang))  # fmt: skip
    titles = {each.outcome.name: each.outcome.title for each in one.models}
    heads = _heads(
        lang, OUTCOME, LEAD, Text("平均精度", "average precision"), Text("95% 区间", "95 % interval"), Text("为最好单个指标的倍数", "times the best single indicator"),
        Text("Brier 技巧", "Brier skill"), Text("校准误差", "calibration error"), Text("最高十分之一", "highest tenth"),
    )  # fmt: skip
    told = [risk for risk in one.record["risks"] if "scores" in risk and risk["outcome"] in titles]
    rows = [[titles[risk["outcome"]].of(lang), str(risk["lead"]), *worth(risk)] for risk in told]
    return said, [heads, *rows] if rows else []


def worth(risk: Mapping[str, Any]) -> list[str]:
    """Average precision, its interval, the gain, the skill and the errors of one outcome and lead of an evaluation's figures."""
    model = risk["scores"]["model"]
    return [
        _number(model["precision"]), f"{_number(model['low'])}–{_number(model['high'])}", _number(risk["gain"][0]),
        _number(model["skill"]), _number(model["error"]), _number(model["top_error"]),
    ]  # fmt: skip


def _number(value: float | None) -> str:
    return "—" if value is None or math.isnan(value) else format(value, NUMBER_FORMAT)
