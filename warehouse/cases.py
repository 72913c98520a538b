"""What people do in a case: dispatch, explain, verify, send back, close, reopen, withdraw.

A deed is one transaction of the reader who does it: it takes the case, writes one step under row security, and the database carries the
step over into the file after it has looked by itself whether this account may (migration 0033). The places that verify are those that
review the school's forms, as its province chose for the year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from warehouse import case_notices
from warehouse.calendar import calendar
from warehouse.case_read import Answer, Case, Cell, Mine, case, corrections, of_identity, verifiers
from warehouse.case_rules import (
    AT_SCHOOL,
    JUDGEMENTS,
    NEXT,
    OPEN,
    Code,
    Deed,
    Identity,
    Move,
    State,
    again,
    find,
)
from warehouse.case_tables import case_file, case_step
from warehouse.chain_read import Who
from warehouse.errors import CaseRefused
from warehouse.moments import china_day
from warehouse.places import NATION, Rung
from warehouse.rights import Right
from warehouse.store import Writer
from warehouse.tables import place
from warehouse.text import Text

LONGEST = 2000  # characters of a note or of one answer
MOST = 400  # flags dispatched at once
EXPLAIN_DAYS, VERIFY_DAYS = 10, 5  # workdays
DAYS = range(1, 61)
NAMED = 5  # failures named in one refusal
LOCK = 33


@dataclass(frozen=True, kw_only=True)
class Flagged:
    """A flag as it is dispatched: what it is about, its sentence, and the figures it rests on."""

    identity: Identity
    said: Text
    cells: tuple[Cell, ...]
    weight: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Found:
    """What somebody who verifies has found; a wrong number that closes the case names its correction."""

    code: Code
    note: str
    submission: int | None = None


@dataclass(frozen=True, kw_only=True)
class Term:
    """What is said to whoever explains: why, and how many workdays there are."""

    note: str = ""
    days: int = EXPLAIN_DAYS


@dataclass(frozen=True, kw_only=True)
class _Done:
    """A step that is about to be taken, with the place and the right that come next."""

    move: Move
    waits_at: int | None
    due: date | None
    said: Mapping[str, Any]


# -- dispatching


def dispatch(writer: Writer, who: Who, flags: Sequence[Flagged], at: datetime, term: Term) -> dict[Deed, list[int]]:  # fmt: skip
    """Dispatch all of these or none; the cases by what came of each: dispatched, reopened, or noted in a case there is.

    An open case takes the flag in; one closed as put right or corrected is opened anew; any other answer stands.
    """
    _check_term(term)
    if not flags or len(flags) > MOST:
        raise CaseRefused(f"请选择要派发的疑点或违规，一次最多 {MOST} 件。", f"Choose what to dispatch, at most {MOST} at once.")  # fmt: skip
    paths = _paths(writer, flags)
    _refuse_failing(who, flags, paths)
    ordered = sorted({one.identity: one for one in flags}.items())
    due = calendar(writer).after(china_day(at), term.days)
    done: dict[Deed, list[int]] = {Deed.DISPATCH: [], Deed.REOPEN: [], Deed.REPEAT: []}
    moved = []
    for identity, one in ordered:
        _lock(writer, identity.school_id)
        held = of_identity(writer, identity) or _opened(writer, who, one, paths[identity.school_id], at)  # fmt: skip
        deed, step = _flagged(held, one, due, term)
        _write(writer, who, held, step, at)
        done[deed].append(held.case_id)
        moved.append((held, step.move.after, step.waits_at, deed))
    case_notices.tell_of(writer, moved)
    return done


def _flagged(held: Case, one: Flagged, due: date, term: Term) -> tuple[Deed, _Done]:
    """What a flag does to its case."""
    deed = Deed.DISPATCH if held.state is State.NEW else again(held.state, held.code or "")
    move = _move(deed, held)
    is_news = held.state is not State.NEW
    said = {"note": term.note.strip(), **({"said_zh": one.said.zh, "said_en": one.said.en} if is_news else {})}  # fmt: skip
    if deed is Deed.REPEAT:
        return deed, _Done(move=move, waits_at=held.waits_at, due=held.due, said=said)
    return deed, _Done(move=move, waits_at=held.identity.school_id, due=due, said=said)


def _check_term(term: Term) -> None:
    _check_length(term.note)
    if term.days not in DAYS:
        raise CaseRefused(f"说明期限为 {DAYS.start}–{DAYS.stop - 1} 个工作日。", f"A term has {DAYS.start} to {DAYS.stop - 1} workdays.")  # fmt: skip


def _paths(writer: Writer, flags: Sequence[Flagged]) -> dict[int, tuple[int, ...]]:
    wanted = sorted({one.identity.school_id for one in flags})
    found = sa.select(place.c.place_id, place.c.path).where(place.c.rung == Rung.SCHOOL.value, place.c.place_id.in_(wanted))  # fmt: skip
    return {row.place_id: tuple(row.path) for row in writer.rows(found)}


def _refuse_failing(who: Who, flags: Sequence[Flagged], paths: Mapping[int, tuple[int, ...]]) -> None:  # fmt: skip
    """Name what cannot be dispatched, before anything is."""
    may = Right.DISPATCH in who.role.rights
    failing = [one.identity for one in flags if not (may and _is_whole(one) and _is_below(who.place_id, paths.get(one.identity.school_id, ())))]  # fmt: skip
    if not failing:
        return
    named = "、".join(f"{one.rule} {one.year} ({one.school_id})" for one in failing[:NAMED])
    more = f" +{len(failing) - NAMED}" if len(failing) > NAMED else ""
    raise CaseRefused(
        f"有 {len(failing)} 件不能派发（不在您的权限范围内，或不是疑点、违规），全部未派发：{named}{more}。请取消勾选后再派发。",
        f"{len(failing)} cannot be dispatched (outside your scope, or neither doubt nor breach), so none was: {named}{more}. Untick them, then dispatch.",
    )


def _is_whole(one: Flagged) -> bool:
    """Whether it is a doubt or a breach with its sentence and figures; a risk is none."""
    return one.identity.judgement in JUDGEMENTS and bool(one.cells and one.said.zh and one.said.en)


def _is_below(here: int, path: Sequence[int]) -> bool:
    return bool(path) and here != path[-1] and (here == NATION or here in path)  # fmt: skip


def _opened(writer: Writer, who: Who, one: Flagged, path: tuple[int, ...], at: datetime) -> Case:
    made = sa.insert(case_file).values(
        **one.identity._asdict(), said_zh=one.said.zh, said_en=one.said.en, cells=[list(cell) for cell in one.cells], weight=one.weight,
        place_id=who.place_id, opened_at=at, path=list(path),
    ).returning(case_file.c.case_id)  # fmt: skip
    found = case(writer, int(writer.scalar(made)))
    if found is None:
        raise LookupError(one.identity)
    return found


# -- explaining and verifying


def explain(writer: Writer, who: Who, case_id: int, answers: Sequence[Answer], at: datetime, note: str = "") -> int:  # fmt: skip
    """The school answers for each figure; the first that verifies is told. The step's number is returned."""
    held = _held(writer, case_id)
    ahead = verifiers(writer, held.path, held.identity.year)
    move = _judged(who, Deed.EXPLAIN, held, ahead)
    said = [Answer(one.form, one.column, one.said.strip()) for one in answers]
    if [one[:2] for one in said] != [tuple(cell) for cell in held.cells] or not all(one.said for one in said):  # fmt: skip
        raise CaseRefused("请逐项说明：每一项数据都要填写。", "Answer item by item: every figure takes an answer.")  # fmt: skip
    for one in said:
        _check_length(one.said)
    due = calendar(writer).after(china_day(at), VERIFY_DAYS)
    return _take(writer, who, held, _Done(move=move, waits_at=ahead[0], due=due, said={"answers": [list(one) for one in said], "note": _note(note)}), at)  # fmt: skip


