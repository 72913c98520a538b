"""What stands around every page: the top line, the context bar, the foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboards.address import Address
from dashboards.documents import kept_address, offered
from dashboards.element import Element
from dashboards.i18n import Phrases
from dashboards.numbers import day, percent, plain
from dashboards.page import Drawn, Page, Visit, entries, registry, tabs
from dashboards.parts.context import ContextView, CoverageView
from dashboards.parts.footer import FooterView
from dashboards.parts.frame import FrameView, frame
from dashboards.parts.header import HeaderView
from dashboards.parts.section import ChoiceView, SwitchView
from dashboards.released import OF_WORK, briefly, told_elsewhere, told_redefined
from metrics.discovery import metric
from metrics.question import Cell
from warehouse.discovery import domains, forms
from warehouse.events import Event
from warehouse.moments import china_day, second
from warehouse.places import Rung
from warehouse.releases import Release
from warehouse.rights import Right
from warehouse.terms import format_year, stock_date

SIGN_OUT = "/sign-out"


def framed(visit: Visit, drawn: Drawn, user: str) -> Element:
    """A drawn page with everything around it."""
    has_bar = visit.place is not None and Right.READ in visit.rights
    view = FrameView(
        title=drawn.title,
        theme=visit.address.theme,
        header=top_line(visit, user),
        context=context(visit, drawn) if has_bar else None,
        footer=replace(
            foot(visit, drawn),
            export="" if has_bar else export_of(visit, drawn),
            definitions=_definitions(visit, drawn),
        ),
        tabs=_lights(visit),
    )
    return frame(view, drawn.body, visit.phrases, drawn.panel)


def foot(visit: Visit, drawn: Drawn) -> FooterView:
    """What is counted and when; the signs."""
    return FooterView(scope=(*_scope(visit, drawn), *drawn.scope_notes), synthetic=visit.synthetic)


def _definitions(visit: Visit, drawn: Drawn) -> list[ChoiceView]:
    """Where each metric of the page is defined: no number stands without it, whatever part prints it."""
    return [
        ChoiceView(metric(name).label.of(visit.lang), visit.address.on("catalogue", metric=name))
        for name in _named_metrics(visit, drawn)
    ]


def _named_metrics(visit: Visit, drawn: Drawn) -> list[str]:
    return list(dict.fromkeys((*visit.asking.metrics, *drawn.metrics)))


def export_of(visit: Visit, drawn: Drawn) -> str:
    """Where the tables of this page are had as a file; "" where they may not be taken along."""
    if drawn.book is not None:
        return drawn.book
    shown = registry().get(
        (visit.address.page, visit.ladder.rung(visit.place.place_id) if visit.place else None)
    )
    if shown is None or shown.event == Event.VIEW_SENSITIVE:
        return ""
    path, _, query = str(visit.address).partition("?")
    return f"/export{path}.xlsx?{query}"


def papers_of(visit: Visit) -> list[ChoiceView]:
    """The briefing of this place and topic: for paper, and for who must edit."""
    shown = registry().get((visit.address.page, visit.ladder.rung(visit.place.place_id) if visit.place else None))  # fmt: skip
    if shown is None or not shown.is_topic:
        return []
    path, _, query = visit.address.to(unfolded="", source="", theme="light").partition("?")
    return [ChoiceView(visit.phrases(f"act.briefing.{kind}"), f"/briefing{path}.{kind}?{query}") for kind in ("pdf", "docx")]  # fmt: skip


def subscribe_of(visit: Visit) -> str:
    """Where this page's tables are subscribed to; "" where they are not sent."""
    if not offered(visit.address, visit.ladder):
        return ""
    return visit.address.on("subscriptions", of=kept_address(visit.address), metric="")


def _lights(visit: Visit) -> list[ChoiceView]:
    """The pages that show this place, where the present one is among them."""
    if visit.place is None:
        return []
    place, rung = visit.place.place_id, visit.ladder.rung(visit.place.place_id)
    pages = [page for page in tabs(rung) if page.is_open_to(visit.rights) and page.is_open_at(visit.depth)]  # fmt: skip
    light = _light(visit.address.page, rung)
    if light not in {page.name for page in pages}:
        return []
    return [
        ChoiceView(
            _light_name(visit, page.name), visit.address.on(page.name, place, metric=""), page.name == light
        )
        for page in pages
    ]  # fmt: skip


def _light(page: str, rung: Rung | None) -> str:
    """The page that is marked as present: the one shown, or the one that it stands under."""
    shown = registry().get((page, rung))
    return shown.under or page if shown else page


