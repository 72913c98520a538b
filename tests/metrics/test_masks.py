"""Sensitive columns: what is shown of them to a role that does not need them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from metrics import compare
from metrics.audience import Audience
from metrics.discovery import metrics
from metrics.plan import plan
from metrics.sheets import Revision, SheetCell, SheetRow, Source, hidden
from warehouse.discovery import forms
from warehouse.form import Secrecy
from warehouse.ladder import Ladder
from warehouse.masks import masked
from warehouse.rights import Right, Role
from warehouse.scope import Scope


@pytest.mark.mlps("M23")
@pytest.mark.parametrize(
    ("value", "shown"),
    [("13800001234", "138***1234"), ("11010119900307001X", "110***001X"), ("chair@example.cn", "c***@example.cn"),
     ("1234567", "1***"), ("", ""), (None, ""), ("  0731-88880000 ", "073***0000")],
)  # fmt: skip
def test_of_a_value_its_ends_are_shown(value: str | None, shown: str) -> None:
    assert masked(value) == shown


def opened(form: str, column: str, key: str) -> Source:
    """A sheet with one row, as its school submitted it."""
    revision = Revision(
        submission_id=1, revision=1, received_at=datetime(2026, 9, 1, tzinfo=UTC), received_by="x", file_name="x", file_hash="x",
        sheet="1", is_current=True, is_refused=False, value=7,
    )  # fmt: skip
    cells = (SheetCell(key, "A", "3"), SheetCell(column, "B", 7), SheetCell(column, "C", None))
    return Source(form, column, 2026, (SheetRow(5, cells),), (revision,))


@pytest.mark.mlps("M12")
@pytest.mark.mlps("M13")
def test_a_sensitive_cell_is_hidden_and_so_is_what_revisions_said() -> None:
    (form, column), *_ = [
        (form.name, column.name) for form in forms().values() for column in form.measures()
        if column.secrecy is Secrecy.SENSITIVE
    ]  # fmt: skip
    key = next(iter(forms()[form].columns))

    shown = hidden(opened(form, column, key))

    assert [cell.value for cell in shown.rows[0].cells] == ["3", "***", None]
    assert shown.revisions[0].value is None


@pytest.mark.mlps("M12")
def test_revisions_compared_hide_it_too() -> None:
    cells = {"phone": compare.Change("0731-1", "0731-2"), "classes": compare.Change(3, 4)}
    found = compare.Comparison("register", (compare.Line((), 7, "changed", cells),))

    shown = compare.hidden(found).lines[0].cells

    assert shown == {"phone": ("***", "***"), "classes": (3, 4)}


def test_other_cells_stay_as_they_were() -> None:
    before = opened("internship", "interns", "grade")

    assert hidden(before) == before


@pytest.mark.mlps("M12")
@pytest.mark.parametrize("role", Role)
def test_only_roles_with_the_right_see_them(role: Role) -> None:
    scope = Scope("reader", 1, "records", ())
    audience = Audience(scope=scope, ladder=Ladder({}, {}), role=role.value)

    assert audience.sees_sensitive == (Right.SEE_SENSITIVE in role.rights)


def test_no_metric_adds_up_a_sensitive_column() -> None:
    """One that did would need a rule in metrics/disclosure/rules.py for roles that may not see it."""
    sensitive = {
        (form.name, column.name) for form in forms().values() for column in form.columns.values()
        if column.secrecy is Secrecy.SENSITIVE
    }  # fmt: skip
    added = {
        (lookup.form, lookup.measure)
        for name in metrics() for year in (2021, 2025) for total in plan(name, year).sums for lookup in total
    }  # fmt: skip

    assert sensitive
    assert not sensitive & added
