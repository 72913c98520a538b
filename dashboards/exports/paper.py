"""What a file of a table says besides its numbers: where they come from, how they are to be read, and the receipt to build them again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from dashboards.address import Address
from dashboards.i18n import Phrases
from dashboards.numbers import academic_year, percent, plain
from dashboards.parts.cell import SIGNS, Symbol
from dashboards.released import Reading, said_elsewhere, shown_as, told_proof, told_redefined
from dashboards.views import build, wording
from dashboards.views.build import Words, cut_names, lacking, picked
from dashboards.views.domain import covers
from metrics.discovery import metric
from metrics.question import Cell, Key
from metrics.tables.ask import key
from warehouse.moments import second
from warehouse.releases import Release

PERIOD = "zhijian table 1"  # the kind of a receipt and its version


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A table with all that goes along. `site`: the address that people reach the system by; `made_at`: when it was read; `release`: as which
    it was read, None is live.
    """

    words: Words
    address: Address
    site: str
    made_at: datetime
    is_synthetic: bool
    release: Release | None = None
    reading: Reading = field(default_factory=Reading)

    @property
    def phrases(self) -> Phrases:
        return self.words.phrases

    @property
    def name(self) -> str:
        """What its files are called, without their endings."""
        return f"table-{self.address.place or 0}"

    @cached_property
    def receipt(self) -> dict[str, Any]:
        """By which the table can be built again, and seen to be the same: the hash is over every cell.

        `address` leads to the table as of the moment it was read; `loads` are the loads its cells rest on.
        """
        table = self.words.table
        return {
            "kind": PERIOD,
            "address": self.site + self.permalink,
            "table": table.ask.said(),
            "release": self.release.number if self.release else "",
            "asof": self.address.asof or self.made_at.isoformat(timespec="microseconds"),
            "loads": dict(table.loads),
            "cells": len(table.cells),
            "sha256": table.content_hash,
        }

    @property
    def permalink(self) -> str:
        """The address of the table as it stood when it was read."""
        asof = self.address.asof or self.made_at.isoformat(
            timespec="microseconds"
        )  # a release stands for it
        return self.address.to(
            **self.words.table.ask.said(), asof=asof, view="", theme="light", unfolded=""
        )

    def facts(self) -> list[tuple[str, str]]:
        """Label and text: what was asked for, of which data, in which state."""
        ask, phrases = self.words.table.ask, self.phrases
        official = "approved" if ask.basis == "approved" else "submitted"
        said = [
            ("places", picked(ask, self.words.ladder, phrases, most=40)),
            ("years", phrases("build.and").join(self.words.word("years", year) for year in ask.years)),
            ("cut", cut_names(ask, phrases) if ask.cut else phrases("build.cut.none")),
            ("release", self.read_as),
            *([("state", phrases(f"paper.state.{official}"))] if not self._is_released_by_year else []),
            *([("opened", phrases(f"build.opened.{ask.opened}"))] if ask.opened else []),
            ("boundary", phrases(f"paper.boundary.{ask.boundary}")),
            ("source", phrases("paper.source.text")),
            ("version", phrases("paper.version.text", at=second(self.read_at), load=max(self.words.table.loads.values(), default=0))),
            ("symbols", phrases("build.comma").join(f"{sign} {phrases(f'symbol.{name}')}" for name, sign in SIGNS.items())),
        ]  # fmt: skip
        others = self.reading.has_others({key.place for key in self.words.table.cells})
        elsewhere = [("elsewhere", said_elsewhere(self.reading, ask.years, ask.basis, phrases))] if others else []  # fmt: skip
        frozen = [
            one
            for year in ask.years
            if (one := self.release or (others and self.reading.shown_elsewhere(year)))
        ]
        anew = list(dict.fromkeys(filter(None, (told_redefined(one, ask.metrics, phrases) for one in frozen))))  # fmt: skip
        elsewhere += [("redefined", text) for text in anew]
        proofs = {one.number: text for one in frozen if (text := told_proof(one.proof, phrases))}
        elsewhere += [("patterns", phrases("reading.proved", number=number, said=text)) for number, text in proofs.items()]  # fmt: skip
        elsewhere += [("coverage", text)] if (text := self._coverage()) else []
        absent = [("lacking", text)] if (text := lacking(self.words)) else []
        synthetic = [("synthetic", phrases("synthetic.notice"))] if self.is_synthetic else []
        return [
            (phrases(f"paper.{name}"), text)
            for name, text in (*said, *elsewhere, *absent, *synthetic)
        ]

    @property
    def read_as(self) -> str:
        """As which release it was read; a table of places elsewhere may be of a release for each of its years."""
        if self.release:
            return shown_as(self.release, self.phrases)
        return self.phrases("reading.each" if self._is_released_by_year else "reading.live")

    @cached_property
    def _is_released_by_year(self) -> bool:
        places = {key.place for key in self.words.table.cells}
        return not self.release and self.reading.has_only_released(
            places, self.words.table.ask.years
        )

    def _coverage(self) -> str:
        """Which cell rests on the fewest of its schools, so that nobody takes a half for a whole; "" where nothing is due."""
        found = build.least_covered(self.words.table, self.words.table.ask.years)
        if found is None:
            return ""
        at, cell = found
        return self.phrases(
            f"paper.coverage.{covers(at.metric)}", place=self.words.word("places", at.place), metric=metric(at.metric).label.of(self.phrases.lang),
            year=academic_year(at.year, self.phrases.lang), units=plain(cell.units), due=plain(cell.due), share=percent(cell.units / cell.due),
        )  # fmt: skip

    @property
    def read_at(self) -> datetime:
        """The moment whose state the table shows."""
        return self.address.moment or self.made_at

    @property
    def receipt_text(self) -> str:
        return json.dumps(self.receipt, ensure_ascii=False, indent=1)


class Line(NamedTuple):
    """One cell of a table by itself, with all that names it. `symbol` says why there is no value, or that a revision changed it."""

    place_code: str
    place: str
    group_code: str
    group: str
    metric: str
    metric_name: str
    unit: str
    year: int
    value: float | None
    symbol: str
    numerator: int | None
    denominator: int | None
    units: int
    due: int


def cells(paper: Paper) -> Iterator[tuple[Key, Cell]]:
    """Every cell, in the order of rows and then columns."""
    table = paper.words.table
    for row in table.rows:
        for column in table.columns:
            yield key(row, column), table.cell(row, column)


def lines(paper: Paper) -> Iterator[Line]:
    """The same with all that names them."""
    for at, cell in cells(paper):
        yield line(paper.words, at, cell)


def line(words: Words, at: Key, cell: Cell) -> Line:
    one, lang = metric(at.metric), words.phrases.lang
    place = words.ladder.place(at.place)
    sign: Symbol = wording.symbol(cell)
    shown = cell.value if not sign else None
    return Line(
        place.code, place.name(lang), at.member, words.member(at.member), at.metric, one.label.of(lang), one.unit.label.of(lang), at.year,
        shown, SIGNS.get(sign, "") or wording.revised(cell), cell.numerator if not sign else None, cell.denominator if not sign else None, cell.units, cell.due,
    )  # fmt: skip
