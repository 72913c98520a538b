"""How a province's own system is read: which host is allowed, whether a token is kept, the last pulls and what may be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import academic_year, day, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.form import action_form, choice_field, hidden, press, text_field
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.accounts import place_of, posting
from dashboards.views.rollout_province import is_own
from dashboards.views.work import AGAIN_S
from etl.errors import BadAdapter
from etl.fusion.adapter import Adapter, adapter_of
from warehouse.discovery import form
from warehouse.fusion import Step
from warehouse.fusion_hosts import Allowed, Site, Token, hosts, token_kept
from warehouse.fusion_pulls import OPEN_TO_PULLS, Far, Pull, far, pulls
from warehouse.moments import minute, numbered
from warehouse.places import NATION
from warehouse.queue import State
from warehouse.rights import Right, Role
from warehouse.terms import newest_year

INSIDE = "inside"
LINES = 5  # of the allow-list that are shown; those before are in the trail


@dataclass(frozen=True, kw_only=True)
class Wire:
    """What is known of a province's interface. `adapter` is None where what was declared does not fit today's forms."""

    adapter: Adapter | None
    fault: str
    lines: Sequence[Allowed]
    token: Token | None
    pulls: Sequence[Pull]
    far: dict[int, dict[str, Far]]

    @property
    def site(self) -> Site | None:
        return self.adapter.site if self.adapter else None


def wire_of(visit: Visit, last: Step) -> Wire:
    """Read once for all sections."""
    place, reader = place_of(visit).place_id, visit.reader
    adapter, fault = None, ""
    try:
        adapter = adapter_of(last)
    except BadAdapter as problem:
        fault = problem.of(visit.lang)
    found = pulls(reader, place)
    return Wire(
        adapter=adapter, fault=fault, lines=hosts(reader, place), token=token_kept(reader, place), pulls=found,
        far=far(reader, [one.pull_id for one in found]),
    )  # fmt: skip


def _standing(visit: Visit, wire: Wire) -> Allowed | None:
    """The line by which the adapter's host may be asked today."""
    return next((one for one in wire.lines if Site(host=one.host, port=one.port) == wire.site and one.holds(visit.today)), None)  # fmt: skip


# -- host and token


def interface_section(visit: Visit, wire: Wire) -> Element:
    """Where the interface stands, whether the ministry allows it, and whether a token is kept."""
    phrases = visit.phrases
    say = _said(visit, wire)
    meta = wire.site.name if wire.site else ""
    view = SectionView("interface", phrases("pulls.interface"), meta, say=say, width=7, note=phrases("pulls.interface.note"))  # fmt: skip
    if not wire.lines:
        return section(view, e.p(_token_said(visit, wire), cls="m"), empty(phrases("pulls.none_allowed")))  # fmt: skip
    heads = [ColumnView(phrases(f"pulls.{name}"), kind="text", narrow=name in ("host", "permission")) for name in ("host", "permission", "addresses", "by")]  # fmt: skip
    rows = [
        RowView(Site(host=one.host, port=one.port).name, (
            _permission(visit, one), CellView(phrases(f"pulls.addresses.{'inside' if one.is_internal else 'outside'}")),
            CellView(f"{one.allowed_by} · {minute(one.allowed_at)}"),
        ))
        for one in wire.lines[:LINES]
    ]  # fmt: skip
    return section(view, e.p(_token_said(visit, wire), cls="m"), table(TableView(view.title, heads, rows, "wrap"), phrases))  # fmt: skip


def _said(visit: Visit, wire: Wire) -> str:
    if wire.site is None:
        return wire.fault
    line = _standing(visit, wire)
    if line is None:
        return visit.phrases("pulls.not_allowed", host=wire.site.name)
    key = "pulls.allowed.until" if line.until else "pulls.allowed"
    return visit.phrases(key, host=wire.site.name, day=day(line.until, visit.lang) if line.until else "")  # fmt: skip


def _token_said(visit: Visit, wire: Wire) -> str:
    phrases, token = visit.phrases, wire.token
    if token is None:
        return phrases("pulls.token.none")
    site = Site(host=token.host, port=token.port)
    said = phrases("pulls.token.kept", at=minute(token.set_at), by=token.set_by, host=site.name)
    return said if site == wire.site else said + phrases("pulls.token.elsewhere")


