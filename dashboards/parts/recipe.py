"""The recipe of similar schools: each trait with its weight, what it says of the own school, and the reader's choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Element
from dashboards.parts.section import SwitchView, switch


@dataclass(frozen=True, slots=True)
class TraitView:
    """One trait: its name and how a difference is taken, the own school's, the weight, how far the similar schools are off, the choice."""

    name: str
    how: str
    own: str
    weight: str
    apart: str
    choice: SwitchView


@dataclass(frozen=True, slots=True)
class RecipeView:
    """`heads`: of the columns of the traits. `switches`: what else may be chosen. `reset`: back to what is published (text, address), or None."""

    name: str
    heads: Sequence[str]
    traits: Sequence[TraitView]
    switches: Sequence[tuple[str, SwitchView]]
    reset: tuple[str, str] | None


def recipe(view: RecipeView) -> Element:
    """A table of traits, then the other choices in a line."""
    heads = [e.th(head, scope="col", cls=_column(at)) for at, head in enumerate(view.heads)]
    rows = [_row(one) for one in view.traits]
    drawn = e.table(
        e.caption(view.name, cls="sr"), e.thead(e.tr(*heads)), e.tbody(*rows), cls="t recipe"
    )
    choices = [e.div(e.span(name), switch(each), cls="pair") for name, each in view.switches]
    reset = e.a(view.reset[0], href=view.reset[1], cls="btn") if view.reset else None
    table = e.div(drawn, cls="scroll", tabIndex=0, role="group", aria_label=view.name)
    return e.div(table, e.div(*choices, reset, cls="adjust"))


_KINDS = ("", "mh", "num", "num mh", "")


def _column(at: int) -> str:
    return _KINDS[at]


def _row(one: TraitView) -> Element:
    name = e.th(one.name, e.br(), e.span(one.how, cls="m"), scope="row")
    cells = (one.own, one.weight, one.apart)
    shown = [e.td(text, cls=_column(at)) for at, text in enumerate(cells, 1)]
    return e.tr(name, *shown, e.td(switch(one.choice)))
