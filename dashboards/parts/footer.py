"""The foot of every page: what the signs mean, what is counted, and the synthetic notice; printed on paper too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.cell import SIGNS
from dashboards.parts.section import ChoiceView


@dataclass(frozen=True, slots=True)
class FooterView:
    """`scope`: short statements of what is counted and when; `synthetic`: some figure is made by a program. `export`: the tables of a page without a
    context bar as a file. `definitions`: every metric of the page, with where it is defined.
    """

    scope: Sequence[str] = ()
    synthetic: bool = True
    export: str = ""
    definitions: Sequence[ChoiceView] = ()


def footer(view: FooterView, phrases: Phrases) -> Element:
    """Print the signs and notes."""
    signs = [e.span(f"{mark} {phrases(f'symbol.{name}')}") for name, mark in SIGNS.items()]
    signs += [
        e.span(phrases("sign.preliminary")),
        e.span(phrases("sign.revised")),
        e.span(phrases("sign.times")),
    ]
    lines: list[Child] = [e.p(e.b(phrases("signs")), *signs)]
    if view.scope:
        lines.append(e.p(e.b(phrases("scope")), *(e.span(text) for text in view.scope)))
    if view.synthetic:
        lines.append(e.p(e.b(phrases("synthetic")), phrases("synthetic.notice")))
    if view.export:
        lines.append(e.p(e.a(phrases("act.export.what"), href=view.export, download=True)))
    if view.definitions:
        listed = [e.li(e.a(one.text, href=one.href)) for one in view.definitions]
        lines.append(e.div(e.b(phrases("definitions")), e.ul(*listed, aria_label=phrases("definitions.what")), cls="defs"))  # fmt: skip
    return e.footer(e.div(*lines, cls="in"), cls="foot")
