"""The queue of the security administrator: accounts that wait for a role."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards import element as e
from dashboards.element import Element
from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.form import action_form, hidden, press
from dashboards.parts.section import SectionView, empty, section
from dashboards.views.accounts import account_table, posting
from warehouse.account_list import Card, queue
from warehouse.rights import Right

AT_ONCE = 100


def queue_section(visit: Visit) -> Iterator[Element]:
    """Who waits, the longest first; all of them can be granted what is wanted, one by one what is right."""
    if Right.GRANT_ROLES not in visit.rights:
        return
    phrases = visit.phrases
    found = queue(visit.reader, AT_ONCE + 1)
    waiting = [one for one in found[:AT_ONCE] if one.login != visit.audience.scope.reader]
    title = phrases("accounts.queue")
    if not waiting:
        yield section(SectionView("queue", title), empty(phrases("accounts.queue.none")))
        return
    say = phrases("accounts.queue.say", n=plain(len(waiting)))
    listed = account_table(visit, title, waiting, is_more=len(found) > AT_ONCE)
    yield section(SectionView("queue", title, say=say), listed, _all(visit, waiting))


def _all(visit: Visit, waiting: list[Card]) -> Element | None:
    named = [hidden("login", one.login) for one in waiting if one.wanted_role]
    if not named:
        return None
    pressed = e.div(press(visit.phrases("accounts.queue.all"), is_first=True), cls="acts")
    return action_form("grant_wanted", posting(visit), *named, pressed)
