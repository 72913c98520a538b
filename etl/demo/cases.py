"""Cases of a demo ministry: some flags of its first review dispatched, explained, verified and closed by the acts of real cases.

All of it is synthetic and says so. What became of a case follows from the seed. The acts are dated back, so that some are late: an earlier
round of review is written down beside them, since which the flags of these cases stand. The flags of cases that were closed as put right
stand since the real round instead: they came back.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from etl import entry, known
from etl.demo.dice import dice
from etl.demo.install import OLDER, is_done
from etl.submission import judged
from warehouse import cases, chain
from warehouse.accounts import demo_readers
from warehouse.case_read import Answer, Case, case, corrections, of_identity, verifiers
from warehouse.case_rules import Code, Identity
from warehouse.case_sources import flagged
from warehouse.cases import Flagged, Found, Term
from warehouse.chain_read import Who
from warehouse.chain_rules import Key, State
from warehouse.discovery import form as form_named
from warehouse.drafts import Sheet
from warehouse.flag_tables import flag, review_round
from warehouse.flags import newest_round
from warehouse.rights import Role
from warehouse.store import Reader, Warehouse, Writer
from warehouse.tables import place

STEP, BY = "cases", "demo"
EARLIER = 0  # the number of the earlier round: those that are real begin at 1
BEGAN = timedelta(days=40)  # how long ago the earlier round was
MOST, EACH = 84, 3  # cases in all; of one province and judgement at first
NEAR = 6  # flags of the school that signs in, or of its county, prefecture and province
FINAL = "（合成）查阅原始凭证后认定。/ (synthetic) Found after looking at the originals."
SAID = "（合成）原因已核对，见附表。/ (synthetic) Checked; see the list."
ASKED = "（合成）请逐项说明。/ (synthetic) Please explain item by item."
MORE = "（合成）请补充名册。/ (synthetic) Please add the list of names."


class Fate(NamedTuple):
    """What became of a case. Days before now of each act: `sent` dispatched, `said` explained, `seen` verified by each place, `ended` the last."""

    sent: int
    term: int = 10
    said: int | None = None
    seen: int | None = None
    ended: int | None = None
    code: Code | None = None
    end: str = "close"  # or: send_back, withdraw, reopen
    came_back: bool = False


FATES = (
    Fate(3), Fate(12, said=3), Fate(25, term=5), Fate(16, said=8, seen=2, code=Code.TRUE_ANOMALY), Fate(24, said=17), Fate(15, said=6, seen=1, code=Code.FALSE_ALARM),
    Fate(2), Fate(5), Fate(20, term=5), Fate(18, term=5), Fate(10, said=2), Fate(27, said=19, seen=12, code=Code.PUT_RIGHT),
    Fate(14, said=6, ended=2, end="send_back"), Fate(21, ended=17, end="withdraw"),
    Fate(30, said=24, seen=15, ended=9, code=Code.TRUE_ANOMALY), Fate(29, said=22, seen=16, ended=11, code=Code.TRUE_ANOMALY),
    Fate(31, said=23, seen=18, ended=6, code=Code.TRUE_ANOMALY), Fate(28, said=21, seen=13, ended=8, code=Code.PUT_RIGHT),
    Fate(26, said=20, seen=12, ended=5, code=Code.PUT_RIGHT), Fate(32, said=25, seen=19, ended=10, code=Code.FALSE_ALARM),
    Fate(27, said=19, seen=14, ended=7, code=Code.FALSE_ALARM), Fate(33, said=26, seen=17, ended=12, code=Code.OTHER_DEFINITION),
    Fate(29, said=18, seen=11, ended=4, code=Code.OTHER_DEFINITION), Fate(34, said=27, seen=20, ended=13, code=Code.PUT_RIGHT, came_back=True),
    Fate(31, said=24, seen=15, ended=9, code=Code.PUT_RIGHT, came_back=True), Fate(33, said=25, seen=18, ended=14, code=Code.OTHER_DEFINITION, end="reopen"),
)  # fmt: skip
# How a number that broke a rule is put right: the column and what it must reach.
MENDS = {"internship.everyone_insured": ("insured", "interns")}
CORRECTED, OPEN = 3, (State.FILLED.value, State.RETURNED.value)
CAME = 10  # days ago: when the correction came
MENDED = Fate(23, said=9, seen=6, ended=3, code=Code.WRONG_NUMBER)


@dataclass(frozen=True)
class Play:
    """The cases of one warehouse, as of `now`."""

    worker: Warehouse
    seed: int
    now: datetime

    def at(self, days: int) -> datetime:
        return self.now - timedelta(days=days)


def is_due(worker: Warehouse) -> bool:
    """Whether this is a demo ministry, loaded whole and reviewed, whose cases have not been played."""
    settings = worker.settings()
    if "demo" not in settings or f"demo.{STEP}" in settings or not is_done(worker, *OLDER):
        return False
    with worker.writing() as reader:
        return newest_round(reader, "whole") is not None


def take(worker: Warehouse, now: datetime) -> int:
    """Play the cases unless it is done; how many."""
    if not is_due(worker):
        return 0
    number = play(worker, int(json.loads(worker.settings()["demo"])["seed"]), now)
    worker.set(f"demo.{STEP}", now.isoformat())
    return number


def play(worker: Warehouse, seed: int, now: datetime) -> int:
    """Dispatch some flags and take each as far as the seed says, a case in one transaction; done twice it changes nothing."""
    one = Play(worker, seed, now)
    worker.refresh()
    with worker.writing() as writer:
        _earlier_round(writer, one)
        mended = _listed(writer, rules=tuple(MENDS))[:CORRECTED]
        chosen = [each for each in _chosen(writer, one) if each not in mended]
        found = {each.identity: each for each in flagged(writer, [*mended, *chosen])}
    dealt = [*((each, MENDED) for each in mended), *((each, FATES[at % len(FATES)]) for at, each in enumerate(chosen))]  # fmt: skip
    done = 0
    for identity, fate in dealt:
        with worker.writing() as writer:
            done += _played(writer, one, found[identity], fate)
    return done


# -- which flags


def _chosen(reader: Reader, one: Play) -> list[Identity]:
    """Those nearest to the people who sign in, whatever their year; then the weightiest of each province and judgement in the newest two, shuffled by the seed."""
    found = _listed(reader)
    paths = _paths(reader, [each.school_id for each in found])
    home = _home(one)
    near = sorted((each for each in found if home & set(paths[each.school_id])), key=lambda each: -len(home & set(paths[each.school_id])))  # fmt: skip
    own = near[:NEAR]
    newest = max((each.year for each in found), default=0)
    counts: dict[tuple[int, str], int] = {}
    others = []
    for each in found:
        key = (paths[each.school_id][0], each.judgement)
        if each not in own and each.year >= newest - 1 and counts.get(key, 0) < EACH:
            counts[key] = counts.get(key, 0) + 1
            others.append(each)
    order = dice(one.seed, "cases").permutation(len(others))
    return [*own, *(others[at] for at in order.tolist())][:MOST]


def _home(one: Play) -> set[int]:
    """The school that signs in and every place above it."""
    school = next(each.place_id for each in demo_readers(one.worker.ladder) if each.login == "school")  # fmt: skip
    return set(one.worker.ladder.place(school).path)


def _paths(reader: Reader, schools: Sequence[int]) -> dict[int, tuple[int, ...]]:
    rows = reader.rows(sa.select(place.c.place_id, place.c.path).where(place.c.place_id.in_(list(schools))))  # fmt: skip
    return {row.place_id: tuple(row.path) for row in rows}


def _listed(reader: Reader, rules: Sequence[str] = ()) -> list[Identity]:
    """Doubts and breaches that stand and speak, the newest year first and the weightiest of it."""
    c = flag.c
    narrowed = [c.rule.in_(list(rules))] if rules else []
    asked = (
        sa.select(c.judgement, c.school_id, c.year, c.rule)
        .where(c.gone_round.is_(None), c.speaks, c.judgement.in_(["doubt", "breach"]), *narrowed)
        .order_by(c.year.desc(), c.weight.desc(), c.school_id, c.rule)
    )
    return [Identity(*row) for row in reader.rows(asked)]


def _earlier_round(writer: Writer, one: Play) -> None:
    """The round that first found these flags, as it would have been written down."""
    last = newest_round(writer, "whole")
    if last is None or writer.rows(sa.select(review_round.c.round_id).where(review_round.c.round_id == EARLIER)):  # fmt: skip
        return
    began = one.now - BEGAN
    writer.run(
        sa.insert(review_round).values(
            round_id=EARLIER, kind="whole", began_at=began, ended_at=began + (last.ended_at - last.began_at), first_year=last.years[0],
            last_year=last.years[1], schools=last.schools, loads={}, tally={}, notes={},
        )
    )  # fmt: skip


# -- what becomes of one


def _played(writer: Writer, one: Play, found: Flagged, fate: Fate) -> int:
    """1, or 0 where somebody has dispatched it already."""
    identity = found.identity
    if of_identity(writer, identity) is not None:
        return 0
    held = _dispatched(writer, one, found, fate)
    if not fate.came_back:
        c = flag.c
        is_it = (c.judgement == identity.judgement, c.school_id == identity.school_id, c.year == identity.year, c.rule == identity.rule)  # fmt: skip
        writer.run(sa.update(flag).where(*is_it).values(first_round=EARLIER))
    if fate is MENDED and not _corrected(writer, one, held):
        fate = fate._replace(code=Code.TRUE_ANOMALY)
    _explained(writer, one, held, fate)
    _ended(writer, one, held, fate)
    return 1


def _dispatched(writer: Writer, one: Play, found: Flagged, fate: Fate) -> Case:
    who = Who(
        login=BY,
        role=Role.SUPERVISOR,
        place_id=_paths(writer, [found.identity.school_id])[found.identity.school_id][0],
    )
    cases.dispatch(writer, who, [found], one.at(fate.sent), Term(note=ASKED, days=fate.term))
    held = of_identity(writer, found.identity)
    if held is None:
        raise LookupError(found.identity)
    return held


def _explained(writer: Writer, one: Play, held: Case, fate: Fate) -> None:
    if fate.said is not None:
        who = Who(login=BY, role=Role.STATISTICIAN, place_id=held.identity.school_id)
        answers = [Answer(*cell, SAID) for cell in held.cells]
        cases.explain(writer, who, held.case_id, answers, one.at(fate.said))


def _ended(writer: Writer, one: Play, held: Case, fate: Fate) -> None:
    """Verified by each place in turn, the last one a few days later; or sent back, withdrawn, closed and opened anew."""
    ahead = verifiers(writer, held.path, held.identity.year)
    if fate.end == "withdraw" and fate.ended is not None:
        sender = Who(login=BY, role=Role.SUPERVISOR, place_id=held.place_id)
        cases.withdraw(writer, sender, held.case_id, FINAL, one.at(fate.ended))
    elif fate.end == "send_back" and fate.ended is not None:
        first = Who(login=BY, role=Role.REVIEWER, place_id=ahead[0])
        cases.send_back(writer, first, held.case_id, MORE, one.at(fate.ended))
    else:
        for who, days in _turns(ahead, fate):
            _verified(writer, held, who, fate, one.at(days))
    if fate.end == "reopen" and fate.ended is not None:
        last = Who(login=BY, role=Role.REVIEWER, place_id=ahead[-1])
        cases.reopen(writer, last, held.case_id, one.at(fate.ended - 8), Term(note=MORE))


def _turns(ahead: Sequence[int], fate: Fate) -> Iterator[tuple[Who, int]]:
    """Who verifies how many days ago: those below together, the last when it ended."""
    for at in ahead[:-1] if fate.seen is not None else ():
        yield Who(login=BY, role=Role.REVIEWER, place_id=at), fate.seen or 0
    if fate.ended is not None:
        yield Who(login=BY, role=Role.REVIEWER, place_id=ahead[-1]), fate.ended


def _verified(writer: Writer, held: Case, who: Who, fate: Fate, at: datetime) -> None:
    code = fate.code or Code.TRUE_ANOMALY
    now = case(writer, held.case_id)
    newest = None
    if code is Code.WRONG_NUMBER and now is not None:
        newest = next((each.submission_id for each in corrections(writer, now)), None)
    cases.verify(writer, who, held.case_id, Found(code=code, note=FINAL, submission=newest), at)


# -- putting a number right


def _corrected(writer: Writer, one: Play, held: Case) -> bool:
    """The school hands in its form anew with the number put right; False where its form is on its way through the review."""
    identity = held.identity
    form = form_named(held.cells[0].form)
    key = Key(form.name, identity.year, identity.school_id)
    if not _is_open(writer, one, key, held):
        return False
    column, least = MENDS[identity.rule]
    rows = [
        {**row, column: row.get(least, "0")} for row in known.on_record(writer, Sheet(form=form, year=identity.year, school=identity.school_id))
    ]  # fmt: skip
    code = one.worker.ladder.place(identity.school_id).code
    with tempfile.TemporaryDirectory(prefix="zhijian-") as folder:
        path = Path(folder) / entry.file_name(form, identity.year)
        path.write_bytes(entry.document(form, identity.year, code, rows))
        handing = judged(one.worker, writer, path, form=form.name, school=code, year=identity.year, now=one.at(CAME), by=BY)  # fmt: skip
    if handing.outcome.rejections.height:
        return False
    who = Who(login=BY, role=Role.STATISTICIAN, place_id=identity.school_id)
    chain.fill(writer, who, handing.batch)
    return True


def _is_open(writer: Writer, one: Play, key: Key, held: Case) -> bool:
    """Whether the form may be handed in anew; what is approved is opened by whoever approved last."""
    asked = sa.text("SELECT state FROM standing WHERE form = :form AND year = :year AND school_id = :school_id")  # fmt: skip
    rows = writer.rows(asked, **key._asdict())
    state = rows[0].state if rows else ""
    if state != State.APPROVED.value:
        return state in OPEN
    last = verifiers(writer, held.path, key.year)[-1]
    chain.reopen(
        writer, Who(login=BY, role=Role.REVIEWER, place_id=last), [key], one.at(CAME), MORE
    )
    return True
