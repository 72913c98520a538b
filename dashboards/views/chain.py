"""Words about where forms stand, shared by the pages of the review chain."""

from __future__ import annotations

from datetime import date, datetime

from dashboards.numbers import day
from dashboards.page import Visit
from dashboards.parts.form import Posting
from warehouse.calendar import calendar, is_supplementary
from warehouse.chain import Standing
from warehouse.discovery import form as form_named
from warehouse.form import Form
from warehouse.moments import china_day
from warehouse.parts import parts
from warehouse.periods import Every
from warehouse.places import Rung
from warehouse.rights import Right

_ACTOR = {Right.FILL: "chain.fill", Right.CHECK: "chain.check", Right.CONFIRM: "chain.confirm", Right.REVIEW: "chain.review"}  # fmt: skip


def posting(visit: Visit) -> Posting:
    return Posting(visit.csrf, str(visit.address))


def title(visit: Visit, form: str) -> str:
    return form_named(form).title.of(visit.lang)


def due_days(visit: Visit, year: int) -> str:
    """From when to when the forms of a year are due; said where the holidays of that autumn are not known yet."""
    known = calendar(visit.reader)
    first, last = (day(one, visit.lang) for one in known.span(year))
    days = visit.phrases("chain.due_days", first=first, last=last)
    return days if known.is_known(year) else days + visit.phrases("chain.weekends_only")


def often(visit: Visit, form: type[Form]) -> str:
    """How often a form is handed in where it is not once a year; of one handed in by parts, how many of them are due in the year looked at."""
    if form.every is Every.YEAR:
        return ""
    asked = sum(one.opening_day(visit.year) <= visit.today for one in parts(form))
    words = "chain.parts" if parts(form) else "chain.often"
    return visit.phrases(words, often=form.every.label.of(visit.lang), asked=asked, of=len(parts(form)))  # fmt: skip


def supplementary(visit: Visit, form: str, year: int, received: datetime) -> str:
    """The mark of supplementary entry; empty for what came within its own year."""
    return visit.phrases("chain.supplementary") if is_supplementary(form, year, received) else ""


def age(since: datetime | None, today: date) -> int:
    """Whole days since then."""
    return max(0, (today - china_day(since)).days) if since else 0


def turn(visit: Visit, waits_at: int | None, actor: Right | None) -> str:
    """Whose turn it is: the place and the role."""
    if waits_at is None or actor is None:
        return visit.phrases("chain.nobody")
    role = visit.phrases(_ACTOR[actor])
    if visit.ladder.rung(waits_at) is Rung.SCHOOL:
        return role
    return visit.phrases("chain.at", place=visit.ladder.place(waits_at).name(visit.lang), role=role)


def is_turn(visit: Visit, one: Standing) -> bool:
    """Whether this reader is whose turn it is."""
    here = visit.audience.scope.place_id == one.waits_at
    return here and one.actor in visit.rights
