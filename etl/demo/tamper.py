"""Write planted faults into the rows of one form and year."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from etl.demo.conduct import CONDUCT
from etl.demo.faults import Fault
from etl.demo.hand import FIRST_ROW, Case, Hand, Honest, Severities, by, hit, put
from warehouse import law

__all__ = ["tamper"]


def tamper(
    frame: pl.DataFrame, form: str, year: int, faults: Iterable[Fault], honest: Honest
) -> pl.DataFrame:
    """The rows with every fault that touches this form in this year; `honest(form, year)` gives true rows."""
    cases = {kind: _case(kind, year, faults, honest) for touched, kind in HANDS if touched == form}
    units = {unit for case in cases.values() for unit in (*case.now, *case.before)}
    if not units:
        return frame
    ours = pl.col("unit").is_in(list(units))
    told = frame.filter(ours)  # a few in a hundred: the rest is left alone
    for kind, case in cases.items():
        if case.now or case.before:
            told = HANDS[form, kind](told, case)
    return pl.concat([frame.filter(~ours), told]).sort("unit", maintain_order=True)


def _case(kind: str, year: int, faults: Iterable[Fault], honest: Honest) -> Case:
    ours = [fault for fault in faults if fault.kind == kind]
    now, before = ({f.unit: f.severity for f in ours if f.in_year(y)} for y in (year, year - 1))
    return Case(year, now, before, honest)


def _nobody_leaves(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Every departure but graduation is booked as other; the balance still holds."""
    quiet = ["dropped_out", "cancelled", "suspended", "transferred_out", "completed", "died"]
    moved = put(frame, case.now, other_out=pl.sum_horizontal("other_out", *quiet))
    return put(moved, case.now, **{name: pl.lit(0.0) for name in quiet})


