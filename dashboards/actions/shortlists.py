"""Shortlists: one person freezes a list and says why it departs from the ranking, another signs or returns it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from dashboards import weights as words
from dashboards.action import Action, Attempt, Done, Refusal
from dashboards.picked import who
from dashboards.weights import PATTERN
from metrics.distribution import by_unit
from metrics.school import AsOf
from metrics.shortlists import population
from metrics.shortlists.discovery import purposes
from metrics.shortlists.evidence import document, seen
from metrics.shortlists.purpose import Purpose
from metrics.shortlists.reading import Sources, Wanted, question_of, read_for
from metrics.shortlists.shortlist import drawn_up
from warehouse import shortlists
from warehouse.codes import majors, specialties
from warehouse.conflicts import records
from warehouse.flags import loads_now
from warehouse.places import Boundary
from warehouse.rights import Right
from warehouse.shortlist_rules import ABOUT_A_SCHOOL, Decision, Deed, Subject


def draft(attempt: Attempt) -> Done:
    """Draw the list up again as the page showed it, and freeze it; refused where anything moved meanwhile."""
    subject, purpose = _subject(attempt)
    ladder, writer = attempt.audience.ladder, attempt.writer
    me, wanted = who(attempt), attempt.number("wanted")
    if not shortlists.may_decide(ladder, me, subject.place_id):
        raise Refusal("这个地区不在您的权限范围内。", "This place is outside your scope.")
    bounds: Boundary = "then" if attempt.said.get("bounds") == "then" else "now"
    asked = replace(question_of(purpose, subject.place_id, subject.year), boundary=bounds)  # fmt: skip
    of = Sources(writer, ladder, partial(by_unit, writer, attempt.audience), records(writer, subject.place_id, subject.year), AsOf(basis="approved"))  # fmt: skip
    read = read_for(purpose, asked, Wanted(subject.member, population.read(subject.population)), of)
    found = drawn_up(purpose, words.read(_weights(attempt), purpose.weights), read)
    if seen(found) != attempt.said.get("seen", ""):
        raise Refusal("打开页面以后数据或核查情况有变化；请刷新页面，看过新的名单再起草。", "Figures or cases have moved since you opened the page: open it again and look at the list before you draw it up.")  # fmt: skip
    drawn = document(found, read, subject, wanted, loads_now(writer))
    held = shortlists.draft(writer, ladder, me, drawn, attempt.said.get("reason", ""), attempt.now)
    return _done(attempt, held, "shortlists.done.draft")


def _subject(attempt: Attempt) -> tuple[Subject, Purpose]:
    purpose = purposes().get(attempt.said.get("purpose", ""))
    member, place, year = attempt.said.get("member", ""), attempt.number("place"), attempt.number("year")  # fmt: skip
    is_known = purpose is not None and (member in {*majors().labels, *specialties().labels} if purpose.cut else not member)  # fmt: skip
    if purpose is None or not is_known or year not in attempt.audience.ladder.years:
        raise Refusal("没有这样的名单，请从页面上选择。", "There is no such list: choose it on the page.")  # fmt: skip
    among = population.written(population.read(attempt.said.get("population", "")))
    return Subject(place, year, purpose.name, member, among), purpose


def _weights(attempt: Attempt) -> str:
    said = attempt.said.get("weights", "")
    if said and not PATTERN.fullmatch(said):
        raise Refusal("权重写法有误，请从页面上选择。", "These are no weights: choose them on the page.")  # fmt: skip
    return said


def mark(attempt: Attempt) -> Done:
    """Choose a school or not, or confirm a forecast about it, with a reason."""
    deed = attempt.said.get("deed", "")
    if deed not in ABOUT_A_SCHOOL:
        raise Refusal("请选择办理事项。", "Choose what to do.")
    held = shortlists.mark(attempt.writer, who(attempt), attempt.number("decision"), Deed(deed), attempt.number("school"), attempt.said.get("reason", ""), attempt.now)  # fmt: skip
    return _done(attempt, held, f"shortlists.done.{deed}", school=attempt.number("school"))


def _act(attempt: Attempt, *, deed: Deed) -> Done:
    reason = attempt.said.get(f"reason_{deed}", "")
    held = shortlists.act(attempt.writer, who(attempt), attempt.number("decision"), deed, reason, attempt.now)  # fmt: skip
    return _done(attempt, held, f"shortlists.done.{deed}")


def _done(attempt: Attempt, held: Decision, message: str, **detail: object) -> Done:
    """What came of it, and the page of the decision."""
    page = f"/{attempt.phrases.lang}{shortlists.where(held)}"
    subject = held.drawn.subject
    told = {"place": subject.place_id, "year": subject.year, "purpose": subject.purpose, "population": subject.population, "digest": held.digest[:16], **detail}  # fmt: skip
    return Done(said=attempt.phrases(message, number=held.number), where=page, object=f"shortlist/{held.number_id}", detail=told)  # fmt: skip


ACTIONS = (
    Action(name="draft_shortlist", right=Right.DISPATCH, run=draft),
    Action(name="mark_shortlist", right=Right.DISPATCH, run=mark),
    *(Action(name=f"{deed}_shortlist", right=Right.DISPATCH, run=partial(_act, deed=deed)) for deed in Deed if deed not in ABOUT_A_SCHOOL),
)  # fmt: skip
