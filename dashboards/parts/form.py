"""Forms that post an action: they work without scripts, and carry the session's token and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards import element as e
from dashboards.element import Child, Element


@dataclass(frozen=True, slots=True)
class Posting:
    """Where forms of a page lead: the session's token, and the page's own address."""

    csrf: str
    back: str


def action_form(
    action: str, posting: Posting, *children: Child, cls: str = "", files: bool = False
) -> Element:
    """A form that posts an action by its name."""
    kind = {"encType": "multipart/form-data"} if files else {}
    return e.form(
        e.input_(type="hidden", name="csrf", defaultValue=posting.csrf),
        e.input_(type="hidden", name="back", defaultValue=posting.back),
        *children,
        method="post",
        action=f"/do/{action}",
        cls=cls,
        **kind,
    )


def hidden(name: str, value: object) -> Element:
    """A field that says what the form is about."""
    return e.input_(type="hidden", name=name, defaultValue=str(value))


def text_field(key: str, label: str, value: str = "", hint: str = "", **props: object) -> Element:
    """A labelled line of text; `key` is its name and, on the page, its id."""
    given = _described(key, hint) | {"type": "text"} | props
    return e.div(
        e.label(label, htmlFor=key),
        e.input_(id=key, name=key, defaultValue=value, **given),
        e.small(hint, id=f"{key}-hint") if hint else None,
        cls="field",
    )


def area_field(key: str, label: str, value: str = "", hint: str = "", **props: object) -> Element:
    """A labelled text of several lines."""
    given = _described(key, hint) | {"rows": 3} | props
    return e.div(
        e.label(label, htmlFor=key),
        e.textarea(id=key, name=key, defaultValue=value, **given),
        e.small(hint, id=f"{key}-hint") if hint else None,
        cls="field",
    )


def _described(key: str, hint: str) -> dict[str, Any]:
    return {"aria_describedby": f"{key}-hint"} if hint else {}


def choice_field(
    key: str, label: str, choices: Sequence[tuple[str, str]], chosen: str = "", field_id: str = ""
) -> Element:
    """A labelled choice; `choices` are values with their words. `field_id`: where several choices go by one name."""
    options = [e.option(words, value=value) for value, words in choices]
    named = field_id or key
    return e.div(
        e.label(label, htmlFor=named),
        e.select(*options, id=named, name=key, defaultValue=chosen),
        cls="field",
    )


def file_field(key: str, label: str, accept: str, *, is_required: bool = True) -> Element:
    """A labelled file to pick."""
    return e.div(
        e.label(label, htmlFor=key),
        e.input_(id=key, name=key, type="file", accept=accept, required=is_required),
        cls="field",
    )


def press(words: str, *, is_first: bool = False, why_not: str = "", **props: object) -> Element:
    """The button of a form; where it cannot be pressed, the reason stands beside it."""
    cls = "btn p" if is_first else "btn"
    if not why_not:
        return e.button(words, type="submit", cls=cls, **props)
    return e.span(
        e.button(words, type="submit", cls=cls, disabled=True, **props), e.span(why_not, cls="m")
    )


def search_form(
    action: str, name: str, kept: Mapping[str, object], fields: Sequence[Child], *presses: Child
) -> Element:
    """A form that leads to an address: it changes nothing and needs no token. `kept` goes along unseen."""
    return e.form(
        *(hidden(key, value) for key, value in kept.items()),
        e.div(*fields, cls="fields"),
        e.div(*presses, cls="acts"),
        method="get",
        action=action,
        role="search",
        aria_label=name,
    )
