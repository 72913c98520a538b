"""What the commands `zhijian review ...` do and say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer import Argument, Option
from typer.core import TyperCommand, TyperGroup

from metrics.evaluate.command import evaluate_command
from metrics.sampling_command import sample_command
from metrics.training_commands import card_command, train_command

if TYPE_CHECKING:
    from warehouse.installation import Settings

Say = Callable[[str], None]
Command = Callable[..., None]
Lang = Annotated[Literal["zh", "en"], Option(help="zh or en 语言")]
SHOW = "show"

File = Annotated[Path, Argument(help="Parquet or CSV, one row a unit and period 面板数据")]
Unit = Annotated[str, Option(help="Column of the unit 单位列")]
Period = Annotated[str, Option(help="Column of the period 期次列")]
Outcome = Annotated[str, Option(help="Column of the outcome, 1 when it happens 结果列")]
Scores = Annotated[Path, Option(help="Where unit, period, lead, score go (Parquet) 得分文件")]
Leads = Annotated[list[int] | None, Option(min=1, help="Periods ahead, such as 1 2 [1] 提前期")]
Aligned = Annotated[
    bool, Option("--aligned", help="The outcome already tells what follows its row 结果已对齐")
]
Up = Annotated[list[str] | None, Option(help="Columns of which more means more risk 越大越险")]
Down = Annotated[list[str] | None, Option(help="Columns of which more means less risk 越大越稳")]
Kept = Annotated[Path | None, Option(help="The page [beside the scores] 报告页")]


class Places(TyperGroup):
    """`zhijian review PLACE` is `zhijian review show PLACE`: a place needs no word before it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - the library's own context
        asks_help = args and args[0] in ctx.help_option_names
        if not asks_help and (not args or args[0] not in self.commands):
            args = [SHOW, *args]
        return super().parse_args(ctx, args)


class Spreading(TyperCommand):
    """An option that may be given several times takes several values at once: `--lead 1 2`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - the library's own context
        many = {
            name for each in self.params if getattr(each, "multiple", False) for name in each.opts
        }
        return super().parse_args(ctx, list(spread(args, many)))


def spread(args: list[str], many: set[str]) -> Iterator[str]:
    """`--lead 1 2` as `--lead 1 --lead 2`, for the names of `many`; what follows an option's values must be an option."""
    name = ""
    for at, word in enumerate(args):
        if word.startswith("--"):
            name = word if word in many else ""
        elif name and args[at - 1] != name:
            yield name
        yield word


def review_cli(read_settings: Callable[[], Settings], say: Say) -> typer.Typer:
    """The commands of review; settings are told by the composition root."""
    cli = typer.Typer(cls=Places)
    cli.command(SHOW)(show_command(read_settings, say))
    cli.command("run")(run_command(read_settings, say))
    cli.command("evaluate")(evaluate_command(read_settings, say))
    cli.command("sample")(sample_command(read_settings, say))
    cli.command("train")(train_command(read_settings, say))
    cli.command("card")(card_command(read_settings, say))
    cli.command("backtest", cls=Spreading)(backtest_command(say))
    return cli


def show_command(read_settings: Callable[[], Settings], say: Say) -> Command:
    def show(
        place: Annotated[
            str, Argument(help="Code of a place or school 地区或学校代码 [nation]")
        ] = "",
        year: Annotated[
            int | None, Option(help="Academic year, by its first 学年（起始年）")
        ] = None,
        lang: Lang = "zh",
    ) -> None:
        """List limits missed, rules broken and the schools with most breaches.  列出未达标项与违规情况。"""
        from metrics import commands
        from warehouse.installation import now_of, worker
        from warehouse.moments import china_day
        from warehouse.places import NATION
        from warehouse.terms import newest_year

        with worker(settings := read_settings()) as warehouse:
            today = china_day(now_of(settings, warehouse))
            here = warehouse.ladder.named(place) if place else NATION
            for line in commands.review(warehouse, year or newest_year(today) - 1, here, lang):
                say(line)

    return show


def run_command(read_settings: Callable[[], Settings], say: Say) -> Command:
    def run(lang: Lang = "zh") -> None:
        """Review every school and year now and write the flags down, as the worker does each night.  立即全面复核并入库。"""
        from metrics.judgement.report import lines
        from metrics.judgement.round import Desk, whole
        from warehouse.installation import now_of, worker

        with worker(settings := read_settings()) as warehouse:
            done = whole(warehouse, Desk(), lambda: now_of(settings, warehouse), say)
        for line in lines(done, lang):
            say(line)

    return run


def backtest_command(say: Say) -> Command:
    def backtest(  # noqa: PLR0913, PLR0917 - options of a command
        panel: File,
        unit: Unit,
        period: Period,
        outcome: Outcome,
        scores: Scores,
        lead: Leads = None,
        aligned: Aligned = False,  # noqa: FBT002 - a flag
        up: Up = None,
        down: Down = None,
        report: Kept = None,
        lang: Lang = "zh",
    ) -> None:
        """Train on what was known at the time, test on what came, beside the baselines.  任意面板按时间回测。

        Any panel will do: numbers and categories as they come, missing values, columns absent in some periods.
        """
        from metrics.risk.backtest import Order, backtest
        from metrics.risk.panel import Named, read_panel
        from metrics.risk.report import lines, page

        directions = dict.fromkeys(up or (), 1) | dict.fromkeys(down or (), -1)
        order = Order(
            leads=tuple(dict.fromkeys(lead or [1])), is_aligned=aligned, directions=directions
        )
        found = backtest(read_panel(panel, Named(unit, period, outcome)), order, say)
        kept = report or scores.with_suffix(".html")
        for each in (scores, kept):
            each.parent.mkdir(parents=True, exist_ok=True)
        found.scores().write_parquet(scores)
        kept.write_text(page(found, lang), encoding="utf-8")
        for line in (*lines(found, lang), "", f"{scores}", f"{kept}"):
            say(line)

    return backtest
