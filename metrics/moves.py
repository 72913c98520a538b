"""How many units moved a number between two releases: counted by the warehouse, which tells no value and no name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from metrics.metric import UNITS
from metrics.plan import Lookup
from metrics.rollups import Reads
from warehouse.discovery import form as form_named
from warehouse.places import Boundary
from warehouse.store import compiled

_CHANGES = compiled(
    sa.select(sa.text("place_id, cut, member, unit_kind, changed")).select_from(
        sa.func.release_changes(
            *(sa.bindparam(name, type_=sa.Text) for name in ("older", "newer", "form")), sa.bindparam("year", type_=sa.Integer),
            sa.bindparam("bounds", type_=sa.Text), *(sa.bindparam(name, type_=sa.ARRAY(sa.Text)) for name in ("cuts", "measures")),
        )
    )
)  # fmt: skip
Moved = Mapping[
    tuple[int, str, str, str], list[int]
]  # by place, cut, member and kind of unit: of each measure


class Between(NamedTuple):
    """Two signed releases of a year, by number."""

    older: str
    newer: str


class Moves:
    """What moved between releases, read once a form, year and breakdown."""

    def __init__(self, reader: Reads, boundary: Boundary) -> None:
        self._reader, self._boundary = reader, boundary
        self._known: dict[tuple[Between, str, int, str], Moved] = {}

    def units(self, between: Between, lookups: Iterable[Lookup], place: int, year: int) -> int:
        """How many units moved a sum at a place, at least: the most that moved one of its columns."""
        found = [0]
        for lookup in lookups:
            names = _measures(lookup.form)
            at = names.index(lookup.measure)
            by_member: dict[tuple[str, str], int] = {}
            for cut, member, kind in lookup.rows:
                moved = self._of(between, lookup.form, year - lookup.years_back, cut).get((place, cut, member, kind))  # fmt: skip
                by_member[cut, member] = by_member.get((cut, member), 0) + (moved[at] if moved else 0)  # fmt: skip
            found += by_member.values()
        return max(found)

    def _of(self, between: Between, form: str, year: int, cut: str) -> Moved:
        key = (between, form, year, cut)
        if key not in self._known:
            rows = self._reader.rows(
                _CHANGES, **between._asdict(), form=form, year=year, bounds=self._boundary, cuts=[cut], measures=_measures(form)
            )  # fmt: skip
            self._known[key] = {(place, cut, member, kind): changed for place, cut, member, kind, changed in rows}  # fmt: skip
        return self._known[key]


def _measures(form: str) -> list[str]:
    return [UNITS, *(column.name for column in form_named(form).measures())]
