"""The same contacts in full, for whoever needs them; a look at it is a line of the audit trail."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.views import roster
from warehouse.events import Event
from warehouse.places import Rung
from warehouse.rights import Right


def draw(visit: Visit) -> Drawn:
    return roster.drawn(visit, is_open=True)


page = Page(
    name=roster.OPEN, rungs=tuple(Rung), draw=draw, right=Right.SEE_SENSITIVE, of_records=True, is_kept=False,
    event=Event.VIEW_SENSITIVE,
)  # fmt: skip
