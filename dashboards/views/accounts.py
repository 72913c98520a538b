"""Accounts of a place and below: how far activation has come, the list, new ones singly and from a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import day, percent, plain
from dashboards.page import Visit, kept
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView, finding
from dashboards.parts.form import Posting, action_form, choice_field, press, search_form, text_field
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, Part, RowView, TableView, table
from warehouse.account_list import (
    STATES,
    Card,
    Counted,
    State,
    Wanted,
    counted_by_child,
    counted_by_rung,
    doubles,
    find,
    many,
    many_doubles,
)
from warehouse.account_tree import suitable
from warehouse.ladder import PlaceRow
from warehouse.moments import minute
from warehouse.places import Rung
from warehouse.rights import Right, Role

AT_ONCE = 50
HERE = 0  # the key of a place's own accounts among those of its children
PAGE = "accounts"


def place_of(visit: Visit) -> PlaceRow:
    if visit.place is None:
        raise LookupError(visit.address)
    return visit.place


def posting(visit: Visit) -> Posting:
    return Posting(visit.csrf, str(visit.address))


def way_up(visit: Visit) -> Element | None:
    """The places above, as far as the reader's own; links of the same page."""
    here, own = place_of(visit), visit.audience.scope.place_id
    above = [each for each in visit.ladder.ancestors(here.place_id) if _is_ours(visit, each, own)]
    if not above:
        return None
    links: list[Child] = [visit.phrases("accounts.above")]
    for each in above:
        name = visit.ladder.place(each).name(visit.lang)
        links += [e.a(name, href=visit.address.on(visit.address.page, each)), " › "]
    return e.p(*links, here.name(visit.lang), cls="m way")


def _is_ours(visit: Visit, place_id: int, own: int) -> bool:
    return own in (place_id, *visit.ladder.ancestors(place_id))


def standing(visit: Visit) -> Element:
    """How far activation has come here, in a sentence and by place."""
    place = place_of(visit)
    rungs = counted_by_rung(visit.reader, place)
    total = [sum(numbers) for numbers in zip(*rungs.values(), strict=True)] or [0] * 5
    units = len(visit.ladder.units(place.place_id, visit.year))
    sentence = visit.phrases(
        "accounts.say", activated=plain(total[2]), n=plain(total[0]), units=plain(units), reached=plain(total[4])
    )  # fmt: skip
    return finding(FindingView(sentence, visit.phrases("accounts.basis")), visit.phrases)


def below_section(visit: Visit) -> Element | None:
    """Each place one rung down: schools reached, accounts invited, activated, never signed in."""
    place = place_of(visit)
    if place.rung == Rung.SCHOOL:
        return None
    counted = counted_by_child(visit.reader, place)
    here = visit.phrases("accounts.here", place=place.name(visit.lang))
    rows = [RowView(here, _counts(counted.get(HERE, Counted()), None), kind="own")]
    for child in visit.ladder.children(place.place_id, visit.year):
        units = len(visit.ladder.units(child, visit.year))
        name = visit.ladder.place(child).name(visit.lang)
        cells = _counts(counted.get(child, Counted()), units)
        rows.append(RowView(name, cells, visit.address.on(PAGE, child)))
    title = visit.phrases("accounts.below")
    view = TableView(title, _count_heads(visit, "accounts.place"), rows)
    return section(SectionView("below", title, width=7), table(view, visit.phrases))


def rungs_section(visit: Visit) -> Element:
    """The same by rung."""
    counted = counted_by_rung(visit.reader, place_of(visit))
    rows = [
        RowView(visit.phrases(f"rung.{rung + 1}"), _counts(found, None)[2:])
        for rung, found in sorted(counted.items())
    ]
    title = visit.phrases("accounts.by_rung")
    heads = _count_heads(visit, "accounts.rung")
    view = TableView(title, [heads[0], *heads[3:]], rows)
    return section(SectionView("rungs", title), table(view, visit.phrases))


def _count_heads(visit: Visit, first: str) -> list[ColumnView]:
    names = ("reached", "share", "number", "invited", "activated", "never")
    heads = [ColumnView(visit.phrases(f"accounts.{name}"), kind="number") for name in names]
    return [ColumnView(visit.phrases(first), kind="text"), *heads]


def _counts(found: Counted, units: int | None) -> list[CellView]:
    share = percent(found.units / units) if units else "—"
    reached = f"{plain(found.units)}/{plain(units)}" if units is not None else plain(found.units)
    numbers = (found.accounts, found.invited, found.activated, found.never)
    return [CellView(reached), CellView(share), *(CellView(plain(each)) for each in numbers)]


def list_section(visit: Visit) -> Element:
    """The accounts themselves, as searched."""
    found = find(visit.reader, wanted(visit), AT_ONCE + 1)
    shown, title = found[:AT_ONCE], visit.phrases("accounts.list")
    address = visit.address
    is_asked = bool(address.object or address.view or address.start)
    nothing = visit.phrases("accounts.nothing_fits" if is_asked else "accounts.none")
    links: list[Child] = []
    if address.start:
        links.append(e.a(visit.phrases("accounts.first"), href=address.to(start="")))
    if len(found) > AT_ONCE:
        links.append(e.a(visit.phrases("accounts.next"), href=address.to(start=shown[-1].login)))
    return section(
        SectionView("list", title),
        _search(visit),
        account_table(visit, title, shown, is_more=len(found) > AT_ONCE)
        if shown
        else empty(nothing),
        e.div(*links, cls="acts") if links else None,
    )


def wanted(visit: Visit) -> Wanted:
    address = visit.address
    return Wanted(
        place=place_of(visit), today=visit.today, words=address.object, state=address.view, after=address.start
    )  # fmt: skip


