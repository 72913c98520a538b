"""The card of the models says what they are, and a record of another version is not taken for theirs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from metrics.risk import learners
from metrics.risk.card import Card, card, markdown, sections, version_of
from metrics.risk.forecast import Foreseen, foreseen
from metrics.risk.schools import CATEGORIES, ENDS, LEVELS, SHRINKS, level_name
from tests.panels import made

FOREVER = 9999


@cache
def rows() -> pl.DataFrame:
    """The schools of the made-up panel, which close when they shrink; some are private."""
    panel = made(units=120).rename({"noise1": "staff", "noise2": "books"})
    closes = pl.col("closed").max().over("school_id") == 1
    return panel.select(
        pl.col("school_id").str.slice(1).cast(pl.Int64), "year", "students", "sponsor", "staff", "books", limits_missed=pl.lit(0.0),
        last_year=pl.when(closes).then(pl.col("year").max().over("school_id")).otherwise(FOREVER),
    )  # fmt: skip


@cache
def models() -> list[Foreseen]:
    return foreseen(rows(), [(ENDS, 1), (SHRINKS, 1)])


def of(record: Mapping[str, Any] | None) -> Card:
    return card(rows(), models(), record, is_synthetic=True)


def said(one: Card, lang: str) -> str:
    return "\n".join(markdown(sections(one, lang), lang))


def test_the_same_rows_have_the_same_version_in_any_order() -> None:
    dice = np.random.default_rng(1)
    shuffled = rows()[dice.permutation(rows().height)].select(reversed(rows().columns))
    assert version_of(shuffled) == version_of(rows())


def test_another_number_or_parameter_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = version_of(rows())
    one = pl.col("students") + pl.when(pl.int_range(pl.len()) == 5).then(1.0).otherwise(0.0)
    assert version_of(rows().with_columns(students=one)) != before
    monkeypatch.setattr(learners, "RIDGE", learners.RIDGE * 2)
    assert version_of(rows()) != before


def test_the_card_says_what_was_learnt_and_what_it_is_made_of() -> None:
    one = of(None)
    zh, en = said(one, "zh"), said(one, "en")
    first = one.models[0]
    assert one.version in zh
    assert f"| 2015–2019 | {first.learnt[0]:,} | {first.learnt[1]:,} |" in zh
    assert "The data are synthetic" in en
    assert "Not measured yet" in en
    assert "ridge" in en
    assert "Students" in en
    assert "{" not in zh + en
    assert "it enters no award" in en


def test_a_record_is_shown_and_one_of_another_version_says_so() -> None:
    score = {
        "precision": 0.5,
        "low": 0.4,
        "high": 0.6,
        "skill": 0.1,
        "error": 0.02,
        "top_error": None,
    }
    told = {"outcome": "ends", "lead": 1, "gain": [1.5, 1.0, 2.0], "scores": {"model": score}}
    untested = {"outcome": "shrinks", "lead": 1, "why": "too few"}
    ours = said(of({"version": version_of(rows()), "risks": [told, untested]}), "en")
    assert "| Closes or is merged | 1 | 0.500 | 0.400–0.600 | 1.500 | 0.100 | 0.020 | — |" in ours
    assert "not of this one" not in ours
    assert "record of version 0123, not of this one" in said(of({"version": "0123", "risks": [told]}), "en")  # fmt: skip


def test_every_category_has_names_for_its_members() -> None:
    assert set(LEVELS) == set(CATEGORIES)
    assert level_name("sponsor", "education").zh != level_name("sponsor", "education").en
