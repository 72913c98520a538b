"""Numbers that a form shows but does not ask for: they belong to another form and stand locked among its columns."""

from __future__ import annotations

from dataclasses import dataclass

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
    def label(self) -> Text:
        return self.total.label if self.total.label.zh else self.column.label

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header by which a file may still carry it."""
        return (self.label.zh, self.label.en, self.name, *self.total.aliases)


def locked(form: type[Form]) -> dict[str, Locked]:
    """What stands locked among a form's columns, by name."""
    return {
        name: Locked(name=name, total=total)
        for name, total in form.refers.items()
        if isinstance(total, Shown)
    }


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