def _search(visit: Visit) -> Element:
    address, phrases = visit.address, visit.phrases
    states = [("", phrases("accounts.any")), *((s.value, STATES[s].of(visit.lang)) for s in State)]
    fields = [
        text_field("object", phrases("accounts.words"), address.object, maxLength=60),
        choice_field("view", phrases("accounts.state"), states, address.view),
    ]
    name = phrases("accounts.search")
    where = f"/{address.lang}/{PAGE}/{place_of(visit).place_id}"
    return search_form(where, name, kept(visit), fields, press(name, is_first=True))


def account_table(
    visit: Visit, title: str, cards: Sequence[Card], *, is_more: bool = False
) -> Element:
    """One row an account; its name leads to it. `is_more`: of accounts that it does not list all of."""
    names = ("login", "name", "place", "role", "state", "last")
    heads = [ColumnView(visit.phrases(f"accounts.{n}"), kind="text", narrow=n not in {"name", "last"}) for n in names]  # fmt: skip
    rows = [_row(visit, each) for each in cards]
    cut = Part(len(rows)) if is_more else None
    return table(TableView(title, heads, rows, "wrap", cut), visit.phrases)


def _row(visit: Visit, card: Card) -> RowView:
    state = card.state(visit.today)
    at = visit.ladder.place(card.place_id).name(visit.lang) if card.place_id in visit.ladder else ""
    is_bad = state in {State.SUSPENDED, State.EXPIRED, State.ENDED}
    cells = (
        CellView(card.name(visit.lang)), CellView(at), CellView(role_words(visit, card)),
        CellView(STATES[state].of(visit.lang), verdict="miss" if is_bad else None),
        CellView(last_in(visit, card)),
    )  # fmt: skip
    return RowView(card.login, cells, one_href(visit, card.login))


def one_href(visit: Visit, login: str) -> str:
    return visit.address.on(PAGE, place_of(visit).place_id, item=login)


def role_words(visit: Visit, card: Card) -> str:
    """The role an account has, or what is wanted for it."""
    if card.role in set(Role):
        return Role(card.role).label.of(visit.lang)
    if card.wanted_role in set(Role):
        role = Role(card.wanted_role).label.of(visit.lang)
        return visit.phrases("accounts.wanted", role=role)
    return visit.phrases("accounts.no_role")


def last_in(visit: Visit, card: Card) -> str:
    return minute(card.last_sign_in) if card.last_sign_in else visit.phrases("accounts.never_in")


def until(visit: Visit, last: date | None) -> str:
    return day(last, visit.lang) if last else visit.phrases("accounts.no_end")


def report_section(visit: Visit) -> Element:
    """Accounts that somebody should look at: by state, with where they are listed; and perhaps double persons."""
    place = place_of(visit)
    counts: list[Child] = []
    for state in (State.DORMANT, State.EXPIRED, State.SUSPENDED, State.INVITED, State.CREATED):
        asked = Wanted(place=place, today=visit.today, state=state)
        found = many(visit.reader, asked)
        href = visit.address.on(PAGE, place.place_id, view=state.value)
        counts.append(e.li(e.a(STATES[state].of(visit.lang), href=href), f" {plain(found)}"))
    twice = many_doubles(visit.reader, place)
    counts.append(e.li(visit.phrases("accounts.doubles"), f" {plain(twice)}"))
    title = visit.phrases("accounts.report")
    view = SectionView("report", title, width=12, note=visit.phrases("accounts.report.note"))
    return section(view, e.ul(*counts, cls="links"))


def doubles_section(visit: Visit) -> Iterator[Element]:
    """Accounts that may be of one person."""
    twice = doubles(visit.reader, place_of(visit))
    if twice:
        title = visit.phrases("accounts.doubles")
        yield section(SectionView("doubles", title), account_table(visit, title, twice))


def new_section(visit: Visit) -> Iterator[Element]:
    """The form of one account."""
    if Right.MANAGE_ACCOUNTS not in visit.rights:
        return
    phrases, place = visit.phrases, place_of(visit)
    view = SectionView("new", phrases("accounts.new"), note=phrases("accounts.new.note"))
    fields = (
        _field(visit, "login", required=True, autoComplete="off"),
        _field(visit, "name_zh", required=True),
        _field(visit, "name_en", required=True),
        _field(visit, "code", place.code, required=True),
        choice_field("role", phrases("accounts.wanted_role"), roles_at(visit, Rung(place.rung))),
        _field(visit, "staff", required=True, autoComplete="off"),
        _field(visit, "phone", type="tel", autoComplete="off"),
        _field(visit, "email", autoComplete="off"),
        text_field("until", phrases("accounts.until"), type="date"),
    )
    yield section(
        view,
        action_form(
            "create_account",
            posting(visit),
            e.div(*fields, cls="fields tall"),
            e.div(press(phrases("accounts.make"), is_first=True), cls="acts"),
        ),
    )


def _field(visit: Visit, key: str, value: str = "", **props: object) -> Element:
    hinted = {"login", "code", "staff"}
    hint = visit.phrases(f"accounts.{key}.hint") if key in hinted else ""
    return text_field(key, visit.phrases(f"accounts.{key}"), value, hint, maxLength=100, **props)


def roles_at(visit: Visit, rung: Rung) -> list[tuple[str, str]]:
    """The roles to choose from; above schools also those of schools, for accounts below."""
    found = suitable(rung) if rung is Rung.SCHOOL else list(Role)
    return [(role.value, role.label.of(visit.lang)) for role in found]
