"""How the cells of a template look."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

from warehouse.form import Column, Kind

# xlsxwriter has no types
Format: TypeAlias = Any
Book: TypeAlias = Any
Worksheet: TypeAlias = Any

INK, GREY, RULE, ACCENT = "#18212C", "#626D7B", "#B9C0C4", "#1D4F91"
FILLS = {
    "head": "#E7EEF7",
    "key": "#D6E2F2",
    "quiet": "#F5F6F4",
    "refused": "#FBE9E1",
    "found": "#FAF0DA",
}


class Looks:
    """The looks of cells, each made once."""

    def __init__(self, book: Book) -> None:
        plain = {
            "font_name": "Microsoft YaHei",
            "font_size": 10,
            "font_color": INK,
            "valign": "vcenter",
        }
        boxed = {**plain, "border": 1, "border_color": RULE}
        head = {**boxed, "text_wrap": True, "align": "center"}
        looks: dict[str, dict[str, Any]] = {
            "title": {**plain, "font_size": 16, "bold": True, "font_color": ACCENT},
            "quiet": {**plain, "font_color": GREY},
            "wrapped": {**plain, "text_wrap": True, "valign": "top", "font_color": GREY},
            "label": {**boxed, "bold": True, "text_wrap": True, "bg_color": FILLS["quiet"]},
            "entry": {**boxed, "num_format": "@", "bold": True, "bg_color": "#FFFFFF"},
            "note": {**boxed, "font_size": 8, "font_color": GREY, "text_wrap": True, "valign": "top",
                     "bg_color": FILLS["quiet"]},
            "key": {**head, "bg_color": FILLS["key"]},
            "header": {**head, "bg_color": FILLS["head"]},
            "locked": {**boxed, "num_format": "#,##0", "bg_color": FILLS["quiet"], "font_color": GREY, "text_wrap": True},
            "zh": {**plain, "bold": True},
            "en": {**plain, "font_size": 9, "font_color": GREY},
            "text": {**boxed, "num_format": "@"},
            "number": {**boxed, "num_format": "#,##0"},
            "decimal": {**boxed, "num_format": "#,##0.####"},
            "refused": {**boxed, "bg_color": FILLS["refused"]},
            "found": {**boxed, "bg_color": FILLS["found"]},
            "cell": {**boxed, "text_wrap": True, "valign": "top"},
            "strong": {**head, "bold": True, "bg_color": FILLS["head"]},
        }  # fmt: skip
        self._made = {name: book.add_format(look) for name, look in looks.items()}

    def __getitem__(self, name: str) -> Format:
        return self._made[name]

    def of(self, column: Column | None) -> Format:
        """The look of a column's cells."""
        if column is None or column.kind is not Kind.INTEGER:
            return self["text"]
        if column.part == "attribute":
            return self["text"]
        return self["number" if column.scale == 1 else "decimal"]


def number_look(decimals: int, unit: str = "") -> dict[str, Any]:
    """A cell of a number with so many decimals, grouped by thousands; `unit` is written behind it."""
    shape = f"#,##0{'.' if decimals else ''}{'0' * decimals}"
    behind = f'"{unit}"' if unit else ""
    return {
        "font_name": "Microsoft YaHei", "font_size": 10, "border": 1, "border_color": RULE, "align": "right", "num_format": shape + behind,
    }  # fmt: skip


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column; a Chinese character is two wide."""
    wide = [sum(2 if ord(letter) > 0x2E80 else 1 for letter in line) for line in text.split("\n")]
    return sum(max(1, math.ceil(length / width)) for length in wide)
