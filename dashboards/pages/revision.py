"""修订: the cells of a place and of those right below it that differ between two releases of a year, or between a release and now."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.numbers import academic_year
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.views import revision
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    place = visit.place.name(visit.lang) if visit.place else ""
    title = f"{place} {visit.phrases('revision.title')}"
    found = revision.found(visit)
    if found is None:
        said = visit.phrases("revision.none", year=academic_year(visit.year, visit.lang))
        return Drawn(title=title, body=[finding(FindingView(said, automatic=False), visit.phrases)])
    if found.new is None and visit.depth != "records":
        said = visit.phrases("revision.elsewhere", place=place, old=found.old.number)
        return Drawn(title=title, body=[finding(FindingView(said, automatic=False), visit.phrases)])
    body: list[Child] = [
        finding(revision.sentence(visit, found), visit.phrases),
        revision.cells_section(visit, found),
        *revision.came_section(visit, found),
    ]
    return Drawn(title=title, body=body)


page = Page(name="revision", rungs=tuple(Rung), draw=draw, under="releases")
