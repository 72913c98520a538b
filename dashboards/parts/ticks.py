"""A table whose rows can be ticked, for what is done to many at once: to those ticked, or to all but those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Element
from dashboards.i18n import Phrases
from dashboards.parts.table import Part, told_part
from dashboards.picked import ALL_BUT, PICK, SHOWN, WHICH


@dataclass(frozen=True, slots=True)
class TickRow:
    """A row: what its box stands for, its name and where that leads, and its further cells."""

    value: str
    name: str
    href: str
    sub: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class TickView:
    """A table named for screen readers; `heads` are those of the name and of the further cells.

    Of the further cells `numbers` are set right, and `wide` are left out on phones. `part`: of a list that it does not hold all of.
    """

    name: str
    heads: Sequence[str]
    rows: Sequence[TickRow]
    numbers: frozenset[int] = frozenset()
    wide: frozenset[int] = frozenset()
    part: Part | None = None


def tick_table(view: TickView, phrases: Phrases) -> Element:
    """Draw the table in its own scroll region; each box is named by its row."""
    tick = e.th(e.span(phrases("ticks.tick"), cls="sr"), scope="col", cls="tick")
    heads = [e.th(name, scope="col", cls=_cls(view, at - 1)) for at, name in enumerate(view.heads)]
    drawn = e.table(
        e.caption(view.name, cls="sr"),
        e.thead(e.tr(tick, *heads)),
        e.tbody(*(_row(view, row) for row in view.rows)),
        cls="t wrap ticks",
        **told_part(view.part),
    )
    return e.div(drawn, cls="scroll", tabIndex=0, role="group", aria_label=view.name)


def _cls(view: TickView, at: int) -> str:
    return " ".join(
        [*(["num"] if at in view.numbers else []), *(["mh"] if at in view.wide else [])]
    )


def _row(view: TickView, row: TickRow) -> Element:
    words = f"{row.name} {row.sub}".strip()
    box = e.input_(type="checkbox", name=PICK, value=row.value, aria_label=words)
    hidden = e.input_(type="hidden", name=SHOWN, value=row.value)
    return e.tr(
        e.td(box, hidden, cls="tick"),
        e.th(e.a(row.name, href=row.href), e.br(), e.span(row.sub, cls="m"), scope="row"),
        *(e.td(text, cls=_cls(view, at)) for at, text in enumerate(row.cells)),
    )


def which(phrases: Phrases) -> Element:
    """Whether the ticked rows are meant, or all but those."""
    choices = (("ticked", "ticks.ticked"), (ALL_BUT, "ticks.all_but"))
    labels = [
        e.label(
            e.input_(type="radio", name=WHICH, value=value, defaultChecked=value == "ticked"),
            " ",
            phrases(words),
        )
        for value, words in choices
    ]
    return e.fieldset(e.legend(phrases("ticks.which"), cls="sr"), *labels, cls="which")
