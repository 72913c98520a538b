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
from dashboards.parts.section import SectionView, column, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.accounts import place_of, posting
from dashboards.views.rollout_province import is_own
from dashboards.views.work import AGAIN_S
from etl.errors import BadAdapter
from etl.fusion.adapter import Adapter, adapter_of
from warehouse.discovery import asked_forms, form
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
    """The forms of this reader: the pull that both may ask for, the province's token, the ministry's permission."""
    own = is_own(visit)
    ministry = visit.audience.scope.place_id == NATION and Right.REVIEW in visit.rights
    if wire.adapter is None or last.state not in OPEN_TO_PULLS or not (own or ministry):
        return
    phrases = visit.phrases
    ask = section(SectionView("pull", phrases("pulls.pull"), note=phrases("pulls.pull.note")), _ask(visit, wire, wire.adapter))  # fmt: skip
    yield column(5, ask, _token(visit, wire) if own else _host(visit, wire, wire.adapter.site))


def _ask(visit: Visit, wire: Wire, adapter: Adapter) -> Element:
    """The form, or why nothing can be asked for now. What is offered first is the newest year for which anything may be handed in."""
    phrases, lang = visit.phrases, visit.lang
    if _standing(visit, wire) is None:
        return e.p(phrases("pulls.first_allow"), cls="m")
    if any(one.is_open for one in wire.pulls):
        return e.p(phrases("pulls.is_open"), cls="m")
    years = [year for year in reversed(visit.years) if year <= newest_year(visit.today)]
    due = next((year for year in years if asked_forms(year, visit.today).keys() & adapter.forms.keys()), years[0])  # fmt: skip
    listed = [(str(year), academic_year(year, lang)) for year in years]
    forms = [("", phrases("pulls.every_form", n=len(adapter.forms)))] + [(name, form(name).title.of(lang)) for name in adapter.forms]  # fmt: skip
    fields: tuple[Child, ...] = (choice_field("pull_year", phrases("pulls.year"), listed, str(due)), choice_field("pull_form", phrases("pulls.form"), forms))  # fmt: skip
    return action_form("pull_fusion", posting(visit), hidden("place", place_of(visit).place_id), e.div(*fields, cls="fields tall"), e.div(press(phrases("pulls.press"), is_first=True), cls="acts"))  # fmt: skip


def _token(visit: Visit, wire: Wire) -> Element:
    phrases = visit.phrases
    field = text_field("token", phrases("pulls.token"), "", phrases("pulls.token.hint"), type="password", autoComplete="off", required=True)  # fmt: skip
    presses = [press(phrases("pulls.token.press"))]
    if wire.token is not None:
        presses.append(press(phrases("pulls.token.drop"), formAction="/do/drop_fusion_token", formNoValidate=True))  # fmt: skip
    return section(
        SectionView("token-kept", phrases("pulls.token.title"), note=phrases("pulls.token.note")),
        action_form("keep_fusion_token", posting(visit), e.div(field, cls="fields tall"), e.div(*presses, cls="acts")),
    )  # fmt: skip


def _host(visit: Visit, wire: Wire, site: Site) -> Element:
    phrases, place, line = visit.phrases, hidden("place", place_of(visit).place_id), _standing(visit, wire)  # fmt: skip
    choices = [("outside", phrases("pulls.addresses.outside")), (INSIDE, phrases("pulls.addresses.inside"))]  # fmt: skip
    fields: tuple[Child, ...] = (
        text_field("until", phrases("pulls.until"), "", phrases("pulls.until.hint"), type="date", min=visit.today.isoformat()),
        choice_field("addresses", phrases("pulls.addresses"), choices),
    )  # fmt: skip
    presses = [press(phrases("pulls.allow_again" if line else "pulls.allow", host=site.name), is_first=line is None)]  # fmt: skip
    kept: list[Child] = [place, hidden("site", site.name)]
    if line is not None:
        kept.append(hidden("line", line.host_id))
        presses.append(press(phrases("pulls.disallow"), formAction="/do/disallow_fusion_host"))
    return section(
        SectionView("permission", phrases("pulls.permission.title"), note=phrases("pulls.host.note")),
        action_form("allow_fusion_host", posting(visit), *kept, e.div(*fields, cls="fields tall"), e.div(*presses, cls="acts")),
    )  # fmt: skip


