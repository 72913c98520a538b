"""The composition root: settings, the web application, the command line `zhijian`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from warehouse.errors import WarehouseUnavailable, ZhijianError

PROJECT = Path(__file__).resolve().parent
DEMO_TODAY = date(2026, 11, 20)


class Settings(BaseSettings):
    """Everything the environment may say; each name is read with the prefix ZHIJIAN_."""

    model_config = SettingsConfigDict(env_prefix="ZHIJIAN_", env_ignore_empty=True)

    var: Path = Field(Path("var"), description="Folder of data, passwords and logs 数据目录")
    database_url: str | None = Field(
        None, description="PostgreSQL 15 or newer for web and worker 网页与处理进程所用数据库"
    )
    owner_url: str | None = Field(
        None, description="The same database as its owner, for migrations 迁移所用（库的所有者）"
    )
    host: str = Field("127.0.0.1", description="Address the web server listens on 监听地址")
    port: int = Field(8050, ge=1, le=65535, description="Port of the web server 端口")
    workers: int = Field(2, ge=1, le=64, description="Processes of the web server 进程数")
    threads: int = Field(4, ge=1, le=64, description="Threads of each process 每进程线程数")
    today: date | None = Field(
        None, description="The day to reckon from; a demo warehouse has its own 计算基准日"
    )
    browser: Path | None = Field(None, description="Chromium or Chrome for make test 测试用浏览器")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="What the web server writes to its log 日志级别"
    )

    def environment(self) -> dict[str, str]:
        """The environment for child processes: what this one was given, settings of the command line included."""
        ours = self.model_dump(mode="json", exclude_none=True)
        return {**os.environ, **{f"ZHIJIAN_{name.upper()}": str(ours[name]) for name in ours}}


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """The database as its owner and as the login of web and worker."""

    owner: str
    app: str

    @property
    def web(self) -> str:
        from warehouse import roles

        return roles.with_role(self.app, roles.WEB)

    @property
    def worker(self) -> str:
        from warehouse import roles

        return roles.with_role(self.app, roles.WORKER)


def outside(settings: Settings) -> Addresses | None:
    """The server the settings name, or None for the bundled one; one address alone is a mistake."""
    if settings.database_url and settings.owner_url:
        return Addresses(owner=settings.owner_url, app=settings.database_url)
    if settings.database_url or settings.owner_url:
        raise WarehouseUnavailable(
            "ZHIJIAN_DATABASE_URL 与 ZHIJIAN_OWNER_URL 必须同时给出，或都不给出（使用内置数据库）。",
            "ZHIJIAN_DATABASE_URL and ZHIJIAN_OWNER_URL belong together: "
            "set both, or neither to use the bundled PostgreSQL.",
        )
    return None


def addresses(settings: Settings) -> Addresses:
    """Where the database is; the bundled one is started, or joined, until this process ends."""
    from warehouse import embedded, roles

    named = outside(settings)
    if named is not None:
        roles.provision_groups(named.owner, named.app)
        return named
    server = embedded.start(settings.var)
    return Addresses(owner=server.owner_url, app=server.app_url)
