"""The shapes of answers, as JSON Schema (2020-12): what the description promises and the tests hold the server to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Shape = dict[str, Any]
TEXT: Shape = {"type": "string"}
NUMBER: Shape = {"type": "number"}
INTEGER: Shape = {"type": "integer"}
TRUTH: Shape = {"type": "boolean"}
MOMENT: Shape = {"type": "string", "format": "date-time"}
DAY: Shape = {"type": "string", "format": "date"}
BOTH: Shape = {"$ref": "#/components/schemas/Text"}  # a text in both languages
COUNTS: Shape = {"type": "object", "additionalProperties": {"type": "integer"}}


def one_of(values: Iterable[str]) -> Shape:
    """A text that is one of some."""
    return {"type": "string", "enum": list(values)}


def nullable(shape: Shape) -> Shape:
    """The shape, or null."""
    return {"anyOf": [shape, {"type": "null"}]}


def listed(item: Shape) -> Shape:
    return {"type": "array", "items": item}


def record(**fields: Shape) -> Shape:
    """An object with these fields, all of them and no others."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def page(item: Shape, **beside: Shape) -> Shape:
    """One page of a list: its items, and the address of the next page or null."""
    return record(**beside, items=listed(item), next=nullable({"type": "string", "format": "uri"}))


COMPONENTS: dict[str, Shape] = {
    "Text": record(zh=TEXT, en=TEXT),
    "Problem": record(
        type={"type": "string", "format": "uri"}, status=INTEGER, title=TEXT, title_en=TEXT, detail=TEXT, detail_en=TEXT, todo=TEXT, todo_en=TEXT,
        request_id=TEXT, parameter=nullable(TEXT),
    ),
}  # fmt: skip
