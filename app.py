"""The composition root: settings, the web application, the command line `zhijian`."""

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from pydantic import ValidationError
from typer import Argument, Option

from dashboards.briefings.commands import briefing_command
from etl.fusion_commands import fusion_cli
from etl.work_commands import worker_command
from metrics.review_commands import review_cli
from warehouse.account_commands import accounts_cli
from warehouse.calendar_commands import calendar_cli
from warehouse.errors import ZhijianError, wrong_settings
from warehouse.installation import Settings, addresses, now_of, of_site, outside, upgraded, worker
from warehouse.moments import china_day, clock
from warehouse.trail_commands import audit_cli

if TYPE_CHECKING:
    from flask import Flask

    from etl.demo.install import Ministry
    from etl.task import Duty, Task

DEMO_TODAY = date(2026, 11, 20)
PROJECT = Path(__file__).resolve().parent


def read_settings(**changes: object) -> Settings:
    """Settings of the environment, with what the command line says in their place."""
    given = {name: value for name, value in changes.items() if value is not None}
    return Settings.model_validate({**Settings().model_dump(), **given})


def create_app() -> "Flask":
    """The web application, as gunicorn loads it in each of its workers."""
    from dashboards import serving

    counted = serving.count_in(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""))
    from dashboards.journal import keep_journal
    from dashboards.site import create_site
    from warehouse.addresses import visited
    from warehouse.private import secret
    from warehouse.store import Warehouse

    settings = read_settings()
    warehouse = Warehouse((outside(settings) or visited(settings.var)).app)
    known = warehouse.settings()
    made = create_site(
        warehouse,
        secret=secret(settings.var / "session.key"),
        today=china_day(clock(settings.today, known)),
        settings={"synthetic": "synthetic" in known, "counted": counted, **of_site(settings)},
    )
    keep_journal(settings.log_level)
    serving.settle()
    return made


def gunicorn(settings: Settings) -> list[str]:
    from dashboards import serving

    where = settings.host, settings.port
    return serving.gunicorn(*where, settings.workers, settings.threads, settings.log_level)


cli = typer.Typer(
    name="zhijian",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Zhijian 职鉴: from the nation down to the cell a number came from.  "
    "中等职业教育监测与决策支持。Settings are read from ZHIJIAN_* variables (see README).",
)

Schools = Annotated[int, Option(min=200, help="Schools 学校数")]
Years = Annotated[int, Option(min=2, max=10, help="Academic years 学年数")]
Parts = Annotated[list[str] | None, Option(help="Only this: load, panel, click ... 只测一项")]
Port = Annotated[int | None, Option(help="Port of the web server 端口 [8050]")]
Host = Annotated[str | None, Option(help="Address to listen on 监听地址 [127.0.0.1]")]
Lang = Literal["zh", "en"]
Year = Annotated[int | None, Option(help="Academic year, by its first 学年（起始年）")]
School = Annotated[str | None, Option(help="Code of the school 学校标识码")]
By = Annotated[str, Option(help="Who submits, for the ledger 报送人")]


def say(line: str) -> None:
    from rich.console import Console

    Console(highlight=False).print(line, soft_wrap=True)


cli.add_typer(audit_cli(read_settings, say), name="audit", help="The audit trail  审计链")
cli.add_typer(
    calendar_cli(read_settings, say), name="calendar", help="Due days, holidays  截止日与节假日"
)
cli.add_typer(
    review_cli(read_settings, say), name="review", help="Breaches, doubts, risk 违规、疑点与风险"
)
cli.add_typer(fusion_cli(say), name="fusion", help="Provinces' own systems  省级自建系统")
cli.add_typer(accounts_cli(read_settings, say), name="accounts", help="First accounts  首批账号")


def others() -> "list[Duty | Task]":
    """What other packages do in the worker, which its own does not know: reviews by the clock, files made for readers."""
    from dashboards.delivering import Delivery
    from etl.task import Duty
    from metrics.judgement.duty import Reviewer
    from metrics.shortlists import demo as decisions
    from warehouse.installation import word_template

    one, settings = Reviewer(), read_settings()
    return [
        Duty(name="review_night", cron="40 1 * * *", run=lambda shop, _now: one.nightly(shop.worker, shop.now), queue="review"),
        Duty(name="review_between", cron="* * * * *", run=lambda shop, _now: one.between(shop.worker, shop.now), queue="review"),
        Duty(name="demo_shortlists", cron="* * * * *", run=lambda shop, _now: decisions.take(shop.worker, shop.now()), queue="review"),
        *Delivery(root=settings.site or settings.url, template=word_template(settings)).tasks(),
    ]  # fmt: skip


cli.command("worker")(worker_command(read_settings, say, others))
cli.command("briefing")(briefing_command(read_settings, say))


