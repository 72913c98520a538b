"""Cases at a place: what is the reader's turn, late, next; the places below; what may be dispatched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import academic_year, day, plain
from dashboards.page import Visit, kept
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.form import action_form, area_field, press, search_form, text_field
from dashboards.parts.section import ChoiceView, SectionView, SwitchView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, part, table
from dashboards.parts.ticks import TickRow, TickView, tick_table
from dashboards.picked import NOTE
from dashboards.views import chain as words
from dashboards.views.accounts import place_of, posting
from metrics.judgement.titles import title as named
from metrics.signals.discovery import signals
from warehouse import case_read
from warehouse.calendar import calendar
from warehouse.case_read import VIEWS, Below, Case, Mine, Wanted
from warehouse.case_rules import JUDGEMENTS, Identity
from warehouse.case_sources import undispatched
from warehouse.cases import DAYS, EXPLAIN_DAYS, Flagged
from warehouse.flags import Judgement
from warehouse.places import Rung
from warehouse.rights import Right
from warehouse.text import Text

SHOWN, OFFERED = 100, 25  # cases; flags of each judgement that are offered
SOON = 5  # workdays of what comes next


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The cases that are looked at, and how many each view holds."""

    wanted: Wanted
    rows: list[Case]
    counts: dict[str, int]


def mine(visit: Visit) -> Mine:
    return Mine(place_id=visit.audience.scope.place_id, rights=visit.rights)


def found(visit: Visit) -> Listing:
    """As the address asks; at first what is the reader's turn, else what is open."""
    here = place_of(visit).place_id
    until = calendar(visit.reader).after(visit.today, SOON)
    asked = Wanted(place_id=here, mine=mine(visit), today=visit.today, until=until, words=visit.address.object)  # fmt: skip
    counts = case_read.counts(visit.reader, asked)
    first = "mine" if counts["mine"] else "open"
    wanted = Wanted(**{**vars(asked), "view": visit.address.view if visit.address.view in VIEWS else first})  # fmt: skip
    return Listing(wanted=wanted, rows=case_read.cases(visit.reader, wanted, SHOWN), counts=counts)


def sentence(visit: Visit, listing: Listing) -> FindingView:
    phrases, numbers = visit.phrases, listing.counts
    place = place_of(visit).name(visit.lang)
    about = phrases("cases.about")
    if not numbers["all"]:
        return FindingView(phrases("cases.nobody", place=place), about, automatic=False)
    said = phrases("cases.said", place=place, **numbers)
    return FindingView(said, about, automatic=False)


def list_section(visit: Visit, listing: Listing) -> Element:
    """The list with its switch and its search."""
    phrases = visit.phrases
    choices = [
        ChoiceView(phrases(f"cases.view.{view}", n=plain(listing.counts[view])), visit.address.to(view=view, item=""), view == listing.wanted.view)
        for view in VIEWS
    ]  # fmt: skip
    whole = listing.counts[listing.wanted.view]
    meta = phrases("cases.first", n=SHOWN) if whole > SHOWN else ""
    view = SectionView(
        "list", phrases("cases.list"), meta, switch=SwitchView(phrases("cases.views"), choices),
        note=phrases("cases.list.note", days=SOON),
    )  # fmt: skip
    drawn: Child = empty(_nothing(visit, listing))
    if listing.rows:
        heads = [ColumnView(phrases(f"cases.{name}"), kind="text", narrow=name in ("case", "about_what", "due")) for name in ("case", "about_what", "year", "state", "turn", "due")]  # fmt: skip
        drawn = table(TableView(view.title, heads, [_row(visit, one) for one in listing.rows], "wrap", part(len(listing.rows), whole)), phrases)  # fmt: skip
    is_asked = listing.counts["all"] or listing.wanted.words
    return section(
        view,
        *([_search(visit, listing)] if is_asked else []),
        drawn,
        *([_report(visit, listing)] if listing.counts["all"] else []),
        *_spot_checks(visit, listing),
    )


