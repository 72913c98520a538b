"""Rows of `place` and `ladder`: divisions of the register with the reporting units hung below them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from warehouse.places import NATION, REGISTER_YEAR, Rung, read_register

if TYPE_CHECKING:
    from warehouse.units import UnitVersion

Names = Mapping[str, tuple[str, str, str]]  # Chinese name -> English, pinyin, initials
IDS = pl.List(pl.Int32)
Schema = dict[str, pl.DataType | type[pl.DataType]]
PLACE: Schema = {
    "place_id": pl.Int32, "rung": pl.Int16, "code": pl.String, "name_zh": pl.String, "short_zh": pl.String,
    "name_en": pl.String, "pinyin": pl.String, "initials": pl.String, "unit_kind": pl.String,
    "in_statistics": pl.Boolean, "first_year": pl.Int16, "last_year": pl.Int16, "successor_id": pl.Int32,
    "path": IDS,
}  # fmt: skip
LADDER: Schema = {
    "year": pl.Int16, "place_id": pl.Int32, "rung": pl.Int16, "parent_then": pl.Int32, "parent_now": pl.Int32,
    "path_then": IDS, "path_now": IDS,
}  # fmt: skip


def place_rows(
    versions: Sequence[UnitVersion], fates: Mapping[int, int | None], names: Names
) -> pl.DataFrame:
    """Every division, then every unit as its latest version has it."""
    newest = {v.place_id: v for v in sorted(versions, key=lambda v: v.from_year)}
    first = {v.place_id: v.from_year for v in sorted(versions, key=lambda v: -v.from_year)}
    units = [_unit(v, first[v.place_id], fates.get(v.place_id), names) for v in newest.values()]
    return pl.concat([_places(), pl.DataFrame(units, schema=PLACE, orient="row")])


@cache
def _places() -> pl.DataFrame:
    """Every division of the register, of every year."""
    rows = [_division(row) for row in read_register().places.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=PLACE, orient="row")


def custody(place_id: int) -> list[int]:
    """Ids from province to the place itself under today's boundaries; a closed place stands under its heir."""
    if place_id == NATION:
        return [NATION]
    register = read_register()
    if not register.row(place_id)["in_statistics"]:
        return [place_id]
    path = list(register.path(place_id, REGISTER_YEAR, "now"))[1:]
    return path if path[-1] == place_id else [*path, place_id]


def _division(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        row["place_id"], row["rung"], row["code"], row["name_zh"], row["short_zh"], row["name_en"],
        row["pinyin"], row["initials"], "", row["in_statistics"], row["first_year"], row["last_year"],
        row["successor_id"], custody(row["place_id"]),
    )  # fmt: skip


def _unit(
    version: UnitVersion, first_year: int, successor: int | None, names: Names
) -> tuple[Any, ...]:
    english, pinyin, initials = names[version.name_zh]
    return (
        version.place_id, int(Rung.SCHOOL), version.code, version.name_zh, version.name_zh, english, pinyin,
        initials, version.unit_kind, True, first_year, version.to_year, successor,
        [*custody(version.leaf_id), version.place_id],
    )  # fmt: skip


def ladder_rows(versions: Sequence[UnitVersion], years: Iterable[int]) -> pl.DataFrame:
    """For each year: divisions of then, divisions of today, and the units due, with both parents and paths."""
    laid = [rows for year in years for rows in (_divisions(year), _units(versions, year))]
    return pl.concat(laid)


@cache
def _divisions(year: int) -> pl.DataFrame:
    """The register does not change while a process lives; three thousand rows a year take it half a second."""
    register = read_register()
    then = set(register.alive(min(year, REGISTER_YEAR)))
    today = set(register.alive(REGISTER_YEAR))
    rows = [
        (year, one, int(register.rung(one)), *_parents(one, year, one in then, one in today))
        for one in sorted(then | today)
    ]
    return pl.DataFrame(rows, schema=LADDER, orient="row")


def _parents(place_id: int, year: int, stood: bool, stands: bool) -> tuple[Any, ...]:  # noqa: FBT001 - two facts about a place
    """Parents and paths; a place not in one of the two ladders has no parent there."""
    register = read_register()
    then = list(register.path(place_id, min(year, REGISTER_YEAR), "then")) if stood else None
    now = list(register.path(place_id, REGISTER_YEAR, "now"))
    above = [
        None if path is None or len(path) < 2 else path[-2]
        for path in (then, now if stands else None)
    ]
    return (*above, then, now)


def _units(versions: Sequence[UnitVersion], year: int) -> pl.DataFrame:
    register = read_register()
    rows = []
    for v in versions:
        if v.from_year <= year <= v.to_year:
            leaf = _standing(v.leaf_id, min(year, REGISTER_YEAR))
            then = list(register.path(leaf, min(year, REGISTER_YEAR), "then"))
            now = list(register.path(v.leaf_id, REGISTER_YEAR, "now"))
            rows.append(
                (
                    year,
                    v.place_id,
                    int(Rung.SCHOOL),
                    then[-1],
                    now[-1],
                    [*then, v.place_id],
                    [*now, v.place_id],
                )
            )
    return pl.DataFrame(rows, schema=LADDER, orient="row")


def _standing(leaf_id: int, year: int) -> int:
    """The place a unit stands in that year: its own leaf, or what that had become by then."""
    register = read_register()
    while not register.exists(leaf_id, year):
        heir = register.row(leaf_id)["successor_id"]
        if heir is None:
            return register.now_id(leaf_id)
        leaf_id = heir
    return leaf_id
