"""Elements as HTML text, for the first paint and for readers without scripts."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from dashboards.element import Child, Element

_VOID = frozenset({"Br", "Img", "Input", "Hr", "Col"})
_NAMES = {
    "className": "class",
    "htmlFor": "for",
    "colSpan": "colspan",
    "rowSpan": "rowspan",
    "tabIndex": "tabindex",
}
_CAPITAL = re.compile(r"(?<!^)([A-Z])")


def to_html(child: Child) -> str:
    """Return one child as HTML; a chart becomes an empty box of its height, which the script fills."""
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
        parts.append(f'<div class="chart-wait" style="{_style(props["style"])}"></div>')
        return
    tag = kind.lower()
    parts.append(f"<{tag}{_attributes(props)}>")
    if kind in _VOID:
        return
    _write(props.get("children"), parts)
    parts.append(f"</{tag}>")


def _attributes(props: dict[str, Any]) -> str:
    return "".join(
        _attribute(_NAMES.get(name, name), value)
        for name, value in props.items()
        if name not in {"children", "debounce"} and value is not None and value is not False
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
