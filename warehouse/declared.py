"""The star's tables follow from the declarations: a new form needs no migration of its own.

What a migration is still written for is a form that changes: only somebody who knows can say what the rows that are
there shall hold in a new column.
"""

from __future__ import annotations

import sqlalchemy as sa

from warehouse import security
from warehouse.discovery import forms
from warehouse.tables import metadata

ABSENT = sa.text("SELECT t FROM unnest(cast(:tables AS text[])) t WHERE to_regclass(t) IS NULL")


def star() -> list[str]:
    """Every fact and rollup table that the declarations ask for."""
    return [f"{kind}_{name}" for name in forms() for kind in ("fact", "rollup")]


def lacking(connection: sa.Connection) -> list[str]:
    """Those of them that a database does not have."""
    return sorted(connection.scalars(ABSENT, {"tables": star()}))


def lay(connection: sa.Connection) -> list[str]:
    """Create what is lacking, under row security from the start; their names are returned."""
    absent = lacking(connection)
    metadata.create_all(connection, [metadata.tables[name] for name in absent])
    for name in absent:
        for statement in security.secure(name):
            connection.execute(sa.text(statement))
    return absent
