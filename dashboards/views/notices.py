"""What a reader was told, as its page shows it."""

from __future__ import annotations

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import catalogue
from dashboards.page import Visit
from dashboards.parts.form import Posting, action_form, hidden, press, text_field
from dashboards.parts.section import ChoiceView, SectionView, SwitchView, empty, section
from warehouse.letters import has_mailbox
from warehouse.moments import minute
from warehouse.notices import Notice, inbox, kinds
from warehouse.rights import Right

AT_ONCE = 50
UNREAD = "unread"


def kind_words(visit: Visit, kind: str) -> str:
    """The words for a kind of notice; one that nobody named is among the others."""
    named = f"notices.kind.{kind}"
    return visit.phrases(named if named in catalogue() else "notices.kind.other")


def list_section(visit: Visit) -> Element:
    """The choice of what to list, and the newest of it."""
    address, phrases = visit.address, visit.phrases
    before = int(address.start) if address.start.isdigit() else None
    is_unread = address.view == UNREAD
    kind = "" if is_unread else address.view
    found = inbox(visit.reader, is_unread=is_unread, kind=kind, most=AT_ONCE + 1, before=before)
    shown = found[:AT_ONCE]
    links: list[Child] = []
    if len(found) > AT_ONCE:
        links.append(e.a(phrases("notices.older"), href=address.to(start=str(shown[-1].notice_id))))
    view = SectionView("told", phrases("notices.list"), switch=_switch(visit))
    links.append(e.a(phrases("jobs.title"), href=address.on("jobs")))
    if Right.READ in visit.rights:
        links.append(e.a(phrases("subscriptions.title"), href=address.on("subscriptions")))
    return section(
        view,
        e.ul(*(_line(visit, one) for one in shown), cls="told") if shown else empty(phrases("notices.empty")),
        e.div(*links, cls="acts"),
    )  # fmt: skip


def _switch(visit: Visit) -> SwitchView:
    address, phrases = visit.address, visit.phrases
    views = [("", phrases("notices.all")), (UNREAD, phrases("notices.unread"))]
    views += [(kind, kind_words(visit, kind)) for kind in kinds(visit.reader)]
    choices = [ChoiceView(words, address.to(view=view, start=""), address.view == view) for view, words in views]  # fmt: skip
    return SwitchView(phrases("notices.filter"), choices)


def _line(visit: Visit, one: Notice) -> Element:
    phrases = visit.phrases
    meta = phrases("list.meta").join((kind_words(visit, one.kind), minute(one.at)))
    acts: list[Child] = [e.a(phrases("notices.open"), href=f"/{visit.lang}{one.object}")] if one.object else []  # fmt: skip
    if not one.is_read:
        acts.append(_marking(visit, phrases("notices.mark"), one.notice_id))
    words = one.said.of(visit.lang)
    return e.li(
        words if one.is_read else e.b(words),
        e.span(phrases("notices.unread"), cls="phase waiting") if not one.is_read else None,
        e.p(meta, cls="m"),
        e.div(*acts, cls="acts") if acts else None,
        cls="" if one.is_read else "new",
    )


def mailbox_section(visit: Visit) -> Element:
    """Where letters go; the address itself is not shown again."""
    phrases = visit.phrases
    has = has_mailbox(visit.reader, visit.audience.scope.reader)
    posting = Posting(visit.csrf, str(visit.address))
    field = text_field(
        "address", phrases("mailbox.label"), hint=phrases("mailbox.hint"), maxLength=254, autoComplete="email", inputMode="email"
    )  # fmt: skip
    return section(
        SectionView("mailbox", phrases("mailbox.title"), say=phrases("mailbox.has") if has else ""),
        action_form("set_mailbox", posting, field, press(phrases("mailbox.save"))),
    )


def mark_all(visit: Visit) -> Element:
    return e.div(_marking(visit, visit.phrases("notices.mark_all")), cls="acts")


def _marking(visit: Visit, words: str, notice_id: int | None = None) -> Element:
    posting = Posting(visit.csrf, str(visit.address))
    which = [hidden("notice", notice_id)] if notice_id else []
    return action_form("read_notices", posting, *which, press(words))
