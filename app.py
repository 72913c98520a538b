"""The composition root: settings, the web application, the command line `zhijian`."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from warehouse.errors import WarehouseUnavailable, ZhijianError

if TYPE_CHECKING:
    from flask import Flask

    from dashboards.serving import Household
    from warehouse.store import Warehouse

PROJECT = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """Everything the environment may say; each name is read with the prefix ZHIJIAN_."""

    model_config = SettingsConfigDict(env_prefix="ZHIJIAN_", env_ignore_empty=True)

    var: Path = Field(Path("var"), description="Folder of data, passwords and logs 数据目录")
    database_url: str | None = Field(
        None, description="PostgreSQL 15 or newer for web and worker 网页与处理进程所用数据库"
    )
    owner_url: str | None = Field(
        None, description="The same database as its owner, for migrations 以库的所有者身份迁移"
    )
    host: str = Field("127.0.0.1", description="Address the web server listens on 监听地址")
    port: int = Field(8050, ge=1, le=65535, description="Port of the web server 端口")
    workers: int = Field(2, ge=1, le=64, description="Processes of the web server 进程数")
    threads: int = Field(4, ge=1, le=64, description="Threads of each process 每进程线程数")
    today: date | None = Field(
        None, description="The day to reckon from; a demo warehouse has its own 计算基准日"
    )
    browser: Path | None = Field(None, description="Chromium or Chrome for make test 测试用浏览器")
    secure_cookies: bool = Field(
        default=False, description="Cookies over TLS only: set it behind https 仅经 TLS 传送会话"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="What the web server writes to its log 日志级别"
    )

    def environment(self) -> dict[str, str]:
        """The environment for child processes: this one's, with what the command line changed."""
        ours = self.model_dump(mode="json", exclude_none=True)
        return {**os.environ, **{f"ZHIJIAN_{name.upper()}": str(ours[name]) for name in ours}}


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """The database as the login of web and worker, and as its owner where that is known here."""

    app: str
    owner_or_none: str | None

    @property
    def owner(self) -> str:
        if self.owner_or_none is None:
            raise WarehouseUnavailable(
                "此命令须以库的所有者身份连接：请设置 ZHIJIAN_OWNER_URL。",
                "This command changes the schema: set ZHIJIAN_OWNER_URL to the database as its owner.",
            )
        return self.owner_or_none

    @property
    def web(self) -> str:
        return as_role(self.app, "zhijian_web")

    @property
    def worker(self) -> str:
        return as_role(self.app, "zhijian_worker")


def as_role(url: str, role: str) -> str:
    from warehouse import roles

    return roles.with_role(url, role)


def outside(settings: Settings) -> Addresses | None:
    """The server the settings name, or None for the bundled one."""
    if settings.database_url:
        return Addresses(app=settings.database_url, owner_or_none=settings.owner_url)
    if settings.owner_url:
        raise WarehouseUnavailable(
            "设置了 ZHIJIAN_OWNER_URL，却没有 ZHIJIAN_DATABASE_URL：请一并给出网页与处理进程的登录地址。",
            "ZHIJIAN_OWNER_URL is set but ZHIJIAN_DATABASE_URL is not: "
            "name the login of web and worker too, or neither to use the bundled PostgreSQL.",
        )
    return None


def addresses(settings: Settings, *, visiting: bool = False) -> Addresses:
    """Where the database is; the bundled one is started, or joined, until this process ends, unless visited."""
    from warehouse import embedded

    named = outside(settings)
    if named is not None:
        return named
    server = embedded.visit(settings.var) if visiting else embedded.start(settings.var)
    return Addresses(app=server.app_url, owner_or_none=server.owner_url)


def read_settings(**changes: object) -> Settings:
    """Settings of the environment, with what the command line says in their place."""
    given = {name: value for name, value in changes.items() if value is not None}
    return Settings.model_validate({**Settings().model_dump(), **given})


def create_app() -> "Flask":
    """The web application, as gunicorn loads it in each of its workers."""
    from dashboards.site import create_site
    from warehouse.store import Warehouse

    settings = read_settings()
    warehouse = Warehouse(addresses(settings, visiting=True).app)
    known = warehouse.settings()
    return create_site(
        warehouse,
        secret=session_key(settings.var),
        today=reckoned_today(settings, known),
        settings={"synthetic": "synthetic" in known, "secure": settings.secure_cookies},
    )


def session_key(var: Path) -> str:
    """What sessions are signed with: drawn once, shared by the workers, kept over restarts."""
    from warehouse.embedded import write_private

    file = var / "session.key"
    if not file.exists():
        write_private(file, secrets.token_urlsafe(32))
    return file.read_text()


def reckoned_today(settings: Settings, known: Mapping[str, str]) -> date:
    """The day to reckon from: as set, else a demo warehouse's own, else the machine's."""
    stands_still = known.get("today")
    return settings.today or (
        date.fromisoformat(stands_still) if stands_still else datetime.now().astimezone().date()
    )


def clock(settings: Settings, known: Mapping[str, str]) -> datetime:
    """The time of day now, on the day to reckon from."""
    now = datetime.now(UTC)
    return datetime.combine(reckoned_today(settings, known), now.time(), UTC)


@contextmanager
def worker(settings: Settings) -> Iterator["Warehouse"]:
    """The warehouse as the worker sees it, at the newest schema."""
    from warehouse import commands
    from warehouse.store import open_worker

    found = addresses(settings)
    commands.refuse_old_schema(found.worker)
    warehouse = open_worker(found.app)
    try:
        yield warehouse
    finally:
        warehouse.close()


