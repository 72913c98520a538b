"""Numbers that a form shows but does not ask for: they belong to another form and stand locked among its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.discovery import form as named
from warehouse.form import Column, Form
from warehouse.shown import Shown
from warehouse.text import Text


@dataclass(frozen=True, kw_only=True)
class Locked:
    """One of them, under the name by which the form's rules speak of it; `column` is its owner's."""

    name: str
    total: Shown

    @property
    def owner(self) -> type[Form]:
        return named(self.total.form)

    @property
    def column(self) -> Column:
        return self.owner.columns[self.total.measure]

    @property
    def rule(self) -> str:
        """What the rule is called that a file which carries another number breaks."""
        return f"{self.name}_belongs_to_{self.owner.name}"

    @property
    def label(self) -> Text:
        return self.total.label if self.total.label.zh else self.column.label

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header by which a file may still carry it."""
        return (self.label.zh, self.label.en, self.name, *self.total.aliases)

    def of(self, given: Mapping[str, Any], row: Mapping[str, Any]) -> int | None:
        """The number that stands in a row. `given` is the school's line of warehouse.totals.context; None while the owner is not in.

        0 where the owner is in and has no row of this row's key.
        """
        number = given.get(self.name)
        if number is None or not self.total.by:
            return number
        return next((one["value"] for one in number if one["key"] == row.get(self.total.by)), 0)


def locked(form: type[Form]) -> dict[str, Locked]:
    """What stands locked among a form's columns, by name."""
    return {
        name: Locked(name=name, total=total)
        for name, total in form.refers.items()
        if isinstance(total, Shown)
    }


def keyed(form: type[Form]) -> dict[str, Locked]:
    """Those of which each row shows its own."""
    return {name: one for name, one in locked(form).items() if one.total.by}


def laid(form: type[Form]) -> dict[str, Column | Locked]:
    """The columns of a form as a person sees them: its own in their order, each locked number behind the one it names."""
    found: dict[str, Column | Locked] = {}
    following: dict[str, list[Locked]] = {}
    for one in locked(form).values():
        following.setdefault(one.total.after, []).append(one)
    for name, column in form.columns.items():
        found[name] = column
        found |= {one.name: one for one in following.get(name, ())}
    return found
