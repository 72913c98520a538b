"""What was planted, written beside the packages for whoever judges rules and models; nothing loads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from etl.demo.faults import KINDS, crossings
from etl.demo.lessons import ELECTIVES, PLAN_HOURS
from etl.demo.ministry import Ministry
from etl.demo.targets import FIRST, LAST
from etl.demo.units import NEVER

__all__ = ["truth", "write_truth"]

CATALOGUE = ("A", "RL", "decline")


def write_truth(path: Path, one: Ministry) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(truth(one), ensure_ascii=False, indent=1), encoding="utf-8")


def truth(one: Ministry) -> dict[str, Any]:
    """The kinds, and every case with the unit's code in its first year."""
    kinds = {
        name: {"form": kind.form, "sign": kind.sign, "about": kind.about, "invented": not kind.sign}
        for name, kind in KINDS.items()
    }
    kinds["merged"] = {
        "form": "",
        "sign": "decline",
        "about": "merged into another school",
        "invented": False,
    }
    kinds["closed"] = {"form": "", "sign": "decline", "about": "closed", "invented": False}
    kinds["red_line"] = {
        "form": "internship",
        "sign": "RL",
        "about": "a red line crossed",
        "invented": False,
    }
    kinds["short_papers"] = {
        "form": "internship",
        "sign": "RL",
        "about": "interns without agreement, consent, insurance or full pay: careless units, year after year",
        "invented": False,
    }
    kinds["short_plan"] = {
        "form": "teaching_plan",
        "sign": "RL",
        "about": "a plan with fewer hours or electives than are asked for",
        "invented": False,
    }
    return {
        "seed": one.units.seed,
        "kinds": kinds,
        "cases": [*_faults(one), *_ends(one), *_lines(one), *_lacks(one)],
    }


def _code(one: Ministry, unit: int, year: int) -> str:
    return str(one.units.code[unit, year - FIRST])


def _faults(one: Ministry) -> list[dict[str, Any]]:
    return [
        {"kind": f.kind, "form": KINDS[f.kind].form, "code": _code(one, f.unit, f.first), "first": f.first,
         "last": f.last, "severity": round(f.severity, 4)}
        for f in one.faults
    ]  # fmt: skip


def _ends(one: Ministry) -> list[dict[str, Any]]:
    found = []
    for unit in np.flatnonzero(one.units.closed != NEVER):
        year, into = int(one.units.closed[unit]), int(one.units.successor[unit])
        case = {"kind": "merged" if into >= 0 else "closed", "form": "", "code": _code(one, int(unit), year - 1),
                "first": year, "last": year}  # fmt: skip
        found.append(case | ({"into": _code(one, into, year)} if into >= 0 else {}))
    return found


def _lines(one: Ministry) -> list[dict[str, Any]]:
    return [
        {"kind": "red_line", "form": "internship", "column": each.line, "code": _code(one, each.unit, year),
         "first": year, "last": year}
        for year in range(FIRST, LAST + 1)
        for each in crossings(one.units, year)
    ]  # fmt: skip


IS_POST = pl.col("kind") == "post"
LACKS = {  # kind, form, column -> the rows in which the units' own ways let it fall short
    ("short_papers", "internship", "agreements"): IS_POST & (pl.col("agreements") < pl.col("interns")),
    ("short_papers", "internship", "consents"): IS_POST & (pl.col("consents") < pl.col("interns")),
    ("short_papers", "internship", "insured"): pl.col("insured") < pl.col("interns"),
    ("short_papers", "internship", "pay_met"): IS_POST & (pl.col("pay_met") < pl.col("pay_due")),
    ("short_plan", "teaching_plan", "plan_hours"): pl.col("plan_hours") < PLAN_HOURS,
    ("short_plan", "teaching_plan", "elective_hours"): pl.col("elective_hours") < ELECTIVES * pl.col("plan_hours"),
}  # fmt: skip


def _lacks(one: Ministry) -> Iterator[dict[str, Any]]:
    """What nobody drew as a fault: some units are careless, some plans are thin. Read off the true rows, before any fault."""
    for year in range(FIRST, LAST + 1):
        for (kind, form, column), falls_short in LACKS.items():
            rows = one.honest(form, year).filter(falls_short)
            for unit in rows["unit"].unique().sort():
                yield {"kind": kind, "form": form, "column": column, "code": _code(one, unit, year), "first": year, "last": year}  # fmt: skip
