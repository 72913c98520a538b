"""Similar schools by a published recipe: how far two schools are apart, and the nearest thirty of each.

The difference of two schools is taken trait by trait, each from 0 (the same) to 1 (as different as it counts):

    size      |ln a - ln b| / ln 4 of their students, at most 1
    mix       Hellinger distance of the shares of their students in the 19 classes
    type, sponsor   0 where the same, 1 where not
    setting   steps between city, town and village, of two
    band      steps between the income bands of their provinces, of four

    distance = sqrt(sum(weight * difference^2) / sum(weight)),  from 0 to 1

A trait that one of the two lacks is left out and the other weights stand for the whole; schools that share less than half of the weight are
not compared. Of the nearest sixty those of the own province come first; the first thirty are the similar schools. Equal distances are
ordered by the number of the unit. The scheme (scaled Euclidean distance, sixty, same region first, thirty) is that of the English
schools' Financial Benchmarking and Insights Tool; the traits and weights are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf, log
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import polars as pl

from warehouse.arrays import Bools, Floats, Ints, Measures
from warehouse.bands import BASIS, HIGHEST, LOWEST
from warehouse.codes import majors
from warehouse.dimensions import SETTING
from warehouse.text import Text

POOL = 60  # the nearest of the whole nation, of which those of the own province come first
NUMBER = 30
CLOSE = 0.30  # up to this distance two schools are close: another sponsor alone (0.32) is too far, one step of setting (0.16) is not
FEW = 10  # fewer close ones are said
FOURFOLD = log(4)  # in size: as different as it counts
COMPARABLE = 0.5  # of the weight, which both must know
GRAIN = 1e9  # steps of a squared distance from 0 to 1: finer, and an order would rest on rounding
PLACES = 20  # bits of a key below the distance: where the other school stands, which orders equal distances by number
NOBODY = 1 << 62  # the key of whom one is not compared with
AWAY = 1 << 60  # more than any distance: what a school of another province is put behind by
UNKNOWN = -1


@dataclass(frozen=True)
class Trait:
    """One thing by which schools are compared: its share of the whole, and how the difference is taken."""

    name: str
    weight: float
    label: Text
    how: Text


TRAITS = (
    Trait("size", 0.30, Text("规模", "Size"), Text("在校生数之比；四倍及以上为 1", "ratio of their students; fourfold and more is 1")),
    Trait("mix", 0.30, Text("专业结构", "Specialty mix"), Text("19 个专业大类学生占比的海林格距离", "Hellinger distance of the shares of students in the 19 classes")),
    Trait("type", 0.15, Text("办学类型", "School type"), Text("相同为 0，不同为 1", "0 where the same, 1 where not")),
    Trait("sponsor", 0.10, Text("举办者", "Sponsor"), Text("相同为 0，不同为 1", "0 where the same, 1 where not")),
    Trait("setting", 0.10, Text("城乡类型", "Setting"), Text("城区、镇区、乡村之间的级差，两级为 1", "steps between city, town and village; two are 1")),
    Trait("band", 0.05, Text("所在省收入档", "Income band"), Text("省份五档之间的级差，四级为 1", "steps between the five bands of provinces; four are 1")),
)  # fmt: skip
BY_NAME = MappingProxyType({one.name: one for one in TRAITS})
CODED = ("type", "sponsor", "setting", "band")  # traits of few values, compared by a table
STEPS = {"setting": 2, "band": HIGHEST - LOWEST}  # where values are ordered: steps from end to end
SOURCE = Text(
    f"距离、六十所、同省优先、三十所的做法取自英国学校财务对标工具（FBIT）；特征和权重由本系统确定。收入档：{BASIS.zh}。",
    f"Distance, sixty, own province first and thirty follow the English schools' FBIT; traits and weights are this system's. Income band: {BASIS.en}.",
)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How schools are compared. `times`: 0, 1 or 2 for a trait whose weight is left out or doubled; 1 where it is not named.

    `is_local`: only schools of the own province. `within`: only schools with at most so many times, and at least that part of, its students.
    """

    times: Mapping[str, int] = field(default_factory=dict)
    is_local: bool = False
    within: float | None = None

    def weight(self, trait: str) -> float:
        """The trait's part of the whole, from 0 to 1."""
        whole = sum(one.weight * self.times.get(one.name, 1) for one in TRAITS)
        return BY_NAME[trait].weight * self.times.get(trait, 1) / whole if whole else 0.0


