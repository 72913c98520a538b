"""A shortlist as it is decided on: the entries that matter for so many places, each with its evidence, frozen into a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metrics.shortlists.points import DRAWS, EDGES, SEED, VARIED
from metrics.shortlists.purpose import Purpose
from metrics.shortlists.shortlist import Entry, Read, Shortlist, Why
from warehouse.law import Limit
from warehouse.shortlist_rules import MOST_ENTRIES, Drawn, Subject
from warehouse.trail import hash_of

BESIDE = 20  # ranked ones kept beyond those that are chosen by rank
MOST_OTHERS = 300  # of those not ranked, who would stand among the chosen


def document(
    found: Shortlist, read: Read, subject: Subject, wanted: int, loads: Mapping[str, int]
) -> Drawn:
    """The list frozen for `wanted` places. Ties are not cut: everybody who shares the last rank is in.

    Kept are those chosen by rank, the next ones, and who would stand among the chosen if nothing spoke against them.
    """
    first = [one for one in found.ranked if (one.rank or 0) <= wanted]
    beside = found.ranked[len(first) : len(first) + BESIDE]
    others = [one for one in found.entries if one.would is not None and one.would <= wanted and one.rank is None]  # fmt: skip
    kept = [*first, *beside, *others[:MOST_OTHERS]][:MOST_ENTRIES]
    entries = [
        _entry(found.purpose, one, is_first=one.rank is not None and one.rank <= wanted)
        | _offered(read, one)
        for one in kept
    ]
    return Drawn(subject, wanted, _said(found, read), dict(loads), entries)


def _entry(purpose: Purpose, one: Entry, *, is_first: bool) -> dict[str, Any]:
    return {
        "unit": one.unit, "first": is_first, "rank": one.rank, "would": one.would, "band": one.band and list(one.band),
        "without": one.without and list(one.without), "total": one.total, "points": [_rounded(each, 1) for each in one.points],
        "values": [_rounded(each, 4) for each in one.values], "why": one.why.value if one.why else None,
        "failed": list(one.failed), "against": [{"kind": each.kind.value, "rule": each.rule, "number": each.number} for each in one.record.against if purpose.is_conflict(each.kind)],
    }  # fmt: skip


def _offered(read: Read, one: Entry) -> dict[str, Any]:
    """How many students of the class or specialty it has, where one is compared."""
    return {"students": read.offered[one.unit]} if one.unit in read.offered else {}


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)


def _said(found: Shortlist, read: Read) -> dict[str, Any]:
    """The criteria with weights and limits, how it was made, and how many were looked at."""
    criteria = [
        {"name": one.name, "weight": found.weights[one.name], "scoring": one.scoring.value, "each": one.each, "gate": asked(read.gates[one.name]), "limit": asked(read.limits[one.name])}
        for one in found.purpose.criteria
    ]  # fmt: skip
    counts = {why.value: len(found.not_ranked(why)) for why in Why}
    return {
        "basis": "approved", "criteria": criteria, "counts": {"all": len(found.entries), "ranked": len(found.ranked), **counts},
        "method": {"draws": DRAWS, "seed": SEED, "varied": VARIED, "edges": list(EDGES)},
    }  # fmt: skip


def asked(limits: object) -> list[float | str]:
    """What is asked of most: the value, its direction and force; [] where nothing is."""
    known = [one for one in limits if isinstance(one, Limit)] if isinstance(limits, list) else []
    return [known[0].value, known[0].direction, known[0].force.value] if known else []


def seen(found: Shortlist) -> str:
    """A short mark of what a page showed: units, ranks and points. A draft of anything else is refused."""
    return hash_of(repr([(one.unit, one.rank, one.total, one.record) for one in found.entries]))[:16]  # fmt: skip
