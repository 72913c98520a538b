"""Phrases: both languages, the same slots, no id that is asked for and missing."""

import re
from pathlib import Path

import pytest

from dashboards.i18n import Phrases, UnknownPhraseError, catalogue, slots
from warehouse.terms import format_year

DASHBOARDS = Path(__file__).parents[2] / "dashboards"


def test_both_languages_have_the_same_slots() -> None:
    uneven = {name for name, (zh, en) in catalogue().items() if slots(zh) != slots(en)}

    assert uneven == set()


def test_no_phrase_is_empty_or_left_in_the_other_language() -> None:
    for name, (zh, en) in catalogue().items():
        assert zh.strip(), name
        assert en.strip(), name
        if name != "language.other":
            assert not re.search(r"[\u4e00-\u9fff]", en), name


def test_every_phrase_asked_for_exists() -> None:
    asked = {
        name
        for path in DASHBOARDS.rglob("*.py")
        for name in re.findall(r'\bphrases\(\s*"([^"{]+)"', path.read_text(encoding="utf-8"))
    }

    assert asked - catalogue().keys() == set()


def test_slots_are_filled_and_plurals_chosen() -> None:
    en = Phrases("en")

    assert en("desk.late", n=1) == "1 day late"
    assert en("desk.late", n=5) == "5 days late"
    assert Phrases("zh")("coverage.value", reported=1, due=2, share="50%") == "1 / 2 校（50%）"


def test_an_unknown_phrase_names_itself() -> None:
    with pytest.raises(UnknownPhraseError, match=r"no\.such"):
        Phrases("zh")("no.such")


@pytest.mark.parametrize("said", ["released", "live", "closed"])
def test_how_a_year_stands_elsewhere_names_the_year_once(said: str) -> None:
    slots = {"year": format_year(2026, "zh"), "number": "FB-2026-1", "state": "初步"}

    assert Phrases("zh")(f"reading.elsewhere.{said}", **slots).count("学年") == 1
