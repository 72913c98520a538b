"""A file that a school sent in: its number, how far it is, and its receipt."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.views import intake


def draw(visit: Visit) -> Drawn:
    one = intake.found(visit)
    if one is None:
        return Drawn(title=visit.phrases("intake.gone"), body=intake.nothing(visit))
    title = visit.phrases("intake.title", number=one.number)
    return Drawn(title=title, body=list(intake.body(visit, one)))


page = Page(name="intake", draw=draw, is_kept=False)
