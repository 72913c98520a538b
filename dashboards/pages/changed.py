"""What changed (变化分解): a movement between two years taken apart into places, effects, groups and what became of schools."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.page import Briefed, Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.parts.section import column, grid
from dashboards.views import changed, kpis
from dashboards.views.changed_fates import fates_section, schools_section
from dashboards.views.changed_parts import bars_section, groups_section, places_section
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    found = changed.found(visit)
    body: list[Child] = [
        finding(changed.sentence(visit, found), visit.phrases),
        changed.choose(visit, found),
        _parts(visit, found),
        groups_section(visit, found),
    ]
    place = visit.place.name(visit.lang) if visit.place else ""
    title = f"{place} {visit.phrases('changed.title')}"
    return Drawn(title=title, body=body, coverage=found.now, state=kpis.state(visit))


def brief(visit: Visit) -> Briefed:
    """The sentence, and every place with the sum line; where nothing is taken apart, why."""
    found = changed.found(visit)
    parts = (
        places_section(visit, found, found.split, 12)
        if found.split is not None
        else bars_section(visit, found, 12)
    )
    drawn = Drawn(title=visit.phrases("changed.title"), body=[finding(changed.sentence(visit, found), visit.phrases), parts])  # fmt: skip
    return Briefed(drawn=drawn, metrics=(found.metric.name,))


def _parts(visit: Visit, found: changed.Found) -> Child:
    """The picture and what became of schools beside every place; where nothing is taken apart, why."""
    beside = (fates_section(visit, found), schools_section(visit, found))
    parts = [bars_section(visit, found, 12), *(one for one in beside if one)]
    if found.split is None:
        return column(12, *parts)
    return grid(column(5, *parts), places_section(visit, found, found.split, 7))


page = Page(
    name="changed",
    rungs=(Rung.NATION, Rung.PROVINCE, Rung.PREFECTURE, Rung.COUNTY),
    draw=draw,
    brief=brief,
    tab=18,
)
