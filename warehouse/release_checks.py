"""The checklist of a release: what is still open in a year when its figures are frozen, counted as it stands now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

import polars as pl
import sqlalchemy as sa

from warehouse.board import board
from warehouse.case_rules import State as CaseState
from warehouse.case_tables import case_file
from warehouse.chain_rules import LOCKED, State
from warehouse.flag_tables import flag
from warehouse.places import NATION
from warehouse.store import Reader

Name = Literal["coverage", "unsigned", "jumps", "cases"]
Verdict = Literal["clear", "open"]
# Signals that speak of a school against its own years: students grow, the dual-qualified share jumps, a break in its own years.
JUMPS = ("A9", "A14", "S3")
_SETTLED = [one.value for one in (CaseState.CLOSED, CaseState.WITHDRAWN)]
_EXPLAINED = [one.value for one in (CaseState.EXPLAINED, CaseState.VERIFIED, CaseState.CLOSED)]
_AWAY = [State.MISSING.value, State.APPROVED.value]


@dataclass(frozen=True)
class Check:
    """One line of the checklist: `number` things are open, `of` so many, by province; clear where none is."""

    name: Name
    number: int
    of: int
    by: Mapping[int, int]

    @property
    def verdict(self) -> Verdict:
        return "open" if self.number else "clear"

    def said(self) -> dict[str, Any]:
        """As it is kept with the release."""
        return {**asdict(self), "by": {str(place): number for place, number in self.by.items()}, "verdict": self.verdict}  # fmt: skip


def read(kept: Iterable[Mapping[str, Any]]) -> tuple[Check, ...]:
    """What was kept of a checklist."""
    return tuple(
        Check(one["name"], one["number"], one["of"], {int(place): n for place, n in one["by"].items()})
        for one in kept
    )  # fmt: skip


def is_clear(checks: Iterable[Check]) -> bool:
    return all(one.verdict == "clear" for one in checks)


def counted(reader: Reader, year: int, today: date) -> tuple[Check, ...]:
    """Forms due that are not in, forms that are in and not approved, jumps that nobody has explained, and cases that are open.

    Whoever counts must see the nation's records.
    """
    forms = board(reader, NATION, year, today)
    due, is_in = int(forms["forms"].sum()), pl.col("state").is_in([one.value for one in LOCKED])
    begun = forms.filter(~pl.col("state").is_in(_AWAY))
    return (
        _forms("coverage", forms.filter(~is_in), due),
        _forms("unsigned", begun, due),
        _rows("jumps", reader, _jumps(year, is_open=True), _jumps(year, is_open=False)),
        _rows("cases", reader, _cases(year, is_open=True), _cases(year, is_open=False)),
    )


def _forms(name: Name, found: pl.DataFrame, of: int) -> Check:
    by = found.group_by("place_id").agg(pl.col("forms").sum()).sort("place_id")
    return _check(name, by.rows(), of)


def _rows(
    name: Name, reader: Reader, open_: sa.Select[int, int], all_: sa.Select[int, int]
) -> Check:
    return _check(name, reader.rows(open_), sum(number for _, number in reader.rows(all_)))


def _check(name: Name, by: Sequence[Any], of: int) -> Check:
    numbers = {int(place): int(number) for place, number in by if number}
    return Check(name, sum(numbers.values()), int(of), numbers)


def _province(path: sa.Column[Any], school: sa.Column[int]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(path[1], school).label("place")


def _cases(year: int, *, is_open: bool) -> sa.Select[int, int]:
    c = case_file.c
    place = _province(c.path, c.school_id)
    asked = sa.select(place, sa.func.count()).where(c.year == year).group_by(place).order_by(place)
    return asked.where(c.state.not_in(_SETTLED)) if is_open else asked


def _jumps(year: int, *, is_open: bool) -> sa.Select[int, int]:
    """Doubts that stand; open ones have no case in which the school has explained itself."""
    c, case = flag.c, case_file.c
    place = _province(c.path, c.school_id)
    explained = sa.exists().where(
        case.judgement == c.judgement, case.school_id == c.school_id, case.year == c.year, case.rule == c.rule, case.state.in_(_EXPLAINED)
    )  # fmt: skip
    asked = (
        sa.select(place, sa.func.count())
        .where(c.year == year, c.judgement == "doubt", c.gone_round.is_(None), c.speaks, c.rule.in_(JUMPS))
        .group_by(place).order_by(place)
    )  # fmt: skip
    return asked.where(~explained) if is_open else asked