def _report(visit: Visit, listing: Listing) -> Element:
    """The verification report of the year, as workbook and on paper."""
    at = f"/cases/{listing.wanted.place_id}/{visit.year}"
    links: list[Child] = []
    for kind in ("xlsx", "pdf"):
        links += [" · " if links else " ", e.a(visit.phrases(f"cases.report.{kind}"), href=f"{at}.{kind}?lang={visit.lang}", download=True)]  # fmt: skip
    return e.p(visit.phrases("cases.report", year=academic_year(visit.year, visit.lang)), *links, cls="m")  # fmt: skip


def _spot_checks(visit: Visit, listing: Listing) -> Iterator[Element]:
    """The way to the plans of spot checks; a school has none."""
    if visit.ladder.rung(listing.wanted.place_id) is not Rung.SCHOOL:
        link = e.a(visit.phrases("sampling.more"), href=visit.address.on("sampling", listing.wanted.place_id))  # fmt: skip
        yield e.p(link, cls="m")


def _nothing(visit: Visit, listing: Listing) -> str:
    if listing.wanted.words:
        return visit.phrases("cases.none.words", words=listing.wanted.words)
    return visit.phrases(f"cases.none.{listing.wanted.view}")


def _search(visit: Visit, listing: Listing) -> Element:
    phrases, address = visit.phrases, visit.address
    field = text_field("object", phrases("cases.words"), listing.wanted.words, phrases("cases.words.hint"), maxLength=100)  # fmt: skip
    along = kept(visit) | {"view": listing.wanted.view}
    return search_form(f"/{address.lang}/cases/{address.place}", phrases("cases.find"), along, [field], press(phrases("cases.find")))  # fmt: skip


def _row(visit: Visit, one: Case) -> RowView:
    school = visit.ladder.place(one.identity.school_id).name(visit.lang)
    cells = (
        CellView(title(one.identity).of(visit.lang), note=JUDGEMENTS[one.identity.judgement].of(visit.lang)),
        CellView(academic_year(one.identity.year, visit.lang)),
        CellView(one.state.label.of(visit.lang), note=one.code.label.of(visit.lang) if one.code else ""),
        CellView(words.turn(visit, one.waits_at, one.actor)), due(visit, one),
    )  # fmt: skip
    return RowView(school, cells, href=case_href(visit, one), sub=one.number)


def standing(visit: Visit, one: Case) -> str:
    """Where a case stands, how it ended, with whom it waits, and how late it is."""
    parts = [one.state.label.of(visit.lang), one.code.label.of(visit.lang) if one.code else ""]
    if one.waits_at:
        parts.append(visit.phrases("case.turn", who=words.turn(visit, one.waits_at, one.actor)))
    if one.due and one.state.is_open:
        told = "case.late" if one.is_late(visit.today) else "case.due"
        parts.append(visit.phrases(told, day=day(one.due, visit.lang), n=abs((visit.today - one.due).days)))  # fmt: skip
    return " · ".join(filter(None, parts))


def due(visit: Visit, one: Case) -> CellView:
    """The day, and how far off or past it is."""
    if one.due is None:
        return CellView(symbol="not_applicable")
    left = (one.due - visit.today).days
    is_late = one.is_late(visit.today)
    told = visit.phrases("cases.late" if is_late else "cases.left", n=abs(left))
    return CellView(day(one.due, visit.lang), note=told, verdict="miss" if is_late else None)


def case_href(visit: Visit, one: Case) -> str:
    return visit.address.on(
        "case", one.identity.school_id, item=str(one.case_id), year=one.identity.year
    )


def title(one: Identity) -> Text:
    """What a rule is called; of a signal with its code."""
    said = named(Judgement(one.judgement), one.rule)
    return Text(f"{one.rule} {said.zh}", f"{one.rule} {said.en}") if one.rule in signals() else said


def token(one: Identity) -> str:
    """A flag as a field names it."""
    return f"{one.judgement}-{one.school_id}-{one.year}-{one.rule}"


# -- the places below