def verify(writer: Writer, who: Who, case_id: int, found: Found, at: datetime) -> int:
    """Verified at one's own rung: handed on where another place verifies after it, else closed by the code."""
    held = _held(writer, case_id)
    ahead = verifiers(writer, held.path, held.identity.year)
    then = following(who.place_id, ahead)
    move = _judged(who, Deed.VERIFY if then else Deed.CLOSE, held, ahead)
    said: dict[str, Any] = {"code": found.code.value, "note": _note(found.note, needed=True)}
    if then is None:
        if found.code is Code.WRONG_NUMBER:
            said["submission_id"] = _correction(writer, held, found.submission)
        return _take(writer, who, held, _Done(move=move, waits_at=None, due=None, said=said), at)
    due = calendar(writer).after(china_day(at), VERIFY_DAYS)
    return _take(writer, who, held, _Done(move=move, waits_at=then, due=due, said=said), at)


def following(here: int, ahead: Sequence[int]) -> int | None:
    """Who verifies after a place; None where it is the last, or none of them."""
    return ahead[ahead.index(here) + 1] if here in ahead[:-1] else None


def _correction(writer: Writer, held: Case, number: int | None) -> int:
    """The submission that put a wrong number right."""
    known = {one.submission_id for one in corrections(writer, held)}
    if number not in known or number is None:
        raise CaseRefused(
            "以“数据填报错误”销号须指明派发后更正的报送。学校尚未更正的，请退回补充说明，并在审核中重新开放该表。",
            "A wrong number is closed with the submission that corrected it. If there is none, send the case back and reopen the form in its review.",
        )
    return number


