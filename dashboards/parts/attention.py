"""What needs attention: place and measure, why in numbers, and the next act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Element
from dashboards.i18n import Phrases
from dashboards.parts.cell import Seal, seal_mark


@dataclass(frozen=True, slots=True)
class AttentionView:
    """One item; `why` in at most 40 characters, with numbers; `act` is a verb or a count ("查看", "18 起疑点")."""

    seal: Seal
    place: str
    about: str
    why: str
    act: str
    href: str
    late: str = ""


def attention_list(items: Sequence[AttentionView], phrases: Phrases) -> Element:
    """List the items in the order given: by deviation and schools touched."""
    if not items:
        return e.p(phrases("attention.none"), cls="empty")
    return e.ul(*(_item(item, phrases) for item in items), cls="items")


def _item(item: AttentionView, phrases: Phrases) -> Element:
    what = e.div(e.b(item.place), e.span(item.about, cls="ab"), cls="w")
    go = e.div(
        e.a(item.act, e.span(" ›", aria_hidden="true"), href=item.href, aria_label=_spoken(item)),
        e.div(item.late, cls="late") if item.late else None,
        cls="go",
    )
    return e.li(seal_mark(item.seal, phrases), e.div(what, e.div(item.why, cls="why")), go)


def _spoken(item: AttentionView) -> str:
    return f"{item.act} · {item.place} {item.about}"
