"""Doubts, limits missed and forecasts as flags: their sentence, and what a page shows beside it.

`detail` in JSON, texts as [zh, en]:

    title, fact, clears   what it is called, what is said of the number alone (doubts, risks), what would clear it (doubts)
    value, low, high, peers, unit, decimals   the number and its expected range
    history, scale        [[year, value], ...], oldest first, each times `scale` where it is printed; `of` what it tells where that is not the rule's own number (risks)
    parts                 [{label, amount, cells: [[form, column], ...]}, ...]; the amounts add up to `score`
    model                 {number, version} of the signed model that says so, null of one that nobody signed (risks)
    law                   code of the entry that is broken (breaches)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from metrics.risk.forecast import Forecast
from metrics.risk.schools import OUTCOMES, Outcome
from metrics.signals.doubt import Doubt, Suspect
from metrics.signals.numbers import label
from metrics.signals.panel import LAGS
from warehouse.flags import Found, Judgement
from warehouse.form import PERSONS
from warehouse.panel import KEYS

TIMES_USUAL = 2.0  # a chance that is so many times the usual one is told
PLACES = 6  # decimals that are kept


def of_suspects(suspects: Iterable[Suspect]) -> Iterator[Found]:
    """A flag for each doubt. `weight` is what it adds to its school's total."""
    for one in suspects:
        for doubt, amount in one.weighed:
            yield Found(
                Judgement.DOUBT, doubt.school_id, doubt.year, doubt.signal.code, doubt.signal.tier.value, one.speaks, round(amount, PLACES),
                doubt.sentence, _of_doubt(doubt),
            )  # fmt: skip


def _of_doubt(one: Doubt) -> dict[str, Any]:
    shown = one.shown
    return {
        "title": one.signal.title, "fact": one.said, "clears": one.signal.clears, "family": one.signal.family.value,
        "score": one.score, "value": one.value, "low": one.low, "high": one.high, "peers": one.peers,
        "unit": shown.unit, "decimals": shown.decimals, "scale": shown.scale, "history": one.history,
        "parts": [{"label": each.label, "amount": each.amount, "cells": each.cells} for each in one.contributions],
    }  # fmt: skip


def rule_of(outcome: Outcome, lead: int) -> str:
    """ends.1: closes or is merged within a year."""
    return f"{outcome.name}.{lead}"


def outcome_of(rule: str) -> tuple[Outcome, int]:
    """The outcome and the lead of a rule of risk."""
    name, lead = rule.split(".")
    return next(one for one in OUTCOMES if one.name == name), int(lead)


Histories = Mapping[int, Sequence[tuple[int, float]]]


def histories(rows: pl.DataFrame) -> Histories:
    """By school (year, students), the newest year and up to LAGS before it, oldest first; from `schools.told`."""
    known = rows.select(*KEYS, "students").drop_nulls().sort(KEYS)
    told = known.filter(pl.col("year") >= pl.col("year").max() - LAGS).group_by("school_id", maintain_order=True).agg("year", "students")  # fmt: skip
    return {school: list(zip(years, values, strict=True)) for school, years, values in told.iter_rows()}  # fmt: skip


def of_forecasts(forecasts: Iterable[Forecast], model: tuple[int, str] | None, students: Histories) -> Iterator[Found]:  # fmt: skip
    """A flag for each chance that is clearly above the usual one, with the school's students over the years.

    `model`: number and version of what was signed, None of nothing signed.
    """
    for one in forecasts:
        if one.probability >= TIMES_USUAL * one.usual:
            yield Found(
                Judgement.RISK, one.school_id, one.year, rule_of(one.outcome, one.lead), "model", True, round(one.probability, PLACES),  # noqa: FBT003 - a field
                one.sentence, {**_of_forecast(one, model), "history": students.get(one.school_id, []), "of": label("students"), "unit": PERSONS, "decimals": 0},
            )  # fmt: skip


def _of_forecast(one: Forecast, model: tuple[int, str] | None) -> dict[str, Any]:
    return {
        "model": {"number": model[0], "version": model[1]} if model else None,
        "title": one.outcome.title, "fact": one.fact, "value": one.probability, "usual": one.usual,
        "parts": [{"label": each.label, "amount": each.amount, "cells": []} for each in one.reasons],
    }  # fmt: skip
