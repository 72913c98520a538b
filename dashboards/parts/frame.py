"""The whole page: skip link, top line, context bar, main part with the panel beside it, foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import HTML_LANG, Phrases
from dashboards.parts.context import ContextView, context_bar
from dashboards.parts.footer import FooterView, footer
from dashboards.parts.header import HeaderView, header
from dashboards.parts.section import ChoiceView
from dashboards.theme import Theme


@dataclass(frozen=True, slots=True)
class FrameView:
    """What surrounds a page's sections; `title` is the browser's, without the product's name.

    tabs: the pages that show the same place in another light.
    """

    title: str
    theme: Theme
    header: HeaderView
    context: ContextView | None
    footer: FooterView
    tabs: Sequence[ChoiceView] = ()


def frame(
    view: FrameView, body: Sequence[Child], phrases: Phrases, panel: Element | None = None
) -> Element:
    """Put a page together; the shell reads title, language and theme from the outermost element."""
    context = context_bar(view.context, phrases) if view.context else None
    content = e.main(*body, id="main", tabIndex=-1)
    middle = e.div(content, panel, cls="beside") if panel else content
    return e.div(
        e.a(phrases("skip"), href="#main", cls="skip"),
        e.header(header(view.header, phrases), context, cls="head"),
        _tabs(view.tabs, phrases) if view.tabs else None,
        middle,
        footer(view.footer, phrases),
        cls="page",
        data_title=f"{view.title} · {phrases('brand')}",
        data_lang=HTML_LANG[phrases.lang],
        data_theme=view.theme,
    )


def _tabs(choices: Sequence[ChoiceView], phrases: Phrases) -> Element:
    """Lay the pages of a place side by side; on phones the line scrolls."""
    links = [
        e.a(one.text, href=one.href, **({"aria_current": "page"} if one.current else {}))
        for one in choices
    ]
    return e.nav(*links, cls="tabs", aria_label=phrases("tabs"))
