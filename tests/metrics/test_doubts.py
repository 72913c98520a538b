"""Signals are declared one by one; doubts carry their reasons, and schools are ranked by independent evidence."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest

from metrics.judgement import apart
from metrics.signals.discovery import CATALOGUE, computing, register, signals, waiting
from metrics.signals.doubt import MOST_DOUBLINGS, Doubt, ranked
from metrics.signals.engine import doubts, doubts_about, with_rarity
from metrics.signals.numbers import NUMBERS, label
from metrics.signals.panel import MEASURED, Panel, completed
from metrics.signals.signal import Family, Signal, Tier
from warehouse.discovery import form
from warehouse.errors import DeclarationError
from warehouse.form import Secrecy
from warehouse.ladder import Ladder

YEAR, SCHOOLS = 2025, 120


@cache
def noise() -> Panel:
    """Schools whose numbers move by chance alone, every number of the panel reported: much of it contradicts itself."""
    dice = np.random.default_rng(7)
    size = np.exp(dice.normal(7, 0.6, SCHOOLS))
    standing = {
        "code": "3643",
        "province": 430000,
        "unit_kind": "school",
        "school_type": "general",
        "sponsor": "education",
    }
    years = [
        pl.DataFrame({
            "school_id": np.arange(SCHOOLS), "year": np.full(SCHOOLS, year), **{name: [value] * SCHOOLS for name, value in standing.items()},
            **{name: np.floor(size * dice.lognormal(0, 0.2, SCHOOLS) / 3) for name in MEASURED}, "mix_61": np.floor(size),
        })
        for year in range(YEAR - 4, YEAR + 1)
    ]  # fmt: skip
    return Panel(completed(pl.concat(years)))


@cache
def found() -> list[Doubt]:
    return doubts(noise(), YEAR)


def test_the_whole_catalogue_is_declared_and_each_computes_or_waits() -> None:
    assert list(signals())[: len(CATALOGUE)] == list(CATALOGUE)
    assert {one.code for one in computing()} | {one.code for one in waiting()} == set(signals())
    assert all(one.waits for one in waiting())


@pytest.mark.parametrize("one", signals().values(), ids=lambda one: one.code)
def test_a_signal_speaks_both_languages(one: Signal) -> None:
    texts = [one.title, one.question, one.clears, one.family.label, one.tier.label, *one.says]
    texts += [piece.label for piece in one.pieces] + [one.waits or one.title]

    assert all(text.zh and text.en and text.zh != text.en for text in texts)


@pytest.mark.parametrize("code", ["A1", "A2", "A4", "A12", "A13", "A18"])
def test_what_needs_single_students_says_so(code: str) -> None:
    waits = signals()[code].waits

    assert waits
    assert "学生个人" in waits.zh
    assert "single students" in waits.en


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "A1"}, "twice"),
        ({"find": None}, "either"),
        ({"pieces": ()}, "two pieces"),
    ],
)
def test_a_declaration_that_cannot_work_is_refused(change: dict[str, object], said: str) -> None:
    broken = replace(signals()["A9"], **{"code": "S99", **change})  # type: ignore[arg-type]

    with pytest.raises(DeclarationError, match=said):
        register(broken, {"A1": signals()["A1"]})


def test_no_number_of_the_panel_is_sensitive_and_each_has_a_name() -> None:
    assert all(label(name).zh and label(name).en for name in NUMBERS)
    columns = [form(one.form).columns[one.measure] for one in NUMBERS.values()]
    assert not [one.name for one in columns if one.secrecy is Secrecy.SENSITIVE]


def test_every_doubt_carries_its_reasons() -> None:
    assert {one.signal.tier for one in found()} >= {Tier.HARD, Tier.SOFT}
    for one in found():
        assert 2 <= len(one.contributions) <= 5
        assert sum(each.amount for each in one.contributions) == pytest.approx(one.score)
        assert one.score >= 1
        assert "nan" not in one.sentence.en
        assert one.low is None or one.high is None or one.low <= one.high


def test_signals_reckoned_beside_each_other_say_what_each_says_alone() -> None:
    some = {1, 2, 3}

    beside = doubts_about(noise(), YEAR, some)

    assert beside == [one for one in found() if one.school_id in some]


def test_years_reckoned_in_processes_of_their_own_say_what_is_said_here(monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(apart, "MANY", 0)
    rows = noise().rows

    with apart.hands(Ladder.read([], []), [YEAR]) as pool:
        assert isinstance(pool, ProcessPoolExecutor)
        asked = [pool.submit(apart.doubted_in, rows, year) for year in (YEAR - 1, YEAR)]
        told = [one.result() for one in asked]

    assert [one.found.height > 0 for one in told] == [True, True]
    assert all(one.similar for one in told)
    for one, year in zip(told, (YEAR - 1, YEAR), strict=True):
        assert one.found.equals(apart.Here().submit(apart.doubted_in, rows, year).result().found)


def test_doubts_of_five_years_show_their_history() -> None:
    told = [one for one in found() if len(one.history) >= 3]

    assert len(told) > len(found()) * 0.9
    assert all(one.history[-1][0] == YEAR for one in told)
    assert all(str(YEAR - 1) in one.sentence.zh for one in told)


def test_rarity_is_the_share_of_schools_that_a_signal_speaks_of() -> None:
    rare = with_rarity(pl.DataFrame({"score": [1.0, 4.0, 2.0, 2.0]}), 7)

    assert rare["rarity"].to_list() == [1.0] * 4
    assert with_rarity(rare[:1], 7)["rarity"].to_list() == [3.0]


def hint(code: str, family: Family, rarity: float, school: int = 1, tier: Tier = Tier.SOFT) -> Doubt:  # fmt: skip
    """A doubt of a signal with a family of its own."""
    like = found()[0]
    kept = like.contributions[0]._replace(family=family, amount=1.0)
    other = kept._replace(amount=0.0)
    signal = replace(signals()["S1"], code=code, family=family, tier=tier)
    return replace(like, school_id=school, signal=signal, score=1.0, rarity=rarity, contributions=(kept, other))  # fmt: skip


def test_those_that_speak_come_first_however_rare_the_others_are() -> None:
    order = ranked([
        hint("X1", Family.PEERS, 9.0, school=1),
        hint("X1", Family.PEERS, 2.0, school=2), hint("X2", Family.SERIES, 1.0, school=2),
        hint("X3", Family.ARITHMETIC, 1.5, school=3, tier=Tier.HARD),
        hint("X1", Family.PEERS, 8.0, school=4), hint("X2", Family.PEERS, 7.0, school=4),
    ])  # fmt: skip

    assert [(one.school_id, one.speaks) for one in order] == [(2, True), (3, True), (1, False), (4, False)]  # fmt: skip


def test_of_one_family_only_the_rarest_counts() -> None:
    (one,) = ranked([hint("X1", Family.PEERS, 2.0), hint("X2", Family.PEERS, 5.0), hint("X3", Family.SERIES, 3.0)])  # fmt: skip

    assert [(each.doubt.signal.code, each.amount) for each in one.weighed] == [("X2", 5.0), ("X3", 3.0), ("X1", 0.0)]  # fmt: skip
    assert one.total == sum(each.amount for each in one.weighed) == 8.0


def key(one: Doubt) -> tuple[str, int]:
    return one.signal.code, one.school_id


def test_a_doubt_weighs_its_rarity_and_a_bit_for_each_doubling_of_its_score() -> None:
    one = hint("X1", Family.PEERS, 3.0)

    assert one.weight == 3.0
    assert replace(one, score=8.0).weight == 6.0
    assert replace(one, score=1e9).weight == 3.0 + MOST_DOUBLINGS


def test_the_order_of_the_schools_changes_no_doubt() -> None:
    shuffled = Panel(noise().rows.sample(fraction=1.0, shuffle=True, seed=3))
    before = sorted((d for d in found() if d.signal.code != "S4"), key=key)
    after = sorted((d for d in doubts(shuffled, YEAR) if d.signal.code != "S4"), key=key)

    assert [(*key(one), one.sentence) for one in after] == [(*key(one), one.sentence) for one in before]  # fmt: skip
    assert [one.score for one in after] == pytest.approx([one.score for one in before])


def test_a_year_of_which_nothing_is_known_raises_no_doubt() -> None:
    assert doubts(noise(), YEAR + 3) == []


def test_schools_that_report_one_form_raise_no_error() -> None:
    bare = noise().rows.select("school_id", "year", "code", "province", "unit_kind", "students")

    assert {one.signal.tier for one in doubts(Panel(completed(bare)), YEAR)} <= {Tier.SOFT}


NOBODY_CAME = {"readmitted": 0.0, "transferred_in": 0.0, "other_in": 0.0}


def merged() -> Panel:
    """School 2 was merged into 1 for 2025, and 3 into 2 the year before."""
    rows = [
        {"school_id": 1, "year": 2024, "students": 800.0, "students_2": 260.0, "students_3": 250.0},
        {"school_id": 2, "year": 2024, "students": 600.0, "students_2": 210.0, "students_3": 200.0, "last_year": 2024, "successor": 1},
        {"school_id": 3, "year": 2023, "students": 100.0, "last_year": 2023, "successor": 2},
        {"school_id": 2, "year": 2023, "students": 500.0, "last_year": 2024, "successor": 1},
        {"school_id": 1, "year": 2025, "students": 1400.0, "start": 800.0, **NOBODY_CAME, "graduates": 450.0, "students_3": 460.0},
    ]  # fmt: skip
    return Panel(completed(pl.DataFrame([{"unit_kind": "school", "code": "36", "province": 430000, **row} for row in rows], infer_schema_length=None)))  # fmt: skip


def test_the_years_before_a_merger_are_those_of_all_that_were_merged() -> None:
    (row,) = merged().at(2025).frame.to_dicts()

    assert (row["students__1"], row["students__2"], row["students__3"]) == (1400, 600, None)
    assert (row["students_alone"], row["took_over"]) == (800, True)
    (before,) = merged().at(2024).frame.filter(school_id=2).to_dicts()
    assert (before["students__1"], before["took_over"]) == (600, True)


def test_a_merger_contradicts_nothing() -> None:
    alone = merged().rows.with_columns(successor=pl.lit(None, pl.Int64))

    assert {one.signal.code for one in doubts(merged(), 2025)} == set()
    assert {one.signal.code for one in doubts(Panel(alone), 2025)} == {"A22", "A24"}


def test_mergers_in_a_circle_come_to_an_end() -> None:
    circle = merged().rows.with_columns(
        last_year=pl.lit(2020, pl.Int64), successor=pl.col("school_id") % 3 + 1
    )

    assert set(Panel(circle).heirs(2025)) == {1, 2, 3}