def send_back(writer: Writer, who: Who, case_id: int, note: str, at: datetime) -> int:
    """Back to the school for more, with what is missing."""
    held = _held(writer, case_id)
    move = _judged(who, Deed.SEND_BACK, held, verifiers(writer, held.path, held.identity.year))
    due = calendar(writer).after(china_day(at), VERIFY_DAYS)
    return _take(writer, who, held, _Done(move=move, waits_at=held.identity.school_id, due=due, said={"note": _note(note, needed=True)}), at)  # fmt: skip


# -- undoing


def reopen(writer: Writer, who: Who, case_id: int, at: datetime, term: Term) -> int:
    """Open a closed case anew, with a reason and a new due day."""
    _check_term(term)
    held = _held(writer, case_id)
    move = _judged(who, Deed.REOPEN, held, verifiers(writer, held.path, held.identity.year))
    due = calendar(writer).after(china_day(at), term.days)
    return _take(writer, who, held, _Done(move=move, waits_at=held.identity.school_id, due=due, said={"note": _note(term.note, needed=True)}), at)  # fmt: skip


def withdraw(writer: Writer, who: Who, case_id: int, note: str, at: datetime) -> int:
    """Take back what was dispatched, with a reason; the steps stay."""
    held = _held(writer, case_id)
    move = _judged(who, Deed.WITHDRAW, held, verifiers(writer, held.path, held.identity.year))
    return _take(writer, who, held, _Done(move=move, waits_at=None, due=None, said={"note": _note(note, needed=True)}), at)  # fmt: skip


def may(mine: Mine, held: Case, ahead: Sequence[int]) -> frozenset[Deed]:
    """What a reader may do in a case as it stands; `ahead` are the places that verify."""
    last = following(mine.place_id, ahead) is None
    asked = {Deed.EXPLAIN, Deed.CLOSE if last else Deed.VERIFY, Deed.SEND_BACK, Deed.REOPEN, Deed.WITHDRAW}  # fmt: skip
    return frozenset(deed for deed in asked if (move := find(deed, held.state)) and _stands(mine, move, held, ahead))  # fmt: skip


def rehome(writer: Writer, units: Sequence[int]) -> None:
    """What waits for a place that is not above its school any more waits for the one that verifies it now."""
    names = [state.value for state in OPEN if state not in AT_SCHOOL]
    found = writer.rows(
        sa.select(case_file.c.case_id, case_file.c.path, case_file.c.year, case_file.c.state).where(
            case_file.c.school_id.in_(list(units)), case_file.c.state.in_(names), case_file.c.waits_at != sa.all_(case_file.c.path)
        )
    )  # fmt: skip
    for row in found:
        ahead = verifiers(writer, row.path, row.year)
        now = ahead[0] if row.state == State.EXPLAINED else ahead[-1]
        writer.run(sa.update(case_file).where(case_file.c.case_id == row.case_id).values(waits_at=now))  # fmt: skip


