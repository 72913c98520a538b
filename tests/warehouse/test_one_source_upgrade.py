"""An installation in which forms still asked for numbers twice goes on after the upgrade: what they reported besides stays."""

from __future__ import annotations

from typing import Any

from alembic import command
from psycopg import Connection
from psycopg.rows import TupleRow

from tests.conftest import Database
from warehouse import migrate, roles

FLOW = ("start", "readmitted", "transferred_in", "other_in", "completed", "dropped_out", "cancelled", "suspended", "transferred_out", "died", "other_out")  # fmt: skip
KEPT = {name: n for n, name in enumerate(FLOW, start=100)}
DOUBLES = {"entered": 40, "graduated": 30, "end": 310}
ROW = {
    "year": 2024, "school_id": 7, "submission_id": 1, "sheet_row": 7, "basis": 1, "first_load": 1,
    "last_load": 2**31 - 1, "path": [430000, 430102, 7],
}  # fmt: skip
GONE = {
    name: n
    for n, name in enumerate(
        ("employed", "self_employed", "enlisted", "further_study", "flexible", "unsettled", "matched", "in_prefecture", "in_province",
         "other_province", "abroad", "contract_year", "social_insurance", "pay_known", "pay_total"), start=1,
    )
}  # fmt: skip


def _put(connection: Connection[TupleRow], table: str, row: dict[str, Any]) -> None:
    connection.execute(f"CREATE TABLE {table}_2024 PARTITION OF {table} FOR VALUES IN (2024)")
    names = ", ".join(f'"{name}"' for name in row)
    places = ", ".join(["%s"] * len(row))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))


def _only(connection: Connection[TupleRow], table: str) -> dict[str, Any]:
    found = connection.execute(f"SELECT * FROM {table}")
    assert found.description is not None
    heads = [column.name for column in found.description]
    (row,) = found.fetchall()
    return dict(zip(heads, row, strict=True))


def _columns(connection: Connection[TupleRow], table: str) -> set[str]:
    found = connection.execute(f"SELECT * FROM {table} LIMIT 0").description
    assert found is not None
    return {column.name.split("__")[0] for column in found}


def test_what_a_school_reported_outlives_the_columns_asked_twice(
    empty_database: Database,
) -> None:
    with migrate._connect(empty_database.owner_url) as connection:
        command.upgrade(migrate._config(connection), "0018")
        connection.commit()
    with roles.connect(empty_database.owner_url) as connection:
        _put(connection, "fact_flow", ROW | KEPT | DOUBLES)
        _put(connection, "fact_destination", ROW | {"specialty": "720201", "graduates": 21} | GONE)

    migrate.upgrade(empty_database.owner_url)

    with roles.connect(empty_database.owner_url) as connection:
        flow, destination = _only(connection, "fact_flow"), _only(connection, "fact_destination")
        assert {name: flow[name] for name in KEPT} == KEPT
        assert {name: destination[name] for name in GONE} == GONE
        assert set(DOUBLES).isdisjoint(flow)
        assert "graduates" not in destination
        for form, doubles in (("flow", {*DOUBLES}), ("register", {"classes"}), ("destination", {"graduates"})):  # fmt: skip
            for kind in ("fact", "rollup"):
                assert not doubles & _columns(connection, f"{kind}_{form}")
