"""Spot checks of a place and year: the plans, the schools of one with why they are visited, what was found, and what follows from the lot."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.parts.section import grid
from dashboards.views import sampling, sampling_acts
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    known = sampling.found(visit)
    body: list[Child] = [finding(sampling.sentence(known), visit.phrases)]
    if known.plan is not None:
        body += [
            sampling.schools_section(known),
            grid(sampling.estimate_section(known), *sampling_acts.record_sections(known)),
            *sampling_acts.dispatch_sections(known),
        ]
    body.append(grid(sampling.plans_section(known), *sampling_acts.plan_sections(known)))
    place = visit.place.name(visit.lang) if visit.place else ""
    return Drawn(title=f"{place} {visit.phrases('sampling.title')}", body=body)


page = Page(
    name="sampling", rungs=(Rung.NATION, Rung.PROVINCE, Rung.PREFECTURE, Rung.COUNTY), draw=draw, under="cases", of_records=True, is_kept=False,
)  # fmt: skip
