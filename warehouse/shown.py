"""Shown: a number of another form that stands, filled in and locked, among the columns of a form of one row."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.errors import DeclarationError
from warehouse.form import UNSAID, Form, Total
from warehouse.text import Text


@dataclass(frozen=True, kw_only=True)
class Shown(Total):
    """It stands behind the column `after`, under its owner's label unless it has one of its own (a total of what the owner asks by parts).

    `aliases` are headers under which files may still carry it.
    """

    after: str
    label: Text = UNSAID
    aliases: tuple[str, ...] = ()


def check_shown(form: type[Form], name: str, one: Shown) -> None:
    """A column to stand behind, and one row: of several rows none would be the school's."""
    if one.after not in form.columns or form.grain():
        raise DeclarationError(
            f"{form.name}.{name}：锁定的数只能放在单行表的某一列之后，没有列 {one.after}",
            f"{form.name}.{name}: a locked number stands behind a column of a form of one row, not behind {one.after}",
        )
