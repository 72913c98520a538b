"""Which state of a year readers are shown of places that are not in their charge: its releases, one after another, and live only before the first.

Two states of the same places can be subtracted, and where one school has changed in between the difference is that school's. So whoever is not in charge
reads a year that has a release as released, whatever moment or basis is asked for, and what a later release shows is worked out together with all
before it (`metrics/outside.py`). At a moment before its first release there is nothing to show of a year, nor
is there by the approved basis while it has none: the two bases are two states as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal, NamedTuple

import sqlalchemy as sa

from metrics.audience import Audience
from metrics.linked import forms_beside
from metrics.question import Question
from metrics.rollups import Reads
from warehouse.places import NATION
from warehouse.release_tables import release
from warehouse.store import compiled
from warehouse.tables import load


class State(NamedTuple):
    """A signed release as figures are read by it."""

    number: str
    year: int
    place_in_year: int
    basis: Literal["submitted", "approved"]
    loads: Mapping[str, int]
    signed_at: datetime


class Part(NamedTuple):
    """What is asked at one state. `chains`: of each year the releases up to the one shown, the oldest first. `is_closed`: nothing is shown."""

    question: Question
    chains: Mapping[int, tuple[State, ...]] = {}
    is_closed: bool = False


_SIGNED = compiled(
    sa.select(*(release.c[name] for name in State._fields))
    .where(release.c.year == sa.any_(sa.bindparam("years", type_=sa.ARRAY(sa.Integer))))
    .order_by(release.c.year, release.c.place_in_year)
)

_NOW = compiled(
    sa.select(load.c.form, load.c.number).where(
        load.c.place_id == NATION,
        load.c.form == sa.any_(sa.bindparam("forms", type_=sa.ARRAY(sa.Text))),
    )
)


def parted(reader: Reads, audience: Audience, question: Question) -> list[Part]:
    """The question as its reader is answered: of places in charge as it was asked, of others at the state that they are shown in."""
    depths = audience.depths(question.places)
    outside = tuple(place for place in question.places if depths[place] == "published")
    if not outside:
        return [Part(question)]
    inside = tuple(place for place in question.places if depths[place] != "published")
    found = [Part(replace(question, places=inside))] if inside else []
    return [*found, *_outside(reader, replace(question, places=outside))]


def shown_state(reader: Reads, question: Question) -> Question | None:
    """A question about one year of places that are not in charge, at the state that is shown; None where nothing is."""
    (part,) = _outside(reader, question)
    return None if part.is_closed else part.question


def _outside(reader: Reads, question: Question) -> Iterator[Part]:
    """Years that are shown in the same state are asked together."""
    chains = _chains(reader, question)
    alike: dict[tuple[object, ...], list[int]] = {}
    for year in question.years:
        alike.setdefault(_key(chains[year], question), []).append(year)
    for years in alike.values():
        chain = chains[years[0]]
        asked = replace(question, years=tuple(years))
        if chain:
            loads = {form: chain[-1].loads.get(form, 0) for form in forms_beside(asked)}
            asked = replace(asked, basis=chain[-1].basis, load=loads)
        yield Part(asked, {year: chains[year] or () for year in years}, chain is None)


def _key(chain: tuple[State, ...] | None, question: Question) -> tuple[object, ...]:
    if not chain:
        return (chain is None,)
    loads = ((form, chain[-1].loads.get(form, 0)) for form in forms_beside(question))
    return (chain[-1].basis, *loads)


def _chains(reader: Reads, question: Question) -> dict[int, tuple[State, ...] | None]:
    """The releases of each year that had been signed by the moment asked for; () is live, None nothing that could be shown."""
    signed = [State._make(row) for row in reader.rows(_SIGNED, years=list(question.years))]
    is_live = question.basis == "submitted" and (question.until is None or _is_newest(reader, question))  # fmt: skip
    return {year: _chain([one for one in signed if one.year == year], question, is_live=is_live) for year in question.years}  # fmt: skip


def _chain(signed: Sequence[State], question: Question, *, is_live: bool) -> tuple[State, ...] | None:  # fmt: skip
    known = tuple(one for one in signed if question.until is None or one.signed_at <= question.until)  # fmt: skip
    if known:
        return known
    return () if is_live and not signed else None


def _is_newest(reader: Reads, question: Question) -> bool:
    """Whether nothing has come in since the moment asked for: a link to what was live a minute ago still opens."""
    forms = forms_beside(question)
    now = dict(reader.rows(_NOW, forms=forms))
    return all(question.load.get(form, 0) == now.get(form, 0) for form in forms)
