"""The context bar: place, year, state, version, coverage and the synthetic mark; no number is read without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.cell import NumberState, state_badge, synthetic_mark
from dashboards.parts.section import ChoiceView, SwitchView


@dataclass(frozen=True, slots=True)
class CoverageView:
    """How many of the units due have reported: both counts and the share as printed, and the share of one."""

    reported: str
    due: str
    share_text: str
    share: float
    counts: str = "value"  # schools, or "returns"
    place: str = ""  # the place where fewest have reported; "" is the page's own


@dataclass(frozen=True, slots=True)
class ContextView:
    """What every number of the page depends on.

    ancestors: from the nation down, links. place: this page's. children: places one rung down (the picker),
    `children_name` names it ("选择地区", "市州"). siblings: all places beside this one, with the present one marked;
    `previous` and `next`: its neighbours. years: newest first. version: day and load as printed.
    reading: live or as released, with the way to the others. options: boundaries, basis, law. synthetic: some figure in view is made by a program.
    earlier: the moment of the past that is shown, linked to the present; None is now. export: the page's tables as a file; subscribe: where one is
    sent them regularly; "" for none. papers: the page as a briefing, by kind of file.
    """

    place: str
    ancestors: Sequence[ChoiceView] = ()
    children: Sequence[ChoiceView] = ()
    children_name: str = ""
    siblings: Sequence[ChoiceView] = ()
    previous: ChoiceView | None = None
    next: ChoiceView | None = None
    year: str = ""
    years: Sequence[ChoiceView] = ()
    state: NumberState = "preliminary"
    version: str = ""
    reading: SwitchView | None = None
    earlier: ChoiceView | None = None
    coverage: CoverageView | None = None
    options: Sequence[SwitchView] = ()
    synthetic: bool = True
    export: str = ""
    papers: Sequence[ChoiceView] = ()
    subscribe: str = ""


def context_bar(view: ContextView, phrases: Phrases) -> Element:
    """Draw the bar; its menus are `details` and work without scripts."""
    parts: list[Child] = [_crumb(view, phrases), _year(view, phrases), _version(view, phrases)]
    if view.reading:
        parts.append(_reading(view.reading))
    if view.earlier:
        parts.append(_earlier(view.earlier, phrases))
    if view.coverage:
        parts.append(coverage(view.coverage, phrases))
    if view.options:
        parts.append(_options(view.options, phrases))
    if view.synthetic:
        parts.append(synthetic_mark(phrases))
    parts.append(_acts(view, phrases))
    return e.div(*parts, cls="ctx")


def menu(text: str, choices: Sequence[ChoiceView], name: str) -> Element:
    """Draw a menu of links."""
    links = (
        e.li(e.a(one.text, href=one.href, **({"aria_current": "true"} if one.current else {})))
        for one in choices
    )
    listed = e.ul(*links, aria_label=name)
    return e.details(e.summary(text, cls="pick", aria_label=f"{text} · {name}"), listed, cls="menu")


def _crumb(view: ContextView, phrases: Phrases) -> Element:
    steps: list[Child] = []
    for one in view.ancestors:
        steps += [e.a(one.text, href=one.href), e.i("›", aria_hidden="true")]
    if view.siblings:
        steps.append(e.b(menu(view.place, view.siblings, phrases("siblings")), aria_current="page"))
    else:
        steps.append(e.b(view.place, aria_current="page"))
    if view.children:
        steps.append(menu(view.children_name, view.children, phrases("children")))
    if view.previous:
        steps.append(e.a("‹ ", view.previous.text, href=view.previous.href, cls="sib", rel="prev"))
    if view.next:
        steps.append(e.a(view.next.text, " ›", href=view.next.href, cls="sib", rel="next"))
    return e.nav(*steps, cls="crumb", aria_label=phrases("crumb"))


def _year(view: ContextView, phrases: Phrases) -> Element:
    picker: Child = view.year
    if view.years:
        picker = menu(view.year, view.years, phrases("year"))
    return e.span(e.span(phrases("year"), cls="k self"), picker, cls="fact")


def _version(view: ContextView, phrases: Phrases) -> Element:
    return e.span(
        state_badge(view.state, phrases),
        e.span(phrases("version"), cls="k"),
        view.version,
        cls="fact",
    )


def _reading(switch: SwitchView) -> Element:
    """Say whether the page is live or released; a menu where there is a choice."""
    now = next(one for one in switch.choices if one.current)
    said: Child = e.b(now.text)
    if len(switch.choices) > 1:
        said = menu(now.text, switch.choices, switch.name)
    return e.span(e.span(switch.name, cls="k"), said, cls="fact read")


def _earlier(moment: ChoiceView, phrases: Phrases) -> Element:
    """Say that the page shows the past, and lead back."""
    return e.span(
        e.b(phrases("asof", moment=moment.text), cls="asof"),
        e.a(phrases("asof.now"), href=moment.href),
        cls="fact",
        role="status",
    )


def coverage(view: CoverageView, phrases: Phrases) -> Element:
    """Print how many have reported, with a bar."""
    words = phrases(
        f"coverage.{view.counts}", reported=view.reported, due=view.due, share=view.share_text
    )
    line = e.span(
        e.i(style={"width": f"{view.share * 100:.1f}%"}), cls="covbar", aria_hidden="true"
    )
    label = phrases("coverage.least", place=view.place) if view.place else phrases("coverage")
    return e.span(e.span(label, cls="k"), words, line, cls="fact")


def _options(options: Sequence[SwitchView], phrases: Phrases) -> Element:
    groups = [
        e.div(
            e.span(one.name, cls="k"),
            e.ul(
                *(
                    e.li(
                        e.a(
                            each.text,
                            href=each.href,
                            **({"aria_current": "true"} if each.current else {}),
                        )
                    )
                    for each in one.choices
                ),
                aria_label=one.name,
            ),
        )
        for one in options
    ]
    current = [each.text for one in options for each in one.choices if each.current]
    words = " · ".join(current)
    return e.span(
        e.span(phrases("options"), cls="k self"),
        e.details(
            e.summary(words, cls="pick", aria_label=f"{phrases('options')} · {words}"),
            e.div(*groups, cls="pop"),
            cls="menu",
        ),
        cls="fact",
    )


def _acts(view: ContextView, phrases: Phrases) -> Element:
    copy = e.button(
        phrases("act.copy"), type="button", data_act="copy", data_done=phrases("act.copied")
    )
    return e.span(*_taken(view, phrases), copy, cls="tools")


def _taken(view: ContextView, phrases: Phrases) -> list[Child]:
    """The workbook and paper; where there are briefings or a subscription too, all of them in a menu."""
    on_paper = e.button(phrases("act.print"), type="button", data_act="print")
    if not view.papers and not view.subscribe:
        return [export_link(view.export, phrases), on_paper]
    files = [*view.papers, *([ChoiceView(phrases("act.export.book"), view.export)] if view.export else [])]  # fmt: skip
    ways = [*(e.a(one.text, href=one.href, download=True) for one in files), *_regularly(view.subscribe, phrases), on_paper]  # fmt: skip
    listed = e.ul(*(e.li(way) for way in ways), aria_label=phrases("act.export"))
    return [e.details(e.summary(phrases("act.export"), cls="pick"), listed, cls="menu")]


def _regularly(href: str, phrases: Phrases) -> list[Element]:
    """The way to being sent the page's tables regularly."""
    return [e.a(phrases("subscriptions.begin.what"), href=href)] if href else []


def export_link(href: str, phrases: Phrases) -> Element | None:
    """The page's tables as a workbook."""
    return (
        e.a(phrases("act.export"), href=href, download=True, title=phrases("act.export.what"))
        if href
        else None
    )
