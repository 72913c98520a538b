"""What a reader was told: unread first to be dealt with, all of it to look up."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.views import notices
from warehouse.notices import unread


def draw(visit: Visit) -> Drawn:
    phrases, n = visit.phrases, unread(visit.reader)
    said = phrases("notices.some", n=n) if n else phrases("notices.none")
    view = FindingView(said, phrases("notices.about"), automatic=False)
    return Drawn(
        title=phrases("notices.title"),
        body=[
            finding(view, phrases),
            *([notices.mark_all(visit)] if n else []),
            notices.list_section(visit),
            notices.mailbox_section(visit),
        ],
    )


page = Page(name="notices", draw=draw, right=None, is_kept=False)
