"""Files that pages link to: the sign-off sheet as PDF. A download is a line of the audit trail, written before it is given."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, abort, request
from flask_login import current_user

from dashboards.auth import Door
from dashboards.i18n import Lang, Phrases
from dashboards.sheet import NoFont, pdf
from dashboards.views import signoff
from warehouse.chain import Key
from warehouse.discovery import submitted_forms
from warehouse.errors import UnknownPlace
from warehouse.events import Event
from warehouse.rights import Right


@dataclass(frozen=True)
class Downloads:
    """Gives files out."""

    door: Door
    synthetic: bool

    def install(self, server: Flask) -> None:
        server.add_url_rule("/signoff/<int:school>/<int:year>/<name>.pdf", "signoff", self.signoff)

    def signoff(self, school: int, year: int, name: str) -> Response:
        """The sheet of one form of a school whose records the reader may see."""
        lang: Lang = "en" if request.args.get("lang") == "en" else "zh"
        what = f"{name}-{year}-{school}"
        if not self._may(school):
            self.door.audit(
                Event.EXPORT,
                current_user.id,
                what,
                succeeded=False,
                detail={"reason": "out of scope"},
            )
            abort(403)
        if name not in submitted_forms():
            abort(404)
        audience = current_user.audience(self.door.warehouse)
        with self.door.warehouse.reading(audience.scope) as reader:
            made = signoff.sheet(
                signoff.Asked(
                    reader=reader, ladder=audience.ladder, phrases=Phrases(lang), key=Key(name, year, school),
                    host=request.host_url, is_synthetic=self.synthetic, sees_sensitive=Right.SEE_SENSITIVE in current_user.rights,
                )
            )  # fmt: skip
        if made is None:
            abort(404)
        self.door.audit(
            Event.EXPORT, current_user.id, what, succeeded=True, detail={"kind": "sign-off sheet"}
        )
        try:
            content = pdf(made)
        except NoFont as problem:
            return Response(problem.of(lang), status=503, mimetype="text/plain")
        answer = Response(content, mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'attachment; filename="{what}.pdf"'
        return answer

    def _may(self, school: int) -> bool:
        if Right.READ not in current_user.rights:
            return False
        audience = current_user.audience(self.door.warehouse)
        try:
            return bool(audience.scope.depth_of(audience.ladder, school) == "records")
        except UnknownPlace:
            return False
