"""An installation: what the environment says of it, and the ways to its warehouse.

`app.py` reads the environment; everything here is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

if TYPE_CHECKING:  # a help text should not wait for a database library
    from warehouse.addresses import Addresses
    from warehouse.crypto import Suite
    from warehouse.seals import Notebook
    from warehouse.store import Warehouse

SuiteName = Literal["international", "national"]
LogLevel = Literal["debug", "info", "warning", "error"]


class Settings(BaseSettings):
    """Everything the environment may say; each name is read with the prefix ZHIJIAN_."""

    model_config = SettingsConfigDict(env_prefix="ZHIJIAN_", env_ignore_empty=True)

    var: Path = Field(Path("var"), description="Folder of data, passwords, logs 数据目录")
    database_url: str | None = Field(None, description="PostgreSQL of web and worker 数据库")
    owner_url: str | None = Field(None, description="The same as its owner 以所有者身份迁移")
    host: str = Field("127.0.0.1", description="Address of the web server 监听地址")
    port: int = Field(8050, ge=1, le=65535, description="Port of the web server 端口")
    workers: int = Field(2, ge=1, le=64, description="Processes of the web server 进程数")
    threads: int = Field(4, ge=1, le=64, description="Threads of each process 每进程线程数")
    today: date | None = Field(None, description="The day to reckon from 计算基准日")
    browser: Path | None = Field(None, description="Chromium or Chrome for tests 测试用浏览器")
    secure_cookies: bool = Field(default=False, description="Cookies over TLS only 仅经 TLS")
    cache: bool = Field(default=True, description="Remember answers and pages 缓存")
    crypto: SuiteName = Field("international", description="Suite of cryptography 密码套件")
    limits: bool = Field(default=True, description="Count requests 限制请求频率")
    proxies: int = Field(0, ge=0, le=4, description="Proxies in front of it 前置代理层数")
    hosts: str = Field("", description="Names it is reached by, with commas 允许的主机名")
    metrics_from: str = Field("", description="Networks told of /metrics 可读取指标的网段")
    log_level: LogLevel = Field("warning", description="Of the web server's log 日志级别")

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def environment(self, here: Mapping[str, str]) -> dict[str, str]:
        """The environment for child processes: this one's, with what the command line changed."""
        ours = self.model_copy(update={"var": self.var.absolute()})
        said = ours.model_dump(mode="json", exclude_none=True)
        counts = {
            "PROMETHEUS_MULTIPROC_DIR": str(ours.var / "metrics")
        }  # where web processes count together
        return {**here, **counts, **{f"ZHIJIAN_{name.upper()}": str(said[name]) for name in said}}


def addresses(settings: Settings) -> Addresses:
    """Where the database is; the bundled one is started, or joined, until this process ends."""
    from warehouse import addresses as servers

    return outside(settings) or servers.started(settings.var)


def upgraded(settings: Settings, say: Callable[[str], None]) -> Addresses:
    """Bring the database to the newest schema, and sign the law that came with this version."""
    from warehouse import commands
    from warehouse.data_check import sign_law

    found = addresses(settings)
    commands.upgrade(found.owner, found.app, say)
    sign_law(suite(settings), settings.var)
    return found


def outside(settings: Settings) -> Addresses | None:
    """The server that the settings name, if they do."""
    from warehouse import addresses as servers

    return servers.outside(settings.database_url, settings.owner_url)


def suite(settings: Settings) -> Suite:
    """The suite of cryptography the settings name, with the keys of this installation."""
    from warehouse import crypto

    return crypto.suite(settings.crypto, settings.var / "keys")


def notebook(settings: Settings) -> Notebook:
    """Where seals of the audit trail are noted outside the database."""
    from warehouse.seals import Notebook

    return Notebook(settings.var / "audit" / "seals")


@contextmanager
def worker(settings: Settings) -> Iterator[Warehouse]:
    """The warehouse as the worker sees it, at the newest schema."""
    from warehouse import commands
    from warehouse.store import open_worker

    found = addresses(settings)
    commands.refuse_old_schema(found.worker)
    with closing(open_worker(found.app)) as warehouse:
        yield warehouse


def now_of(settings: Settings, warehouse: Warehouse) -> datetime:
    """The time of day now, on the day this warehouse reckons from."""
    from warehouse import commands

    return commands.clock(settings.today, warehouse.settings())
