"""What stands against a school when it is compared with others: breaches, doubts and cases of the year. A risk is none: it is a forecast, and never read here."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa

from warehouse.case_rules import CONFIRMED, OPEN, Code
from warehouse.case_tables import case_file
from warehouse.flag_tables import flag
from warehouse.moments import numbered
from warehouse.places import NATION
from warehouse.store import Reader
from warehouse.text import Text


class Conflict(StrEnum):
    """What kind of thing stands against a school."""

    BREACH = "breach"  # of binding law, as the newest review found it
    OPEN_CASE = "open_case"  # somebody looks into it
    CONFIRMED = "confirmed"  # a case was closed as a wrong number or a true anomaly
    DOUBT = "doubt"  # a review doubts, and nobody has taken it up

    @property
    def label(self) -> Text:
        return _LABELS[self]


_LABELS = {
    Conflict.BREACH: Text("现存违规", "Standing breach"),
    Conflict.OPEN_CASE: Text("核查未办结", "Open case"),
    Conflict.CONFIRMED: Text("核查属实", "Case found true"),
    Conflict.DOUBT: Text("疑点未派发", "Doubt not dispatched"),
}
STANDS = frozenset({Code.WRONG_NUMBER, Code.TRUE_ANOMALY})
"""Closed so, a case stands against the school; what was put right does not."""
CLEARED = frozenset({Code.FALSE_ALARM, Code.OTHER_DEFINITION})
"""Closed so, the flag itself says nothing any more."""
_Identity = tuple[str, int, str]  # judgement, school, rule


class Against(NamedTuple):
    """One thing that stands against a school: its kind, its rule, and the flag or case that tells of it (`number` only of a case)."""

    kind: Conflict
    rule: str
    key: int
    number: str = ""


class Record(NamedTuple):
    """A school's: what stands against it, its standing breaches, and cases closed because the flag was right."""

    against: tuple[Against, ...] = ()
    breaches: int = 0
    confirmed: int = 0


CLEAN = Record()


def records(reader: Reader, place_id: int, year: int) -> dict[int, Record]:
    """School -> its record, of every school at or below a place that has one."""
    found: dict[int, list[Against]] = {}
    right: dict[int, int] = {}
    taken = _cases(reader, place_id, year, found, right)
    breaches = _flags(reader, place_id, year, found, taken)
    schools = {*found, *right, *breaches}
    return {one: Record(tuple(found.get(one, ())), breaches.get(one, 0), right.get(one, 0)) for one in schools}  # fmt: skip


def _cases(
    reader: Reader, place_id: int, year: int, found: dict[int, list[Against]], right: dict[int, int]
) -> dict[_Identity, str]:
    """What cases add; the code of every identity that has one, "" while it is open."""
    c = case_file.c
    asked = sa.select(c.case_id, c.judgement, c.school_id, c.rule, c.state, c.code, c.opened_at).where(c.year == year, *_below(c.path, place_id))  # fmt: skip
    taken: dict[_Identity, str] = {}
    for row in reader.rows(asked.order_by(c.case_id)):
        taken[row.judgement, row.school_id, row.rule] = row.code
        kind = Conflict.OPEN_CASE if row.state in OPEN else Conflict.CONFIRMED if row.code in STANDS else None  # fmt: skip
        if kind is not None:
            one = Against(kind, row.rule, row.case_id, numbered("HC", row.opened_at, row.case_id))
            found.setdefault(row.school_id, []).append(one)
        right[row.school_id] = right.get(row.school_id, 0) + (row.code in CONFIRMED)
    return taken


def _flags(
    reader: Reader, place_id: int, year: int, found: dict[int, list[Against]], taken: dict[_Identity, str]
) -> dict[int, int]:  # fmt: skip
    """What standing flags add: every breach, and doubts that no case is about; breaches by school."""
    c = flag.c
    asked = (
        sa.select(c.flag_id, c.judgement, c.school_id, c.rule)
        .where(c.year == year, c.judgement.in_(("breach", "doubt")), c.gone_round.is_(None), c.speaks, *_below(c.path, place_id))
        .order_by(c.judgement, c.weight.desc(), c.flag_id)
    )  # fmt: skip
    kinds = {"breach": Conflict.BREACH, "doubt": Conflict.DOUBT}
    breaches: dict[int, int] = {}
    for key, judgement, school, rule in reader.bulk(asked).iter_rows():  # tens of thousands
        kind = kinds[judgement]
        code = taken.get((judgement, school, rule)) if taken else None
        if code in CLEARED or (code is not None and kind is Conflict.DOUBT):
            continue
        breaches[school] = breaches.get(school, 0) + (kind is Conflict.BREACH)
        one = Against(kind, rule, key)
        if school in found:
            found[school].append(one)
        else:
            found[school] = [one]
    return breaches


def _below(path: sa.Column[list[int]], place_id: int) -> list[sa.ColumnElement[bool]]:
    return [] if place_id == NATION else [sa.literal(place_id) == sa.any_(path)]
