"""One account: what it is, what happened to it, and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.form import action_form, choice_field, hidden, press, text_field
from dashboards.parts.section import SectionView, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.accounts import (
    PAGE,
    last_in,
    place_of,
    posting,
    role_words,
    until,
)
from warehouse.account_list import STATES, STEPS, Card, State, colleagues, steps
from warehouse.account_tree import suitable
from warehouse.handover import work_of
from warehouse.masks import masked
from warehouse.moments import minute
from warehouse.rights import Right, Role


def one_section(visit: Visit, card: Card) -> Element:
    """What the account is; telephone and e-mail are masked."""
    phrases, lang = visit.phrases, visit.lang
    state = card.state(visit.today)
    at = visit.ladder.place(card.place_id)
    made = phrases("accounts.by", at=minute(card.created_at), by=card.created_by or "—")
    facts = {
        "name": card.name(lang), "place": at.name(lang), "role": role_words(visit, card),
        "state": STATES[state].of(lang), "until": until(visit, card.valid_until), "last": last_in(visit, card), "created": made,
        "phone": _masked(visit, card, "phone") or "—", "email": _masked(visit, card, "email") or "—",
    }  # fmt: skip
    listed: list[Child] = []
    for key, value in facts.items():
        listed += [e.dt(phrases(f"accounts.{key}")), e.dd(value)]
    back = phrases("accounts.back"), visit.address.on(PAGE, place_of(visit).place_id)
    title = phrases("accounts.one.title", login=card.login)
    return section(SectionView("account", title, width=5, more=back), e.dl(*listed, cls="facts"))


def _masked(visit: Visit, card: Card, name: str) -> str:
    """A sealed value of the account with only its ends shown."""
    sealed = str(getattr(card, name))
    about = f"account.{name}/{card.login}"
    return masked(visit.suite.unseal(sealed, about=about)) if sealed else ""


def steps_section(visit: Visit, card: Card) -> Element:
    """What happened to it, the newest first; written by the database itself."""
    phrases = visit.phrases
    heads = [ColumnView(phrases(f"accounts.{n}"), kind="text") for n in ("at", "step", "who", "detail")]  # fmt: skip
    rows = [
        RowView(
            minute(one.at),
            (
                CellView(STEPS[one.step].of(visit.lang)),
                CellView(one.by),
                CellView(_detail(visit, one.detail)),
            ),
        )
        for one in steps(visit.reader, card.login)
    ]
    title = phrases("accounts.steps")
    listed = table(TableView(title, heads, rows, "wrap"), phrases)
    return section(SectionView("steps", title, width=7), listed)


def _detail(visit: Visit, detail: str) -> str:
    return Role(detail).label.of(visit.lang) if detail in set(Role) else detail


def acts_section(visit: Visit, card: Card) -> Iterator[Element]:
    """What the reader may do with it; nobody has an act for the own account."""
    if card.ended_at is not None or card.login == visit.audience.scope.reader:
        return
    title = visit.phrases("accounts.acts")
    if Right.GRANT_ROLES in visit.rights:
        yield section(SectionView("acts", title), *_granting(visit, card))
    if Right.MANAGE_ACCOUNTS in visit.rights:
        note = visit.phrases("accounts.end.note")
        yield section(SectionView("acts", title, note=note), *_keeping(visit, card))


def _granting(visit: Visit, card: Card) -> Iterator[Element]:
    phrases = visit.phrases
    roles = [
        (role.value, role.label.of(visit.lang))
        for role in suitable(visit.ladder.rung(card.place_id))
    ]
    yield _form(
        visit,
        "grant_role",
        card,
        choice_field("role", phrases("accounts.role"), roles, card.role or card.wanted_role),
        press(phrases("accounts.grant"), is_first=True),
    )
    if card.role:
        yield _form(visit, "take_role", card, press(phrases("accounts.take")))


def _form(visit: Visit, action: str, card: Card, *children: Child) -> Element:
    return action_form(
        action, posting(visit), hidden("login", card.login), *children, cls="act-line"
    )


def _keeping(visit: Visit, card: Card) -> Iterator[Child]:
    """The acts of the system administrator, each a form of its own."""
    phrases, state = visit.phrases, card.state(visit.today)
    is_suspended = state is State.SUSPENDED
    if not is_suspended:
        yield _form(
            visit,
            "invite_account",
            card,
            press(phrases("accounts.invite"), is_first=True),
            e.small(phrases("accounts.invite.note"), cls="m"),
        )
    if card.invited_until:
        yield _form(visit, "revoke_invitation", card, press(phrases("accounts.revoke")))
    action, words = ("resume_account", "resume") if is_suspended else ("suspend_account", "suspend")
    yield _form(visit, action, card, press(phrases(f"accounts.{words}")))
    last = card.valid_until.isoformat() if card.valid_until else ""
    yield _form(
        visit,
        "extend_account",
        card,
        text_field("until", phrases("accounts.until"), last, type="date"),
        press(phrases("accounts.extend")),
    )
    yield from _handing_over(visit, card)
    yield _form(visit, "end_account", card, press(phrases("accounts.end")))


def _handing_over(visit: Visit, card: Card) -> Iterator[Child]:
    """Open work, and who could take it over."""
    phrases = visit.phrases
    work = work_of(visit.reader, card.login)
    if not work:
        yield e.p(phrases("accounts.no_work"), cls="m")
        return
    said = [f"{one.what.of(visit.lang)} {plain(one.number)}" for one in work]
    yield e.p(phrases("accounts.open_work", what=phrases("list.meta").join(said)))
    others = [(one.login, f"{one.login} {one.name(visit.lang)}") for one in colleagues(visit.reader, card)]  # fmt: skip
    if not others:
        yield e.p(phrases("accounts.nobody"), cls="m")
        return
    yield _form(
        visit,
        "hand_over_work",
        card,
        choice_field("to", phrases("accounts.hand_over"), others),
        press(phrases("accounts.hand")),
    )
