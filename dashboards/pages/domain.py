"""A page for each domain at every rung, made of the domain's two declarations: its forms and its metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from dashboards.element import Child
from dashboards.page import Briefed, Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.parts.kpis import KpiView, against, kpi_strip
from dashboards.parts.school import identity
from dashboards.parts.section import column, grid
from dashboards.views import (
    by_part,
    changed,
    kpis,
    matrix,
    peers,
    questions,
    sections,
    source,
    spread,
    tiles,
    trend,
    wording,
)
from dashboards.views import domain as views
from dashboards.views.children import Kind, Shown
from dashboards.views.kpis import Beside
from dashboards.views.nearby import Nearby
from metrics.discovery import metric
from metrics.metric import Ratio
from metrics.question import Answers, Question
from metrics.school import submissions
from warehouse.discovery import domains, forms_of
from warehouse.form import Domain
from warehouse.places import NATION, Rung

FIRST_TAB = 3  # after overview and alerts
DUE = "students"  # by which it is known who has anybody to report


@dataclass(frozen=True)
class Asked(Nearby):
    """The questions of one page, asked at once."""

    domain: Domain

    @property
    def is_school(self) -> bool:
        return self.visit.ladder.rung(self.here) is Rung.SCHOOL

    @property
    def names(self) -> Sequence[str]:
        return views.of_one(self.domain) if self.is_school else views.names(self.domain)

    @property
    def cards(self) -> Sequence[str]:
        return self.names[: views.CARDS] if self.is_school else views.headlines(self.domain)

    @property
    def columns(self) -> list[Shown]:
        first, *others = views.headlines(self.domain)[: views.COLUMNS]
        kinds = [Shown(name, _kind(name), narrow=at < 1) for at, name in enumerate(others)]
        return [Shown(first, "coverage"), Shown(first, _kind(first)), *kinds]

    @cached_property
    def answers(self) -> dict[str, Answers]:
        asked = {
            "own": self._question(self.names, (self.here,), trend.until(self.visit)),
            "after": self._after,
            "below": self._below,
            "beside": self._beside,
            "above": self._above,
            "parts": self._parts,
        }
        wanted = {name: one for name, one in asked.items() if one is not None} | self._spans
        found = self.visit.asking.ahead(list(wanted.values()))
        return dict(zip(wanted, found, strict=True))

    @property
    def _below(self) -> Question | None:
        if self.is_school or not self.children:
            return None
        shown = (DUE, *views.headlines(self.domain)[: views.COLUMNS])
        return self._question(shown, (self.here, *self.children), (self.visit.year,))

    @property
    def _beside(self) -> Question | None:
        if self.is_school or self.parent is None:
            return None
        return self._question(self.cards, (self.parent, *self.siblings), (self.visit.year,))

    @property
    def _above(self) -> Question | None:
        parent = self.visit.ladder.parent(self.here)
        if parent is None or trend.is_sum(self.trended):
            return None
        return self._question((self.trended,), (parent,), trend.years(self.visit))

    @property
    def _after(self) -> Question | None:
        years = trend.after(self.visit)
        return self._question((self.trended,), (self.here,), years) if years else None

    @property
    def _parts(self) -> Question | None:
        one = views.chosen(self.visit, self.domain)
        if one is None:
            return None
        years = (self.visit.year - 1, self.visit.year)
        return questions.question(self.visit, (one.metric,), (self.here,), years, one.cut)

    @property
    def by_part(self) -> str:
        """What is drawn over the parts of the year; "" where no form of the domain is handed in by parts."""
        return by_part.chosen(self.visit, self.names)

    @property
    def _spans(self) -> dict[str, Question]:
        return by_part.asked(self.visit, self.by_part, self.here) if self.by_part else {}

    def _question(
        self, metrics: Sequence[str], places: Sequence[int], years: Sequence[int]
    ) -> Question:
        return questions.question(self.visit, metrics, places, years)

    @property
    def beside(self) -> Beside | None:
        if self.parent is None or "beside" not in self.answers:
            return None
        return Beside(self.answers["beside"], self.parent, self.siblings)

    @cached_property
    def whom(self) -> peers.Compared | None:
        """Those a school is compared with; None where the place is no school."""
        return peers.compared(self.visit) if self.is_school else None

    @cached_property
    def compared(self) -> peers.Spreads:
        """Their values by every indicator of the domain."""
        return peers.spreads(self.visit, self.names, self.whom) if self.whom else {}

    @property
    def trended(self) -> str:
        """What is drawn over the years: the address's, or the first of the domain."""
        asked = self.visit.address.metric
        return asked if asked in self.names else self.names[0]


