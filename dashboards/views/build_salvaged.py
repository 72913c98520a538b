"""What is left of an address that asks for no table: every word of it that says something."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboards.page import Visit
from dashboards.views.build import BLANK, asked
from metrics.errors import BadTable
from metrics.tables.ask import WORDS
from metrics.tables.build import size


def salvaged(visit: Visit) -> Visit:
    """The same look by the words that say something with those before them, so that one too many costs no other step."""
    found = _by(visit, BLANK)
    for name in WORDS:
        for word in filter(None, getattr(visit.address, name).split(".")):
            said = ".".join(filter(None, (getattr(found.address, name), word)))
            found = _readable(_by(found, {name: said})) or found
    return found


def _by(visit: Visit, words: dict[str, Any]) -> Visit:
    return replace(visit, address=replace(visit.address, **words))


def _readable(visit: Visit) -> Visit | None:
    try:
        size(asked(visit), visit.ladder)
    except BadTable:
        return None
    return visit
