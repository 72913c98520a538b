"""Contacts and working group of a unit, with telephone and e-mail masked."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.views import roster
from warehouse.places import Rung
from warehouse.rights import Right


def draw(visit: Visit) -> Drawn:
    return roster.drawn(visit, is_open=False)


page = Page(
    name=roster.MASKED, rungs=tuple(Rung), draw=draw, right=Right.SEE_SENSITIVE, menu=9, of_records=True, is_kept=False,
    others=frozenset({Right.MANAGE_ACCOUNTS}),
)  # fmt: skip