PUBLISHED = Recipe()


class Peer(NamedTuple):
    """One similar school. `differences`: by trait from 0 to 1, None where one of the two lacks it.

    `parts`: what each trait has of the squared distance; they add up to it.
    """

    unit: int
    distance: float
    is_local: bool
    differences: Mapping[str, float | None]
    parts: Mapping[str, float]

    @property
    def is_close(self) -> bool:
        return self.distance <= CLOSE


@dataclass(frozen=True)
class Schools:
    """All schools of a year, by ascending number: students as logarithm (nan where unknown), roots of the shares of classes, codes of the rest."""

    units: Ints
    provinces: Ints
    sizes: Floats
    roots: Floats  # one row a school, one column a class; zeros where it has no students
    codes: Mapping[str, Ints]
    kinds: Ints  # the combinations of coded traits that occur, a row each
    kind_of: Ints  # which of them each school has

    @classmethod
    def of(cls, traits: pl.DataFrame, mix: pl.DataFrame) -> Schools:
        """From `traits` (unit, province, school_type, sponsor, setting, band, students) and `mix` (unit, major, students) in any order."""
        rows = traits.sort("unit")
        students = rows["students"].cast(pl.Float64).fill_null(0).to_numpy()
        with np.errstate(divide="ignore"):
            sizes = np.where(students > 0, np.log(students), np.nan)
        codes = {
            "type": _nominal(rows["school_type"]),
            "sponsor": _nominal(rows["sponsor"]),
            "setting": _ordered(rows["setting"]),
            "band": rows["band"].cast(pl.Int64).fill_null(UNKNOWN).to_numpy(),
        }
        units = rows["unit"].cast(pl.Int64).to_numpy()
        provinces = rows["province"].cast(pl.Int64).to_numpy()
        stacked = np.stack([codes[name] for name in CODED], axis=1)
        kinds, kind_of = np.unique(stacked, axis=0, return_inverse=True)
        return cls(units, provinces, sizes, _roots(units, mix), codes, kinds, kind_of.reshape(-1))

    def __len__(self) -> int:
        return len(self.units)

    def unlike(self, others: Schools) -> Bools:
        """Which of the same units have other traits there."""
        mine, theirs = (np.column_stack([one.provinces, np.nan_to_num(one.sizes, nan=-1.0), one.roots, *one.codes.values()]) for one in (self, others))  # fmt: skip
        return np.asarray((mine != theirs).any(axis=1))

    def __contains__(self, unit: int) -> bool:
        at = int(np.searchsorted(self.units, unit))
        return at < len(self.units) and int(self.units[at]) == unit

    def at(self, unit: int) -> int:
        """The position of a unit; LookupError where it is not among them."""
        if unit not in self:
            raise LookupError(unit)
        return int(np.searchsorted(self.units, unit))

    @cached_property
    def middle(self) -> float:
        """A size that others are told from, so that rough ones keep their digits."""
        return float(np.nanmean(self.sizes)) if self.has_size.any() else 0.0

    @cached_property
    def has_size(self) -> Bools:
        return ~np.isnan(self.sizes)

    @cached_property
    def has_mix(self) -> Bools:
        return np.asarray(self.roots.any(axis=1))


def _nominal(values: pl.Series) -> Ints:
    """Numbers for words; the order does not matter."""
    known = {word: at for at, word in enumerate(sorted(set(values.drop_nulls().to_list())))}
    return np.array([known.get(word, UNKNOWN) for word in values.to_list()], dtype=np.int64)


def _ordered(values: pl.Series) -> Ints:
    """Settings from city to village; a word of no list is unknown."""
    known = {word: at for at, word in enumerate(SETTING.labels)}
    return np.array([known.get(word, UNKNOWN) for word in values.to_list()], dtype=np.int64)


