"""Party organisations, class heads and counsellors, activities, incidents and class sizes of one year."""

from __future__ import annotations

import numpy as np
import polars as pl

from etl.demo.dice import dice, split
from etl.demo.long import long, whole
from etl.demo.means import Means
from etl.demo.pupils import Pupils
from etl.demo.targets import FIRST
from etl.demo.units import Units
from warehouse.arrays import Floats, Ints

__all__ = ["class_band", "moral_activity", "moral_education", "party_building", "safety_incident"]


def party_building(units: Units, means: Means, year: int) -> pl.DataFrame:
    """One row a unit due. Larger schools have larger organisations; a few private ones have none yet, fewer each year."""
    lasting, fresh = dice(units.seed, "party"), dice(units.seed, "party", year)
    n, staff = len(units), means.at("teachers", year) * 1.33
    private = units.sponsor == "private"
    draw = lasting.random(n)
    none = draw < np.where(private, 0.16, 0.012) * 0.82 ** (year - FIRST)
    joint = ~none & (draw < np.where(private, 0.3, 0.03))
    members = whole(
        staff * np.clip(lasting.normal(0.41, 0.09, n), 0.05, 0.8) * np.where(private, 0.45, 1.0)
    )
    members = np.where(none, np.minimum(members, 2), members)
    branches = np.where(
        none | joint, 0, np.maximum(1, whole(members / lasting.normal(18, 3, n).clip(9)))
    )
    kind = np.select(
        [none, joint, branches >= 6, branches >= 2], ["none", "joint", "committee", "general_branch"], "branch"
    )  # fmt: skip
    diligent = np.clip(lasting.normal(0.93, 0.1, n) + fresh.normal(0, 0.04, n), 0.2, 1.1)
    led = lasting.random(n) < np.where(private, 0.12, 0.35 + 0.1 * (year - FIRST))
    full_time = whole(means.at("teachers", year).clip(1) * lasting.normal(0.045, 0.012, n))
    return long(units, year, {
        "organisation": kind, "led_by_party": np.where(led & ~none & ~joint, "yes", "no"), "branches": branches,
        "staff_members": members, "student_members": whole(members * lasting.beta(1.0, 30.0, n)),
        "activists": whole(members * lasting.beta(2.0, 8.0, n)), "admitted": whole(members * fresh.beta(1.5, 60.0, n)),
        "general_meetings": whole(branches * 4.2 * diligent), "committee_meetings": whole(branches * 11.6 * diligent),
        "group_meetings": whole(branches * 11.0 * diligent), "lectures": whole(branches * 4.0 * diligent),
        "theme_days": whole(branches * 11.8 * diligent), "ideology_full_time": full_time,
        "ideology_part_time": whole(full_time * lasting.beta(2.0, 4.0, n)),
    })  # fmt: skip


def moral_education(units: Units, pupils: Pupils, classes: Ints, year: int) -> pl.DataFrame:
    """One row a unit due; `classes` [n] of each unit."""
    lasting, fresh = dice(units.seed, "moral"), dice(units.seed, "moral", year)
    n, students = len(units), pupils.stock(year)
    heads = np.where(lasting.random(n) < 0.94, classes, whole(classes * 0.93))
    later = year - FIRST
    full = whole(students / np.clip(lasting.normal(900 - 30 * later, 220, n), 300, None))
    part = whole(full * lasting.gamma(2.0, 0.5, n)) + (full == 0)
    counselled = whole(students * lasting.gamma(4.0, 0.018, n) * fresh.normal(1, 0.1, n).clip(0.5))
    screened = np.clip(
        lasting.beta(5.0, 2.0, n) + 0.03 * later + fresh.normal(0, 0.04, n), 0.1, 1.0
    )
    visited = np.clip(lasting.beta(3.0, 4.0, n) + fresh.normal(0, 0.05, n), 0.01, 1.0)
    return long(units, year, {
        "class_heads": heads, "trained_heads": whole(heads * np.clip(lasting.beta(6, 3, n) + fresh.normal(0, 0.05, n), 0, 1)),
        "counsellors": full, "part_counsellors": part, "counselling_rooms": np.maximum(1, whole(students / 1500)),
        "screened": whole(students * screened), "counselled": counselled, "crises": whole(counselled * fresh.beta(1.2, 60.0, n)),
        "visited": whole(students * visited), "parent_meetings": np.maximum(2, whole(fresh.normal(3.2, 1.0, n))),
    })  # fmt: skip


KINDS = {  # of activities: times a class in a year, share of the students each time, share honoured
    "class_meeting": (30.0, 0.03, 0.0), "flag": (0.9, 0.9, 0.0), "labour": (1.4, 0.12, 0.01), "volunteering": (0.6, 0.06, 0.02),
    "law": (0.25, 0.5, 0.0), "safety": (0.3, 0.8, 0.0), "mind": (0.4, 0.3, 0.01), "craftsmanship": (0.08, 0.4, 0.02),
    "civil_style": (0.15, 0.1, 0.12), "sport_art": (0.5, 0.3, 0.05),
}  # fmt: skip


