"""How programs are answered: the token, its rate, what was said, whether it is as it was, and everything that goes along with an answer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Response, g, request
from flask_login import current_user

from dashboards.answers import Memory, scope_key
from dashboards.api import parameters, problem
from dashboards.api.declared import JSON, ROOT, Answer, Call, Endpoint, registry
from dashboards.api.document import document
from dashboards.api.problem import Refused, of_error
from dashboards.auth import API, Door, Program
from dashboards.limits import BODY_BYTES, TOKEN, Buckets
from metrics.errors import OutOfScope
from warehouse.errors import UnknownPlace, ZhijianError
from warehouse.events import Event
from warehouse.places import NATION
from warehouse.rights import Right
from warehouse.store import LADDER

CHALLENGE = 'Bearer realm="zhijian"'
KEPT = (
    "private, no-cache"  # a program may keep an answer, and asks each time whether it still stands
)
SOFTWARE = ("dashboards", "metrics", "etl", "warehouse")


@dataclass(frozen=True)
class Interface:
    """Answers programs."""

    door: Door
    memory: Memory
    synthetic: bool
    is_counting: bool
    buckets: Buckets = field(default_factory=lambda: Buckets(TOKEN))

    def install(self, server: Flask) -> None:
        """Route every endpoint; whatever else is asked below /api is refused in the same shape."""
        for one in registry():
            rule = ROOT + one.path.replace("{", "<").replace("}", ">")
            server.add_url_rule(
                rule, f"api_{one.name}", self._answering(one), provide_automatic_options=False
            )
        server.add_url_rule(
            f"{ROOT}/openapi.json", "api_openapi", self.describe, provide_automatic_options=False
        )
        server.add_url_rule(
            f"{API}<path:rest>", "api_nothing", self.nothing, provide_automatic_options=False
        )
        server.before_request(self._read_only)
        server.after_request(self._finish)

    def _answering(self, one: Endpoint) -> Any:  # noqa: ANN401 - a view of Flask's
        return lambda **path: self.answer(one, path)

    def _read_only(self) -> Response | None:
        """Refuse whatever is no question: the pages' own rule, which takes every address, would answer some of it."""
        is_question = not request.path.startswith(API) or request.method in ("GET", "HEAD")
        return None if is_question else problem.told(405, headers={"Allow": "GET, HEAD"})

    def nothing(self, rest: str) -> Response:  # noqa: ARG002 - named by the route
        return problem.told(404)

    def describe(self) -> Response:
        """The description of the interface."""
        refused = self._rated()
        return refused or Response(orjson.dumps(document(request.host_url)), mimetype=JSON)

    def answer(self, one: Endpoint, path: Mapping[str, str]) -> Response:
        """One request: answered, or refused with the reason."""
        refused = self._rated()
        if refused is not None:
            return refused
        try:
            return self._answered(one, path)
        except Refused as refusal:
            return refusal.answer()
        except OutOfScope as error:
            self._note(one, succeeded=False, reason=error.en[:200])
            return of_error(403, error)
        except UnknownPlace as error:
            return of_error(404, error)
        except ZhijianError as error:
            return of_error(422, error)

    def _rated(self) -> Response | None:
        """The refusal of a token that asked too much."""
        if not self.is_counting:
            return None
        name = str(current_user.token.token_id)
        wait = self.buckets.take(name)
        g.rate = self.buckets.left(name)
        seconds = max(1, round(wait))
        return problem.told(429, headers={"Retry-After": str(seconds)}) if wait else None

    def _answered(self, one: Endpoint, path: Mapping[str, str]) -> Response:
        program: Program = current_user._get_current_object()  # noqa: SLF001 - how flask-login names it
        self._allowed(one, program)
        said = parameters.read(one.parameters, request.args.to_dict(flat=False), path)
        kind = self._kind(one, said)
        loads = self._loads(program)
        audience = program.audience(self.door.warehouse)
        known = f"{version()}|{request.path}|{sorted(said.items())!r}|{kind}|{program.id}|{scope_key(audience.scope)}"
        if one.by_loads:
            g.stamp = _stamp(f"{known}|{loads}")
            if request.if_none_match.contains_weak(g.stamp):
                return Response(status=304)
        call = Call(
            said=said, kind=kind, program=program, audience=audience, door=self.door, memory=self.memory, synthetic=self.synthetic
        )  # fmt: skip
        made = one.run(call)
        return self._given(one, kind, made, known)

    def _allowed(self, one: Endpoint, program: Program) -> None:
        if (request.content_length or 0) > BODY_BYTES:
            raise Refused(413)
        if Right.READ not in program.rights:
            raise Refused(403, "right")
        if one.scope is not None and one.scope not in program.token.scopes:
            challenge = f'{CHALLENGE}, error="insufficient_scope", scope="{one.scope.value}"'
            self._note(one, succeeded=False, reason="scope")
            raise Refused(403, "scope", headers={"WWW-Authenticate": challenge}, scope=one.scope.value)  # fmt: skip

    def _kind(self, one: Endpoint, said: Mapping[str, Any]) -> str:
        """The format: as said, else the first that is accepted."""
        if said.get("format"):
            return str(said["format"])
        accepted = request.accept_mimetypes
        if not accepted:
            return next(iter(one.kinds))
        media = accepted.best_match(list(dict.fromkeys(one.kinds.values())))
        if media is None:
            offered = ", ".join(dict.fromkeys(one.kinds.values()))
            raise Refused(406, "media", offered=offered)
        return next(kind for kind, each in one.kinds.items() if each == media)

    def _loads(self, program: Program) -> Mapping[str, int]:
        """What the warehouse holds by now, with the ladder as it is laid."""
        warehouse = self.door.warehouse
        if not warehouse.ladder.years:
            warehouse.refresh()
            raise Refused(503, headers={"Retry-After": "10"})
        scope = program.audience(warehouse).scope
        loads = warehouse.glance(scope, (NATION,)).loads[NATION]
        if loads.get(LADDER, 0) != warehouse.ladder_load:
            warehouse.refresh()
        return dict(sorted(loads.items()))

    def _given(self, one: Endpoint, kind: str, made: Answer, known: str) -> Response:
        body = made.body if isinstance(made.body, bytes) else orjson.dumps(made.body)
        if not one.by_loads:
            g.stamp = _stamp(f"{known}|{hashlib.sha256(body).hexdigest()}")
            if request.if_none_match.contains_weak(g.stamp):
                return Response(status=304)
        if one.is_noted:
            self._note(one, succeeded=True, **made.detail)
        answer = Response(body, mimetype=one.kinds[kind])
        if made.links:
            answer.headers["Link"] = ", ".join(f'<{to}>; rel="{name}"' for name, to in made.links.items())  # fmt: skip
        if made.file:
            answer.headers["Content-Disposition"] = f'attachment; filename="{made.file}"'
        return answer

    def _note(self, one: Endpoint, *, succeeded: bool, **detail: object) -> None:
        """A line of the trail: which token asked what."""
        token = current_user.token
        said = {"token": token.token_id, "query": request.query_string.decode("ascii", "replace")[:1000], **detail}  # fmt: skip
        event = Event.EXPORT if succeeded else Event.TOKEN
        self.door.audit(event, current_user.id, ROOT + one.path, succeeded=succeeded, detail=said)

    def _finish(self, answer: Response) -> Response:
        """Give every answer below /api its headers, and every refusal its shape, whoever made it."""
        if not request.path.startswith(API):
            return answer
        if answer.status_code >= 400 and answer.mimetype != problem.MEDIA:
            answer = problem.dressed(answer)
        if answer.status_code == 401:
            answer.headers["WWW-Authenticate"] = CHALLENGE
        if answer.status_code < 400:
            answer.headers["Cache-Control"] = KEPT
            answer.vary.update(("Authorization", "Accept"))
        if "stamp" in g and answer.status_code in (200, 304):
            answer.set_etag(g.stamp, weak=True)
        if "rate" in g:
            full = int(TOKEN.at_once / TOKEN.a_second)
            answer.headers["RateLimit-Policy"] = f'"token";q={TOKEN.at_once};w={full}'
            answer.headers["RateLimit"] = f'"token";r={g.rate};t={full}'
        return answer


def _stamp(known: str) -> str:
    return hashlib.sha256(known.encode()).hexdigest()[:32]


@cache
def version() -> str:
    """The software by its own text: another one may answer the same question of the same figures in other words."""
    made = hashlib.sha256()
    for package in SOFTWARE:
        found = find_spec(package)
        roots = found.submodule_search_locations if found else None
        for file in sorted(each for root in roots or () for each in Path(root).rglob("*.py")):
            made.update(file.read_bytes())
    return made.hexdigest()[:16]
