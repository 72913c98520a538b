"""The headline numbers: name and state, value, spark, change in words, comparison, rank band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.cell import (
    CellView,
    DefinedView,
    NumberState,
    Verdict,
    defined,
    printed,
    state_badge,
    verdict_mark,
)
from dashboards.parts.marks import RankView, SparkView, rank_strip, spark
from dashboards.parts.section import SwitchView, switch


@dataclass(frozen=True, slots=True)
class PeersView:
    """Where a school stands among similar ones: shares of the strip's width (0 to 1), median, its own; in words."""

    others: Sequence[float]
    median: float
    own: float
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class KpiView:
    """One headline number.

    cell: the value as printed; its `href` opens "where does this number come from". unit: beside it.
    change: "较上年 −3.1%" with `word` "减少" (a word, never a colour); both "" when there is no year before.
    lines: comparison with the parent, then period and coverage. selected: its lineage is open. defined: where its name leads.
    """

    name: str
    cell: CellView
    unit: str = ""
    state: NumberState | None = None
    spark: SparkView | None = None
    change: str = ""
    word: str = ""
    lines: Sequence[str] = ()
    rank: RankView | None = None
    verdict: Verdict | None = None
    peers: PeersView | None = None
    selected: bool = False
    defined: DefinedView | None = None


@dataclass(frozen=True, slots=True)
class AgainstView:
    """Whom the cards of a school compare it with, in words; the choices; where more is told (text, address)."""

    text: str
    switch: SwitchView
    more: tuple[str, str]


def against(view: AgainstView) -> Element:
    """One line below the cards of a school."""
    more = e.a(view.more[0], href=view.more[1])
    return e.div(switch(view.switch), e.span(view.text), more, cls="against", id="against")


def kpi_strip(cards: Sequence[KpiView], phrases: Phrases, columns: int = 6) -> Element:
    """Lay the headline numbers side by side; on phones two abreast."""
    return e.ul(
        *(_card(card, phrases) for card in cards),
        cls=f"kpis k{columns}",
        aria_label=phrases("kpis"),
    )


def _card(card: KpiView, phrases: Phrases) -> Element:
    parts: list[Child] = []
    if card.change:
        parts.append(e.div(card.change, e.span(card.word, cls="w"), cls="d"))
    if card.peers:
        parts += [peer_strip(card.peers), e.div(card.peers.text, cls="cmp")]
    parts += [e.div(line, cls="cmp") for line in card.lines]
    if card.rank:
        parts.append(e.div(card.rank.text, rank_strip(card.rank), cls="cmp rank"))
    return e.li(_name(card, phrases), _value(card, phrases), e.div(*parts), cls="kpi")


def _name(card: KpiView, phrases: Phrases) -> Element:
    mark: Child = None
    if card.verdict and card.verdict != "silent":
        mark = verdict_mark(card.verdict, phrases)
    elif card.state:
        mark = state_badge(card.state, phrases, ".short")
    return e.div(e.span(defined(card.name, card.defined), cls="nm"), mark, cls="n")


def _value(card: KpiView, phrases: Phrases) -> Element:
    number = e.b(*printed(card.cell, phrases), cls="hit" if card.selected else "")
    unit = e.small(card.unit, cls="u") if card.unit and not card.cell.symbol else None
    line = spark(card.spark) if card.spark else None
    return e.div(e.span(number, unit), line, cls="v")


def peer_strip(view: PeersView) -> Element:
    """Draw similar schools as dots, their median as a line, this school in the accent."""
    others = [e.i(style={"left": f"{share * 100:.1f}%"}) for share in view.others]
    median = e.b(style={"left": f"{view.median * 100:.1f}%"})
    own = e.i(cls="on", style={"left": f"{view.own * 100:.1f}%"})
    return e.div(*others, median, own, cls="peers", role="img", aria_label=view.label)