def _roots(units: Ints, mix: pl.DataFrame) -> Floats:
    """Square roots of the shares of classes, a row a unit."""
    classes = {code: at for at, code in enumerate(sorted(majors().labels))}
    known = mix.filter(pl.col("major").is_in(list(classes)), pl.col("students") > 0, pl.col("unit").is_in(units))  # fmt: skip
    counts = np.zeros((len(units), len(classes)))
    rows = np.searchsorted(units, known["unit"].cast(pl.Int64).to_numpy())
    columns = known["major"].replace_strict(classes, return_dtype=pl.Int64).to_numpy()
    np.add.at(counts, (rows, columns), known["students"].cast(pl.Float64).to_numpy())
    totals = counts.sum(axis=1, keepdims=True)
    roots: Floats = np.sqrt(np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0))
    return roots


# -- differences


def _coded_apart(trait: str, ones: Ints, others: Ints) -> Floats:
    """Differences by a coded trait, from 0 to 1; nan where one side is unknown."""
    apart = np.abs(ones - others) / STEPS[trait] if trait in STEPS else ones != others
    return np.where((ones == UNKNOWN) | (others == UNKNOWN), np.nan, apart.astype(np.float64))


def _size_apart(ones: Floats, others: Floats) -> Floats:
    apart: Floats = np.abs(ones - others)
    apart /= FOURFOLD
    return np.minimum(apart, 1.0, out=apart)


def _mix_apart_squared(schools: Schools, rows: Ints, columns: Ints) -> Floats:
    """Squared Hellinger distances."""
    alike: Floats = (schools.roots[columns] @ schools.roots[rows][:, :, None])[..., 0]
    return np.clip(1.0 - alike, 0.0, 1.0)


def squared_apart(schools: Schools, rows: Ints, columns: Ints, recipe: Recipe) -> Floats:
    """Squared distances of some schools to others, a row each; inf where two cannot be compared. `columns`: the same for all rows, or a row each."""
    cost, known = _by_table(schools, rows, columns, recipe)
    apart = _size_apart(schools.sizes[rows][:, None], schools.sizes[columns])
    np.multiply(apart, apart, out=apart)
    _add(cost, known, apart, _both(schools.has_size, rows, columns), recipe.weight("size"))
    mixed = _mix_apart_squared(schools, rows, columns)
    _add(cost, known, mixed, _both(schools.has_mix, rows, columns), recipe.weight("mix"))
    return of_known(cost, known).astype(np.float64, copy=False)


def of_known(cost: Measures, known: Measures) -> Measures:
    """What the known weights come to as if they were the whole; inf where they are less than half of it."""
    known[known < COMPARABLE - 1e-9] = np.nan
    cost /= known
    np.copyto(cost, inf, where=np.isnan(cost))
    return cost


def _both(flags: Bools, rows: Ints, columns: Ints) -> Bools | None:
    """Which pairs have what is compared, both of them; None where all do."""
    ones, others = flags[rows], flags[columns]
    return None if ones.all() and others.all() else ones[:, None] & others


def _add(cost: Floats, known: Floats, squares: Floats, both: Bools | None, weight: float) -> None:
    """Put a trait's weighted squares to the others, where both have it; `squares` are used up."""
    squares *= weight
    if both is None:
        known += weight
    else:
        np.copyto(squares, 0.0, where=~both)
        known += weight * both
    cost += squares


def _by_table(schools: Schools, rows: Ints, columns: Ints, recipe: Recipe) -> tuple[Floats, Floats]:
    """Of the coded traits the weighted squares and the weights known: few combinations occur, so each pair of them is taken once."""
    kinds, which = schools.kinds, schools.kind_of[columns]
    ours, row_of = np.unique(schools.kind_of[rows], return_inverse=True)
    cost: Floats = np.zeros((len(ours), len(kinds)))
    known: Floats = np.zeros_like(cost)
    for at, trait in enumerate(CODED):
        apart = _coded_apart(trait, kinds[ours, at][:, None], kinds[:, at])
        cost += recipe.weight(trait) * np.nan_to_num(apart) ** 2
        known += recipe.weight(trait) * ~np.isnan(apart)
    return cost[row_of[:, None], which], known[row_of[:, None], which]