# -- taking a step


def _lock(writer: Writer, school_id: int) -> None:
    """One at a time about a school."""
    writer.scalar(f"SELECT pg_advisory_xact_lock({LOCK}, :school)", school=school_id)


def _held(writer: Writer, case_id: int) -> Case:
    """A case, locked until the transaction ends."""
    found = case(writer, case_id)
    if found is not None:
        _lock(writer, found.identity.school_id)
        found = case(writer, case_id)
    if found is None:
        raise CaseRefused("没有这一核查件，或不在您的权限范围内。", "There is no such case, or it is outside your scope.")  # fmt: skip
    return found


def _move(deed: Deed, held: Case) -> Move:
    move = find(deed, held.state)
    if move is None:
        raise CaseRefused(
            f"{held.number} 现为“{held.state.label.zh}”，不能“{deed.label.zh}”。请刷新页面后再办理。",
            f"{held.number} is '{held.state.label.en}' and cannot be '{deed.label.en}'. Reload the page and look again.",
        )
    return move


def _stands(mine: Mine, move: Move, held: Case, ahead: Sequence[int]) -> bool:
    """Whether a reader has the right to a move, and stands where it takes place."""
    if move.right not in mine.rights:
        return False
    here = mine.place_id
    is_last, is_next = here == ahead[-1], here == held.waits_at
    is_above = _is_below(here, held.path)
    is_sender = is_above and _depth(here, held) <= _depth(held.place_id, held)
    where = {
        "above": is_above, "school": here == held.identity.school_id, "next": is_next, "last": is_next and is_last,
        "sender": is_sender, "sender or last": is_sender or is_last,
    }  # fmt: skip
    return where[move.where]


def _depth(place_id: int, held: Case) -> int:
    """How far below the nation a place above the school stands."""
    return held.path.index(place_id) + 1 if place_id in held.path else 0


def _judged(who: Who, deed: Deed, held: Case, ahead: Sequence[int]) -> Move:
    """The move, or why it cannot be made."""
    move = _move(deed, held)
    if not _stands(Mine(place_id=who.place_id, rights=who.role.rights), move, held, ahead):
        raise CaseRefused(f"{held.number}：这一步不由您办理。", f"{held.number}: this step is not yours.")  # fmt: skip
    return move


def _take(writer: Writer, who: Who, held: Case, done: _Done, at: datetime) -> int:
    number = _write(writer, who, held, done, at)
    case_notices.tell_of(writer, [(held, done.move.after, done.waits_at, done.move.deed)])
    return number


def _note(text: str, *, needed: bool = False) -> str:
    said = text.strip()
    _check_length(said)
    if needed and not said:
        raise CaseRefused("请写明理由或核实意见。", "Say why, or what was found.")
    return said


def _check_length(text: str) -> None:
    if len(text) > LONGEST:
        raise CaseRefused(f"每项说明最多 {LONGEST} 字，请缩短。", f"A text has at most {LONGEST} characters; shorten it.")  # fmt: skip


def _write(writer: Writer, who: Who, held: Case, done: _Done, at: datetime) -> int:
    blank: dict[str, Any] = {"code": "", "note": "", "answers": [], "said_zh": "", "said_en": "", "submission_id": None}  # fmt: skip
    after = done.move.after
    actor = NEXT[after] if done.waits_at else None
    made = sa.insert(case_step).values(
        **{**blank, **done.said}, case_id=held.case_id, school_id=held.identity.school_id, deed=done.move.deed.value, before=held.state.value,
        after=after.value, due=done.due, place_id=who.place_id, login=who.login, role=who.role.value, at=at, waits_at=done.waits_at,
        actor=actor.value if actor else "", path=list(held.path),
    ).returning(case_step.c.case_step_id)  # fmt: skip
    return int(writer.scalar(made))
