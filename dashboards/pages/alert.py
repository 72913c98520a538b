"""One flag of a school: fact and expectation, why it is flagged, the years before, the rows, what would clear it."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.parts.section import grid
from dashboards.views import alert
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    flag = alert.found(visit)
    school = visit.place.name(visit.lang) if visit.place else ""
    if flag is None:
        return Drawn(title=school, body=[alert.none_section(visit)])
    beside = [
        alert.fact_section(visit, flag),
        alert.history_section(visit, flag),
    ]
    body = [
        alert.head(visit, flag),
        grid(*(one for one in beside if one is not None)) if any(beside) else None,
        alert.rows_section(visit, flag),
        alert.why_section(visit, flag),
        alert.case_section(visit, flag),
        alert.rule_section(visit, flag),
        alert.others_section(visit, flag),
    ]
    return Drawn(title=f"{school} {alert.name(visit, flag)}", body=[one for one in body if one is not None])  # fmt: skip


page = Page(name="alert", rungs=(Rung.SCHOOL,), draw=draw, of_records=True, is_kept=False)
