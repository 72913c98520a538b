"""The similar schools of one: the recipe and its choices, how alike they are, and by name those whom the reader may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from dashboards import recipe as written
from dashboards.element import Element
from dashboards.numbers import percent, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.recipe import RecipeView, TraitView, recipe
from dashboards.parts.section import ChoiceView, SectionView, SwitchView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.peers import FEWEST, Alike, alike, close, said
from metrics.peers import CLOSE, NUMBER, POOL, SOURCE, TRAITS, Peer, Recipe, Trait
from warehouse.bands import LABELS
from warehouse.codes import Codes, majors
from warehouse.dimensions import SCHOOL_TYPE, SETTING, SPONSOR

CODED: Mapping[str, tuple[str, Codes]] = {
    "type": ("school_type", SCHOOL_TYPE), "sponsor": ("sponsor", SPONSOR), "setting": ("setting", SETTING),
}  # fmt: skip
UNKNOWN = CellView(symbol="not_submitted")


@dataclass(frozen=True)
class Found:
    """The similar schools of the visited one, and what they and it are by each trait."""

    visit: Visit
    alike: Alike

    @cached_property
    def traits(self) -> dict[int, dict[str, Any]]:
        """Rows of the own school and of those whose records the reader sees, by mark."""
        shown = [self.alike.own, *self.alike.units]
        rows = self.alike.everyone.traits.filter(pl.col("unit").is_in(shown)).to_dicts()
        return {int(row["unit"]): row for row in rows}

    @cached_property
    def largest(self) -> dict[int, tuple[str, float]]:
        """By mark the class with most students and its share."""
        mix = self.alike.everyone.mix.filter(pl.col("unit").is_in(list(self.traits)))
        ordered = mix.sort("students", "major", descending=[True, False])
        found = ordered.group_by("unit", maintain_order=True).agg(pl.col("major").first(), pl.col("students").first(), pl.col("students").sum().alias("all"))  # fmt: skip
        return {row["unit"]: (row["major"], row["students"] / row["all"]) for row in found.to_dicts() if row["all"]}  # fmt: skip

    @property
    def named(self) -> list[Peer]:
        return [one for one in self.alike.peers if one.unit in self.alike.units]


def found(visit: Visit) -> Found:
    return Found(visit, alike(visit))


def sentence(one: Found) -> FindingView:
    """How many, where, how far, and whether few are close."""
    visit, peers = one.visit, one.alike.peers
    place = visit.place.name(visit.lang) if visit.place else ""
    basis = visit.phrases("similar.basis", pool=POOL, n=NUMBER)
    if not peers:
        words = said(visit, one.alike)
        return FindingView(visit.phrases("sentence.end", text=words), basis, automatic=False)
    distances = sorted(each.distance for each in peers)
    clauses = [
        visit.phrases("similar.said", place=place, n=plain(len(peers)), here=plain(one.alike.here), away=plain(len(peers) - one.alike.here)),
        visit.phrases("similar.said.far", low=plain(distances[0], 2), high=plain(distances[-1], 2)),
        close(visit, one.alike) if one.alike.is_few else visit.phrases("similar.said.close", n=plain(one.alike.close)),
    ]  # fmt: skip
    text = visit.phrases("sentence.comma").join(clauses)
    return FindingView(visit.phrases("sentence.end", text=text), basis, automatic=False)


# -- the recipe


def recipe_section(one: Found) -> Element:
    """The published recipe, or the reader's own, and what may be changed in it."""
    visit, mine = one.visit, one.alike.recipe
    is_own = bool(written.written(mine))
    view = RecipeView(
        visit.phrases("similar.recipe"),
        [visit.phrases(f"similar.head.{name}") for name in ("trait", "own", "weight", "apart", "choice")],
        [_trait(one, trait) for trait in TRAITS],
        [(visit.phrases("similar.where"), _where(visit, mine)), (visit.phrases("similar.within"), _within(visit, mine))],
        (visit.phrases("similar.reset"), _to(visit, Recipe())) if is_own else None,
    )  # fmt: skip
    head = SectionView(
        "recipe", visit.phrases("similar.recipe"), visit.phrases("similar.own" if is_own else "similar.published"),
        note=visit.phrases("similar.recipe.note", close=plain(CLOSE, 2), source=SOURCE.of(visit.lang)),
    )  # fmt: skip
    return section(head, recipe(view))


def _trait(one: Found, trait: Trait) -> TraitView:
    visit, mine = one.visit, one.alike.recipe
    label = trait.label.of(visit.lang)
    choices = [
        ChoiceView(visit.phrases(f"similar.times.{n}"), _to(visit, _times(mine, trait.name, n)), mine.times.get(trait.name, 1) == n)
        for n in written.TIMES
    ]  # fmt: skip
    switch = SwitchView(visit.phrases("similar.choice", trait=label), choices)
    weight = percent(mine.weight(trait.name), 0)
    return TraitView(label, trait.how.of(visit.lang), _own(one, trait.name), weight, _apart(one, trait.name), switch)  # fmt: skip


def _own(one: Found, trait: str) -> str:
    """What the own school is by a trait."""
    row = one.traits.get(one.alike.own, {})
    cell = _value(one, row, trait)
    return cell.text if not cell.symbol else one.visit.phrases("similar.unknown")


def _apart(one: Found, trait: str) -> str:
    """The mean difference of the similar schools by a trait, where they are enough to stay nameless."""
    known = [each.differences[trait] for each in one.alike.peers]
    apart = [value for value in known if value is not None]
    return plain(sum(apart) / len(apart), 2) if len(apart) >= FEWEST else "—"


