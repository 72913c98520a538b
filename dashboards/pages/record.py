"""The published record of the warnings: how often rules and models were right, beside the baselines, and what closed cases say."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.views import record
from warehouse.evaluations import closed_cases, newest


def draw(visit: Visit) -> Drawn:
    made, closed = newest(visit.reader), closed_cases(visit.reader)
    body: list[Child] = [finding(record.sentence(visit, made, closed), visit.phrases), record.closed_section(visit, closed)]  # fmt: skip
    if made is not None:
        body += [*record.tables(visit, made), record.about_section(visit, made)]
    return Drawn(title=visit.phrases("record.title"), body=body)


page = Page(name="record", draw=draw, under="alerts", is_kept=False)
