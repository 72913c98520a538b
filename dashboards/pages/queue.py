"""The review queue: what waits for the reader's place, how far the year has come, what is overdue."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.parts.section import grid
from dashboards.views import queue
from warehouse.rights import Right


def draw(visit: Visit) -> Drawn:
    rows = queue.found(visit)
    said = FindingView(
        queue.sentence(visit, rows),
        visit.phrases("queue.about"),
        automatic=Right.REVIEW in visit.rights,
    )
    body = [finding(said, visit.phrases)]
    if Right.REVIEW in visit.rights:
        body.append(queue.mine(visit, rows))
    return Drawn(
        title=visit.phrases("queue.title"),
        body=[
            *body,
            grid(queue.progress(visit), queue.rungs(visit, visit.audience.scope.place_id)),
            *queue.late(visit),
            *queue.choice(visit),
        ],
    )


page = Page(
    name="queue",
    draw=draw,
    right=Right.REVIEW,
    others=frozenset({Right.REMIND}),
    menu=5,
    is_kept=False,
)
