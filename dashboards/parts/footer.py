"""The foot of every page: what the signs mean, what is counted, and the synthetic notice; printed on paper too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.cell import SIGNS


@dataclass(frozen=True, slots=True)
class FooterView:
    """`scope`: short statements of what is counted and when; `synthetic`: some figure is made by a program. `export`: the tables of a page without a
    context bar as a file.
    """

    scope: Sequence[str] = ()
    synthetic: bool = True
    export: str = ""


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
    return e.footer(e.div(*lines, cls="in"), cls="foot")
