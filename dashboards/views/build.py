"""The table that an address asks for: its words, its rows and columns as they are printed, and the chart that suits it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from dashboards.address import Address
from dashboards.i18n import Phrases
from dashboards.numbers import academic_year, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView, DefinedView
from dashboards.parts.crosstab import CrossView, HeadView, LineView
from dashboards.views import wording
from metrics.discovery import metric
from metrics.errors import NotForPublication
from metrics.metric import Metric
from metrics.question import Cell, Key, State
from metrics.tables import ask as asks
from metrics.tables.ask import MEMBERS, Ask, Axis, Pick, Spot
from metrics.tables.build import Table, is_plain
from metrics.tables.build import build as built
from metrics.tables.build import lacking as find_lacking
from metrics.tables.kinds import KINDS, LABELS
from metrics.tables.waiting import PATIENCE
from warehouse.ladder import Ladder
from warehouse.places import NATION

BLANK = dict.fromkeys(
    ("places", "years", "metrics", "cut", "across", "totals", "order", "opened"), ""
)
FIRST_METRICS = ("students", "students_per_teacher")
FIRST_YEARS = 3
SHOWN_ROWS, SHOWN_COLUMNS = 200, 60
SORTED_COLUMNS = 40  # each head that sorts is a step of the tabulator
DIGITS = 100  # three digits at least
TOTAL = ""
DERIVED = {"major"}  # named otherwise than the column they are derived from


def asked(visit: Visit) -> Ask:
    """What the address asks for; where it says nothing of a step, what most people begin with."""
    address = visit.address
    found = asks.read({name: getattr(address, name) for name in asks.WORDS}, visit.years)
    here = address.place or visit.audience.scope.place_id
    return replace(
        found,
        picks=found.picks or first_picks(visit, here),
        years=found.years or tuple(year for year in visit.years if year <= visit.year)[-FIRST_YEARS:],
        metrics=found.metrics or FIRST_METRICS,
    )  # fmt: skip


def made(visit: Visit, ask: Ask, patience: float | None = PATIENCE) -> Table:
    """The table as its reader may see it, or as anybody may have it. TakesLong where more than `patience` seconds have to be decided first."""
    if not ask.opened:
        return built(visit.asking.ahead, visit.ladder, ask, visit.asking.counting(patience))
    if not visit.address.release:
        raise NotForPublication("请先在页首“读取”处选择一次发布", "first choose a release under “Figures” at the top")  # fmt: skip
    if not is_plain(ask):
        raise NotForPublication("按学校类别或多项分组的表不对外发布，请去掉这些分组", "tables by kinds of schools or by several breakdowns are not; leave these breakdowns out")  # fmt: skip
    method = ask.opened
    return built(lambda questions: visit.asking.published(questions, method), visit.ladder, ask)


def is_publisher(visit: Visit) -> bool:
    """Whether a reader is in charge of the nation, and may make what is published of a release."""
    scope = visit.audience.scope
    return (scope.place_id, scope.depth) == (NATION, "records")


def first_picks(visit: Visit, here: int) -> tuple[Pick, ...]:
    """The place itself and those right below it, where they are places that the reader sees, and not schools."""
    below = next_reach(visit.ladder, here)
    offered = below and below != "schools" and is_open(visit, Pick(here, below))
    return (Pick(here), Pick(here, below)) if offered else (Pick(here),)


def is_open(visit: Visit, pick: Pick) -> bool:
    """Whether a reader sees every place of a pick."""
    ladder, scope = visit.ladder, visit.audience.scope
    if not pick.reach:
        return scope.depth_of(ladder, pick.place) is not None
    if scope.place_id in (pick.place, *ladder.ancestors(pick.place)):
        return scope.depth == "records" or pick.reach != "schools"
    below = asks.below(ladder, pick, visit.year, visit.address.bounds)
    return all(scope.depth_of(ladder, place) is not None for place in below)


def next_reach(ladder: Ladder, place: int) -> str:
    """The rung of the places right below, by the name a pick gives it; "" where there are none."""
    rungs = {ladder.rung(child) for child in ladder.children(place)}
    return next((name for name, rung in asks.REACHES.items() if rung in rungs), "")


@dataclass(frozen=True)
class Words:
    """How the axes of a table are called and its cells are printed, in one language."""

    table: Table
    ladder: Ladder
    phrases: Phrases
    address: Address | None = None  # of the page it stands on; a file has none

    @cached_property
    def scales(self) -> dict[str, wording.Scale]:
        """One scale a metric, so that its numbers can be compared all over the table."""
        return {name: self._scale(name) for name in self.table.ask.metrics}

    def _scale(self, name: str) -> wording.Scale:
        """Larger units where even the smallest number keeps its digits in them; else numbers in full."""
        cells = [cell for key, cell in self.table.cells.items() if key.metric == name]
        large = wording.column_scale(metric(name), cells, self.phrases.lang)
        least = min((abs(cell.value) for cell in cells if cell.value), default=0.0)
        is_exact = self.table.ask.opened == "rounded"  # a scale would hide to what it is rounded
        if not is_exact and (
            large.divisor == 1 or least / large.divisor * 10**large.decimals >= DIGITS
        ):
            return large
        return wording.Scale(
            1, metric(name).decimals, wording.unit_text(metric(name), self.phrases.lang)
        )

    def word(self, axis: Axis, value: int | str) -> str:
        """A value of an axis as a head prints it."""
        if axis == "places":
            return self.ladder.place(int(value)).name(self.phrases.lang)
        if axis == "years":
            return academic_year(int(value), self.phrases.lang)
        if axis == "metrics":
            return wording.brief(metric(str(value)), self.phrases.lang)
        return self._of_breakdown(MEMBERS.index(axis), str(value))

    @cached_property
    def above(self) -> frozenset[int]:
        """The places that any place of the table lies in."""
        return frozenset(
            above for place in self.table.places for above in self.ladder.ancestors(place)
        )

    def member(self, code: str) -> str:
        """The members of all breakdowns in a line."""
        codes = self.table.codes
        if code == TOTAL or codes is None:
            return self.phrases("compare.total")
        parts = enumerate(asks.parted(code, len(codes)))
        return " · ".join(self._of_breakdown(at, part) for at, part in parts)

    def _of_breakdown(self, at: int, code: str) -> str:
        codes = self.table.codes
        if code == TOTAL or codes is None:
            return self.phrases("compare.total")
        return codes[at].labels[code].of(self.phrases.lang)

    def axis(self, axis: Axis) -> str:
        """The name of an axis; of one of several breakdowns its own."""
        return axis_word(self.table.ask, axis, self.phrases)

    def unit(self, name: str) -> str:
        return self.scales[name].unit

    def defined(self, axis: Axis, value: int | str) -> DefinedView | None:
        """Where the name of a metric leads on a page."""
        if axis != "metrics" or self.address is None:
            return None
        return wording.defined(self.address, metric(str(value)), self.phrases)

    @property
    def title(self) -> str:
        """Metrics, places, the breakdown and the years in a line."""
        ask, lang = self.table.ask, self.phrases.lang
        names = self.phrases("build.and").join(
            metric(name).label.of(lang) for name in ask.metrics[:3]
        )
        if len(ask.metrics) > 3:
            names = self.phrases("build.more_metrics", names=names, n=len(ask.metrics))
        years = self.word("years", ask.years[0])
        if len(ask.years) > 1:
            years = self.phrases("build.span", first=years, last=self.word("years", ask.years[-1]))
        title = self.phrases(
            "build.of", places=picked(ask, self.ladder, self.phrases), metrics=names, years=years
        )
        by = cut_names(ask, self.phrases) if ask.cut else ""
        return self.phrases("build.by", title=title, cut=by) if by else title  # fmt: skip


def picked(ask: Ask, ladder: Ladder, phrases: Phrases, most: int = 3) -> str:
    """The picks in words: 湖南各县区、广东."""
    words = [pick_word(pick, ladder, phrases) for pick in ask.picks]
    listed = phrases("build.and").join(words[:most])
    return listed if len(words) <= most else phrases("build.more", listed=listed, n=len(words))


def pick_word(pick: Pick, ladder: Ladder, phrases: Phrases) -> str:
    name = ladder.place(pick.place).name(phrases.lang)
    return phrases(f"build.reach.{pick.reach}", place=name) if pick.reach else name


def cut_names(ask: Ask, phrases: Phrases) -> str:
    """The breakdowns as people say them, one after the other."""
    known = dict(cut_choices(ask.metrics, phrases))
    return phrases("build.and").join(known.get(cut, cut) for cut in ask.cuts)


def axis_word(ask: Ask, axis: Axis, phrases: Phrases) -> str:
    """The name of an axis; where there are several breakdowns each goes by its own."""
    if axis not in MEMBERS or len(ask.cuts) < 2:
        return phrases(f"build.axis.{axis}")
    cut = ask.cuts[MEMBERS.index(axis)]
    return dict(cut_choices(ask.metrics, phrases)).get(cut, cut)


def cut_choices(names: Sequence[str], phrases: Phrases) -> list[tuple[str, str]]:
    """The breakdowns that some metrics offer, each with its words: the name of its column, of what is derived from it, or of a kind of schools."""
    return [(cut, _cut_word(names, cut, phrases)) for cut in asks.cuts(names)]


def _cut_word(names: Sequence[str], cut: str, phrases: Phrases) -> str:
    if cut in KINDS:
        return LABELS[cut].of(phrases.lang)
    return phrases(f"build.cut.{cut}") if cut in DERIVED else asks.broken_column(names, cut).label.of(phrases.lang)  # fmt: skip


def lacking(words: Words) -> str:
    """Which metrics lack which breakdowns and stand with their totals alone; "" where none does."""
    phrases, known = words.phrases, dict(cut_choices(words.table.ask.metrics, words.phrases))
    told = [
        phrases("build.lacking.one", metric=metric(name).label.of(phrases.lang), cuts=phrases("build.and").join(known[cut] for cut in cuts))
        for name, cuts in find_lacking(words.table.ask).items()
    ]  # fmt: skip
    return phrases("build.lacking", told=phrases("build.semicolon").join(told)) if told else ""


# -- the table as printed


def crosstab(words: Words, *, is_whole: bool = False) -> CrossView:
    """The table with its heads, one line a row; as much of it as a page shows, unless it is the whole."""
    table, rows, columns = words.table, None if is_whole else SHOWN_ROWS, None if is_whole else SHOWN_COLUMNS  # fmt: skip
    shown = table.columns[:columns]
    heads = [[_head(words, axis, at) for at in _spans(shown, depth)] for depth, axis in enumerate(table.ask.across)]  # fmt: skip
    heads[-1] = [_sorting(words, _of_one(words, head), at) for at, head in enumerate(heads[-1], start=1)]  # fmt: skip
    lines = list(_lines(words, table.rows[:rows], shown))
    return CrossView(words.title, [words.axis(axis) for axis in shown_axes(table)], heads, lines)


def shown_axes(table: Table) -> tuple[Axis, ...]:
    """The axes that run down and say something: an axis of one value is told in the title."""
    down = table.ask.down
    told = tuple(axis for axis in down if len(table.values[axis]) > 1)
    return told or down[:1]


def _spans(columns: Sequence[Spot], depth: int) -> list[tuple[int | str, int]]:
    """The values of a head's line, each with how many columns it stands over."""
    found: list[tuple[int | str, int]] = []
    before: Any = None
    for column in columns:
        upto = column.values[: depth + 1]
        if upto == before:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((column.values[depth], 1))
        before = upto
    return found


