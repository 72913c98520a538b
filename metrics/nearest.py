"""The similar schools of all schools at once, by the recipe of metrics/peers.py.

Products of matrices in single precision tell roughly how far each school is from each; the few that may be among its nearest are
compared exactly, as one school's are. Where that does not settle it, it is compared exactly with everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl

from metrics.peers import (
    FOURFOLD,
    NOBODY,
    POOL,
    PUBLISHED,
    STEPS,
    UNKNOWN,
    Recipe,
    Schools,
    apart_by,
    chosen,
    keys_of,
    of_known,
    placed,
    shut_out,
    squared_apart,
)
from warehouse.arrays import Bools, Floats, Ints, Measures, Singles

BLOCK = 128  # schools whose distances to all are held at a time
SPARE = 16  # more than POOL that are looked at closely, where a rough distance has chosen them
ROUGH = (
    1e-4  # what a rough squared distance may be wrong by: several times what single precision loses
)


@dataclass(frozen=True)
class Nearest:
    """The POOL nearest of all schools as keys, a row each. `chosen`: of these the similar schools."""

    schools: Schools
    pool: Ints

    @cached_property
    def chosen(self) -> Ints:
        return chosen(self.schools, np.arange(len(self.schools)), self.pool)

    @property
    def others(self) -> Ints:
        """Positions of the similar schools in the order of similar(); -1 where there are fewer."""
        return placed(self.chosen)

    @property
    def squared(self) -> Floats:
        return apart_by(self.chosen)


def nearest(schools: Schools, recipe: Recipe = PUBLISHED) -> Nearest:
    """The nearest of all: rough distances say who may be, exact ones who is."""
    pool = np.full((len(schools), POOL), NOBODY)
    rough = _Rough.of(schools, recipe)
    for start in range(0, len(schools), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(schools)), dtype=np.int64)
        keys = _pool_of(rough, rows)
        pool[rows, : keys.shape[1]] = keys
    return Nearest(schools, pool)


def renewed(before: Nearest, schools: Schools) -> Nearest:
    """The same as nearest(schools), where most schools are as they were `before`: only of whom it may concern they are found again."""
    if not np.array_equal(before.schools.units, schools.units):
        return nearest(schools)
    changed = np.flatnonzero(before.schools.unlike(schools))
    if len(changed) > BLOCK:
        return nearest(schools)
    every = np.arange(len(schools), dtype=np.int64)
    reach = apart_by(before.pool[:, -1]) + ROUGH
    comes = (squared_apart(schools, changed, every, PUBLISHED) <= reach).any(axis=0)
    concerned = comes | np.isin(placed(before.pool), changed).any(axis=1) | np.isin(every, changed)
    pool, rows = before.pool.copy(), np.flatnonzero(concerned)
    for some in np.array_split(rows, len(rows) // BLOCK + 1):
        keys = keys_of(schools, some, every, PUBLISHED)
        pool[some, : keys.shape[1]] = keys
    return Nearest(schools, pool)


class _Rough(NamedTuple):
    """Squared distances of all pairs as products of two matrices in single precision: a size more than fourfold counts for more than it does."""

    schools: Schools
    recipe: Recipe
    ours: Singles
    theirs: Singles
    known: Singles  # roots of the weights that each school knows, a column a trait

    @classmethod
    def of(cls, schools: Schools, recipe: Recipe) -> _Rough:
        """Each trait as columns of which the squared distance, by its weight, is that of the recipe."""
        sizes = np.nan_to_num(schools.sizes - schools.middle)[:, None] / FOURFOLD
        traits: dict[str, tuple[Floats, Bools]] = {
            "size": (sizes, schools.has_size), "mix": (schools.roots / np.sqrt(2.0), schools.has_mix),
            **{name: (_columns(name, code), code != UNKNOWN) for name, code in schools.codes.items()},
        }  # fmt: skip
        ours, theirs, known = [], [], []
        for name, (columns, has) in traits.items():
            at, there, weight = columns * has[:, None], has[:, None].astype(np.float64), recipe.weight(name)  # fmt: skip
            square = (at**2).sum(axis=1, keepdims=True)
            ours += [weight * square, weight * there, -2 * weight * at]
            theirs += [there, square, at]
            known.append(np.sqrt(weight) * there)
        return cls(schools, recipe, *(np.concatenate(each, axis=1).astype(np.float32) for each in (ours, theirs, known)))  # fmt: skip

    def squared(self, rows: Ints) -> Measures:
        """Of some schools to all, as squared_apart and shut_out would have them."""
        cost: Measures = self.ours[rows] @ self.theirs.T
        if not self.is_whole:
            cost = of_known(cost, self.known[rows] @ self.known.T)
        shut_out(self.schools, rows, np.arange(len(self.schools)), self.recipe, cost)
        return cost

    @property
    def is_whole(self) -> bool:
        return bool((self.known > 0).all())


def _columns(trait: str, codes: Ints) -> Floats:
    """A coded trait as columns: steps in one, others in one each."""
    if trait in STEPS:
        return codes[:, None] / STEPS[trait]
    found: Floats = np.eye(codes.max(initial=0) + 1)[codes] / np.sqrt(2.0)
    return found


def _pool_of(rough: _Rough, rows: Ints) -> Ints:
    """The keys of the nearest POOL of some schools."""
    schools, recipe = rough.schools, rough.recipe
    every, wide = np.arange(len(schools), dtype=np.int64), POOL + SPARE
    if len(schools) <= wide:
        return keys_of(schools, rows, every, recipe)
    squared = rough.squared(rows)
    near = np.argpartition(squared, wide, axis=1)[:, : wide + 1].astype(np.int64)
    keys = keys_of(schools, rows, near[:, :wide], recipe)
    beyond = np.take_along_axis(squared, near[:, wide:], axis=1)[:, 0]
    # whom size alone puts further off than it counts cannot be nearer than its weight
    limit = np.minimum(beyond, recipe.weight("size")) - ROUGH
    unsettled = ~(apart_by(keys[:, -1]) < limit)
    if unsettled.any():
        keys[unsettled] = keys_of(schools, rows[unsettled], every, recipe)
    return keys


EVERYONE = pl.Schema({"unit": pl.Int64, "rank": pl.Int64, "peer": pl.Int64, "distance": pl.Float64})


def everyone(schools: Schools, recipe: Recipe = PUBLISHED) -> pl.DataFrame:
    """unit, rank (from 1), peer, distance: the similar schools of all, in the order of similar()."""
    found = nearest(schools, recipe)
    is_one = found.others >= 0
    at, rank = np.nonzero(is_one)
    return pl.DataFrame({
        "unit": schools.units[at], "rank": rank + 1, "peer": schools.units[found.others[is_one]], "distance": np.sqrt(found.squared[is_one]),
    }, schema=EVERYONE)  # fmt: skip
