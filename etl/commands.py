"""What the commands template, submit and load do and say; the exit code is returned.

0: everything was accepted. 2: taken in, but rows were refused. 1: a file of which nothing was taken in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from etl import templates
from etl.comments import annotate, mark_of
from etl.hand_back import hand_back
from etl.receipt import Language
from etl.sources import Delivered, PackageReport, load_package
from etl.submission import submit
from warehouse.discovery import form as form_named
from warehouse.discovery import submitted_forms
from warehouse.errors import UnknownName
from warehouse.store import Warehouse
from warehouse.tables import Basis
from warehouse.terms import format_year

Say = Callable[[str], None]
ACCEPTED, BAD_FILE, ROWS_REFUSED = 0, 1, 2
SHOWN = 20  # refused rows of a package that are printed


def template(
    form: str | None, path: Path | None, *, school: str | None, year: int | None, say: Say
) -> int:
    """Write the workbook of a form, without a path beside one's work; without a form, name them all."""
    if form is None:
        for one in submitted_forms().values():
            say(f"{one.name:<20} {one.domain.label.zh} {one.title.zh}  {one.title.en}")
        return ACCEPTED
    if form not in submitted_forms():
        raise UnknownName("可填报的表", form, submitted_forms())
    declared = form_named(form)
    target = path or Path(f"{form}.xlsx")
    templates.write(declared, target, school=school, year=year)
    say(f"{escape(str(target))}  {declared.title.zh} {declared.title.en}")
    return ACCEPTED


@dataclass(frozen=True, kw_only=True)
class Request:
    """Who submits, when, and what they say of the file; what the file says must agree."""

    now: datetime
    by: str
    form: str | None = None
    school: str | None = None
    year: int | None = None


@dataclass(frozen=True, kw_only=True)
class Output:
    """How the receipt is given: in one language or both, as JSON on standard output, with a commented copy."""

    say: Say
    lang: Language | None = None
    as_json: bool = False
    copy: Path | None = None


def submit_file(warehouse: Warehouse, path: Path, request: Request, output: Output) -> int:
    """Submit one school's file and give its receipt; where rows were refused also the file with comments."""
    receipt = submit(
        warehouse, path, form=request.form, school=request.school, year=request.year,
        now=request.now, by=request.by,
    )  # fmt: skip
    if output.as_json:
        sys.stdout.write(f"{receipt.to_json()}\n")
    else:
        languages: tuple[Language, ...] = (output.lang,) if output.lang else ("zh", "en")
        output.say(escape("\n\n".join(receipt.to_text(each) for each in languages)))
    target = output.copy or (_beside(path) if receipt.refusals and not output.as_json else None)
    if target is not None:
        annotate(
            receipt,
            path,
            target,
            mark_of(warehouse),
            warehouse.ladder.place(receipt.school).path[0],
        )
    if target is not None and not output.as_json:
        output.say(f"\n逐格批注 Comments at the cells: {escape(str(target))}")
    return ROWS_REFUSED if receipt.refusals else ACCEPTED


def _beside(path: Path) -> Path:
    """Where the commented copy goes: beside the file, in a name of its own."""
    return path.with_name(f"{path.stem}-批注-commented.xlsx")


def load(  # noqa: PLR0913 - a command's options are its arguments
    warehouse: Warehouse,
    path: Path,
    *,
    years: Collection[int] | None = None,
    now: datetime,
    by: str,
    say: Say,
    letters: Path | None = None,
    is_approved: bool = False,
) -> int:
    """Load a package with a progress bar and print what became of it; each submission's receipt into `letters`."""
    basis = Basis.BOTH if is_approved else Basis.SUBMITTED
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, transient=True) as bars:
        bar = bars.add_task("载入 loading", total=None)

        def progress(form: str, year: int, done: int, total: int) -> None:
            title = form_named(form).title
            bars.update(
                bar, completed=done, total=total,
                description=f"{year} {title.zh} {title.en}",
            )  # fmt: skip

        report = load_package(
            warehouse, path, now=now, by=by, years=years, progress=progress, basis=basis
        )
    for line in told(report):
        say(escape(line))
    if letters is not None:
        texts, workbooks = hand_back(warehouse, path, report.hashes, letters)
        say(
            f"{texts} 份回执 receipts, {workbooks} 份批注 workbooks with comments: {escape(str(letters))}"
        )
    if report.problems:
        return BAD_FILE
    refused = (
        report.total("rows_refused") + report.total("rows_unclaimed") + len(report.units.unusable)
    )
    return ROWS_REFUSED if refused else ACCEPTED


def told(report: PackageReport) -> list[str]:
    """The report as lines."""
    lines = (
        [f"单位变更 {report.units.recorded} 条  events of units recorded"]
        if report.units.recorded
        else []
    )
    unusable = report.units.unusable
    lines += [f"  第 {line} 行 {zh}  line {line}: {en}" for line, zh, en in unusable[:SHOWN]]
    if len(unusable) > SHOWN:
        more = len(unusable) - SHOWN
        lines.append(
            f"  另有 {more} 行单位变更无法使用  {more} more lines of events cannot be used"
        )
    lines += [_batch_line(batch) for batch in report.batches]
    if report.passed_over:
        lines.append(
            f"{len(report.passed_over)} 个文件此前已载入，略过  files taken in before, passed over"
        )
    lines += [f"✗ {problem.zh}\n  {problem.en}" for problem in report.problems]
    lines += [
        f"? 不是数据文件，未读取  not a table, not read: {name}" for name in report.others[:SHOWN]
    ]
    for batch in report.batches:
        lines += _refused_lines(batch)
    return lines


def _batch_line(batch: Delivered) -> str:
    year, title = format_year(batch.year), batch.form.title
    return (
        f"{year} {title.zh} {title.en}: {batch.submissions} 份 submissions, "
        f"{batch.unchanged} 未变 unchanged, {batch.rows_accepted} 行接受 rows accepted, "
        f"{batch.rows_refused} 行退回 refused, {batch.breaches} 违规 breaches, {batch.remarks} 待说明 remarks"
    )


def _refused_lines(batch: Delivered) -> list[str]:
    """The first refused rows of a batch, those of units and those of nobody due."""
    lines = [
        f"  ■ {row['file']} {row['sheet']} {row['sheet_row']} {row['school_code']}  {row['message_zh']} {row['message_en']}"
        for row in batch.refused.head(SHOWN).iter_rows(named=True)
    ]
    if batch.rows_unclaimed:
        lines.append(
            f"  ■ {batch.rows_unclaimed} 行的学校不在 {batch.year} 学年应报名录，已退回留存 "
            f"rows of schools not due in {batch.year}, refused and kept"
        )
    return lines + [
        f"    {row['file_name']} {row['sheet']} {row['sheet_row']}  {row['message_zh']}{row['todo_zh']} "
        f"{row['message_en']} {row['todo_en']}"
        for row in batch.unclaimed.head(SHOWN).iter_rows(named=True)
    ]