def _head(words: Words, axis: Axis, at: tuple[int | str, int]) -> HeadView:
    value, span = at
    unit = words.unit(str(value)) if axis == "metrics" else ""
    return HeadView(words.word(axis, value), span, unit, words.defined(axis, value))


def _of_one(words: Words, head: HeadView) -> HeadView:
    """Where a single metric runs down, which no label of a row tells, its unit stands in the lowest heads."""
    ask = words.table.ask
    is_told = "metrics" in (*ask.across, *shown_axes(words.table))
    return head if is_told else replace(head, unit=words.unit(ask.metrics[0]))


def _sorting(words: Words, head: HeadView, column: int) -> HeadView:
    """The lowest heads sort on a page: the largest first, then the smallest, then as the axes have it."""
    if (
        words.address is None
        or len(words.table.rows) < 2
        or len(words.table.columns) > SORTED_COLUMNS
    ):
        return head
    sort = words.table.ask.sort
    order = {-column: str(column), column: ""}.get(sort, str(-column))
    now: dict[int, Literal["ascending", "descending"]] = {column: "ascending", -column: "descending"}  # fmt: skip
    return replace(head, sort_href=words.address.to(order=order), sorted=now.get(sort, ""))


def _lines(words: Words, rows: Sequence[Spot], columns: Sequence[Spot]) -> Iterable[LineView]:
    axes = shown_axes(words.table)
    before: tuple[int | str, ...] = ()
    for row in rows:
        at = dict(zip(row.axes, row.values, strict=True))
        values = tuple(at[axis] for axis in axes)
        labels = [_label(words, axis, at[axis]) for axis in axes]
        alike = _alike(before, values) if not words.table.ask.sort else 0
        is_total = bool(row.members) and not any(row.members) and words.table.codes is not None
        yield LineView(
            labels,
            alike,
            [cell_view(words, row, column) for column in columns],
            is_total=is_total,
            defined=[words.defined(axis, at[axis]) for axis in axes],
        )
        before = values  # fmt: skip


