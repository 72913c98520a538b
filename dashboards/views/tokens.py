"""The tokens of one's own account, each with a button to revoke it."""

from __future__ import annotations

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.page import Visit
from dashboards.parts.form import Posting, action_form, hidden, press
from dashboards.parts.section import SectionView, empty, section
from dashboards.views.me import standing_of
from warehouse.api_tokens import Token, own
from warehouse.events import Event
from warehouse.moments import minute

HEADS = ("name", "scopes", "made", "expires", "used")


def tokens_section(visit: Visit) -> Element:
    """What programs read by, and the ways to make one and to learn how it is used."""
    phrases, standing = visit.phrases, standing_of(visit)
    found = own(visit.reader, standing.reader.id, standing.reader.stamp, standing.clock)
    acts = e.div(
        e.a(phrases("me.tokens.make"), href=f"/my/token?lang={visit.lang}", data_plain="1"),
        e.a(phrases("me.tokens.how"), href=visit.address.on("interface")),
        cls="acts",
    )
    view = SectionView("tokens", phrases("me.tokens"), note=phrases("me.tokens.note"))
    return section(view, _table(visit, found) if found else empty(phrases("me.tokens.none")), acts)


def _table(visit: Visit, found: list[Token]) -> Element:
    phrases = visit.phrases
    head = e.tr(*(e.th(phrases(f"me.tokens.{one}"), scope="col") for one in HEADS), e.td())
    drawn = e.table(
        e.caption(phrases("me.tokens"), cls="sr"),
        e.thead(head),
        e.tbody(*(_token(visit, one) for one in found)),
        cls="t own",
    )
    return e.div(drawn, cls="scroll", tabIndex=0, role="group", aria_label=phrases("me.tokens"))


def _token(visit: Visit, one: Token) -> Element:
    phrases = visit.phrases
    scopes = phrases("list.meta").join(scope.label.of(visit.lang) for scope in one.scopes)
    used = minute(one.used_at) if one.used_at else phrases("me.tokens.never")
    told: list[Child] = [e.td(text) for text in (scopes, minute(one.made_at), minute(one.expires_at), used)]  # fmt: skip
    button = press(phrases("me.tokens.revoke"), aria_label=phrases("me.tokens.revoke.name", name=one.name))  # fmt: skip
    posting = Posting(visit.csrf, str(visit.address))
    act = action_form(Event.REVOKE_TOKEN, posting, hidden("token", one.token_id), button)
    return e.tr(e.th(one.name, scope="row"), *told, e.td(act))
