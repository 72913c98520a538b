"""With whom a school is compared, and where it stands among them: similar schools, or those of its place; never their names."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dashboards import recipe
from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.kpis import AgainstView, PeersView
from dashboards.parts.section import ChoiceView, SwitchView
from dashboards.views import questions, wording
from metrics.discovery import metric as metric_named
from metrics.distribution import Distribution, percentile
from metrics.metric import Metric
from metrics.peers import Peer, Recipe, few, similar
from metrics.plan import plan
from metrics.question import Cell
from metrics.similar import Everyone
from warehouse.places import NATION, Rung
from warehouse.scope import Depth
from warehouse.similar import marked
from warehouse.store import Reader

REGIONS = {Rung.PROVINCE, Rung.PREFECTURE}
ENOUGH = 20  # units due in a place that is compared with
FEWEST = 10  # fewer schools would not stay nameless
DOTS = 36  # a strip shows the shape of any number of schools with as many dots
EDGE = 2  # percent left out at either end of the strip
LEVELS = ((0.1, "lowest"), (0.3, "low"), (0.7, "middle"), (0.9, "high"), (1.01, "highest"))


Spreads = Mapping[str, Distribution]  # by metric


@dataclass(frozen=True)
class Alike:
    """The similar schools of one, whose mark is `own`, among everyone."""

    reader: Reader
    recipe: Recipe
    everyone: Everyone
    own: int
    peers: Sequence[Peer]

    @cached_property
    def units(self) -> Mapping[int, int]:
        """The numbers behind those marks whose records the reader sees."""
        return marked(self.reader, marks=[one.unit for one in self.peers])

    @cached_property
    def is_few(self) -> bool:
        return few(self.peers)

    @property
    def here(self) -> int:
        """How many are of the own province."""
        return sum(one.is_local for one in self.peers)

    @property
    def close(self) -> int:
        return sum(one.is_close for one in self.peers)

    @property
    def depth(self) -> Depth:
        return "records" if all(one.unit in self.units for one in self.peers) else "published"


@dataclass(frozen=True)
class Compared:
    """Whom a school is compared with: similar schools, or else the schools of a place, where there is one."""

    alike: Alike | None = None
    place: int | None = None


def compared(visit: Visit) -> Compared:
    """Similar schools, unless the address asks for the schools of the place."""
    if visit.address.peers == recipe.PLACE:
        return Compared(place=place_of(visit))
    return Compared(alike=alike(visit))


def alike(visit: Visit) -> Alike:
    """The similar schools by the recipe of the address; nobody where the school has reported too little to be compared."""
    school, asked = visit.address.place or 0, recipe.read(visit.address.peers)
    own = next(iter(marked(visit.reader, units=[school])), 0)
    everyone = visit.asking.everyone(visit.year, visit.address.basis)
    found = similar(everyone.schools, own, asked) if own in everyone.schools else []
    return Alike(visit.reader, asked, everyone, own, found)


def place_of(visit: Visit) -> int | None:
    """The prefecture of a school, or its province where the prefecture has too few schools to stay nameless."""
    above = [
        one
        for one in reversed(visit.ladder.ancestors(visit.address.place or 1))
        if visit.ladder.rung(one) in REGIONS
    ]
    return next(
        (
            one
            for one in above
            if len(visit.ladder.units(one, visit.year, visit.address.bounds)) >= ENOUGH
        ),
        above[-1] if above else None,
    )


def spreads(visit: Visit, names: Sequence[str], whom: Compared) -> dict[str, Distribution]:
    """Those one is compared with by each metric for which they are enough to stay nameless."""
    found: Mapping[str, Distribution] = {}
    if whom.alike is not None:
        asked = questions.question(visit, names, (NATION,), (visit.year,))
        marks = [one.unit for one in whom.alike.peers]
        is_internal = any(plan(name, visit.year).is_internal for name in names)
        depth: Depth = whom.alike.depth if is_internal else "published"
        found = visit.asking.among(asked, marks, depth)
    elif whom.place is not None:
        found = questions.spreads(visit, names, whom.place)
    return {name: one for name, one in found.items() if len(one.values) >= FEWEST}


def view(
    visit: Visit, name: str, cell: Cell, whom: Compared, found: Distribution | None
) -> PeersView | None:
    """The strip and its words."""
    if found is None or cell.value is None or not wording.is_shown(cell):
        return None
    metric, values = metric_named(name), found.values
    low, high = percentile(values, EDGE), percentile(values, 100 - EDGE)
    low, high = min(low, cell.value), max(high, cell.value)
    dots = (
        values
        if len(values) <= DOTS
        else [percentile(values, 100 * (at + 0.5) / DOTS) for at in range(DOTS)]
    )
    shares = [_share(value, low, high) for value in dots]
    median = percentile(values, 50)
    text = words(visit, metric, cell.value, whom, found)
    return PeersView(shares, _share(median, low, high), _share(cell.value, low, high), text, text)


def _share(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0) if high > low else 0.5


def words(visit: Visit, metric: Metric, value: float, whom: Compared, found: Distribution) -> str:
    """很高，高于 30 所相似学校中的 28 所，中位 18.2."""
    values = found.values
    under = bisect_left(values, value)
    middle = (under + bisect_right(values, value)) / 2 / len(values)
    level = next(name for bound, name in LEVELS if middle < bound)
    return visit.phrases(
        f"peers.{level}", among=_among(visit, whom, len(values)), under=plain(under),
        median=wording.shown(metric, percentile(values, 50), visit.lang).joined(),
    )  # fmt: skip


@dataclass(frozen=True)
class Medians:
    """A column of what the own values are compared with: its head, and the value by metric."""

    name: str
    values: Mapping[str, float]


def medians(visit: Visit, whom: Compared, found: Spreads) -> Medians | None:
    """The middle of those one is compared with by each metric, for a column of a table; None where nothing was found."""
    if not found:
        return None
    name = visit.phrases("peers.median") if whom.place is None else visit.phrases("peers.median.place", place=visit.ladder.place(whom.place).name(visit.lang))  # fmt: skip
    return Medians(name, {metric: percentile(one.values, 50) for metric, one in found.items()})


def _among(visit: Visit, whom: Compared, number: int) -> str:
    if whom.place is None:
        return visit.phrases("peers.among.similar", n=plain(number))
    place = visit.ladder.place(whom.place).name(visit.lang)
    return visit.phrases("peers.among.place", place=place, n=plain(number))


# -- the line that says whom one is compared with


def against(visit: Visit, whom: Compared) -> AgainstView:
    """Whom the cards compare with, the other choice, and the way to the similar schools."""
    place = place_of(visit)
    kept = "" if visit.address.peers == recipe.PLACE else visit.address.peers
    choices = [ChoiceView(visit.phrases("peers.similar"), visit.address.to(peers=kept), whom.place is None)]  # fmt: skip
    if place is not None:
        name = visit.phrases("peers.place", place=visit.ladder.place(place).name(visit.lang))
        choices.append(ChoiceView(name, visit.address.to(peers=recipe.PLACE), whom.place is not None))  # fmt: skip
    more = visit.address.on("similar", visit.address.place, peers=kept)
    return AgainstView(
        _said(visit, whom), SwitchView(visit.phrases("peers.with"), choices), (visit.phrases("peers.more"), more)
    )  # fmt: skip


def _said(visit: Visit, whom: Compared) -> str:
    if whom.alike is not None:
        return said(visit, whom.alike)
    units = visit.ladder.units(whom.place or 0, visit.year, visit.address.bounds)
    return visit.phrases(
        "peers.said.place" if len(units) >= FEWEST else "peers.said.place_few", n=FEWEST
    )


def said(visit: Visit, found: Alike) -> str:
    """How many there are, where, by which recipe, and that few are close where few are."""
    if not found.peers:
        return visit.phrases("peers.said.custom_none" if visit.address.peers else "peers.said.none")
    here, away = found.here, len(found.peers) - found.here
    clauses = [visit.phrases("peers.said", n=plain(len(found.peers)), here=plain(here), away=plain(away))]  # fmt: skip
    if found.is_few:
        clauses.append(close(visit, found))
    if len(found.peers) < FEWEST:
        clauses.append(visit.phrases("peers.said.too_few", n=FEWEST))
    if recipe.written(found.recipe):
        clauses.append(visit.phrases("peers.said.custom"))
    return visit.phrases("sentence.join").join(clauses)


def close(visit: Visit, found: Alike) -> str:
    """That few are close, or none."""
    return visit.phrases("peers.said.few" if found.close else "peers.said.none_close", n=plain(found.close))  # fmt: skip