cli = typer.Typer(
    name="zhijian",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Zhijian 职鉴: from the nation down to the cell a number came from.  "
    "中等职业教育监测与决策支持。Settings are read from ZHIJIAN_* variables (see README).",
)

Port = Annotated[int | None, typer.Option(help="Port of the web server 端口 [default: 8050]")]
Host = Annotated[
    str | None, typer.Option(help="Address to listen on 监听地址 [default: 127.0.0.1]")
]


def say(line: str) -> None:
    from rich import print as print_rich

    print_rich(line)


@cli.command()
def create(
    server: Annotated[
        str | None,
        typer.Option(help="An administrator's address on a server of yours 外部服务器的管理员地址"),
    ] = None,
    database: Annotated[str, typer.Option(help="Name of the database there 数据库名")] = "zhijian",
) -> None:
    """Create roles, the database and its tables.  建立角色、数据库与表。

    Without --server: the bundled PostgreSQL under ZHIJIAN_VAR. With --server (postgresql://admin:password@host/postgres,
    superuser or CREATEROLE and CREATEDB): there, and the two addresses to set are printed.
    """
    from warehouse import commands

    if server is None:
        found = addresses(read_settings())
        commands.upgrade(found.owner, found.app, say)
    else:
        owner, app = commands.create_on(server, database, say)
        commands.upgrade(owner, app, say)


@cli.command()
def upgrade() -> None:
    """Bring the database to the newest version of the schema.  将数据库升级到最新版本。

    Runs the missing migrations in one transaction as the owner of the database; running it again changes nothing.
    """
    from warehouse import commands

    found = addresses(read_settings())
    commands.upgrade(found.owner, found.app, say)


@cli.command()
def serve(
    host: Host = None,
    port: Port = None,
    workers: Annotated[int | None, typer.Option(help="Processes 进程数 [default: 2]")] = None,
    threads: Annotated[int | None, typer.Option(help="Threads of each 线程数 [default: 4]")] = None,
) -> None:
    """Serve the pages with gunicorn until Ctrl-C.  启动网页服务。

    Starts the bundled PostgreSQL unless ZHIJIAN_DATABASE_URL names a server; ends it again with itself.
    """
    from dashboards import serving
    from warehouse import commands

    settings = read_settings(host=host, port=port, workers=workers, threads=threads)
    refuse_taken_port(settings)
    commands.refuse_old_schema(addresses(settings).web)
    with serving.household(settings.environment()) as home:
        raise SystemExit(run_web(settings, home, behind=[]))


def refuse_taken_port(settings: Settings) -> None:
    """Found before minutes of loading, not after them."""
    from warehouse.doctor import is_free

    if not is_free(settings.host, settings.port):
        raise WarehouseUnavailable(
            f"端口 {settings.port} 已被占用；可换一个：ZHIJIAN_PORT={settings.port + 1} make run",
            f"Port {settings.port} is in use; choose another: ZHIJIAN_PORT={settings.port + 1} make run",
        )


def run_web(settings: Settings, home: "Household", behind: list[list[str]]) -> int:
    """Serve until told to end; `behind` are commands that run beside the web server."""
    from dashboards import serving

    command = serving.gunicorn(
        settings.host, settings.port, settings.workers, settings.threads, settings.log_level
    )
    web = home.start(command)
    url = f"http://{settings.host}:{settings.port}"
    if not serving.wait_until_served(f"{url}/", web):
        say("The web server did not start; its messages stand above.  网页服务未能启动，原因见上。")
        return 1
    say(f"\n  [bold]{url}[/]   Ctrl-C ends it  按 Ctrl-C 结束\n")
    return serving.watch(web, [home.start(each) for each in behind], warn)


def warn(code: int) -> None:
    say(
        f"[red]A loader ended with code {code}; the next start resumes it.  加载中断，下次启动时继续。[/]"
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
    installation = Installation(
        project=PROJECT,
        var=settings.var,
        host=settings.host,
        port=settings.port,
        browser=settings.browser,
        owner_url=found.owner_or_none if found else None,
        app_url=found.app if found else None,
    )
    raise SystemExit(commands.report(examine(installation), say))


def documents() -> dict[Path, str]:
    """The reference pages that are written from declarations."""
    from metrics.handbook import metric_catalogue
    from warehouse.dictionary import data_dictionary

    return {
        PROJECT / "docs" / "data-dictionary.md": data_dictionary(),
        PROJECT / "docs" / "metric-catalogue.md": metric_catalogue(),
    }


@cli.command(hidden=True)
def docs() -> None:
    """Write the data dictionary and the metric catalogue into docs/.  由声明生成数据字典与指标目录。"""
    for file, text in documents().items():
        file.write_text(text)
        say(f"{file}")


def main() -> None:
    """The entry point: an error of ours is told in its own words, without a traceback."""
    from dashboards import serving

    serving.leave_on_signals()
    try:
        cli()
    except ZhijianError as error:
        raise SystemExit(f"{error.zh}\n{error.en}") from None
    except ValidationError as error:
        raise SystemExit(told(error)) from None


def told(error: ValidationError) -> str:
    """Which setting is wrong, and why."""
    lines = (f"ZHIJIAN_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
    return "\n".join(["设置有误，请改正：", "A setting is wrong, correct it:", *lines])


if __name__ == "__main__":
    main()