def _light_name(visit: Visit, page: str) -> str:
    domain = domains().get(page)
    return domain.brief.of(visit.lang) if domain else visit.phrases(f"tab.{page}")


def top_line(visit: Visit, user: str) -> HeaderView:
    address = visit.address
    home = visit.audience.scope.place_id
    shown = entries(visit.rights, visit.ladder.rung(home), visit.audience.scope.depth)
    rung = visit.ladder.rung(visit.place.place_id) if visit.place else None
    return HeaderView(
        overview_href=address.on(*beginning(visit.rights, shown, home), metric=""),
        entries=menu(address, visit.phrases, shown, home, rung),
        user=user,
        own_href=address.on("me", metric=""),
        notices_href=address.on("notices", metric=""),
        unread=visit.unread,
        sign_out_href=SIGN_OUT,
        language_href=address.to(lang="en" if visit.lang == "zh" else "zh"),
        theme_href=address.to(theme="light" if address.theme == "dark" else "dark"),
        dark=address.theme == "dark",
    )


def beginning(rights: frozenset[Right], shown: Sequence[Page], home: int) -> tuple[str, int | None]:
    """The page and place where a reader's way begins: the own place, or for who reads no figures the first page of the top line."""
    if Right.READ in rights or not shown:
        return "place", home
    return shown[0].name, home if shown[0].rungs else None


def menu(
    address: Address, phrases: Phrases, shown: Sequence[Page], home: int, rung: Rung | None = None
) -> list[ChoiceView]:
    """The pages of the top line; each leads to the reader's own place."""
    light = _light(address.page, rung)
    return [
        ChoiceView(
            phrases(f"nav.{page.name}"),
            address.on(page.name, home if page.rungs else None, metric=""),
            page.name == light,
        )
        for page in shown
    ]


def context(visit: Visit, drawn: Drawn) -> ContextView:
    """The bar that states place, year, state, version and coverage."""
    place = visit.place
    if place is None:
        raise LookupError(visit.address)
    siblings = _siblings(visit)
    at = next((n for n, one in enumerate(siblings) if one.current), 0)
    beside = siblings[at - 1] if at else None, siblings[at + 1] if at + 1 < len(siblings) else None
    before, after = drawn.steps or beside
    return ContextView(
        place=drawn.numbered or place.name(visit.lang),
        ancestors=[
            _choice(visit, one)
            for one in (*_above(visit), *([place.place_id] if drawn.numbered else []))
        ],
        children=[_choice(visit, one) for one in _children(visit)],
        children_name=visit.phrases("children"),
        siblings=siblings if len(siblings) > 1 and not drawn.numbered else (),
        previous=before,
        next=after,
        year=format_year(visit.year, visit.lang),
        years=_years(visit),
        state=one.state if (one := shown_release(visit)) else drawn.state,
        version=_version(visit),
        reading=_reading(visit),
        earlier=_earlier(visit),
        coverage=_coverage(drawn.coverage, drawn) if drawn.coverage else None,
        options=_options(visit, drawn),
        synthetic=visit.synthetic,
        export=export_of(visit, drawn),
        papers=papers_of(visit),
        subscribe=subscribe_of(visit),
    )


def _choice(visit: Visit, place_id: int) -> ChoiceView:
    name = visit.ladder.place(place_id).name(visit.lang)
    here = visit.place is not None and place_id == visit.place.place_id
    return ChoiceView(name, visit.toward(place_id), here)


def _above(visit: Visit) -> list[int]:
    """The ancestors a reader may open."""
    place_id = visit.address.place or 1
    return [one for one in visit.ladder.ancestors(place_id) if _open(visit, one)]


def _children(visit: Visit) -> list[int]:
    if visit.address.place is None:
        return []
    below = visit.ladder.children(visit.address.place, visit.year, visit.address.bounds)
    return [one for one in below if _open(visit, one)]


def _siblings(visit: Visit) -> list[ChoiceView]:
    place_id = visit.address.place or 1
    parent = visit.ladder.parent(place_id, visit.year, visit.address.bounds)
    beside = visit.ladder.children(parent, visit.year, visit.address.bounds) if parent else []
    return [_choice(visit, one) for one in beside if _open(visit, one)]


def _open(visit: Visit, place_id: int) -> bool:
    return visit.audience.scope.depth_of(visit.ladder, place_id) is not None


def _years(visit: Visit) -> list[ChoiceView]:
    """The years there are; who reads released figures is led to those of the other year, where there are any."""

    def toward(year: int) -> str:
        known = visit.reading.of_year(year)
        if year == visit.year or not visit.address.release or not known:
            return visit.address.to(year=year)
        return visit.address.to(year=year, release=known[0].number)

    return [
        ChoiceView(format_year(year, visit.lang), toward(year), year == visit.year)
        for year in reversed(visit.years)
    ]


