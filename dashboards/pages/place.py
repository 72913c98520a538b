"""A place above the school: nation, province, prefecture or county. What it shows follows from its rung."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from dashboards.element import Child
from dashboards.page import Briefed, Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.parts.kpis import kpi_strip
from dashboards.parts.section import column, grid
from dashboards.views import (
    kpis,
    matrix,
    nine,
    questions,
    sections,
    sentence,
    source,
    spread,
    tiles,
    trend,
)
from dashboards.views.children import Shown
from dashboards.views.kpis import Beside
from dashboards.views.nearby import Nearby
from metrics.question import Answers, Question
from metrics.unclaimed import unclaimed
from warehouse.places import NATION, Rung

HEADLINES = (
    "students",
    "entrants",
    "full_time_teachers",
    "students_per_teacher",
    "dual_qualified",
    "compliant_share",
)
RANKED = "compliant_share"
MOVED = "students"  # what a briefing takes apart
RANKING = (
    Shown("compliant_share", "dots"),
    Shown("students_per_teacher", "dots", narrow=False),
    Shown("students"),
    Shown("students_growth", "change", narrow=False),
    Shown("students", "coverage"),
)
CHILDREN = (
    Shown("students", "due", narrow=False),
    Shown("students", "coverage"),
    Shown("students"),
    Shown("students_growth", "change"),
    Shown("students_per_teacher", "dots"),
    Shown("compliant_share", "dots"),
)
SCHOOLS = (
    Shown("students"),
    Shown("students_growth", "change"),
    Shown("full_time_teachers"),
    Shown("students_per_teacher", "dots"),
    Shown("limits_missed", "verdict"),
)
WATCHED = ("red_lines", "entrants_growth")  # what attention is drawn to besides the columns


class Asked(Nearby):
    """The questions of one page, asked at once."""

    @property
    def is_nation(self) -> bool:
        return self.here == NATION

    def question(
        self, metrics: Sequence[str], places: Sequence[int], years: Sequence[int]
    ) -> Question:
        return questions.question(self.visit, metrics, places, years)

    @cached_property
    def answers(self) -> dict[str, Answers]:
        """The answers of every question the page knows beforehand, read together."""
        asked = {
            "own": self._own, "after": self._after, "limits": self._limits, "below": self._below, "beside": self._beside,
            "above": self._above,
        }  # fmt: skip
        wanted = {name: one for name, one in asked.items() if one is not None}
        found = self.visit.asking.ahead(list(wanted.values()))
        return dict(zip(wanted, found, strict=True))

    @property
    def columns(self) -> tuple[Shown, ...]:
        """What is listed of the places below."""
        if self.is_nation:
            return RANKING
        return SCHOOLS if self.children and self.lists_schools else CHILDREN

    @property
    def own(self) -> Answers:
        return self.answers["own"]

    @property
    def limits(self) -> Answers:
        return self.answers["limits"]

    @property
    def below(self) -> Answers | None:
        return self.answers.get("below")

    @cached_property
    def beside(self) -> Beside | None:
        if self.parent is None:
            return None
        return Beside(self.answers["beside"], self.parent, self.siblings)

    @property
    def above(self) -> trend.Line | None:
        found = self.answers.get("above")
        if found is None:
            return None
        return trend.line(self.trended, found.question.places[0], found)

    @property
    def _own(self) -> Question:
        """The headline numbers and the trend over the years, up to the year looked at."""
        names = (*HEADLINES, "coverage", self.trended)
        return self.question(names, (self.here,), trend.until(self.visit))

    @property
    def _after(self) -> Question | None:
        """The trend over the years that followed."""
        years = trend.after(self.visit)
        return self.question((self.trended,), (self.here,), years) if years else None

    @property
    def _limits(self) -> Question:
        """The nine limits in the year."""
        names = (*nine.MET, *nine.NEAR, "one_short", self.spread)
        return self.question(names, (self.here,), (self.visit.year,))

    @property
    def _below(self) -> Question | None:
        """The place and its children in the year."""
        if not self.children:
            return None
        shown = self.columns
        mapped = (tiles.chosen(self.visit),) if self.is_nation else ()
        names = [*(one.metric for one in shown), "students_per_teacher", *WATCHED, *mapped]
        return self.question(names, (self.here, *self.children), (self.visit.year,))

    @property
    def _beside(self) -> Question | None:
        """Parent and siblings in the year, as far as they may be seen."""
        if self.parent is None:
            return None
        return self.question(HEADLINES, (self.parent, *self.siblings), (self.visit.year,))

    @property
    def _above(self) -> Question | None:
        """The parent over the years."""
        parent = self.visit.ladder.parent(self.here)
        if parent is None or trend.is_sum(self.trended):
            return None
        return self.question((self.trended,), (parent,), trend.years(self.visit))

    @cached_property
    def trended(self) -> str:
        return trend.chosen(self.visit, "students" if self.is_nation else "students_per_teacher")

    @cached_property
    def spread(self) -> str:
        return spread.chosen(self.visit)


def draw(visit: Visit) -> Drawn:
    asked = Asked(visit)
    return _drawn(asked, [*_sections(asked), *_unclaimed(asked)])


def _drawn(asked: Asked, below: Sequence[Child]) -> Drawn:
    """The conclusion and the headline numbers, with what follows them."""
    visit, own = asked.visit, asked.own
    cards = kpis.cards(visit, HEADLINES, own, asked.beside)
    conclusion = (
        sentence.nation(visit, own, asked.below)
        if asked.is_nation
        else sentence.inside(visit, own, asked.beside, asked.below)
    )
    return Drawn(
        title=visit.place.name(visit.lang) if visit.place else "",
        body=[finding(conclusion, visit.phrases), kpi_strip(cards, visit.phrases), *below],
        panel=source.panel(visit),
        coverage=own.cell("coverage", asked.here, visit.year),
        state=kpis.state(visit),
    )


def brief(visit: Visit) -> Briefed:
    """Map, ranking, what needs attention, and the nine limits."""
    asked = Asked(visit)
    metrics = (*HEADLINES, *(one.metric for one in asked.columns))
    return Briefed(drawn=_drawn(asked, _briefed(asked)), metrics=metrics, moved=MOVED)


def _briefed(asked: Asked) -> list[Child]:
    visit, below = asked.visit, asked.below
    nine_ = sections.nine_section(visit, asked.limits, 12)
    if below is None:
        return [sections.no_children_section(visit), nine_]
    ranked = (
        sections.children_section(visit, below, asked.columns)
        if asked.lists_schools
        else sections.ranking_section(visit, below, asked.columns, RANKED)
    )
    attention = sections.attention_section(visit, below, nine.counts(visit, asked.limits, asked.here))  # fmt: skip
    mapped = [sections.map_section(visit, below)] if asked.is_nation else []
    return [*mapped, attention, ranked, nine_]


def _sections(asked: Asked) -> list[Child]:
    """Children and records where they may be seen, the trend for every reader."""
    visit = asked.visit
    if asked.below is None:
        return [
            grid(sections.nine_section(visit, asked.limits, 7), _spread(asked, 5)),
            _trend(asked, 12),
            sections.no_children_section(visit),
        ]
    limits = nine.counts(visit, asked.limits, asked.here)
    attention = sections.attention_section(visit, asked.below, limits, 5 if asked.is_nation else 4)
    if asked.is_nation:
        return [
            grid(sections.map_section(visit, asked.below), attention),
            grid(
                sections.ranking_section(visit, asked.below, RANKING, RANKED),
                column(5, sections.nine_section(visit, asked.limits, 12), _spread(asked, 12)),
            ),
            _trend(asked, 12),
        ]
    return [
        grid(sections.children_section(visit, asked.below, asked.columns), attention),
        grid(
            column(7, _spread(asked, 7), _trend(asked, 12)),
            sections.nine_section(visit, asked.limits),
        ),
        *_matrix(asked),
    ]


def _spread(asked: Asked, width: int) -> Child:
    found = questions.spread(asked.visit, asked.spread)
    own = asked.limits.cell(asked.spread, asked.here, asked.visit.year)
    return sections.spread_section(asked.visit, asked.spread, found, own, width)


def _trend(asked: Asked, width: int) -> Child:
    own = trend.line(asked.trended, asked.here, asked.own, asked.answers.get("after"))
    return sections.trend_section(asked.visit, asked.trended, own, asked.above, width)


def _unclaimed(asked: Asked) -> list[Child]:
    """Rows that no unit claims, for readers of the records of a province or of the nation."""
    visit = asked.visit
    above = visit.ladder.rung(asked.here) in (Rung.NATION, Rung.PROVINCE)
    rows = (
        unclaimed(visit.reader, visit.year, visit.at, asked.here)
        if above and visit.depth == "records"
        else []
    )
    return [sections.unclaimed_section(visit, rows)] if rows else []


def _matrix(asked: Asked) -> list[Child]:
    """The schools by the nine limits, for readers of records."""
    visit = asked.visit
    if visit.depth != "records":
        return []
    missed = questions.spread(visit, matrix.MISSED, is_named=True)
    schools = matrix.schools(missed, is_all=visit.address.all == "1")
    answers = (
        questions.ask(visit, matrix.VALUE_METRICS, schools, (visit.year,)) if schools else None
    )
    return [sections.matrix_section(visit, missed, answers)]


page = Page(
    name="place",
    rungs=(Rung.NATION, Rung.PROVINCE, Rung.PREFECTURE, Rung.COUNTY),
    draw=draw,
    brief=brief,
    is_topic=True,
    menu=1,
    tab=1,
)
