"""One printed value with its symbol, and the marks that stand beside values: state, verdict, seal, coverage."""

from __future__ import annotations

from typing import Literal, NamedTuple

from dashboards import element as e
from dashboards.element import Element
from dashboards.i18n import Phrases

# "" is an ordinary value; the others are the signs printed at the foot of every page. The last two are shares of small groups,
# of which only the class is said: the limits are those of metrics/disclosure/audiences.py.
Symbol = Literal["", "not_applicable", "not_submitted", "withheld", "rounds_to_zero", "over", "under"]  # fmt: skip
SIGNS: dict[Symbol, str] = {
    "not_applicable": "—",
    "not_submitted": "…",
    "withheld": "*",
    "rounds_to_zero": "~0",
    "over": ">95%",
    "under": "<5%",
}

# Preliminary, final, revised: the state of a number.
NumberState = Literal["preliminary", "final", "revised"]
_STATE_CLASS: dict[NumberState, str] = {"preliminary": "p", "final": "f", "revised": "r"}

# met: within the limit; near: within it by less than 5 %; miss: beyond; doubt: the number is doubted;
# none: not submitted; silent: no limit is set or it does not apply (a dash).
Verdict = Literal["met", "near", "miss", "doubt", "none", "silent"]

# breach: certain (违), doubt: may be wrong (疑), risk: a forecast (险), limit: an aggregate over a limit (■),
# missing: not submitted (…).
Seal = Literal["breach", "doubt", "risk", "limit", "missing"]
_SEAL_CLASS: dict[Seal, str] = {
    "breach": "v",
    "doubt": "d",
    "risk": "r",
    "limit": "x",
    "missing": "z",
}


class CellView(NamedTuple):
    """One value of a table or card.

    text: as printed, without unit ("1,545", "16.2", "湖南"); ignored when `symbol` is set.
    symbol: why there is no value; the sign is printed and its meaning is read to screen readers.
    value: the raw number, for a bar's length or a dot's place; None draws no mark.
    href: where the value leads (its source, a list); "" for no link.
    note: small text after the value ("r", "差 2 校"); title: a sentence shown on hover and never the only place of a fact.
    verdict: draws the value's mark as a breach (square) and the text with shape and colour in a matrix.
    quoted: what somebody wrote, in the language it was written in.
    """

    text: str = ""
    symbol: Symbol = ""
    value: float | None = None
    href: str = ""
    note: str = ""
    title: str = ""
    verdict: Verdict | None = None
    quoted: bool = False


class DefinedView(NamedTuple):
    """The way from a metric's name to what it means: where it leads in words ("「生师比」的定义"), and the address."""

    text: str
    href: str


def defined(name: e.Child, view: DefinedView | None) -> e.Child:
    """A name that leads to its definition; as it is where there is none."""
    return e.a(name, href=view.href, title=view.text, cls="def") if view else name


def definition_mark(view: DefinedView) -> Element:
    """The same way as a small mark, where the name leads elsewhere or is a heading; its sign is drawn by the stylesheet, so no text carries it."""
    return e.a(href=view.href, title=view.text, aria_label=view.text, cls="defm")


def quoted(text: str) -> Element:
    """Set the words of a school as its own: they are Chinese on every page."""
    return e.span(text, lang="zh-CN")


def sign(symbol: Symbol, phrases: Phrases) -> Element:
    """Print a symbol; screen readers hear its meaning."""
    meaning = phrases(f"symbol.{symbol}")
    return e.span(
        e.span(SIGNS[symbol], aria_hidden="true"),
        e.span(meaning, cls="sr"),
        cls="sign",
        title=meaning,
    )


def printed(cell: CellView, phrases: Phrases) -> tuple[e.Child, ...]:
    """Return the children that print a cell: the value or sign, linked, and its note."""
    shown: e.Child = sign(cell.symbol, phrases) if cell.symbol else cell.text
    if cell.quoted and not cell.symbol:
        shown = quoted(cell.text)
    if cell.href:
        shown = e.a(shown, href=cell.href)
    return (shown, e.small(cell.note, cls="m")) if cell.note else (shown,)


def state_badge(
    state: NumberState, phrases: Phrases, length: Literal["", ".short"] = ""
) -> Element:
    """Return the badge of a number's state: outline, solid, or a double border."""
    return e.span(phrases(f"state.{state}{length}"), cls=f"state {_STATE_CLASS[state]}")


def verdict_mark(verdict: Verdict, phrases: Phrases, word: str = "") -> Element:
    """Return shape + word + colour; the shape is drawn by the stylesheet."""
    return e.span(word or phrases(f"verdict.{verdict}"), cls=f"st {verdict}")


def seal_mark(seal: Seal, phrases: Phrases) -> Element:
    """Return the square of a judgement; its certainty falls with its border."""
    return e.span(
        e.span(phrases(f"seal.{seal}"), aria_hidden="true"),
        e.span(phrases(f"seal.{seal}.read"), cls="sr"),
        cls=f"seal {_SEAL_CLASS[seal]}",
    )


def synthetic_mark(phrases: Phrases) -> Element:
    """Return the mark that the figures are made by a program."""
    return e.span(phrases("synthetic"), cls="syn")
