"""What a back-test found: lines for the terminal, and a page to keep."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from metrics.risk.backtest import (
    BOOSTING,
    LOGISTIC,
    MODEL,
    RATED,
    SINGLE,
    SINGLE_COLUMN,
    Backtest,
    Lead,
)  # fmt: skip
from metrics.risk.scores import BINS, VISITS, Score
from warehouse.arrays import Floats
from warehouse.text import Text

NAMES = {
    MODEL: Text("校准后的合成模型", "the model, calibrated"),
    LOGISTIC: Text("正则化逻辑回归", "regularised logistic"),
    BOOSTING: Text("梯度提升树", "gradient boosting"),
    SINGLE: Text("最好的单个指标（含轨迹）", "best single indicator, trajectories included"),
    SINGLE_COLUMN: Text("最好的单列", "best single column"),
    "plain z": Text("z 分数", "plain z"),
    "modified z": Text("修正 z 分数（DHIS2）", "modified z (DHIS2)"),
    "ECOD": Text("ECOD", "ECOD"),
    "isolation forest": Text("孤立森林（默认参数）", "isolation forest, defaults"),
}
HEADS = {
    "name": Text("排序依据", "ranking"),
    "precision": Text("平均精度（合并）", "average precision, pooled"),
    "interval": Text("95% 区间", "95 % interval"),
    "within": Text("各期之内", "within periods"),
    "area": Text("AUC", "AUC"),
    "visits": Text("每期前 {visits} 名中的命中", "hits among the first {visits} of a period").fill(
        visits=VISITS
    ),
}
TITLE = Text("按时间回测", "Back-test by time")
MOST = 12  # features whose weight is told


def lines(found: Backtest, lang: str) -> Iterator[str]:
    """The table of each lead, and what was set aside."""
    yield from (f"· {note.of(lang)}" for note in found.panel.notes)
    for lead in found.leads:
        yield ""
        yield heading(found, lead).of(lang)
        yield _line([each.of(lang) for each in HEADS.values()])
        yield from (_line(cells) for cells in table(lead, lang))
        yield from (each.of(lang) for each in remarks(lead))


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def heading(found: Backtest, lead: Lead) -> Text:
    first, last = (found.panel.label(lead.tested[at]) for at in (0, -1))
    events = int(lead.happened[lead.judged].sum())
    return Text(
        "提前 {lead} 期：检验 {first} 至 {last}，{rows} 行，其中 {events} 行发生",
        "Lead {lead}: {first} to {last} tested, {rows} rows, {events} with the event",
    ).fill(lead=lead.lead, first=first, last=last, rows=f"{lead.judged.size:,}", events=events)


def table(lead: Lead, lang: str) -> list[list[str]]:
    """A row for each ranking, in the order of HEADS."""
    return [
        [NAMES[name].of(lang), *_cells(lead.scores[name])] for name in RATED if name in lead.scores
    ]


def _cells(score: Score) -> list[str]:
    return [
        f"{score.precision:.3f}", f"{score.low:.3f}–{score.high:.3f}", f"{score.within:.3f}", f"{score.area:.3f}",
        f"{100 * score.visits:.1f}%",
    ]  # fmt: skip


def remarks(lead: Lead) -> list[Text]:
    """What the table does not say: the gain over the best indicator, and what the probabilities are worth."""
    times, low, high = lead.gain
    model = lead.scores[MODEL]
    return [
        Text(
            "平均精度为最好的单个指标的 {times} 倍（95% 区间 {low}–{high}）；随机排序为 {chance}。",
            "Average precision is {times} times that of the best single indicator (95 % interval {low}–{high}); drawing lots gives {chance}.",
        ).fill(times=f"{times:.2f}", low=f"{low:.2f}", high=f"{high:.2f}", chance=f"{_chance(lead):.3f}"),
        Text(
            "概率：Brier 技巧 {skill}，校准误差 {error}，最高十分之一的校准误差 {top}。",
            "Probabilities: Brier skill {skill}, calibration error {error}, in the highest tenth {top}.",
        ).fill(skill=_or_dash(model.skill), error=_or_dash(model.error), top=_or_dash(model.top_error)),
    ]  # fmt: skip


def _chance(lead: Lead) -> float:
    return float(lead.happened[lead.judged].mean())


def _or_dash(value: float) -> str:
    return "—" if math.isnan(value) else f"{value:.3f}"


def page(found: Backtest, lang: str) -> str:
    """The page as one HTML file that needs nothing else."""
    surroundings = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return surroundings.get_template("report.html").render(
        lang=lang, title=TITLE.of(lang), notes=[note.of(lang) for note in found.panel.notes],
        heads=[each.of(lang) for each in HEADS.values()], leads=[_shown(found, each, lang) for each in found.leads],
        about=[each.of(lang) for each in about(found)],
        words={name: text.of(lang) for name, text in WORDS.items()},
    )  # fmt: skip


WORDS = {
    "learnt": Text("各期所学", "What each period was learnt from"),
    "period": Text("期次", "period"),
    "rows": Text("训练行", "rows learnt from"),
    "events": Text("其中发生", "of them with the event"),
    "weights": Text("逻辑回归的权重（每一标准差对对数几率的贡献，最新一期）", "Weights of the logistic model (log odds of one spread, newest period)"),
    "calibration": Text("说的与发生的：按预测概率分为十组", "Promised and seen: ten groups by predicted probability"),
    "promised": Text("预测", "promised"),
    "seen": Text("实际", "seen"),
    "method": Text("方法", "Method"),
    "aside": Text("未用的列", "Set aside"),
}  # fmt: skip


def about(found: Backtest) -> list[Text]:
    """How it was reckoned, for whoever reads the page years later."""
    named = found.panel.named
    outcome = (
        Text(
            "结果列 {name} 已说明该行之后的情况，不再移位。",
            "The outcome {name} tells what follows its row and is not shifted.",
        )
        if found.order.is_aligned
        else Text(
            "结果列 {name} 在事件发生的期次为 1，按提前期移位：某行的结果是同一单位在提前期之后那一期的值；那时没有行的，不作检验。",
            "The outcome {name} is 1 in the period of the event and is shifted by the lead: a row's is that of the same unit so many periods later; rows without such a row are not judged.",
        )
    )
    return [
        Text("{rows} 行，{units} 个单位，{periods} 期，{columns} 列。", "{rows} rows, {units} units, {periods} periods, {columns} columns.").fill(
            rows=f"{found.panel.rows:,}", units=f"{found.panel.frame[named.unit].n_unique():,}",
            periods=found.panel.frame[named.period].n_unique(), columns=len(found.panel.numbers) + len(found.panel.kinds),
        ),
        outcome.fill(name=named.outcome),
        Text(
            "每一期只用当时已知的：期次加提前期不晚于该期的行。模型为岭回归、套索回归与小型提升树的对数几率之均值，概率由未见过的单位上的预测拟合。",
            "Each period uses what was known then: rows whose period and lead end no later. The model is the mean log odds of ridge, lasso and small boosted trees; probabilities are fitted on predictions for units not seen.",
        ),
        Text(
            "区间由 200 次按单位重抽样得出。基线与模型用同一批行；最好的单个指标在训练行上选出。",
            "Intervals come from 200 draws of units. Baselines see the same rows; the best single indicator is chosen on the rows learnt from.",
        ),
    ]  # fmt: skip


def _shown(found: Backtest, lead: Lead, lang: str) -> dict[str, Any]:
    heaviest = sorted(lead.weights.items(), key=lambda each: -abs(each[1]))[:MOST]
    return {
        "heading": heading(found, lead).of(lang),
        "table": table(lead, lang),
        "remarks": [each.of(lang) for each in remarks(lead)],
        "learnt": [
            (found.panel.label(at), f"{rows:,}", events)
            for at, (rows, events) in lead.learnt.items()
        ],
        "weights": [(named(name, lang), f"{weight:+.3f}") for name, weight in heaviest if weight],
        "calibration": groups(lead),
    }


HOWS = {
    "rank": Text("在同期中的名次", "rank in its period"),
    "peers": Text("在同类中的名次", "rank among its like"),
    "change": Text("较上一期的变化", "change since the period before"),
    "back": Text("较三期前的变化", "change since three periods before"),
    "peak": Text("距自身最高", "below its own peak"),
    "usual": Text("较自身以往平均", "against its own mean so far"),
    "swing": Text("以往变化的波动", "unsteadiness so far"),
    "climb": Text("名次的变化", "change of rank"),
    "missing": Text("缺失", "missing"),
    "seen": Text("至今次数", "times so far"),
    "gap": Text("距上一行的期数", "periods since the row before"),
}


def named(feature: str, lang: str) -> str:
    """A feature in words: its column, and how it was made of it."""
    column, _, how = feature.rpartition(":")
    return f"{column} · {HOWS[how].of(lang)}" if column and how in HOWS else feature


def groups(lead: Lead) -> list[tuple[str, str, float, float]]:
    """Promised and seen shares of BINS groups, as words and as shares of the largest."""
    rows = lead.judged
    promised: Floats = lead.rankings[MODEL][rows]
    order = np.argsort(promised, kind="stable")
    found = [
        (float(promised[part].mean()), float(lead.happened[rows][part].mean()))
        for part in np.array_split(order, BINS)
        if part.size
    ]
    most = max(max(each) for each in found) or 1.0
    return [(f"{100 * p:.2f}%", f"{100 * s:.2f}%", p / most, s / most) for p, s in found]
