"""Boosted trees as arrays: what a fitted forest decides, in plain numbers that can be kept, read and reckoned without the library that grew it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from warehouse.arrays import Bools, Floats, Ints

LARGEST = float(np.finfo(np.float64).max)  # a split that only asks whether a value is missing
WORD = 32  # categories a word of the library's sets of them


@dataclass(frozen=True, kw_only=True)
class Forest:
    """The mean of several forests: the trees' values of all of them, each divided by their number, and one start.

    Nodes of all trees lie one after the other. `column`: of the matrix that is asked, -1 at a leaf. A row goes left where its value is
    at most `threshold`; of a category, where its code is in `codes`; where it is missing or unknown, by `missing_left`.
    """

    start: float
    roots: Ints
    column: Ints
    threshold: Floats
    missing_left: Bools
    left: Ints
    right: Ints
    value: Floats
    codes: tuple[tuple[tuple[int, ...], tuple[int, ...]] | None, ...]

    def logits(self, values: Floats) -> Floats:
        """Log odds of rows of the matrix the columns belong to; NaN is missing."""
        found = np.full(values.shape[0], self.start)
        every = np.arange(values.shape[0])
        for root in self.roots.tolist():
            self._walk(root, values, every, found)
        return found

    def _walk(self, node: int, values: Floats, rows: Ints, into: Floats) -> None:
        column = self.column[node]
        if column < 0:
            into[rows] += self.value[node]
            return
        goes_left = self._goes_left(node, values[rows, column])
        self._walk(int(self.left[node]), values, rows[goes_left], into)
        self._walk(int(self.right[node]), values, rows[~goes_left], into)

    def _goes_left(self, node: int, asked: Floats) -> Bools:
        codes = self.codes[node]
        if codes is None:
            is_known, is_left = ~np.isnan(asked), asked <= self.threshold[node]
        else:
            left, known = codes
            is_known, is_left = np.isin(asked, known), np.isin(asked, left)
        found: Bools = np.where(is_known, is_left, self.missing_left[node])
        return found


def forest_of(grown: Sequence[HistGradientBoostingClassifier], used: Ints, is_kind: Bools) -> Forest:  # fmt: skip
    """Fitted classifiers as arrays. `used`: the columns of the whole matrix they were fitted on, `is_kind` which of these hold codes."""
    parts = [_nodes(one, used, is_kind) for one in grown]
    sizes = np.cumsum([0, *(each.value.size for each in parts)])
    many = len(grown)
    return Forest(
        start=float(np.mean([each.start for each in parts])),
        roots=np.concatenate([each.roots + at for each, at in zip(parts, sizes, strict=False)]),
        column=np.concatenate([each.column for each in parts]), threshold=np.concatenate([each.threshold for each in parts]),
        missing_left=np.concatenate([each.missing_left for each in parts]),
        left=np.concatenate([each.left + at for each, at in zip(parts, sizes, strict=False)]),
        right=np.concatenate([each.right + at for each, at in zip(parts, sizes, strict=False)]),
        value=np.concatenate([each.value for each in parts]) / many, codes=tuple(one for each in parts for one in each.codes),
    )  # fmt: skip


def _nodes(grown: HistGradientBoostingClassifier, used: Ints, is_kind: Bools) -> Forest:
    """One classifier's trees. The library puts the columns of categories first and numbers their codes anew."""
    order = np.concatenate([np.flatnonzero(is_kind), np.flatnonzero(~is_kind)])
    known = _categories(grown) if is_kind.any() else []
    trees = [tree for (tree,) in grown._predictors]  # noqa: SLF001 - there is no other way to its trees
    sizes = np.cumsum([0, *(tree.nodes.size for tree in trees)])
    nodes = np.concatenate([tree.nodes for tree in trees])
    is_leaf = nodes["is_leaf"].astype(bool)
    moved = np.repeat(sizes[:-1], [tree.nodes.size for tree in trees])
    codes = [
        _codes(tree.raw_left_cat_bitsets[node["bitset_idx"]], known[node["feature_idx"]])
        if node["is_categorical"] and not node["is_leaf"] else None
        for tree in trees for node in tree.nodes
    ]  # fmt: skip
    return Forest(
        start=float(grown._baseline_prediction.item()), roots=sizes[:-1].astype(np.int64),  # noqa: SLF001
        column=np.where(is_leaf, -1, used[order[nodes["feature_idx"]]]).astype(np.int64),
        threshold=np.minimum(nodes["num_threshold"], LARGEST), missing_left=nodes["missing_go_to_left"].astype(bool),
        left=nodes["left"].astype(np.int64) + moved, right=nodes["right"].astype(np.int64) + moved,
        value=np.where(is_leaf, nodes["value"], 0.0), codes=tuple(codes),
    )  # fmt: skip


def _categories(grown: HistGradientBoostingClassifier) -> list[list[int]]:
    """Of each column of categories the codes it was fitted on, in the library's own order; a missing one is none of them."""
    encoder = grown._preprocessor.named_transformers_["encoder"]  # noqa: SLF001
    return [[int(code) for code in found if not np.isnan(code)] for found in encoder.categories_]


def _codes(words: NDArray[np.uint32], known: list[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:  # fmt: skip
    """Codes that go left, and all that are known, of a set kept as bits."""
    left = [code for at, code in enumerate(known) if int(words[at // WORD]) >> (at % WORD) & 1]
    return tuple(left), tuple(known)