def _permission(visit: Visit, one: Allowed) -> CellView:
    phrases = visit.phrases
    if one.ended_at is not None:
        return CellView(phrases("pulls.permission.ended", by=one.ended_by or "", at=minute(one.ended_at)))  # fmt: skip
    if one.until is None:
        return CellView(phrases("pulls.permission.holds"))
    key = "pulls.permission.until" if one.holds(visit.today) else "pulls.permission.over"
    return CellView(phrases(key, day=day(one.until, visit.lang)))


# -- what may be done


def act_sections(visit: Visit, last: Step, wire: Wire) -> Iterator[Element]:
    """The forms of this reader: the province's token, the ministry's permission, the pull that both may ask for."""
    own = is_own(visit)
    ministry = visit.audience.scope.place_id == NATION and Right.REVIEW in visit.rights
    if wire.adapter is None or last.state not in OPEN_TO_PULLS or not (own or ministry):
        return
    phrases = visit.phrases
    parts = [*_ask(visit, wire, wire.adapter)]
    parts += _token(visit, wire) if own else _host(visit, wire, wire.adapter.site)
    yield section(SectionView("pull", phrases("pulls.pull"), width=5, note=phrases("pulls.pull.note" if own else "pulls.host.note")), *parts)  # fmt: skip


def _ask(visit: Visit, wire: Wire, adapter: Adapter) -> Iterator[Element]:
    phrases, lang = visit.phrases, visit.lang
    if _standing(visit, wire) is None:
        yield e.p(phrases("pulls.first_allow"), cls="m")
        return
    if any(one.is_open for one in wire.pulls):
        yield e.p(phrases("pulls.is_open"), cls="m")
        return
    newest = newest_year(visit.today)
    years = [(str(year), academic_year(year, lang)) for year in reversed(visit.years) if year <= newest]  # fmt: skip
    forms = [("", phrases("pulls.every_form", n=len(adapter.forms)))] + [(name, form(name).title.of(lang)) for name in adapter.forms]  # fmt: skip
    fields: tuple[Child, ...] = (choice_field("pull_year", phrases("pulls.year"), years), choice_field("pull_form", phrases("pulls.form"), forms))  # fmt: skip
    yield action_form("pull_fusion", posting(visit), hidden("place", place_of(visit).place_id), e.div(*fields, cls="fields tall"), e.div(press(phrases("pulls.press"), is_first=True), cls="acts"))  # fmt: skip


def _token(visit: Visit, wire: Wire) -> Iterator[Element]:
    phrases = visit.phrases
    field = text_field("token", phrases("pulls.token"), "", phrases("pulls.token.hint"), type="password", autoComplete="off", required=True)  # fmt: skip
    yield action_form("keep_fusion_token", posting(visit), e.div(field, cls="fields tall"), e.div(press(phrases("pulls.token.press")), cls="acts"))  # fmt: skip
    if wire.token is not None:
        yield action_form("drop_fusion_token", posting(visit), e.div(press(phrases("pulls.token.drop")), cls="acts"))  # fmt: skip


def _host(visit: Visit, wire: Wire, site: Site) -> Iterator[Element]:
    phrases, place, line = visit.phrases, hidden("place", place_of(visit).place_id), _standing(visit, wire)  # fmt: skip
    choices = [("outside", phrases("pulls.addresses.outside")), (INSIDE, phrases("pulls.addresses.inside"))]  # fmt: skip
    fields: tuple[Child, ...] = (
        text_field("until", phrases("pulls.until"), "", phrases("pulls.until.hint"), type="date", min=visit.today.isoformat()),
        choice_field("addresses", phrases("pulls.addresses"), choices),
    )  # fmt: skip
    words = phrases("pulls.allow_again" if line else "pulls.allow", host=site.name)
    yield action_form("allow_fusion_host", posting(visit), place, hidden("site", site.name), e.div(*fields, cls="fields tall"), e.div(press(words, is_first=line is None), cls="acts"))  # fmt: skip
    if line is not None:
        yield action_form("disallow_fusion_host", posting(visit), place, hidden("line", line.host_id), e.div(press(phrases("pulls.disallow")), cls="acts"))  # fmt: skip


# -- the last pulls