def _padded_students(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Every class has more students than it has; teachers and rooms stay as they are."""
    return put(frame, case.now, students=pl.col("students") * (1 + by(case.now)))


def _padded_flow(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """The flow is made to fit the padded stocks: start, and arrivals or departures called other."""
    start, end = _padding(case, case.year - 1, case.before), _padding(case, case.year, case.now)
    both = frame.join(start.rename({"more": "from"}), on="unit", how="left", maintain_order="left")
    both = both.join(end.rename({"more": "to"}), on="unit", how="left", maintain_order="left")
    first, last = pl.col("from").fill_null(0), pl.col("to").fill_null(0)
    return both.with_columns(
        start=pl.col("start") + first,
        other_in=pl.col("other_in") + (last - first).clip(lower_bound=0),
        other_out=pl.col("other_out") + (first - last).clip(lower_bound=0),
    ).drop("from", "to")


def _padding(case: Case, year: int, severities: Severities) -> pl.DataFrame:
    """How many students were added to each unit in a year: unit, more."""
    if not severities:
        return pl.DataFrame(schema={"unit": pl.Int64, "more": pl.Int64})
    true = case.honest("enrolment", year).filter(hit(severities))
    padded = _padded_students(true, Case(year, severities, {}, case.honest))
    more = pl.Series("more", padded["students"] - true["students"])
    return true.select("unit", more).group_by("unit").agg(pl.col("more").sum())


def _at_threshold(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Land and buildings stand at the limits, or a hair above."""
    limits = {name: law.entry(name).value for name in ("land", "buildings", "equipment")}
    return put(
        frame,
        case.now,
        land=limits["land"] * by(case.now),
        buildings=limits["buildings"] * by(case.now),
        practice_buildings=pl.col("practice_buildings").clip(
            upper_bound=int(limits["buildings"] * 0.3)
        ),
    )


def _equipment_step(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    return put(frame, case.now, equipment=(pl.col("equipment") * by(case.now) / 1e6).round() * 1e6)


def _copied_forward(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    last = case.honest("estate", case.year - 1).filter(hit(case.now)).select(frame.columns)
    return pl.concat(
        [frame.filter(~hit(case.now) | ~pl.col("unit").is_in(last["unit"].to_list())), last]
    ).sort("unit")


def _all_settled(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Everybody settled; whoever was not has gone to further study, and every job is in the field."""
    study = pl.col("further_study") + pl.col("unsettled")
    return put(
        frame, case.now, further_study=study, unsettled=pl.lit(0.0), matched=pl.col("employed")
    )


def _broken_balance(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Arrivals that nobody saw: what comes out is not the enrolment."""
    return put(
        frame, case.now, other_in=pl.col("other_in") + (pl.col("start") * by(case.now)).ceil() + 1
    )


def _part_above_whole(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    above = pl.when(FIRST_ROW).then((pl.col("persons") * by(case.now)).ceil() + 1)
    return put(frame, case.now, specialty_teachers=above.otherwise(pl.col("specialty_teachers")))


def _insured_above_interns(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    above = pl.when(FIRST_ROW).then((pl.col("interns") * by(case.now)).ceil() + 1)
    return put(frame, case.now, insured=above.otherwise(pl.col("insured")))


def _wrong_unit(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    return put(frame, case.now, equipment=pl.col("equipment") * 10_000)


def _land_in_mu(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    return put(frame, case.now, land=pl.col("land") / 666.67)


def _sexes_swapped(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    other = pl.when(hit(case.now)).then(pl.col("sex").replace({"1": "2", "2": "1"}))
    return frame.with_columns(other.otherwise(pl.col("sex")).alias("sex"))


def _grades_pushed(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """A part of each second grade is listed in the third, where the specialty has one."""
    key = ["unit", "specialty", "sex"]
    has_third = (pl.col("grade") == "3").any().over(key)
    leaving = pl.when(hit(case.now) & has_third & (pl.col("grade") == "2"))
    moved = frame.with_columns(
        moved=leaving.then((pl.col("students") * by(case.now)).floor()).otherwise(0)
    )
    total = pl.col("moved").sum().over(key)
    grown = pl.when(pl.col("grade") == "3").then(pl.col("students") + total)
    students = grown.otherwise(pl.col("students") - pl.col("moved"))
    return moved.with_columns(students.cast(pl.Int64).alias("students")).drop("moved")


def _round_hours(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    return put(frame, case.now, hours_total=pl.col("interns") * 40)


def _same_pay(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    one = (by(case.now) / 100).round() * 100
    return put(frame, case.now, pay_total=pl.col("pay_known") * one)


def _one_trade(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Every student of the unit is written under its first specialty."""
    first = pl.col("specialty").min().over("unit")
    told = frame.with_columns(
        pl.when(hit(case.now)).then(first).otherwise(pl.col("specialty")).alias("specialty")
    )
    keys = ["unit", "specialty", "grade", "sex"]
    return told.group_by(keys, maintain_order=True).agg(pl.all().sum())


def _one_trades_leavers(frame: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Their destinations stand where students by specialty has its graduates."""
    pupils = case.honest("enrolment", case.year).filter(hit(case.now))
    first = pupils.group_by("unit").agg(pl.col("specialty").min().alias("first"))
    told = frame.join(first, on="unit", how="left", maintain_order="left")
    told = told.with_columns(pl.coalesce("first", "specialty").alias("specialty")).drop("first")
    return told.group_by("unit", "specialty", maintain_order=True).agg(pl.all().sum())


HANDS: dict[tuple[str, str], Hand] = {
    ("enrolment", "padded_students"): _padded_students,
    ("flow", "padded_students"): _padded_flow,
    ("enrolment", "sexes_swapped"): _sexes_swapped,
    ("enrolment", "grades_pushed"): _grades_pushed,
    ("enrolment", "one_trade"): _one_trade,
    ("flow", "nobody_leaves"): _nobody_leaves,
    ("flow", "broken_balance"): _broken_balance,
    ("staff", "part_above_whole"): _part_above_whole,
    ("estate", "at_threshold"): _at_threshold,
    ("estate", "equipment_step"): _equipment_step,
    ("estate", "copied_forward"): _copied_forward,
    ("estate", "wrong_unit"): _wrong_unit,
    ("estate", "land_in_mu"): _land_in_mu,
    ("internship", "insured_above_interns"): _insured_above_interns,
    ("internship", "round_hours"): _round_hours,
    ("destination", "all_settled"): _all_settled,
    ("destination", "one_trade"): _one_trades_leavers,
    ("destination", "same_pay"): _same_pay,
    **CONDUCT,
}
"""Form and kind -> the hand that writes it. Declines change what is true and need no hand here."""
