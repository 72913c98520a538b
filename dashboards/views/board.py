"""The submission board: places below, forms, and with whom things wait."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Literal, NamedTuple, TypeVar

from dashboards.element import Element
from dashboards.numbers import academic_year, percent, percentage, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.section import SectionView, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views import chain as words
from dashboards.views import queue
from warehouse.board import Stand, stands
from warehouse.chain import Standing, standings
from warehouse.chain_queue import REVIEW_DAYS
from warehouse.chain_rules import State
from warehouse.discovery import asked_forms, domains, forms_of
from warehouse.moments import minute

STEPS: Mapping[str, tuple[State, ...]] = {
    "missing": (State.MISSING,),
    "school": (State.FILLED, State.SIGNED, State.CHECKED),
    "returned": (State.RETURNED,),
    "review": (State.HANDED_IN, State.REVIEWED),
    "approved": (State.APPROVED,),
}
HANDED = ("review", "approved")
STEP = {state.value: step for step, states in STEPS.items() for state in states}
STILL = ("missing", "approved")  # not on their way
LATE = ("late", "slow")  # at schools, at reviewers
MOST = 12  # offices that are named
T = TypeVar("T")


@dataclass(frozen=True)
class Found:
    """Where the forms below a place stand, added up once for all sections."""

    rows: Sequence[Stand]

    @cached_property
    def places(self) -> Mapping[int, Part]:
        return parts_of(self.rows, attrgetter("place_id"))

    @cached_property
    def forms(self) -> Mapping[str, Part]:
        return parts_of(self.rows, attrgetter("form"))

    @cached_property
    def whole(self) -> Part:
        return together(self.places.values())


def found(visit: Visit) -> Found:
    here = visit.address.place or 1
    units = visit.ladder.units_below(here, visit.year)
    return Found(stands(visit.reader, here, visit.year, visit.today, units))


class Part(NamedTuple):
    """The forms of one place, or of one kind: how many stand at each step, how many are late with schools and with reviewers.

    `oldest`: since when the first of those on their way has stood still.
    """

    steps: Mapping[str, int]
    late: int
    slow: int
    oldest: datetime | None

    @property
    def forms(self) -> int:
        return sum(self.steps.values())

    @property
    def handed(self) -> int:
        return sum(self.steps.get(step, 0) for step in HANDED)

    @property
    def share(self) -> float:
        return self.handed / max(1, self.forms)


def parts_of(rows: Iterable[Stand], key: Callable[[Stand], T]) -> dict[T, Part]:
    """What `found` counts, added up by what a key tells of each line."""
    found: dict[T, list[Stand]] = {}
    for one in rows:
        found.setdefault(key(one), []).append(one)
    return {each: _part(mine) for each, mine in found.items()}


def _part(rows: Sequence[Stand]) -> Part:
    steps, late, slow = dict.fromkeys(STEPS, 0), 0, 0
    moving = []
    for _, _, state, forms, is_late, is_slow, oldest in rows:
        step = STEP[state]
        steps[step] += forms
        late += is_late
        slow += is_slow
        if oldest and step not in STILL:
            moving.append(oldest)
    return Part(steps, late, slow, min(moving, default=None))


def together(parts: Collection[Part]) -> Part:
    steps = {step: sum(one.steps[step] for one in parts) for step in STEPS}
    oldest = min((one.oldest for one in parts if one.oldest), default=None)
    return Part(steps, sum(one.late for one in parts), sum(one.slow for one in parts), oldest)


def sentence(visit: Visit, counted: Found) -> FindingView:
    whole = counted.whole
    place = visit.place.name(visit.lang) if visit.place else ""
    basis = visit.phrases("board.about", year=academic_year(visit.year, visit.lang), day=words.due_days(visit, visit.year))  # fmt: skip
    if not whole.forms:
        return FindingView(visit.phrases("board.none"), basis, automatic=False)
    told = [
        visit.phrases("board.said", place=place, due=plain(whole.forms), handed=plain(whole.handed), share=percent(whole.share)),
        _late_said(visit, whole),
    ]  # fmt: skip
    text = visit.phrases("sentence.comma").join(filter(None, told))
    return FindingView(visit.phrases("sentence.end", text=text), basis, automatic=False)


def _late_said(visit: Visit, whole: Part) -> str:
    """Forms that schools owe, and those that reviewers have kept waiting."""
    numbers = dict(zip(LATE, (whole.late, whole.slow), strict=True))
    told = [visit.phrases(f"board.said.{name}", n=plain(n)) for name, n in numbers.items() if n]
    return visit.phrases("sentence.comma").join(told)


# -- two tables of one shape: by place, by form


def places_section(visit: Visit, counted: Found) -> Element:
    """The places right below, the furthest behind first."""
    parts = counted.places
    listed = [
        _row(visit, visit.ladder.place(place).name(visit.lang), part, visit.toward(place))
        for place, part in sorted(parts.items(), key=lambda pair: (pair[1].share, pair[0]))
    ]
    name = visit.place.name(visit.lang) if visit.place else ""
    total = _row(visit, name, counted.whole, kind="total")
    shown = TableView(visit.phrases("board.places", n=len(parts)), _heads(visit, "place"), [total, *listed])  # fmt: skip
    view = SectionView("places", shown.name, note=visit.phrases("board.note", n=REVIEW_DAYS))
    return section(view, table(shown, visit.phrases))


def forms_section(visit: Visit, counted: Found) -> Element:
    """The forms under their domains."""
    parts = counted.forms
    listed: list[RowView] = []
    for domain in domains().values():
        mine = [form for form in forms_of(domain) if form.name in parts]
        if mine:
            listed.append(RowView(domain.label.of(visit.lang), kind="group"))
        listed += [_row(visit, form.title.of(visit.lang), parts[form.name]) for form in mine]
    title = visit.phrases("board.forms", n=len(parts))
    view = SectionView("forms", title, academic_year(visit.year, visit.lang))
    return section(view, table(TableView(title, _heads(visit, "form"), listed), visit.phrases))


def _heads(visit: Visit, first: str) -> Sequence[ColumnView]:
    phrases = visit.phrases
    return (
        ColumnView(phrases(f"board.{first}"), kind="text"),
        ColumnView(phrases("board.due"), narrow=False),
        ColumnView(phrases("board.share"), "%"),
        *(ColumnView(phrases(f"board.{step}"), narrow=step == "review") for step in STEPS),
        *(ColumnView(phrases(f"board.{name}"), narrow=name == "late") for name in LATE),
        ColumnView(phrases("board.oldest"), phrases("board.days"), narrow=False),
    )


def _row(
    visit: Visit, name: str, part: Part, href: str = "", kind: Literal["", "total"] = ""
) -> RowView:
    cells = (
        CellView(plain(part.forms)),
        CellView(percentage(part.share)),
        *(CellView(plain(part.steps.get(step, 0))) for step in STEPS),
        _late(part.late),
        _late(part.slow),
        _wait(visit, part),
    )
    return RowView(name, cells, href, kind=kind)


def _late(number: int) -> CellView:
    return CellView(plain(number), verdict="miss" if number else None)


def _wait(visit: Visit, part: Part) -> CellView:
    """How long the oldest form that is on its way has stood still."""
    if part.oldest is None:
        return CellView(symbol="not_applicable")
    return CellView(plain(words.age(part.oldest, visit.today)))


def waits_section(visit: Visit) -> Element:
    """Every office at or below this place that has something to review, with its oldest."""
    return queue.rungs(visit, visit.address.place or 1, MOST, width=12)


# -- one school


def school_section(visit: Visit) -> Element:
    """Every form of a school: at which step, whose turn, since when."""
    every = standings(visit.reader, visit.year, visit.address.place or 0)
    known = {name: every[name] for name in asked_forms(visit.year, visit.today)}
    listed: list[RowView] = []
    for domain in domains().values():
        mine = [form.name for form in forms_of(domain) if form.name in known]
        if mine:
            listed.append(RowView(domain.label.of(visit.lang), kind="group"))
        listed += [_standing(visit, name, known[name]) for name in mine]
    phrases = visit.phrases
    heads = (
        ColumnView(phrases("board.form"), kind="text"),
        ColumnView(phrases("board.state"), kind="text"),
        ColumnView(phrases("board.who"), kind="text"),
        ColumnView(phrases("board.since"), kind="text", narrow=False),
        ColumnView(phrases("board.waiting"), phrases("board.days")),
    )
    title = phrases("board.forms", n=len(known))
    view = SectionView("forms", title, academic_year(visit.year, visit.lang))
    return section(view, table(TableView(title, heads, listed), visit.phrases))


def _standing(visit: Visit, name: str, one: Standing) -> RowView:
    lang = visit.lang
    cells = (
        CellView(one.state.label.of(lang)),
        CellView(words.turn(visit, one.waits_at, one.actor)),
        CellView(minute(one.since)) if one.since else CellView(symbol="not_submitted"),
        CellView(plain(words.age(one.since, visit.today)))
        if one.since and one.state is not State.APPROVED
        else CellView(symbol="not_applicable"),
    )
    href = visit.address.on("review", visit.address.place, form=name, metric="")
    return RowView(words.title(visit, name), cells, href)
