"""Training the models of risk is an act of its own: fitted, tested by time, and kept as a candidate that people put in force.

The night only scores with what is in force. Before anything is, it fits as it goes, and says so of every risk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from metrics.errors import BadPanel
from metrics.evaluate.report import risk_data
from metrics.evaluate.run import risk
from metrics.judgement.found import TIMES_USUAL, rule_of
from metrics.risk.card import card, sections, version_of
from metrics.risk.forecast import Foreseen, foreseen, scored
from metrics.risk.kept import document, read_document
from metrics.risk.schools import LEADS, OUTCOMES, read_schools
from warehouse import evaluations, flags, models
from warehouse.errors import ModelRefused, ZhijianError
from warehouse.models import Deed, Kept, Made
from warehouse.notices import tell
from warehouse.places import NATION
from warehouse.rights import Right
from warehouse.scope import Scope
from warehouse.store import Reader, Warehouse
from warehouse.text import Text

Say = Callable[[str], None]
SCOPE = Scope("train", NATION, "records", ())
ASKED = Text(
    "风险模型 {version} 已训练并按时间回测，请在“预警实绩”查看模型卡并决定是否生效。",
    "Models of risk {version} were trained and tested by time: open the record of the warnings, read the card and decide whether they come into force.",
)  # fmt: skip
IN_FORCE = Text("生效中的模型 {version}（编号 {number}）", "Models in force: {version} (number {number})")  # fmt: skip
CANDIDATE = Text(
    "尚无生效的模型；以下为候选 {version}（编号 {number}）", "No models are in force; this is the candidate {version} (number {number})",
)  # fmt: skip


class Trained(NamedTuple):
    """A candidate: its number and version, how many of its models could be fitted, and who was told."""

    number: int
    version: str
    fitted: int
    of: int
    told: int


class Signed(NamedTuple):
    """Models in force, read from what was signed."""

    number: int
    version: str
    models: tuple[Foreseen, ...]


def train(warehouse: Warehouse, now: datetime, say: Say) -> Trained:
    """Fit, test and keep; whoever may sign is told. BadPanel where nothing can be learnt."""
    with warehouse.reading(SCOPE) as reader:
        years = flags.years_on_record(reader)
        loads = flags.loads_now(reader)
        rows = read_schools(reader, warehouse.ladder, NATION, years)
        record, is_synthetic = evaluations.newest(reader), "synthetic" in warehouse.settings()
    found = foreseen(rows)
    fitted = sum(each.model is not None for each in found)
    if not fitted:
        raise BadPanel(
            "没有可学习的结果", "nothing can be learnt: " + "; ".join(sorted({each.why.en for each in found if each.why})),
            "请在有更多学年的数据后再训练。", "Train when more years have been reported.",
        )  # fmt: skip
    figures = back_tested(rows, record.figures if record else {}, say)
    told = card(rows, found, figures, is_synthetic=is_synthetic)
    made = Made(
        told.version, now, told.years, told.schools, loads, {lang: sections(told, lang) for lang in ("zh", "en")}, figures, document(found),
    )  # fmt: skip
    with warehouse.writing() as writer:
        number = models.keep(writer, made)
        asked = tell(writer, ASKED.fill(version=made.version), kind="model", object="/record", place=NATION, right=Right.DISPATCH)  # fmt: skip
    return Trained(number, made.version, fitted, len(found), asked)


def back_tested(rows: pl.DataFrame, record: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """The back-test by time of every outcome and lead: the newest evaluation's, where it was of the very same version."""
    version = version_of(rows)
    if record.get("version") == version:
        return {"version": version, "risks": record["risks"]}
    risks = [risk_data(risk(rows, outcome, lead, say)) for outcome in OUTCOMES for lead in LEADS]
    return {"version": version, "risks": risks}


def said(done: Trained) -> Iterator[Text]:
    yield Text(
        "候选模型 {version}（编号 {number}）：{of} 个模型中拟合了 {fitted} 个。", "Candidate {version} (number {number}): {fitted} of {of} models were fitted.",
    ).fill(**done._asdict())  # fmt: skip
    yield Text(
        "已通知 {told} 人；由一人提议、另一人在“预警实绩”页签署后生效。", "{told} people were told; one proposes it and another signs it on the page of the record.",
    ).fill(told=done.told)  # fmt: skip


def standing(reader: Reader) -> tuple[Kept, Text]:
    """The models in force, or the newest candidate, with what they are; ModelRefused where there is neither."""
    every = models.listed(reader)
    force = next((each for each in every if each.is_in_force), None)
    one = force or next((each for each in every if each.last is not Deed.REFUSE), None)
    if one is None:
        raise ModelRefused("还没有训练过风险模型；请运行 zhijian review train。", "No models of risk have been trained: run zhijian review train.")  # fmt: skip
    return one, (IN_FORCE if force else CANDIDATE).fill(version=one.version, number=one.model_id)


def signed(reader: Reader) -> Signed | Text | None:
    """The models in force, None before any is; why, where what was signed cannot be read as it was."""
    one = models.in_force(reader)
    if one is None:
        return None
    try:
        return Signed(one.model_id, one.version, tuple(read_document(models.document(reader, one))))
    except ZhijianError as problem:
        return Text(problem.zh, problem.en)


def judged(rows: pl.DataFrame, force: Signed | Text | None) -> list[Foreseen]:
    """What models say of the newest year: those in force, of what is clearly above the usual; before any is, models fitted now. Where those in force cannot be read nothing is said."""
    if isinstance(force, Text):
        return [Foreseen(outcome=outcome, lead=lead, why=force) for outcome in OUTCOMES for lead in LEADS]  # fmt: skip
    return foreseen(rows) if force is None else scored(rows, force.models, TIMES_USUAL)


def notes_of(found: list[Foreseen]) -> dict[str, Text]:
    """By rule why nothing can be said of an outcome."""
    return {rule_of(one.outcome, one.lead): one.why for one in found if one.why is not None}
