"""Gives briefings out: `/briefing/<language>/<page>/<place>.<kind>?...`, the page's own address with another beginning.

What the page refuses is refused here. Every paper is a line of the trail, written before it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from flask import Flask, Response, abort, request
from flask_login import current_user

from dashboards.address import Address, BadAddress
from dashboards.answers import Memory
from dashboards.auth import Door
from dashboards.briefings.giving import KINDS
from dashboards.briefings.making import Maker, NoBriefing
from dashboards.i18n import LANGS, Lang
from dashboards.typesetting import NoFont, NoGlyph
from metrics.errors import OutOfScope
from warehouse.errors import UnknownPlace
from warehouse.events import Event
from warehouse.places import Rung


@dataclass(frozen=True)
class Papers:
    """Makes papers for whoever is signed in. `template`: the ministry's own for Word; `read`: the site's grammar; `opened`: told of each school whose records are seen."""

    door: Door
    memory: Memory
    synthetic: bool
    template: Path | None
    read: Callable[[str, str], Address]
    opened: Callable[[str, int], None]

    def install(self, server: Flask) -> None:
        server.add_url_rule("/briefing/<lang>/<name>/<int:place>.<kind>", "briefing", self.give)

    def give(self, lang: Lang, name: str, place: int, kind: str) -> Response:
        """The paper; 403 with a line in the trail where the page would be refused, 404 where there is none."""
        if kind not in KINDS or lang not in LANGS:
            abort(404)
        asked = f"briefing-{name}-{place}.{kind}"
        query = request.query_string.decode("ascii", "replace")
        try:
            address = self.read(f"/{lang}/{name}/{place}", f"?{query}")
            made = self._maker().paper(current_user, address, self.door.clock())
        except OutOfScope:
            self._refused(asked)
        except (NoBriefing, UnknownPlace):
            abort(404)
        except BadAddress as error:
            return Response(str(error), status=400, mimetype="text/plain")
        self._watched(place)
        self._note(asked, succeeded=True, kind="briefing", query=query, lang=lang)
        try:
            answer = Response(KINDS[kind].set(made, self._maker().template), mimetype=KINDS[kind].media)  # fmt: skip
        except (NoFont, NoGlyph) as problem:
            return Response(problem.of(lang), status=503, mimetype="text/plain")
        answer.headers["Content-Disposition"] = f'attachment; filename="{asked}"'
        return answer

    def _maker(self) -> Maker:
        door, here = self.door, request.host_url.rstrip("/")
        return Maker(door.warehouse, self.memory, door.today, self.synthetic, self.template, here)

    def _watched(self, place: int) -> None:
        """A school on paper is a school whose records were opened."""
        if self.door.warehouse.ladder.rung(place) is Rung.SCHOOL:
            self.opened(current_user.id, place)

    def _refused(self, what: str) -> NoReturn:
        self._note(what, succeeded=False, reason="not shown")
        abort(403)

    def _note(self, what: str, *, succeeded: bool, **detail: object) -> None:
        self.door.audit(Event.EXPORT, current_user.id, what, succeeded=succeeded, detail=detail)
