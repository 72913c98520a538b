"""A form that the warehouse computes from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from warehouse.form import Form


@dataclass(frozen=True)
class Need:
    """One input of a derived form: the school's total (or one member of a cut) of a measure of another form."""

    form: str
    measure: str
    cut: str = ""
    member: str = ""


class DerivedForm(Form):
    """A form nobody fills: computed for a school and a year inside the transaction that changed its inputs.

    `needs` names the inputs; `compute` gets one row a unit with columns school_id, unit_kind, province (an id), year and one column
    for each need (null when that form is not in), and returns school_id plus the declared columns. Units for
    which nothing can be said are left out. `indispensable` names the needs without any one of which nothing is said of a unit.
    """

    submitted = False
    needs: ClassVar[Mapping[str, Need]] = {}
    indispensable: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def compute(cls, inputs: pl.DataFrame, year: int) -> pl.DataFrame:
        raise NotImplementedError
