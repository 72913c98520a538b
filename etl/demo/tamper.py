"""Write planted faults into the rows of one form and year."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from etl.demo.faults import KINDS, Fault
from warehouse import law

__all__ = ["tamper"]

Earlier = Callable[[], pl.DataFrame]
FIRST_ROW = pl.int_range(pl.len()).over("unit") == 0


def tamper(
    frame: pl.DataFrame, form: str, year: int, faults: Iterable[Fault], earlier: Earlier
) -> pl.DataFrame:
    """The rows with every fault of this form that lasts in this year."""
    mine: dict[str, dict[int, float]] = {}
    for fault in faults:
        if fault.in_year(year) and KINDS[fault.kind].form == form and fault.kind in HANDS:
            mine.setdefault(fault.kind, {})[fault.unit] = fault.severity
    for kind, severities in mine.items():
        frame = HANDS[kind](frame, severities, earlier)
    return frame


Severities = dict[int, float]
Hand = Callable[[pl.DataFrame, Severities, Earlier], pl.DataFrame]


def _hit(severities: Severities) -> pl.Expr:
    return pl.col("unit").is_in(list(severities))


def _by(severities: Severities) -> pl.Expr:
    """Each unit's severity, 1 where it has none."""
    return pl.col("unit").replace_strict(severities, default=1.0, return_dtype=pl.Float64)


def _set(frame: pl.DataFrame, severities: Severities, **columns: pl.Expr) -> pl.DataFrame:
    """Columns replaced, as whole numbers, in the rows of the units hit."""
    hit = _hit(severities)
    return frame.with_columns(
        pl.when(hit).then(value.round().cast(pl.Int64)).otherwise(pl.col(name)).alias(name)
        for name, value in columns.items()
    )


def _nobody_leaves(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    """Every departure but graduation is booked as other; the balance still holds."""
    quiet = ["dropped_out", "cancelled", "suspended", "transferred_out", "completed", "died"]
    moved = _set(frame, severities, other_out=pl.sum_horizontal("other_out", *quiet))
    return _set(moved, severities, **{name: pl.lit(0.0) for name in quiet})


def _padded_students(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    more = pl.col("students") * (1 + _by(severities))
    return _set(
        frame, severities, students=pl.when(pl.col("grade") == "1").then(more * 1.0).otherwise(more)
    )


def _at_threshold(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    """Land and buildings stand at the limits, or a hair above."""
    limits = {name: law.entry(name).value for name in ("land", "buildings", "equipment")}
    return _set(
        frame,
        severities,
        land=limits["land"] * _by(severities),
        buildings=limits["buildings"] * _by(severities),
        practice_buildings=pl.col("practice_buildings").clip(
            upper_bound=int(limits["buildings"] * 0.3)
        ),
    )


def _equipment_step(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    return _set(
        frame, severities, equipment=(pl.col("equipment") * _by(severities) / 1e6).round() * 1e6
    )


def _copied_forward(frame: pl.DataFrame, severities: Severities, earlier: Earlier) -> pl.DataFrame:
    last = earlier().filter(_hit(severities)).select(frame.columns)
    return pl.concat(
        [frame.filter(~_hit(severities) | ~pl.col("unit").is_in(last["unit"].to_list())), last]
    ).sort("unit")


def _all_settled(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    """Everybody settled; whoever was not has gone to further study, and every job is in the field."""
    study = pl.col("further_study") + pl.col("unsettled")
    return _set(
        frame, severities, further_study=study, unsettled=pl.lit(0.0), matched=pl.col("employed")
    )


def _broken_balance(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    return _set(frame, severities, end=(pl.col("end") * (1 + _by(severities))).ceil() + 1)


def _part_above_whole(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    above = pl.when(FIRST_ROW).then((pl.col("persons") * _by(severities)).ceil() + 1)
    return _set(frame, severities, specialty_teachers=above.otherwise(pl.col("specialty_teachers")))


def _insured_above_interns(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    above = pl.when(FIRST_ROW).then((pl.col("interns") * _by(severities)).ceil() + 1)
    return _set(frame, severities, insured=above.otherwise(pl.col("insured")))


def _wrong_unit(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    return _set(frame, severities, equipment=pl.col("equipment") * 10_000)


def _land_in_mu(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    return _set(frame, severities, land=pl.col("land") / 666.67)


def _sexes_swapped(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    other = pl.when(_hit(severities)).then(pl.col("sex").replace({"1": "2", "2": "1"}))
    return frame.with_columns(other.otherwise(pl.col("sex")).alias("sex"))


def _grades_pushed(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    """A part of each second grade is listed in the third, where the specialty has one."""
    key = ["unit", "specialty", "sex"]
    has_third = (pl.col("grade") == "3").any().over(key)
    leaving = pl.when(_hit(severities) & has_third & (pl.col("grade") == "2"))
    moved = frame.with_columns(
        moved=leaving.then((pl.col("students") * _by(severities)).floor()).otherwise(0)
    )
    total = pl.col("moved").sum().over(key)
    grown = pl.when(pl.col("grade") == "3").then(pl.col("students") + total)
    students = grown.otherwise(pl.col("students") - pl.col("moved"))
    return moved.with_columns(students.cast(pl.Int64).alias("students")).drop("moved")


def _round_hours(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    return _set(frame, severities, hours_total=pl.col("interns") * 40)


def _same_pay(frame: pl.DataFrame, severities: Severities, _: Earlier) -> pl.DataFrame:
    one = (_by(severities) / 100).round() * 100
    return _set(frame, severities, pay_total=pl.col("pay_known") * one)


HANDS: dict[str, Hand] = {
    "nobody_leaves": _nobody_leaves,
    "padded_students": _padded_students,
    "at_threshold": _at_threshold,
    "equipment_step": _equipment_step,
    "copied_forward": _copied_forward,
    "all_settled": _all_settled,
    "broken_balance": _broken_balance,
    "part_above_whole": _part_above_whole,
    "insured_above_interns": _insured_above_interns,
    "wrong_unit": _wrong_unit,
    "land_in_mu": _land_in_mu,
    "sexes_swapped": _sexes_swapped,
    "grades_pushed": _grades_pushed,
    "round_hours": _round_hours,
    "same_pay": _same_pay,
}
"""Kinds that change what is reported; the declines change what is true and need no hand here."""
