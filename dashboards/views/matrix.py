"""The compliance matrix: schools that miss a limit by the nine limits, fewest missed first; of years asked together, since when."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.matrix import LimitHead, MatrixRow, MatrixView
from dashboards.views import wording
from dashboards.views.nine import FIRST_YEAR, NINE, limit_words, title, value_metric
from metrics.discovery import domain_of, metric
from metrics.distribution import Distribution
from metrics.metric import CNY, SQUARE_METRES, Metric
from metrics.question import Answers, Cell
from metrics.school import addressees
from warehouse import law
from warehouse.form import Domain
from warehouse.law import Addressee, Limit

FIRST = 10  # schools shown until all are asked for
MOST = 300  # schools on one page, even of all
MISSED = "limits_missed"
Rules = Mapping[str, Limit | None]
VALUE_METRICS = tuple(value_metric(one).name for one in NINE)


def schools(missed: Distribution, *, is_all: bool) -> list[int]:
    """The schools that miss a limit, those with the fewest first: the nearest to put right."""
    failing = [unit for unit in missed.units if unit.value > 0]
    ordered = sorted(failing, key=lambda unit: (unit.value, unit.unit))
    return [unit.unit for unit in ordered[: MOST if is_all else FIRST]]


def failing(missed: Distribution) -> int:
    """How many schools miss a limit."""
    return sum(value > 0 for value in missed.values)


def is_of(domain: Domain) -> bool:
    """Whether the nine limits are a domain's."""
    return domain_of(metric(MISSED)) is domain


def years(visit: Visit) -> tuple[int, ...]:
    """The years since the law, up to the one looked at: asked together they tell since when a limit is missed."""
    return tuple(range(min(FIRST_YEAR, visit.year), visit.year + 1))


def view(visit: Visit, answers: Answers) -> MatrixView:
    """A row for each school asked about, judged by the law for it."""
    places = list(answers.question.places)
    asked = addressees(visit.reader, visit.ladder, places, visit.year, visit.at)
    rules = {one: _rules(visit.year, one) for one in set(asked.values())}
    return MatrixView(
        name=visit.phrases("matrix.title"),
        school_head=visit.phrases("column.school"),
        fact_heads=(visit.phrases("column.place"),),
        limits=[_limit_head(visit, one) for one in NINE],
        conclusion_head=visit.phrases("column.result"),
        rows=[_row(visit, answers, school, rules[asked[school]]) for school in places],
    )


def _limit_head(visit: Visit, limit: str) -> LimitHead:
    means = wording.defined(visit.address, value_metric(limit), visit.phrases)
    return LimitHead(title(limit).of(visit.lang), limit_words(visit, limit), means)


def _rules(year: int, of: Addressee) -> Rules:
    """The nine limits that are asked of a school."""
    return {one: law.by_later_law(one, year, of) for one in NINE}


def _row(visit: Visit, answers: Answers, school: int, rules: Rules) -> MatrixRow:
    cells = [_told(visit, _cells(answers, school, one), rules[one], one) for one in NINE]
    missed = sum(cell.verdict == "miss" for cell in cells)
    row = visit.ladder.place(school)
    return MatrixRow(
        row.name(visit.lang),
        visit.address.at(school),
        (_within(visit, school),),
        cells,
        visit.phrases("cell.missed", n=missed) if missed else visit.phrases("verdict.met"),
    )


def _cells(answers: Answers, school: int, limit: str) -> dict[int, Cell]:
    """What a school has of a limit, by year."""
    name = value_metric(limit).name
    return {year: answers.cell(name, school, year) for year in answers.question.years}


def _told(visit: Visit, cells: Mapping[int, Cell], rule: Limit | None, limit: str) -> CellView:
    """The value and its verdict; of one that is missed since when, where earlier years are asked too."""
    shown = _cell(rule, cells[visit.year], limit)
    if shown.verdict != "miss" or len(cells) < 2:
        return shown
    first = since({year: wording.verdict(rule, cell) == "miss" for year, cell in cells.items()}, visit.year)  # fmt: skip
    return shown._replace(note=visit.phrases("matrix.since", year=first))


def since(missed: Mapping[int, bool], year: int) -> int:
    """The first of the years without a break up to this one in which a limit was missed."""
    while missed.get(year - 1):
        year -= 1
    return year


def _within(visit: Visit, school: int) -> str:
    """The place directly below this page's that the school stands in; its county where there is none between."""
    here = visit.place.place_id if visit.place else 1
    line = [
        one
        for one in visit.ladder.ancestors(school)
        if one not in {here, *visit.ladder.ancestors(here)}
    ]
    return visit.ladder.place(line[0] if line else visit.ladder.parent(school) or here).name(
        visit.lang
    )


def _cell(rule: Limit | None, cell: Cell, limit: str) -> CellView:
    metric = value_metric(limit)
    judged = wording.verdict(rule, cell)
    return wording.cell_view(metric, cell, scale=_scale(metric), verdict=judged)


def _scale(metric: Metric) -> wording.Scale:
    """Whole numbers, and areas and money in ten thousands of yuan or full, so that columns stay narrow."""
    if metric.unit == CNY:
        return wording.Scale(1e4, 0, "")
    if metric.unit == SQUARE_METRES:
        return wording.Scale(1, 0, "")
    return wording.Scale(1, min(metric.decimals, 1), "")
