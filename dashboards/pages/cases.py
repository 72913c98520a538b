"""The cases of a place: the work list of whoever stands there, the places below, and what may be dispatched."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.views import cases
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    listing = cases.found(visit)
    place = visit.place.name(visit.lang) if visit.place else ""
    body = [
        finding(cases.sentence(visit, listing), visit.phrases), cases.list_section(visit, listing),
        *cases.places_sections(visit, listing), *cases.dispatch_sections(visit),
    ]  # fmt: skip
    return Drawn(title=f"{place} {visit.phrases('cases.title')}", body=body)


page = Page(
    name="cases", rungs=tuple(Rung), draw=draw, menu=6, tab=2, of_records=True, is_kept=False
)
