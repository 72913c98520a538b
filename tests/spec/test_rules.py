"""Each rule of a form says what its case says, sentence by sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.answers import EVERY, Case, cases, silent_of
from warehouse.discovery import forms

CASES = cases(Path(__file__).parent / "rules")
DECLARED = {(name, rule) for name, one in forms().items() if one.part_of is None for rule in one.rules}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_rows_are_answered_as_written(case: Case) -> None:
    said = case.said()

    for one in case.answers:
        if one.rule != EVERY:
            assert said.get((one.rule, one.unit), {}) == one.sentences, (one.rule, one.unit)
    assert [key for key in said if key in set(silent_of(case))] == []


def test_every_rule_has_a_case_with_its_sentence_in_both_languages() -> None:
    told = {(case.form.name, one.rule) for case in CASES for one in case.answers if set(one.sentences) == {"zh", "en"}}  # fmt: skip

    assert told == DECLARED


def test_every_rule_has_a_case_in_which_it_is_silent() -> None:
    silent = {(case.form.name, rule) for case in CASES for rule, _ in silent_of(case)}

    assert silent == DECLARED
