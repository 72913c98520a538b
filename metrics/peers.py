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

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf, log
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import polars as pl

from warehouse.arrays import Bools, Floats, Ints
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
BLOCK = 128  # schools whose distances to all are held at a time
DECIMALS = 9  # of a squared distance, beyond which an order would rest on rounding
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

    def __contains__(self, unit: int) -> bool:
        at = int(np.searchsorted(self.units, unit))
        return at < len(self.units) and int(self.units[at]) == unit

    def at(self, unit: int) -> int:
        """The position of a unit; LookupError where it is not among them."""
        if unit not in self:
            raise LookupError(unit)
        return int(np.searchsorted(self.units, unit))

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


def _mix_apart_squared(ones: Floats, others: Floats) -> Floats:
    """Squared Hellinger distances of rows of `ones` to rows of `others`."""
    alike: Floats = ones @ others.T
    return np.clip(1.0 - alike, 0.0, 1.0)


def _squared(schools: Schools, rows: Ints, recipe: Recipe) -> Floats:
    """Squared distances of some schools to all, a row each; inf where two cannot be compared."""
    cost, known = _by_table(schools, rows, recipe)
    apart = _size_apart(schools.sizes[rows][:, None], schools.sizes)
    np.multiply(apart, apart, out=apart)
    _add(cost, known, apart, (schools.has_size, rows), recipe.weight("size"))
    mixed = _mix_apart_squared(schools.roots[rows], schools.roots)
    _add(cost, known, mixed, (schools.has_mix, rows), recipe.weight("mix"))
    known[known < COMPARABLE - 1e-9] = np.nan
    cost /= known
    np.round(cost, DECIMALS, out=cost)
    np.copyto(cost, inf, where=np.isnan(cost))
    return cost


def _add(
    cost: Floats, known: Floats, squares: Floats, has: tuple[Bools, Ints], weight: float
) -> None:
    """Put a trait's weighted squares to the others, where both have it; `squares` are used up."""
    flags, rows = has
    squares *= weight
    if flags.all():
        known += weight
    else:
        both = flags[rows][:, None] & flags
        np.copyto(squares, 0.0, where=~both)
        known += weight * both
    cost += squares


def _by_table(schools: Schools, rows: Ints, recipe: Recipe) -> tuple[Floats, Floats]:
    """Of the coded traits the weighted squares and the weights known: few combinations occur, so each pair of them is taken once."""
    kinds, which = schools.kinds, schools.kind_of
    ours, row_of = np.unique(which[rows], return_inverse=True)
    cost: Floats = np.zeros((len(ours), len(kinds)))
    known: Floats = np.zeros_like(cost)
    for at, trait in enumerate(CODED):
        apart = _coded_apart(trait, kinds[ours, at][:, None], kinds[:, at])
        cost += recipe.weight(trait) * np.nan_to_num(apart) ** 2
        known += recipe.weight(trait) * ~np.isnan(apart)
    return cost[:, which][row_of], known[:, which][row_of]


def _shut_out(schools: Schools, rows: Ints, recipe: Recipe, squared: Floats) -> None:
    """Nobody is its own peer; and whom the recipe leaves out is none."""
    squared[np.arange(len(rows)), rows] = inf
    if recipe.is_local:
        squared[schools.provinces[rows][:, None] != schools.provinces] = inf
    if recipe.within is not None:
        ratio = np.abs(schools.sizes[rows][:, None] - schools.sizes)
        squared[~(ratio <= log(recipe.within) + 1e-9)] = inf


def _chosen(schools: Schools, row: int, squared: Floats) -> Ints:
    """Positions of the similar schools of one, out of its distances to all: own province first, then the nearest."""
    most = min(POOL, len(squared)) - 1
    limit = np.partition(squared, most)[most] if len(squared) else inf
    near = np.flatnonzero((squared <= limit) & (squared < inf))
    pool = near[np.argsort(squared[near], kind="stable")][:POOL]
    away = schools.provinces[pool] != schools.provinces[row]
    return pool[np.argsort(away, kind="stable")][:NUMBER]


# -- answers


def similar(schools: Schools, unit: int, recipe: Recipe = PUBLISHED) -> list[Peer]:
    """The similar schools of one, those of its province first, each with what the distance is made of. Nobody where none can be compared."""
    row = schools.at(unit)
    rows = np.array([row], dtype=np.int64)
    squared = _squared(schools, rows, recipe)
    _shut_out(schools, rows, recipe, squared)
    found = _chosen(schools, row, squared[0])
    apart = _apart(schools, row, found)
    weights = {one.name: recipe.weight(one.name) for one in TRAITS}
    return [_peer(schools, row, other, {name: each[at] for name, each in apart.items()}, weights) for at, other in enumerate(found)]  # fmt: skip


def _apart(schools: Schools, row: int, others: Ints) -> dict[str, Floats]:
    """Differences of one school and some others by trait; nan where one side lacks it."""
    mixed = _mix_apart_squared(schools.roots[row : row + 1], schools.roots[others])[0]
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


EVERYONE = pl.Schema({"unit": pl.Int64, "rank": pl.Int64, "peer": pl.Int64, "distance": pl.Float64})


def everyone(schools: Schools, recipe: Recipe = PUBLISHED) -> pl.DataFrame:
    """unit, rank (from 1), peer, distance: the similar schools of all, in the order of similar()."""
    found = [
        (row, others, squared[others])
        for rows in _blocks(len(schools))
        for row, others, squared in _block(schools, rows, recipe)
    ]
    sizes = [len(others) for _, others, _ in found]
    if not sum(sizes):
        return EVERYONE.to_frame()
    return pl.DataFrame({
        "unit": np.repeat(schools.units[[row for row, _, _ in found]], sizes),
        "rank": np.concatenate([np.arange(1, size + 1) for size in sizes]),
        "peer": schools.units[np.concatenate([others for _, others, _ in found])],
        "distance": np.sqrt(np.concatenate([squared for _, _, squared in found])),
    }, schema=EVERYONE)  # fmt: skip


def _blocks(number: int) -> Iterator[Ints]:
    for start in range(0, number, BLOCK):
        yield np.arange(start, min(start + BLOCK, number), dtype=np.int64)


def _block(schools: Schools, rows: Ints, recipe: Recipe) -> Iterator[tuple[int, Ints, Floats]]:
    squared = _squared(schools, rows, recipe)
    _shut_out(schools, rows, recipe, squared)
    for at, row in enumerate(rows.tolist()):
        yield row, _chosen(schools, row, squared[at]), squared[at]


def few(peers: Sequence[Peer]) -> bool:
    """Whether fewer than ten are close: then a comparison says less, and that is said."""
    return sum(one.is_close for one in peers) < FEW