def _times(mine: Recipe, trait: str, times: int) -> Recipe:
    return replace(mine, times={**mine.times, trait: times})


def _where(visit: Visit, mine: Recipe) -> SwitchView:
    choices = [
        ChoiceView(visit.phrases(f"similar.where.{name}"), _to(visit, replace(mine, is_local=is_local)), mine.is_local == is_local)
        for name, is_local in (("any", False), ("local", True))
    ]  # fmt: skip
    return SwitchView(visit.phrases("similar.where"), choices)


def _within(visit: Visit, mine: Recipe) -> SwitchView:
    ratios = [None, *written.WITHIN.values()]
    choices = [ChoiceView(_ratio(visit, each), _to(visit, replace(mine, within=each)), mine.within == each) for each in ratios]  # fmt: skip
    return SwitchView(visit.phrases("similar.within"), choices)


def _ratio(visit: Visit, ratio: float | None) -> str:
    if ratio is None:
        return visit.phrases("similar.within.any")
    return visit.phrases("similar.within.ratio", n=f"{ratio:g}")


def _to(visit: Visit, changed: Recipe) -> str:
    return visit.address.to(peers=written.written(changed)) + "#recipe"


# -- the list


def list_section(one: Found) -> Element:
    """Those whose records the reader sees, by name; of the others only how many there are and where."""
    visit, named = one.visit, one.named
    left = [each for each in one.alike.peers if each.unit not in one.alike.units]
    view = SectionView("list", visit.phrases("similar.list"), visit.phrases("similar.list.meta", n=plain(len(named))))  # fmt: skip
    if not named:
        return section(
            view,
            empty(
                _counted(visit, "similar.none_named", left)
                if left
                else visit.phrases("similar.none")
            ),
        )
    note = _counted(visit, "similar.left", left) if left else ""
    view = replace(view, note=note + visit.phrases("similar.list.note"))
    groups = [(key, [each for each in named if each.is_local is is_local]) for key, is_local in (("here", True), ("away", False))]  # fmt: skip
    rows = [_row(one, one.alike.own, None)]
    for key, peers in groups:
        if peers:
            rows.append(RowView(visit.phrases(f"similar.group.{key}", n=plain(len(peers))), kind="group"))  # fmt: skip
            rows += [_row(one, each.unit, each) for each in peers]
    return section(view, table(TableView(view.title, _heads(visit), rows, "wrap"), visit.phrases))


def _counted(visit: Visit, words: str, left: Sequence[Peer]) -> str:
    """How many are not named, and where they are."""
    here = sum(each.is_local for each in left)
    return visit.phrases(words, n=plain(len(left)), here=plain(here), away=plain(len(left) - here))


def _heads(visit: Visit) -> tuple[ColumnView, ...]:
    phrases = visit.phrases
    return (
        ColumnView(phrases("similar.school"), kind="text"),
        ColumnView(phrases("similar.distance"), kind="bar"),
        ColumnView(phrases("similar.mostly"), kind="text", narrow=False),
        ColumnView(phrases("specialties.students"), phrases("specialties.persons")),
        ColumnView(phrases("similar.largest"), kind="text", narrow=False),
        *(ColumnView(trait.label.of(visit.lang), kind="text", narrow=False) for trait in TRAITS if trait.name in CODED),
    )  # fmt: skip


def _row(one: Found, mark: int, peer: Peer | None) -> RowView:
    """One school; the own one has no distance."""
    visit, row = one.visit, one.traits.get(mark, {})
    unit = one.alike.units[mark] if peer else visit.address.place or 0
    distance = CellView(plain(peer.distance, 2), value=peer.distance) if peer else CellView()
    cells = (
        distance, CellView(_mostly(visit, peer) if peer else ""), _value(one, row, "size"), _value(one, row, "mix"),
        *(_value(one, row, name) for name in CODED),
    )  # fmt: skip
    place = visit.ladder.place(unit)
    where = visit.ladder.place(place.path[-2]).name(visit.lang) if len(place.path) > 1 else ""
    return RowView(
        place.name(visit.lang), cells, visit.toward(unit) if peer else "", sub=where, kind="" if peer else "own"
    )  # fmt: skip


def _mostly(visit: Visit, peer: Peer) -> str:
    """Which trait makes most of the distance, and how much of it."""
    name, part = max(peer.parts.items(), key=lambda each: each[1])
    if not part:
        return visit.phrases("similar.same")
    label = next(trait.label for trait in TRAITS if trait.name == name).of(visit.lang)
    return visit.phrases("similar.part", trait=label, share=percent(part / sum(peer.parts.values()), 0))  # fmt: skip


def _value(one: Found, row: Mapping[str, Any], trait: str) -> CellView:
    """A school's trait in words."""
    lang = one.visit.lang
    if trait == "size":
        return CellView(plain(int(row["students"]))) if row.get("students") else UNKNOWN
    if trait == "band":
        return CellView(LABELS[int(row["band"])].of(lang)) if row.get("band") else UNKNOWN
    if trait == "mix":
        major, share = one.largest.get(int(row.get("unit") or 0), ("", 0.0))
        return CellView(f"{majors().labels[major].of(lang)} {percent(share, 0)}") if major else UNKNOWN  # fmt: skip
    column, codes = CODED[trait]
    label = codes.labels.get(str(row.get(column)))
    return CellView(label.of(lang)) if label else UNKNOWN
