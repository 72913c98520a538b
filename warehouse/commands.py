"""What the commands of set-up say and do: create, upgrade, doctor."""

from collections.abc import Callable, Iterable

from sqlalchemy.exc import ProgrammingError

from warehouse import migrate, roles
from warehouse.accounts import ensure_demo_accounts, forget_demo_accounts
from warehouse.doctor import Finding, State, is_free
from warehouse.errors import WarehouseUnavailable
from warehouse.installation import Settings
from warehouse.store import Warehouse

Say = Callable[[str], None]
SIGNS = {State.OK: "[green]ok   [/]", State.NOTE: "[yellow]note [/]", State.FAULT: "[red]fault[/]"}


def upgrade(owner_url: str, app_url: str, say: Say) -> None:
    """Make sure the group roles exist, then run the missing migrations."""
    before = migrate.current(owner_url)
    roles.provision_groups(owner_url, app_url)
    after = migrate.upgrade(owner_url)
    roles.show_version(owner_url)
    if before == after:
        say(f"Up to date at {after}.  已是最新版本。")
    else:
        say(f"Upgraded from {before or 'an empty database'} to {after}.  迁移完成。")


def refuse_old_schema(web_url: str) -> None:
    """Pages and submissions need the newest schema; nobody but the owner may bring it."""
    try:
        stands = migrate.current(web_url)
    except ProgrammingError:
        stands = ""
    if stands != migrate.head():
        raise WarehouseUnavailable(
            f"数据库版本为 {stands or '空'}，程序需要 {migrate.head()}：请运行 zhijian upgrade。",
            f"The database stands at {stands or 'nothing yet'}, this program needs {migrate.head()}: "
            "run zhijian upgrade.",
        )


def create_on(admin_url: str, database: str, say: Say) -> tuple[str, str]:
    """Create roles and a database on a server of yours; the two addresses are returned and said once."""
    words = roles.draw_secrets()
    roles.provision(admin_url, database, words)
    target = roles.with_database(admin_url, database)
    owner = roles.with_login(target, roles.OWNER, words.owner)
    app = roles.with_login(target, roles.APP, words.app)
    say(
        "Keep these two lines; the passwords are shown only here:  请保存以下两行，口令仅显示一次："
    )
    say(f"export ZHIJIAN_OWNER_URL='{owner}'")
    say(f"export ZHIJIAN_DATABASE_URL='{app}'")
    return owner, app


def report(findings: Iterable[Finding], say: Say) -> int:
    """Say every finding; the exit code is 1 when one is a fault."""
    worst = 0
    for finding in findings:
        say(f"{SIGNS[finding.state]} {finding.subject}: {finding.found}")
        if finding.remedy:
            say(f"      -> {finding.remedy}")
        worst = max(worst, int(finding.state is State.FAULT))
    return worst


def refuse_taken_port(host: str, port: int) -> None:
    """Found before minutes of loading, not after them."""
    if not is_free(host, port):
        raise WarehouseUnavailable(
            f"端口 {port} 已被占用；可换一个：ZHIJIAN_PORT={port + 1} make run",
            f"Port {port} is in use; choose another: ZHIJIAN_PORT={port + 1} make run",
        )


def show_accounts(worker: Warehouse, settings: Settings, say: Say) -> None:
    """Say the demo accounts of a demo warehouse that only this machine reaches; anywhere else there are none."""
    if "synthetic" not in worker.settings():  # accounts of a real warehouse are not ours to touch
        return
    if not settings.is_private:
        forget_demo_accounts(worker, settings.var)
        say(
            "演示账号仅限本机使用，已删除。  Demo accounts are for the loopback address only: removed."
        )
        return
    say("\n  演示账号 demo accounts  (合成数据 synthetic data)")
    for each in ensure_demo_accounts(worker, settings.var):
        say(f"    {each.login:<12} {each.password}   {each.name_zh}  {each.name_en}")