def places_sections(visit: Visit, listing: Listing) -> Iterator[Element]:
    """Open, overdue and closed cases of each place below."""
    if visit.ladder.rung(listing.wanted.place_id) is Rung.SCHOOL:
        return
    rows = case_read.below(visit.reader, listing.wanted)
    if not rows:
        return
    phrases = visit.phrases
    view = SectionView("places", phrases("cases.places"), note=phrases("cases.places.note"))
    heads = [ColumnView(phrases("cases.place"), kind="text"), *(ColumnView(phrases(f"cases.{name}"), kind="bar" if name == "open" else "number", narrow=name != "dismissed") for name in ("open", "overdue", "confirmed", "dismissed"))]  # fmt: skip
    ordered = sorted(rows, key=lambda one: (-one.overdue, -one.open, one.place_id))
    yield section(view, table(TableView(view.title, heads, [_place_row(visit, one) for one in ordered], "wrap"), phrases))  # fmt: skip


def _place_row(visit: Visit, one: Below) -> RowView:
    late = CellView(plain(one.overdue), verdict="miss" if one.overdue else None)
    cells = (CellView(plain(one.open), value=float(one.open)), late, CellView(plain(one.confirmed)), CellView(plain(one.dismissed)))  # fmt: skip
    row = visit.ladder.place(one.place_id)
    return RowView(row.name(visit.lang), cells, visit.address.on("cases", one.place_id, view="open"))  # fmt: skip


# -- what may be dispatched


def dispatch_sections(visit: Visit) -> Iterator[Element]:
    """What schools of this place break in the year and nobody has sent to them."""
    if not may_dispatch(visit):
        return
    phrases, here = visit.phrases, place_of(visit).place_id
    flags = undispatched(visit.reader, here, visit.year, OFFERED)
    meta = phrases("cases.flags.meta", year=academic_year(visit.year, visit.lang), n=OFFERED)
    view = SectionView("flags", phrases("cases.flags"), meta, note=phrases("cases.flags.note"))
    yield section(view, dispatching(visit, flags) if flags else empty(phrases("cases.flags.none")))


def dispatching(visit: Visit, flags: list[Flagged]) -> Element:
    """Flags to be ticked, with the term they get."""
    phrases = visit.phrases
    heads = [phrases(f"cases.{name}") for name in ("school", "about_what", "said_of", "rows")]
    ticks = TickView(phrases("cases.flags"), heads, [_flag(visit, one) for one in flags], frozenset({2}), frozenset({0}))  # fmt: skip
    return dispatch_form(visit, tick_table(ticks, phrases))


def may_dispatch(visit: Visit) -> bool:
    """Whether the reader may send out what is flagged at the visited place."""
    here, own = place_of(visit).place_id, visit.audience.scope.place_id
    return Right.DISPATCH in visit.rights and own in (here, *visit.ladder.ancestors(here))


def dispatch_form(visit: Visit, chosen: Child) -> Element:
    """What is chosen, a term and a message."""
    phrases = visit.phrases
    return action_form(
        "dispatch_cases", posting(visit), chosen,
        e.div(days_field(visit, EXPLAIN_DAYS), area_field(NOTE, phrases("cases.message"), hint=phrases("cases.message.hint"), maxLength=2000), cls="fields tall after"),
        e.div(press(phrases("cases.dispatch"), is_first=True), cls="acts"),
    )  # fmt: skip


def days_field(visit: Visit, usual: int) -> Element:
    hint = visit.phrases("cases.days.hint", low=DAYS.start, high=DAYS.stop - 1)
    return text_field("days", visit.phrases("cases.days"), str(usual), hint, type="number", min=DAYS.start, max=DAYS.stop - 1, required=True)  # fmt: skip


def _flag(visit: Visit, one: Flagged) -> TickRow:
    school = visit.ladder.place(one.identity.school_id)
    href = visit.address.on("review", school.place_id, form=one.cells[0].form, year=one.identity.year)  # fmt: skip
    said = (title(one.identity).of(visit.lang), one.said.of(visit.lang), plain(one.weight))
    return TickRow(token(one.identity), school.name(visit.lang), href, school.code, said)
