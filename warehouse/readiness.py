"""Whether a warehouse can serve: it answers, and stands at the schema this program was written for."""

from __future__ import annotations

import sqlalchemy as sa

from warehouse import migrate
from warehouse.errors import WarehouseUnavailable
from warehouse.store import Warehouse

_VERSION = sa.text("SELECT version_num FROM alembic_version")


def readiness(warehouse: Warehouse) -> dict[str, bool]:
    """What has to be true before readers may be sent here, each by its name."""
    try:
        with warehouse.reading(warehouse.everything()) as reader:
            stands = [row.version_num for row in reader.rows(_VERSION)]
    except WarehouseUnavailable:
        return {"database": False, "schema": False}
    except sa.exc.DBAPIError as error:
        return {"database": not error.connection_invalidated, "schema": False}
    return {"database": True, "schema": stands == [migrate.head()]}
