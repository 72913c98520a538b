"""The one place that executes SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import orjson
import polars as pl
import sqlalchemy as sa
from psycopg import RawCursor
from sqlalchemy.dialects import postgresql

from warehouse.errors import WarehouseUnavailable
from warehouse.form import Form
from warehouse.frames import csv_options, csv_slices, quoted, unnested
from warehouse.ladder import Ladder
from warehouse.places import NATION
from warehouse.roles import WEB, WORKER, with_role
from warehouse.scope import Scope
from warehouse.tables import account, ladder, load, load_log, place, setting
from warehouse.trail import Line, hash_of
from warehouse.trail import write as write_line

if TYPE_CHECKING:
    from warehouse.ledger import Batch, Recorded

T = TypeVar("T")
LADDER = "ladder"  # the name under which the laying of the ladder is counted in `load`
# A reader's statements are few and find their rows by key: to plan them anew, or to start a process that helps, costs more than to run them.
_READING = {"plan_cache_mode": "force_generic_plan", "max_parallel_workers_per_gather": "0"}
SESSION = {WEB: {"jit": "off", **_READING}, WORKER: {"jit": "off"}}
_DIALECT = postgresql.psycopg.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
_PLACEHOLDER = re.compile(r"%\((\w+)\)s|%%")


@dataclass(frozen=True)
class Compiled:
    """A statement in the server's own words, made once and run many times: `names` say what stands for $1, $2, ...

    `values` are those bound in it. The driver has nothing left to read in it, which it would do anew each time for a long one.
    """

    text: bytes
    names: tuple[str, ...]
    values: Mapping[str, Any]


def compiled(statement: sa.SelectBase) -> Compiled:
    """A statement whose words do not change from one reading to the next."""
    made = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    numbers: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        name = found[1]
        return f"${numbers.setdefault(name, len(numbers) + 1)}" if name else "%"

    text = _PLACEHOLDER.sub(numbered, str(made)).encode()
    values = {name: value for name, value in made.params.items() if value is not None}
    return Compiled(text, tuple(numbers), values)


# The driver reads arrays of numbers itself; SQLAlchemy would take each of them apart once more.
PLACES = compiled(
    sa.select(
        *(place.c[name] for name in
          ("place_id", "rung", "code", "name_zh", "short_zh", "name_en", "pinyin", "initials", "unit_kind", "in_statistics", "first_year", "last_year", "path"))
    )
)  # fmt: skip
EDGES = compiled(sa.select(*(ladder.c[name] for name in ("year", "place_id", "parent_then", "parent_now"))))  # fmt: skip
_SAID = ("reader", "scope", "region", "published", "nation", "office")
_SETTINGS = compiled(
    sa.select(
        *(
            sa.func.set_config(sa.literal_column(f"'app.{name}'"), sa.bindparam(name, type_=sa.Text), sa.true())
            for name in _SAID
        )
    )
)  # fmt: skip
_LOOK = Compiled(b"SELECT * FROM look($1, $2, $3, $4, $5, $6, $7::int[])", (*_SAID, "places"), {})
_LOADS = compiled(
    sa.select(load.c.form, load.c.place_id, load.c.number).where(
        load.c.place_id == sa.any_(sa.bindparam("places", type_=sa.ARRAY(sa.Integer)))
    )
)

_GRANTED = sa.select(account).where(account.c.role != "", account.c.ended_at.is_(None))

_LOADS_AT = (
    sa.select(load_log.c.form, sa.func.max(load_log.c.number).label("number"))
    .where(load_log.c.recorded_at <= sa.bindparam("moment"))
    .group_by(load_log.c.form)
)


INTERRUPT_S = 5.0  # for the server to take the wish


@dataclass(frozen=True)
class Reader:
    """One read-only transaction: everything read through it belongs to one state of the warehouse."""

    connection: sa.Connection
    _known: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, what: Hashable, read: Callable[[], T]) -> T:
        """What several parts of a page ask for, read for the first of them: the transaction sees one state. Nobody changes what it is given."""
        if what not in self._known:
            self._known[what] = read()
        found: T = self._known[what]
        return found

    def rows(self, statement: sa.Executable | Compiled, **values: Any) -> Sequence[Any]:  # noqa: ANN401 - bind values
        """Rows of a statement; a compiled one goes to the driver as it is and comes back as plain tuples."""
        if isinstance(statement, Compiled):
            given = {**statement.values, **values}
            cursor = RawCursor(self._driver())
            given_in_order = [given[name] for name in statement.names]
            cursor.execute(statement.text, given_in_order, prepare=True)  # it will be asked again
            return cursor.fetchall()
        return self.connection.execute(statement, values).fetchall()

    def _driver(self) -> Any:  # noqa: ANN401 - psycopg's own connection
        return self.connection.connection.driver_connection

    def interrupt(self) -> None:
        """End the statement that is running, from another thread; nothing where none is."""
        self._driver().cancel_safe(timeout=INTERRUPT_S)

    def frame(self, statement: sa.Executable, **values: Any) -> pl.DataFrame:  # noqa: ANN401 - bind values
        result = self.connection.execute(statement, values)
        names, rows = list(result.keys()), result.fetchall()
        columns = zip(*rows, strict=True) if rows else [()] * len(names)
        return pl.DataFrame(dict(zip(names, columns, strict=True)))

    def bulk(self, statement: sa.Select[Any]) -> pl.DataFrame:
        """The same for many rows: the server hands over whole columns, for the driver spends more on each row than the server does.

        Columns are what JSON tells: numbers, texts, truth; a date is its text.
        """
        asked = statement.subquery()
        whole = (sa.func.array_to_json(sa.func.array_agg(column)) for column in asked.c)
        columns = self.rows(sa.select(*(sa.cast(each, sa.Text) for each in whole)))[0]
        return pl.DataFrame({
            column.name: orjson.loads(told or "[]") for column, told in zip(asked.c, columns, strict=True)
        }, infer_schema_length=None)  # fmt: skip

    def loads(self, places: Sequence[int]) -> dict[int, dict[str, int]]:
        """The load number of every form at each place: place_id -> form -> number."""
        return _by_place(places, self.rows(_LOADS, places=list(places)))

    def loads_at(self, places: Sequence[int], moment: datetime) -> dict[int, dict[str, int]]:
        """The load number of every form as it stood at a moment; the same for every place."""
        reached = {row.form: row.number for row in self.rows(_LOADS_AT, moment=moment)}
        return {place_id: dict(reached) for place_id in places}


@dataclass(frozen=True)
class Writer(Reader):
    """One writing transaction."""

    def once(self, what: Hashable, read: Callable[[], T]) -> T:  # noqa: ARG002 - what it writes itself may change what it reads
        return read()

    def run(self, statement: sa.Executable | str, **values: Any) -> int:  # noqa: ANN401 - bind values
        """Execute; the number of rows touched is returned."""
        text = sa.text(statement) if isinstance(statement, str) else statement
        return self.connection.execute(text, values).rowcount

    def scalar(self, statement: sa.Executable | str, **values: Any) -> Any:  # noqa: ANN401 - any column
        text = sa.text(statement) if isinstance(statement, str) else statement
        return self.connection.execute(text, values).scalar()

    @contextmanager
    def beside(self) -> Iterator[Writer]:
        """A transaction of its own on a second connection: for what nobody can read until this one attaches it."""
        with self.connection.engine.begin() as connection:
            yield Writer(connection)

    @contextmanager
    def as_worker(self) -> Iterator[Writer]:
        """Within the same transaction as the worker, for what a reader's deed moves and the reader himself may not write."""
        before = self.scalar("SELECT current_setting('role')")
        self.run(f"SET LOCAL ROLE {WORKER}")
        yield self
        self.run(
            f"SET LOCAL ROLE {before}"
        )  # after an error the whole transaction is undone, and this with it

    def copy(self, table: str, frame: pl.DataFrame, *, options: str = "") -> None:
        """COPY a frame into a table whose columns bear the same names. Lists become arrays."""
        cursor = self._driver().cursor()
        with cursor.copy(
            f"COPY {table} ({quoted(frame.columns)}) FROM STDIN (FORMAT csv{csv_options(frame)}{options})"
        ) as copy:
            for lines in csv_slices(frame):
                copy.write(lines)

    def insert(self, table: str, frame: pl.DataFrame) -> int:
        """Insert a frame by one statement: COPY itself is not allowed where row security stands."""
        if frame.is_empty():
            return 0
        listed, source, values = unnested(frame)
        statement = f"INSERT INTO {table} ({quoted(frame.columns)}) SELECT {listed} FROM {source}"
        return self.run(statement, **values)


