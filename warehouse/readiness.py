"""Whether a warehouse can serve: it answers, and stands at the schema this program was written for."""

from __future__ import annotations

import sqlalchemy as sa

from warehouse import declared, migrate
from warehouse.errors import WarehouseUnavailable
from warehouse.store import Reader, Warehouse

SILENT_S = 60  # a worker says every few seconds that it lives
NEEDED = ("database", "schema")  # without a worker pages are still read; what is handed in waits
_SILENCE = sa.select(sa.func.worker_silent_for())
_VERSION = sa.text("SELECT version_num FROM alembic_version")


def readiness(warehouse: Warehouse) -> dict[str, bool]:
    """What is as it should be, each by its name. Readers may be sent here when all of `NEEDED` is."""
    try:
        with warehouse.reading(warehouse.everything()) as reader:
            if not _is_newest(reader):
                return {"database": True, "schema": False, "worker": False}
            ((silent,),) = reader.rows(_SILENCE)
    except WarehouseUnavailable:
        return dict.fromkeys(("database", "schema", "worker"), False)
    except sa.exc.DBAPIError as error:
        return {"database": not error.connection_invalidated, "schema": False, "worker": False}
    return {"database": True, "schema": True, "worker": silent is not None and silent < SILENT_S}


def _is_newest(reader: Reader) -> bool:
    """Whether its revision is the newest and no declared form lacks its tables."""
    if [row.version_num for row in reader.rows(_VERSION)] != [migrate.head()]:
        return False
    return not reader.rows(declared.ABSENT, tables=declared.star())
