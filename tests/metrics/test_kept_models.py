"""A kept model is numbers: read back it says what it said when it was fitted, of the same schools and of others; anything else is refused."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import polars as pl
import pytest

from metrics.errors import BadModel
from metrics.risk.forecast import Foreseen, foreseen, scored
from metrics.risk.kept import document, read_document
from metrics.risk.schools import BELOW, ENDS, SHRINKS
from tests.metrics.test_card import rows

WANTED = [(ENDS, 1), (SHRINKS, 1), (BELOW, 1)]


@cache
def fitted() -> list[Foreseen]:
    return foreseen(rows(), WANTED)


@cache
def text() -> str:
    return document(fitted())


def said(
    found: list[Foreseen],
) -> dict[tuple[str, int], tuple[float, float, list[tuple[str, float]]]]:
    return {
        (one.outcome.name, each.school_id): (each.probability, each.usual, [(why.label.en, why.amount) for why in each.reasons])
        for one in found for each in one.forecasts
    }  # fmt: skip


def test_what_was_kept_says_the_same_of_the_same_schools() -> None:
    again = said(scored(rows(), read_document(text())))
    before = said(fitted())
    assert before
    assert again.keys() == before.keys()
    for key, (chance, usual, why) in before.items():
        assert again[key][0] == pytest.approx(chance, abs=1e-9)
        assert again[key][1] == usual
        assert dict(again[key][2]) == pytest.approx(dict(why), abs=1e-9)


def test_the_same_models_are_the_same_document_and_a_read_one_too() -> None:
    assert document(read_document(text())) == text()
    assert document(foreseen(rows(), WANTED)) == text()


def test_what_could_not_be_learnt_is_kept_with_its_reason() -> None:
    below = next(one for one in read_document(text()) if one.outcome is BELOW)
    assert below.model is None
    assert below.why == next(one for one in fitted() if one.outcome is BELOW).why
    again = next(one for one in scored(rows(), read_document(text())) if one.outcome is BELOW)
    assert again.forecasts == ()
    assert again.why == below.why


def test_a_new_year_new_members_and_a_column_that_is_gone_are_scored_without_fitting(monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    models = read_document(text())
    monkeypatch.setattr("metrics.risk.forecast.fit_all", None)
    newest = rows()["year"].max()
    later = rows().filter(pl.col("year") == newest).with_columns(
        pl.col("year") + 1, sponsor=pl.when(pl.col("school_id") % 2 == 0).then(pl.lit("a new one")).otherwise("sponsor"),
        staff=pl.lit(None, dtype=rows().schema["staff"]),
    )  # fmt: skip
    found = scored(pl.concat([rows(), later]).with_columns(staff=pl.lit(None, dtype=rows().schema["staff"])), models)  # fmt: skip
    (ends,) = [one for one in found if one.outcome is ENDS]
    assert {one.year for one in ends.forecasts} == {newest + 1}  # type: ignore[operator]  # a number
    assert all(0 < one.probability < 1 for one in ends.forecasts)
    assert len({one.probability for one in ends.forecasts}) > 10


def _broken(change: str) -> str:
    told: dict[str, Any] = json.loads(text())
    model = told["models"][0]["model"]
    boosting = model["members"]["boosting"]
    match change:
        case "format":
            told["format"] = 99
        case "short":
            model["slopes"] = model["slopes"][:-1]
        case "ring":
            inner = next(at for at, column in enumerate(boosting["column"]) if column >= 0)
            boosting["left"][inner] = inner
        case "column":
            boosting["column"][0] = 10_000
        case "nodes":
            boosting["value"] = boosting["value"][:-1]
        case "outcome":
            told["models"][0]["outcome"] = "nobody knows"
        case _:
            del model["shift"]
    return json.dumps(told)


@pytest.mark.parametrize("change", ["format", "short", "ring", "column", "nodes", "outcome", "lacks"])  # fmt: skip
def test_a_document_that_is_not_whole_is_refused(change: str) -> None:
    with pytest.raises(BadModel, match="train again"):
        read_document(_broken(change))


@pytest.mark.parametrize("wrong", ["", "[]", "cposix\nsystem\n(S'true'\ntR."])
def test_anything_else_is_no_model_and_runs_nothing(wrong: str) -> None:
    with pytest.raises(BadModel):
        read_document(wrong)
