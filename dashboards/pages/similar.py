"""The similar schools of a school: the recipe, the thirty, and where the school stands among them."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.pages.school import CARDS
from dashboards.parts.finding import finding
from dashboards.parts.kpis import kpi_strip
from dashboards.views import kpis, peers, questions, similar, trend
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    found = similar.found(visit)
    school = visit.address.place or 0
    own = visit.ask(questions.question(visit, CARDS, (school,), trend.years(visit)))
    whom = peers.Compared(alike=found.alike)
    cards = kpis.school_cards(visit, CARDS, own, whom, peers.spreads(visit, CARDS, whom))
    place = visit.place.name(visit.lang) if visit.place else ""
    return Drawn(
        title=f"{place} {visit.phrases('similar.title')}",
        body=[
            finding(similar.sentence(found), visit.phrases),
            kpi_strip(cards, visit.phrases, columns=3),
            similar.recipe_section(found),
            similar.list_section(found),
        ],
        state=kpis.state(visit),
    )


page = Page(name="similar", rungs=(Rung.SCHOOL,), draw=draw, tab=18, of_records=True)
