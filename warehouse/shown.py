"""Shown: a number of another form that stands, filled in and locked, among a form's columns."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.errors import DeclarationError
from warehouse.form import UNSAID, Form, Part, Total
from warehouse.text import Text


@dataclass(frozen=True, kw_only=True)
class Shown(Total):
    """It stands behind the column `after`, under its owner's label unless it has one of its own (a total of what the owner asks by parts).

    In a form of one row it is the school's number. With `by`, a key that both forms have, each row shows what the owner's rows of
    the same key add up to. `aliases` are headers under which files may still carry it.
    """

    after: str
    by: str = ""
    label: Text = UNSAID
    aliases: tuple[str, ...] = ()


def check_shown(form: type[Form], name: str, one: Shown, owner: type[Form]) -> None:
    """A column to stand behind, and rows that each have a number of their own: none or the whole of it would be told twice."""
    if one.after not in form.columns:
        raise DeclarationError(
            f"{form.name}.{name}：锁定的数要放在某一列之后，没有列 {one.after}",
            f"{form.name}.{name}: a locked number stands behind a column, and there is no {one.after}",
        )
    if [key.name for key in form.grain()] != ([one.by] if one.by else []):
        raise DeclarationError(
            f"{form.name}.{name}：锁定的数只能放在单行表中，或按本表唯一的关键列（by）取数",
            f"{form.name}.{name}: a locked number stands in a form of one row, or goes by the only key of its form (by)",
        )
    if one.by and not _is_shared(form, owner, one):
        raise DeclarationError(
            f"{form.name}.{name}：{owner.name} 没有同一代码表的关键列 {one.by}，或者已限定了汇总维度",
            f"{form.name}.{name}: {owner.name} has no key {one.by} of the same codes, or a cut is named as well",
        )


def _is_shared(form: type[Form], owner: type[Form], one: Shown) -> bool:
    theirs, ours = owner.columns.get(one.by), form.columns[one.by]
    return theirs is not None and theirs.part is Part.KEY and theirs.codes == ours.codes and not one.cut  # fmt: skip
