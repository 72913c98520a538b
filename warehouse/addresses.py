"""Where the database is: the server the settings name, or the bundled one."""

from dataclasses import dataclass
from pathlib import Path

from warehouse import embedded, roles
from warehouse.errors import WarehouseUnavailable


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
        return roles.with_role(self.app, roles.WEB)

    @property
    def worker(self) -> str:
        return roles.with_role(self.app, roles.WORKER)


def outside(app_url: str | None, owner_url: str | None) -> Addresses | None:
    """The server the settings name, or None for the bundled one."""
    if app_url:
        return Addresses(app=app_url, owner_or_none=owner_url)
    if owner_url:
        raise WarehouseUnavailable(
            "设置了 ZHIJIAN_OWNER_URL，却没有 ZHIJIAN_DATABASE_URL：请一并给出网页与处理进程的登录地址。",
            "ZHIJIAN_OWNER_URL is set but ZHIJIAN_DATABASE_URL is not: "
            "name the login of web and worker too, or neither to use the bundled PostgreSQL.",
        )
    return None


def started(var: Path) -> Addresses:
    """The bundled server, started or joined until this process ends."""
    server = embedded.start(var)
    return Addresses(app=server.app_url, owner_or_none=server.owner_url)


def visited(var: Path) -> Addresses:
    """The bundled server as another process keeps it."""
    server = embedded.visit(var)
    return Addresses(app=server.app_url, owner_or_none=server.owner_url)
