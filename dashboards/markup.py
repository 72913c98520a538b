"""Elements as HTML text, for the first paint and for readers without scripts."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import orjson

from dashboards.element import Child, Element

_VOID = frozenset({"Br", "Img", "Input", "SearchBox", "Hr", "Col"})
_TAGS = {"SearchBox": "input", "Live": "div"}
_NAMES = {
    "className": "class",
    "htmlFor": "for",
    "colSpan": "colspan",
    "rowSpan": "rowspan",
    "tabIndex": "tabindex",
    "encType": "enctype",
    "defaultValue": "value",
    "defaultChecked": "checked",
}
_CAPITAL = re.compile(r"(?<!^)([A-Z])")


def to_html(child: Child) -> str:
    """Return one child as HTML; a chart becomes a box of its height that holds its figure, which the script draws."""
    parts: list[str] = []
    _write(child, parts)
    return "".join(parts)


def _write(child: Child | list[Child] | tuple[Child, ...], parts: list[str]) -> None:
    if child is None:
        return
    if isinstance(child, (list, tuple)):
        for one in child:
            _write(one, parts)
    elif isinstance(child, dict):
        _write_element(child, parts)
    else:
        parts.append(escape(str(child), quote=False))


def _write_element(element: Element, parts: list[str]) -> None:
    kind, props = element["type"], element["props"]
    if kind == "Graph":
        parts.append(_chart(props))
        return
    tag = _TAGS.get(kind) or kind.lower()
    chosen = props.get("defaultValue") if kind in {"Select", "Textarea"} else None
    own = {**props, "defaultValue": None} if chosen is not None else props
    parts.append(f"<{tag}{_attributes(own)}>")
    if kind in _VOID:
        return
    if chosen is None:
        _write(props.get("children"), parts)
    else:
        _write(_filled(kind, props.get("children"), str(chosen)), parts)
    parts.append(f"</{tag}>")


def _chart(props: dict[str, Any]) -> str:
    told = {name: orjson.dumps(props[name]).decode() for name in ("figure", "config")}
    attributes = {"style": props["style"], **{f"data-{name}": said for name, said in told.items()}}
    return f'<div class="chart-wait"{_attributes(attributes)}></div>'


def _filled(kind: str, children: Any, chosen: str) -> list[Child]:  # noqa: ANN401 - one child or several
    """The content that a field of React's begins with: a text, or options of which one is selected."""
    if kind == "Textarea":
        return [chosen]
    options = children if isinstance(children, (list, tuple)) else [children]
    return [
        {**one, "props": {**one["props"], "selected": one["props"].get("value") == chosen}}
        for one in options
        if one is not None
    ]


def _attributes(props: dict[str, Any]) -> str:
    return "".join(
        _attribute(_NAMES.get(name, name), value)
        for name, value in props.items()
        if name not in {"children", "debounce", "key"} and value is not None and value is not False
    )


def _attribute(name: str, value: object) -> str:
    if value is True and not name.startswith("aria-"):
        return f" {name}"
    if name == "style" and isinstance(value, dict):
        value = _style(value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f' {name}="{escape(text)}"'


def _style(style: dict[str, object]) -> str:
    return ";".join(f"{_kebab(name)}:{value}" for name, value in style.items())


def _kebab(name: str) -> str:
    return name if name.startswith("--") else _CAPITAL.sub(r"-\1", name).lower()
