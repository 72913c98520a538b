"""The criteria of a shortlist: how each becomes points, its limit, and its weight, which the reader may change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.parts.form import hidden, press


@dataclass(frozen=True, slots=True)
class CriterionView:
    """One criterion. `limit`: what must be reached, as text with its address; `share`: its weight among all; `choices`: values and words, `chosen` now."""

    name: str
    href: str
    how: str
    limit: str
    limit_href: str
    share: str
    label: str
    choices: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, slots=True)
class CriteriaView:
    """`heads`: of the columns. `action`: the page itself; `kept`: what of its address stays. `reset`: back to the declared weights (text, address), or None.
    `first`: fields above the table, and `remain`: what they leave. `beside`: a link to what was decided so far (text, address).
    """

    name: str
    heads: Sequence[str]
    rows: Sequence[CriterionView]
    action: str
    kept: Mapping[str, object]
    apply: str
    reset: tuple[str, str] | None
    field: str
    first: Sequence[Element] = ()
    remain: str = ""
    beside: tuple[str, str] | None = None


_KINDS = ("", "mh", "", "num", "")


def criteria(view: CriteriaView) -> Element:
    """A table in a form that leads to the same page with other weights; it works without scripts."""
    heads = [e.th(head, scope="col", cls=kind) for head, kind in zip(view.heads, _KINDS, strict=True)]  # fmt: skip
    drawn = e.table(
        e.caption(view.name, cls="sr"), e.thead(e.tr(*heads)), e.tbody(*(_row(view, one) for one in view.rows)),
        cls="t recipe criteria wrap",
    )  # fmt: skip
    ways = [
        e.a(words, href=href, cls="btn") for words, href in filter(None, (view.reset, view.beside))
    ]
    return e.form(
        *(hidden(key, value) for key, value in view.kept.items()),
        e.div(*view.first, cls="fields") if view.first else None,
        e.p(view.remain, cls="m") if view.remain else None,
        e.div(drawn, cls="scroll", tabIndex=0, role="group", aria_label=view.name),
        e.div(press(view.apply), *ways, cls="acts"),
        method="get",
        action=view.action,
        aria_label=view.name,
    )


def _row(view: CriteriaView, one: CriterionView) -> Element:
    options = [e.option(words, value=value) for value, words in one.choices]
    choice = e.select(*options, name=view.field, defaultValue=one.chosen, aria_label=one.label)
    limit: Child = e.a(one.limit, href=one.limit_href) if one.limit_href else one.limit
    cells: tuple[Child, ...] = (one.how, limit, one.share, choice)
    shown = [e.td(cell, cls=kind) for cell, kind in zip(cells, _KINDS[1:], strict=True)]
    return e.tr(e.th(e.a(one.name, href=one.href) if one.href else one.name, scope="row"), *shown)
