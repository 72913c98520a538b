"""Fitted models as a document of plain numbers and names: what is kept in the warehouse, signed, and read to score with.

Nothing in it is code: reading one executes nothing, whoever wrote it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from itertools import starmap
from typing import Any

import numpy as np

from metrics.errors import BadModel
from metrics.risk.data import Columns
from metrics.risk.forecast import Foreseen
from metrics.risk.learners import Boosted, Fitted, Linear, Member, Model
from metrics.risk.schools import OUTCOMES
from metrics.risk.trajectory import Feature
from metrics.risk.trees import Forest
from warehouse.arrays import Floats
from warehouse.text import Text

FORMAT = 1
_WHOLE = ("roots", "column", "left", "right")
_REAL = ("threshold", "value")


def document(models: Sequence[Foreseen]) -> str:
    """Models without their forecasts as canonical JSON: equal models have equal bytes."""
    told = {"format": FORMAT, "models": [_of_one(each) for each in models]}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))  # fmt: skip


def read_document(text: str) -> list[Foreseen]:
    """The models of a document; BadModel where it is none, or of another format."""
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise BadModel(f"格式 {told['format']}", f"format {told['format']}")
        return [_one(each) for each in told["models"]]
    except (ValueError, KeyError, TypeError, IndexError, StopIteration) as problem:
        raise BadModel("内容不完整", "its content is incomplete") from problem


def _of_one(one: Foreseen) -> dict[str, Any]:
    head = {"outcome": one.outcome.name, "lead": one.lead, "learnt": one.learnt, "years": one.years}
    if one.model is None:
        return {**head, "why": one.why}
    return {**head, "usual": one.usual, "model": _of_model(one.model)}


def _of_model(model: Model) -> dict[str, Any]:
    return {
        "even": model.columns.even, "raw": [[each.column, each.how] for each in model.columns.raw],
        "slope": model.slope, "shift": model.shift, "slopes": model.slopes.tolist(), "weights": dict(model.weights),
        "members": {name: {"share": one.share, **_of_fitted(one.fitted)} for name, one in model.members.items()},
    }  # fmt: skip


def _of_fitted(one: Fitted) -> dict[str, Any]:
    if isinstance(one, Linear):
        return {"slopes": one.slopes.tolist(), "start": one.start}
    forest = one.forest
    arrays = {name: getattr(forest, name).tolist() for name in (*_WHOLE, *_REAL, "missing_left")}
    return {"start": forest.start, "codes": forest.codes, **arrays}


def _one(told: Mapping[str, Any]) -> Foreseen:
    outcome = next(each for each in OUTCOMES if each.name == told["outcome"])
    rows, events = told["learnt"]
    years = (told["years"][0], told["years"][1]) if told["years"] else None
    if "model" not in told:
        return Foreseen(outcome=outcome, lead=told["lead"], why=Text(*told["why"]) if told["why"] else None)  # fmt: skip
    return Foreseen(
        outcome=outcome, lead=told["lead"], model=_model(told["model"]), usual=float(told["usual"]), learnt=(rows, events), years=years,
    )  # fmt: skip


def _model(told: Mapping[str, Any]) -> Model:
    columns = Columns(tuple(told["even"]), tuple(starmap(Feature, told["raw"])))
    slopes = _floats(told["slopes"], len(columns.even))
    members = {name: Member(_fitted(each, columns), float(each["share"])) for name, each in told["members"].items()}  # fmt: skip
    return Model(
        columns=columns, members=members, slope=float(told["slope"]), shift=float(told["shift"]), slopes=slopes,
        weights=dict(told["weights"]),
    )  # fmt: skip


def _fitted(told: Mapping[str, Any], columns: Columns) -> Fitted:
    start = float(told["start"])
    if "slopes" in told:
        return Linear(_floats(told["slopes"], len(columns.even)), start)
    nodes = len(told["value"])
    roots, column, left, right = (np.asarray(told[name], dtype=np.int64) for name in _WHOLE)
    threshold, value = (_floats(told[name], nodes) for name in _REAL)
    missing_left = np.asarray(told["missing_left"], dtype=bool)
    codes = tuple(None if each is None else (tuple(each[0]), tuple(each[1])) for each in told["codes"])  # fmt: skip
    if {len(codes), column.size, left.size, right.size, missing_left.size} != {nodes}:
        raise BadModel("树的节点数不一", "its trees have nodes of different numbers")
    forest = Forest(
        start=start, roots=roots, column=column, threshold=threshold, missing_left=missing_left, left=left, right=right, value=value, codes=codes,
    )  # fmt: skip
    _check_trees(forest, nodes, len(columns.raw))
    return Boosted(forest)


def _floats(told: Sequence[float], size: int) -> Floats:
    found = np.asarray(told, dtype=np.float64)
    if found.shape != (size,) or not all(map(math.isfinite, told)):
        raise BadModel("数组长度或数值有误", "an array has another length, or something in it is no number")  # fmt: skip
    return found


def _check_trees(forest: Forest, nodes: int, columns: int) -> None:
    """Every branch leads on to a later node, so that no walk through a tree goes round in a ring."""
    is_inner, here = forest.column >= 0, np.arange(nodes)
    leads_on = all(
        bool(np.all((side[is_inner] > here[is_inner]) & (side[is_inner] < nodes)))
        for side in (forest.left, forest.right)
    )
    if not leads_on or (forest.column >= columns).any() or not ((forest.roots >= 0) & (forest.roots < nodes)).all():  # fmt: skip
        raise BadModel("树的结构有误", "a tree leads nowhere")
