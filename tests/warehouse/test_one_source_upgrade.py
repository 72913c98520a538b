"""An installation in which the flow still asked for numbers twice goes on after the upgrade: its rows stay and new ones come."""

from __future__ import annotations

from alembic import command

from tests.conftest import Database
from warehouse import migrate, roles

FLOW = ("start", "readmitted", "transferred_in", "other_in", "completed", "dropped_out", "cancelled", "suspended", "transferred_out", "died", "other_out")  # fmt: skip
KEPT = {name: n for n, name in enumerate(FLOW, start=100)}
DOUBLES = {"entered": 40, "graduated": 30, "end": 310}


def test_what_a_school_reported_of_its_flow_outlives_the_columns_asked_twice(
    empty_database: Database,
) -> None:
    with migrate._connect(empty_database.owner_url) as connection:
        command.upgrade(migrate._config(connection), "0018")
        connection.commit()
    with roles.connect(empty_database.owner_url) as connection:
        connection.execute(
            "CREATE TABLE fact_flow_2024 PARTITION OF fact_flow FOR VALUES IN (2024)"
        )
        columns = {
            "year": 2024, "school_id": 7, "submission_id": 1, "sheet_row": 7, "basis": 1, "first_load": 1,
            "last_load": 2**31 - 1, "path": [430000, 430102, 7], **KEPT, **DOUBLES,
        }  # fmt: skip
        names = ", ".join(f'"{name}"' for name in columns)
        places = ", ".join(["%s"] * len(columns))
        connection.execute(
            f"INSERT INTO fact_flow ({names}) VALUES ({places})", list(columns.values())
        )

    migrate.upgrade(empty_database.owner_url)

    with roles.connect(empty_database.owner_url) as connection:
        found = connection.execute("SELECT * FROM fact_flow")
        assert found.description is not None
        heads = [column.name for column in found.description]
        row = dict(zip(heads, found.fetchall()[0], strict=True))
        assert {name: row[name] for name in KEPT} == KEPT
        assert set(DOUBLES).isdisjoint(row)
        for table, doubles in (("rollup_flow", {*DOUBLES}), ("fact_register", {"classes"}), ("rollup_register", {"classes"})):  # fmt: skip
            left = connection.execute(f"SELECT * FROM {table} LIMIT 0").description
            assert left is not None
            assert not doubles & {column.name.split("__")[0] for column in left}
