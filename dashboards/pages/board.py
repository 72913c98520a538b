"""The submission board of a place: who is due, who has submitted, who is late, at which step it waits, with whom, since when."""

from __future__ import annotations

from dataclasses import replace

from dashboards.page import Briefed, Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.views import board
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    counted = board.found(visit)
    is_school = visit.place is not None and visit.ladder.rung(visit.place.place_id) is Rung.SCHOOL
    body = [finding(board.sentence(visit, counted), visit.phrases)]
    if is_school:
        body.append(board.school_section(visit))
    elif counted.rows:
        body += [board.places_section(visit, counted), board.forms_section(visit, counted), board.waits_section(visit)]  # fmt: skip
    place = visit.place.name(visit.lang) if visit.place else ""
    title = f"{place} {visit.phrases('board.title')}"
    return Drawn(title=title, body=body)


def brief(visit: Visit) -> Briefed:
    """The whole page, but not with whom things wait: that is for those who work on them."""
    drawn = draw(visit)
    return Briefed(drawn=replace(drawn, title=visit.phrases("board.title"), body=drawn.body[:3]))


page = Page(
    name="board", rungs=tuple(Rung), draw=draw, brief=brief, tab=20, of_records=True, is_kept=False
)
