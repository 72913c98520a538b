"""Bringing a database to the newest version of the schema."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from warehouse import (  # noqa: F401 - they declare their tables
    account_tables,
    api_tokens,
    calendar,
    case_tables,
    declared,
    drafts,
    entrance,
    evaluations,
    fusion_tables,
    intake,
    kept_files,
    letters,
    models,
    notices,
    pull_tables,
    queue,
    release_tables,
    reminders,
    rollout_tables,
    saved_tables,
    seals,
    shortlist_tables,
    spot_tables,
    subscriptions,
)
from warehouse.tables import metadata

NAMED = 3  # tables that are named where many lack
FOLDER = Path(__file__).parent / "migrations"


def upgrade(owner_url: str) -> str:
    """Run the missing migrations and lay the tables of new forms, in one transaction; the revision reached is returned."""
    with _connect(owner_url) as connection:
        command.upgrade(_config(connection), "head")
        declared.lay(connection)
        connection.commit()
        return _revision(connection)


def head() -> str:
    """The newest revision this code knows."""
    return ScriptDirectory.from_config(_config(None)).get_current_head() or ""


def current(url: str) -> str:
    """The revision a database stands at, and which tables of declared forms it lacks; empty when it has never been upgraded."""
    with _connect(url) as connection:
        revision, absent = _revision(connection), declared.lacking(connection)
        named = ", ".join([*absent[:NAMED], *(["…"] if len(absent) > NAMED else [])])
        return f"{revision} without {named} ({len(absent)})" if revision and absent else revision


def _revision(connection: sa.Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def differences(owner_url: str) -> list[object]:
    """What the declarations say and the database does not, or the reverse; partitions are ours to ignore."""
    with _connect(owner_url) as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": _is_declared, "compare_type": True}
        )
        return list(compare_metadata(context, metadata))


def draft(owner_url: str, message: str) -> None:
    """Write the migration that brings a database to the declarations: for whoever changes a form or a table."""
    with _connect(owner_url) as connection:
        config = _config(connection)
        command.revision(
            config, message=message, autogenerate=True, rev_id=f"{len(_revisions()) + 1:04d}"
        )


def _revisions() -> list[str]:
    return [path.stem for path in (FOLDER / "versions").glob("[0-9]*.py")]


def _is_declared(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name in metadata.tables


def _config(connection: sa.Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def _connect(url: str) -> sa.Connection:
    return sa.create_engine(url, poolclass=sa.NullPool).connect()
