"""One school's forms in the review chain: where each stands, what was done to it, what can be done now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import academic_year, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.form import action_form, area_field, hidden, press
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.picked import NOTE, PICK, token
from dashboards.views import chain as words
from warehouse.chain import Standing, Step
from warehouse.chain_rules import State
from warehouse.moments import minute
from warehouse.rights import Right, Role

# What whoever's turn it is may do in a state: actions with their words; the first is the one that moves on.
MOVES: Mapping[tuple[State, Right], tuple[str, ...]] = {
    (State.FILLED, Right.FILL): ("sign_forms",),
    (State.RETURNED, Right.FILL): ("sign_forms",),
    (State.SIGNED, Right.CHECK): ("check_forms", "send_back_signed"),
    (State.CHECKED, Right.CONFIRM): ("confirm_forms", "send_back_checked"),
    (State.HANDED_IN, Right.REVIEW): ("approve_forms", "return_forms"),
    (State.REVIEWED, Right.REVIEW): ("approve_forms", "return_forms"),
}


def moves(visit: Visit, one: Standing, last: int) -> tuple[str, ...]:
    """The actions this reader has on a form now; `last` is the place that approves last."""
    here = visit.audience.scope.place_id
    if words.is_turn(visit, one) and one.actor is not None:
        return MOVES.get((one.state, one.actor), ())
    if one.state is State.HANDED_IN and here == one.key.school_id and Right.CONFIRM in visit.rights:
        return ("withdraw_forms",)
    if one.state is State.APPROVED and here == last and Right.REVIEW in visit.rights:
        return ("reopen_forms",)
    return ()


def forms_section(visit: Visit, standings: Mapping[str, Standing]) -> Element:
    """Every form of the school for the year; each leads to its own page."""
    phrases, school = visit.phrases, visit.address.place or 0
    heads = [ColumnView(phrases(f"queue.{name}"), kind="text") for name in ("form", "state")]
    heads += [
        ColumnView(phrases("review.turn"), kind="text"),
        ColumnView(phrases("queue.days")),
    ]
    rows = [
        RowView(
            words.title(visit, form),
            (
                CellView(one.state.label.of(visit.lang)),
                CellView(words.turn(visit, one.waits_at, one.actor)),
                CellView(plain(words.age(one.since, visit.today)), symbol="" if one.since else "not_submitted"),
            ),
            href=visit.address.on("review", school, form=form, metric="") if one.since else "",
            kind="own" if words.is_turn(visit, one) else "",
        )
        for form, one in standings.items()
    ]  # fmt: skip
    view = SectionView("forms", phrases("review.forms"), academic_year(visit.year, visit.lang))
    return section(view, table(TableView(phrases("review.forms"), heads, rows, "wrap"), phrases))


def head(visit: Visit, one: Standing, revision: int) -> Element:
    """Where the form stands, as a list of facts."""
    phrases = visit.phrases
    facts = [
        (phrases("queue.state"), one.state.label.of(visit.lang)),
        (phrases("review.turn"), words.turn(visit, one.waits_at, one.actor)),
        (phrases("review.since"), minute(one.since) if one.since else "—"),
        (phrases("queue.revision"), plain(revision)),
        (phrases("review.hash"), one.content_hash[:16]),
    ]
    listed = [child for name, text in facts for child in (e.dt(name), e.dd(text))]
    links: list[Child] = [
        e.a(phrases("review.sheet"), href=visit.address.on("signoff", one.key.school_id, form=one.key.form, metric="")),
        e.a(phrases("review.compare"), href=visit.address.on("compare", one.key.school_id, form=one.key.form, metric="")),
        e.a(phrases("review.school"), href=visit.address.on("place", one.key.school_id, metric="")),
    ]  # fmt: skip
    view = SectionView("standing", phrases("review.standing"), words.title(visit, one.key.form))
    return section(view, e.dl(*listed, cls="facts"), e.div(*links, cls="acts"))


def act_section(visit: Visit, one: Standing, names: tuple[str, ...]) -> Iterator[Element]:
    """The form by which this reader moves it on, or back with a reason."""
    if not names:
        return
    phrases = visit.phrases
    first, *others = names
    buttons = [press(phrases(f"{first}.press"), is_first=True)]
    buttons += [press(phrases(f"{name}.press"), formAction=f"/do/{name}") for name in others]
    needs = one.state is State.RETURNED or first == "reopen_forms"
    hint = phrases("review.reason.needed" if needs else "review.reason.hint")
    yield section(
        SectionView("act", phrases("review.act"), note=phrases(f"{first}.note")),
        action_form(
            first,
            words.posting(visit),
            hidden(PICK, token(one.key, one.submission_id)),
            area_field(NOTE, phrases("review.reason"), hint=hint, maxLength=2000),
            e.div(*buttons, cls="acts"),
        ),
    )


def history_section(visit: Visit, steps: list[Step]) -> Element:
    """Every step, the newest first, with who took it and why."""
    phrases = visit.phrases
    heads = [ColumnView(phrases("review.at"), kind="text"), ColumnView(phrases("review.deed"), kind="text"),
             ColumnView(phrases("review.who"), kind="text"), ColumnView(phrases("review.note"), kind="text"),
             ColumnView(phrases("review.hash"), kind="text", narrow=False)]  # fmt: skip
    rows = [RowView(minute(one.at), _step(visit, one)) for one in reversed(steps)]
    view = SectionView("history", phrases("review.history"), note=phrases("review.history.note"))
    drawn = table(TableView(phrases("review.history"), heads, rows, "wrap"), phrases) if rows else empty(phrases("review.history.none"))  # fmt: skip
    return section(view, drawn)


def _step(visit: Visit, one: Step) -> tuple[CellView, ...]:
    place = visit.ladder.place(one.place_id).name(visit.lang)
    role = Role(one.role).label.of(visit.lang) if one.role in set(Role) else ""
    return (
        CellView(one.deed.label.of(visit.lang)),
        CellView(one.login, note=" · ".join(filter(None, (place, role)))),
        CellView(one.note, symbol="" if one.note else "not_applicable"),
        CellView(one.content_hash[:16]),
    )
