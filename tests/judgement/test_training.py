"""The night scores with what was signed and fits nothing; before anything is, it fits and says so; what cannot be read says nothing."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from metrics.errors import BadPanel
from metrics.judgement import training
from metrics.judgement.found import TIMES_USUAL, histories, of_forecasts
from metrics.judgement.round import Desk, whole
from metrics.judgement.training import Signed, back_tested, judged, notes_of, standing, train
from metrics.risk.card import version_of
from metrics.risk.kept import document, read_document
from metrics.risk.schools import ENDS, LEADS, OUTCOMES
from tests.metrics.test_card import models as fitted
from tests.metrics.test_card import rows
from tests.readers import NOW, Ministry
from tests.warehouse.test_models import WHY, made
from warehouse import models
from warehouse.chain import Who
from warehouse.errors import ModelRefused
from warehouse.models import Deed
from warehouse.places import NATION
from warehouse.rights import Role
from warehouse.store import Warehouse
from warehouse.text import Text


def _nothing(_line: str) -> None:
    pass


def test_signed_models_score_and_nothing_is_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    (first, *_) = fitted()
    before = {one.school_id: one.probability for one in first.forecasts if one.probability >= TIMES_USUAL * first.usual}  # fmt: skip
    assert 0 < len(before) < len(first.forecasts)
    force = Signed(7, "abc", tuple(read_document(document(fitted()))))
    monkeypatch.setattr(training, "foreseen", None)
    monkeypatch.setattr("metrics.risk.forecast.fit_all", None)
    (ends, *_) = judged(rows(), force)
    assert ends.outcome is ENDS
    assert {one.school_id: one.probability for one in ends.forecasts} == pytest.approx(before, abs=1e-9)  # fmt: skip


def test_a_flag_of_risk_names_the_models_that_were_signed_or_none() -> None:
    (signed, *_) = of_forecasts(fitted()[0].forecasts, (7, "abc"), histories(rows()))
    (unsigned, *_) = of_forecasts(fitted()[0].forecasts, None, {})
    assert signed.detail["model"] == {"number": 7, "version": "abc"}
    assert unsigned.detail["model"] is None
    assert unsigned.detail["history"] == []
    told = signed.detail["history"]
    own = rows().filter(pl.col("school_id") == signed.school_id).sort("year")
    assert told == list(own.select("year", "students").tail(5).iter_rows())
    assert signed.detail["of"].zh == "在校生数"


def test_models_that_cannot_be_read_say_nothing_and_why() -> None:
    found = judged(rows(), Text("被改动", "it was changed"))
    assert len(found) == len(OUTCOMES) * len(LEADS)
    assert not any(one.forecasts for one in found)
    assert {one.en for one in notes_of(found).values()} == {"it was changed"}


def test_a_back_test_of_the_same_version_is_not_made_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    record = {"version": version_of(rows()), "risks": [{"outcome": "ends", "lead": 1}], "bars": []}
    monkeypatch.setattr(training, "risk", None)
    assert back_tested(rows(), record, _nothing) == {"version": record["version"], "risks": record["risks"]}  # fmt: skip


def test_of_one_year_nothing_can_be_learnt(ministry: Ministry) -> None:
    with pytest.raises(BadPanel, match="nothing can be learnt"):
        train(ministry.worker, NOW, _nothing)
    with ministry.worker.reading(training.SCOPE) as reader, pytest.raises(ModelRefused, match="review train"):  # fmt: skip
        standing(reader)


def _people(worker: Warehouse) -> list[Who]:
    people = [Who(login=login, role=Role.SUPERVISOR, place_id=NATION) for login in ("one", "other")]
    for who in people:
        worker.keep_account(
            login=who.login, role=who.role.value, place_id=NATION, depth="records", name_zh=who.login, name_en=who.login, password_hash="none",  # noqa: S106 - nobody signs in
        )  # fmt: skip
    return people


def test_candidates_are_kept_told_and_signed_and_the_round_reads_them(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ministry of the tests has one year: rows of a made-up panel stand in for its own in training."""
    people = _people(ministry.worker)
    monkeypatch.setattr(training, "read_schools", lambda *_: rows())
    monkeypatch.setattr(training, "foreseen", lambda _rows: fitted())
    monkeypatch.setattr(training, "risk", lambda _rows, outcome, lead, _say: (outcome, lead))
    monkeypatch.setattr(training, "risk_data", lambda one: {"outcome": one[0].name, "lead": one[1], "why": "x"})  # fmt: skip
    done = train(ministry.worker, NOW, _nothing)
    assert (done.fitted, done.of) == (2, 2)
    assert done.told >= len(people)
    with ministry.worker.reading(training.SCOPE) as reader:
        one, said = standing(reader)
        assert training.signed(reader) is None
    assert "candidate" in said.en
    assert one.card["en"][0]["title"] == "What they learnt from"
    for who, deed in zip(people, (Deed.PROPOSE, Deed.SIGN), strict=True):
        with ministry.web.acting(ministry.web.scope(who.login, NATION)) as writer:
            models.act(writer, who, done.number, deed, WHY, NOW)
    with ministry.worker.reading(training.SCOPE) as reader:
        force = training.signed(reader)
        assert "in force" in standing(reader)[1].en
    assert isinstance(force, Signed)
    assert [each.outcome.name for each in force.models] == ["ends", "shrinks"]
    monkeypatch.setattr(training, "foreseen", None)
    assert whole(ministry.worker, Desk(), lambda: NOW) is not None
    _never_read(ministry, people)


def _never_read(ministry: Ministry, people: list[Who]) -> None:
    """Signed models of a format that nobody knows: the round goes on without risk and says why."""
    with ministry.worker.writing() as writer:
        number = models.keep(writer, made('{"format":99,"models":[]}', "later"))
    for who, deed in zip(people, (Deed.PROPOSE, Deed.SIGN), strict=True):
        with ministry.web.acting(ministry.web.scope(who.login, NATION)) as writer:
            models.act(writer, who, number, deed, WHY, NOW)
    done = whole(ministry.worker, Desk(), lambda: NOW)
    assert done is not None
    assert len(done.notes) == len(OUTCOMES) * len(LEADS)
    assert all("format 99" in why.en for why in done.notes.values())
    asked: Any = sa.text("SELECT count(*) FROM flag WHERE judgement = 'doubt' AND gone_round IS NULL")  # fmt: skip
    with ministry.worker.writing() as writer:
        assert writer.scalar(asked) > 0
