"""What the synthetic ministry adds up to: published national totals of universe B, assumptions elsewhere.

Universe B is secondary vocational education without 技工学校, the official universe since 2021. 2021 and 2022
(schools and enrolment also of 2023) are as published; 2019 and 2020 are derived by taking 技工学校 from the
totals published then, and the building area of 2021 from its published growth; the rest continues them smoothly.
Provinces have rough weights for synthetic data only.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["BEFORE", "FIRST", "LAST", "NATION", "PROVINCES", "Nation", "Province", "provinces"]

BEFORE, FIRST, LAST = 2019, 2020, 2026  # the year before the first is needed for flows


@dataclass(frozen=True)
class Nation:
    """The nation in one statistical year: schools, then persons.

    `attached` is the share of students in attached classes, `compliant` the share of schools of the universe
    that meet all nine limits before faults are planted (they cost up to one in a hundred), `dual` that of
    dual-qualified among specialty teachers, `buildings` (m2) and `equipment` (yuan) are per student.
    """

    schools: int
    classes: int  # units of attached classes, never counted as schools
    entrants: int
    enrolment: int
    graduates: int
    teachers: int
    attached: float
    compliant: float
    dual: float
    buildings: float
    equipment: float


NATION: dict[int, Nation] = {
    2019: Nation(
        7473, 980, 4_574_121, 12_161_663, 3_779_105, 640_500, 0.0795, 0.57, 0.543, 19.2, 7700
    ),
    2020: Nation(
        7473, 980, 4_846_056, 12_678_379, 3_834_642, 664_000, 0.0780, 0.60, 0.549, 19.4, 7930
    ),
    2021: Nation(
        7294, 955, 4_889_890, 13_118_146, 3_753_709, 695_400, 0.0767, 0.643, 0.5551, 19.532, 8210
    ),
    2022: Nation(
        7201, 930, 4_847_810, 13_392_903, 3_992_725, 718_300, 0.0723, 0.684, 0.5618, 20.545, 8504.32
    ),
    2023: Nation(
        7085, 910, 4_540_400, 12_980_000, 4_205_000, 734_800, 0.0721, 0.747, 0.567, 21.4, 8850
    ),
    2024: Nation(
        7020, 895, 4_460_000, 12_580_000, 4_225_000, 735_700, 0.0720, 0.798, 0.573, 22.3, 9180
    ),
    2025: Nation(
        6960, 880, 4_360_000, 12_160_000, 4_120_000, 730_300, 0.0719, 0.839, 0.579, 23.1, 9500
    ),
    2026: Nation(
        6900, 865, 4_150_000, 11_740_000, 3_880_000, 724_700, 0.0718, 0.868, 0.584, 23.9, 9800
    ),
}
GRADUATES_AFTER = (
    3_800_000  # who will leave in the year after the last; it sizes the last third grade
)


@dataclass(frozen=True)
class Province:
    """One of the 32 reporting units: `code` as in school codes (66 the corps), region 0 east, 1 centre, 2 west.

    `compliant` is the share of schools meeting all nine limits in the last year, `fewer` students each teacher
    has relative to the nation, `equipped` its equipment relative to the need, `per_student` public money in yuan.
    """

    code: int
    name: str
    students: float
    schools: int
    region: int
    compliant: float
    crowding: float
    equipped: float
    per_student: int

    @property
    def place(self) -> int:
        return self.code * 10_000


EAST = {11, 12, 13, 21, 31, 32, 33, 35, 37, 44, 46}
CENTRE = {14, 22, 23, 34, 36, 41, 42, 43}
_COMPLIANT = {
    11: 0.97, 12: 0.95, 13: 0.84, 14: 0.78, 15: 0.82, 21: 0.84, 22: 0.79, 23: 0.80, 31: 0.98, 32: 0.98,
    33: 0.97, 34: 0.88, 35: 0.92, 36: 0.83, 37: 0.95, 41: 0.82, 42: 0.89, 43: 0.86, 44: 0.92, 45: 0.82,
    46: 0.84, 50: 0.92, 51: 0.87, 52: 0.78, 53: 0.76, 54: 0.76, 61: 0.84, 62: 0.77, 63: 0.76, 64: 0.86,
    65: 0.79, 66: 0.80,
}  # fmt: skip
_CROWDING = {0: 0.92, 1: 1.0, 2: 1.1}
_EQUIPPED = {0: 1.3, 1: 0.95, 2: 0.85}
_MONEY = {0: 15_500, 1: 9_800, 2: 11_200}
_RICH = {
    11: 58_000,
    31: 46_000,
    12: 26_000,
    32: 21_000,
    33: 23_000,
    54: 31_000,
    63: 15_500,
    66: 16_500,
}


@cache
def provinces() -> tuple[Province, ...]:
    """The 32 units in the order of their codes."""
    text = files("etl.demo").joinpath("provinces.csv").read_text(encoding="utf-8-sig")
    return tuple(_province(row) for row in csv.DictReader(text.splitlines()))


def _province(row: dict[str, str]) -> Province:
    code = int(row["code"])
    region = 0 if code in EAST else 1 if code in CENTRE else 2
    return Province(
        code=code,
        name=row["name"],
        students=float(row["students_wan"]),
        schools=int(row["schools"]),
        region=region,
        compliant=_COMPLIANT[code],
        crowding=_CROWDING[region],
        equipped=_EQUIPPED[region],
        per_student=_RICH.get(code, _MONEY[region]),
    )


PROVINCES = 32
