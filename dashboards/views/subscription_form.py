"""The form of a subscription: what is sent, in which format and language, and when. It works without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.address import Address, BadAddress
from dashboards.documents import DOCUMENTS, offered, read_address, speaks_of_newest
from dashboards.element import Child, Element
from dashboards.i18n import LANGS
from dashboards.page import Visit
from dashboards.parts.form import Posting, action_form, choice_field, hidden, press, text_field
from dashboards.parts.section import SectionView, empty, section
from warehouse.errors import ZhijianError
from warehouse.rhythms import Rhythm
from warehouse.subscriptions import LONGEST_NAME, Subscription
from warehouse.subscriptions import offered as rhythms


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What the form holds as it opens."""

    name: str
    document: str
    lang: str
    rhythm: Rhythm = Rhythm.WEEKLY
    day: int = 1
    rolls: bool = True

    @classmethod
    def of(cls, one: Subscription) -> Filled:
        return cls(
            name=one.name, document=f"{one.kind}.{one.format}", lang=one.lang, rhythm=one.rhythm, day=one.day, rolls=bool(one.newest_year)
        )  # fmt: skip


def new_section(visit: Visit) -> Element:
    """A subscription to the address that this one is about; where that cannot be had, why."""
    phrases = visit.phrases
    view = SectionView("new", phrases("subscriptions.new"))
    try:
        address = read_address(visit.address.of, visit.lang)
        given = offered(address, visit.ladder)
        name = DOCUMENTS[given[0][0]].named(address, visit.ladder, phrases) if given else ""
    except (BadAddress, ZhijianError):
        given, name = [], ""
    if not given:
        return section(view, empty(phrases("subscriptions.unknown")))
    filled = Filled(name=name[:LONGEST_NAME], document=".".join(given[0]), lang=visit.lang)
    press_words = phrases("subscriptions.begin")
    return section(view, _form(visit, "subscribe", (hidden("of", visit.address.of),), address, filled, press_words))  # fmt: skip


def change_section(visit: Visit, one: Subscription) -> Element:
    """The same form for one that there is."""
    phrases = visit.phrases
    view = SectionView("new", phrases("subscriptions.change"))
    unseen = (hidden("subscription", one.subscription_id),)
    address = read_address(one.address, visit.lang)
    return section(view, _form(visit, "edit_subscription", unseen, address, Filled.of(one), phrases("subscriptions.keep")))  # fmt: skip


def _form(visit: Visit, action: str, unseen: Sequence[Child], address: Address, filled: Filled, words: str) -> Element:  # fmt: skip
    phrases = visit.phrases
    documents = [(f"{kind}.{name}", phrases(f"subscriptions.kind.{kind}.{name}")) for kind, name in offered(address, visit.ladder)]  # fmt: skip
    langs = [(lang, phrases(f"subscriptions.lang.{lang}")) for lang in LANGS]
    back = visit.address.on("subscriptions")
    return action_form(
        action, Posting(visit.csrf, back), *unseen,
        text_field("name", phrases("subscriptions.name"), filled.name, maxLength=LONGEST_NAME, required=True),
        e.div(
            choice_field("document", phrases("subscriptions.document"), documents, filled.document),
            choice_field("lang", phrases("subscriptions.lang"), langs, filled.lang),
            cls="fields",
        ),
        _rhythm(visit, filled),
        _rolls(visit, address, filled),
        e.div(press(words, is_first=True), e.a(phrases("subscriptions.never"), href=back, cls="btn"), cls="acts"),
        cls="subscribe",
    )  # fmt: skip


def _rhythm(visit: Visit, filled: Filled) -> Element:
    """One line a rhythm, with its own choice of the day."""
    phrases = visit.phrases
    lines = [_choice(visit, one, filled) for one in rhythms()]
    return e.fieldset(
        e.legend(phrases("subscriptions.rhythm")), *lines, e.small(phrases("subscriptions.rest"))
    )


def _choice(visit: Visit, one: Rhythm, filled: Filled) -> Element:
    box = e.input_(
        type="radio", name="rhythm", value=one.value, defaultChecked=one is filled.rhythm
    )
    return e.div(e.label(box, e.span(one.label.of(visit.lang))), _days(visit, one, filled))


def _days(visit: Visit, one: Rhythm, filled: Filled) -> Element | None:
    phrases = visit.phrases
    if one is Rhythm.WEEKLY:
        key, words = "weekday", [phrases(f"weekday.{n}") for n in one.days]
    elif one is Rhythm.MONTHLY:
        key, words = "monthday", [phrases("subscriptions.monthday.day", n=n) for n in one.days]
    else:
        return None
    options = [e.option(text, value=str(n)) for n, text in zip(one.days, words, strict=True)]
    chosen = filled.day if one is filled.rhythm else one.days[0]
    return e.select(*options, name=key, defaultValue=str(chosen), aria_label=phrases(f"subscriptions.{key}"))  # fmt: skip


def _rolls(visit: Visit, address: Address, filled: Filled) -> Element | None:
    """Whether years move along; nothing where an earlier year was asked about on purpose."""
    if not speaks_of_newest(address, visit.years):
        return None
    box = e.input_(type="checkbox", name="rolls", value="1", defaultChecked=filled.rolls)
    return e.label(box, e.span(visit.phrases("subscriptions.rolls")), cls="below")
