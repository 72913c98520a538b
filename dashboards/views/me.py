"""One's own account as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards import element as e
from dashboards.auth import SIGN_OUT, Standing
from dashboards.element import Child, Element
from dashboards.numbers import day
from dashboards.page import Visit
from dashboards.parts.form import Posting, action_form, hidden, press
from dashboards.parts.section import SectionView, section
from warehouse.identities import is_linked
from warehouse.moments import china_day, minute
from warehouse.passwords import OLDEST
from warehouse.sessions import Listed, own


def heading(visit: Visit) -> Element:
    """Who one is here."""
    phrases, standing = visit.phrases, standing_of(visit)
    account = standing.reader.account
    place = visit.ladder.place(account["place_id"])
    until = account["valid_until"]
    facts = (
        (phrases("me.login"), standing.reader.id),
        (phrases("me.name"), standing.reader.name(visit.lang)),
        (phrases("me.role"), standing.reader.role.label.of(visit.lang)),
        (phrases("me.place"), place.name(visit.lang)),
        (phrases("me.until"), day(until, visit.lang) if until else phrases("me.until.none")),
    )
    listed = [e.div(e.dt(name), e.dd(value)) for name, value in facts]
    return e.div(e.h1(phrases("me.title")), e.dl(*listed), cls="id")


def standing_of(visit: Visit) -> Standing:
    if visit.standing is None:
        raise LookupError(visit.address)
    return visit.standing


def entry_section(visit: Visit) -> Element:
    """Password and second factor, with the pages that change them."""
    phrases = visit.phrases
    view = SectionView("entry", phrases("me.entry"))
    rows = [_password(visit), _factor(visit), *_institution(visit)]
    return section(view, e.table(e.tbody(*rows), cls="t own"))


def _password(visit: Visit) -> Element:
    phrases, standing = visit.phrases, standing_of(visit)
    since = china_day(standing.reader.account["password_set_at"])
    told = phrases("me.password.set", day=day(since, visit.lang), days=OLDEST.days)
    said = phrases("me.password.exempt") if standing.is_exempt else told
    return _row(phrases("me.password"), said, _link(visit, "password", "me.password.change"))


def _factor(visit: Visit) -> Element:
    phrases, standing = visit.phrases, standing_of(visit)
    has = standing.reader.has_factor
    said = phrases("me.factor.on" if has else "me.factor.off")
    if standing.needs_factor:
        said = phrases("list.meta").join((said, phrases("me.factor.required")))
    links = [_link(visit, "factor", "me.factor.enrol")] if not has else []
    if has:
        links.append(_link(visit, "codes", "own.codes"))
        if not standing.needs_factor:
            links.append(_link(visit, "factor-off", "own.factor-off"))
    return _row(phrases("me.factor"), said, *links)


def _institution(visit: Visit) -> Iterator[Element]:
    """The institution's own sign-in, where this installation takes one."""
    issuer, name = standing_of(visit).institution
    if not issuer:
        return
    phrases = visit.phrases
    if is_linked(visit.reader, issuer, standing_of(visit).reader.id):
        button = press(phrases("me.institution.unlink"))
        act = action_form("unlink_identity", _posting(visit), hidden("issuer", issuer), button)
        yield _row(name, phrases("me.institution.on"), act)
    else:
        act = _link(visit, "institution", "me.institution.link")
        yield _row(name, phrases("me.institution.off"), act)


def _row(name: str, said: str, *links: Child) -> Element:
    return e.tr(e.th(name, scope="row"), e.td(said), e.td(e.div(*links, cls="acts")))


def _link(visit: Visit, name: str, words: str) -> Element:
    """To a plain page, which no script of ours opens."""
    return e.a(visit.phrases(words), href=f"/my/{name}?lang={visit.lang}", data_plain="1")


def sessions_section(visit: Visit) -> Element:
    """Where one is signed in, with a button to end each."""
    phrases, standing = visit.phrases, standing_of(visit)
    reader, times = standing.reader, standing.times
    found = own(visit.reader, reader.id, reader.role.value, reader.stamp, standing.clock, times)
    idle, longest = (
        times.of(reader.role.value).seconds // 60,
        int(times.longest.total_seconds() // 3600),
    )
    note = phrases("me.sessions.note", idle=idle, longest=longest)
    heads = ("agent", "address", "started", "seen")
    head = e.tr(*(e.th(phrases(f"me.sessions.{one}"), scope="col") for one in heads), e.td())
    drawn = e.table(
        e.caption(phrases("me.sessions"), cls="sr"),
        e.thead(head),
        e.tbody(*(_session(visit, one) for one in found)),
        cls="t own",
    )
    scroll = e.div(drawn, cls="scroll", tabIndex=0, role="group", aria_label=phrases("me.sessions"))
    return section(
        SectionView("sessions", phrases("me.sessions"), note=note),
        scroll,
        *_others(visit, len(found)),
    )


def _session(visit: Visit, one: Listed) -> Element:
    is_this = one.key == standing_of(visit).reader.key
    act = _leave(visit) if is_this else _end(visit, one)
    return e.tr(
        e.th(one.agent or "—", scope="row"),
        e.td(one.address),
        e.td(minute(one.started_at)),
        e.td(minute(one.seen_at)),
        e.td(act),
    )


def _leave(visit: Visit) -> Element:
    phrases = visit.phrases
    out = e.a(phrases("sign_out"), href=SIGN_OUT, data_plain="1")
    return e.div(e.span(phrases("me.sessions.this"), cls="m"), out, cls="acts")


def _end(visit: Visit, one: Listed) -> Element:
    words = visit.phrases("me.sessions.end.name", started=minute(one.started_at))
    button = press(visit.phrases("me.sessions.end"), aria_label=words)
    return action_form("end_session", _posting(visit), hidden("key", one.key), button)


def _others(visit: Visit, n: int) -> Iterator[Element]:
    if n > 1:
        button = press(visit.phrases("me.sessions.end.others"))
        yield e.div(action_form("end_other_sessions", _posting(visit), button), cls="acts")


def _posting(visit: Visit) -> Posting:
    return Posting(visit.csrf, str(visit.address))