def shut_out(schools: Schools, rows: Ints, columns: Ints, recipe: Recipe, squared: Measures) -> None:  # fmt: skip
    """Nobody is its own peer; and whom the recipe leaves out is none."""
    squared[rows[:, None] == columns] = inf
    if recipe.is_local:
        squared[schools.provinces[rows][:, None] != schools.provinces[columns]] = inf
    if recipe.within is not None:
        ratio = np.abs(schools.sizes[rows][:, None] - schools.sizes[columns])
        squared[~(ratio <= log(recipe.within) + 1e-9)] = inf


# -- the nearest


def keys_of(schools: Schools, rows: Ints, columns: Ints, recipe: Recipe) -> Ints:
    """The nearest POOL of `columns` to each of `rows` as whole numbers in ascending order: the distance, below it where the other stands."""
    squared = squared_apart(schools, rows, columns, recipe)
    shut_out(schools, rows, columns, recipe, squared)
    is_one = np.isfinite(squared)
    steps = np.rint(np.where(is_one, squared, 0.0) * GRAIN).astype(np.int64)
    keys = np.where(is_one, (steps << PLACES) | columns, NOBODY)
    if keys.shape[1] > POOL:
        keys = np.partition(keys, POOL - 1, axis=1)[:, :POOL]
    return np.sort(keys, axis=1)


def placed(keys: Ints) -> Ints:
    """Where the schools of keys stand; -1 for nobody."""
    return np.where(keys < NOBODY, keys & ((1 << PLACES) - 1), -1)


def apart_by(keys: Ints) -> Floats:
    """The squared distances of keys; inf for nobody."""
    return np.where(keys < NOBODY, ((keys & (AWAY - 1)) >> PLACES) / GRAIN, inf)


def chosen(schools: Schools, rows: Ints, keys: Ints) -> Ints:
    """Of the nearest of each those of the own province first, then the others; the first NUMBER."""
    away = schools.provinces[placed(keys)] != schools.provinces[rows][:, None]
    return np.sort(np.where((keys < NOBODY) & away, keys | AWAY, keys), axis=1)[:, :NUMBER]


# -- answers


def similar(schools: Schools, unit: int, recipe: Recipe = PUBLISHED) -> list[Peer]:
    """The similar schools of one, those of its province first, each with what the distance is made of. Nobody where none can be compared."""
    row = schools.at(unit)
    rows = np.array([row], dtype=np.int64)
    every = np.arange(len(schools), dtype=np.int64)
    (found,) = placed(chosen(schools, rows, keys_of(schools, rows, every, recipe)))
    found = found[found >= 0]
    apart = _apart(schools, row, found)
    weights = {one.name: recipe.weight(one.name) for one in TRAITS}
    return [_peer(schools, row, other, {name: each[at] for name, each in apart.items()}, weights) for at, other in enumerate(found)]  # fmt: skip


def _apart(schools: Schools, row: int, others: Ints) -> dict[str, Floats]:
    """Differences of one school and some others by trait; nan where one side lacks it."""
    mixed = _mix_apart_squared(schools, np.array([row]), others)[0]
    known = schools.has_mix[others] & schools.has_mix[row]
    apart = {
        "size": _size_apart(schools.sizes[row], schools.sizes[others]),
        "mix": np.where(known, np.sqrt(mixed), np.nan),
    }
    coded = {name: _coded_apart(name, schools.codes[name][row], schools.codes[name][others]) for name in CODED}  # fmt: skip
    return apart | coded


def _peer(
    schools: Schools, row: int, other: int, apart: Mapping[str, float], every: Mapping[str, float]
) -> Peer:
    weights = {name: weight for name, weight in every.items() if not np.isnan(apart[name])}
    known = sum(weights.values())
    parts = {name: weight * apart[name] ** 2 / known for name, weight in weights.items()}
    differences = {one.name: float(apart[one.name]) if one.name in weights else None for one in TRAITS}  # fmt: skip
    return Peer(
        int(schools.units[other]), float(np.sqrt(sum(parts.values()))), bool(schools.provinces[row] == schools.provinces[other]), differences,
        {name: float(part) for name, part in parts.items()},
    )  # fmt: skip


def few(peers: Sequence[Peer]) -> bool:
    """Whether fewer than ten are close: then a comparison says less, and that is said."""
    return sum(one.is_close for one in peers) < FEW
