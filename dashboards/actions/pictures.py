"""A chart saved as a picture: the browser makes the file, so it says so here first, and the file is a line of the trail like any other."""

from __future__ import annotations

import re
from typing import Any

from dashboards.action import Action, Attempt, Done, Refusal
from dashboards.address import Address, BadAddress, parse
from dashboards.page import registry
from metrics.audience import Audience
from metrics.errors import OutOfScope
from warehouse.events import Event
from warehouse.places import NATION
from warehouse.rights import Right

KINDS = ("svg", "png")
_CHART = re.compile(r"[A-Za-z0-9_-]{1,60}")


def save_picture(attempt: Attempt) -> Done:
    """Write down which chart of which page is saved as what; only of a page that its reader may open."""
    kind, chart = attempt.said.get("kind", ""), attempt.said.get("chart", "")
    if kind not in KINDS or not _CHART.fullmatch(chart):
        raise _unknown()
    address = _address(attempt)
    named = f"{address.page}-{address.place}" if address.place is not None else address.page
    return Done(
        said=attempt.phrases("picture.saved"), object=f"{named}.{kind}",
        detail={"kind": "picture", "chart": chart, "address": str(address), **_state(attempt, address)},
    )  # fmt: skip


def _unknown() -> Refusal:
    return Refusal(
        "不知道是哪一幅图。请刷新页面后再存。",
        "Which chart this is cannot be told. Reload the page and save it again.",
    )


def _address(attempt: Attempt) -> Address:
    """The page it stands on. OutOfScope where its reader may not open that."""
    path, _, query = attempt.said.get("of", "").partition("?")
    try:
        address = parse(path, query)
    except BadAddress as error:
        raise _unknown() from error
    if not _is_open(address, attempt.audience, attempt.role.rights):
        raise OutOfScope((address.place or NATION,))
    return address


def _is_open(address: Address, audience: Audience, rights: frozenset[Right]) -> bool:
    place, ladder = address.place, audience.ladder
    depth = "published" if place is None else audience.scope.depth_of(ladder, place)
    page = registry().get((address.page, ladder.rung(place) if place is not None else None))
    return page is not None and page.is_open_at(depth) and page.is_open_to(rights)


def _state(attempt: Attempt, address: Address) -> dict[str, Any]:
    """Which state of the figures it shows: a release, a moment, or the newest load of now."""
    if address.release:
        return {"release": address.release}
    place = address.place or NATION
    known = attempt.writer.loads((place,)) if address.moment is None else attempt.writer.loads_at((place,), address.moment)  # fmt: skip
    return {"load": max(known.get(place, {}).values(), default=0)}


ACTIONS = (
    Action(name="save_picture", right=Right.READ, run=save_picture, event=Event.EXPORT),
)  # fmt: skip
