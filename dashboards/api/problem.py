"""Refusals as RFC 9457 has them: what happened, where, and what to do next, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from flask import Response

from dashboards.i18n import Lang, Phrases, catalogue
from dashboards.journal import request_id
from warehouse.errors import ZhijianError
from warehouse.text import Text

MEDIA = "application/problem+json"


class Refused(Exception):
    """A request that is not answered. `kind` names the phrases that tell why; `values` fill their slots."""

    def __init__(self, status: int, kind: str = "", *, parameter: str = "", headers: Mapping[str, str] | None = None, **values: object) -> None:  # fmt: skip
        super().__init__(status, kind)
        self.status, self.kind, self.parameter = status, kind, parameter
        self.headers, self.values = dict(headers or {}), values

    def answer(self) -> Response:
        return told(self.status, self.kind, self.parameter, self.headers, **self.values)


def of_error(status: int, error: ZhijianError) -> Response:
    """An error that speaks for itself."""
    return told(status, "said", said=Text(error.of("zh"), error.of("en")))


def told(
    status: int, kind: str = "", parameter: str = "", headers: Mapping[str, str] | None = None, **values: object
) -> Response:  # fmt: skip
    """The problem of a status: of its kind where there are words for it, else of the status alone."""
    name = f"problem.{status}.{kind}" if kind else f"problem.{status}"
    if f"{name}.why" not in catalogue():
        name = f"problem.{status}" if f"problem.{status}.why" in catalogue() else "problem.other"
    zh, en = Phrases("zh"), Phrases("en")
    title = f"problem.{status}" if f"problem.{status}" in catalogue() else "problem.other"
    body = {
        "type": f"urn:zhijian:problem:{kind or status}",
        "status": status,
        "title": zh(title),
        "title_en": en(title),
        "detail": zh(f"{name}.why", **_in("zh", values)),
        "detail_en": en(f"{name}.why", **_in("en", values)),
        "todo": zh(f"{name}.todo"),
        "todo_en": en(f"{name}.todo"),
        "request_id": request_id(),
        "parameter": parameter or None,
    }
    return Response(orjson.dumps(body), status, dict(headers or {}), mimetype=MEDIA)


def _in(lang: Lang, values: Mapping[str, object]) -> dict[str, object]:
    """Values in one language, where they have two."""
    return {name: one.of(lang) if isinstance(one, Text) else one for name, one in values.items()}


def dressed(answer: Response) -> Response:
    """A refusal that something before the interface made, in the shape of the interface's own; its headers stay."""
    made = told(answer.status_code)
    for name, value in answer.headers.items():
        if name.lower() not in ("content-type", "content-length", "content-encoding"):
            made.headers[name] = value
    return made
