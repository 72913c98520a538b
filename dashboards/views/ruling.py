"""Settings that move numbers as a page shows them: what holds where, what waits for a decision, what was decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dashboards import element as e
from dashboards.element import Element
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.form import (
    Posting,
    action_form,
    area_field,
    choice_field,
    hidden,
    press,
)
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from warehouse.moments import minute
from warehouse.places import Rung
from warehouse.proposals import FURTHEST, REASON, REVIEW_STEPS, RULED, first_year, held
from warehouse.rights import Right
from warehouse.terms import AcademicYear


def sentence(visit: Visit, proposals: Sequence[Any]) -> str:
    waiting = sum(one.state == "open" for one in proposals)
    return visit.phrases("settings.waiting", n=waiting) if waiting else visit.phrases("settings.none_waits")  # fmt: skip


def open_section(visit: Visit, proposals: Sequence[Any]) -> Iterator[Element]:
    """What waits for a decision, with its buttons for whoever may press them."""
    waiting = [one for one in proposals if one.state == "open"]
    if waiting:
        view = SectionView("open", visit.phrases("settings.open"))
        yield section(view, *(_card(visit, one) for one in waiting))


def _card(visit: Visit, one: Any) -> Element:  # noqa: ANN401 - a row of proposal
    phrases = visit.phrases
    told = (
        (phrases("settings.setting"), RULED[one.name].label.of(visit.lang)),
        (phrases("settings.place"), visit.ladder.place(one.place_id).name(visit.lang)),
        (phrases("settings.before"), _value(visit, one.name, one.before)),
        (phrases("settings.after"), _value(visit, one.name, one.after)),
        (phrases("settings.from"), _year(visit, one.from_year)),
        (phrases("settings.reason"), one.reason),
        (phrases("settings.by"), f"{one.proposed_by} · {minute(one.proposed_at)}"),
    )
    pairs = [e.div(e.dt(name), e.dd(value)) for name, value in told]
    return e.div(e.dl(*pairs), *_buttons(visit, one), cls="asked")


def _buttons(visit: Visit, one: Any) -> Iterator[Element]:  # noqa: ANN401 - a row of proposal
    """Only a security administrator decides, and never what the same account proposed."""
    if Right.GRANT_ROLES not in visit.rights:
        yield e.p(visit.phrases("settings.others_decide"), cls="m")
        return
    posting = Posting(visit.csrf, str(visit.address))
    number = hidden("proposal", one.proposal_id)
    yield e.div(
        action_form("confirm_setting", posting, number, press(visit.phrases("settings.confirm"), is_first=True)),
        action_form("decline_setting", posting, number, press(visit.phrases("settings.decline"))),
        cls="acts",
    )  # fmt: skip


def propose_section(visit: Visit) -> Iterator[Element]:
    """The form to propose, for a system administrator."""
    if Right.MANAGE_ACCOUNTS not in visit.rights:
        return
    phrases = visit.phrases
    first = first_year(visit.today)
    years = [(str(year), _year(visit, year)) for year in range(first, first + FURTHEST)]
    values = [(value, words.of(visit.lang)) for value, words in REVIEW_STEPS.values.items()]
    places = [(str(row.place_id), row.name(visit.lang)) for row in _provinces(visit)]
    view = SectionView(
        "propose", phrases("settings.propose"), note=phrases("settings.propose.note")
    )
    yield section(
        view,
        action_form(
            "propose_setting", Posting(visit.csrf, str(visit.address)), hidden("name", REVIEW_STEPS.name),
            e.div(
                choice_field("place", phrases("settings.place"), places),
                choice_field("value", REVIEW_STEPS.label.of(visit.lang), values),
                choice_field("from_year", phrases("settings.from"), years),
                cls="fields",
            ),
            area_field("reason", phrases("settings.reason"), hint=phrases("settings.reason.hint"), required=True,
                       minLength=REASON.start, maxLength=REASON.stop - 1),
            e.div(press(phrases("settings.propose"), is_first=True), cls="acts"),
        ),
    )  # fmt: skip


def values_section(visit: Visit) -> Element:
    """What holds in each province, now and in the first year that may still change."""
    years = (visit.years[-1], first_year(visit.today))
    heads = [ColumnView(visit.phrases("settings.place"), kind="text")]
    heads += [ColumnView(_year(visit, year), kind="text") for year in years]
    provinces = _provinces(visit)
    found = held(visit.reader, [row.place_id for row in provinces], years)
    rows = [
        RowView(
            row.name(visit.lang),
            [
                CellView(_value(visit, REVIEW_STEPS.name, found[row.place_id, year]))
                for year in years
            ],
        )
        for row in provinces
    ]
    title = REVIEW_STEPS.label.of(visit.lang)
    return section(SectionView("values", title), table(TableView(title, heads, rows, "wrap"), visit.phrases))  # fmt: skip


def history_section(visit: Visit, proposals: Sequence[Any]) -> Element:
    """What was decided, the newest first."""
    phrases = visit.phrases
    view = SectionView("history", phrases("settings.history"))
    decided = [one for one in proposals if one.state != "open"]
    if not decided:
        return section(view, empty(phrases("settings.no_history")))
    names = ("settings.decided", "settings.place", "settings.after", "settings.from", "settings.by", "settings.decided_by", "settings.state")  # fmt: skip
    heads = [ColumnView(phrases(name), kind="text") for name in names]
    rows = [_decided(visit, one) for one in decided]
    return section(view, table(TableView(phrases("settings.history"), heads, rows, "wrap"), phrases))  # fmt: skip


def _decided(visit: Visit, one: Any) -> RowView:  # noqa: ANN401 - a row of proposal
    cells = (
        visit.ladder.place(one.place_id).name(visit.lang), _value(visit, one.name, one.after), _year(visit, one.from_year),
        one.proposed_by, one.decided_by, visit.phrases(f"settings.{one.state}.state"),
    )  # fmt: skip
    return RowView(minute(one.decided_at), [CellView(text) for text in cells])


def _provinces(visit: Visit) -> list[Any]:
    """The provinces in the reader's scope, by code."""
    own = visit.audience.scope.place_id
    rows = [
        row
        for row in visit.ladder.places.values()
        if row.rung == Rung.PROVINCE and row.in_statistics
    ]
    inside = [row for row in rows if own in (row.place_id, *visit.ladder.ancestors(row.place_id))]
    return sorted(inside, key=lambda row: row.code)


def _value(visit: Visit, name: str, value: str) -> str:
    return RULED[name].values[value].of(visit.lang)


def _year(visit: Visit, year: int) -> str:
    return AcademicYear(year).format(visit.lang)
