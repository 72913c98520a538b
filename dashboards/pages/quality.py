"""The quality of a place's data: five dimensions of named checks, where it is lost, and which repair gains most."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.parts.section import grid
from dashboards.views import quality, quality_years
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    rows = quality.found(visit, visit.year)
    is_school = visit.place is not None and visit.ladder.rung(visit.place.place_id) is Rung.SCHOOL
    counted = quality.Counted(rows)
    body: list[Child] = [finding(quality.sentence(visit, counted), visit.phrases)]
    if rows.height:
        body.append(
            grid(quality.checks_section(visit, counted), quality.repairs_section(visit, counted))
        )
        if not is_school:
            body.append(quality.places_section(visit, counted))
        body += [quality.rules_section(visit), quality_years.years_section(visit, rows)]
    place = visit.place.name(visit.lang) if visit.place else ""
    title = f"{place} {visit.phrases('quality.title')}"
    return Drawn(title=title, body=body)


page = Page(name="quality", rungs=tuple(Rung), draw=draw, tab=21, of_records=True, is_kept=False)
