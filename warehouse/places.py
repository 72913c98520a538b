"""The ladder of places: nation, province, prefecture, county (and below them the reporting units), as it stood in
each year and as it stands today.

It is ragged: districts of municipalities and counties administered by a province hang directly below the
province, and prefectures without counties (东莞, 中山, 儋州, 嘉峪关) are leaves. The corps (兵团, 660000) reports
beside 新疆 (650000), so the nation is the sum of 32 units; Taiwan, Hong Kong and Macao are places outside it.

Every question names a year and a boundary: 'then' is the ladder of that year, 'now' the ladder of the newest
register, where a place that was closed stands for the place it went into. See warehouse/divisions.py for the
sources and for what could not be used.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal

import polars as pl

from warehouse.divisions import (
    CORPS,
    FIRST_YEAR,
    FOREVER,
    NATION,
    OUTSIDE,
    REGISTER_YEAR,
    XINJIANG,
    Division,
    Fate,
    Rung,
    read_csv,
    walk_back,
)
from warehouse.errors import UnknownPlace

__all__ = [
    "CORPS",
    "FIRST_YEAR",
    "FOREVER",
    "NATION",
    "REGISTER_YEAR",
    "XINJIANG",
    "Boundary",
    "Register",
    "Rung",
    "Version",
    "read_register",
]

Boundary = Literal["then", "now"]
Path = tuple[int, ...]
Schema = dict[str, pl.DataType | type[pl.DataType]]

PLACE_COLUMNS: Schema = {
    "place_id": pl.Int32,
    "rung": pl.Int8,
    "code": pl.String,
    "gb_code": pl.String,
    "name_zh": pl.String,
    "short_zh": pl.String,
    "name_en": pl.String,
    "short_en": pl.String,
    "pinyin": pl.String,
    "initials": pl.String,
    "first_year": pl.Int32,
    "last_year": pl.Int32,
    "in_statistics": pl.Boolean,
    "successor_id": pl.Int32,
}
"""One row a lasting place. `code` and the names are the newest; `gb_code` is the code of GB/T 2260, where the corps
stands inside 650000. first_year 2009 means 2009 or earlier, last_year 9999 in force."""

VERSION_COLUMNS: Schema = {
    "place_id": pl.Int32,
    "parent_id": pl.Int32,
    "code": pl.String,
    "name_zh": pl.String,
    "from_year": pl.Int32,
    "to_year": pl.Int32,
}
"""One row for each spell of years in which a place kept its code, its name and its parent; both years included."""

FATE_COLUMNS: Schema = {
    "line": pl.Int32,
    "year": pl.Int32,
    "type": pl.String,
    "fate": pl.String,
    "reason_zh": pl.String,
    "reason_en": pl.String,
}
"""One row for each row of division_changes_2010_2026.csv: 'used', 'partly' or 'unusable', with the reason."""

LADDER_COLUMNS: Schema = {
    "place_id": pl.Int32,
    "rung": pl.Int8,
    "now_id": pl.Int32,
    "parent_then": pl.Int32,
    "parent_now": pl.Int32,
    "path_then": pl.List(pl.Int32),
    "path_now": pl.List(pl.Int32),
}
"""One row for each division of the statistics in force in a year. Paths run from the nation to the place itself;
path_now ends at now_id, the place it stands for today, and parent_now is the parent of that."""


SEARCHED_WITHIN = 2
"""Names are also found by their middle; of pinyin, initials and codes only the beginning counts."""


@dataclass(frozen=True)
class Version:
    """A place as it stood from one year to another, both included."""

    parent_id: int | None
    code: str
    name_zh: str
    from_year: int
    to_year: int


@dataclass(frozen=True)
class Register:
    """The places, their versions through the years, and what became of each row of changes."""

    places: pl.DataFrame
    versions: pl.DataFrame
    fates: pl.DataFrame

    @property
    def unusable(self) -> pl.DataFrame:
        """The rows of changes that say nothing usable: line, year, type, reason in Chinese and English."""
        return self.fates.filter(pl.col("fate") == "unusable").drop("fate")

    @cached_property
    def _rows(self) -> dict[int, dict[str, Any]]:
        return {row["place_id"]: row for row in self.places.iter_rows(named=True)}

    @cached_property
    def _versions(self) -> dict[int, list[Version]]:
        found: dict[int, list[Version]] = defaultdict(list)
        for place_id, *rest in self.versions.iter_rows():
            found[place_id].append(Version(*rest))
        return dict(found)

    @cached_property
    def _rungs(self) -> dict[int, Rung]:
        return dict(zip(self.places["place_id"], map(Rung, self.places["rung"]), strict=True))

    @cached_property
    def _counted(self) -> frozenset[int]:
        return frozenset(self.places.filter("in_statistics")["place_id"])

    @cached_property
    def _successors(self) -> dict[int, int]:
        linked = self.places.filter(pl.col("successor_id").is_not_null())
        return dict(zip(linked["place_id"], linked["successor_id"], strict=True))

    @cached_property
    def _paths(self) -> dict[tuple[int, int], Path]:
        return {}

    @cached_property
    def _children(self) -> dict[int, dict[int, Path]]:
        return {}

    def __contains__(self, place_id: object) -> bool:
        return place_id in self._rungs

    def rung(self, place_id: int) -> Rung:
        self._known(place_id)
        return self._rungs[place_id]

    def row(self, place_id: int) -> dict[str, Any]:
        """The row of `places` of one place."""
        self._known(place_id)
        return self._rows[place_id]

    def version(self, place_id: int, year: int) -> Version:
        """Code, name and parent as they were in a year. Years after the register are as its last."""
        self._known(place_id)
        for version in self._versions[place_id]:
            if version.from_year <= year <= version.to_year:
                return version
        row = self.row(place_id)
        raise UnknownPlace(
            f"{year} 学年没有{row['name_zh']}（{place_id}）；请换一个学年，或改用现行区划",
            f"{row['name_en']} ({place_id}) does not exist in {year}; "
            "choose another year or today's boundaries",
        )

    def exists(self, place_id: int, year: int) -> bool:
        """Whether a place was in force in a year."""
        spells = self._versions.get(place_id, [])
        return any(spell.from_year <= year <= spell.to_year for spell in spells)

    def now_id(self, place_id: int) -> int:
        """The place of today that a place stands for: itself, its last successor, or the parent it had."""
        self._known(place_id)
        while not self.exists(place_id, REGISTER_YEAR):
            last = self._versions[place_id][-1]
            successor = self._successors.get(place_id, last.parent_id)
            if successor is None:
                raise UnknownPlace(f"{place_id} 没有继承者", f"{place_id} has no successor")
            place_id = successor
        return place_id

    def path(self, place_id: int, year: int, boundary: Boundary = "now") -> Path:
        """The ids from the nation down to the place itself."""
        if boundary == "now":
            return self._path_then(self.now_id(place_id), REGISTER_YEAR)
        return self._path_then(place_id, year)

    def _path_then(self, place_id: int, year: int) -> Path:
        if (place_id, year) not in self._paths:
            parent = self.version(place_id, year).parent_id
            above = () if parent is None else self._path_then(parent, year)
            self._paths[place_id, year] = (*above, place_id)
        return self._paths[place_id, year]

    def alive(self, year: int) -> list[int]:
        """The divisions of the statistics in force in a year, the nation included, parents first, by code."""
        found = [
            (self._rungs[place_id], version.code, place_id)
            for place_id, versions in self._versions.items()
            for version in versions
            if version.from_year <= year <= version.to_year and place_id in self._counted
        ]
        if not found or year < FIRST_YEAR:
            raise UnknownPlace(
                f"区划资料始于 {FIRST_YEAR} 学年，没有 {year} 学年；请选择之后的学年",
                f"the register of places begins with {FIRST_YEAR} and has no {year}; choose a later year",
            )
        return [place_id for _, _, place_id in sorted(found)]

    def children(self, place_id: int, year: int, boundary: Boundary = "now") -> Path:
        """The divisions directly below a place, in the order of their codes; () at a leaf."""
        self._known(place_id)
        if boundary == "now":
            place_id, year = self.now_id(place_id), REGISTER_YEAR
        if year not in self._children:
            self._children[year] = self._group(year)
        return self._children[year].get(place_id, ())

    def _group(self, year: int) -> dict[int, Path]:
        found: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for child in self.alive(year):
            version = self.version(child, year)
            if version.parent_id is not None:
                found[version.parent_id].append((version.code, child))
        return {
            parent: tuple(child for _, child in sorted(group)) for parent, group in found.items()
        }

    def leaves(self, year: int) -> list[int]:
        """The places that reporting units can hang on: counties, and prefectures without any."""
        return [
            place_id
            for place_id in self.alive(year)
            if self._rungs[place_id] >= Rung.PREFECTURE
            and not self.children(place_id, year, "then")
        ]

    def ladder(self, year: int) -> pl.DataFrame:
        """Every division of the statistics in force in a year, under both boundaries (LADDER_COLUMNS)."""
        rows = [self._ladder_row(place_id, year) for place_id in self.alive(year)]
        return pl.DataFrame(rows, schema=LADDER_COLUMNS, orient="row")

    def _ladder_row(self, place_id: int, year: int) -> tuple[object, ...]:
        then, now = self.path(place_id, year, "then"), self.path(place_id, year, "now")
        above_then, above_now = ((None, *path)[-2] for path in (then, now))
        rung = int(self._rungs[place_id])
        return place_id, rung, now[-1], above_then, above_now, list(then), list(now)

    def by_code(self, code: str, year: int) -> int | None:
        """The place that bore a six-digit code in a year; the corps also answers to 66."""
        sought = str(CORPS) if code == "66" else code
        spells = self._bearers.get(sought, [])
        return next((place for place, first, last in spells if first <= year <= last), None)

    @cached_property
    def _bearers(self) -> dict[str, list[tuple[int, int, int]]]:
        found: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for place_id, _, code, _, from_year, to_year in self.versions.iter_rows():
            found[code].append((place_id, from_year, to_year))
        return dict(found)

    def search(self, text: str, limit: int = 20) -> list[int]:
        """Places whose name, pinyin, initials or code is a text, begins with it, or whose name contains it.

        Within each of the three, places in force come before closed ones, then higher rungs before lower.
        """
        sought = _plain(text)
        ranked = [
            (match, closed, rung, code, place_id)
            for place_id, rung, closed, code, keys in self._search_keys
            if (match := _match(sought, keys)) is not None
        ]
        return [place_id for *_, place_id in sorted(ranked)[:limit]]

    @cached_property
    def _search_keys(self) -> list[tuple[int, int, bool, str, tuple[str, ...]]]:
        return [
            (
                row["place_id"],
                row["rung"],
                row["last_year"] < REGISTER_YEAR,
                row["code"],
                _keys(row),
            )
            for row in self.places.iter_rows(named=True)
        ]

    def _known(self, place_id: int) -> None:
        if place_id not in self._rungs:
            raise UnknownPlace(
                f"没有编号为 {place_id} 的地方；请核对编号",
                f"there is no place {place_id}; check the id",
            )


def _plain(text: str) -> str:
    return text.strip().casefold().replace("'", "").replace("ü", "u")


def _keys(row: dict[str, Any]) -> tuple[str, ...]:
    """What a place is found by; the first SEARCHED_WITHIN of them also by a part."""
    columns = ("name_zh", "name_en", "short_zh", "short_en", "pinyin", "initials", "code")
    return tuple(_plain(row[column]) for column in columns)


def _match(sought: str, keys: tuple[str, ...]) -> int | None:
    """How well a text fits: 0 the same, 1 the beginning, 2 a part, None not at all."""
    if not sought:
        return None
    if sought in keys:
        return 0
    if any(key.startswith(sought) for key in keys):
        return 1
    return 2 if any(sought in key for key in keys[:SEARCHED_WITHIN]) else None


@cache
def read_register() -> Register:
    """The register of the package's own reference files; read once in a process, on first use."""
    everything, fates = walk_back()
    names = {int(row["place_id"]): row for _, row in read_csv("places_names.csv")}
    ordered = sorted(everything, key=lambda place: (place.rung, place.place_id))
    places = [_place_row(place, names[place.place_id]) for place in ordered]
    return Register(
        pl.DataFrame(places, schema=PLACE_COLUMNS, orient="row"),
        pl.DataFrame(_version_rows(ordered), schema=VERSION_COLUMNS, orient="row"),
        pl.DataFrame([_fate_row(fate) for fate in fates], schema=FATE_COLUMNS, orient="row"),
    )


def _place_row(place: Division, names: dict[str, str]) -> tuple[object, ...]:
    newest, oldest = place.spells[0], place.spells[-1]
    return (
        place.place_id,
        int(place.rung),
        newest.code,
        str(XINJIANG) if place.place_id == CORPS else newest.code,
        newest.name,
        names["short_zh"],
        names["name_en"],
        names["short_en"],
        names["pinyin"],
        names["initials"],
        oldest.from_year,
        newest.to_year,
        newest.code not in OUTSIDE,
        place.successor.place_id if place.successor else None,
    )


def _version_rows(places: Iterable[Division]) -> list[tuple[object, ...]]:
    return [
        (
            place.place_id,
            spell.parent.place_id if spell.parent else None,
            spell.code,
            spell.name,
            spell.from_year,
            spell.to_year,
        )
        for place in places
        for spell in reversed(place.spells)
    ]


def _fate_row(fate: Fate) -> tuple[object, ...]:
    change = fate.change
    return change.line, change.year, change.type, fate.fate, fate.zh, fate.en
