"""What a domain's page shows follows from its declarations: its metrics, their questions and breakdowns, its forms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from dashboards.numbers import day, percent, percentage
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.school import FactView, IdentityView
from dashboards.parts.section import ChoiceView, SwitchView
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.views import indicators, wording
from dashboards.views.children import axis
from metrics.discovery import domain_of, metric, parts, shelves
from metrics.metric import Change, Metric, Percentile, Ratio
from metrics.plan import breakdowns, plan, returns
from metrics.question import Answers, Cell, Key, State
from metrics.school import facts
from warehouse.codes import Codes
from warehouse.discovery import form as form_named
from warehouse.discovery import forms_of
from warehouse.form import Column, Domain, Form, Part
from warehouse.parts import parts as form_parts
from warehouse.places import NATION, Rung
from warehouse.rights import Right
from warehouse.text import Text

CARDS = 6
COLUMNS = 4
OFFERED = 5
FEWEST = 3  # places that have a highest and a lowest among them


@cache
def names(domain: Domain) -> tuple[str, ...]:
    """The metrics of a domain, in the order in which lists show them."""
    stood = (one for found in shelves().values() for one in found)
    return tuple(one.name for one in stood if domain_of(one) is domain)


@cache
def of_one(domain: Domain) -> tuple[str, ...]:
    """Those that say something of a single school."""
    return tuple(name for name in names(domain) if name in indicators.names())


@cache
def headlines(domain: Domain) -> tuple[str, ...]:
    """What stands on the cards: the first ones declared that are values of a place itself."""
    found = [name for name in names(domain) if not isinstance(metric(name), Percentile | Change)]
    return tuple(found)[:CARDS]


@cache
def offered(domain: Domain) -> tuple[str, ...]:
    """The ratios by which schools can be told apart."""
    found = [name for name in of_one(domain) if isinstance(metric(name), Ratio)]
    return tuple(name for name in found if not plan(name, 0).is_internal)[:OFFERED]


def questions(listed: Sequence[str]) -> dict[Text, list[Metric]]:
    """Metrics under the question they answer, in the order in which the questions are first asked."""
    found: dict[Text, list[Metric]] = {}
    for name in listed:
        found.setdefault(metric(name).question, []).append(metric(name))
    return found


# -- the conclusion


def finding(
    visit: Visit, domain: Domain, cards: Sequence[str], own: Answers, below: Answers | None
) -> FindingView:
    """The first indicator of the cards and how it moved; the first rate, and where it is highest and lowest."""
    one, place = metric(cards[0]), own.question.places[0]
    basis = visit.phrases("sentence.basis")
    here = visit.place.name(visit.lang) if visit.place else ""
    cell = own.cell(one.name, place, visit.year)
    if not wording.is_shown(cell):
        text = _nothing(visit, domain, one, cell)
        nothing = visit.phrases("sentence.comma").join(filter(None, (text, _not_yet(visit, one))))
        return FindingView(_sentence(visit, [nothing]), basis)
    rates = [metric(name) for name in cards if isinstance(metric(name), Ratio)]
    told = list(dict.fromkeys((one, *rates[:1])))
    clauses = [visit.phrases("domain.here", place=here)]
    for each in told:
        clauses += _clauses(visit, each, own, below)
        if each is one:
            clauses.append(_partly(visit, cell))
    return FindingView(_sentence(visit, clauses), basis)


def _nothing(visit: Visit, domain: Domain, one: Metric, cell: Cell) -> str:
    """That nothing is in; of what did not apply though there are schools, such as a limit that was no law yet, that it does not."""
    place = visit.address.place or NATION
    here = visit.ladder.place(place).name(visit.lang)
    if cell.state is State.NOT_APPLICABLE and visit.ladder.units(place, visit.year):
        return visit.phrases("domain.not_applicable", place=here, metric=one.label.of(visit.lang))
    return visit.phrases("domain.nothing", place=here, domain=domain.label.of(visit.lang))


def _not_yet(visit: Visit, one: Metric) -> str:
    """When the first part of the year is asked for, where none is yet."""
    first = next((each for part in parts(one) for each in form_parts(form_named(part.form))), None)
    opens = first.opening_day(visit.year) if first else visit.today
    if first is None or opens <= visit.today:
        return ""
    return visit.phrases("domain.not_yet", form=first.title.of(visit.lang), day=day(opens, visit.lang))  # fmt: skip


def _clauses(visit: Visit, one: Metric, own: Answers, below: Answers | None) -> list[str]:
    """What is said of one indicator; nothing where it has no value."""
    series = dict(own.series(one.name, own.question.places[0]))
    cell = series[visit.year]
    if not wording.is_shown(cell) or cell.value is None:
        return []
    label = one.label.of(visit.lang)
    if few := wording.few_schools(one, cell, visit.phrases):
        return [visit.phrases("domain.said.few", metric=label, value=few.text)]
    value = wording.written(one, cell.value, visit.lang)
    said = visit.phrases("domain.said", metric=label, value=value)
    return [said, _moved(visit, one, series), _ends(visit, one, below)]


def _partly(visit: Visit, cell: Cell) -> str:
    """Of how many a number speaks, where they are too few to compare it."""
    if wording.is_covered(cell) or cell.coverage is None:
        return ""
    return visit.phrases("domain.partly", share=percent(cell.coverage))


def _sentence(visit: Visit, clauses: Sequence[str]) -> str:
    first, *others = filter(None, clauses)
    text = first + visit.phrases("sentence.comma").join(others)
    return visit.phrases("sentence.end", text=text)


def _moved(visit: Visit, one: Metric, series: dict[int, Cell]) -> str:
    before = series.get(visit.year - 1)
    moved = (
        wording.change(one, series[visit.year], before, visit.phrases)
        if before is not None
        else None
    )
    if moved is None:
        return ""
    if not round(moved.amount, one.decimals):
        return visit.phrases("domain.same")
    return visit.phrases("domain.moved", change=moved.text)


def _ends(visit: Visit, one: Metric, below: Answers | None) -> str:
    """Where a rate is highest and lowest among the places below that are covered."""
    if below is None or one.is_sum:
        return ""
    cells = below.column(one.name, visit.year)[1:]
    known = [
        (cell.value, place)
        for place, cell in cells
        if wording.is_shown(cell) and cell.value is not None and wording.is_covered(cell)
        and wording.few_schools(one, cell, visit.phrases) is None
    ]  # fmt: skip
    if len(known) < FEWEST or min(known)[0] == max(known)[0]:
        return ""
    (least, low), (most, high) = min(known), max(known)
    return visit.phrases(
        "domain.ends", high=visit.ladder.place(high).name(visit.lang), low=visit.ladder.place(low).name(visit.lang),
        most=wording.written(one, most, visit.lang), least=wording.written(one, least, visit.lang),
    )  # fmt: skip


def covers(name: str) -> str:
    """What the coverage of a metric counts: schools, or returns of forms handed in by parts of the year."""
    by_parts = any(len(returns(one.form)) > 1 for one in plan(name, 0).reported)
    return "returns" if by_parts else "value"


def title(visit: Visit, domain: Domain) -> str:
    place = visit.place.name(visit.lang) if visit.place else ""
    return visit.phrases("domain.of", place=place, domain=domain.label.of(visit.lang))


def card(visit: Visit, domain: Domain, conclusion: FindingView) -> IdentityView:
    """A school in this domain: what it says of itself in forms of one row, and the conclusion."""
    school = visit.place.place_id if visit.place else 0
    said = [
        FactView(fact.label.of(visit.lang), fact.answer.of(visit.lang))
        for form in forms_of(domain)
        if form.submitted and not form.grain() and form.attributes()
        for fact in facts(visit.reader, school, visit.year, visit.at, form.name)
    ]
    return IdentityView(title(visit, domain), said, conclusion.sentence, _to_fill(visit, domain))


def _to_fill(visit: Visit, domain: Domain) -> tuple[str, str] | None:
    """The way to the first form of the domain, for the school's own statistician."""
    asked = [form for form in forms_of(domain) if form.submitted and form.opening_day(visit.year) <= visit.today]  # fmt: skip
    alike = [form for form in asked if form.part_of is asked[0].part_of] if asked else []
    first = (
        alike[-1] if alike and alike[0].part_of else next(iter(asked), None)
    )  # of parts the newest
    is_own = Right.FILL in visit.rights and visit.audience.scope.place_id == visit.address.place
    if first is None or not is_own:
        return None
    address = visit.address.on("fill", visit.address.place, form=first.name, metric="")
    return visit.phrases("domain.fill"), address


