"""Pages that say why there is no page: not allowed, not found, something broke."""

from __future__ import annotations

from typing import Literal

from dashboards import element as e
from dashboards.element import Element
from dashboards.i18n import HTML_LANG, Phrases

Notice = Literal["forbidden", "not_found", "bad_address", "broken"]
STATUS: dict[Notice, int] = {"forbidden": 403, "not_found": 404, "bad_address": 400, "broken": 500}


def notice(kind: Notice, home_href: str, phrases: Phrases, detail: str = "") -> Element:
    """Say what happened, why, and what to do; `detail` names the place or part of the address concerned."""
    return e.div(
        e.p(str(STATUS[kind]), cls="m"),
        e.h1(phrases(f"notice.{kind}")),
        e.p(phrases(f"notice.{kind}.why")),
        e.p(detail, cls="m") if detail else None,
        e.p(e.a(phrases("notice.home"), href=home_href, cls="btn p")),
        cls="notice",
    )


def waiting(phrases: Phrases) -> Element:
    """The page of a warehouse that holds no place yet."""
    title = phrases("empty.title")
    said = e.main(e.div(e.h1(title), e.p(phrases("empty.why")), cls="notice"), id="main")
    return e.div(
        said, cls="page", data_title=title, data_lang=HTML_LANG[phrases.lang], data_theme="light"
    )
