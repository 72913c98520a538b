"""The pieces of a release as they are kept with it: what was decided of a step at a group of places is never decided again, in no process.

A piece is found by a hash over what it hangs on (`pieces.name`), so that whoever asks in another process, by a later program or under other thresholds
names it alike. Where totals, groups of places or what kinds are told by are others than then, so is the piece.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from metrics.bands import REGIONS, SIZES
from metrics.frozen import made_of
from metrics.plan import Lookup
from metrics.tables.pieces import Decided, Name, Piece, Step
from metrics.tables.spots import Codes, Spot
from warehouse import release_pieces
from warehouse.release_pieces import Shelf
from warehouse.store import Reader

BANDS = (SIZES, sorted(REGIONS.items()))  # others than then make other cells of the same names


@dataclass(frozen=True)
class Stored:
    """What a release keeps of one sum for readers of one reach."""

    reader: Reader
    shelf: Shelf
    rules: str

    def bring(self, kept: Decided, names: Iterable[Name]) -> None:
        """Pieces that this process has not, where they are kept."""
        lacking = {digest(name): name for name in names if name not in kept.pieces}
        found = release_pieces.stored(self.reader, self.shelf, lacking) if lacking else {}
        for at, cells in found.items():
            kept.pieces.setdefault(lacking[at], from_bytes(cells))
        if found:
            kept.weigh()

    def keep(self, kept: Decided, more: Mapping[Name, Piece]) -> bool:
        """Keep what has been decided. False where others had decided some of it otherwise: then theirs stands, and nothing of one's own.

        What cannot be written stays with the process, which tries again.
        """
        kept.unwritten |= more
        if not kept.unwritten:
            return True
        named = {digest(name): name for name in kept.unwritten}
        others = release_pieces.keep(self.reader, self.shelf, self.rules, {at: to_bytes(kept.unwritten[name]) for at, name in named.items()})  # fmt: skip
        if others is None:
            return True
        for name in kept.unwritten if others else ():
            kept.pieces.pop(name, None)
        kept.pieces |= {named[at]: from_bytes(cells) for at, cells in others.items()}
        kept.unwritten.clear()
        return not others


def shelf(number: str, place_id: int, depth: str, boundary: str, total: Sequence[Lookup]) -> Shelf:
    """Where the pieces of a sum are kept."""
    return Shelf(number, place_id, depth, boundary, made_of([total]))


def digest(name: Name) -> str:
    """The first 32 digits of a hash over what a piece hangs on, which every process and every version of the program reckons alike."""
    line, step, beneath, *hides = name
    said = [[_group(each) for each in line], _step(step), beneath, [sorted(each) for each in hides], BANDS]  # type: ignore[arg-type, attr-defined, call-overload]  # see pieces.name  # fmt: skip
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:32]


def _group(places: Sequence[int]) -> list[int]:
    """The first stands above the others, whose order tells nothing."""
    return [places[0], *sorted(places[1:])]


def _step(step: Step) -> list[Any]:
    return [step.tables, step.at_once]


def to_bytes(piece: Piece) -> bytes:
    """A bit for each place and group of cells that is withheld anywhere, and another where nothing finer could protect it; compressed."""
    every = piece.hides | piece.told_by_coarser
    places, codes = sorted({spot.place for spot in every}), sorted({spot.codes for spot in every})
    row, column = ({key: n for n, key in enumerate(keys)} for keys in (places, codes))
    bits = np.zeros((2, len(codes), len(places)), dtype=bool)
    for plane, cells in zip(bits, piece, strict=True):
        for spot in cells:
            plane[column[spot.codes], row[spot.place]] = True
    head = json.dumps([places, codes], ensure_ascii=False).encode()
    return zlib.compress(head + b"\n" + np.packbits(bits).tobytes(), 9)


def from_bytes(kept: bytes) -> Piece:
    """The piece that was written."""
    head, _, packed = zlib.decompress(kept).partition(b"\n")
    places, told = json.loads(head)
    codes: list[Codes] = [tuple((cut, member) for cut, member in each) for each in told]
    shape = 2, len(codes), len(places)
    bits = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), count=2 * len(codes) * len(places)).reshape(shape)  # fmt: skip
    return Piece(*(frozenset(Spot(places[at], codes[column]) for column, at in np.argwhere(plane).tolist()) for plane in bits))  # fmt: skip
