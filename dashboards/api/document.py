"""The description of the interface (OpenAPI 3.1), written from the declarations that route, read and answer."""

from __future__ import annotations

from typing import Any

from dashboards.api.declared import JSON, ROOT, Endpoint, registry
from dashboards.api.parameters import Parameter
from dashboards.api.problem import MEDIA
from dashboards.api.shapes import COMPONENTS
from dashboards.i18n import Phrases
from warehouse.text import Text

EVERY = (400, 401, 403, 405, 406, 413, 414, 429, 431, 500, 503)
ABOUT = Text(
    "凭令牌只读。范围与披露控制与页面相同；每次取数记入审计链。说明与示例见系统内“接口”页。",
    "Read-only, by token. Scope and disclosure are those of the pages; each reading is written to the audit trail. The page “Interface” has examples.",
)
_HEADERS: dict[str, Any] = {
    "ETag": {"description": "As it was: send it back as If-None-Match.", "schema": {"type": "string"}},
    "RateLimit": {"description": "Requests left; only where rates are counted.", "schema": {"type": "string"}},
    "Link": {"description": "The next page.", "schema": {"type": "string"}},
}  # fmt: skip


def document(host: str) -> dict[str, Any]:
    """The whole description, for a server at this address."""
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": "职鉴 Zhijian", "version": "1", "description": _said(ABOUT)},
        "servers": [{"url": host.rstrip("/") + ROOT}],
        "security": [{"token": []}],
        "paths": {one.path: {"get": operation(one)} for one in registry()},
        "components": {
            "schemas": COMPONENTS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def operation(one: Endpoint) -> dict[str, Any]:
    """One endpoint, with every status it may answer."""
    refusals = sorted({*EVERY, *one.refusals})
    needs = f" · {one.scope.value}" if one.scope else ""
    return {
        "operationId": one.name,
        "summary": _said(one.title),
        "description": _said(one.about) + needs,
        "parameters": [_parameter(each) for each in one.parameters],
        "responses": {
            "200": {"description": _said(one.title), "headers": _HEADERS, "content": _content(one)},
            "304": {"description": "As it was."},
            **{str(status): _refusal(status) for status in refusals},
        },
    }


def _content(one: Endpoint) -> dict[str, Any]:
    files: dict[str, Any] = {media: {} for kind, media in one.kinds.items() if media != JSON}
    shapes = [one.shape]
    if sum(media == JSON for media in one.kinds.values()) > 1:
        shapes.append(_OF_JSON_STAT)
    return {JSON: {"schema": shapes[0] if len(shapes) == 1 else {"anyOf": shapes}}, **files}


_OF_JSON_STAT: dict[str, Any] = {
    "type": "object",
    "properties": {"version": {"const": "2.0"}, "class": {"const": "dataset"}},
    "required": ["version", "class", "id", "size", "dimension", "value"],
}


def _parameter(one: Parameter) -> dict[str, Any]:
    shape = one.schema | ({"default": one.default} if one.default is not None else {})
    said: dict[str, Any] = {
        "name": one.name,
        "in": one.where,
        "required": one.required or one.where == "path",
        "description": _said(one.about),
        "schema": shape,
    }
    return said | ({"style": "form", "explode": False} if one.is_list else {})


def _refusal(status: int) -> dict[str, Any]:
    name = f"problem.{status}"
    return {
        "description": f"{Phrases('zh')(name)} {Phrases('en')(name)}",
        "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _said(text: Text) -> str:
    return f"{text.zh} {text.en}"
