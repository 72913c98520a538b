"""How well off a province is, as far as a document says so: the five bands by which centre and provinces share the cost of basic services.

The bands of 国办发〔2018〕6号 go by a province's own means: band 1 is borne by the centre to 80 %, band 5 (Beijing, Shanghai) to 10 %. They are
an order, no figure of income; cities that plan on their own (计划单列市) stand in band 4 there and with their province here.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from warehouse.text import Text

LOWEST, HIGHEST = 1, 5
BASIS = Text(
    "国办发〔2018〕6号五档（凭记忆录入，待与原文核对）",
    "State Council Office 2018 No. 6, five bands (entered from memory, to be checked against the text)",
)
LABELS = {
    1: Text("一档", "band 1"),
    2: Text("二档", "band 2"),
    3: Text("三档", "band 3"),
    4: Text("四档", "band 4"),
    5: Text("五档", "band 5"),
}


class Band(NamedTuple):
    """A province's band. `mark`: found (seen in the document), recalled (from memory) or assumed (the document does not name it)."""

    number: int
    mark: str
    source: str


@cache
def bands() -> dict[int, Band]:
    """The band of every province that reports, by its place id; 台湾, 香港 and 澳门 have none."""
    text = files("warehouse.reference").joinpath("income_bands.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {int(row["province"]): Band(int(row["band"]), row["mark"], row["source"]) for row in rows}  # fmt: skip
