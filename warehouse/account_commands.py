"""What the commands `zhijian accounts ...` do and say: the first administrators of an installation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

import typer
from typer import Option

if TYPE_CHECKING:
    from warehouse.installation import Settings
    from warehouse.store import Warehouse, Writer

Say = Callable[[str], None]
BY = "installation"


def accounts_cli(read_settings: Callable[[], Settings], say: Say) -> typer.Typer:
    """The commands of accounts; settings are told by the composition root."""
    cli = typer.Typer(no_args_is_help=True)

    @cli.callback()
    def accounts() -> None:
        """Accounts are kept on their page; here the first ones are made."""

    @cli.command()
    def first(
        address: Annotated[
            str, Option(help="Address readers use, https://... 对外地址 [this machine's]")
        ] = "",
    ) -> None:
        """Print one-time links for the ministry's three administrators.  首批三位管理员的一次性激活链接。

        System, security and audit administrator are three persons: give each link to one of them. Links not used yet are drawn anew;
        once one of the three is activated this command makes nothing more.
        """
        from warehouse.installation import worker

        settings = read_settings()
        with worker(settings) as warehouse:
            links = first_links(warehouse, address.rstrip("/") or settings.url)
        say("一次性激活链接，14 天内有效，请分别交给三个人。 One-time links, valid for 14 days, for three persons:")  # fmt: skip
        for words, link in links:
            say(f"  {words}\n    {link}")

    return cli


def first_links(worker: Warehouse, address: str) -> list[tuple[str, str]]:
    """A link for each of the three administrators of the nation, made where they are missing."""
    with worker.writing() as writer:
        refuse_if_begun(writer)
        return [_link(writer, login, address) for login in _made(writer)]


def refuse_if_begun(writer: Writer) -> None:
    """Once there is an administrator, accounts are made by administrators alone."""
    from warehouse.account_tree import AccountRefused

    begun = writer.scalar(
        "SELECT login FROM account WHERE role LIKE '%_admin' AND place_id = 1 AND activated_at IS NOT NULL "
        "AND ended_at IS NULL LIMIT 1"
    )
    if begun:
        raise AccountRefused(
            f"已有管理员账号 {begun} 激活；请由系统管理员在“账号”页建立账号。",
            f"The administrator {begun} is activated already: let the system administrator make accounts on their page.",
        )


def _made(writer: Writer) -> list[str]:
    """The logins of the three; each has its role from the start, for nobody is there to grant it."""
    import sqlalchemy as sa

    from warehouse.accounts import ADMINISTRATORS
    from warehouse.places import NATION
    from warehouse.tables import account

    logins = []
    for role, name in ADMINISTRATORS.items():
        logins.append(f"{name}-admin")
        writer.run(sa.delete(account).where(account.c.login == logins[-1]))
        writer.run(
            sa.insert(account).values(
                login=logins[-1], name_zh=role.label.zh, name_en=role.label.en, role=role.value, place_id=NATION, depth="records",
                created_by=BY, activated_at=None,
            )
        )  # fmt: skip
    return logins


def _link(writer: Writer, login: str, address: str) -> tuple[str, str]:
    from warehouse.invitations import invite

    said = urlencode({"account": login, "code": invite(writer, login, BY)})
    return login, f"{address}/activate?{said}"
