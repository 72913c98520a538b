"""Contacts and working group of a unit: masked as a rule, in full on a page whose every look is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dashboards import element as e
from dashboards.element import Element
from dashboards.page import Drawn, Visit
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView, finding
from dashboards.parts.form import action_form, choice_field, hidden, press, text_field
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.accounts import place_of, posting, way_up
from warehouse.masks import masked
from warehouse.places import Rung
from warehouse.rights import Right
from warehouse.roster import PARTS, Member, Place, members, opened

MASKED, OPEN = "roster", "contacts"
Shown = Callable[[Member], Member]


def drawn(visit: Visit, *, is_open: bool) -> Drawn:
    """The page of a roster."""
    place = place_of(visit)
    title = visit.phrases("roster.title", place=place.name(visit.lang))
    found = [opened(visit.suite, one) for one in members(visit.reader, place.place_id)]
    shown = found if is_open else [_masked(one) for one in found]
    head = finding(FindingView(title, automatic=False), visit.phrases)
    body = [head, way_up(visit), _list(visit, shown, is_open=is_open), *_keeping(visit, found)]
    return Drawn(title=title, body=[*body, *_below(visit)])


def _masked(one: Member) -> Member:
    return one._replace(phone=masked(one.phone), email=masked(one.email))


def _list(visit: Visit, shown: list[Member], *, is_open: bool) -> Element:
    phrases, title = visit.phrases, visit.phrases("roster.section")
    if not shown:
        return section(SectionView("roster", title), empty(phrases("roster.none")))
    names = ("name", "part", "position", "phone", "email")
    heads = [ColumnView(phrases(f"roster.{name}"), kind="text") for name in names]
    rows = [
        RowView(
            one.name,
            tuple(map(CellView, (PARTS[Place(one.part)].of(visit.lang), one.title, one.phone or "—", one.email or "—"))),
        )
        for one in shown
    ]  # fmt: skip
    other = _other(visit, is_open=is_open)
    note = phrases("roster.shown" if is_open else "roster.masked")
    listed = table(TableView(title, heads, rows, "wrap"), phrases)
    return section(SectionView("roster", title, more=other, note=note), listed)


def _other(visit: Visit, *, is_open: bool) -> tuple[str, str] | None:
    """From the masked list to the full one, for whoever may, and back."""
    to = MASKED if is_open else OPEN
    if not is_open and Right.SEE_SENSITIVE not in visit.rights:
        return None
    words = visit.phrases("roster.hide" if is_open else "roster.show")
    return words, visit.address.on(to, place_of(visit).place_id)


def _keeping(visit: Visit, found: list[Member]) -> Iterator[Element]:
    """The forms of whoever keeps this roster."""
    place = place_of(visit)
    is_home = place.place_id == visit.audience.scope.place_id and Right.FILL in visit.rights
    if not (is_home or Right.MANAGE_ACCOUNTS in visit.rights):
        return
    phrases, lang = visit.phrases, visit.lang
    parts = [(part.value, words.of(lang)) for part, words in PARTS.items()]
    fields = (
        text_field("name", phrases("roster.name"), maxLength=60, required=True, autoComplete="off"),
        choice_field("part", phrases("roster.part"), parts),
        text_field("title", phrases("roster.position"), maxLength=60, required=True, autoComplete="off"),
        text_field("phone", phrases("roster.phone"), type="tel", maxLength=20, autoComplete="off"),
        text_field("email", phrases("roster.email"), maxLength=120, autoComplete="off"),
    )  # fmt: skip
    yield section(
        SectionView("keep", phrases("roster.add"), width=7),
        action_form(
            "add_to_roster", posting(visit), hidden("place", place.place_id), e.div(*fields, cls="fields tall"),
            e.div(press(phrases("roster.add"), is_first=True), cls="acts"),
        ),
    )  # fmt: skip
    if found:
        named = [(str(one.member_id), f"{one.name} {one.title}") for one in found]
        yield section(
            SectionView("drop", phrases("roster.remove"), width=5),
            action_form(
                "remove_from_roster", posting(visit), choice_field("member", phrases("roster.who"), named),
                press(phrases("roster.remove")), cls="act-line",
            ),
        )  # fmt: skip


def _below(visit: Visit) -> Iterator[Element]:
    """The way to the rosters of units below."""
    place = place_of(visit)
    children = (
        [] if place.rung == Rung.SCHOOL else visit.ladder.children(place.place_id, visit.year)
    )
    if children:
        links = [
            e.li(e.a(visit.ladder.place(one).name(visit.lang), href=visit.address.on(MASKED, one)))
            for one in children
        ]
        title = visit.phrases("roster.below")
        yield section(SectionView("below", title), e.ul(*links, cls="links wide"))
