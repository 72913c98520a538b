"""The top line: brand, the pages there are, search, the reader, language and theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.section import ChoiceView
from warehouse.notices import UNREAD_SHOWN

SEARCH_ID = "search"
RESULTS_ID = "search-results"


@dataclass(frozen=True, slots=True)
class HeaderView:
    """Addresses of the top line.

    overview_href: the reader's own place. own_href: the reader's own account. entries: the pages there are for this reader. user: as shown ("湖南职成处 · 演示用户"). sign_out_href: a plain page.
    notices_href: what the reader was told; unread: how much of it is new.
    language_href and theme_href: this very page in the other language or theme; dark: the present theme.
    """

    overview_href: str
    entries: Sequence[ChoiceView]
    user: str
    own_href: str
    sign_out_href: str
    language_href: str
    theme_href: str
    dark: bool = False
    notices_href: str = ""
    unread: int = 0


@dataclass(frozen=True, slots=True)
class HitView:
    """One place found: its name, where it lies, its code, and its page."""

    name: str
    href: str
    within: str = ""
    code: str = ""


def header(view: HeaderView, phrases: Phrases) -> Element:
    """Draw the top line."""
    return e.div(
        e.a(
            e.span(cls="logo", aria_hidden="true"),
            phrases("brand"),
            e.small(phrases("brand.long")),
            cls="brand",
            href=view.overview_href,
        ),
        _nav(view, phrases),
        _search(phrases),
        _reader(view, phrases),
        cls="top",
    )


def _nav(view: HeaderView, phrases: Phrases) -> Element:
    links = [
        e.a(one.text, href=one.href, **({"aria_current": "page"} if one.current else {}))
        for one in view.entries
    ]
    return e.nav(*links, cls="nav", aria_label=phrases("nav.name"))


def _search(phrases: Phrases) -> Element:
    box = e.search_box(
        id=SEARCH_ID,
        type="search",
        placeholder=phrases("search.hint"),
        debounce=0.2,
        autoComplete="off",
        aria_controls=RESULTS_ID,
    )
    return e.div(
        e.label(phrases("search.name"), htmlFor=SEARCH_ID, cls="sr"),
        box,
        e.kbd("/", aria_hidden="true"),
        cls="search",
        role="search",
    )


def search_results(hits: Sequence[HitView], phrases: Phrases) -> Element:
    """List what was found; arrow keys walk the list."""
    if not hits:
        return e.p(phrases("search.none"), cls="m")
    return e.ul(*(e.li(_hit(hit)) for hit in hits))


def _hit(hit: HitView) -> Element:
    words: list[Child] = [e.b(hit.name)]
    if hit.within or hit.code:
        words.append(e.span(" · ".join(filter(None, (hit.within, hit.code))), cls="m"))
    return e.a(*words, href=hit.href)


def _reader(view: HeaderView, phrases: Phrases) -> Element:
    other = "en" if phrases.lang == "zh" else "zh-CN"
    theme = phrases("theme.light" if view.dark else "theme.dark")
    return e.div(
        _notices(view, phrases) if view.notices_href else None,
        e.a(view.user, href=view.own_href, title=phrases("nav.me.of", name=view.user), cls="own"),
        e.a(phrases("sign_out"), href=view.sign_out_href, cls="hide", data_plain="1"),
        e.a(theme, href=view.theme_href),
        e.a(phrases("language.other"), href=view.language_href, lang=other, hrefLang=other),
        cls="who",
    )


def _notices(view: HeaderView, phrases: Phrases) -> Element:
    """The way to what one was told, with the number of what is new."""
    if not view.unread:
        return e.a(phrases("nav.notices"), href=view.notices_href)
    shown = str(view.unread) if view.unread <= UNREAD_SHOWN else f"{UNREAD_SHOWN}+"
    # what is seen stays part of the name that is read out
    spoken = e.span(phrases("nav.notices.unread", n=shown), cls="sr")
    number = e.span(shown, cls="count", aria_hidden="true")
    return e.a(phrases("nav.notices"), number, spoken, href=view.notices_href)
