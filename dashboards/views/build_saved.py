"""The tables that a reader saved and those shared with it: opened, shared, removed, brought back."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards import element as e
from dashboards.documents import kept_address
from dashboards.element import Child, Element
from dashboards.page import Visit
from dashboards.parts.cell import quoted
from dashboards.parts.form import Posting, action_form, hidden, press, text_field
from dashboards.parts.section import SectionView, empty, section
from dashboards.views.build import Words
from metrics.tables.ask import Ask
from warehouse.moments import china_day
from warehouse.saved_tables import LONGEST_NAME, Saved, saved

BACK = "removed"  # the item of the address that lists what was removed


def saved_section(visit: Visit) -> Element:
    """The list; where the address asks for it, of what was removed."""
    phrases, is_back = visit.phrases, visit.address.start == BACK
    found = saved(visit.reader, removed=is_back)
    lines = [_line(visit, one, is_back=is_back) for one in found]
    more = (
        (phrases("saved.back"), visit.address.to(start=""))
        if is_back
        else (phrases("saved.removed"), visit.address.to(start=BACK))
    )
    view = SectionView("saved", phrases("saved.removed" if is_back else "saved.title"), more=more)
    return section(view, e.ul(*lines, cls="mine") if lines else empty(phrases("saved.none")))


def _line(visit: Visit, one: Saved, *, is_back: bool) -> Element:
    phrases = visit.phrases
    link = e.a(quoted(one.name), href=_address(visit, one.at_place, one.said))
    is_own = one.login == visit.audience.scope.reader
    words = [china_day(one.made_at).isoformat()]
    words += [] if is_own else [phrases("saved.by", login=one.login)]
    words += [phrases("saved.shared")] if one.is_shared and is_own else []
    words += [phrases("saved.frozen")] if "asof" in one.said else []
    words += [one.said["release"]] if "release" in one.said else []
    acts: list[Child] = (
        [_act(visit, one, to) for to in _acts(one, is_back=is_back)] if is_own else []
    )
    return e.li(e.div(link, e.span(" · ".join(words), cls="m")), *acts)


def _address(visit: Visit, place: int, said: Mapping[str, str]) -> str:
    """Where the table is opened: with its own boundaries, basis, moment and chart, not with those of the page in view."""
    year = None if "release" in said else visit.address.year  # a release has its own
    own = {"bounds": "now", "basis": "submitted", "asof": "", "release": "", "metric": "", "chart": "", "year": year}  # fmt: skip
    return visit.address.on("build", place, **{**own, **said})


def _acts(one: Saved, *, is_back: bool) -> tuple[str, ...]:
    if is_back:
        return ("restore",)
    return ("own" if one.is_shared else "share", "remove")


def _act(visit: Visit, one: Saved, to: str) -> Element:
    words = visit.phrases(f"saved.{to}")
    return action_form(
        "change_table", Posting(visit.csrf, str(visit.address)), hidden("table", one.table_id), hidden("to", to),
        press(words, aria_label=f"{words}: {one.name}"),
    )  # fmt: skip


def save_form(visit: Visit, words: Words) -> Element:
    """Keep this table under a name, as it moves with the data or frozen."""
    ask: Ask = words.table.ask
    phrases = visit.phrases
    address = visit.address
    drawn = {"year": visit.year, "metric": address.metric, "chart": address.chart}
    said = [hidden(name, word) for name, word in {**ask.said(), **drawn}.items() if word]
    at = ("release", address.release) if address.release else ("asof", address.asof)
    frozen = [hidden(*at)] if at[1] else []
    shared = e.label(
        e.input_(type="checkbox", name="shared", value="1"),
        e.span(phrases("saved.share.below")),
        cls="below",
    )
    return action_form(
        "save_table", Posting(visit.csrf, str(visit.address)), *said, *frozen, hidden("at", visit.address.place or 0),
        text_field("name", phrases("saved.name"), maxLength=LONGEST_NAME, required=True), shared,
        press(phrases("saved.save"), is_first=True), e.p(phrases("saved.replaces"), cls="m"), cls="keep",
    )  # fmt: skip


def subscribe_link(visit: Visit, words: Words) -> Element | None:
    """The way to being sent this table regularly, as it moves with the data; what is published of one release does not."""
    if words.table.ask.opened:
        return None
    of = kept_address(visit.address, **words.table.ask.said())
    href = visit.address.on("subscriptions", of=of, metric="")
    link = e.a(visit.phrases("subscriptions.begin.table"), href=href)
    return e.div(link, e.a(visit.phrases("subscriptions.title"), href=visit.address.on("subscriptions", metric="")), cls="acts")  # fmt: skip
