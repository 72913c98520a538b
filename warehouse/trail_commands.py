"""What the commands `zhijian audit ...` do and say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Option

if TYPE_CHECKING:
    from warehouse.crypto import Suite
    from warehouse.installation import Settings
    from warehouse.seals import Notebook, Seal
    from warehouse.store import Warehouse
    from warehouse.trail_check import Report

Say = Callable[[str], None]
SHOWN = 100  # faults said one by one


def audit_cli(read_settings: Callable[[], Settings], say: Say) -> typer.Typer:
    """The commands of the audit trail; settings are told by the composition root."""
    cli = typer.Typer(no_args_is_help=True)

    @cli.command()
    def seal() -> None:
        """Sign where the audit trail stands.  为审计链加封签。"""
        raise SystemExit(seal_now(read_settings(), say))

    @cli.command()
    def verify(
        data: Annotated[bool, Option("--data", help="Files, settings, law too 并核验数据")] = False,  # noqa: FBT002 - a flag
    ) -> None:
        """Find lines or seals that were removed, changed, reordered or inserted.  核验审计链。

        Exit code 1 when something is not as it was written; each fault names strand and line.
        """
        raise SystemExit(verify_now(read_settings(), say, data=data))

    return cli


def seal_now(settings: Settings, say: Say) -> int:
    from warehouse.installation import notebook, suite, worker

    with worker(settings) as warehouse:
        made = add_seal(warehouse, suite(settings), notebook(settings))
    if made is None:
        say("No line since the last seal.  自上一封签以来没有新的记录。")
    else:
        lines = sum(sequence for sequence, _ in made.heads.values())
        say(f"Seal {made.number} over {lines} lines, {made.suite_name}.  已加封签。")
    return 0


def add_seal(warehouse: Warehouse, suite: Suite, notebook: Notebook) -> Seal | None:
    """One more seal where lines have come since the last; also noted outside the database."""
    from warehouse.seals import seal

    with warehouse.writing() as writer:
        made = seal(writer, suite, datetime.now(UTC))
    if made is not None:
        notebook.add(suite, made)
    return made


def verify_now(settings: Settings, say: Say, *, data: bool) -> int:
    """Check, keep the result for the page of audit administrators, and say it."""
    from warehouse.data_check import check_data
    from warehouse.installation import notebook, suite, worker

    with worker(settings) as warehouse:
        report = checked(warehouse, suite(settings), notebook(settings))
        faults = [fault.what for fault in report.faults]
        if data:
            faults += check_data(warehouse, suite(settings), settings.var)
    say_report(report, say)
    for what in faults[:SHOWN]:
        say(f"[red]fault[/] {what.zh}  {what.en}")
    if len(faults) > SHOWN:
        say(f"... and {len(faults) - SHOWN} more  另有 {len(faults) - SHOWN} 处")
    return int(bool(faults))


def checked(warehouse: Warehouse, suite: Suite, notebook: Notebook) -> Report:
    """Check the trail, and keep what was found."""
    from warehouse.seals import keep_check
    from warehouse.trail_check import check

    with warehouse.reading(warehouse.everything()) as reader:
        report = check(reader, suite, notebook)
    with warehouse.writing() as writer:
        keep_check(writer, report, datetime.now(UTC))
    return report


def say_report(report: Report, say: Say) -> None:
    """How far it can be known, and how many faults there are."""
    say(
        f"{report.lines} lines, sealed up to seal {report.sealed}; {report.beyond} lines after it rest on their chain "
        f"alone.  共 {report.lines} 行；封签至 {report.sealed} 号；其后 {report.beyond} 行仅由链本身证明。"
    )
    if report.is_whole:
        say("[green]ok[/] the trail is as it was written.  审计链完好。")
