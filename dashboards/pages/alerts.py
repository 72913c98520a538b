"""Monitoring and early warning of a place: breaches, doubts about the data and risks, each with its reasons."""

from __future__ import annotations

from dataclasses import replace

from dashboards.element import Child
from dashboards.page import Briefed, Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.parts.section import grid
from dashboards.views import alerts
from warehouse.flags import Judgement
from warehouse.places import NATION, Rung


def draw(visit: Visit) -> Drawn:
    found = alerts.found(visit)
    body: list[Child] = [finding(alerts.sentence(found), visit.phrases)]
    if found.last is not None:
        body += _sections(visit, found)
    place = visit.place.name(visit.lang) if visit.place else ""
    return Drawn(title=f"{place} {visit.phrases('alerts.title')}", body=body)


def _sections(visit: Visit, found: alerts.Found) -> list[Child]:
    if found.is_school:
        return [alerts.list_section(found)]
    is_nation = visit.address.place in (None, NATION)
    where = alerts.map_section(found) if is_nation else alerts.places_section(found, 7)
    return [grid(where, alerts.rules_section(found)), alerts.list_section(found)]


def brief(visit: Visit) -> Briefed:
    """The sentence; of each judgement the rules that touch most schools, and its first flags."""
    found = alerts.found(visit)
    body: list[Child] = [finding(alerts.sentence(found), visit.phrases)]
    for each in found.judgements if found.last is not None else ():
        if found.added(each, "flags"):
            seen = replace(found, visit=_viewed(visit, each))
            rules = [] if found.is_school else [alerts.rules_section(seen, 12)]
            body += [*rules, alerts.list_section(seen)]
    return Briefed(drawn=Drawn(title=visit.phrases("alerts.title"), body=body))


def _viewed(visit: Visit, judgement: Judgement) -> Visit:
    view = "" if judgement is Judgement.BREACH else judgement.value
    return replace(visit, address=replace(visit.address, view=view))


page = Page(
    name="alerts",
    rungs=tuple(Rung),
    draw=draw,
    brief=brief,
    menu=3,
    tab=2,
    of_records=True,
    is_kept=False,
)
