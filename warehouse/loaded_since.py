"""What has been loaded since some loads, as far as it touches certain places and years: no correction of another place or year counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from warehouse.discovery import forms
from warehouse.places import NATION
from warehouse.store import Reader
from warehouse.tables import FOR_EVER, load, metadata, submission

Years = Mapping[str, Collection[int]]  # form -> the years that are read of it


def loaded_since(reader: Reader, loads: Mapping[str, int], years: Years, places: Collection[int], *, by_units: bool = False) -> frozenset[str]:  # fmt: skip
    """The forms of which any sum of these places and years is another since; with `by_units`, of which any school below them has sent another."""
    known = {form: number for form, number in loads.items() if form in forms() and years.get(form)}
    found = _moved(reader, known, places) if known and places else {}
    return frozenset(
        form
        for form, among in found.items()
        if _any(reader, _sums(form, known[form], years[form], among))
        or (by_units and _any(reader, _sent(form, known[form], years[form], places)))
    )


def _moved(
    reader: Reader, known: Mapping[str, int], places: Collection[int]
) -> Mapping[str, set[int]]:
    """Which of the places each form has reached since, of whatever year."""
    c = load.c
    since = (sa.and_(c.form == form, c.number > number) for form, number in known.items())
    asked = sa.select(c.form, c.place_id).where(c.place_id.in_(places), sa.or_(*since))
    found: dict[str, set[int]] = {}
    for form, place in reader.rows(asked):
        found.setdefault(form, set()).add(place)
    return found


def _sums(form: str, known: int, years: Iterable[int], places: Iterable[int]) -> sa.Select[Any]:
    """Sums that began or ended since."""
    c = metadata.tables[f"rollup_{form}"].c
    is_ended = sa.and_(c.last_load > known, c.last_load < FOR_EVER)
    return sa.select(c.year).where(
        c.year.in_(years), c.place_id.in_(places), sa.or_(c.first_load > known, is_ended)
    )


def _sent(form: str, known: int, years: Iterable[int], places: Collection[int]) -> sa.Select[Any]:
    """Submissions of schools below that were loaded or approved since."""
    c = submission.c
    below = [] if NATION in places else [c.path.op("&&")(sa.cast(list(places), sa.ARRAY(sa.Integer)))]  # fmt: skip
    is_new = sa.or_(c.first_load > known, c.approved_load > known)
    return sa.select(c.year).where(c.form == form, c.year.in_(years), is_new, *below)


def _any(reader: Reader, asked: sa.Select[Any]) -> bool:
    return bool(reader.rows(asked.limit(1)))
