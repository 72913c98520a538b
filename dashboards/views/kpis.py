"""The headline numbers of a place: value, change, spark, the parent's value and the rank among siblings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboards.numbers import academic_year, rank, signed, unit_name
from dashboards.page import Visit
from dashboards.parts.cell import CellView, NumberState
from dashboards.parts.kpis import KpiView, PeersView
from dashboards.parts.marks import RankView, SparkView
from dashboards.views import peers, wording
from metrics.discovery import metric as metric_named
from metrics.metric import PERCENT, Metric, Share
from metrics.question import Answers, Cell
from metrics.ranks import band
from warehouse.law import Force

LEAST_RANKED = 3  # among fewer a rank says nothing


def state(visit: Visit) -> NumberState:
    """As released; of live figures what is submitted is provisional, what is approved official."""
    if visit.reading.one is not None:
        return visit.reading.one.state
    return "final" if visit.address.basis == "approved" else "preliminary"


@dataclass(frozen=True)
class Beside:
    """What a place is compared with: answers of its parent and siblings in the year looked at."""

    answers: Answers
    parent: int
    siblings: tuple[int, ...]


def cards(visit: Visit, names: Sequence[str], own: Answers, beside: Beside | None) -> list[KpiView]:
    """One card for each metric."""
    return [_card(visit, metric_named(name), own, beside) for name in names]


def _card(visit: Visit, metric: Metric, own: Answers, beside: Beside | None) -> KpiView:
    place = own.question.places[0]
    series = dict(own.series(metric.name, place))
    cell = series[visit.year]
    before = series.get(visit.year - 1)
    moved = wording.change(metric, cell, before, visit.phrases) if before else None
    selected = visit.address.source == metric.name
    found = KpiView(
        name=metric.label.of(visit.lang),
        cell=_value(visit, metric, cell),
        unit=wording.shown(metric, cell.value, visit.lang).unit if cell.value is not None else "",
        state=state(visit),
        spark=spark(visit, metric, series),
        change=visit.phrases("change", change=moved.text)
        if moved
        else _no_change(visit, metric, cell, before),
        word=moved.word if moved else "",
        lines=[*_against(visit, metric, cell, beside), *_basis(visit, metric, cell)],
        rank=_rank(visit, metric, beside, place),
        selected=selected,
        defined=wording.defined(visit.address, metric, visit.phrases),
    )
    few = wording.few_schools(metric, cell, visit.phrases)
    return _of_few(found, few, _basis(visit, metric, cell)) if few else found


def _of_few(card: KpiView, few: CellView, lines: list[str]) -> KpiView:
    """Counts of few schools are not compared: not with the year before, nor with other places."""
    cell = few._replace(value=card.cell.value, href=card.cell.href)
    return replace(card, cell=cell, unit="", change="", word="", rank=None, lines=lines)


def _value(visit: Visit, metric: Metric, cell: Cell) -> CellView:
    href = visit.address.to(source=metric.name)
    note = wording.revised(cell)
    if cell.value is None or not wording.is_shown(cell):
        return CellView(symbol=wording.symbol(cell), href=href, note=note)
    text = wording.shown(metric, cell.value, visit.lang).text
    return CellView(text, value=cell.value, href=href, note=note)


def spark(visit: Visit, metric: Metric, series: dict[int, Cell]) -> SparkView | None:
    """The years up to the one looked at; sums of years not covered are gaps."""
    drawn, lang = visit.year, visit.lang
    plotted = [(year, _plotted(metric, cell)) for year, cell in series.items() if year <= drawn]
    values = [value for _, value in plotted]
    known = [(year, value) for year, value in plotted if value is not None]
    if len(known) < 2:
        return None
    ends = [
        f"{academic_year(year, lang)} {wording.written(metric, value, lang)}"
        for year, value in (known[0], known[-1])
    ]
    label = visit.phrases("spark.label", metric=metric.label.of(lang), values="; ".join(ends))
    return SparkView(
        values, label, preliminary=drawn == visit.years[-1] and state(visit) == "preliminary"
    )


def _plotted(metric: Metric, cell: Cell) -> float | None:
    if not wording.is_shown(cell) or (metric.is_sum and not wording.is_covered(cell)):
        return None
    return cell.value


def _no_change(visit: Visit, metric: Metric, cell: Cell, before: Cell | None) -> str:
    """Why there is no change to show; nothing is said of a year there is no figure for."""
    if before is None or not wording.is_shown(before):
        return ""
    why = wording.why_no_change(metric, cell, before)
    return visit.phrases(why if why == "change.from_nothing" else visit.of_basis(why))


def _basis(visit: Visit, metric: Metric, cell: Cell) -> list[str]:
    """Limit or target, the day, the coverage; of a share of schools the schools stand on a line of their own."""
    coverage = wording.coverage_text(cell, visit.phrases)
    when = wording.period(metric, visit.year, visit.phrases)
    limit = _limit(visit, metric, cell)
    lines = (
        [[limit], [when, coverage]] if isinstance(metric, Share) else [[limit or when, coverage]]
    )
    return [" · ".join(filter(None, words)) for words in lines if any(words)]


def _limit(visit: Visit, metric: Metric, cell: Cell) -> str:
    limit = wording.limit_of(visit, metric)
    if limit is None:
        return ""
    text = wording.limit_text(limit, metric, visit.lang)
    is_counted = wording.few_schools(metric, cell, visit.phrases) is not None
    if isinstance(metric, Share) and cell.denominator and not is_counted:
        return visit.phrases(
            "kpi.share", met=f"{cell.numerator:,}", of=f"{cell.denominator:,}", target=text
        )
    return visit.phrases("kpi.target" if limit.force is Force.TARGET else "kpi.limit", limit=text)


def _against(visit: Visit, metric: Metric, cell: Cell, beside: Beside | None) -> list[str]:
    """The parent's value beside the place's own; a sum is shown as its part of the parent's."""
    if beside is None or cell.value is None or not wording.is_shown(cell):
        return []
    above = beside.answers.cell(metric.name, beside.parent, visit.year)
    if above.value is None or not wording.is_shown(above):
        return []
    name = visit.ladder.place(beside.parent).name(visit.lang)
    if metric.is_sum:
        share = wording.share_text(cell.value / above.value) if above.value else ""
        return [visit.phrases("kpi.part", parent=name, share=share)] if share else []
    value = wording.written(metric, above.value, visit.lang)
    return [
        visit.phrases(
            "kpi.parent",
            parent=name,
            value=value,
            apart=_apart(visit, metric, cell.value - above.value),
        )
    ]


