"""Reporting units: schools and attached classes, with lasting ids, through everything that happens to them.

A unit keeps its id when it is renamed, moved or given another code; a unit that merges or closes keeps its
past. The ladder of every year and the roster of units due follow from the events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl
import sqlalchemy as sa
from pypinyin import lazy_pinyin

from warehouse.errors import ZhijianError
from warehouse.frames import quoted, unnested, with_ids
from warehouse.ladder_rows import ladder_rows, place_rows
from warehouse.realign import Standing, realign
from warehouse.roll import call_roll
from warehouse.store import LADDER, Reader, Writer
from warehouse.tables import unit_event
from warehouse.unit_faults import EVENTS, faults, leaf

FIRST_UNIT = 10_000_001
FOREVER = 9999


@dataclass(frozen=True)
class UnitVersion:
    """A unit as it was for the academic years from_year to to_year."""

    place_id: int
    from_year: int
    to_year: int
    code: str
    name_zh: str
    unit_kind: str
    leaf_id: int


@dataclass
class EventReport:
    """What became of an events file: how many were new, and each line that cannot be used with its reason."""

    recorded: int = 0
    unusable: list[tuple[int, str, str]] = field(default_factory=list)


def record_unit_events(writer: Writer, events: pl.DataFrame, years: Iterable[int]) -> EventReport:
    """Take new events into the register of units, lay the ladder of every year anew, and call the roll.

    `events`: code, event, year, name, unit_kind, county, new_code, successor_code, all text. The lock on the
    events table keeps two administrations from numbering units at once.
    """
    writer.run("LOCK TABLE unit_event IN SHARE ROW EXCLUSIVE MODE")
    report = EventReport()
    fresh = events.filter(_usable(writer, events, report))
    report.recorded = _keep(writer, fresh)
    known = writer.rows(sa.select(unit_event).order_by(unit_event.c.event_id))
    versions, fates = follow(known)
    before = Standing.of(writer)
    _lay(writer, versions, fates, sorted(years))
    realign(writer, before)
    call_roll(writer, sorted(years))
    writer.run(
        "INSERT INTO load VALUES (:ladder, 1, 1) ON CONFLICT (form, place_id) DO UPDATE SET number = load.number + 1",
        ladder=LADDER,
    )
    return report


def _usable(writer: Writer, events: pl.DataFrame, report: EventReport) -> pl.Series:
    """Which lines can be used; the others go into the report with their number, the header being line 1."""
    grain = unit_event.c
    openings = sa.select(grain.code, grain.year).where(grain.event == "opened")
    recodings = sa.select(grain.new_code, grain.year).where(grain.event == "recoded")
    known = {str(row.code): int(row.year) for row in writer.rows(openings.union_all(recodings))}
    verdicts = faults(events.rows(named=True), known)
    report.unusable += [(line, *fault) for line, fault in enumerate(verdicts, start=2) if fault]
    return pl.Series([fault is None for fault in verdicts], dtype=pl.Boolean)


def _keep(writer: Writer, events: pl.DataFrame) -> int:
    """Insert the events not yet known; the number inserted."""
    if events.is_empty():
        return 0
    columns = ["code", "event", "year", "name", "unit_kind", "county", "new_code", "successor_code"]
    clean = events.select(columns).with_columns(pl.col("year").cast(pl.Int64))
    listed, source, values = unnested(clean)
    return writer.run(
        f"INSERT INTO unit_event ({quoted(columns)}) SELECT {listed} FROM {source} ON CONFLICT DO NOTHING",
        **values,
    )


def follow(events: Sequence[Any]) -> tuple[list[UnitVersion], dict[int, int | None]]:
    """Events in the order they were recorded -> versions by unit, and the successor of each merged unit."""
    ids: dict[str, int] = {}
    alive: dict[int, UnitVersion] = {}
    past: list[UnitVersion] = []
    fates: dict[int, str | None] = {}
    for number, event in _numbered(events):
        if event.event == "opened":
            ids[event.code] = number
            alive[number] = _opened(number, event)
            continue
        place_id = ids.get(event.code)
        if place_id is None or place_id not in alive:
            raise ZhijianError(
                f"标识码 {event.code} 在 {event.year} 学年有“{event.event}”，但此前没有设立。",
                f"{event.code} has '{event.event}' in {event.year} but was never opened.",
            )
        version = alive.pop(place_id)
        past.append(replace(version, to_year=event.year - 1))
        if event.event in ("merged", "closed"):
            fates[place_id] = event.successor_code
            continue
        alive[place_id] = _changed(version, event)
        ids[alive[place_id].code] = place_id
    kept = [v for v in (*past, *alive.values()) if v.from_year <= v.to_year]
    return kept, {one: ids.get(code) if code else None for one, code in fates.items()}


def _numbered(events: Sequence[Any]) -> list[tuple[int, Any]]:
    """Lasting ids are given in the order of recording; events are then followed in the order of years."""
    opened = {
        e.code: FIRST_UNIT + n for n, e in enumerate(x for x in events if x.event == "opened")
    }
    ordered = sorted(events, key=lambda e: (e.year, EVENTS.index(e.event)))
    return [(opened.get(e.code, 0), e) for e in ordered]


def _opened(place_id: int, event: Any) -> UnitVersion:  # noqa: ANN401 - a row of unit_event
    place = leaf(event.county, event.year)
    if place is None:
        raise LookupError(event.county)
    return UnitVersion(
        place_id, event.year, FOREVER, event.code, event.name, event.unit_kind, place
    )


def _changed(version: UnitVersion, event: Any) -> UnitVersion:  # noqa: ANN401 - a row of unit_event
    place = leaf(event.county, event.year) if event.event == "moved" else None
    return replace(
        version,
        from_year=event.year,
        name_zh=event.name if event.event == "renamed" else version.name_zh,
        code=event.new_code if event.event == "recoded" else version.code,
        leaf_id=place or version.leaf_id,
    )


def _lay(
    writer: Writer, versions: list[UnitVersion], fates: dict[int, int | None], years: list[int]
) -> None:
    """Write places, unit versions and the ladder of each year in place of what was there."""
    for table in ("place", "unit_version", "ladder"):
        writer.run(f"DELETE FROM {table}")
    writer.insert(
        "unit_version", pl.DataFrame([vars(v) for v in versions], infer_schema_length=None)
    )
    names = {v.name_zh: english_name(v.name_zh) for v in versions}
    writer.insert("place", place_rows(versions, fates, names))
    writer.insert("ladder", ladder_rows(versions, years))


SUFFIXES = {
    "职业中等专业学校": "Vocational Specialised School",
    "中等职业技术学校": "Vocational Technical School",
    "中等职业学校": "Vocational School",
    "中等专业学校": "Specialised School",
    "成人中等专业学校": "Adult Specialised School",
    "职业高级中学": "Vocational Senior School",
    "职业高中": "Vocational Senior School",
    "职业技术学校": "Vocational Technical School",
    "职业教育中心": "Vocational Education Centre",
    "技术学校": "Technical School",
    "卫生学校": "Health School",
    "艺术学校": "Arts School",
    "职业学校": "Vocational School",
    "附设中职班": "Attached Vocational Classes",
    "中学": "Middle School",
    "学校": "School",
}


def english_name(name: str) -> tuple[str, str, str]:
    """A unit's Chinese name -> English name, full pinyin, initials."""
    syllables = lazy_pinyin(name)
    suffix = next((s for s in sorted(SUFFIXES, key=len, reverse=True) if name.endswith(s)), "")
    stem = "".join(lazy_pinyin(name.removesuffix(suffix))).capitalize()
    return (
        f"{stem} {SUFFIXES.get(suffix, '')}".strip(),
        "".join(syllables),
        "".join(s[0] for s in syllables),
    )


DIRECTORY = """
SELECT l.place_id AS school_id, v.code, v.name_zh AS name, v.unit_kind, v.leaf_id AS county_id,
       l.path_now::text AS path_now, l.path_then::text AS path_then, p.path::text AS path
FROM ladder l
JOIN unit_version v ON v.place_id = l.place_id AND :year BETWEEN v.from_year AND v.to_year
JOIN place p ON p.place_id = l.place_id
WHERE l.year = :year AND l.rung = 4 ORDER BY l.place_id
"""


def directory(reader: Reader, year: int) -> pl.DataFrame:
    """The units due in a year: school_id, code, name, unit_kind, county_id, path_now, path_then, path."""
    found = reader.frame(sa.text(DIRECTORY), year=year)
    return with_ids(found, "path_now", "path_then", "path")
