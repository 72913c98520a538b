"""The machine's own baselines: what the server does with the same rows when nobody checks or adds them up."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from warehouse import roles
from warehouse.discovery import form, forms
from warehouse.embedded import Server
from warehouse.parts import parts
from warehouse.scope import Scope
from warehouse.tables import FOR_EVER


@dataclass(frozen=True)
class Yard:
    """The server of the bench, entered as its administrator."""

    server: Server

    @contextmanager
    def entered(self) -> Iterator[psycopg.Connection]:
        url = roles.with_database(self.server.admin_url, "zhijian")
        with roles.connect(url) as connection:
            yield connection

    def version(self) -> str:
        with self.entered() as connection:
            return str(connection.info.parameter_status("server_version"))

    def processor_seconds(self) -> float:
        """Processor time of the server and all its processes until now, those that have ended included (Linux)."""
        keeper = int((self.server.data / "postmaster.pid").read_text().split()[0])
        while True:
            known = _children(keeper)
            with suppress(OSError):
                ticks = [
                    *_ticks(keeper, ended=True),
                    *(t for child in known for t in _ticks(child)),
                ]
                if _children(keeper) == known:  # else one ended meanwhile, and was counted nowhere
                    return sum(ticks) / os.sysconf("SC_CLK_TCK")

    def write_out(self, names: Sequence[str], year: int) -> None:
        """The facts of a year as files of the server's own."""
        with self.entered() as connection:
            for name in names:
                ask(connection, f"COPY (SELECT * FROM fact_{name} WHERE year = {year}) TO '{self._file(name)}' (FORMAT csv)")  # fmt: skip

    def copy_and_index(self, names: Sequence[str]) -> float:
        """Seconds for COPY into unindexed copies followed by the index of each fact table's key."""
        with self.entered() as connection:
            return sum(_copied(connection, f"fact_{name}", self._file(name), [_key(name)]) for name in names)  # fmt: skip

    def copy_all_and_index(self, names: Sequence[str], year: int) -> float:
        """Seconds for COPY of every row that a load of these forms left behind into unindexed copies, followed by the indexes of the originals.

        Facts and rollups, those of derived forms among them, and what the ledger and the chain keep of each submission; one after the other.
        """
        took = 0.0
        with self.entered() as connection:
            for table, rows in _left(connection, names, year):
                file = self._file(table)
                ask(connection, f"COPY (SELECT * FROM {table} WHERE {rows}) TO '{file}' (FORMAT csv)")  # fmt: skip
                took += _copied(connection, table, file, _indexes(connection, table))
                Path(file).unlink()
        return took

    def _file(self, name: str) -> str:
        return str(self.server.data / f"bench_{name}.csv")

    def forget(self, names: Sequence[str], year: int) -> None:
        """Make a year one that nobody has reported: for the forms, and for what is derived from them."""
        with self.entered() as connection:
            # steps of the chain are only ever added: the administrator of a bench may pass over that
            ask(connection, "SET session_replication_role = replica")
            for name in [*names, *_derived()]:
                for kind in ("fact", "rollup"):
                    ask(connection, f"DROP TABLE IF EXISTS {kind}_{name}_{year}")
                if form(name).school_cuts:
                    ask(connection, f"DELETE FROM specialty_count WHERE year = {year}")
                for table in (
                    "step",
                    "standing",
                    "standing_count",
                    "submission",
                    "submission_count",
                ):
                    ask(connection, f"DELETE FROM {table} WHERE form = '{name}' AND year = {year}")
            ask(
                connection,
                "VACUUM ANALYZE step, standing, standing_count, submission, submission_count",
            )

    def times_ten(self, years: list[int]) -> int:
        """Nine older versions beside every fact of students: ten times the rows at the same keys; rows now."""
        columns = [c.name for c in form("enrolment").columns.values()]
        listed = ", ".join(["year", "school_id", *columns, "submission_id", "sheet_row", "basis", "path"])  # fmt: skip
        with self.entered() as connection:
            for year in years:
                ask(connection, f"INSERT INTO fact_enrolment ({listed}, first_load, last_load) SELECT {listed}, -n, 1 - n "
                    f"FROM fact_enrolment, generate_series(1, 9) n WHERE year = {year} AND last_load = {FOR_EVER}")  # fmt: skip
                ask(connection, f"VACUUM ANALYZE fact_enrolment_{year}")
            ask(connection, "CHECKPOINT")  # else its writing goes on while pages are measured
            found = connection.execute("SELECT count(*) FROM fact_enrolment").fetchone()
        return int(found[0]) if found else 0

    def times_one(self, years: list[int]) -> None:
        """Take the older versions away again."""
        with self.entered() as connection:
            for year in years:
                ask(connection, f"DELETE FROM fact_enrolment WHERE year = {year} AND first_load < 0")  # fmt: skip
                ask(connection, f"VACUUM FULL ANALYZE fact_enrolment_{year}")
            ask(connection, "CHECKPOINT")


def _derived() -> list[str]:
    """The forms whose rows follow from what others hand in."""
    return [name for name, one in forms().items() if hasattr(one, "needs") or parts(one)]


