"""A reader's own account: who one is here, how one signs in, where one is signed in now, and by which tokens programs read."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.views import me, tokens
from warehouse.rights import Right


def draw(visit: Visit) -> Drawn:
    body = [me.heading(visit), me.entry_section(visit), me.sessions_section(visit)]
    if Right.READ in visit.rights:
        body.append(tokens.tokens_section(visit))
    return Drawn(title=visit.phrases("me.title"), body=body)


page = Page(name="me", draw=draw, right=None, is_kept=False)
