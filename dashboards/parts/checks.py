"""What the rules say of a form that is being filled: each message with the way to its cell and, where it is asked for, a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Element
from dashboards.i18n import Phrases
from dashboards.parts.sheet import Mark


@dataclass(frozen=True, slots=True)
class ReasonView:
    """The reason of a row: what has been given, and whether it can be changed here."""

    row: int
    text: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message: `where` in words, `target` the id of its cell, `basis` the law; `reason` at the first message of a row."""

    key: str
    kind: Mark
    where: str
    target: str
    says: str
    todo: str
    basis: str = ""
    reason: ReasonView | None = None


LOOKS = {"refused": "miss", "breach": "near", "remark": "near"}
LONGEST = 500  # characters of a reason


def messages(views: Sequence[MessageView], phrases: Phrases) -> Element:
    """The list; a line that says so where there is none."""
    if not views:
        return e.p(phrases("checks.none"), cls="empty")
    return e.ul(*(_message(view, phrases) for view in views), cls="msgs")


def _message(view: MessageView, phrases: Phrases) -> Element:
    basis = e.span(view.basis, cls="m") if view.basis else None
    return e.li(
        e.span(phrases(f"checks.{view.kind}"), cls=f"st {LOOKS[view.kind]}"),
        e.span(view.where, cls="at"),
        e.div(
            e.p(view.says, " ", e.span(view.todo, cls="todo"), " ", basis, id=view.key),
            _reason(view.reason, phrases) if view.reason else None,
        ),
        e.a(phrases("checks.go"), href=f"#{view.target}", aria_describedby=view.key),
        key=view.key,
    )


def _reason(view: ReasonView, phrases: Phrases) -> Element:
    if not view.is_open:
        return e.p(
            phrases("checks.said", text=view.text) if view.text else phrases("checks.unsaid"),
            cls="said",
        )
    key = f"why-{view.row}"
    return e.div(
        e.label(phrases("checks.reason", row=view.row), htmlFor=key),
        e.textarea(
            id=key, name=f"why.{view.row}", defaultValue=view.text, rows=1, maxLength=LONGEST, data_why=str(view.row),
        ),
        cls="field why",
    )  # fmt: skip
