"""What the context bar of a drawn page states, fact by fact: of a menu what is chosen in it, and nothing of what it offers."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.element import Element
from dashboards.exports.seen import below, classes, first, text
from dashboards.i18n import Phrases


def place(bar: Element) -> str:
    """The place with those above it."""
    crumb = first(bar, "crumb", "Nav")
    steps = [one for one in (below(crumb) if crumb else ()) if isinstance(one, dict)]
    above = [text(one) for one in steps if one["type"] == "A" and "sib" not in classes(one)]
    here = next((one for one in steps if one["type"] == "B"), None)
    return " › ".join((*above, text(first(here, "", "Summary") or here)))


def facts(bar: Element, phrases: Phrases) -> Iterator[tuple[str, str]]:
    """Label and text of each part of the bar but its place."""
    for one in below(bar):
        if isinstance(one, dict) and "fact" in classes(one):
            yield from _fact(one, phrases)


def _fact(one: Element, phrases: Phrases) -> Iterator[tuple[str, str]]:
    """A part with its state before it; a menu of several switches is said switch by switch."""
    label = next((each for each in _parts(one) if "k" in classes(each)), None)
    badge = next((each for each in _parts(one) if "state" in classes(each)), None)
    if badge is not None:
        yield phrases("briefing.state"), text(badge)
    switches = first(one, "pop", "Div")
    if switches is not None:
        yield from _chosen(switches)
        return
    chosen = first(one, "", "Summary")
    rest = [each for each in below(one) if each is not label and each is not badge and not _is_link(each)]  # fmt: skip
    yield text(label) or phrases("asof.name"), text(chosen) if chosen is not None else text(rest)


def _chosen(switches: Element) -> Iterator[tuple[str, str]]:
    """The name of each switch and its present choice."""
    for one in _parts(switches):
        current = [each for each in _links(one) if "aria-current" in each["props"]]
        yield text(first(one, "k", "Span")), text(current[0]) if current else ""


def _parts(one: Element) -> Iterator[Element]:
    return (each for each in below(one) if isinstance(each, dict))


def _links(one: Element) -> Iterator[Element]:
    for each in _parts(one):
        yield from [each] if _is_link(each) else _links(each)


def _is_link(one: object) -> bool:
    return isinstance(one, dict) and one["type"] == "A"