def _kind(name: str) -> Kind:
    return "dots" if isinstance(metric(name), Ratio) else "value"


def draw(domain: Domain, visit: Visit) -> Drawn:
    asked = Asked(visit, domain)
    return _drawn(asked, _sections(asked))


def brief(domain: Domain, visit: Visit) -> Briefed:
    """Every indicator, the map where the measure has one, the places below by rank, what a number is made up of, and the forms."""
    asked = Asked(visit, domain)
    told = [name for name in asked.cards if name in changed.offered()]
    moved = DUE if DUE in told else next(iter(told), "")
    return Briefed(drawn=_drawn(asked, _briefed(asked)), metrics=asked.names, moved=moved)


def _briefed(asked: Asked) -> list[Child]:
    visit, domain, own = asked.visit, asked.domain, asked.answers["own"]
    middle = peers.medians(visit, asked.whom, asked.compared) if asked.whom else None
    listed = sections.questions_section(visit, domain, own, views.questions(asked.names), middle)
    if asked.is_school:
        return [listed, _parts(asked, 12), _handed(asked)]
    return [*_mapped(asked), _ranked(asked), listed, _parts(asked, 12), sections.forms_section(visit, domain, own, 12)]  # fmt: skip


def _mapped(asked: Asked) -> list[Child]:
    """The tile map of the first column that has fixed classes."""
    visit, below = asked.visit, asked.answers.get("below")
    name = next((one.metric for one in asked.columns if one.metric in tiles.MAPPED), "")
    if below is None or not name or asked.here != NATION:
        return []
    coloured = replace(visit, address=replace(visit.address, metric=name))
    return [sections.map_section(coloured, below)]


def _ranked(asked: Asked) -> Child:
    """The places below by the first rate that tells them apart; schools in their own order."""
    visit, below = asked.visit, asked.answers.get("below")
    if below is None:
        return sections.no_children_section(visit)
    rates = [one.metric for one in asked.columns if one.kind == "dots"]
    if asked.lists_schools or not rates:
        return sections.children_section(visit, below, asked.columns, 12)
    return sections.ranking_section(visit, below, asked.columns, rates[0], 12)


def _drawn(asked: Asked, below: Sequence[Child]) -> Drawn:
    """The conclusion and the headline numbers, with what follows them."""
    visit, domain, own = asked.visit, asked.domain, asked.answers["own"]
    cards = _cards(asked)
    said = views.finding(visit, domain, asked.cards, own, asked.answers.get("below"))
    head = (
        identity(views.card(visit, domain, said), visit.phrases)
        if asked.is_school
        else finding(said, visit.phrases)
    )
    return Drawn(
        title=views.title(visit, domain),
        body=[
            head,
            kpi_strip(cards, visit.phrases, columns=3 if asked.is_school else views.CARDS),
            against(peers.against(visit, asked.whom)) if asked.whom else None,
            *below,
        ],
        panel=source.panel(visit),
        coverage=None if asked.is_school else own.cell(asked.names[0], asked.here, visit.year),
        covers=views.covers(asked.names[0]),
        state=kpis.state(visit),
    )


def _cards(asked: Asked) -> list[KpiView]:
    """The headline numbers; those of a school beside the schools it is compared with."""
    visit, own = asked.visit, asked.answers["own"]
    if asked.whom is None:
        return kpis.cards(visit, asked.cards, own, asked.beside)
    return kpis.school_cards(visit, asked.cards, own, asked.whom, asked.compared)


