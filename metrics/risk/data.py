"""What models are fitted on and asked about: the features of a panel's rows, with gaps and without."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from metrics.risk.panel import Panel
from metrics.risk.trajectory import Feature, Features, ranked
from warehouse.arrays import Bools, Floats, Ints

EDGE = 0.003  # ranks are kept this far from 0 and 1 before they become normal scores
RANKED = frozenset({"level", "rank"})  # whose rank in their period is the feature "rank" itself
LEVELLED = frozenset({"level", "rank", "peers"})  # features that rise with their column


class Columns(NamedTuple):
    """What a model was fitted on, by name and in its order: columns of `even`, of `raw`, and the names behind the codes of categories."""

    even: tuple[str, ...]
    raw: tuple[Feature, ...]

    def levels(self, column: str) -> list[str]:
        """Members of a category in the order of their codes."""
        return [name.partition("=")[2] for name in self.even if name.startswith(f"{column}=")]


@dataclass(frozen=True, kw_only=True)
class Data:
    """What models are fitted on, a row for each row of a panel.

    `raw` has missing values, `even` none: normal scores within a period, 0 where missing, and categories one by one.
    `directions` are 1 or -1 where more of a column is known to mean more or less risk, 0 elsewhere.
    """

    features: Features
    raw: Floats
    even: Floats
    even_names: tuple[str, ...]
    unit: Ints
    directions: Ints

    @property
    def is_kind(self) -> Bools:
        return np.asarray([each.how == "kind" for each in self.features.features])

    @property
    def columns(self) -> Columns:
        return Columns(self.even_names, self.features.features)


def data_of(panel: Panel, features: Features, directions: Mapping[str, int] | None = None) -> Data:
    """Both forms of the features of a panel."""
    columns, names = _even(panel, features)
    return Data(
        features=features, raw=features.values, even=np.column_stack(columns), even_names=tuple(names),
        unit=panel.unit, directions=_signs(features, directions or {}),
    )  # fmt: skip


def part_of(data: Data, rows: Ints, more: Data, directions: Mapping[str, int]) -> Data:
    """Some rows of data, with the columns of `more` (of the same panel) beside its own: what several outcomes share is made once."""
    values = np.column_stack([data.raw[rows], more.raw[rows]])
    features = Features((*data.features.features, *more.features.features), values)
    return Data(
        features=features, raw=values, even=np.column_stack([data.even[rows], more.even[rows]]),
        even_names=(*data.even_names, *more.even_names), unit=data.unit[rows], directions=_signs(features, directions),
    )  # fmt: skip


def rows_of(data: Data, rows: Ints) -> Data:
    """Some rows of data."""
    return replace(
        data, features=data.features.of_rows(rows), raw=data.raw[rows], even=data.even[rows], unit=data.unit[rows],
    )  # fmt: skip


def aligned(data: Data, columns: Columns) -> Data:
    """The same rows with the columns of a model that was fitted on other data, in its order.

    What these data lack is missing (0 in `even`); what the model does not know is left out, categories too.
    """
    even, raw = np.zeros((data.raw.shape[0], len(columns.even))), np.full((data.raw.shape[0], len(columns.raw)), np.nan)  # fmt: skip
    for into, own, wanted in ((even, data.even, _places(data.even_names, columns.even)), (raw, data.raw, _places(data.features.features, columns.raw))):  # fmt: skip
        for at, here in wanted:
            into[:, at] = own[:, here]
    for at, each in enumerate(columns.raw):
        if each.how == "kind":
            raw[:, at] = _recoded(raw[:, at], data.columns.levels(each.column), columns.levels(each.column))  # fmt: skip
    features = Features(columns.raw, raw)
    return Data(features=features, raw=raw, even=even, even_names=columns.even, unit=data.unit, directions=_signs(features, {}))  # fmt: skip


def _places(own: Sequence[Hashable], wanted: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Where each wanted column stands among those wanted, and among one's own; only those that are there."""
    here = {name: at for at, name in enumerate(own)}
    return [(at, here[name]) for at, name in enumerate(wanted) if name in here]


def _recoded(codes: Floats, own: Sequence[str], wanted: Sequence[str]) -> Floats:
    """Codes of one list of names as those of another; NaN for a name that the other has not."""
    there = {name: float(at) for at, name in enumerate(wanted)}
    table = np.asarray([*(there.get(name, np.nan) for name in own), np.nan])
    found: Floats = table[np.where(np.isnan(codes), len(own), codes).astype(np.int64)]
    return found


def _signs(features: Features, directions: Mapping[str, int]) -> Ints:
    signs = [
        directions.get(each.column, 0) if each.how in LEVELLED else 0 for each in features.features
    ]
    return np.asarray(signs, dtype=np.int64)


def past_of(panel: Panel, past: Floats) -> Data:
    """What had happened before each row as data of its own; without columns where it is the same everywhere."""
    tells = np.unique(past).size > 1
    values = past[:, None] if tells else np.empty((panel.rows, 0))
    column = Feature(panel.named.outcome, "seen")
    return Data(
        features=Features((column,) if tells else (), values), raw=values,
        even=_normal(ranked(past, panel.period))[:, None] if tells else values,
        even_names=(column.name,) if tells else (), unit=panel.unit, directions=np.zeros(int(tells), dtype=np.int64),
    )  # fmt: skip


def _even(panel: Panel, features: Features) -> tuple[list[Floats], list[str]]:
    scored = [(at, each) for at, each in enumerate(features.features) if each.how != "kind"]
    ranks = {each.column: features.values[:, at] for at, each in scored if each.how == "rank"}
    columns = [
        _normal(ranks[each.column])
        if each.how in RANKED and each.column in ranks
        else _normal(ranked(features.values[:, at], panel.period))
        for at, each in scored
    ]
    names = [each.name for _, each in scored]
    for name, codes in panel.kinds.items():
        for code, level in enumerate(panel.levels[name]):
            columns.append((codes == code).astype(np.float64))
            names.append(f"{name}={level}")
    return columns, names


def _normal(shares: Floats) -> Floats:
    """Normal scores of shares from -0.5 to 0.5; 0 where missing."""
    found: Floats = np.nan_to_num(ndtri(np.clip(shares + 0.5, EDGE, 1 - EDGE)))
    return found