class State(NamedTuple):
    """What a page of some places is drawn from, and what its reader was told: load numbers by place and form, unread notices."""

    loads: dict[int, dict[str, int]]
    unread: int


def _by_place(places: Iterable[int], rows: Iterable[Any]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {place_id: {} for place_id in places}
    for form, place_id, number in rows:
        found[place_id][form] = number
    return found


def enter(connection: sa.Connection, scope: Scope) -> None:
    """Tell row security, for this transaction, who reads and how far."""
    Reader(connection).rows(_SETTINGS, **_said(scope))


def _said(scope: Scope) -> dict[str, str]:
    return {name.removeprefix("app."): value for name, value in scope.settings().items()}


def _look(reader: Reader, scope: Scope, places: Sequence[int]) -> State:
    """The same, and what stands at these places for this reader."""
    *loads, (_, _, unread) = reader.rows(_LOOK, places=list(places), **_said(scope))
    return State(_by_place(places, loads), unread)


class Warehouse:
    """A warehouse as one of its roles sees it, behind one pool of connections."""

    def __init__(self, url: str, role: str = WEB, *, pool_size: int = 8) -> None:
        self.role = role
        self.ladder_load = 0
        self.engine = sa.create_engine(
            with_role(url, role, **SESSION[role]), pool_size=pool_size, max_overflow=4, pool_pre_ping=False,
            hide_parameters=True,  # an error tells its statement, never whose values stood in it
            connect_args={"prepare_threshold": 2, "autocommit": False},
        )  # fmt: skip
        self._reading = self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def reading(self, scope: Scope) -> Iterator[Reader]:
        """A read-only transaction that sees what this scope may see."""
        with self._begun() as connection:
            enter(connection, scope)
            yield Reader(connection)

    @contextmanager
    def opening(self, scope: Scope, places: Sequence[int]) -> Iterator[tuple[Reader, State]]:
        """The same, with what stands at some places: asked for in one statement."""
        with self._begun() as connection:
            reader = Reader(connection)
            yield reader, _look(reader, scope, places)

    def glance(self, scope: Scope, places: Sequence[int]) -> State:
        """What stands at some places, asked for without a transaction around it."""
        with self._connected(self._alone) as connection:
            return _look(Reader(connection), scope, places)

    @contextmanager
    def _begun(self) -> Iterator[sa.Connection]:
        with self._connected(self._reading) as connection:
            connection.begin()  # said here, for statements that go to the driver begin nothing by themselves
            yield connection
            connection.commit()  # nothing was written; a rollback would make the driver forget what it prepared

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """A writing transaction, in the worker unless row security lets it: committed when the block ends well."""
        with self._connected(self.engine) as connection, connection.begin():
            yield Writer(connection)

    @contextmanager
    def _connected(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        try:
            connection = engine.connect()
        except sa.exc.OperationalError as error:
            raise WarehouseUnavailable(
                f"连不上仓库：{error.orig}。用 zhijian doctor 查看原因。",
                f"The warehouse cannot be reached: {error.orig}. Run zhijian doctor.",
            ) from error
        with connection:
            yield connection

    def everything(self) -> Scope:
        """The scope of the system itself, for places and calendar, never for a reader's figures."""
        return Scope("system", NATION, "published", ())

    @cached_property
    def ladder(self) -> Ladder:
        """Places and reporting units, read once; `refresh()` reads them again."""
        with self.reading(self.everything()) as reader:
            self.ladder_load = reader.loads([NATION])[NATION].get(LADDER, 0)
            return Ladder.read(reader.rows(PLACES), reader.rows(EDGES))

    def refresh(self) -> None:
        self.__dict__.pop("ladder", None)

    def scope(self, reader: str, place_id: int, depth: Any = "records", office: str = "") -> Scope:  # noqa: ANN401 - Depth from an account row
        return Scope.of(self.ladder, reader, place_id, depth, office)

    def settings(self) -> dict[str, str]:
        """The warehouse's own settings: whether it is synthetic, which day is today."""
        with self.reading(self.everything()) as reader:
            return {row.name: row.value for row in reader.rows(sa.select(setting))}

    def set(self, name: str, value: str) -> None:
        """Write a setting of the installation itself; its line in the trail holds the hash it is checked against."""
        with self.writing() as writer:
            writer.run(
                "INSERT INTO setting VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                name=name, value=value,
            )  # fmt: skip
            detail = {"after": hash_of(value)}
            write_line(writer, Line(login="system", address="", event="set", object=name, succeeded=True, detail=detail))  # fmt: skip

    def account(self, login: str) -> Mapping[str, Any] | None:
        """The account of that login, for the sign-in to check. One that has no role yet, or no longer, signs in nowhere."""
        with self._connected(self._reading) as connection:
            connection.execute(sa.select(sa.func.set_config("app.login", login, sa.true())))
            row = connection.execute(_GRANTED.where(account.c.login == login)).mappings().first()
            return dict(row) if row else None

    def keep_account(self, **values: Any) -> None:  # noqa: ANN401 - columns of account
        """Create or replace an account."""
        with self.writing() as writer:
            writer.run(sa.delete(account).where(account.c.login == values["login"]))
            writer.run(sa.insert(account).values(**values))

    @contextmanager
    def acting(self, scope: Scope) -> Iterator[Writer]:
        """A writing transaction of a reader: row security decides what it may touch."""
        with self.writing() as writer:
            enter(writer.connection, scope)
            yield writer

    def note(self, line: Line) -> None:
        """Write one line of the audit trail in a transaction of its own: for what was refused."""
        with self.writing() as writer:
            write_line(writer, line)

    def record(self, batch: Batch, *, fresh: bool = False) -> Recorded:
        """Take a batch into ledger, facts, rollups and derived forms in one transaction."""
        from warehouse.record import record

        with self.writing() as writer:
            return record(writer, batch, fresh=fresh)

    def gather(self, form: type[Form], year: int) -> int | None:
        """Bring a form that is handed in by parts up to them; the load, or None where nothing was new."""
        from warehouse.record import gather

        with self.writing() as writer:
            return gather(writer, form, year)

    def is_fresh(self, form: str, year: int) -> bool:
        """Whether nobody has reported this form for this year yet."""
        with self.writing() as writer:
            return bool(
                writer.scalar("SELECT is_fresh(:parent, :year)", parent=f"fact_{form}", year=year)
            )

    def context(self, form: type[Form], year: int, schools: Sequence[int]) -> pl.DataFrame:
        """school_id and one column for each name in form.refers: numbers of other forms and years, or null."""
        from warehouse.totals import context

        with self.writing() as writer:
            return context(writer, form, year, schools)

    def directory(self, year: int) -> pl.DataFrame:
        """The units due in a year (see warehouse.units.directory)."""
        from warehouse.units import directory

        with self.reading(self.everything()) as reader:
            return directory(reader, year)

    def close(self) -> None:
        self.engine.dispose()


def open_worker(url: str) -> Warehouse:
    """The warehouse as the worker sees it."""
    return Warehouse(url, WORKER, pool_size=4)