@cli.command()
def create(
    server: Annotated[
        str | None, Option(help="Administrator's address 外部服务器管理员地址")
    ] = None,
    database: Annotated[str, Option(help="Name of the database there 数据库名")] = "zhijian",
) -> None:
    """Create roles, the database and its tables.  建立角色、数据库与表。

    Without --server: the bundled PostgreSQL under ZHIJIAN_VAR. With --server (postgresql://admin:password@host/postgres,
    superuser or CREATEROLE and CREATEDB): there, and the two addresses to set are printed.
    """
    from warehouse import commands

    if server is None:
        upgraded(read_settings(), say)
    else:
        owner, app = commands.create_on(server, database, say)
        commands.upgrade(owner, app, say)


@cli.command()
def upgrade() -> None:
    """Bring the database to the newest version of the schema.  将数据库升级到最新版本。

    Runs the missing migrations in one transaction as the owner of the database; running it again changes nothing.
    """
    upgraded(read_settings(), say)


@cli.command()
def serve(
    host: Host = None,
    port: Port = None,
    workers: Annotated[int | None, Option(help="Processes 进程数 [default: 2]")] = None,
    threads: Annotated[int | None, Option(help="Threads of each 线程数 [default: 4]")] = None,
) -> None:
    """Serve the pages with gunicorn until Ctrl-C.  启动网页服务。

    Starts the bundled PostgreSQL unless ZHIJIAN_DATABASE_URL names a server; ends it again with itself.
    """
    from dashboards import serving
    from warehouse import commands

    settings = read_settings(host=host, port=port, workers=workers, threads=threads)
    commands.refuse_taken_port(settings.host, settings.port)
    with (
        worker(settings) as warehouse,
        serving.household(PROJECT, settings.environment(os.environ)) as home,
    ):
        commands.show_accounts(warehouse, settings, say)
        raise SystemExit(serving.keep(home, home.start(gunicorn(settings)), settings.url, [], say))


@cli.command()
def demo(
    schools: Annotated[int | None, Option(min=40, help="How many schools 学校数 [all]")] = None,
    seed: Annotated[int | None, Option(help="Another ministry 随机种子")] = None,
    serve: Annotated[bool, Option("--serve", help="Serve the pages too 并启动网页")] = False,
    files: Annotated[Path | None, Option(help="Only write its files here 仅生成文件")] = None,
    host: Host = None,
    port: Port = None,
    part: Annotated[str, Option(hidden=True, help="first or later 内部使用")] = "all",
) -> None:
    """Build a synthetic ministry and load it through the ordinary submission path.  生成并载入演示数据。

    The newest years come first, and what is in already is passed over. With --serve the pages are up as soon
    as the newest years are in; the older ones follow behind. All figures are synthetic and marked so.
    """
    from etl.demo.commands import write_files
    from etl.demo.install import Ministry

    settings = read_settings(host=host, port=port)
    given = {"seed": seed} if seed is not None else {}
    ministry = Ministry(today=settings.today or DEMO_TODAY, schools=schools, **given)
    if files is not None:
        write_files(files, say, schools=schools, seed=ministry.seed, today=ministry.today)
    elif serve:
        same = {"schools": schools, "seed": seed}
        raise SystemExit(serve_demo(settings, [f"--{k}={v}" for k, v in same.items() if v]))
    else:
        bring_demo(settings, ministry, part)


def bring_demo(settings: Settings, ministry: "Ministry", part: str) -> None:
    """Load the demo ministry, or the first or the later part of it."""
    from etl.demo.install import PARTS, Install, bring

    if part == "all":
        upgraded(settings, say)
    now = clock(ministry.today, {})
    with worker(settings) as warehouse:
        bring(Install(warehouse, ministry, settings.var / "demo", now), PARTS[part], say)


def serve_demo(settings: Settings, options: list[str]) -> int:
    """The newest years in a child process, then the web server, then the older years behind it."""
    from dashboards import serving
    from etl.demo.install import PARTS, is_done
    from warehouse import commands

    commands.refuse_taken_port(settings.host, settings.port)
    upgraded(settings, say)
    load = [sys.executable, "-m", "app", "demo", *options]
    with (
        worker(settings) as warehouse,
        serving.household(PROJECT, settings.environment(os.environ)) as home,
    ):
        first = is_done(warehouse, *PARTS["first"])
        if not first and (code := home.start([*load, "--part=first"]).wait()):
            return code
        later = [] if is_done(warehouse, *PARTS["later"]) else [[*load, "--part=later"]]
        # before anybody can knock: on an address that others reach, the demo accounts go
        commands.show_accounts(warehouse, settings, say)
        return serving.keep(home, home.start(gunicorn(settings)), settings.url, later, say)


@cli.command()
def template(
    form: Annotated[str | None, Argument(help="Name of the form, such as internship 表名")] = None,
    out: Annotated[Path | None, Option(help="Workbook to write [FORM.xlsx] 输出文件")] = None,
    school: School = None,
    year: Year = None,
) -> None:
    """Write the workbook of a form for a school to fill.  生成填报模板。

    With drop-downs, units, notes and code lists. Without FORM: the names of all forms.  不写表名则列出全部报表。
    """
    from etl import commands

    raise SystemExit(commands.template(form, out, school=school, year=year, say=say))


