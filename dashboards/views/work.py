"""One's own jobs as their page shows them: how far each is, how it ended, and a way to end it."""

from __future__ import annotations

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.form import Posting, action_form, file_field, hidden, press
from dashboards.parts.section import SectionView, empty, section
from warehouse.moments import second
from warehouse.queue import Job, State, mine

AT_ONCE = 50
ACCEPT = ".xlsx,.xlsm,.xls,.csv,.json,.parquet"
# What is being worked on is looked at again after so many seconds; the script asks less often the longer it lasts.
AGAIN_S = 2


def open_jobs(visit: Visit) -> list[Job]:
    return mine(visit.reader, is_open=True, most=100)


def open_section(visit: Visit, jobs: list[Job]) -> Element:
    phrases = visit.phrases
    view = SectionView("open", phrases("jobs.open"), note=phrases("intake.again") if jobs else "")
    if not jobs:
        return section(view, empty(phrases("jobs.none.open")))
    return section(view, e.ul(*(_line(visit, one) for one in jobs), cls="jobs", data_again=AGAIN_S))


def sending_section(visit: Visit) -> Element:
    """A file for the worker to take in, for who fills in a school's forms."""
    phrases = visit.phrases
    return section(
        SectionView("send", phrases("intake.send"), note=phrases("intake.send.note")),
        action_form(
            "send_in", Posting(visit.csrf, str(visit.address)), file_field("file", phrases("intake.send.file"), ACCEPT),
            press(phrases("intake.send.press"), is_first=True), files=True,
        ),
    )  # fmt: skip


def over_section(visit: Visit) -> Element:
    """Jobs that are over, a page of them at a time."""
    phrases, address = visit.phrases, visit.address
    before = int(address.start) if address.start.isdigit() else None
    found = mine(visit.reader, is_open=False, most=AT_ONCE + 1, before=before)
    shown = found[:AT_ONCE]
    links: list[Child] = []
    if address.start:
        links.append(e.a(phrases("jobs.newest"), href=address.to(start="")))
    if len(found) > AT_ONCE:
        links.append(e.a(phrases("jobs.older"), href=address.to(start=str(shown[-1].job_id))))
    return section(
        SectionView("over", phrases("jobs.over"), note=phrases("jobs.over.note")),
        e.ul(*(_line(visit, one) for one in shown), cls="jobs") if shown else empty(phrases("jobs.over.none")),
        e.div(*links, cls="acts") if links else None,
    )  # fmt: skip


def _line(visit: Visit, one: Job) -> Element:
    words = one.said.of(visit.lang)
    return e.li(
        e.b(one.title.of(visit.lang)),
        e.span(_state(visit, one), cls=f"phase {one.state}"),
        _bar(visit, one) if one.state is State.WORKING else None,
        e.p(words) if words else None,
        e.p(_times(visit, one), cls="m"),
        _acts(visit, one),
    )


def _state(visit: Visit, one: Job) -> str:
    if one.is_cancel_wanted and one.state.is_open:
        return visit.phrases("jobs.is_cancelling")
    return one.state.label.of(visit.lang)


def _bar(visit: Visit, one: Job) -> Element:
    """How far it is; without a total only that it is under way."""
    name = one.title.of(visit.lang)
    if not one.total:
        return e.progress(aria_label=name)
    said = visit.phrases("jobs.progress", done=plain(one.done), total=plain(one.total))
    return e.span(
        e.progress(value=one.done, max=one.total, aria_label=name),
        e.span(said, cls="m"),
        cls="far",
    )


def _times(visit: Visit, one: Job) -> str:
    phrases = visit.phrases
    told = [phrases("jobs.asked", at=second(one.asked_at))]
    if one.ended_at:
        told.append(phrases("jobs.ended", at=second(one.ended_at)))
        took = (one.ended_at - (one.started_at or one.ended_at)).total_seconds()
        told.append(phrases("jobs.took", s=f"{took:.1f}"))
    return phrases("list.meta").join(told)


def _acts(visit: Visit, one: Job) -> Element | None:
    """To what came of it, and the wish to end it."""
    acts: list[Child] = []
    if one.where:
        acts.append(e.a(visit.phrases("jobs.look"), href=f"/{visit.lang}{one.where}"))
    if one.state.is_open and not one.is_cancel_wanted:
        posting = Posting(visit.csrf, str(visit.address))
        acts.append(
            action_form("cancel_job", posting, hidden("job", one.job_id), press(visit.phrases("jobs.cancel")))
        )  # fmt: skip
    return e.div(*acts, cls="acts") if acts else None
