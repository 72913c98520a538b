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
class GroupView:
    """The forms of a domain: its name, the next day, how they stand, how many are handed in, and which are left to do."""

    title: str
    due: str
    state: str
    done: str
    left: str = ""
    is_late: bool = False
    is_open: bool = False


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


def group(view: GroupView, *lines: Element) -> Element:
    """A domain on the desk: what it is about in one line, its forms beneath; shut where nothing presses."""
    head = e.summary(
        e.span(view.due, cls="d late" if view.is_late else "d"),
        e.div(
            e.h3(view.title),
            e.span(view.state, cls="how"),
            e.span(view.left, cls="m") if view.left and not view.is_open else None,
        ),
        e.span(view.done, cls="m"),
    )
    return _opened(view, head, e.ul(*lines, cls="forms"), cls="dom")


def due_list(groups: Sequence[tuple[GroupView, Sequence[DueView]]]) -> Element:
    """Forms under the domain they belong to, with how each domain stands; open where the reader is."""
    return e.div(*(_due_group(view, forms) for view, forms in groups), cls="dues")


def _due_group(view: GroupView, forms: Sequence[DueView]) -> Element:
    head = e.summary(
        e.b(view.title),
        e.span(view.done, cls="m"),
        e.span(view.due, cls="m late" if view.is_late else "m"),
    )
    return _opened(view, head, e.ul(*map(_due, forms), cls="due"), cls="dom")


def _opened(view: GroupView, *children: Element, cls: str) -> Element:
    return e.details(*children, cls=cls, **({"open": True} if view.is_open else {}))


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
