"""A reader's own account: who one is here, how one signs in, and where one is signed in now."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.views import me


def draw(visit: Visit) -> Drawn:
    return Drawn(
        title=visit.phrases("me.title"),
        body=[me.heading(visit), me.entry_section(visit), me.sessions_section(visit)],
    )


page = Page(name="me", draw=draw, right=None, is_kept=False)