def _sections(asked: Asked) -> list[Child]:
    visit, domain, own = asked.visit, asked.domain, asked.answers["own"]
    middle = peers.medians(visit, asked.whom, asked.compared) if asked.whom else None
    listed = sections.questions_section(visit, domain, own, views.questions(asked.names), middle)
    if asked.is_school:
        return [
            *_missing(asked),
            listed,
            grid(_parts(asked, 7), _trend(asked, 5)),
            *_by_part(asked),
            _handed(asked),
        ]
    below = asked.answers.get("below")
    forms = sections.forms_section(visit, domain, own, 12)
    places = (
        sections.children_section(visit, below, asked.columns, 12)
        if below is not None
        else sections.no_children_section(visit)
    )
    return [
        *_missing(asked),
        listed,
        grid(column(7, places, forms), _parts(asked, 5)),
        grid(*_spread(asked), _trend(asked, 5 if views.offered(domain) else 12)),
        *_by_part(asked),
    ]


def _missing(asked: Asked) -> list[Child]:
    """Which schools miss which of the nine limits since when, for readers of records below the nation."""
    visit = asked.visit
    if not matrix.is_of(asked.domain) or visit.depth != "records" or asked.here == NATION:
        return []
    if asked.is_school:
        judged = asked.answers["own"].cell(matrix.MISSED, asked.here, visit.year)
        if not wording.is_shown(judged):
            return []
        return [sections.limits_section(visit, _by_limits(visit, [asked.here]))]
    missed = questions.spread(visit, matrix.MISSED, is_named=True)
    schools = matrix.schools(missed, is_all=visit.address.all == "1")
    return [sections.matrix_section(visit, missed, _by_limits(visit, schools) if schools else None)]


def _by_limits(visit: Visit, schools: Sequence[int]) -> Answers:
    return questions.ask(visit, matrix.VALUE_METRICS, schools, matrix.years(visit))


def _parts(asked: Asked, width: int) -> Child:
    answers = asked.answers.get("parts")
    one = views.chosen(asked.visit, asked.domain)
    return sections.parts_section(asked.visit, asked.domain, one, answers, width)


def _trend(asked: Asked, width: int) -> Child:
    name, answers, above = asked.trended, asked.answers, asked.answers.get("above")
    own = trend.line(name, asked.here, answers["own"], answers.get("after"))
    line = trend.line(name, above.question.places[0], above) if above else None
    return sections.trend_section(asked.visit, asked.trended, own, line, width)


def _spread(asked: Asked) -> list[Child]:
    """How schools differ, where the domain has a ratio by which they can be told apart."""
    visit, offered = asked.visit, views.offered(asked.domain)
    if not offered:
        return []
    name = spread.chosen(visit, offered)
    found = questions.spread(visit, name)
    own = asked.answers["own"].cell(name, asked.here, visit.year)
    return [sections.spread_section(visit, name, found, own, 7, offered)]


def _by_part(asked: Asked) -> list[Child]:
    """The parts of the year looked at beside those of the year before."""
    if not asked.by_part:
        return []
    return [by_part.by_part_section(asked.visit, asked.by_part, asked.names, asked.answers)]


def _handed(asked: Asked) -> Child:
    """What the school has handed in of the domain's forms."""
    visit = asked.visit
    names = {form.name for form in forms_of(asked.domain)}
    handed = submissions(visit.reader, asked.here, visit.year, visit.at)
    return sections.submissions_section(visit, [one for one in handed if one.form in names])


def pages() -> list[Page]:
    """One page a domain."""
    return [
        Page(
            name=one.name,
            rungs=tuple(Rung),
            draw=partial(draw, one),
            brief=partial(brief, one),
            is_topic=True,
            tab=FIRST_TAB + at,
        )
        for at, one in enumerate(domains().values())
        if views.names(one)
    ]