# -- the last pulls


def pulls_section(visit: Visit, wire: Wire) -> Element:
    """The last pulls, the newest first and form by form; one that is under way shows how far it is."""
    phrases = visit.phrases
    view = SectionView("pulls", phrases("pulls.last"), note=phrases("pulls.last.note"))
    if not wire.pulls:
        return section(view, empty(phrases("pulls.last.none")))
    heads = [
        ColumnView(phrases("pulls.asked"), kind="text"), ColumnView(phrases("pulls.state"), kind="text"),
        ColumnView(phrases("pulls.pages"), narrow=False), ColumnView(phrases("pulls.rows"), narrow=False),
        ColumnView(phrases("pulls.came"), kind="text"), ColumnView(phrases("pulls.receipt"), kind="text", narrow=False),
    ]  # fmt: skip
    rows: list[RowView] = []
    for at, one in enumerate(wire.pulls):
        lines = wire.far[one.pull_id]
        rows.append(_pull_row(visit, one, list(lines.values())))
        if at == 0 and len(one.forms) > 1:
            rows += [_form_row(visit, name, lines.get(name)) for name in one.forms]
    newest = wire.pulls[0]
    under_way = _bar(visit, newest, wire.far[newest.pull_id]) if newest.is_open else None
    return section(
        view, under_way, table(TableView(view.title, heads, rows, "wrap pulls"), phrases)
    )


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
    said = CellView(one.said.of(visit.lang)) if one.said_zh else CellView(symbol="not_applicable")
    return RowView(minute(one.asked_at), (stands, *_numbers(lines), said, _receipts(visit, lines)), sub=sub)  # fmt: skip


def _form_row(visit: Visit, name: str, line: Far | None) -> RowView:
    """One form of the newest pull."""
    phrases, title = visit.phrases, form(name).title.of(visit.lang)
    if line is None:
        return RowView(title, (CellView(phrases("pulls.not_begun")), *[CellView(symbol="not_applicable")] * 4))  # fmt: skip
    state = CellView(phrases(f"pulls.form.{'read' if line.file_hash else 'reading'}"))
    said = CellView(phrases("pulls.taken", accepted=plain(line.accepted), refused=plain(line.refused))) if line.first else CellView(symbol="not_applicable")  # fmt: skip
    return RowView(title, (state, *_numbers([line]), said, _receipts(visit, [line])))


def _numbers(lines: Sequence[Far]) -> tuple[CellView, CellView]:
    """Pages; rows of how many."""
    if not lines:
        return CellView(symbol="not_applicable"), CellView(symbol="not_applicable")
    pages, rows, total = (sum(getattr(one, name) for one in lines) for name in ("pages", "rows", "total"))  # fmt: skip
    return CellView(plain(pages)), CellView(f"{plain(rows)}/{plain(total)}")


def _receipts(visit: Visit, lines: Sequence[Far]) -> CellView:
    """The first and last receipt, which lead to the files they belong to."""
    held = [line for line in lines if line.first and line.last and line.received_at]
    if not held:
        return CellView(symbol="not_applicable")
    least, most = min(held, key=lambda one: one.first or 0), max(held, key=lambda one: one.last or 0)  # fmt: skip
    first, last = (numbered("HZ", one.received_at, number) for one, number in ((least, least.first), (most, most.last)) if one.received_at and number)  # fmt: skip
    said = visit.phrases("pulls.receipts", n=sum(one.receipts for one in held))
    return CellView(said, href="#receipts", note=f"{first} – {last}" if first != last else first)
