"""A school or a unit of attached classes: who it is, how it stands, and every number down to the sheet."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.element import Child
from dashboards.page import Briefed, Drawn, Page, Visit
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
    asked = _answers(visit)
    own = asked["own"]
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
        _trend(visit, asked),
        sections.submissions_section(visit, handed),
        sections.findings_section(visit, found),
    ]
    return Drawn(
        title=visit.place.name(visit.lang) if visit.place else "",
        body=body,
        panel=source.panel(visit),
        state=kpis.state(visit),
    )


def _answers(visit: Visit) -> dict[str, Answers]:
    """The school's indicators up to the year; what its trend draws beside: what followed, and the parent's where one axis can hold both."""
    school, name = visit.address.place or 0, _trended(visit)
    names = tuple(dict.fromkeys((*indicators.chosen(visit.address), *CARDS, name)))
    asked = {"own": questions.question(visit, names, (school,), trend.until(visit))}
    if trend.after(visit):
        asked["after"] = questions.question(visit, (name,), (school,), trend.after(visit))
    parent = visit.ladder.parent(school)
    if parent is not None and not trend.is_sum(name):
        asked["above"] = questions.question(visit, (name,), (parent,), trend.years(visit))
    return dict(zip(asked, visit.asking.ahead(list(asked.values())), strict=True))


def _trended(visit: Visit) -> str:
    return visit.address.metric if visit.address.metric in indicators.names() else TREND


def _trend(visit: Visit, asked: Mapping[str, Answers]) -> Child:
    """One indicator over the years, beside its parent's."""
    name, (school,), above = _trended(visit), asked["own"].question.places, asked.get("above")
    own = trend.line(name, school, asked["own"], asked.get("after"))
    parent = trend.line(name, above.question.places[0], above) if above else None
    return sections.trend_section(visit, name, own, parent, 12)


def brief(visit: Visit) -> Briefed:
    """The whole page: a school's is short enough for paper."""
    return Briefed(drawn=draw(visit), metrics=CARDS)


page = Page(
    name="place", rungs=(Rung.SCHOOL,), draw=draw, menu=2, tab=1, brief=brief, is_topic=True
)