# -- how a number is made up


class Broken(NamedTuple):
    """A metric and a dimension it can be broken down by."""

    metric: str
    cut: str

    @property
    def item(self) -> str:
        """What `?item=` names it by."""
        return f"{self.metric}.{self.cut}"

    @property
    def codes(self) -> Codes:
        return self.form.labels(self.cut)

    @property
    def column(self) -> Column:
        """The column that the dimension is, or is derived from."""
        form = self.form
        source, _ = form.derives.get(self.cut, (self.cut, None))
        return form.columns[source]

    @property
    def form(self) -> type[Form]:
        return form_named(next(parts(metric(self.metric))).form)


@cache
def broken(domain: Domain) -> tuple[Broken, ...]:
    """For each dimension of the domain's forms, the first metric that can be broken down by it."""
    found: dict[tuple[str, str], Broken] = {}
    for name in names(domain):
        for cut in breakdowns(metric(name)):
            each = Broken(name, cut)
            if each.form.domain is domain:
                found.setdefault((each.form.name, cut), each)
    return tuple(found.values())


def breakable(visit: Visit, domain: Domain) -> list[Broken]:
    """The breakdowns of a place; a single school is of one kind in whatever describes it, and is not divided by that."""
    is_school = visit.place is not None and visit.ladder.rung(visit.place.place_id) is Rung.SCHOOL
    return [one for one in broken(domain) if not is_school or one.column.part is Part.KEY]


