"""Elements as the plain dicts that Dash's browser side reads: a page of 3,000 costs milliseconds, not tenths.

A maker takes children, `cls` for the class, and properties by their React names (`colSpan`, `tabIndex`);
`aria_label` and `data_place` become `aria-label` and `data-place`. Links are ordinary `a` elements: the
shell's script turns clicks on them into navigation without a page load, and `dcc.Link` would drop `aria-*`.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol

# "Any" because the properties' types are React's, not ours; every reader of a property narrows it.
Element = dict[str, Any]
Child = Element | str | int | float | None

_HTML = "dash_html_components"
_CORE = "dash_core_components"


class Maker(Protocol):
    def __call__(self, *children: Child, cls: str = "", **props: object) -> Element: ...


@cache
def _name(name: str) -> str:
    return name.replace("_", "-") if name.startswith(("aria_", "data_")) else name


def _dashed(props: dict[str, object]) -> dict[str, object]:
    for name in props:
        if "_" in name:
            return {_name(each): value for each, value in props.items()}
    return props


def _maker(kind: str) -> Maker:
    def make(*children: Child, cls: str = "", **props: object) -> Element:
        if props:
            props = _dashed(props)
        if cls:
            props["className"] = cls
        if children:
            props["children"] = children[0] if len(children) == 1 else children
        return {"type": kind, "namespace": _HTML, "props": props}

    return make


a = _maker("A")
abbr = _maker("Abbr")
aside = _maker("Aside")
b = _maker("B")
br = _maker("Br")
button = _maker("Button")
caption = _maker("Caption")
code = _maker("Code")
dd = _maker("Dd")
datalist = _maker("Datalist")
details = _maker("Details")
div = _maker("Div")
dl = _maker("Dl")
dt = _maker("Dt")
figcaption = _maker("Figcaption")
fieldset = _maker("Fieldset")
figure = _maker("Figure")
footer = _maker("Footer")
form = _maker("Form")
h1 = _maker("H1")
h2 = _maker("H2")
h3 = _maker("H3")
header = _maker("Header")
i = _maker("I")
img = _maker("Img")
input_ = _maker("Input")
kbd = _maker("Kbd")
label = _maker("Label")
legend = _maker("Legend")
li = _maker("Li")
main = _maker("Main")
nav = _maker("Nav")
ol = _maker("Ol")
option = _maker("Option")
p = _maker("P")
polyline = _maker("Polyline")
pre = _maker("Pre")
progress = _maker("Progress")
section = _maker("Section")
select = _maker("Select")
small = _maker("Small")
span = _maker("Span")
summary = _maker("Summary")
svg = _maker("Svg")
table = _maker("Table")
tbody = _maker("Tbody")
td = _maker("Td")
textarea = _maker("Textarea")
tfoot = _maker("Tfoot")
th = _maker("Th")
thead = _maker("Thead")
tr = _maker("Tr")
ul = _maker("Ul")


def graph(figure_: Element, height_px: int, **props: object) -> Element:
    """Draw a figure in Plotly's JSON form; its height is fixed so that nothing moves when it arrives."""
    config = {
        "displayModeBar": False,
        "responsive": True,
        "scrollZoom": False,
        "doubleClick": False,
    }
    style = {"height": f"{height_px}px"}
    given = {"figure": figure_, "config": config, "style": style, **_dashed(props)}
    return {"type": "Graph", "namespace": _CORE, "props": given}


def live(key: str, about: str, *children: Child) -> Element:
    """A part of a page that a script's answer may draw anew, by its id, without touching what stands around it.

    `about` is what the page is about: the part of another page is another part.
    """
    return {
        "type": "Live",
        "namespace": _CORE,
        "props": {"id": key, "key": f"{key} {about}", "children": children},
    }


def search_box(**props: object) -> Element:
    """A text field that reports what is typed (`value`); fields of forms are `input_`, with `defaultValue`."""
    return {"type": "SearchBox", "namespace": _CORE, "props": _dashed(props)}