def pulls_section(visit: Visit, wire: Wire) -> Element:
    """The last pulls, the newest first and form by form; one that is under way shows how far it is."""
    phrases = visit.phrases
    view = SectionView("pulls", phrases("pulls.last"), note=phrases("pulls.last.note"))
    if not wire.pulls:
        return section(view, empty(phrases("pulls.last.none")))
    names = ("asked", "state", "pages", "rows", "accepted", "refused", "came")
    kinds = {"asked": "text", "state": "text", "came": "text"}
    heads = [ColumnView(phrases(f"pulls.{name}"), kind=kinds.get(name, "number"), narrow=name not in ("pages", "refused")) for name in names]  # type: ignore[arg-type]  # fmt: skip
    rows: list[RowView] = []
    for at, one in enumerate(wire.pulls):
        lines = wire.far[one.pull_id]
        rows.append(_pull_row(visit, one, list(lines.values())))
        if at == 0 and len(one.forms) > 1:
            rows += [_form_row(visit, name, lines.get(name)) for name in one.forms]
    newest = wire.pulls[0]
    under_way = _bar(visit, newest, wire.far[newest.pull_id]) if newest.is_open else None
    return section(view, under_way, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _bar(visit: Visit, one: Pull, lines: dict[str, Far]) -> Element:
    """How far the newest is; the page asks again by itself."""
    phrases, rows = visit.phrases, sum(line.rows for line in lines.values())
    now = next(reversed(lines.values()), None)
    words = phrases("pulls.under_way", form=form(now.form).title.of(visit.lang), pages=plain(now.pages), rows=plain(now.rows), total=plain(now.total)) if now else phrases("pulls.waits")  # fmt: skip
    name, most = State(one.state).label.of(visit.lang), max(1, sum(line.total for line in lines.values()))  # fmt: skip
    drawn = e.progress(value=rows, max=most, aria_label=name) if now else e.progress(aria_label=name)  # fmt: skip
    return e.div(drawn, e.p(words, cls="m"), cls="far", data_again=AGAIN_S)


def _pull_row(visit: Visit, one: Pull, lines: Sequence[Far]) -> RowView:
    phrases, state = visit.phrases, State(one.state)
    title = form(one.forms[0]).title.of(visit.lang) if len(one.forms) == 1 else phrases("pulls.forms", n=len(one.forms))  # fmt: skip
    by = f"{one.asked_by}（{Role(one.asked_role).label.zh}）" if visit.lang == "zh" else f"{one.asked_by} ({Role(one.asked_role).label.en})"  # fmt: skip
    sub = phrases("list.meta").join((academic_year(one.year, visit.lang), title, by))
    stands = CellView(state.label.of(visit.lang), verdict="miss" if state is State.FAILED else None)
    return RowView(minute(one.asked_at), (stands, *_numbers(lines), _came(visit, one, lines)), sub=sub)  # fmt: skip


def _form_row(visit: Visit, name: str, line: Far | None) -> RowView:
    title = form(name).title.of(visit.lang)
    if line is None:
        return RowView(title, (CellView(visit.phrases("pulls.not_begun")), *[CellView(symbol="not_applicable")] * 5))  # fmt: skip
    state = "read" if line.file_hash else "reading"
    return RowView(title, (CellView(visit.phrases(f"pulls.form.{state}")), *_numbers([line]), _receipts(visit, [line])))  # fmt: skip


def _numbers(lines: Sequence[Far]) -> tuple[CellView, ...]:
    """Pages; rows of how many; accepted and refused once they are taken in."""
    dash = CellView(symbol="not_applicable")
    if not lines:
        return (dash,) * 4
    pages, rows, total, accepted, refused = (sum(getattr(one, name) for one in lines) for name in ("pages", "rows", "total", "accepted", "refused"))  # fmt: skip
    is_in = any(one.first for one in lines)
    return (
        CellView(plain(pages)), CellView(f"{plain(rows)}/{plain(total)}"),
        CellView(plain(accepted)) if is_in else dash, CellView(plain(refused)) if is_in else dash,
    )  # fmt: skip


def _came(visit: Visit, one: Pull, lines: Sequence[Far]) -> CellView:
    """What came of it: why it failed, or its receipts."""
    if State(one.state) is State.DONE and any(line.first for line in lines):
        return _receipts(visit, lines)
    said = one.said.of(visit.lang)
    return CellView(said) if said else CellView(symbol="not_applicable")


def _receipts(visit: Visit, lines: Sequence[Far]) -> CellView:
    """The first and last receipt, which lead to the files they belong to."""
    held = [line for line in lines if line.first and line.last and line.received_at]
    if not held:
        return CellView(symbol="not_applicable")
    least, most = min(held, key=lambda one: one.first or 0), max(held, key=lambda one: one.last or 0)  # fmt: skip
    first, last = (numbered("HZ", one.received_at, number) for one, number in ((least, least.first), (most, most.last)) if one.received_at and number)  # fmt: skip
    said = visit.phrases("pulls.receipts", first=first, last=last, n=sum(one.receipts for one in held))  # fmt: skip
    return CellView(said, href="#receipts")
