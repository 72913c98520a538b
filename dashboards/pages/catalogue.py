"""The catalogue, searchable: metrics with definition, limits and law; the forms and their columns, each with its history; how sentences are made."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.parts.lineage import lineage
from dashboards.views import catalogue, definitions, dictionary_search


def draw(visit: Visit) -> Drawn:
    opened = definitions.opened(visit)
    title = visit.phrases("catalogue.title")
    return Drawn(
        title=title,
        body=[
            finding(
                FindingView(title, visit.phrases("catalogue.about"), automatic=False), visit.phrases
            ),
            dictionary_search.search_section(visit),
            *catalogue.definition_sections(visit),
            catalogue.law_section(visit),
            *catalogue.dictionary_sections(visit),
            catalogue.sentence_section(visit),
            catalogue.interface_section(visit),
        ],
        panel=lineage(opened, visit.phrases) if opened else None,
    )


page = Page(name="catalogue", draw=draw, menu=13)
