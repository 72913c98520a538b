"""Numbers that were copied: from the year before, or from another school."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from metrics.signals.numbers import FORMS, NUMBERS, cells, numbers_of
from metrics.signals.panel import Sight, speaking
from metrics.signals.signal import Family, Piece, Shown, Signal, Tier
from metrics.signals.statistics import hits_tail, identical
from metrics.signals.twins import TOLD, candidates, collisions
from warehouse.arrays import Floats
from warehouse.discovery import form
from warehouse.text import Text

MOST = 0.8  # of the numbers of a form
FEWEST = 4  # numbers of a form that can be told from chance
USUAL = 0.05  # a form that so many schools leave as it was says nothing
DIGITS = 6.0  # one in a million by chance: where it begins to speak
TOLD_OF_TWINS = 8
AT_ONCE = 4096  # pairs that are compared together


def _share(hits: Floats) -> Floats:
    """The share of numbers that are the same, of those that tell; NaN where too few do."""
    told = np.isfinite(hits).sum(axis=1)
    same = np.nansum(hits, axis=1)
    return np.where(told >= FEWEST, same / np.maximum(told, 1), np.nan)


def _as_before(sight: Sight, name: str) -> Floats:
    """Number by number of a form: whether it is as it was a year before."""
    names = numbers_of(name)
    return identical(sight.numbers(names), sight.numbers([f"{n}__1" for n in names]), TOLD)


def _copied(hits: Floats) -> Floats:
    """How unlikely it is that a form has as much in common with the year before, where four fifths of it are the same."""
    share = _share(hits)
    is_copied = share >= MOST
    if is_copied.sum() > max(1.0, USUAL * np.isfinite(share).sum()):
        return np.zeros(len(share))
    return np.where(is_copied, -np.log10(_by_chance(hits)) / DIGITS, 0.0)


def _by_chance(hits: Floats) -> Floats:
    """The chance of as many equal numbers, from how often each is equal over all schools."""
    usual = (np.nansum(hits, axis=0) + 0.5) / (np.isfinite(hits).sum(axis=0) + 1.0)
    chances = np.where(np.isfinite(hits), usual[None, :], np.nan)
    return hits_tail(chances, hits == 1.0)


def _twins(sight: Sight) -> tuple[Floats, list[str], Floats]:
    """For each school: how unlikely its closest twin is by chance, that school's code, and the share they have in common."""
    values = sight.numbers(list(NUMBERS))
    score, share = np.zeros(len(values)), np.full(len(values), np.nan)
    codes = [""] * len(values)
    chance, listed = collisions(values), sight.frame["code"].to_list()
    for a, b in _alike(values):
        hits = identical(values[a : a + 1], values[b : b + 1], TOLD)
        told = np.isfinite(hits)
        rare = float(-np.log10(hits_tail(np.where(told, chance[None, :], np.nan), hits == 1.0)[0]) / DIGITS)  # fmt: skip
        for one, other in ((a, b), (b, a)):
            if rare > score[one]:
                score[one], codes[one] = rare, str(listed[other])
                share[one] = np.nansum(hits) / told.sum()
    return score, codes, share


def _alike(values: Floats) -> Iterator[tuple[int, int]]:
    """Of the candidates those that have most of many numbers in common; many pairs are looked at together."""
    pairs = candidates(values)
    for start in range(0, len(pairs), AT_ONCE):
        some = pairs[start : start + AT_ONCE]
        hits = identical(values[some[:, 0]], values[some[:, 1]], TOLD)
        told, same = np.isfinite(hits).sum(axis=1), np.nansum(hits, axis=1)
        for a, b in some[(told >= TOLD_OF_TWINS) & (same >= MOST * told)]:
            yield int(a), int(b)


def _copies(sight: Sight) -> pl.DataFrame:
    hits = {name: _as_before(sight, name) for name in FORMS}
    pieces = {name: _copied(each) for name, each in hits.items()}
    same, told = np.zeros(sight.frame.height), np.zeros(sight.frame.height)
    for name, each in hits.items():
        is_copied = pieces[name] > 0
        same += np.where(is_copied, np.nansum(each, axis=1), 0.0)
        told += np.where(is_copied, np.isfinite(each).sum(axis=1), 0)
    copied = sum((pieces[name] for name in FORMS), np.zeros(sight.frame.height))
    pieces["twin"], codes, common = _twins(sight)
    is_twin = pieces["twin"] > copied
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(is_twin, common, same / told) * 100
    return sight.answer(
        pieces, value, case=is_twin.astype(np.float64), same=same, told=told, other=pl.Series(codes),
        forms=pl.Series(_named(pieces, "zh")), forms_en=pl.Series(_named(pieces, "en")),
    )  # fmt: skip


def _named(pieces: dict[str, Floats], lang: str) -> list[str]:
    """The forms that were copied, by title, of each school about which there is a doubt."""
    titles = {name: form(name).title.of(lang) for name in FORMS}
    joint = "》《" if lang == "zh" else " and "
    found = [""] * len(pieces["twin"])
    for row in np.flatnonzero(speaking(pieces)):
        found[row] = joint.join(title for name, title in titles.items() if pieces[name][row] > 0)
    return found


COPIES = Signal(
    code="A16",
    title=Text("照抄上年或他校", "Copied from last year or another school"),
    question=Text("一张表的数字是否大半与上年相同，或与另一所学校相同？", "Are most numbers of a form last year's, or another school's?"),
    family=Family.COPYING,
    tier=Tier.SOFT,
    says=(
        Text("《{forms}》可比的 {told:.0f} 个数中 {same:.0f} 个（{value:.0f}%）与上年完全相同", "Of {told:.0f} numbers in {forms_en}, {same:.0f} ({value:.0f} %) are exactly those of the year before"),
        Text("{value:.0f}% 的数字与学校 {other} 相同", "{value:.0f} % of its numbers are those of school {other}"),
    ),
    pieces=(
        *(
            Piece(name, Text(f"《{form(name).title.zh}》与上年相同", f"{form(name).title.en} as a year before"), cells(*numbers_of(name)))
            for name in FORMS
        ),
        Piece("twin", Text("与另一所学校相同", "the same as another school"), cells("students", "staff", "equipment")),
    ),
    shown=(Shown(pl.col("students"), Text("人", "")),),
    clears=Text("按原始台账重新填报；确实未变的附台账说明。", "Fill the form again from the school's own books; where nothing changed, show them."),
    find=_copies,
)  # fmt: skip
