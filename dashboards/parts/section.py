"""A section with its head, a switch of choices, a chart with its table, and the line that stands in for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.cell import DefinedView, definition_mark
from dashboards.parts.table import TableView, data_table


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One choice of a switch or menu: its text, where it leads, and whether it is the present one."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class SwitchView:
    """Choices side by side, named for screen readers."""

    name: str
    choices: Sequence[ChoiceView]


@dataclass(frozen=True, slots=True)
class SectionView:
    """The head of a section.

    key: unique on the page, becomes the anchor `#key`. meta: unit, date, state, coverage.
    say: the section's finding in a sentence. more: a link at the right (text, address).
    width: columns of twelve. note: small print at the foot. defined: the way to what the metric of the title means.
    """

    key: str
    title: str
    meta: str = ""
    say: str = ""
    more: tuple[str, str] | None = None
    switch: SwitchView | None = None
    width: int = 12
    note: str = ""
    defined: DefinedView | None = None


@dataclass(frozen=True, slots=True)
class ChartView:
    """A Plotly figure in JSON form, the sentence that says what it shows, and the table behind it."""

    figure: Element
    sentence: str
    table: TableView
    height_px: int = 260


def section(view: SectionView, *children: Child) -> Element:
    """Frame children as a section with its own heading."""
    head: list[Child] = [e.h2(view.title, id=f"{view.key}-title")]
    if view.defined:
        head.append(definition_mark(view.defined))
    if view.meta:
        head.append(e.span(view.meta, cls="m"))
    if view.switch:
        head.append(switch(view.switch, "right"))
    if view.more:
        head.append(e.a(view.more[0], href=view.more[1], cls="right"))
    body: list[Child] = [e.header(*head)]
    if view.say:
        body.append(e.p(view.say, cls="say"))
    body.extend(children)
    if view.note:
        body.append(e.p(view.note, cls="note"))
    title = f"{view.key}-title"
    return e.section(*body, cls=f"sec c{view.width}", id=view.key, aria_labelledby=title)


def switch(view: SwitchView, cls: str = "") -> Element:
    """Draw choices side by side; the present one is marked by weight, box and `aria-current`."""
    links = [
        e.a(one.text, href=one.href, **({"aria_current": "true"} if one.current else {}))
        for one in view.choices
    ]
    return e.div(*links, cls=f"seg {cls}".strip(), role="group", aria_label=view.name)


def grid(*sections: Child) -> Element:
    """Lay sections out on the twelve columns."""
    return e.div(*sections, cls="grid")


def column(width: int, *sections: Child) -> Element:
    """Stack sections in one column of the grid."""
    return e.div(*sections, cls=f"c{width} stack")


def chart(view: ChartView, phrases: Phrases) -> Element:
    """Draw a figure; screen readers hear its sentence and find its table."""
    drawn = e.div(
        e.graph(view.figure, view.height_px),
        cls="chart",
        role="img",
        aria_label=view.sentence,
        tabIndex=0,
    )
    return pictured(drawn, phrases, view.table, e.figcaption(view.sentence, cls="sr"))


def pictured(drawn: Element, phrases: Phrases, twin: TableView | None = None, caption: Element | None = None) -> Element:  # fmt: skip
    """A chart of any making, with what saves it as a picture and, unless it is a table itself, its table."""
    return e.figure(
        e.div(drawn, data_pictured=True),
        caption,
        pictures(phrases),
        data_table(twin, phrases) if twin else None,
    )


def pictures(phrases: Phrases) -> Element:
    """What saves a chart as a picture; the page's script composes it of what is seen."""
    kinds = [
        e.button(kind.upper(), type="button", aria_label=phrases(f"picture.{kind}"), title=phrases(f"picture.{kind}"), data_picture=kind)
        for kind in ("svg", "png")
    ]  # fmt: skip
    said = e.span(
        cls="sr", role="status", data_done=phrases("picture.saved"), data_failed=phrases("picture.failed")
    )  # fmt: skip
    source = phrases("picture.source", source=phrases("paper.source.text"))
    return e.p(e.span(phrases("picture"), cls="m"), *kinds, said, cls="pics", data_source=source)


def empty(text: str) -> Element:
    """Say in place of a chart why it is not there, and who acts next."""
    return e.p(text, cls="empty")
