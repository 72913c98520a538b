"""The sign-in of others, for security administrators: locks after failed attempts, and second factors that were lost."""

from __future__ import annotations

from dashboards import element as e
from dashboards.element import Element
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.form import Posting, action_form, hidden, press, text_field
from dashboards.parts.section import SectionView, empty, section
from dashboards.views.me import standing_of
from warehouse.knocks import Locked, locked
from warehouse.moments import minute
from warehouse.rights import Right


def draw(visit: Visit) -> Drawn:
    phrases = visit.phrases
    found = locked(visit.reader, standing_of(visit).clock)
    view = SectionView("locked", phrases("locks.listed"), note=phrases("locks.note"))
    body = _table(visit, found) if found else empty(phrases("locks.none"))
    heading = e.div(e.h1(phrases("nav.locks")), cls="id")
    return Drawn(title=phrases("nav.locks"), body=[heading, section(view, body), _reset(visit)])


def _reset(visit: Visit) -> Element:
    phrases = visit.phrases
    form = action_form(
        "reset_factor", Posting(visit.csrf, str(visit.address)),
        text_field("login", phrases("locks.login"), required=True, maxLength=200, autoComplete="off"),
        press(phrases("locks.reset.do")),
    )  # fmt: skip
    view = SectionView("reset", phrases("locks.reset"), note=phrases("locks.reset.note"))
    return section(view, form)


def _table(visit: Visit, found: list[Locked]) -> Element:
    phrases = visit.phrases
    heads = (e.th(phrases(f"locks.{one}"), scope="col") for one in ("login", "since", "until"))
    drawn = e.table(
        e.caption(phrases("locks.listed"), cls="sr"),
        e.thead(e.tr(*heads, e.td())),
        e.tbody(*(_row(visit, one) for one in found)),
        cls="t own",
    )
    label = phrases("locks.listed")
    return e.div(drawn, cls="scroll", tabIndex=0, role="group", aria_label=label)


def _row(visit: Visit, one: Locked) -> Element:
    words = visit.phrases("locks.lift.name", login=one.login)
    form = action_form(
        "unlock", Posting(visit.csrf, str(visit.address)), hidden("login", one.login),
        press(visit.phrases("locks.lift"), aria_label=words),
    )  # fmt: skip
    return e.tr(
        e.th(one.login, scope="row"),
        e.td(minute(one.since)),
        e.td(minute(one.until)),
        e.td(form),
    )


page = Page(name="locks", draw=draw, right=Right.GRANT_ROLES, menu=8, is_kept=False)