@cli.command()
def submit(
    file: Annotated[Path, Argument(help="xlsx, xls, csv, json or Parquet 报送文件")],
    form: Annotated[str | None, Option(help="Form, where the file does not say 表名")] = None,
    school: School = None,
    year: Year = None,
    by: By = "command line",
    lang: Annotated[Lang | None, Option(help="Receipt in one language 回执语言")] = None,
    json: Annotated[bool, Option("--json", help="Receipt as JSON 以 JSON 输出回执")] = False,
    copy: Annotated[Path | None, Option(help="Copy with comments 批注副本")] = None,
) -> None:
    """Submit one school's file and print its receipt.  报送一所学校的文件并给出回执。

    Refused rows come back with file, sheet, row, column, rule and what to do, and as comments in a copy of the workbook.
    Exit code 0: all accepted; 2: taken in, rows refused; 1: a bad file, nothing of it was taken in.
    """
    from etl import commands

    output = commands.Output(say=say, lang=lang, as_json=json, copy=copy)
    with worker(settings := read_settings()) as warehouse:
        request = commands.Request(
            now=now_of(settings, warehouse), by=by, form=form, school=school, year=year
        )
        raise SystemExit(commands.submit_file(warehouse, file, request, output))


@cli.command()
def load(
    package: Annotated[Path, Argument(help="Folder or zip of many schools' files 数据包")],
    year: Annotated[list[int] | None, Option(help="Only these years 仅载入这些学年")] = None,
    receipts: Annotated[Path | None, Option(help="Folder for receipts 回执文件夹")] = None,
    by: By = "command line",
    approved: Annotated[
        bool, Option("--approved", help="Reviewed by the province 已由省级审定")
    ] = False,
) -> None:
    """Load a package as a province hands it over.  载入省级数据包。

    Each school and form in it is a submission with a receipt of its own (--receipts); killed half-way, the same command resumes.
    Exit code 0: all accepted; 2: rows refused; 1: a file of which nothing was taken in.
    """
    from etl import commands

    with worker(settings := read_settings()) as warehouse:
        now = now_of(settings, warehouse)
        raise SystemExit(
            commands.load(
                warehouse,
                package,
                years=year,
                letters=receipts,
                now=now,
                by=by,
                say=say,
                is_approved=approved,
            )
        )


@cli.command()
def doctor(port: Port = None) -> None:
    """Say what is wrong with this machine and what to do about it.  检查本机环境并给出处理办法。

    Each line is ok, note (something does without it) or fault; the exit code is 1 when there is a fault.
    """
    from warehouse import commands
    from warehouse.doctor import Installation, examine

    settings = read_settings(port=port)
    exists = outside(settings) is not None or (settings.var / "postgres").exists()
    found = addresses(settings) if exists else None
    urls = (found.owner_or_none, found.app) if found else (None, None)
    where = settings.host, settings.port
    installation = Installation(PROJECT, settings.var, *where, settings.browser, *urls)
    raise SystemExit(commands.report(examine(installation), say))


Archive = Annotated[Path, Argument(help="The backup 备份文件")]


@cli.command()
def backup(file: Archive) -> None:
    """Back up database and keys into one file, while the system runs.  在线备份数据库与密钥。

    The file holds the keys: keep it where only operators read. It is taken from one snapshot, with a digest of every table.
    """
    from warehouse import backup as safe

    safe.show(safe.back_up(addresses(own := read_settings()).owner, own.var, file), file, say)


@cli.command()
def restore(file: Archive) -> None:
    """Restore a backup into an empty database and folder, and check every table.  恢复到空库并逐表核验。"""
    from warehouse import backup as safe

    safe.show(safe.restore(addresses(own := read_settings()).owner, own.var, file), file, say)


@cli.command()
def bench(schools: Schools = 10_000, years: Years = 10, part: Parts = None) -> None:
    """Measure speed beside the machine's own baselines, on data under ZHIJIAN_VAR/bench.  性能测试。"""
    from dashboards.bench.run import bench as run

    own = read_settings()
    run(own.var / "bench", own.environment(os.environ), schools, years, part, say)


@cli.command(hidden=True)
def docs() -> None:
    """Write the data dictionary and the catalogues of metrics and signals into docs/.  由声明生成数据字典、指标与信号目录。"""
    from metrics.handbook import reference_pages

    for name, text in reference_pages().items():
        (PROJECT / "docs" / name).write_text(text)


def main() -> None:
    """The entry point: an error of ours is told in its own words, without a traceback."""
    from dashboards import serving

    serving.leave_on_signals()
    try:
        cli()
    except ZhijianError as error:
        raise SystemExit(f"{error.zh}\n{error.en}") from None
    except ValidationError as error:
        raise SystemExit(wrong_settings(error.errors())) from None


if __name__ == "__main__":
    main()
