"""One's own subscriptions as their page shows them: what, when, what came of it; and the files that were made."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import day
from dashboards.page import Visit
from dashboards.parts.form import Posting, action_form, hidden, press
from dashboards.parts.section import SectionView, empty, section
from warehouse import kept_files
from warehouse.kept_files import Kept
from warehouse.moments import china_day, minute
from warehouse.queue import State
from warehouse.rhythms import Rhythm
from warehouse.subscriptions import Subscription

ENDED = "ended"  # the view of the address that lists what was ended
MOST_FILES = 100
AGAIN_S = 2  # what is being made is looked at again after so many seconds


def sentence(visit: Visit, found: Sequence[Subscription]) -> str:
    """How many, and when the next one is due."""
    if not found:
        return visit.phrases("subscriptions.none")
    moments = [one.next_at for one in found if one.next_at is not None]
    if not moments:
        return visit.phrases("subscriptions.waiting", n=len(found))
    return visit.phrases("subscriptions.some", n=len(found), at=minute(min(moments)))


def list_section(visit: Visit, found: Sequence[Subscription]) -> Element:
    """Each with what can be done to it; without any, how one begins."""
    phrases, address = visit.phrases, visit.address
    is_over = address.view == ENDED
    more = (
        (phrases("subscriptions.back"), address.to(view=""))
        if is_over
        else (phrases("subscriptions.ended.see"), address.on("subscriptions", view=ENDED))
    )
    view = SectionView("mine", phrases("subscriptions.ended" if is_over else "subscriptions.list"), more=more)  # fmt: skip
    if not found:
        return section(view, *_nothing(visit, is_over=is_over))
    is_busy = any(one.job is not None and one.job.is_open for one in found)
    again = {"data_again": AGAIN_S} if is_busy else {}
    return section(view, e.ul(*(_line(visit, one) for one in found), cls="jobs", **again))


def _nothing(visit: Visit, *, is_over: bool) -> list[Element]:
    if is_over:
        return [empty(visit.phrases("subscriptions.ended.none"))]
    build = visit.address.on("build", visit.audience.scope.place_id)
    link = e.a(visit.phrases("subscriptions.build"), href=build, cls="btn")
    return [empty(visit.phrases("subscriptions.how")), e.div(link, cls="acts")]


def _line(visit: Visit, one: Subscription) -> Element:
    phrases = visit.phrases
    facts = [when(visit, one), phrases(f"subscriptions.format.{one.format}"), phrases(f"subscriptions.lang.{one.lang}")]  # fmt: skip
    facts += [phrases("subscriptions.moves")] if one.newest_year else []
    came = [phrases("subscriptions.next", at=minute(one.next_at))] if one.next_at else []
    comma = phrases("list.meta")
    return e.li(
        e.b(e.a(one.name, href=f"/{visit.lang}{one.address}")),
        _state(visit, one),
        e.p(comma.join(facts), cls="m"),
        e.p(comma.join([*came, _last(visit, one)]), cls="m"),
        _trouble(visit, one),
        e.div(*_acts(visit, one), cls="acts"),
    )


def when(visit: Visit, one: Subscription) -> str:
    """Every Monday, 07:00."""
    day_name: object = one.day
    if one.rhythm is Rhythm.WEEKLY:
        day_name = visit.phrases(f"weekday.{one.day}")
    return visit.phrases(f"subscriptions.when.{one.rhythm}", day=day_name)


def _state(visit: Visit, one: Subscription) -> Element | None:
    """Paused, being made or failed; nothing while all is well."""
    if one.paused_at is not None:
        return e.span(visit.phrases("subscriptions.paused"), cls="phase waiting")
    if one.job is None or (not one.job.is_open and not one.has_failed):
        return None
    return e.span(one.job.label.of(visit.lang), cls=f"phase {one.job}")


def _last(visit: Visit, one: Subscription) -> str:
    phrases = visit.phrases
    if one.last_at is None:
        return phrases("subscriptions.last.none")
    since = day(china_day(one.sent_at), visit.lang) if one.sent_at else ""
    return phrases(f"subscriptions.last.{one.last_result}", at=minute(one.last_at), day=since)


def _trouble(visit: Visit, one: Subscription) -> Element | None:
    """Why it was paused, or what went wrong the last time."""
    said = one.why.of(visit.lang) if one.paused_at else one.said.of(visit.lang)
    return e.p(said, cls="wrong") if said and (one.paused_at or one.job is State.FAILED) else None


def _acts(visit: Visit, one: Subscription) -> list[Child]:
    if one.ended_at is not None:
        return [_act(visit, one, "restore")]
    change = visit.address.on("subscriptions", item=str(one.subscription_id))
    link = e.a(
        visit.phrases("subscriptions.act.change"), e.span(f" {one.name}", cls="sr"), href=change, cls="btn"
    )  # fmt: skip
    pause = "pause" if one.paused_at is None else "resume"
    return [_act(visit, one, "send"), _act(visit, one, pause), link, _act(visit, one, "end")]


def _act(visit: Visit, one: Subscription, to: str) -> Element:
    words = visit.phrases(f"subscriptions.act.{to}")
    return action_form(
        "change_subscription", Posting(visit.csrf, str(visit.address)), hidden("subscription", one.subscription_id), hidden("to", to),
        press(words, aria_label=f"{words}: {one.name}"),
    )  # fmt: skip


# -- files


def files_section(visit: Visit) -> Element:
    """What was made, the newest first."""
    phrases = visit.phrases
    found = kept_files.files(visit.reader, most=MOST_FILES)
    meta = phrases("kept.meta", days=kept_files.KEPT.days)
    view = SectionView("files", phrases("kept.title"), meta)
    if not found:
        return section(view, empty(phrases("kept.none")))
    return section(view, e.ul(*(_file(visit, one) for one in found), cls="jobs"))


def _file(visit: Visit, one: Kept) -> Element:
    phrases, words = visit.phrases, visit.phrases("kept.remove")
    facts = (one.name, size(one.size), phrases("kept.made", at=minute(one.made_at)), phrases("kept.until", day=day(china_day(one.until), visit.lang)))  # fmt: skip
    get = e.a(
        phrases("kept.get"), e.span(f" {one.title}", cls="sr"), href=f"/kept/{one.file_id}", download=True, cls="btn"
    )  # fmt: skip
    remove = action_form(
        "remove_file", Posting(visit.csrf, str(visit.address)), hidden("file", one.file_id), press(words, aria_label=f"{words}: {one.title}")
    )  # fmt: skip
    return e.li(
        e.b(one.title),
        e.p(phrases("list.meta").join(facts), cls="m"),
        e.div(get, remove, cls="acts"),
    )


def size(count: int) -> str:
    """12 KB, 3.4 MB."""
    return f"{count / 1e6:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1e3))} KB"
