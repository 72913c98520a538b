"""Shortlists of a place and year: criteria, ranking with its doubts, decisions; at a school only what was decided about itself."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.views import shortlist_decision, shortlist_found, shortlists
from dashboards.views.accounts import place_of
from warehouse.places import Rung
from warehouse.shortlist_rules import Decision
from warehouse.shortlists import decision


def draw(visit: Visit) -> Drawn:
    held = _decision(visit)
    title = f"{place_of(visit).name(visit.lang)} {visit.phrases('shortlists.title')}"
    if held is not None:
        body: list[Child] = [finding(shortlist_decision.sentence(visit, held), visit.phrases), *shortlist_decision.decision_sections(visit, held)]  # fmt: skip
        return Drawn(title=f"{title} {held.number}", body=body, basis="approved", state="final")
    known = shortlist_found.found(visit)
    body = [
        finding(shortlists.sentence(known), visit.phrases), shortlists.criteria_section(known), shortlists.list_section(known),
        shortlists.rest_section(known), *shortlist_decision.decisions_sections(known),
    ]  # fmt: skip
    return Drawn(title=title, body=body, basis="approved", state="final")


def _decision(visit: Visit) -> Decision | None:
    """The decision that the address names, where it is of this place."""
    item = visit.address.item
    held = decision(visit.reader, int(item)) if item.isascii() and item.isdigit() and len(item) < 16 else None  # fmt: skip
    return held if held and held.drawn.subject.place_id == place_of(visit).place_id else None


def draw_school(visit: Visit) -> Drawn:
    place = place_of(visit).name(visit.lang)
    said = FindingView(visit.phrases("shortlists.at_school", place=place), visit.phrases("shortlists.outcomes.note"), automatic=False)  # fmt: skip
    return Drawn(title=f"{place} {visit.phrases('shortlists.title')}", body=[finding(said, visit.phrases), shortlist_decision.outcomes_section(visit)], basis="approved")  # fmt: skip


def pages() -> list[Page]:
    offices = (Rung.NATION, Rung.PROVINCE, Rung.PREFECTURE, Rung.COUNTY)
    return [
        Page(name="shortlists", rungs=offices, draw=draw, menu=15, of_records=True, is_kept=False),
        Page(name="shortlists", rungs=(Rung.SCHOOL,), draw=draw_school, of_records=True, is_kept=False),
    ]  # fmt: skip
