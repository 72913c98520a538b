"""Open work of an account, and its hand-over to another of the same place and role.

A table that holds open work says so in its migration, in one row of `open_work`: its name, the column of the login, what it is called,
and which rows are open. The owner's functions do the rest, within the scope of the system administrator who asks.
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from warehouse.account_tables import open_work
from warehouse.account_tree import AccountRefused
from warehouse.store import Reader, Writer
from warehouse.text import Text


class Open(NamedTuple):
    """How much of one kind of work is open."""

    what: Text
    number: int


def work_of(reader: Reader, login: str) -> list[Open]:
    """What an account has begun and not finished, of every kind there is."""
    words = {
        row.name: Text(row.words_zh, row.words_en) for row in reader.rows(sa.select(open_work))
    }
    counted = reader.rows(sa.text("SELECT name, number FROM open_work_of(:login)"), login=login)
    return [Open(words[row.name], row.number) for row in counted]


def hand_over(writer: Writer, before: str, after: str) -> int:
    """Give open work to another account of the same place and role; how many things it was."""
    statement = sa.text("SELECT hand_over(:before, :after)")
    try:
        return int(writer.rows(statement, before=before, after=after)[0][0])
    except sa.exc.ProgrammingError as error:
        raise AccountRefused(
            "只能移交给本级及下级同一单位、同一角色的在用账号。",
            "Work is handed over to an account in use of the same unit and role, within your scope.",
        ) from error