def _apart(visit: Visit, metric: Metric, difference: float) -> str:
    if not round(difference, metric.decimals):
        return visit.phrases("kpi.level")
    amount = signed(difference, metric.decimals)[1:]
    if metric.unit == PERCENT:
        amount = f"{amount} {unit_name('points', visit.lang)}"
    return visit.phrases("kpi.higher" if difference > 0 else "kpi.lower", amount=amount)


def _rank(visit: Visit, metric: Metric, beside: Beside | None, place: int) -> RankView | None:
    if beside is None or place not in beside.siblings or len(beside.siblings) < LEAST_RANKED:
        return None
    cells = {one: beside.answers.cell(metric.name, one, visit.year) for one in beside.siblings}
    found = band(metric, cells, place)
    if found is None:
        return RankView(visit.phrases("rank.none"))
    if found.units < LEAST_RANKED:
        return None
    text = visit.phrases(
        "rank.of", rank=rank(found.first, found.last, visit.lang), units=found.units
    )
    return RankView(text, found.first, found.last, found.units, own=True)


def school_cards(
    visit: Visit, names: Sequence[str], own: Answers, whom: peers.Compared, found: peers.Spreads
) -> list[KpiView]:
    """The cards of a school: its verdict, and where it stands among those it is compared with, whose values were found."""
    cells = {name: own.cell(name, own.question.places[0], visit.year) for name in names}
    strips = {name: peers.view(visit, name, cells[name], whom, found.get(name)) for name in names}
    return [_school_card(visit, metric_named(name), own, strips[name]) for name in names]


def _school_card(visit: Visit, metric: Metric, own: Answers, compared: PeersView | None) -> KpiView:
    card = _card(visit, metric, own, None)
    cell = own.cell(metric.name, own.question.places[0], visit.year)
    verdict = wording.verdict(wording.limit_of(visit, metric, visit.addressee), cell)
    return replace(
        card,
        verdict=verdict,
        peers=compared,
        lines=[wording.period(metric, visit.year, visit.phrases)],
        spark=None if compared else card.spark,
    )
