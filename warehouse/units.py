"""Reporting units: schools and attached classes, with lasting ids, through everything that happens to them.

A unit keeps its id when it is renamed, moved or given another code; a unit that merges or closes keeps its
past. The ladder of every year and the roster of units due follow from the events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl
import sqlalchemy as sa

from warehouse import former_names
from warehouse.errors import ZhijianError
from warehouse.frames import quoted, unnested, with_ids
from warehouse.ladder_rows import ladder_rows, place_rows
from warehouse.realign import Standing, realign
from warehouse.roll import call_roll
from warehouse.store import LADDER, Reader, Writer
from warehouse.tables import unit_event
from warehouse.unit_faults import ENDS, EVENT_COLUMNS, Event, faults, in_order, leaf

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

    `events`: the columns EVENT_COLUMNS, all text. An event told again otherwise than it stands on record corrects it. The
    lock on the events table keeps two administrations from numbering units at once.
    """
    writer.run("LOCK TABLE unit_event IN SHARE ROW EXCLUSIVE MODE")
    report, events = EventReport(), whole(events)
    fresh = events.filter(_usable(writer, events, report))
    report.recorded = _keep(writer, fresh)
    known = writer.rows(sa.select(unit_event).order_by(unit_event.c.event_id))
    versions, fates = follow([row._asdict() for row in known])
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
    verdicts = faults(events.rows(named=True), told(writer).rows(named=True))
    report.unusable += [(line, *fault) for line, fault in enumerate(verdicts, start=2) if fault]
    return pl.Series([fault is None for fault in verdicts], dtype=pl.Boolean)


def _keep(writer: Writer, events: pl.DataFrame) -> int:
    """Insert the events not yet known; the number inserted."""
    if events.is_empty():
        return 0
    clean = events.select(EVENT_COLUMNS).unique(maintain_order=True)
    clean = clean.with_columns(
        pl.col("year").cast(pl.Int64), pl.col("day").str.to_date(strict=False)
    )
    listed, source, values = unnested(clean)
    said = [name for name in EVENT_COLUMNS if name not in ("code", "event", "year")]
    new = ", ".join(f"excluded.{name}" for name in said)
    return writer.run(
        f"INSERT INTO unit_event ({quoted(EVENT_COLUMNS)}) SELECT {listed} FROM {source} ON CONFLICT (code, event, year) "
        f"DO UPDATE SET ({quoted(said)}) = ({new}) WHERE (unit_event.{', unit_event.'.join(said)}) IS DISTINCT FROM ({new})",
        **values,
    )


def whole(events: pl.DataFrame) -> pl.DataFrame:
    """A file of events with every column: the day may be missing."""
    day = [] if "day" in events.columns else [pl.lit(None, pl.String).alias("day")]
    return events.with_columns(day).select(EVENT_COLUMNS)


def told(reader: Reader) -> pl.DataFrame:
    """Every event on record, as text, as a file of events says it."""
    columns = [sa.cast(unit_event.c[name], sa.Text).label(name) for name in EVENT_COLUMNS]
    found = reader.frame(sa.select(*columns).order_by(unit_event.c.event_id))
    return found.cast(dict.fromkeys(EVENT_COLUMNS, pl.String))


def follow(events: Sequence[Event]) -> tuple[list[UnitVersion], dict[int, int | None]]:
    """Events in the order they were recorded -> versions by unit, and the successor of each merged unit."""
    ids = _ids(events)
    alive: dict[int, UnitVersion] = {}
    past: list[UnitVersion] = []
    fates: dict[int, str | None] = {}
    for event in sorted(events, key=in_order):
        place_id, year = ids.get(event["code"], 0), int(event["year"])
        if event["event"] == "opened":
            alive[place_id] = _opened(place_id, event)
            continue
        if place_id not in alive:
            raise ZhijianError(
                f"标识码 {event['code']} 在 {year} 学年有“{event['event']}”，但当时并不存在。",
                f"{event['code']} has '{event['event']}' in {year} but did not exist then.",
            )
        version = alive.pop(place_id)
        past.append(replace(version, to_year=year - 1))
        if event["event"] in ENDS:
            fates[place_id] = event["successor_code"]
            continue
        alive[place_id] = _changed(version, event)
    kept = [v for v in (*past, *alive.values()) if v.from_year <= v.to_year]
    return kept, {one: ids.get(code) if code else None for one, code in fates.items()}


def _ids(events: Sequence[Event]) -> dict[str, int]:
    """Lasting ids, given in the order of recording, by every code a unit ever bore."""
    opened = (event["code"] for event in events if event["event"] == "opened")
    ids = {code: FIRST_UNIT + n for n, code in enumerate(opened)}
    for event in sorted(events, key=in_order):
        if event["event"] == "recoded" and event["code"] in ids:
            ids[event["new_code"]] = ids[event["code"]]
    return ids


def _opened(place_id: int, event: Event) -> UnitVersion:
    year, place = int(event["year"]), leaf(event["county"], int(event["year"]))
    if place is None:
        raise LookupError(event["county"])
    return UnitVersion(place_id, year, FOREVER, event["code"], event["name"], event["unit_kind"], place)  # fmt: skip


def _changed(version: UnitVersion, event: Event) -> UnitVersion:
    what, year = event["event"], int(event["year"])
    place = leaf(event["county"], year) if what == "moved" else None
    return replace(
        version,
        from_year=year,
        name_zh=event["name"] if what == "renamed" else version.name_zh,
        code=event["new_code"] if what == "recoded" else version.code,
        leaf_id=place or version.leaf_id,
    )


def _lay(
    writer: Writer, versions: list[UnitVersion], fates: dict[int, int | None], years: list[int]
) -> None:
    """Write places, unit versions and the ladder of each year in place of what was there."""
    before = former_names.taken_away(writer)
    for table in ("unit_version", "ladder"):
        writer.run(f"DELETE FROM {table}")
    writer.insert(
        "unit_version", pl.DataFrame([vars(v) for v in versions], infer_schema_length=None)
    )
    names = {v.name_zh: english_name(v.name_zh) for v in versions}
    places = place_rows(versions, fates, names)
    writer.insert("place", places)
    former_names.keep(writer, before, places)
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
    "职业技术教育中心": "Vocational and Technical Education Centre",
    "综合职业中学": "Comprehensive Vocational School",
    "职工中等专业学校": "Workers' Specialised School",
    "中等职业培训学校": "Vocational Training School",
    "工业学校": "Industrial School",
    "商贸学校": "Commercial School",
    "农业学校": "Agricultural School",
    "信息工程学校": "Information Engineering School",
    "音乐舞蹈学校": "School of Music and Dance",
    "工艺美术学校": "School of Arts and Crafts",
    "技术学校": "Technical School",
    "卫生学校": "Health School",
    "艺术学校": "Arts School",
    "职业学校": "Vocational School",
    "附设中职班": "Attached Vocational Classes",
    "高级中学附设中职班": "Senior School, Attached Vocational Classes",
    "职业学院附设中职班": "Vocational College, Attached Vocational Classes",
    "特殊教育学校附设中职班": "Special Education School, Attached Vocational Classes",
    "中学": "Middle School",
    "学校": "School",
}


_LONGEST_FIRST = sorted(SUFFIXES, key=len, reverse=True)


def english_name(name: str) -> tuple[str, str, str]:
    """A unit's Chinese name -> English name, full pinyin, initials."""
    from pypinyin import lazy_pinyin  # takes seconds to import, and a web process has no use for it

    syllables = lazy_pinyin(name)
    suffix = next((s for s in _LONGEST_FIRST if name.endswith(s)), "")
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