def moral_activity(units: Units, pupils: Pupils, classes: Ints, year: int) -> pl.DataFrame:
    """One row a unit and kind of activity."""
    lasting, fresh = dice(units.seed, "activity"), dice(units.seed, "activity", year)
    shape = (len(units), len(KINDS))
    often, part, honoured = (np.array(each) for each in zip(*KINDS.values(), strict=True))
    lean = lasting.gamma(6.0, 1 / 6.0, shape) * fresh.gamma(30.0, 1 / 30.0, shape)
    events = whole(classes[:, None] * often * lean)
    persons = np.where(
        events > 0,
        np.maximum(1, whole(events * pupils.stock(year)[:, None] * part * np.clip(lean, 0.5, 1.1))),
        0,
    )
    return long(
        units, year, {"events": events, "participants": persons, "honoured": whole(events * honoured)}, kind=list(KINDS)
    )  # fmt: skip


RATES = {  # incidents a thousand students and year, students involved, share dealt with
    "bullying": (0.16, 2.6, 0.95), "violence": (0.45, 3.1, 0.97), "accident": (0.3, 1.2, 0.96), "off_campus": (0.2, 1.1, 0.94),
    "fraud": (0.35, 1.05, 0.7), "discipline": (1.6, 1.3, 0.99), "other": (0.2, 1.5, 0.95),
}  # fmt: skip


def safety_incident(units: Units, pupils: Pupils, year: int) -> pl.DataFrame:
    """One row a unit and kind of incident, zeros included: that nothing happened is said."""
    lasting, fresh = dice(units.seed, "incident"), dice(units.seed, "incident", year)
    shape, kinds = (len(units), len(RATES)), list(RATES)
    rate, involving, dealt = (np.array(each) for each in zip(*RATES.values(), strict=True))
    prone = lasting.gamma(2.0, 0.5, len(units))[:, None]
    incidents = fresh.poisson(
        pupils.stock(year)[:, None] / 1000 * rate * prone * 0.96 ** (year - FIRST)
    )
    involved = np.where(incidents > 0, incidents + fresh.poisson(incidents * (involving - 1)), 0)
    hurts = np.array([0.05, 0.2, 0.55, 0.6, 0.0, 0.0, 0.05])
    must = np.isin(kinds, ["accident", "off_campus"])
    told = np.where(fresh.random(shape) < 0.96, incidents, np.maximum(0, incidents - 1))
    return long(units, year, {
        "incidents": incidents, "involved": involved, "injured": fresh.binomial(involved, hurts),
        "closed": fresh.binomial(incidents, dealt), "reported_up": np.where(must, told, fresh.binomial(incidents, 0.3)),
    }, kind=kinds)  # fmt: skip


BANDS = np.array(["up_to_30", "up_to_40", "up_to_50", "up_to_55", "up_to_65", "over_65"], object)
ENDS = np.array([30, 40, 50, 55, 65])


def class_band(units: Units, grades: Ints, classes: Ints, year: int) -> pl.DataFrame:
    """One row a unit, grade and band that has classes. `grades` [n, 4] students; `classes` [n] are shared among the grades."""
    fresh = dice(units.seed, "band", year)
    number = _classes_of_grades(grades.astype(np.float64), classes)
    unit, grade = np.nonzero((number > 0) & (grades > 0) & units.due(year)[:, None])
    of, students = number[unit, grade], grades[unit, grade]
    row = np.repeat(np.arange(unit.size), of)
    place = np.arange(row.size) - np.repeat(np.cumsum(of) - of, of)
    size = students[row] // of[row] + (place < (students % of)[row])
    size = _uneven(size, place, of[row], fresh)
    frame = pl.DataFrame({
        "unit": unit[row], "grade": pl.Series((grade[row] + 1).astype(str).tolist()),
        "size_band": pl.Series(BANDS[np.searchsorted(ENDS, size)].tolist()), "class_students": size,
    }).filter(pl.col("class_students") > 0)  # fmt: skip
    keys = ["unit", "grade", "size_band"]
    return frame.group_by(keys, maintain_order=True).agg(
        classes=pl.len().cast(pl.Int64), class_students=pl.col("class_students").sum()
    )


def _classes_of_grades(grades: Floats, classes: Ints) -> Ints:
    """[n, 4] classes by the students of each grade, at least one where there is anybody, as far as there are classes."""
    filled = grades > 0
    spare = np.maximum(0, classes - filled.sum(axis=1))
    return np.where(filled, 1, 0) + split(spare, np.where(filled, grades, 0.0) + 1e-9 * filled)


def _uneven(size: Ints, place: Ints, of: Ints, fresh: np.random.Generator) -> Ints:
    """Every second class gives some students to the one before it; sums stay."""
    draw = whole(np.abs(fresh.normal(0.0, 4.0, size.size)))
    first = (place % 2 == 0) & (place + 1 < of)
    given = np.where(first, np.minimum(draw, np.roll(size, -1) - 1), 0).clip(0)
    after: Ints = size + given - np.roll(given, 1)
    return after
