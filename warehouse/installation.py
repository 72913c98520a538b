"""An installation: what the environment says of it, and the ways to its warehouse.

`app.py` reads the environment; everything here is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

if TYPE_CHECKING:  # a help text should not wait for a database library
    from warehouse.addresses import Addresses
    from warehouse.crypto import Suite
    from warehouse.seals import Notebook
    from warehouse.sessions import Times
    from warehouse.store import Warehouse

SuiteName = Literal["international", "national"]
# Settings of the web application itself.
SERVED = {
    "cache",
    "limits",
    "proxies",
    "hosts",
    "metrics_from",
    "oidc_issuer",
    "oidc_client_id",
    "oidc_client_secret",
    "oidc_name",
}
SmtpTls = Literal["starttls", "tls", "none"]
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
    session_idle: int = Field(30, ge=1, le=30, description="Minutes a session rests 会话闲置")
    session_idle_admin: int = Field(15, ge=1, le=15, description="The same, administrators 管理员")
    session_hours: int = Field(12, ge=1, le=24, description="Hours a session lasts 会话时长")
    oidc_issuer: str = Field("", description="OpenID Connect issuer 外部登录")
    oidc_client_id: str = Field("", description="What it calls this system 客户端标识")
    oidc_client_secret: str = Field("", repr=False, description="Its secret 客户端密钥")
    oidc_name: str = Field("统一身份认证", description="What readers call it 名称")
    site: str = Field("", description="Address people reach it by, for letters 对外网址")
    smtp_host: str = Field("", description="Mail server; none: no letters 邮件服务器")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port 端口")
    smtp_user: str = Field("", description="Login there 用户名")
    smtp_password: str = Field("", repr=False, description="Password there 密码")
    smtp_tls: SmtpTls = Field("starttls", description="starttls, tls or none 传输加密")
    smtp_from: str = Field("zhijian@localhost", description="Sender of letters 发件人")
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

    @property
    def is_private(self) -> bool:
        """Whether nobody reaches it but from this machine: on the loopback address, with no proxy that brings others."""
        is_here = self.host in {"localhost", "::1"} or self.host.startswith("127.")
        return is_here and not self.proxies

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


def of_site(settings: Settings) -> dict[str, Any]:
    """What the web application is told of them."""
    given = settings.model_dump(include=SERVED)
    times, ours = session_times(settings), suite(settings)
    return {"secure": settings.secure_cookies, "suite": ours, "times": times, "word_template": word_template(settings), **given}  # fmt: skip


def word_template(settings: Settings) -> Path:
    """Where the ministry's own template of briefings in Word lies, if it has one."""
    return settings.var / "briefing.docx"


def session_times(settings: Settings) -> Times:
    """How long sessions last."""
    from warehouse.sessions import Times

    return Times(
        idle=timedelta(minutes=settings.session_idle),
        idle_admin=timedelta(minutes=settings.session_idle_admin),
        longest=timedelta(hours=settings.session_hours),
    )


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
    from warehouse.moments import clock

    return clock(settings.today, warehouse.settings())
