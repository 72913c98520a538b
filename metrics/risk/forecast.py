"""What the models say of the newest year: a probability for each school that is not in that state yet, with its reasons.

The reasons are contributions of the logistic members (weight times value, added up over what is made of one column): they say what
moved these models' log odds, not what the trees make of it, and not what causes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from metrics.risk.backtest import what_is_known
from metrics.risk.learners import Data, data_of, fit
from metrics.risk.panel import Panel, panel_of
from metrics.risk.schools import NAMED, Outcome, called, known, panel_columns
from metrics.signals.doubt import OTHERS
from warehouse.arrays import Floats, Ints
from warehouse.text import Text

LISTED = 5  # reasons: the fifth stands for all others
SAID = Text(
    "{year} 学年起 {lead} 年内{happens_zh}的概率为 {chance}（以往同类情形中为 {usual}）；依据（对数几率）：{reasons_zh}。",
    "Within {lead} year(s) from {year} it {happens_en} with a probability of {chance} ({usual} of all before); made of (log odds): {reasons_en}.",
)


class Reason(NamedTuple):
    """What everything made of one column adds to the log odds of the logistic members."""

    label: Text
    amount: float


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """One school and outcome: `usual` is the share of all known rows in which it happened."""

    school_id: int
    year: int
    outcome: Outcome
    lead: int
    probability: float
    usual: float
    reasons: tuple[Reason, ...]

    @property
    def sentence(self) -> Text:
        return SAID.fill(
            year=self.year, lead=self.lead, happens_zh=self.outcome.happens.zh, happens_en=self.outcome.happens.en,
            chance=f"{self.probability:.1%}", usual=f"{self.usual:.1%}",
            reasons_zh="、".join(f"{one.label.zh} {one.amount:+.2f}" for one in self.reasons),
            reasons_en=", ".join(f"{one.label.en} {one.amount:+.2f}" for one in self.reasons),
        )  # fmt: skip


def forecasts(rows: pl.DataFrame, outcome: Outcome, lead: int) -> list[Forecast]:
    """Of the newest year of `schools.told`, the likeliest first; fitted on everything known. BadPanel where it never happened."""
    frame = known(rows, outcome, lead)
    panel = panel_of(panel_columns(frame), NAMED)
    data = data_of(panel, what_is_known(panel, lead, is_aligned=True), outcome.directions)
    learn = np.flatnonzero(~np.isnan(panel.outcome))
    model = fit(data, learn, panel.outcome[learn])
    asked = _asked(panel, frame)
    usual = float(panel.outcome[learn].mean())
    said = _reasons(data, model.slopes, asked)
    chances = model.probability(asked)
    units, years = panel.frame["school_id"].to_numpy(), panel.frame["year"].to_numpy()
    found = [
        Forecast(
            school_id=int(units[at]), year=int(years[at]), outcome=outcome, lead=lead, probability=float(chance), usual=usual,
            reasons=reasons,
        )
        for at, chance, reasons in zip(asked, chances, said, strict=True)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.probability, one.school_id))


def _asked(panel: Panel, frame: pl.DataFrame) -> Ints:
    """Rows of the newest year that are not in that state; `frame` has the panel's order."""
    is_newest = panel.period == panel.period.max()
    found: Ints = np.flatnonzero(is_newest & ~frame["is_in_it"].to_numpy())
    return found


def _reasons(data: Data, per_unit: Floats, asked: Ints) -> Iterator[tuple[Reason, ...]]:
    """Of each row: what adds most or takes most, then all others together; they add up to the mean log odds less where they start."""
    columns = [name.partition(":")[0].partition("=")[0] for name in data.even_names]
    names = list(dict.fromkeys(columns))
    place = np.asarray([names.index(column) for column in columns])
    parts = data.even[asked] * per_unit
    for row in parts:
        added: Floats = np.bincount(place, row, len(names)).astype(np.float64)
        yield _listed(names, added)


def _listed(names: list[str], amounts: Floats) -> tuple[Reason, ...]:
    order = np.argsort(-np.abs(amounts), kind="stable")
    first, rest = order[: LISTED - 1], order[LISTED - 1 :]
    return (
        *(Reason(called(names[at]), float(amounts[at])) for at in first),
        Reason(OTHERS, float(amounts[rest].sum())),
    )
