"""The published record of the warnings: how often rules and models were right, beside the baselines, and what closed cases say."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.views import models as models_view
from dashboards.views import record
from warehouse.evaluations import closed_cases, newest
from warehouse.models import Kept, listed


def draw(visit: Visit) -> Drawn:
    models = listed(visit.reader)
    one = models_view.chosen(visit, models)
    return _record(visit, models) if one is None else _card(visit, one)


def _card(visit: Visit, one: Kept) -> Drawn:
    said = models_view.card_sentence(visit, one)
    body: list[Child] = [finding(said, visit.phrases), *models_view.card_sections(visit, one)]
    return Drawn(title=visit.phrases("models.card.title", version=one.version), body=body)


def _record(visit: Visit, models: list[Kept]) -> Drawn:
    made, closed = newest(visit.reader), closed_cases(visit.reader)
    body: list[Child] = [
        finding(record.sentence(visit, made, closed), visit.phrases), *models_view.candidate_sections(visit, models),
        models_view.models_section(visit, models), record.closed_section(visit, closed),
    ]  # fmt: skip
    if made is not None:
        body += [*record.tables(visit, made), record.about_section(visit, made)]
    return Drawn(title=visit.phrases("record.title"), body=body)


page = Page(name="record", draw=draw, under="alerts", is_kept=False)
