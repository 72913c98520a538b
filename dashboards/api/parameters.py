"""Parameters: declared once, as JSON Schema, by which they are described, read and refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from dashboards.api.problem import Refused
from dashboards.api.shapes import Shape
from warehouse.text import Text

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter. `schema` is of a text, a whole number, a moment, or a list of these, written with commas."""

    name: str
    about: Text
    schema: Shape
    where: Literal["query", "path"] = "query"
    required: bool = False
    default: Any = None

    @property
    def is_list(self) -> bool:
        return bool(self.schema["type"] == "array")

    @property
    def allowed(self) -> Text:
        """What may be said, short enough for a refusal."""
        item = self.schema["items"] if self.is_list else self.schema
        if "enum" in item:
            known = item["enum"]
            said = ", ".join(known[:12]) + (f", … ({len(known)})" if len(known) > 12 else "")
        elif "minimum" in item:
            said = f"{item['minimum']}–{item['maximum']}"
        else:
            said = ""
        return Text(f"{self.about.zh} {said}".strip(), f"{self.about.en} {said}".strip())

    def read(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - what the schema says
        """The value of what was said; Refused where it is outside the schema."""
        if not self.is_list:
            if len(texts) > 1:
                raise self._refused(", ".join(texts))
            return self._one(self.schema, texts[0])
        # Lists of the builder's address are joined by points: both are read.
        words = [word for text in texts for word in re.split(r"[,.]", text)]
        least, most = self.schema.get("minItems", 0), self.schema["maxItems"]
        if not least <= len(words) <= most:
            raise self._refused(f"{len(words)} (≤ {most})")
        return [self._one(self.schema["items"], word) for word in words]

    def _one(self, schema: Shape, text: str) -> Any:  # noqa: ANN401 - what the schema says
        if schema["type"] == "integer":
            value = int(text) if _WHOLE.fullmatch(text) else None
            if value is not None and schema["minimum"] <= value <= schema["maximum"]:
                return value
        elif schema.get("format") == "date-time":
            moment = _moment(text)
            if moment is not None:
                return moment
        elif _is_word(schema, text):
            return text
        raise self._refused(text)

    def _refused(self, said: str) -> Refused:
        return Refused(
            400, "parameter", parameter=self.name, name=self.name, said=said[:60] or "“”", allowed=self.allowed
        )  # fmt: skip


def _is_word(schema: Shape, text: str) -> bool:
    if "enum" in schema:
        return text in schema["enum"]
    fits = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 4_000)
    return fits and bool(re.search(schema.get("pattern", ""), text)) and not text.endswith("\n")


def _moment(text: str) -> datetime | None:
    """A moment with its zone; a plus that came as a blank is one."""
    try:
        said = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return said if said.tzinfo else None


def read(
    declared: Sequence[Parameter], query: Mapping[str, Sequence[str]], path: Mapping[str, str]
) -> dict[str, Any]:
    """Every declared parameter by name, as said or as by default. Refused names the one that is unknown, missing or outside its schema."""
    known = {one.name: one for one in declared if one.where == "query"}
    for name in query:
        if name not in known:
            offered = ", ".join(known) or "—"
            raise Refused(400, "unknown", parameter=name[:60], name=name[:60], allowed=offered)
    found: dict[str, Any] = {}
    for one in declared:
        texts = [path[one.name]] if one.where == "path" else list(query.get(one.name, ()))
        if not texts and one.required:
            raise Refused(400, "missing", parameter=one.name, name=one.name, allowed=one.allowed)  # fmt: skip
        found[one.name] = one.read(texts) if texts else one.default
    return found


def whole(least: int, most: int) -> Shape:
    return {"type": "integer", "minimum": least, "maximum": most}


def words(values: Sequence[str]) -> Shape:
    return {"type": "string", "enum": list(values)}


def several(item: Shape, most: int) -> Shape:
    return {"type": "array", "items": item, "minItems": 1, "maxItems": most}


LANG = Parameter(
    name="lang", about=Text("名称与说明的语言", "Language of names and notes"), schema=words(("zh", "en")), default="zh"
)  # fmt: skip
YEAR = Parameter(
    name="year", about=Text("学年的起始年份；默认最新学年", "The year in which the academic year begins; the newest by default"),
    schema=whole(1990, 2100),
)  # fmt: skip
PLACE = Parameter(
    name="place", about=Text("地区或学校编号；默认本账号所在单位", "Number of a place or school; where the account stands by default"),
    schema=whole(1, 2_000_000_000),
)  # fmt: skip
START = Parameter(
    name="start", about=Text("跳过的条数", "How many items to skip"), schema=whole(0, 1_000_000), default=0
)  # fmt: skip


def limit(most: int, usual: int) -> Parameter:
    """How many items one answer holds."""
    about = Text(f"每页条数，默认 {usual}", f"Items on a page, {usual} by default")
    return Parameter(name="limit", about=about, schema=whole(1, most), default=usual)
