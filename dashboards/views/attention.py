"""What needs attention among the places below: rules over declared limits, coverage, and unusual changes.

Kinds of judgement are never added up: each item has its own seal, and the list is ordered by how many schools
or persons it touches within its kind, the certain before the doubtful.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from dashboards.numbers import plain, signed
from dashboards.page import Visit
from dashboards.parts.attention import AttentionView
from dashboards.views import nine, wording
from dashboards.views.sentence import over_limit
from metrics.discovery import metric as metric_named
from metrics.question import Answers, Cell
from warehouse.places import Rung

MOST = 8  # items on the page
OF_A_KIND = 2  # items of one rule
OUTLYING = 4.0  # median deviations from the middle of the siblings
RATIO, LINES, CHANGE = "students_per_teacher", "red_lines", "entrants_growth"


def items(visit: Visit, below: Answers, limits: Sequence[nine.Count]) -> list[AttentionView]:
    """At most eight items."""
    found = [
        *_missing(visit, below),
        *_over(visit, below),
        *_red_lines(visit, below),
        *_most_missed(visit, limits),
        *_unusual(visit, below),
    ]
    return found[:MOST]


def _missing(visit: Visit, below: Answers) -> Iterator[AttentionView]:
    """Places of which fewer than nine units in ten have reported."""
    behind = [
        (cell.due - cell.units, place, cell)
        for place, cell in below.column("students", visit.year)[1:]
        if cell.coverage is not None and not wording.is_covered(cell)
    ]
    for _, place, cell in sorted(behind, key=lambda one: -one[0])[:OF_A_KIND]:
        why = visit.phrases(
            visit.of_basis("attention.missing"),
            due=plain(cell.due),
            units=plain(cell.units),
            share=wording.share_text(cell.coverage or 0.0),
        )
        yield _item(visit, "missing", [place], visit.phrases("attention.reporting"), why)


def _over(visit: Visit, below: Answers) -> Iterator[AttentionView]:
    """Places whose aggregate breaks a limit, in one item."""
    if _below_is_school(visit):
        return
    places = over_limit(visit, below, RATIO)
    if not places:
        return
    metric = metric_named(RATIO)
    named = places[:3]
    values = visit.phrases("list.comma").join(
        plain(below.cell(RATIO, place, visit.year).value or 0.0, metric.decimals) for place in named
    )
    limit = wording.limit_of(visit, metric)
    more = (
        visit.phrases("attention.more", n=len(places) - len(named))
        if len(places) > len(named)
        else ""
    )
    why = (
        visit.phrases("attention.over", values=values, limit=plain(limit.value) if limit else "")
        + more
    )
    yield _item(visit, "limit", named, metric.label.of(visit.lang), why)


def _below_is_school(visit: Visit) -> bool:
    return visit.place is not None and visit.ladder.rung(visit.place.place_id) >= Rung.COUNTY


def _red_lines(visit: Visit, below: Answers) -> Iterator[AttentionView]:
    """Where most persons were placed across a red line of the internship rules."""
    metric = metric_named(LINES)
    total = below.cell(LINES, below.question.places[0], visit.year)
    crossed = [
        (cell.value or 0.0, place)
        for place, cell in below.column(LINES, visit.year)[1:]
        if wording.is_shown(cell) and (cell.value or 0.0) > 0
    ]
    for value, place in sorted(crossed, reverse=True)[:OF_A_KIND]:
        part = wording.share_text(value / total.value) if total.value else ""
        why = visit.phrases("attention.lines", n=plain(value), share=part)
        yield _item(visit, "breach", [place], metric.label.of(visit.lang), why, metric=LINES)


def _most_missed(visit: Visit, limits: Sequence[nine.Count]) -> Iterator[AttentionView]:
    """The limit that most schools of this place miss."""
    if not limits or not limits[0].missed or visit.place is None:
        return
    worst = limits[0]
    why = visit.phrases(
        "attention.missed", n=plain(worst.missed), of=plain(worst.met.denominator or 0),
        near=plain(worst.near), limit=nine.limit_words(visit, worst.limit),
    )  # fmt: skip
    yield AttentionView(
        "limit", visit.place.name(visit.lang), nine.title(worst.limit).of(visit.lang), why,
        visit.phrases("act.look"), f"{visit.address}#nine",
    )  # fmt: skip


def _unusual(visit: Visit, below: Answers) -> Iterator[AttentionView]:
    """Changes far from those of the places beside: perhaps true, perhaps an error."""
    metric = metric_named(CHANGE)
    known = [
        (cell.value, place)
        for place, cell in below.column(CHANGE, visit.year)[1:]
        if wording.is_shown(cell)
        and cell.value is not None
        and wording.is_covered(cell)
        and _is_large(cell)
    ]
    if len(known) < 5:
        return
    middle = median(value for value, _ in known)
    usual = median(abs(value - middle) for value, _ in known) or 0.1
    far = sorted(
        ((abs(value - middle) / usual, value, place) for value, place in known), reverse=True
    )
    for times, value, place in far[:OF_A_KIND]:
        if times >= OUTLYING:
            why = visit.phrases(
                "attention.unusual", change=f"{signed(value, 1)}%", middle=f"{signed(middle, 1)}%"
            )
            yield _item(visit, "doubt", [place], metric.label.of(visit.lang), why)


def _is_large(cell: Cell) -> bool:
    """Of a handful of schools any change is large."""
    return cell.units >= wording.FEW_SCHOOLS


def _item(
    visit: Visit, seal: str, places: Sequence[int], about: str, why: str, metric: str = ""
) -> AttentionView:
    names = visit.phrases("list.dot").join(
        visit.ladder.place(place).name(visit.lang) for place in places
    )
    href = visit.address.at(places[0])
    if metric:
        href = visit.address.to(place=places[0], source=metric, sort="", all="")
    return AttentionView(seal, names, about, why, visit.phrases("act.look"), href)  # type: ignore[arg-type]
