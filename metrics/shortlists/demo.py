"""The decisions of a demo ministry on shortlists: some signed, one that waits for its second person, at the nation and at the first province.

All of it is synthetic and says so. They are drawn up, departed from and signed by the very functions that do it for real ones, once the demo's
cases and releases have been played; in any other warehouse there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple

from metrics.audience import Audience
from metrics.distribution import by_unit
from metrics.school import AsOf
from metrics.shortlists import population
from metrics.shortlists.discovery import purpose
from metrics.shortlists.evidence import document
from metrics.shortlists.reading import Sources, Wanted, question_of, read_for
from metrics.shortlists.shortlist import drawn_up
from metrics.specialties import by_specialty, supply
from warehouse import shortlists
from warehouse.accounts import OF_THE_MINISTRY, demo_readers
from warehouse.chain_read import Who
from warehouse.conflicts import records
from warehouse.flags import loads_now
from warehouse.ladder import Ladder
from warehouse.places import NATION, Rung
from warehouse.rights import Role
from warehouse.shortlist_rules import Decision, Deed, Drawn, Subject
from warehouse.store import Warehouse, Writer
from warehouse.trail import Line, write

STEP, AFTER = "demo.shortlists", "demo.releases"
APPROVED = AsOf(basis="approved")
EXPLAINED = "（合成）疑点已向学校核实，不影响入选。/ (synthetic) The doubt was looked into with the school and does not stand against it."
PASSED_OVER = (
    "（合成）近期将与他校合并，暂缓。/ (synthetic) To be merged with another school soon: deferred."
)
IN_ITS_PLACE = "（合成）递补。/ (synthetic) In place of the one that was passed over."


class Play(NamedTuple):
    """One decision. `back`: how many years before the running one; `departs`: the last one by rank is passed over and the next one chosen."""

    purpose: str
    back: int
    wanted: int
    population: str = ""
    of_specialty: bool = False
    is_signed: bool = True
    departs: bool = False


OF_THE_NATION = (
    Play("quality_schools", 2, 8), Play("quality_schools", 1, 8, departs=True), Play("quality_schools", 1, 3, "sponsor-private", is_signed=False),
    Play("quality_specialties", 1, 3, of_specialty=True), Play("rectification", 1, 6),
)  # fmt: skip
OF_A_PROVINCE = (Play("rectification", 1, 2),)


class Pair(NamedTuple):
    """Who draws up and who signs at a place."""

    drafts: Who
    signs: Who


def take(worker: Warehouse, now: datetime) -> int:
    """Play the decisions of a demo ministry whose figures are released, unless it is done; how many."""
    settings = worker.settings()
    if AFTER not in settings or STEP in settings:
        return 0
    number = play(worker, now)
    worker.set(STEP, now.isoformat())
    return number


def play(worker: Warehouse, now: datetime) -> int:
    """Decide what is not decided yet, each in one transaction; how many. Where the two people have no accounts nobody decides."""
    worker.refresh()
    made = 0
    for pair, plays in _offices(worker.ladder):
        if any(worker.account(who.login) is None for who in pair):
            continue
        scope = worker.scope(pair.drafts.login, pair.drafts.place_id)
        for one in plays:
            with worker.acting(scope) as writer:
                made += _played(writer, Audience(scope=scope, ladder=worker.ladder, role=pair.drafts.role), pair, one, now)  # fmt: skip
    return made


def _offices(ladder: Ladder) -> Iterator[tuple[Pair, tuple[Play, ...]]]:
    nation = [Who(login=OF_THE_MINISTRY[role], role=role, place_id=NATION) for role in (Role.SUPERVISOR, Role.REVIEWER)]  # fmt: skip
    yield Pair(*nation), OF_THE_NATION
    known = [Who(login=one.login, role=one.role, place_id=one.place_id) for one in demo_readers(ladder) if ladder.rung(one.place_id) is Rung.PROVINCE]  # fmt: skip
    for signs in (one for one in known if one.role is Role.REVIEWER):
        for drafts in (one for one in known if one.role is Role.SUPERVISOR and one.place_id == signs.place_id):  # fmt: skip
            yield Pair(drafts, signs), OF_A_PROVINCE


def _played(writer: Writer, audience: Audience, pair: Pair, one: Play, now: datetime) -> bool:
    """Whether there was anybody to decide on, and nothing decided yet."""
    year, place = audience.ladder.years[-1] - one.back, pair.drafts.place_id
    if year not in audience.ladder.years:
        return False
    subject = Subject(place, year, one.purpose, _specialty(writer, place, year) if one.of_specialty else "", one.population)  # fmt: skip
    before = shortlists.decisions(writer, place, year, one.purpose)
    if any(each.drawn.subject == subject for each in before):
        return False
    drawn = _drawn(writer, audience, subject, one.wanted)
    if drawn is None:
        return False
    held = shortlists.draft(writer, audience.ladder, pair.drafts, drawn, "", now)
    _noted(writer, pair.drafts, "draft", held)
    for deed, school, reason in _marks(held, one):
        held = shortlists.mark(writer, pair.drafts, held.number_id, deed, school, reason, now)
        _noted(writer, pair.drafts, "mark", held)
    _noted(writer, pair.drafts, "submit", shortlists.act(writer, pair.drafts, held.number_id, Deed.SUBMIT, "", now))  # fmt: skip
    if one.is_signed:
        _signed(writer, pair, held, now)
    return True


def _specialty(writer: Writer, place: int, year: int) -> str:
    """The specialty with most students."""
    offered = by_specialty(supply(writer, place, [year], APPROVED), year)
    return str(offered["specialty"][0]) if offered.height else ""


def _drawn(writer: Writer, audience: Audience, subject: Subject, wanted: int) -> Drawn | None:
    """The list as the page would show it by the declared weights; None where nobody can be ranked."""
    of, asked = purpose(subject.purpose), Wanted(subject.member, population.read(subject.population))  # fmt: skip
    if bool(of.cut) != bool(asked.member):
        return None
    held = records(writer, subject.place_id, subject.year)
    sources = Sources(writer, audience.ladder, partial(by_unit, writer, audience), held, APPROVED)
    read = read_for(of, question_of(of, subject.place_id, subject.year), asked, sources)
    found = drawn_up(of, of.weights, read)
    return document(found, read, subject, wanted, loads_now(writer)) if found.ranked else None


def _marks(held: Decision, one: Play) -> Iterator[tuple[Deed, int, str]]:
    """A reason for everybody with something against them, and where it departs from the ranking, two more."""
    first = [each["unit"] for each in held.chosen]
    for each in held.unexplained:
        yield Deed.CHOOSE, each["unit"], EXPLAINED
    beside = [each["unit"] for each in held.drawn.entries if each["rank"] and not each["first"]]
    if one.departs and len(first) > 1 and beside:
        yield Deed.SKIP, first[-1], PASSED_OVER
        yield Deed.CHOOSE, beside[0], IN_ITS_PLACE


def _signed(writer: Writer, pair: Pair, held: Decision, now: datetime) -> None:
    writer.run("SELECT set_config('app.reader', :login, true)", login=pair.signs.login)
    _noted(writer, pair.signs, "sign", shortlists.act(writer, pair.signs, held.number_id, Deed.SIGN, "", now))  # fmt: skip
    writer.run("SELECT set_config('app.reader', :login, true)", login=pair.drafts.login)


def _noted(writer: Writer, who: Who, deed: str, held: Decision) -> None:
    """The line that the action would write."""
    subject = held.drawn.subject
    detail = {"place": subject.place_id, "year": subject.year, "purpose": subject.purpose, "population": subject.population, "digest": held.digest[:16]}  # fmt: skip
    write(writer, Line(login=who.login, address="", event=f"{deed}_shortlist", object=f"shortlist/{held.number_id}", succeeded=True, detail=detail))  # fmt: skip
