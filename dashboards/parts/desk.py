"""A school's desk: the list of what is due, the steps of signing and review, a receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases

Stage = Literal["done", "now", "wait"]


@dataclass(frozen=True, slots=True)
class DueView:
    """A form in the list: its day, its name, how it stands, by how much it is late, the way to it."""

    day: str
    title: str
    state: str
    href: str
    late: str = ""
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class StepView:
    """One step: who, what, and when it was done or whom it waits for."""

    who: str
    what: str
    meta: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt: its title and its lines (name, text)."""

    title: str
    lines: Sequence[tuple[str, str]]
    acts: Sequence[Element] = ()


def due_list(months: Sequence[tuple[str, Sequence[DueView]]]) -> Element:
    """Forms under the month they are due in."""
    items: list[Child] = []
    for month, views in months:
        items.append(e.li(month, cls="mon"))
        items.extend(_due(view) for view in views)
    return e.ul(*items, cls="due")


def _due(view: DueView) -> Element:
    here = {"aria_current": "page"} if view.is_here else {}
    return e.li(
        e.span(view.day, cls="d"),
        e.span(
            e.a(view.title, href=view.href, **here),
            e.span(view.state, cls="m"),
            e.span(view.late, cls="late") if view.late else None,
            cls="what",
        ),
        cls="on" if view.is_here else "",
    )


STAGES = {"done": "desk.past", "now": "desk.now", "wait": "desk.wait"}


def steps(views: Sequence[StepView], phrases: Phrases) -> Element:
    """The steps in their order; each says in words, too, whether it is done."""
    return e.ol(*(_step(view, phrases) for view in views), cls="steps")


def _step(view: StepView, phrases: Phrases) -> Element:
    now = {"aria_current": "step"} if view.stage == "now" else {}
    return e.li(
        e.b(view.who),
        " ",
        view.what,
        e.span(view.meta, cls="m"),
        e.span(phrases(STAGES[view.stage]), cls="sr"),
        cls=view.stage,
        **now,
    )


def receipt(view: ReceiptView) -> Element:
    facts: list[Child] = []
    for name, text in view.lines:
        facts += [e.dt(name), e.dd(text)]
    return e.div(e.h3(view.title), e.dl(*facts), *view.acts, cls="rc")
