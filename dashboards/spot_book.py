"""The schools of a plan of spot checks as a workbook, to be taken along: why each is visited, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.case_book import Words, written
from dashboards.i18n import Phrases
from dashboards.numbers import academic_year, percent, plain
from dashboards.views.case_report import Listing, Row
from warehouse.ladder import Ladder
from warehouse.moments import minute
from warehouse.spot_checks import COMMAND, Drawn, Plan, Visited

HEADS = ("at", "school", "code", "place", "arm", "why", "weight", "probability", "found", "day", "note")  # fmt: skip
WIDTHS = (6, 34, 14, 20, 14, 34, 12, 12, 12, 12, 60)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A plan with what has been found; `is_synthetic` marks the sheet."""

    plan: Plan
    visited: Mapping[int, Visited]
    ladder: Ladder
    phrases: Phrases
    is_synthetic: bool


def workbook(shown: Shown) -> bytes:
    """The list as .xlsx."""
    one, phrases = shown.plan, shown.phrases
    year = academic_year(one.wish.year, phrases.lang)
    title = phrases("spot_book.title", place=shown.ladder.place(one.wish.place_id).name(phrases.lang), year=year, number=one.number)  # fmt: skip
    who = phrases("sampling.command") if one.login == COMMAND else one.login
    basis = phrases("sampling.basis", number=one.number, year=year, round=one.round_id, seed=one.wish.seed, who=who, at=minute(one.made_at))  # fmt: skip
    about = " · ".join(filter(None, (basis, phrases("spot_book.synthetic") if shown.is_synthetic else "")))  # fmt: skip
    rows = [_row(shown, at, each) for at, each in enumerate(one.schools, start=1)]
    return written(Words(phrases, "spot_book", title, about), [Listing("schools", HEADS, WIDTHS, rows)])  # fmt: skip


def _row(shown: Shown, at: int, one: Drawn) -> Row:
    phrases, lang = shown.phrases, shown.phrases.lang
    school, held = shown.ladder.place(one.school_id), shown.visited.get(one.school_id)
    told = (held.found.label.of(lang), held.day.isoformat(), held.note) if held else (phrases("sampling.waits"), "", "")  # fmt: skip
    return [
        at, school.name(lang), school.code, shown.ladder.place(below(shown.ladder, shown.plan.wish.place_id, one.school_id)).name(lang), phrases(f"sampling.arm.{one.arm}.short"),
        why(phrases, one), plain(one.weight, 1) if one.doubts else "", percent(one.probability), *told,
    ]  # fmt: skip


def below(ladder: Ladder, place: int, school: int) -> int:
    """The place right below another to which a school belongs; that place itself where the school stands right below it."""
    path = ladder.place(school).path
    depth = len(ladder.place(place).path)
    return path[depth] if depth < len(path) - 1 else place


def why(phrases: Phrases, one: Drawn) -> str:
    """Ranked by its doubts, or drawn; a school that was drawn may have doubts that did not rank it in."""
    if one.arm == "ranked":
        return phrases("sampling.why.ranked", n=one.doubts)
    return phrases("sampling.why.doubted" if one.doubts else "sampling.why.lot", n=one.doubts)
