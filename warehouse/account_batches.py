"""Workbooks of new accounts: all of one are made, or none; what was wrong stays readable to whoever brought it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from warehouse import account_tree
from warehouse.account_tables import account_batch
from warehouse.account_tree import LOGIN_FIELD, PERSON_FIELD, Newcomer
from warehouse.ladder import Ladder
from warehouse.scope import Scope
from warehouse.store import Reader, Writer
from warehouse.text import Text

MOST_FAULTS = 500  # kept of one workbook


class Fault(NamedTuple):
    """What is wrong in one row of the sheet."""

    row: int
    column: Text
    why: Text


@dataclass(frozen=True, kw_only=True)
class Batch:
    batch_id: int
    at: datetime
    file_name: str
    made: list[str]
    faults: list[Fault]


def faults_between(newcomers: Sequence[tuple[int, Newcomer]]) -> list[Fault]:
    """Logins and persons that stand in the workbook twice."""
    first: dict[str, int] = {}
    found = []
    for row, one in newcomers:
        for value, column in ((one.login, LOGIN_FIELD), (one.person, PERSON_FIELD)):
            before = first.setdefault(f"{column.en}/{value}", row)
            if value and before != row:
                why = Text(f"与第 {before} 行相同；一人一号。", f"The same as in row {before}: one person has one account.")  # fmt: skip
                found.append(Fault(row, column, why))
    return found


def check(
    writer: Writer, newcomers: Sequence[tuple[int, Newcomer]], scope: Scope, ladder: Ladder
) -> list[Fault]:
    """Everything that stands against these accounts, in the order of the sheet."""
    known = account_tree.taken(writer, [one for _, one in newcomers])
    found = faults_between(newcomers)
    for row, one in newcomers:
        found += [Fault(row, *each) for each in account_tree.faults(one, scope, ladder)]
        found += [Fault(row, LOGIN_FIELD, why) for why in account_tree.is_taken(one, known)]
    return sorted(found, key=lambda fault: fault.row)


def keep(
    writer: Writer, name: str, by: str, newcomers: Sequence[tuple[int, Newcomer]], faults: Sequence[Fault]
) -> int:  # fmt: skip
    """Make the accounts if nothing is wrong, and write down what became of the workbook; its number."""
    if not faults:
        for _, one in newcomers:
            account_tree.create(writer, one, by)
    told = [(fault.row, *fault.column, *fault.why) for fault in faults[:MOST_FAULTS]]
    statement = (
        sa.insert(account_batch)
        .values(
            login=by, file_name=name[-120:], rows=len(newcomers), faults=told,
            made=[] if faults else [one.login for _, one in newcomers],
        )
        .returning(account_batch.c.batch_id)
    )  # fmt: skip
    return int(writer.rows(statement)[0][0])


def batches(reader: Reader, limit: int) -> list[Batch]:
    """One's own workbooks, the newest first."""
    statement = sa.select(account_batch).order_by(account_batch.c.batch_id.desc()).limit(limit)
    return [_batch(row) for row in reader.rows(statement)]


def batch(reader: Reader, batch_id: int) -> Batch | None:
    """One of one's own workbooks."""
    rows = reader.rows(sa.select(account_batch).where(account_batch.c.batch_id == batch_id))
    return next((_batch(row) for row in rows), None)


def _batch(row: sa.Row[tuple[object, ...]]) -> Batch:
    faults = [Fault(at, Text(*said[:2]), Text(*said[2:])) for at, *said in row.faults]
    return Batch(
        batch_id=row.batch_id, at=row.at, file_name=row.file_name, made=list(row.made), faults=faults
    )  # fmt: skip
