"""The tile map: 32 reporting units as equal tiles in their relative position, and three outside the statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.section import pictures

# place id -> (column, row), counted from 1. 660000 is 兵团, a reporting unit of its own beside 新疆.
POSITIONS: dict[int, tuple[int, int]] = {
    230000: (7, 1),
    660000: (1, 2),
    150000: (4, 2),
    220000: (7, 2),
    650000: (1, 3),
    640000: (3, 3),
    140000: (4, 3),
    110000: (5, 3),
    120000: (6, 3),
    210000: (7, 3),
    630000: (1, 4),
    620000: (2, 4),
    610000: (3, 4),
    410000: (4, 4),
    130000: (5, 4),
    370000: (6, 4),
    540000: (1, 5),
    510000: (2, 5),
    500000: (3, 5),
    420000: (4, 5),
    340000: (5, 5),
    320000: (6, 5),
    310000: (7, 5),
    530000: (2, 6),
    520000: (3, 6),
    430000: (4, 6),
    360000: (5, 6),
    330000: (6, 6),
    450000: (3, 7),
    440000: (4, 7),
    350000: (5, 7),
    460000: (3, 8),
}
# The letters of GB/T 2260, for English tiles on phones, where "Guang." would be two provinces; BT is the Corps.
LETTERS: dict[int, str] = {
    110000: "BJ", 120000: "TJ", 130000: "HE", 140000: "SX", 150000: "NM", 210000: "LN", 220000: "JL", 230000: "HL",
    310000: "SH", 320000: "JS", 330000: "ZJ", 340000: "AH", 350000: "FJ", 360000: "JX", 370000: "SD", 410000: "HA",
    420000: "HB", 430000: "HN", 440000: "GD", 450000: "GX", 460000: "HI", 500000: "CQ", 510000: "SC", 520000: "GZ",
    530000: "YN", 540000: "XZ", 610000: "SN", 620000: "GS", 630000: "QH", 640000: "NX", 650000: "XJ", 660000: "BT",
}  # fmt: skip
# An English name longer than a tile is wide.
SHORT: dict[int, str] = {660000: "XPCC"}
# Outside the statistics: (column, row, message id, letters).
OUTSIDE = (
    (6, 7, "tiles.taiwan", "TW"),
    (4, 8, "tiles.macao", "MO"),
    (5, 8, "tiles.hongkong", "HK"),
)


@dataclass(frozen=True, slots=True)
class TileView:
    """One reporting unit.

    value: as printed, or the sign of why there is none; step: its class of five (1 lowest), None without a value:
    then the tile is hatched and `note` says why ("覆盖不足 75%"). plain: withheld, no hatch.
    mark: behind the value, that a revision changed it. brief: a short name for phones in Chinese (English has letters of its own); own: the reader's place or the chosen one.
    """

    place_id: int
    name: str
    href: str
    value: str
    step: int | None
    note: str = ""
    brief: str = ""
    own: bool = False
    plain: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class TileMapView:
    """The map of one measure.

    classes: the five bounds as printed, low to high ("< 80", "80–85", …). legend: what is coloured, with its unit.
    reading: what the small text in a tile means ("差 N 校：距 90% 目标的学校数"), or "".
    """

    tiles: Sequence[TileView]
    classes: Sequence[str]
    legend: str
    reading: str = ""


def tile_map(view: TileMapView, phrases: Phrases) -> Element:
    """Draw the map as a grid of links: focusable, printable, without a script."""
    tiles = [_tile(tile, phrases) for tile in view.tiles if tile.place_id in POSITIONS]
    outside = [_outside(column, row, name, brief, phrases) for column, row, name, brief in OUTSIDE]
    drawn = e.div(
        e.ul(*tiles, *outside, aria_label=view.legend), _legend(view, phrases), cls="tiles"
    )
    note = e.figcaption(phrases("tiles.note"), cls="note")
    return e.figure(e.div(drawn, data_pictured=True), note, pictures(phrases))


def _place(column: int, row: int) -> dict[str, object]:
    return {"gridColumn": column, "gridRow": row}


def _names(name: str, brief: str) -> list[Child]:
    """Return the name, and the short one that takes its place on phones."""
    names: list[Child] = [e.span(name, cls="nm")]
    if brief:
        names.append(e.span(brief, cls="br", aria_hidden="true"))
    return names


def _tile(tile: TileView, phrases: Phrases) -> Element:
    brief = phrases.pick(tile.brief, LETTERS[tile.place_id])
    mark = e.small(tile.mark, cls="r") if tile.mark else None
    name = phrases.pick(tile.name, SHORT.get(tile.place_id, tile.name))
    words: list[Child] = [*_names(name, brief), e.b(tile.value, mark) if tile.value else None]
    if tile.note:
        words.append(e.span(tile.note, cls="nt"))
    look = f"s{tile.step}" if tile.step else "plain" if tile.plain else "hatch"
    link = e.a(
        e.span(*words, cls="in"), href=tile.href, cls=f"tile {look}{' own' if tile.own else ''}"
    )
    return e.li(link, style=_place(*POSITIONS[tile.place_id]))


def _outside(column: int, row: int, name: str, brief: str, phrases: Phrases) -> Element:
    names = _names(phrases(name), phrases.pick("", brief))
    words = e.span(*names, e.span(phrases("tiles.outside"), cls="nt"), cls="in")
    return e.li(e.span(words, cls="tile out"), style=_place(column, row))


def _legend(view: TileMapView, phrases: Phrases) -> Element:
    steps = [
        e.span(e.i(cls=f"s{at}"), text, cls="step") for at, text in enumerate(view.classes, start=1)
    ]
    hatch = e.span(e.i(cls="hatch"), phrases("tiles.hatch"), cls="hk")
    reading = e.span(view.reading, cls="rd") if view.reading else None
    return e.div(
        e.span(view.legend, cls="lt"),
        e.span(*steps, cls="steps"),
        e.span(hatch, reading, cls="keys"),
        cls="legend",
    )
