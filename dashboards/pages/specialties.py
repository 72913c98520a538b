"""Which specialties a place offers (专业布局): classes, opened and closed, twice within a county, supply of a chosen one by place and year."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.parts.section import column, grid
from dashboards.views import specialties
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    layout = specialties.found(visit)
    body: list[Child] = [finding(specialties.sentence(visit, layout), visit.phrases)]
    if layout.is_filled:
        beside = [specialties.moves_section(visit, layout)]
        if not layout.is_school:
            beside.append(specialties.doubles_section(visit, layout))
        body.append(grid(specialties.majors_section(visit, layout), column(5, *beside)))
        body += specialties.supply_parts(visit, layout)
    place = visit.place.name(visit.lang) if visit.place else ""
    title = f"{place} {visit.phrases('specialties.title')}"
    return Drawn(
        title=title, body=body, coverage=specialties.coverage(visit), metrics=("students", "entrants")
    )  # fmt: skip


page = Page(name="specialties", rungs=tuple(Rung), draw=draw, tab=19, of_records=True)
