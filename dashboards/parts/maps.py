"""Small maps side by side: one for each group, all in the same classes; every number stands in its tile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dashboards import element as e
from dashboards.element import Element
from dashboards.i18n import Phrases
from dashboards.parts.heat import classes_key
from dashboards.parts.tiles import LETTERS, OUTSIDE, POSITIONS, TileView


class MapsView(NamedTuple):
    """Each group with its tiles; what is coloured; the classes as printed, low to high."""

    groups: Sequence[tuple[str, Sequence[TileView]]]
    legend: str
    classes: Sequence[str]


def small_maps(view: MapsView, phrases: Phrases) -> Element:
    """Draw the classes above the maps, which stand side by side as there is room."""
    maps = [_map(name, tiles, phrases) for name, tiles in view.groups]
    return e.div(classes_key(view.legend, view.classes, phrases), e.div(*maps, cls="maps"))


def _map(name: str, tiles: Sequence[TileView], phrases: Phrases) -> Element:
    drawn = [_tile(tile, phrases) for tile in tiles if tile.place_id in POSITIONS]
    outside = [_outside(column, row, name, short, phrases) for column, row, name, short in OUTSIDE]
    return e.div(e.div(name, cls="mt"), e.ul(*drawn, *outside, aria_label=name))


def _outside(column: int, row: int, name: str, short: str, phrases: Phrases) -> Element:
    words = e.span(phrases.pick(phrases(name), short), cls="nm", title=phrases(name))
    return e.li(e.span(words, cls="out"), style={"gridColumn": column, "gridRow": row})


def _tile(tile: TileView, phrases: Phrases) -> Element:
    column, row = POSITIONS[tile.place_id]
    look = f"s{tile.step}" if tile.step else "plain" if tile.plain else "hatch"
    short = e.span(phrases.pick(tile.name, LETTERS[tile.place_id]), cls="nm", title=tile.name)
    mark = e.small(tile.mark, cls="r") if tile.mark else None
    number = e.b(tile.value or tile.note, mark)
    return e.li(e.span(short, number, cls=look), style={"gridColumn": column, "gridRow": row})