def chosen(visit: Visit, domain: Domain) -> Broken | None:
    """The breakdown that the address names, or the first there is."""
    known = {one.item: one for one in breakable(visit, domain)}
    return known.get(visit.address.item) or next(iter(known.values()), None)


def parts_switch(visit: Visit, domain: Domain, now: Broken) -> SwitchView | None:
    """Which breakdown, where there are several."""
    choices = [
        ChoiceView(_cut_name(visit, one), visit.address.to(item=one.item), one == now)
        for one in breakable(visit, domain)
    ]
    return SwitchView(visit.phrases("domain.parts.choose"), choices) if len(choices) > 1 else None


def _cut_name(visit: Visit, one: Broken) -> str:
    return one.column.label.of(visit.lang)


def parts_title(visit: Visit, one: Broken) -> str:
    label = metric(one.metric).label.of(visit.lang)
    return visit.phrases("domain.parts", metric=label, cut=_cut_name(visit, one))


def parts_table(visit: Visit, one: Broken, answers: Answers) -> TableView:
    """Member by member: value, for a sum its share of the whole, and the change on the year before."""
    said, place = metric(one.metric), answers.question.places[0]
    members = [
        code
        for code, cell in answers.members(one.metric, place, visit.year)
        if wording.is_shown(cell)
    ]
    cells = [answers.cell(one.metric, place, visit.year, code) for code in members]
    whole = answers.cell(one.metric, place, visit.year)
    scale = wording.column_scale(said, [*cells, whole], visit.lang)
    heads = [
        ColumnView(_cut_name(visit, one), kind="text"),
        _value_head(visit, said, scale, cells),
        ColumnView(visit.phrases("column.change"), narrow=False),
    ]
    if said.is_sum:
        heads.insert(2, ColumnView(visit.phrases("domain.parts.share"), "%"))
    rows = [
        RowView(
            one.codes.labels[code].of(visit.lang), _part_cells(visit, said, scale, answers, code)
        )
        for code in _largest_first(members, cells)
    ]
    name = (
        visit.phrases("compare.total")
        if said.is_sum
        else visit.ladder.place(place).name(visit.lang)
    )
    total = RowView(name, _part_cells(visit, said, scale, answers, ""), kind="total")
    return TableView(parts_title(visit, one), heads, [total, *rows])


def _value_head(
    visit: Visit, said: Metric, scale: wording.Scale, cells: Sequence[Cell]
) -> ColumnView:
    """A sum is drawn from zero, a rate on an axis of its own."""
    label, means = wording.brief(said, visit.lang), wording.defined(visit.address, said, visit.phrases)  # fmt: skip
    if said.is_sum:
        return ColumnView(label, scale.unit, kind="bar", defined=means)
    drawn = axis(visit, said, cells, wording.limit_of(visit, said))
    return ColumnView(f"{label} {scale.unit}", kind="dot" if drawn else "number", axis=drawn, defined=means)  # fmt: skip


def _largest_first(members: Sequence[str], cells: Sequence[Cell]) -> list[str]:
    order = sorted(zip(members, cells, strict=True), key=lambda pair: -(pair[1].value or 0.0))
    return [code for code, _ in order]


def _part_cells(
    visit: Visit, said: Metric, scale: wording.Scale, answers: Answers, code: str
) -> tuple[CellView, ...]:
    place = answers.question.places[0]
    now = answers.cell(said.name, place, visit.year, code)
    whole = answers.cell(said.name, place, visit.year)
    then = answers.cells.get(Key(said.name, place, visit.year - 1, code))
    moved = wording.change(said, now, then, visit.phrases) if then is not None else None
    return (
        wording.cell_view(said, now, scale=scale),
        *([_share(now, whole)] if said.is_sum else []),
        CellView(moved.text) if moved else CellView(symbol="not_applicable"),
    )


def _share(now: Cell, whole: Cell) -> CellView:
    if not whole.value or now.value is None or not wording.is_shown(now):
        return CellView(symbol=wording.symbol(now) or "not_applicable")
    return CellView(percentage(now.value / whole.value))