def _left(
    connection: psycopg.Connection, names: Sequence[str], year: int
) -> Iterator[tuple[str, str]]:
    """The tables that a load of these forms wrote to, each with the condition of its rows."""
    whole = [f"{kind}_{name}_{year}" for name in [*names, *_derived()] for kind in ("fact", "rollup")]  # fmt: skip
    there = connection.execute(
        "SELECT relname FROM pg_class WHERE relname = ANY (%s) AND relkind = 'r'", [whole]
    )
    yield from ((table, "true") for (table,) in there.fetchall())
    listed = ", ".join(f"'{name}'" for name in names)
    for table in ("submission", "step", "standing"):
        yield table, f"year = {year} AND form IN ({listed})"
    if any(form(name).school_cuts for name in names):
        yield "specialty_count", f"year = {year}"


def _key(name: str) -> str:
    keys = "".join(f'"{column.name}", ' for column in form(name).grain())
    return f"CREATE UNIQUE INDEX ON copied (year, school_id, {keys}basis, last_load)"


def _indexes(connection: psycopg.Connection, table: str) -> list[str]:
    """The statements that index the copy of a table as the table is indexed."""
    found = connection.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [table])
    return [re.sub(r"INDEX \S+ ON \S+", "INDEX ON copied", said) for (said,) in found.fetchall()]


def _copied(connection: psycopg.Connection, table: str, file: str, indexes: Sequence[str]) -> float:
    """Seconds for COPY of a file into an unindexed copy of a table, and for its indexes."""
    ask(connection, "DROP TABLE IF EXISTS copied")
    ask(connection, f"CREATE TABLE copied (LIKE {table})")
    start = time.perf_counter()
    ask(connection, f"COPY copied FROM '{file}' (FORMAT csv)")
    for statement in indexes:
        ask(connection, statement)
    took = time.perf_counter() - start
    ask(connection, "DROP TABLE copied")
    return took


def _fields(stat: Path) -> list[str]:
    """What follows the name of a process in /proc/N/stat: state, parent, ..."""
    return stat.read_text().rsplit(")", 1)[1].split()


def _children(process: int) -> set[int]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(_fields(stat)[1]) == process:
                found.add(int(stat.parent.name))
    return found


def _ticks(process: int, *, ended: bool = False) -> list[int]:
    """User and system ticks of a process; with `ended` also those of its children that have ended."""
    fields = _fields(Path(f"/proc/{process}/stat"))
    return [int(each) for each in fields[11 : 15 if ended else 13]]


def ask(connection: psycopg.Connection, statement: str) -> None:
    connection.execute(statement.encode())


PANEL = """
SELECT e.place_id, e.students, s.persons, c.met_all, c.eligible, d.due, e.units
FROM (SELECT place_id, sum(students)::bigint AS students, sum(units)::bigint AS units FROM rollup_enrolment
      WHERE year = %(year)s AND place_id = ANY (%(places)s) AND cut = '' AND boundary IN ('now', 'both')
        AND basis IN (1, 3) AND first_load <= %(load)s AND last_load > %(load)s GROUP BY 1) e
LEFT JOIN (SELECT place_id, sum(persons)::bigint AS persons FROM rollup_staff
      WHERE year = %(year)s AND place_id = ANY (%(places)s) AND cut = 'staff_type' AND member = 'full_time'
        AND boundary IN ('now', 'both') AND basis IN (1, 3) AND first_load <= %(load)s AND last_load > %(load)s GROUP BY 1) s USING (place_id)
LEFT JOIN (SELECT place_id, sum(met_all)::bigint AS met_all, sum(eligible)::bigint AS eligible FROM rollup_conditions
      WHERE year = %(year)s AND place_id = ANY (%(places)s) AND cut = '' AND boundary IN ('now', 'both')
        AND basis IN (1, 3) AND first_load <= %(load)s AND last_load > %(load)s GROUP BY 1) c USING (place_id)
LEFT JOIN (SELECT place_id, sum(due)::bigint AS due FROM rollup_roster
      WHERE year = %(year)s AND place_id = ANY (%(places)s) AND cut = '' AND boundary IN ('now', 'both')
        AND basis IN (1, 3) AND first_load <= %(load)s AND last_load > %(load)s GROUP BY 1) d USING (place_id)
"""
"""Students, teachers, schools meeting every limit, and coverage of some places: as one writes it by hand."""


@contextmanager
def reading(url: str, scope: Scope) -> Iterator[psycopg.Connection]:
    """A connection as the web role with the settings of a scope, for queries written by hand."""
    with psycopg.connect(url, autocommit=True, prepare_threshold=1) as connection:
        for name, value in scope.settings().items():
            connection.execute("SELECT set_config(%s, %s, false)", [name, value])
        yield connection


def by_hand(connection: psycopg.Connection, places: list[int], year: int) -> int:
    """Rows of the panel."""
    return len(connection.execute(PANEL, {"places": places, "year": year, "load": FOR_EVER - 1}).fetchall())  # fmt: skip
