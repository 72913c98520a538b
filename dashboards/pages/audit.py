"""The audit trail, for audit administrators: whether it is whole, and its lines as searched. A look at it is a line too."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.views import audit
from warehouse.events import Event
from warehouse.rights import Right


def draw(visit: Visit) -> Drawn:
    state = audit.state(visit)
    view = FindingView(state.sentence, state.basis, automatic=False)
    return Drawn(
        title=visit.phrases("audit.title"),
        body=[
            finding(view, visit.phrases),
            *audit.fault_section(visit, state),
            audit.lines_section(visit),
        ],
    )


page = Page(
    name="audit", draw=draw, right=Right.READ_AUDIT, menu=10, is_kept=False, event=Event.READ_AUDIT
)
