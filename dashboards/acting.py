"""How an action is posted: the token, the right, the transaction with its line in the audit trail, and the way back."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

import orjson
from flask import Flask, Response, abort, redirect, request, session
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from dashboards import auth
from dashboards.action import Action, Attempt, Done, Picked, Refusal, registry
from dashboards.auth import Door, Reader
from dashboards.i18n import Lang, Phrases
from warehouse.administered import learn
from warehouse.errors import ZhijianError
from warehouse.trail import write

PREFIX = "/do/"


@dataclass(frozen=True)
class Desk:
    """Takes what readers post."""

    door: Door
    today: date

    def install(self, server: Flask) -> None:
        server.add_url_rule(f"{PREFIX}<name>", "do", self.take, methods=["POST"])

    def take(self, name: str) -> BaseResponse:
        """One posted form: done, refused with a reason, or not allowed."""
        action, reader = registry().get(name), current_user
        if action is None:
            abort(404)
        if not is_ours() or not action.is_open_to(reader.rights):
            self.door.audit(
                name, reader.id, name, succeeded=False, detail={"reason": "not allowed"}
            )
            abort(403)
        try:
            return _answered(self._done(action, reader))
        except ZhijianError as refusal:
            self.door.audit(
                name, reader.id, name, succeeded=False, detail={"reason": refusal.en[:200]}
            )
            return _refused(refusal)

    def _done(self, action: Action, reader: Reader) -> Done:
        warehouse = self.door.warehouse
        audience = reader.audience(warehouse)
        with warehouse.acting(audience.scope) as writer:
            learn(writer)
            done = action.run(
                Attempt(
                    login=reader.id, role=reader.role, audience=audience, warehouse=warehouse, writer=writer,
                    now=self.door.now(), clock=self.door.clock(), suite=self.door.suite, root=request.host_url.rstrip("/"),
                    phrases=Phrases(language()),
                    said=request.form, listed=request.form.to_dict(flat=False),
                    files={n: Picked(name=f.filename or "", content=f.read()) for n, f in request.files.items()},
                )
            )  # fmt: skip
            write(
                writer,
                auth.line(
                    action.event or action.name,
                    reader.id,
                    done.object,
                    succeeded=True,
                    detail=done.detail,
                ),
            )
        return done


def is_ours() -> bool:
    """Whether a form was posted from a page of ours, in this very session."""
    token, known = request.form.get("csrf", ""), session.get("csrf", "")
    from_here = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    return from_here and bool(known) and secrets.compare_digest(token.encode(), known.encode())


def language() -> Lang:
    return "en" if request.form.get("back", "").startswith("/en/") else "zh"


def _answered(done: Done) -> BaseResponse:
    if done.sends is not None:
        return _sent(done.sends)
    if wants_json():
        return _json({"said": done.said, **done.answer}, 200)
    session["said"] = ["done", done.said]
    return redirect(done.where or _back(), 303)


def _sent(file: Picked) -> Response:
    """A file that browsers keep and never show in a page of ours."""
    answer = Response(file.content, mimetype="application/octet-stream")
    # Headers hold ASCII only: the name goes beside it in the way that RFC 6266 has for all others.
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", file.name).strip("-.") or "file"
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    answer.headers["Content-Disposition"] = named
    return answer


def _refused(refusal: ZhijianError) -> BaseResponse:
    words = refusal.of(language())
    if wants_json():
        return _json({"refused": words}, 409 if isinstance(refusal, Refusal) else 422)
    session["said"] = ["refused", words]
    return redirect(_back(), 303)


def wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _json(body: dict[str, object], status: int) -> Response:
    return Response(orjson.dumps(body), status=status, mimetype="application/json")


def _back() -> str:
    """The page it was posted from: an address of ours, nobody else's."""
    return auth.inside(request.form.get("back", "")) or "/"
