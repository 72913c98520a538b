"""The roles a server needs before its first migration, and addresses that choose one of them.

    zhijian_owner    LOGIN            owns the database and every table; runs migrations, serves nobody
    zhijian_app      LOGIN NOINHERIT  what web and worker sign in as; has no right of its own
    zhijian_web      NOLOGIN          group role: reads what row security lets it read
    zhijian_worker   NOLOGIN          group role: records submissions

A connection becomes web or worker by the startup option `-c role=...`, so a session never holds more than
the rights of the one role it asked for.
"""

import secrets
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.engine import URL, make_url

from warehouse.errors import WarehouseUnavailable

OWNER, APP = "zhijian_owner", "zhijian_app"
WEB, WORKER = "zhijian_web", "zhijian_worker"
GROUPS = (WEB, WORKER)
OLDEST_SERVER = 150_000  # as the server numbers itself


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """Passwords in clear text; they live in var/secrets.json, mode 0600, and nowhere else."""

    admin: str
    owner: str
    app: str


def draw_secrets() -> Secrets:
    """New passwords of 256 random bits."""
    return Secrets(**{name: secrets.token_urlsafe(32) for name in ("admin", "owner", "app")})


def with_role(url: str, role: str, **settings: str) -> str:
    """The same address, entered as `role` with settings of the session."""
    options = " ".join(f"-c{name}={value}" for name, value in {"role": role, **settings}.items())
    return str_of(make_url(url).update_query_dict({"options": options}))


def with_database(url: str, database: str) -> str:
    """The same server and login, another database."""
    return str_of(make_url(url).set(database=database))


def with_login(url: str, user: str, password: str) -> str:
    """The same server and database, another login."""
    return str_of(make_url(url).set(username=user, password=password))


def str_of(url: URL) -> str:
    """An address as text, password included: libpq, psycopg and SQLAlchemy all read it."""
    return url.render_as_string(hide_password=False)


def conninfo(url: str) -> str:
    """The same address as libpq's own words, for programs that do not read it as SQLAlchemy does."""
    made = make_url(url)
    words = made.translate_connect_args(username="user", database="dbname") | dict(made.query)
    return make_conninfo("", **words)


def connect(url: str, *, autocommit: bool = True) -> psycopg.Connection:
    """One connection outside any pool, for the set-up of a server."""
    plain = str_of(make_url(url).set(drivername="postgresql"))
    return psycopg.connect(plain, autocommit=autocommit, connect_timeout=10)


def refuse_old_server(connection: psycopg.Connection) -> None:
    """Row security here rests on what PostgreSQL has had since 15; nothing is touched on an older one."""
    stands = connection.info.server_version
    if stands < OLDEST_SERVER:
        raise WarehouseUnavailable(
            f"数据库服务器为 PostgreSQL {stands // 10_000}，需要 {OLDEST_SERVER // 10_000} 或更新版本：请换用新的服务器，或不设地址而用自带的数据库。",
            f"The server is PostgreSQL {stands // 10_000}; {OLDEST_SERVER // 10_000} or newer is needed: "
            "name a newer one, or none and use the bundled one.",
        )


def provision(admin_url: str, database: str, secrets: Secrets) -> None:
    """Create roles, memberships and an empty database where they are missing; set the passwords."""
    with connect(admin_url) as connection:
        refuse_old_server(connection)
        ensure_groups(connection)
        ensure_login(connection, OWNER, secrets.owner, inherits=True)
        ensure_login(connection, APP, secrets.app, inherits=False)
        admit(connection, APP)
        ensure_database(connection, database)


def provision_groups(owner_url: str, app_url: str) -> None:
    """On a server of somebody else's: make sure both group roles exist and the application may enter them."""
    login = make_url(app_url).username
    with connect(owner_url) as connection:
        refuse_old_server(connection)
        ensure_groups(connection)
        if login is not None:
            admit(connection, login)


def show_version(owner_url: str) -> None:
    """Let web and worker read at which migration the schema stands."""
    with connect(owner_url) as connection:
        groups = sql.SQL(", ").join(map(sql.Identifier, GROUPS))
        connection.execute(sql.SQL("GRANT SELECT ON alembic_version TO {}").format(groups))


def ensure_groups(connection: psycopg.Connection) -> None:
    """Create the two group roles where they are missing (needs CREATEROLE only then)."""
    for role in GROUPS:
        if not exists(connection, role):
            statement = sql.SQL("CREATE ROLE {} NOLOGIN NOSUPERUSER NOBYPASSRLS")
            command(connection, statement.format(sql.Identifier(role)))


def ensure_login(
    connection: psycopg.Connection, role: str, password: str, *, inherits: bool
) -> None:
    """Create a login or give an existing one this password; never superuser, never past row security."""
    verb = sql.SQL("ALTER ROLE" if exists(connection, role) else "CREATE ROLE")
    inherit = sql.SQL("INHERIT" if inherits else "NOINHERIT")
    rights = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
    statement = sql.SQL("{} {} {} {} PASSWORD {}")
    connection.execute(
        statement.format(verb, sql.Identifier(role), rights, inherit, sql.Literal(password))
    )


def admit(connection: psycopg.Connection, login: str) -> None:
    """Make `login` a member of both groups, which lets it enter them."""
    for role in GROUPS:
        if not is_member(connection, login, role):
            statement = sql.SQL("GRANT {} TO {}")
            command(connection, statement.format(sql.Identifier(role), sql.Identifier(login)))


def command(connection: psycopg.Connection, statement: sql.Composed) -> None:
    """Run what a plain owner may lack the right to; the administrator's command is then in the message."""
    try:
        connection.execute(statement)
    except InsufficientPrivilege:
        text = statement.as_string(connection)
        raise WarehouseUnavailable(
            f"当前登录无权建立或授予角色。请由管理员执行：{text};",
            f"This login may not create or grant roles. Let an administrator run: {text};",
        ) from None


def ensure_database(connection: psycopg.Connection, database: str) -> None:
    """Create the database, owned by zhijian_owner, closed to logins that are not ours."""
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
    if found.fetchone() is not None:
        return
    name, owner, app = sql.Identifier(database), sql.Identifier(OWNER), sql.Identifier(APP)
    grant_self_owner(connection)
    connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, app))
    worker = sql.Identifier(WORKER)  # stages its rows in temporary tables
    connection.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(name, worker))


def grant_self_owner(connection: psycopg.Connection) -> None:
    """An administrator who is no superuser may give a database only to a role he is a member of."""
    superuser = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if superuser.fetchone() != (True,):
        connection.execute(sql.SQL("GRANT {} TO current_user").format(sql.Identifier(OWNER)))


def exists(connection: psycopg.Connection, role: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    return found.fetchone() is not None


def is_member(connection: psycopg.Connection, login: str, role: str) -> bool:
    """Whether `login` may enter `role`; a superuser may enter any."""
    found = connection.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [login, role])
    return found.fetchone() == (True,)


def ask(url: str, question: str) -> list[tuple[object, ...]]:
    """The rows a server answers to one question about itself (for `zhijian doctor`)."""
    with connect(url) as connection:
        return connection.execute(question.encode()).fetchall()