def _label(words: Words, axis: Axis, value: int | str) -> str:
    """A value of a row; a metric tells its unit where no head does."""
    word = words.word(axis, value)
    unit = words.unit(str(value)) if axis == "metrics" else ""
    return words.phrases("build.unit", metric=word, unit=unit) if unit else word


def _alike(before: tuple[int | str, ...], now: tuple[int | str, ...]) -> int:
    """How many labels from the left are those of the row before, and need not be said again; the last always is."""
    same = 0
    for a, b in zip(before, now[:-1], strict=False):
        if a != b:
            break
        same += 1
    return same


def cell_view(words: Words, row: Spot, column: Spot) -> CellView:
    cell = words.table.cell(row, column)
    name = asks.key(row, column).metric
    return wording.cell_view(metric(name), cell, scale=words.scales[name])


# -- what stands around it


def left_out(words: Words) -> str:
    """How many rows and columns the page does not show; "" where it shows all."""
    many = {"rows": (len(words.table.rows), SHOWN_ROWS), "columns": (len(words.table.columns), SHOWN_COLUMNS)}  # fmt: skip
    told = [words.phrases(f"build.rest.{what}", shown=most, many=there) for what, (there, most) in many.items() if there > most]  # fmt: skip
    return words.phrases("build.rest", told=words.phrases("build.and").join(told)) if told else ""


