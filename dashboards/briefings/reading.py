"""Reads blocks of paper off a page's own elements, so that a paper cannot say anything else than its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dashboards.briefings import tables
from dashboards.briefings.paper import (
    Block,
    Card,
    Cards,
    Facts,
    Item,
    Items,
    Said,
    Section,
    Table,
    Tile,
    Tiles,
    Tone,
)
from dashboards.element import Child, Element
from dashboards.exports.seen import Below, below, children, classes, first, text

_TONES: dict[str, Tone] = {"say": "say", "note": "note", "empty": "empty", "m": "note"}
_UNTOLD = {"Header", "Form", "Button", "Input", "Select", "Summary", "Graph"}
_UNTOLD_CLASSES = ("pics", "seg", "acts", "sr")


def finding(body: Below) -> tuple[str, str]:
    """The page's sentence and what it was drawn from; a school says it on its card. Empty texts where there is none."""
    found = first(body, "finding", "Div")
    if found is None:
        return text(first(first(body, "id", "Div"), "say", "P")), ""
    return text(first(found, "", "H1")), text(first(found, "m", "P"))


def sections(body: Below) -> Iterator[Section]:
    """The sections of a page in their order; what stands outside of any becomes one without a title."""
    for one in children(body):
        if not isinstance(one, dict):
            continue
        if one["type"] == "Section":
            yield _section(one)
        elif classes(one) & {"grid", "stack", "three"}:
            yield from sections(one["props"].get("children"))
        elif (found := list(_blocks(one))) and "finding" not in classes(one):
            yield Section(key="", title="", blocks=found)


def _section(one: Element) -> Section:
    head = first(one, "", "Header") or first(one, "", "H2")
    title, meta = _titled(one)
    inside = [each for each in below(one) if each is not head]
    found = _joined([block for each in inside for block in _blocks(each)])
    return Section(key=str(one["props"].get("id", "")), title=title, meta=meta, blocks=found)


def _titled(one: Element) -> tuple[str, str]:
    """The heading, and what stands small beside it."""
    heading = first(one, "", "H2")
    bar = first(one, "", "Header")
    if bar is not None:
        return text(heading), text(first(bar, "m", "Span"))
    words = below(heading) if heading else []
    said = [text(each) for each in words if not (isinstance(each, dict) and (each["type"] == "Small" or "seal" in classes(each)))]  # fmt: skip
    return " ".join(filter(None, said)), text(first(heading, "", "Small"))


def _joined(blocks: list[Block]) -> list[Block]:
    """A map takes the table of its section along."""
    tables_ = [one for one in blocks if isinstance(one, Table)]
    found = [replace(one, table=tables_[0]) if isinstance(one, Tiles) and tables_ else one for one in blocks]  # fmt: skip
    is_mapped = any(isinstance(one, Tiles) for one in found)
    return [one for one in found if not (is_mapped and one in tables_[:1])]


def _blocks(one: Child) -> Iterator[Block]:
    """What an element says, as blocks."""
    if not isinstance(one, dict) or one["type"] in _UNTOLD or classes(one) & set(_UNTOLD_CLASSES):
        return
    look = classes(one)
    if one["type"] == "Table":
        yield tables.table(one)
    elif "kpis" in look:
        yield Cards(cards=[_card(each) for each in below(one) if isinstance(each, dict)])
    elif "tiles" in look:
        yield _tiles(one)
    elif "items" in look:
        yield Items(items=[_item(each) for each in below(one) if isinstance(each, dict)])
    elif one["type"] == "Dl":
        yield Facts(facts=list(_pairs(one)))
    elif one["type"] in ("P", "Figcaption", "Li", "Span", "H1", "H2") or _is_key(one):
        if said := tables.words(one):
            yield Said(text=said, tone=next((_TONES[each] for each in look & set(_TONES)), "text"))
    else:
        for each in below(one):
            yield from _blocks(each)


def _is_key(one: Element) -> bool:
    """A line that says what shapes mean."""
    return any(isinstance(each, dict) and "st" in classes(each) for each in below(one))


def _pairs(one: Element) -> Iterator[tuple[str, str]]:
    for each in below(one):
        if isinstance(each, dict):
            yield text(first(each, "", "Dt")), text(first(each, "", "Dd"))


def _card(one: Element) -> Card:
    """Name and state, value with unit, then every line below."""
    name, value, lines = (each for each in below(one) if isinstance(each, dict))
    number = first(value, "", "B") or first(value, "hit", "B")
    beside = [each for each in below(name) if isinstance(each, dict)][1:]
    return Card(
        name=text(first(name, "nm", "Span")),
        value=text(number),
        unit=text(first(value, "u", "Small")),
        state=text(beside[0]) if beside else "",
        lines=[said for each in below(lines) if isinstance(each, dict) and "peers" not in classes(each) and (said := _apart(each))],
    )  # fmt: skip


def _apart(line: Element) -> str:
    """A line whose pieces the page sets apart by its style sheet."""
    return " ".join(filter(None, (text(piece) for piece in below(line))))


def _tiles(one: Element) -> Tiles:
    listed, legend = (each for each in below(one) if isinstance(each, dict))
    steps, keys = first(legend, "steps", "Span"), first(legend, "keys", "Span")
    return Tiles(
        legend=text(first(legend, "lt", "Span")),
        tiles=[_tile(each) for each in below(listed) if isinstance(each, dict)],
        classes=[text(each) for each in below(steps)] if steps else [],
        keys="  ".join(filter(None, map(text, below(keys)))) if keys else "",
    )


def _tile(one: Element) -> Tile:
    style, inner = one["props"]["style"], first(one, "in", "Span")
    (drawn,) = (each for each in below(one) if isinstance(each, dict))
    look = next(iter(classes(drawn) - {"tile", "own"}), "")
    return Tile(
        column=int(style["gridColumn"]),
        row=int(style["gridRow"]),
        name=text(first(inner, "nm", "Span")),
        value=text(first(inner, "", "B")),
        note=text(first(inner, "nt", "Span")),
        look=look,
    )


def _item(one: Element) -> Item:
    seal = next(each for each in below(one) if isinstance(each, dict) and "seal" in classes(each))
    what = first(one, "w", "Div")
    return Item(
        seal=text(seal),
        look=next(iter(classes(seal) - {"seal"}), ""),
        what=text(first(what, "", "B")),
        about=text(first(what, "ab", "Span")),
        why=text(first(one, "why", "Div")),
    )
