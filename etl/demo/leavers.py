"""Where the graduates of one year went, by specialty."""

from __future__ import annotations

import numpy as np
import polars as pl

from etl.demo.dice import dice, split
from etl.demo.students import Cells
from etl.demo.units import Units

__all__ = ["destination"]

ROADS = ("employed", "self_employed", "enlisted", "further_study", "flexible", "unsettled")
SHARES = np.array([0.315, 0.014, 0.013, 0.535, 0.067, 0.056])
REGIONS = ("in_prefecture", "in_province", "other_province", "abroad")
STAYING = np.array(
    [[0.66, 0.28, 0.058, 0.002], [0.46, 0.27, 0.268, 0.002], [0.50, 0.30, 0.199, 0.001]]
)
PAY = {0: 4_150, 1: 3_500, 2: 3_300}
FIELD = {66: 0.81, 72: 0.84, 77: 0.82, 70: 0.76, 71: 0.7, 73: 0.68, 61: 0.6}


def destination(units: Units, cell: Cells, year: int) -> pl.DataFrame:
    """One row a unit and specialty with graduates; roads and regions add up."""
    trades = cell.trades
    some = (cell.graduates > 0) & units.due(year)[trades.unit]
    unit, graduates, major = trades.unit[some], cell.graduates[some], trades.major[some]
    lasting, fresh = dice(units.seed, "leavers"), dice(units.seed, "leavers", year)
    lean = lasting.gamma(18.0, 1 / 18.0, (len(units), len(ROADS)))[unit]
    lean = lean * fresh.gamma(30.0, 1 / 30.0, (unit.size, len(ROADS)))
    lean[:, 3] *= 1 + 0.02 * (year - 2021)
    roads = split(graduates, SHARES * lean)
    employed = roads[:, 0]
    region = units.of("region")[unit]
    regions = split(employed, STAYING[region] * fresh.gamma(20.0, 0.05, (unit.size, 4)))
    match = np.array([FIELD.get(one, 0.74) for one in range(80)])[major]
    match = np.clip(
        match + lasting.normal(0, 0.05, len(units))[unit] + fresh.normal(0, 0.05, unit.size), 0, 1
    )

    def share(mean: float, spread: float) -> np.ndarray:
        part = lasting.normal(mean, spread, len(units))[unit] + fresh.normal(0, 0.03, unit.size)
        return np.rint(employed * np.clip(part, 0, 1)).astype(np.int64)

    known = share(0.92, 0.06)
    level = np.array([PAY[one] for one in range(3)])[region] * 1.03 ** (year - 2022)
    pay = (
        known
        * level
        * lasting.lognormal(0, 0.07, len(units))[unit]
        * fresh.lognormal(0, 0.06, unit.size)
    )
    frame = {"unit": unit}
    frame |= {name: roads[:, i] for i, name in enumerate(ROADS)}
    frame |= {"matched": np.rint(employed * match).astype(np.int64)}
    frame |= {name: regions[:, i] for i, name in enumerate(REGIONS)}
    frame |= {
        "contract_year": share(0.8, 0.08),
        "social_insurance": share(0.74, 0.1),
        "pay_known": known,
    }
    frame |= {"pay_total": np.rint(pay).astype(np.int64)}
    words = pl.Series("specialty", trades.specialty[some].tolist(), dtype=pl.String)
    return pl.DataFrame(frame).select("unit", words, pl.exclude("unit"))