def shown_release(visit: Visit) -> Release | None:
    """The release that the page's place is shown by: the one asked for, or of a place that is not in the reader's charge the newest of the year."""
    if visit.reading.one is not None or visit.depth == "records" or visit.address.page in OF_WORK:
        return visit.reading.one
    return visit.reading.shown_elsewhere(visit.year)


def _reading(visit: Visit) -> SwitchView:
    """Whether the page is read live or as released, and the way from one to the other."""
    phrases, one = visit.phrases, shown_release(visit)
    if visit.address.page in OF_WORK:
        return SwitchView(phrases("reading"), [ChoiceView(phrases("reading.work"), "", current=True)])  # fmt: skip
    is_live = visit.reading.one is None and one is None
    live = [] if one and not visit.reading.one else [ChoiceView(phrases("reading.live"), visit.address.to(release="", asof=""), is_live)]  # fmt: skip
    signed = [
        ChoiceView(briefly(each, phrases), visit.address.to(release=each.number), each is one)
        for each in visit.reading.of_year(visit.year)
    ]
    return SwitchView(phrases("reading.number" if one else "reading"), [*live, *signed])


def _earlier(visit: Visit) -> ChoiceView | None:
    """The moment of the past that the address asks for, with the way back to the newest state."""
    if visit.at.moment is None or visit.reading.one is not None:
        return None
    return ChoiceView(second(visit.at.moment), visit.address.to(asof=""))


def _version(visit: Visit) -> str:
    """The day the figures stand at and the number of the last load here."""
    numbers = visit.asking.loads.get(visit.address.place or 1, {})
    when = china_day(visit.at.moment) if visit.at.moment else visit.today
    load = plain(max((number for form, number in numbers.items() if form in forms()), default=0))
    return visit.phrases("version.text", day=day(when, visit.lang), load=load)


def _coverage(cell: Cell, drawn: Drawn) -> CoverageView | None:
    if not cell.due:
        return None
    share = cell.units / cell.due
    return CoverageView(
        plain(cell.units), plain(cell.due), percent(share), share, drawn.covers, drawn.covers_of
    )


def _options(visit: Visit, drawn: Drawn) -> list[SwitchView]:
    """Boundaries, basis and law, each with its two answers; no basis where a page has but one or a release fixes it."""
    switches: list[tuple[str, tuple[str, ...]]] = [("bounds", ("now", "then"))]
    if not drawn.basis and visit.reading.one is None:
        switches.append(("basis", ("submitted", "approved")))
    if visit.year < 2022:
        switches.append(("law", ("", "later")))
    return [_switch(visit, name, values) for name, values in switches]


def _switch(visit: Visit, name: str, values: tuple[str, ...]) -> SwitchView:
    choices = [
        ChoiceView(
            visit.phrases(f"{name}.{value or 'own'}"),
            visit.address.to(**{name: value}),
            getattr(visit.address, name) == value,
        )
        for value in values
    ]
    return SwitchView(visit.phrases(f"{name}.name"), choices)


def _scope(visit: Visit, drawn: Drawn) -> tuple[str, ...]:
    return (
        visit.phrases("scope.counted"),
        visit.phrases("scope.stock", day=day(stock_date(visit.year), visit.lang)),
        visit.phrases(f"scope.basis.{drawn.basis or visit.address.basis}"),
        _said_of_reading(visit),
        *_said_elsewhere(visit),
        *filter(
            None,
            [told_redefined(shown_release(visit), _named_metrics(visit, drawn), visit.phrases)],
        ),
    )


def _said_elsewhere(visit: Visit) -> tuple[str, ...]:
    """By which release the page's year is shown of places that are somebody else's; nothing where it is read by that one anyway."""
    if visit.address.page in OF_WORK or visit.place is None or not visit.reading.has_others():
        return ()
    if visit.reading.one is not None and visit.reading.shown_elsewhere(visit.year) is visit.reading.one:  # fmt: skip
        return ()
    return (told_elsewhere(visit.reading, [visit.year], visit.address.basis, visit.phrases),)


def _said_of_reading(visit: Visit) -> str:
    """Live, released, or a page of work, which is never frozen."""
    if visit.address.page in OF_WORK:
        return visit.phrases("reading.work.said")
    one = visit.reading.one
    if one is None:
        return visit.phrases("reading.live.said")
    return visit.phrases(
        "reading.released.said", number=one.number, state=one.name.of(visit.lang), day=day(china_day(one.signed_at), visit.lang), moment=second(one.frozen_at)
    )  # fmt: skip
