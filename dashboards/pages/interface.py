"""The interface for programs: how one begins, what may be asked, two examples, and the rules."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.views import interface


def draw(visit: Visit) -> Drawn:
    phrases = visit.phrases
    title = phrases("interface.title")
    body = [
        finding(FindingView(title, phrases("interface.about"), automatic=False), phrases),
        interface.begin_section(visit),
        interface.endpoints_section(visit),
        *interface.example_sections(visit),
        interface.rules_section(visit),
    ]
    return Drawn(title=title, body=body)


page = Page(name="interface", draw=draw, under="catalogue", is_kept=False)