def counted(words: Words) -> str:
    """How many rows, columns and cells, and how many of them say why there is no value."""
    table, phrases = words.table, words.phrases
    states = table.states
    said = [
        phrases(
            "build.count",
            rows=plain(len(table.rows)),
            columns=plain(len(table.columns)),
            cells=plain(len(table.rows) * len(table.columns)),
        )
    ]
    for state, n in states.items():
        if n and state is not State.NOT_APPLICABLE:
            said.append(phrases(f"build.count.{state.value}", n=plain(n)))
    return phrases("build.comma").join(said)  # fmt: skip


def least_covered(table: Table, years: Sequence[int]) -> tuple[Key, Cell] | None:
    """The cell of some years that rests on the fewest of its schools; of totals where there are any. None where nothing is due."""
    due = [(key, cell) for key, cell in table.cells.items() if key.year in years and cell.due and cell.coverage is not None]  # fmt: skip
    known = [one for one in due if not one[0].member] or due
    return min(known, key=lambda one: one[1].coverage or 0.0, default=None)


def definitions(words: Words) -> list[tuple[Metric, str, str]]:
    """Each metric with its definition, and the day or time its values speak of."""
    year = words.table.ask.years[-1]
    return [
        (one, one.definition.of(words.phrases.lang), wording.period(one, year, words.phrases))
        for one in map(metric, words.table.ask.metrics)
    ]


def reaches(visit: Visit, place: int) -> list[Pick]:
    """The rungs that there are below a place, as far as the reader sees all of them."""
    rung = visit.ladder.rung(place)
    found = [Pick(place, name) for name, each in asks.REACHES.items() if each > rung]
    return [
        pick
        for pick in found
        if asks.below(visit.ladder, pick, visit.year, visit.address.bounds) and is_open(visit, pick)
    ]
