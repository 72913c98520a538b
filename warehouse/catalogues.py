"""Versions of the specialty catalogue (专业目录): 2010 and 2021, and the way from the older to the newer one.

Both lists of classes are complete. Specialties stand as far as they are known here, each marked whether its code was seen in an official
list. A class of 2010 may have gone into several classes of 2021; then a number of the old class is never split, only shown beside them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from importlib.resources import files

from warehouse.text import Text

OFFICIAL_2021 = 358  # secondary vocational specialties in 专业目录(2021年), 教职成〔2021〕2号


class Version(IntEnum):
    """A catalogue by its year."""

    OF_2010 = 2010
    OF_2021 = 2021


@dataclass(frozen=True, kw_only=True)
class Specialty:
    """One specialty of a catalogue; `is_verified`: whether its code was seen in an official list."""

    code: str
    name: Text
    major: str
    is_verified: bool


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Classes complete, by code; specialties as known, by code."""

    version: Version
    majors: Mapping[str, Text]
    specialties: Mapping[str, Specialty]


class Grounds(StrEnum):
    """On what a step from 2010 to 2021 rests, the best first."""

    NAME = "name"  # a specialty of the same name stands in both catalogues
    CLASS = "class"  # the class went into one class
    SPLIT = (
        "split"  # the class went into several classes: no number of it can be given to one of them
    )
    NONE = "none"  # the class has no successor


@dataclass(frozen=True, kw_only=True)
class Crossed:
    """Where a code of 2010 stands in 2021: its classes (one, several or none), the specialty where it is known, and the grounds."""

    majors: tuple[str, ...]
    specialty: str | None
    grounds: Grounds

    @property
    def major(self) -> str | None:
        """The one class of 2021; None where there are several or none."""
        return self.majors[0] if len(self.majors) == 1 else None


def _rows(file: str) -> list[dict[str, str]]:
    text = files("warehouse.reference").joinpath(file).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


@cache
def catalogue(version: Version) -> Catalogue:
    """The catalogue of a year."""
    majors = {row["code"]: Text(row["name_zh"], row["name_en"]) for row in _rows(f"majors_{version}.csv")}  # fmt: skip
    found = [_specialty(row, majors) for row in _rows(f"specialties_{version}.csv")]
    return Catalogue(
        version=version, majors=majors, specialties={each.code: each for each in found}
    )


def _specialty(row: Mapping[str, str], majors: Mapping[str, Text]) -> Specialty:
    """Where no English name is known the Chinese one stands, with its class in English."""
    english = row["name_en"] or f"{row['name_zh']} ({majors[row['major']].en})"
    return Specialty(
        code=row["code"], name=Text(row["name_zh"], english), major=row["major"], is_verified=row["code_verified"] == "1"
    )  # fmt: skip


@cache
def _successors() -> dict[str, tuple[str, ...]]:
    """Class of 2010 -> classes of 2021."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(catalogue(Version.OF_2010).majors, ())
    for row in _rows("crosswalk_2010_2021.csv"):
        found[row["major_2010"]] += (row["major_2021"],)
    return found


@cache
def _by_name() -> dict[str, Specialty]:
    return {each.name.zh: each for each in catalogue(Version.OF_2021).specialties.values()}


def crossed(code: str) -> Crossed:
    """A class (two digits) or specialty (six digits) of 2010 in the catalogue of 2021. KeyError for a code that 2010 does not have."""
    old = catalogue(Version.OF_2010)
    if code in old.majors:
        return _class_crossed(code)
    specialty = old.specialties[code]
    same = _by_name().get(specialty.name.zh)
    if same is None:
        return _class_crossed(specialty.major)
    return Crossed(majors=(same.major,), specialty=same.code, grounds=Grounds.NAME)


def _class_crossed(major: str) -> Crossed:
    majors = _successors()[major]
    grounds = (Grounds.NONE, Grounds.CLASS)[len(majors)] if len(majors) < 2 else Grounds.SPLIT
    return Crossed(majors=majors, specialty=None, grounds=grounds)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a class or specialty of 2021 came from: codes of 2010, and whether what was counted under them is the same thing.

    `split` are those old classes of which only a part went into it. A class continues where all its old classes went into it whole; a
    specialty where one of 2010 has its name.
    """

    olds: tuple[str, ...]
    split: tuple[str, ...] = ()

    @property
    def continues(self) -> bool:
        return bool(self.olds) and not self.split


@cache
def origin(code: str) -> Origin:
    """The origin of a class (two digits) or specialty (six digits) of 2021; of none where neither catalogue knows it."""
    if len(code) == 2:
        olds = tuple(old for old, news in _successors().items() if code in news)
        return Origin(olds=olds, split=tuple(old for old in olds if len(_successors()[old]) > 1))
    old = catalogue(Version.OF_2010).specialties
    return Origin(olds=tuple(one for one in old if crossed(one).specialty == code))
