"""Each signal says what its case says, sentence by sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from metrics.signals.discovery import computing, signals
from metrics.signals.doubt import Doubt
from metrics.signals.engine import found_by
from tests.spec.crowd import Case, Expected, cases

CASES = cases(Path(__file__).parent / "signals")


def found(case: Case, answer: Expected) -> Doubt | None:
    doubts = found_by(signals()[answer.signal], case.panel.at(answer.year))
    return next((one for one in doubts if one.school_id == case.id_of(answer.unit)), None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_case_is_answered_as_written(case: Case) -> None:
    expected = [answer.sentences for answer in case.answers]

    said = [found(case, answer) for answer in case.answers]

    assert [one._asdict() if one else {} for one in (d and d.sentence for d in said)] == expected


def test_every_computing_signal_has_a_case_with_its_sentence_in_both_languages() -> None:
    told = {a.signal for case in CASES for a in case.answers if set(a.sentences) == {"zh", "en"}}

    assert told == {one.code for one in computing()}


def test_every_computing_signal_has_a_case_in_which_it_is_silent() -> None:
    silent = {a.signal for case in CASES for a in case.answers if not a.sentences}

    assert silent == {one.code for one in computing()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_contributions_of_a_doubt_add_up_to_its_score(case: Case) -> None:
    doubts = [one for one in (found(case, answer) for answer in case.answers) if one]

    for one in doubts:
        assert 2 <= len(one.contributions) <= 5
        assert sum(each.amount for each in one.contributions) == pytest.approx(one.score)
        assert one.cells or one.signal.code == "A21"
