"""The steps by which a table is put together: what each says now, and the open one's boxes. They work without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.form import hidden, press

LONG = 24  # boxes, from which on a list can be narrowed


@dataclass(frozen=True, slots=True)
class BoxView:
    """One box or button of a list: its value, its words, small words behind them, and whether it is chosen."""

    value: str
    text: str
    is_chosen: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class GroupView:
    """Boxes under a name: they say `field`; with `is_one` exactly one of them is chosen."""

    name: str
    field: str
    boxes: Sequence[BoxView]
    is_one: bool = False


@dataclass(frozen=True, slots=True)
class StepView:
    """A step: its name, what it says now, and where it is changed. The open one has groups, and a hint."""

    key: str
    name: str
    said: str
    href: str
    groups: Sequence[GroupView] = ()
    hint: str = ""
    links: Sequence[tuple[str, str]] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class BuilderView:
    """All steps. `action`: the page's path; `kept`: what goes along unseen with the open step."""

    steps: Sequence[StepView]
    action: str
    kept: Mapping[str, object]


def builder(view: BuilderView, phrases: Phrases) -> Element:
    """Draw the steps one below the other."""
    return e.ol(*(_step(at, step, view, phrases) for at, step in enumerate(view.steps, start=1)), cls="five")  # fmt: skip


def _step(at: int, step: StepView, view: BuilderView, phrases: Phrases) -> Element:
    number = e.span(str(at), cls="no", aria_hidden="true")
    change = (
        None
        if step.is_open
        else e.a(
            phrases("build.change"), e.span(f" {step.name}", cls="sr"), href=step.href, cls="right"
        )
    )
    head = e.div(e.h2(step.name, id=f"step-{step.key}"), change, cls="row")
    said = e.p(step.said, cls="said")
    inner = _open(step, view, phrases) if step.is_open else None
    props = {"aria_current": "step"} if step.is_open else {}
    return e.li(number, e.div(head, said, inner), cls="now" if step.is_open else "", **props)  # fmt: skip


def _open(step: StepView, view: BuilderView, phrases: Phrases) -> Element:
    """The boxes of the open step, and the button that applies them."""
    fields = {group.field for group in step.groups}
    kept = [
        hidden(name, value)
        for name, value in view.kept.items()
        if name not in fields and value != ""
    ]
    links = [e.a(text, href=href) for text, href in step.links]
    return e.form(
        *kept,
        e.p(*links, cls="links") if links else None,
        _sift(step, phrases),
        e.div(*(_group(group) for group in step.groups), cls="list"),
        e.small(step.hint, cls="m") if step.hint else None,
        e.div(press(phrases("build.apply"), is_first=True), e.small(phrases("build.apply.keys"), cls="m keys"), cls="acts"),
        method="get", action=view.action, aria_labelledby=f"step-{step.key}", cls="boxes",
    )  # fmt: skip


def _sift(step: StepView, phrases: Phrases) -> Element | None:
    """A line to narrow a long list by, where there are scripts."""
    if sum(len(group.boxes) for group in step.groups) < LONG:
        return None
    words = phrases("build.sift")
    return e.input_(
        type="search", cls="sift", data_act="sift", placeholder=words, aria_label=words, hidden=True
    )


def _group(group: GroupView) -> Element:
    kind = "radio" if group.is_one else "checkbox"
    boxes: list[Child] = [_box(group, box, kind) for box in group.boxes]
    return e.fieldset(e.legend(group.name), *boxes)


def _box(group: GroupView, box: BoxView, kind: str) -> Element:
    note = e.span(box.note, cls="m") if box.note else None
    drawn = e.input_(type=kind, name=group.field, value=box.value, defaultChecked=box.is_chosen)
    return e.label(drawn, e.span(box.text, " ", note))


@dataclass(frozen=True, slots=True)
class FileView:
    """A file to take away: its name, where it is, what it holds."""

    name: str
    href: str
    what: str


def given(files: Sequence[FileView]) -> Element:
    """Files to take away, one below the other."""
    lines = (e.li(e.a(one.name, href=one.href, download=True), e.span(one.what)) for one in files)
    return e.ul(*lines, cls="give")


@dataclass(frozen=True, slots=True)
class PairView:
    """A label and what it says; `more` leads on (text, address). `is_code`: letters of a machine."""

    label: str
    text: str
    more: tuple[str, str] | None = None
    is_code: bool = False


def pairs(views: Sequence[PairView]) -> Element:
    """Labels beside what they say."""
    return e.dl(*(child for view in views for child in _pair(view)), cls="pairs")


def _pair(view: PairView) -> tuple[Element, Element]:
    text: Child = e.code(view.text) if view.is_code else view.text
    more = e.a(view.more[0], href=view.more[1]) if view.more else None
    return e.dt(view.label), e.dd(text, " " if more else None, more)
