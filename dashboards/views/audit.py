"""The audit trail as a page shows it: the state of seals and check, the form to search by, the lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dashboards import element as e
from dashboards.action import registry
from dashboards.element import Child, Element
from dashboards.numbers import plain
from dashboards.page import Visit, kept
from dashboards.parts.cell import CellView
from dashboards.parts.form import choice_field, press, search_form, text_field
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, Part, RowView, TableView, table
from warehouse.events import Event, words
from warehouse.moments import second
from warehouse.rights import Role
from warehouse.trail_search import (
    Checked,
    Found,
    Wanted,
    find,
    newest_check,
    newest_seal,
)

AT_ONCE = 100
OUTCOMES = {"granted": True, "refused": False}


@dataclass(frozen=True)
class StateView:
    """Whether the trail is whole, in a sentence; from which seal and check that is known; what was found."""

    sentence: str
    basis: str
    checked: Checked | None


def state(visit: Visit) -> StateView:
    checked, sealed = newest_check(visit.reader), newest_seal(visit.reader)
    phrases = visit.phrases
    if checked is None:
        sentence = phrases("audit.unchecked")
    elif checked.faults:
        sentence = phrases("audit.broken", n=plain(len(checked.faults)))
    else:
        sentence = phrases("audit.whole", lines=plain(checked.lines), seal=checked.seal)
    told = [phrases("audit.checked", at=second(checked.at))] if checked else []
    if sealed:
        number, at, suite = sealed
        told.append(
            phrases("audit.sealed", seal=number, at=second(at), suite=phrases(f"suite.{suite}"))
        )
    else:
        told.append(phrases("audit.unsealed"))
    return StateView(sentence, " · ".join(told), checked)


def fault_section(visit: Visit, state: StateView) -> Iterator[Element]:
    """What the newest check found, where it found something."""
    if state.checked is None or not state.checked.faults:
        return
    said = [e.li(fault.of(visit.lang)) for fault in state.checked.faults]
    view = SectionView(
        "faults", visit.phrases("audit.faults"), note=visit.phrases("audit.faults.todo")
    )
    yield section(view, e.ul(*said))


def lines_section(visit: Visit) -> Element:
    """The form to search by and the lines that fit."""
    found = find(visit.reader, wanted(visit), AT_ONCE + 1)
    shown, is_more = found[:AT_ONCE], len(found) > AT_ONCE
    view = SectionView(
        "lines", visit.phrases("audit.lines"), note=visit.phrases("audit.lines.note")
    )
    return section(
        view,
        _search(visit),
        table(_table(visit, shown, is_more=is_more), visit.phrases)
        if shown
        else empty(visit.phrases("audit.none")),
        _pages(visit, shown, is_more=is_more),
    )


def wanted(visit: Visit) -> Wanted:
    """What the address asks for."""
    address = visit.address
    return Wanted(
        login=address.item,
        event=address.view,
        object=address.object,
        day=date.fromisoformat(address.day) if address.day else None,
        succeeded=OUTCOMES.get(address.form),
        before=int(address.start) if address.start.isdigit() else None,
    )


def _search(visit: Visit) -> Element:
    address, phrases = visit.address, visit.phrases
    any_ = ("", phrases("audit.any"))
    kinds = [any_, *((name, words(name).of(visit.lang)) for name in sorted({*Event, *registry()}))]
    outcomes = [any_, *((name, phrases(f"audit.{name}")) for name in OUTCOMES)]
    fields = [
        text_field("item", phrases("audit.login"), address.item, maxLength=60),
        choice_field("view", phrases("audit.event"), kinds, address.view),
        text_field("object", phrases("audit.object"), address.object, maxLength=100),
        text_field("day", phrases("audit.day"), address.day, type="date"),
        choice_field("form", phrases("audit.outcome"), outcomes, address.form),
    ]
    name = phrases("audit.search")
    presses = (press(name, is_first=True), e.a(phrases("audit.all"), href=address.on("audit")))
    return search_form(f"/{address.lang}/audit", name, kept(visit), fields, *presses)


def _table(visit: Visit, shown: Sequence[Found], *, is_more: bool) -> TableView:
    phrases = visit.phrases
    heads = (
        ColumnView(phrases("audit.at"), kind="text"),
        ColumnView(phrases("audit.login"), kind="text"),
        ColumnView(phrases("audit.address"), kind="text", narrow=False),
        ColumnView(phrases("audit.event"), kind="text"),
        ColumnView(phrases("audit.object"), kind="text"),
        ColumnView(phrases("audit.outcome"), kind="text"),
        ColumnView(phrases("audit.detail"), kind="text", narrow=False),
        ColumnView(phrases("audit.place"), kind="text", narrow=False),
    )
    return TableView(
        phrases("audit.lines"),
        heads,
        [_line(visit, one) for one in shown],
        "wrap trail",
        Part(len(shown)) if is_more else None,
    )


def _line(visit: Visit, one: Found) -> RowView:
    role = Role(one.role).label.of(visit.lang) if one.role in set(Role) else ""
    detail = visit.phrases("list.meta").join(
        f"{name} {value}" for name, value in one.detail.items()
    )
    cells = (
        CellView(one.login, note=role, href=visit.address.to(item=one.login, start="")),
        CellView(one.address),
        CellView(words(one.event).of(visit.lang)),
        CellView(one.object),
        CellView(
            visit.phrases("audit.granted" if one.succeeded else "audit.refused"),
            verdict=None if one.succeeded else "miss",
        ),
        CellView(detail),
        CellView(f"{one.strand}/{one.sequence}"),
    )
    return RowView(second(one.at), cells)


def _pages(visit: Visit, shown: Sequence[Found], *, is_more: bool) -> Element | None:
    """To the lines before these, and back to the newest."""
    address, phrases = visit.address, visit.phrases
    links: list[Child] = []
    if address.start:
        links.append(e.a(phrases("audit.newest"), href=address.to(start="")))
    if is_more:
        links.append(e.a(phrases("audit.older"), href=address.to(start=str(shown[-1].audit_id))))
    return e.div(*links, cls="acts") if links else None
