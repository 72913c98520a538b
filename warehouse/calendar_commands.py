"""What the commands `zhijian calendar ...` do and say: the holidays of a year, as they are announced."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from sqlalchemy.dialects.postgresql import insert
from typer import Argument

from warehouse.calendar import Calendar, calendar, holiday
from warehouse.errors import CalendarRefused
from warehouse.events import Event
from warehouse.moments import china_day
from warehouse.terms import newest_year
from warehouse.trail import Line, write

if TYPE_CHECKING:
    from datetime import datetime

    from warehouse.installation import Settings
    from warehouse.store import Warehouse, Writer

Say = Callable[[str], None]
COLUMNS = ("day", "kind", "name", "source")
KINDS = {"work": True, "班": True, "上班": True, "rest": False, "休": False, "放假": False}
MOST = 400  # days of one file


class Day(NamedTuple):
    """One line of an announcement: a day that is worked or not, what it is called, and where it was announced."""

    day: date
    is_workday: bool
    name: str
    source: str


def calendar_cli(read_settings: Callable[[], Settings], say: Say) -> typer.Typer:
    """The commands of the calendar; settings are told by the composition root."""
    cli = typer.Typer(no_args_is_help=True)

    @cli.command()
    def load(
        file: Annotated[
            Path, Argument(help="CSV with day, kind (work/rest), name, source 节假日表")
        ],
    ) -> None:
        """Load the days off and the days worked instead, as the State Council announces them.  载入节假日安排。

        A day that was loaded before is replaced; nothing is taken in from a file that has a fault.
        """
        from warehouse.installation import now_of, worker

        days = read_days(file)
        with worker(settings := read_settings()) as warehouse:
            load_days(warehouse, days, now_of(settings, warehouse))
        say(f"已载入 {len(days)} 天。 {len(days)} days loaded.")

    @cli.command()
    def show() -> None:
        """By which day each form is due, this academic year and the next.  各表截止日。"""
        from warehouse.installation import now_of, worker

        with worker(settings := read_settings()) as warehouse, warehouse.writing() as reader:
            known, year = calendar(reader), newest_year(china_day(now_of(settings, warehouse)))
        for line in told(known, [year, year + 1]):
            say(line)

    return cli


def read_days(file: Path) -> list[Day]:
    """The lines of a file, or one error that names the first line that cannot be used."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise CalendarRefused(
            f"{file.name}：无法读取（须为 UTF-8 的 CSV 文件）。",
            f"{file.name}: cannot be read (it must be a CSV file in UTF-8).",
        ) from problem
    rows = csv.DictReader(io.StringIO(text))
    absent = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if absent:
        raise CalendarRefused(
            f"{file.name}：缺少列 {'、'.join(absent)}。", f"{file.name} lacks the columns {', '.join(absent)}."
        )  # fmt: skip
    days = [_day(file.name, number, row) for number, row in enumerate(rows, start=2)]
    _check_all(file.name, days)
    return days


def _day(file: str, number: int, row: dict[str, Any]) -> Day:
    said = {name: str(row[name] or "").strip() for name in COLUMNS}
    kind = KINDS.get(said["kind"].lower())
    try:
        day = date.fromisoformat(said["day"])
    except ValueError:
        day = None
    if day is None or kind is None or not said["source"]:
        raise CalendarRefused(
            f"{file} 第 {number} 行：日期须如 2027-01-01，kind 须为 work 或 rest，source 须写明公布文件。",
            f"{file}, line {number}: the day is written 2027-01-01, kind is work or rest, and source names the announcement.",
        )
    return Day(day, kind, said["name"], said["source"])


def _check_all(file: str, days: Sequence[Day]) -> None:
    if not days or len(days) > MOST or len({one.day for one in days}) < len(days):
        raise CalendarRefused(
            f"{file}：须有 1 至 {MOST} 天，每天一行（现有 {len(days)} 行，可能有重复日期）。",
            f"{file}: 1 to {MOST} days, each on one line (there are {len(days)} lines, or a day stands twice).",
        )


def load_days(worker: Warehouse, days: Sequence[Day], now: datetime) -> None:
    """Take them in, in one transaction with the line in the trail."""
    with worker.writing() as writer:
        for one in days:
            _keep(writer, one, now)
        years = sorted({one.day.year for one in days})
        write(writer, Line(
            login="installation", address="command line", event=Event.LOAD_CALENDAR, object="calendar", succeeded=True,
            detail={"days": len(days), "years": years, "source": days[0].source[:200]},
        ))  # fmt: skip


def _keep(writer: Writer, one: Day, now: datetime) -> None:
    values = {
        "is_workday": one.is_workday,
        "name_zh": one.name,
        "source": one.source,
        "loaded_at": now,
    }
    put = insert(holiday).values(day=one.day, **values)
    writer.run(put.on_conflict_do_update(index_elements=["day"], set_=values))


def told(known: Calendar, years: Sequence[int]) -> list[str]:
    """A line for each day on which forms of these years are due, and for each year whose holidays nobody knows."""
    lines = []
    for year in years:
        dues = known.dues(year)
        for day in sorted(set(dues.values())):
            names = [name for name, each in dues.items() if each == day]
            lines.append(f"{year}  {day.isoformat()}  {', '.join(names)}")
        if not known.is_known(year):
            lines.append(
                f"{year}：节假日安排未载入，按周末推算。 Holidays of {year} are not loaded: weekends only."
            )
    return lines
