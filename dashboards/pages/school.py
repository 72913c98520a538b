"""A school or a unit of attached classes: who it is, how it stands, and every number down to the sheet."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.kpis import against, kpi_strip
from dashboards.parts.school import identity as identity_part
from dashboards.parts.school import judgements as judgements_part
from dashboards.views import (
    identity,
    indicators,
    judged,
    kpis,
    peers,
    questions,
    sections,
    source,
    trend,
)
from metrics.question import Answers
from metrics.review import flags
from metrics.school import facts, newest, submissions
from warehouse.places import Rung

CARDS = (
    "students",
    "students_per_teacher",
    "dual_qualified",
    "buildings_per_student",
    "settled_rate",
    "retention",
)
TREND = "students_per_teacher"


def draw(visit: Visit) -> Drawn:
    school, year = visit.address.place or 0, visit.year
    own, above = _answers(visit)
    whom = peers.compared(visit)
    beside = peers.spreads(visit, CARDS, whom)
    said = facts(visit.reader, school, year, visit.at)
    handed = submissions(visit.reader, school, year, visit.at)
    found = flags(visit.reader, newest(handed))
    body: list[Child] = [
        identity_part(identity.card(visit, said, handed, own), visit.phrases),
        judgements_part(judged.strip(visit, found), visit.phrases),
        kpi_strip(kpis.school_cards(visit, CARDS, own, whom, beside), visit.phrases, columns=3),
        against(peers.against(visit, whom)),
        sections.indicators_section(visit, own),
        _trend(visit, own, above),
        sections.submissions_section(visit, handed),
        sections.findings_section(visit, found),
    ]
    return Drawn(
        title=visit.place.name(visit.lang) if visit.place else "",
        body=body,
        panel=source.panel(visit),
        state=kpis.state(visit),
    )


def _answers(visit: Visit) -> tuple[Answers, Answers | None]:
    """The school's indicators, and its parent's one that is drawn over the years where one axis can hold both."""
    school = visit.address.place or 0
    names = dict.fromkeys((*indicators.chosen(visit.address), *CARDS, _trended(visit)))
    asked = [questions.question(visit, tuple(names), (school,), trend.years(visit))]
    parent = visit.ladder.parent(school)
    if parent is not None and not trend.is_sum(_trended(visit)):
        asked.append(questions.question(visit, (_trended(visit),), (parent,), trend.years(visit)))
    own, *above = visit.asking.ahead(asked)
    return own, above[0] if above else None


def _trended(visit: Visit) -> str:
    return visit.address.metric if visit.address.metric in indicators.names() else TREND


def _trend(visit: Visit, own: Answers, above: Answers | None) -> Child:
    """One indicator over the years, beside its parent's."""
    name, (school,) = _trended(visit), own.question.places
    line = None
    if above is not None:
        (parent,) = above.question.places
        line = trend.Line(parent, dict(above.series(name, parent)))
    own_line = trend.Line(school, dict(own.series(name, school)))
    return sections.trend_section(visit, name, own_line, line, 12)


page = Page(name="place", rungs=(Rung.SCHOOL,), draw=draw, menu=2, tab=1)
