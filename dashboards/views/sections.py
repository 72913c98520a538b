"""The sections of a place's page: each takes answers and hands back its element, or a line that says why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.element import Element
from dashboards.numbers import academic_year, day, plain
from dashboards.page import Visit
from dashboards.parts.attention import attention_list
from dashboards.parts.cell import DefinedView
from dashboards.parts.matrix import matrix as matrix_part
from dashboards.parts.matrix import verdict_key
from dashboards.parts.section import SectionView, chart, empty, section
from dashboards.parts.table import data_table
from dashboards.parts.table import table as table_part
from dashboards.parts.tiles import tile_map
from dashboards.views import (
    attention,
    children,
    domain,
    domain_forms,
    indicators,
    matrix,
    nine,
    peers,
    records,
    spread,
    tiles,
    trend,
    wording,
)
from dashboards.views.children import Shown
from metrics.discovery import metric as metric_named
from metrics.distribution import Distribution
from metrics.metric import Metric
from metrics.question import Answers, Cell
from metrics.review import Flag
from metrics.school import Handed
from metrics.unclaimed import Unclaimed
from warehouse.form import Domain
from warehouse.places import NATION
from warehouse.terms import stock_date
from warehouse.text import Text

# About how wide a picture becomes in so many columns of twelve; twelve stand for a column that holds one section.
WIDTHS_PX = {7: 720, 5: 500, 12: 500}


def map_section(visit: Visit, below: Answers, width: int = 7) -> Element:
    """The tile map with its switch, and the same numbers as a table."""
    metric = metric_named(tiles.chosen(visit))
    meta = _meta(
        visit,
        wording.unit_text(metric, visit.lang),
        wording.period(metric, visit.year, visit.phrases),
    )
    title = visit.phrases("map.title", metric=metric.label.of(visit.lang))
    view = SectionView("map", title, meta, width=width, switch=tiles.switch(visit), defined=_means(visit, metric))  # fmt: skip
    shown = children.table(visit, below, (Shown(metric.name), Shown(metric.name, "coverage")))
    return section(
        view, tile_map(tiles.view(visit, below), visit.phrases), data_table(shown, visit.phrases)
    )


def attention_section(
    visit: Visit, below: Answers, limits: Sequence[nine.Count], width: int = 5
) -> Element:
    view = SectionView(
        "attention", visit.phrases("attention.title"), visit.phrases("attention.meta"), width=width
    )
    return section(view, attention_list(attention.items(visit, below, limits), visit.phrases))


def ranking_section(
    visit: Visit, below: Answers, columns: Sequence[Shown], ranked: str, width: int = 7
) -> Element:
    """The units in the order of one metric, with bands."""
    shown = children.table(visit, below, columns, ranked=ranked)
    is_nation = visit.address.place in (None, NATION)
    title = visit.phrases("ranking.title") if is_nation else visit.phrases("ranking.of", title=shown.name)  # fmt: skip
    note = f"{visit.phrases('rank.note')} {visit.phrases('children.note')}"
    view = SectionView(
        "ranking",
        title,
        _meta(visit, _stock(visit)),
        width=width,
        note=note + _left_out(visit, below),
    )
    return section(view, table_part(shown, visit.phrases))


def children_section(
    visit: Visit, below: Answers, columns: Sequence[Shown], width: int = 8
) -> Element:
    """The places below in code order."""
    shown = children.table(visit, below, columns)
    meta = _meta(visit, _stock(visit), visit.phrases("children.sorting"))
    note = visit.phrases("children.note") + _left_out(visit, below)
    view = SectionView("children", shown.name, meta, width=width, note=note)
    return section(view, table_part(shown, visit.phrases))


def _left_out(visit: Visit, below: Answers) -> str:
    """How many places below have nobody to report."""
    number = len(below.question.places) - 1 - len(children.due(visit, below))
    return visit.phrases("children.nobody", n=number) if number else ""


def no_children_section(visit: Visit) -> Element:
    """What a reader of published figures is told in place of children and records."""
    view = SectionView("children", visit.phrases("published.title"))
    return section(view, empty(visit.phrases("published.note")))


def nine_section(visit: Visit, answers: Answers, width: int = 5) -> Element:
    """How many schools meet each of the nine limits."""
    place = answers.question.places[0]
    found = nine.counts(visit, answers, place)
    eligible = found[0].met.denominator if found else 0
    meta = visit.phrases("nine.meta", n=plain(eligible or 0)) if found else ""
    if visit.address.law == "later" and visit.year < nine.FIRST_YEAR:
        meta = f"{meta} · {visit.phrases('law.later')}"
    say = nine.sentence(visit, found, answers.cell("one_short", place, visit.year)) if found else ""
    view = SectionView(
        "nine",
        visit.phrases("nine.title"),
        meta,
        say=say,
        width=width,
        note=visit.phrases("nine.note"),
    )
    if not found:
        return section(view, empty(_why_not(visit, answers.cell("met_land", place, visit.year))))
    return section(
        view, verdict_key(visit.phrases), table_part(nine.table(visit, found), visit.phrases)
    )


def _why_not(visit: Visit, cell: Cell) -> str:
    if visit.year < nine.FIRST_YEAR and visit.address.law != "later":
        return visit.phrases("nine.before_law", year=academic_year(visit.year, visit.lang))
    return visit.phrases(f"empty.{wording.symbol(cell) or 'not_submitted'}")


def spread_section(
    visit: Visit,
    name: str,
    found: Distribution,
    own: Cell,
    width: int = 7,
    offered: Sequence[str] = spread.OFFERED,
) -> Element:
    """How the schools differ."""
    metric = metric_named(name)
    title = visit.phrases("spread.title", metric=metric.label.of(visit.lang))
    meta = (
        _meta(visit, visit.phrases("spread.meta", n=plain(len(found.values))))
        if found.values
        else ""
    )
    view = SectionView("spread", title, meta, width=width, switch=spread.switch(visit, offered), defined=_means(visit, metric))  # fmt: skip
    if len(found.values) < spread.FEWEST:
        return section(view, empty(visit.phrases("spread.few")))
    return section(
        view, chart(spread.chart(visit, name, found, own, WIDTHS_PX[width]), visit.phrases)
    )


def trend_section(
    visit: Visit, name: str, own: trend.Line, parent: trend.Line | None, width: int = 5
) -> Element:
    """One metric over the years."""
    metric = metric_named(name)
    title = visit.phrases("trend.title", metric=metric.label.of(visit.lang))
    switch = trend.bounds_switch(visit) if visit.address.place != 1 else None
    view = SectionView(
        "trend",
        title,
        width=width,
        switch=switch,
        note=visit.phrases(f"trend.note.{visit.address.basis}"),
        defined=_means(visit, metric),
    )
    return section(view, chart(trend.chart(visit, name, own, parent), visit.phrases))


def matrix_section(visit: Visit, missed: Distribution, answers: Answers | None) -> Element:
    """The schools that miss a limit."""
    number = matrix.failing(missed)
    meta = visit.phrases("matrix.meta", n=plain(number)) if number else ""
    more = None
    if number > matrix.FIRST:
        is_all = visit.address.all == "1"
        text = visit.phrases("matrix.fewer" if is_all else "matrix.all", n=plain(number))
        more = (text, f"{visit.address.to(all='' if is_all else '1')}#matrix")
    view = SectionView(
        "matrix", visit.phrases("matrix.title"), meta, more=more, note=visit.phrases("matrix.note")
    )
    if answers is None:
        reason = (
            "matrix.before_law"
            if visit.year < nine.FIRST_YEAR and visit.address.law != "later"
            else "matrix.none"
        )
        return section(view, empty(visit.phrases(reason)))
    return section(
        view, verdict_key(visit.phrases), matrix_part(matrix.view(visit, answers), visit.phrases)
    )


def limits_section(visit: Visit, answers: Answers) -> Element:
    """The nine limits of one school."""
    phrases = visit.phrases
    view = SectionView("matrix", phrases("matrix.one"), phrases("matrix.one.meta"), note=phrases("matrix.note"))  # fmt: skip
    return section(view, verdict_key(phrases), matrix_part(matrix.view(visit, answers), phrases))


def indicators_section(visit: Visit, own: Answers) -> Element:
    """The main indicators by family, or all of them."""
    is_all = visit.address.all == "1"
    text = visit.phrases("indicators.main") if is_all else visit.phrases("indicators.all", n=plain(len(indicators.names())))  # fmt: skip
    view = SectionView(
        "indicators", visit.phrases("indicators.title"), academic_year(visit.year, visit.lang), note=_judged_note(visit),
        more=(text, f"{visit.address.to(all='' if is_all else '1')}#indicators"),
    )  # fmt: skip
    listed = indicators.by_shelf(own.question.metrics)
    return section(view, table_part(indicators.table(visit, own, listed), visit.phrases))


def _judged_note(visit: Visit) -> str:
    return f"{visit.phrases('indicators.note')} {visit.phrases('indicators.open')}"


def submissions_section(visit: Visit, handed: Sequence[Handed]) -> Element:
    """What was handed in for the year."""
    meta = academic_year(visit.year, visit.lang)
    chain = (
        visit.phrases("records.chain"),
        visit.address.on("review", visit.address.place, metric=""),
    )
    view = SectionView(
        "submissions",
        visit.phrases("records.title"),
        meta,
        note=visit.phrases("records.note"),
        more=chain,
    )
    if not handed:
        return section(view, empty(visit.phrases("records.none")))
    return section(view, table_part(records.submissions(visit, handed), visit.phrases))


def findings_section(visit: Visit, flags: Sequence[Flag]) -> Element:
    """Breaches, remarks and refused rows of those submissions."""
    meta = visit.phrases("records.findings.meta", n=plain(len(flags)))
    more = visit.phrases("records.cut", n=records.MOST) if len(flags) > records.MOST else ""
    view = SectionView("findings", visit.phrases("records.findings"), meta, note=more)
    if not flags:
        return section(view, empty(visit.phrases("records.findings.none")))
    return section(view, table_part(records.findings(visit, flags), visit.phrases))


def unclaimed_section(visit: Visit, rows: Sequence[Unclaimed]) -> Element:
    """Rows of packages that belong to nobody due."""
    cut = visit.phrases("records.cut", n=records.MOST) if len(rows) > records.MOST else ""
    view = SectionView(
        "unclaimed", visit.phrases("records.unclaimed"), visit.phrases("records.findings.meta", n=plain(len(rows))),
        note=f"{visit.phrases('records.unclaimed.note')} {cut}".strip(),
    )  # fmt: skip
    return section(view, table_part(records.unclaimed(visit, rows), visit.phrases))


def _means(visit: Visit, metric: Metric) -> DefinedView:
    return wording.defined(visit.address, metric, visit.phrases)


def _stock(visit: Visit) -> str:
    return day(stock_date(visit.year), visit.lang)


def _meta(visit: Visit, *words: str) -> str:
    return visit.phrases("list.meta").join(filter(None, words))


def questions_section(
    visit: Visit, one: Domain, own: Answers, asked: Mapping[Text, Sequence[Metric]], beside: peers.Medians | None = None
) -> Element:  # fmt: skip
    """A domain's indicators under the questions they answer, those of a school beside the middle of others."""
    title = visit.phrases("domain.questions", domain=one.label.of(visit.lang))
    year = academic_year(visit.year, visit.lang)
    is_judged = any(one.limits for found in asked.values() for one in found)
    note = _judged_note(visit) if is_judged else visit.phrases("indicators.note.plain")
    view = SectionView("questions", title, year, note=note)
    return section(
        view, table_part(indicators.table(visit, own, asked, title, beside), visit.phrases)
    )


def parts_section(
    visit: Visit, one: Domain, of: domain.Broken | None, answers: Answers | None, width: int
) -> Element:
    """What a number is made up of."""
    if of is None or answers is None:
        view = SectionView("parts", visit.phrases("domain.parts.choose"), width=width)
        return section(view, empty(visit.phrases("domain.parts.none")))
    view = SectionView(
        "parts", domain.parts_title(visit, of), academic_year(visit.year, visit.lang), width=width,
        switch=domain.parts_switch(visit, one, of), defined=_means(visit, metric_named(of.metric)),
    )  # fmt: skip
    shown = domain.parts_table(visit, of, answers)
    if len(shown.rows) == 1:
        return section(view, empty(visit.phrases("domain.parts.none")))
    return section(view, table_part(shown, visit.phrases))


def forms_section(visit: Visit, one: Domain, own: Answers, width: int) -> Element:
    """How many have reported each form of a domain."""
    view = SectionView(
        "forms", visit.phrases("domain.forms"), academic_year(visit.year, visit.lang), width=width,
        note=visit.phrases("domain.forms.note"),
    )  # fmt: skip
    return section(view, table_part(domain_forms.coverage_table(visit, one, own), visit.phrases))
