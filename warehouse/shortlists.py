"""Decisions on shortlists: one person of an office draws the list up and says why wherever it departs from the ranking, another signs or returns it.

What was drawn up is frozen with its evidence; steps are only ever added; once signed it is closed, and only a new decision that names it follows. Row
security lets through a place's own people and those above; a school reads what was decided about itself, once that is signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from warehouse.chain_read import Who
from warehouse.errors import ShortlistRefused
from warehouse.flag_lists import of_school
from warehouse.flags import Judgement
from warehouse.ladder import Ladder
from warehouse.notices import tell
from warehouse.places import Rung
from warehouse.rights import Right
from warehouse.shortlist_rules import (
    ABOUT_A_SCHOOL,
    MOST_ENTRIES,
    MOST_LISTS,
    REASON,
    WANTED,
    Decision,
    Deed,
    Drawn,
    Outcome,
    State,
    Step,
    Subject,
)
from warehouse.shortlist_tables import shortlist, shortlist_outcome, shortlist_step
from warehouse.store import Reader, Writer
from warehouse.text import Text

KIND = "shortlist"


# -- reading

_COLUMNS = tuple(shortlist.c[name] for name in (
    "shortlist_id", *Subject._fields, "wanted", "said", "loads", "entries", "digest", "replaces", "reason", "login", "role", "made_at", "path",
))  # fmt: skip


def decisions(reader: Reader, place_id: int, year: int, purpose: str) -> list[Decision]:
    """Those of a place, year and purpose, the newest first."""
    c = shortlist.c
    asked = sa.select(*_COLUMNS).where(c.place_id == place_id, c.year == year, c.purpose == purpose).order_by(c.shortlist_id.desc())  # fmt: skip
    return _with_steps(reader, reader.rows(asked))


def decision(reader: Reader, number: int) -> Decision | None:
    """One by its number; None where there is none, or none for this reader."""
    found = _with_steps(reader, reader.rows(sa.select(*_COLUMNS).where(shortlist.c.shortlist_id == number)))  # fmt: skip
    return found[0] if found else None


def _with_steps(reader: Reader, rows: Sequence[Any]) -> list[Decision]:
    c = shortlist_step.c
    names = [c.shortlist_id, c.deed, c.school_id, c.reason, c.said_zh, c.said_en, c.login, c.role, c.at]  # fmt: skip
    asked = sa.select(*names).where(c.shortlist_id.in_([row.shortlist_id for row in rows]))
    steps: dict[int, list[Step]] = {}
    for one in reader.rows(asked.order_by(c.step_id)) if rows else ():
        made = Step(Deed(one.deed), one.school_id, one.reason, Text(one.said_zh, one.said_en), one.login, one.role, one.at)  # fmt: skip
        steps.setdefault(one.shortlist_id, []).append(made)
    return [_decision(row, steps.get(row.shortlist_id, [])) for row in rows]


def _decision(row: Any, steps: Sequence[Step]) -> Decision:  # noqa: ANN401 - a row of shortlist
    subject = Subject(*(getattr(row, name) for name in Subject._fields))
    return Decision(
        number_id=row.shortlist_id, drawn=Drawn(subject, row.wanted, row.said, row.loads, row.entries), digest=row.digest,
        replaces=row.replaces, reason=row.reason, login=row.login, role=row.role, made_at=row.made_at, path=tuple(row.path), steps=tuple(steps),
    )  # fmt: skip


def outcomes(reader: Reader, school: int) -> list[Outcome]:
    """What signed decisions say of a school, the newest first."""
    c = shortlist_outcome.c
    asked = sa.select(c.shortlist_id, *(c[name] for name in Subject._fields), c.is_chosen, c.reason, c.at).where(c.school_id == school)  # fmt: skip
    return [
        Outcome(row.shortlist_id, Subject(*(getattr(row, name) for name in Subject._fields)), row.is_chosen, row.reason, row.at)
        for row in reader.rows(asked.order_by(c.at.desc(), c.shortlist_id.desc()))
    ]  # fmt: skip


# -- writing


def may_decide(ladder: Ladder, who: Who, place_id: int) -> bool:
    """Supervisors and reviewers of a place and of those above it."""
    return Right.DISPATCH in who.role.rights and who.place_id in (place_id, *ladder.ancestors(place_id))  # fmt: skip


def draft(
    writer: Writer, ladder: Ladder, who: Who, drawn: Drawn, reason: str, now: datetime
) -> Decision:
    """Freeze a list as it stands. Where a signed decision is there already, it is named, and `reason` says why it is reopened."""
    place_id, why = drawn.subject.place_id, reason.strip()
    if ladder.rung(place_id) is Rung.SCHOOL or not may_decide(ladder, who, place_id):
        raise ShortlistRefused(
            "这个地区不在您的权限范围内，或您没有派发权限；请联系本级监管人员。",
            "This place is outside your scope, or you may not dispatch: ask a supervisor of that level.",
        )
    if drawn.wanted not in WANTED or not 1 <= len(drawn.entries) <= MOST_ENTRIES:
        raise ShortlistRefused(
            f"入选数量为 {WANTED.start}–{WANTED.stop - 1}，且至少有一所学校可排序；请修改数量，或检查上面的标准和数据。",
            f"Between {WANTED.start} and {WANTED.stop - 1} are chosen, of at least one school that can be ranked: change the number, or look at the criteria and data above.",
        )
    before = decisions(writer, place_id, drawn.subject.year, drawn.subject.purpose)
    last = _signed(before, drawn.subject)
    if len(before) >= MOST_LISTS:
        raise ShortlistRefused(f"每个地区每学年最多 {MOST_LISTS} 份决定。", f"A place has at most {MOST_LISTS} decisions a year.")  # fmt: skip
    if last is not None:
        why = _reason(why, Text(f"已有签署的决定 {last.number}，重新决定", f"There is a signed decision, {last.number}: to decide anew"))  # fmt: skip
    values = drawn.subject._asdict() | {
        "wanted": drawn.wanted, "said": dict(drawn.said), "loads": dict(drawn.loads), "entries": list(drawn.entries), "digest": drawn.digest,
        "replaces": last.number_id if last else None, "reason": why if last else "", "login": who.login, "role": who.role.value,
        "made_at": now, "path": list(ladder.place(place_id).path),
    }  # fmt: skip
    number = int(writer.scalar(sa.insert(shortlist).values(**values).returning(shortlist.c.shortlist_id)))  # fmt: skip
    return _held(writer, number)


def _signed(known: Sequence[Decision], subject: Subject) -> Decision | None:
    """The signed decision on a subject that was drawn up last."""
    return next((one for one in known if one.state is State.SIGNED and one.drawn.subject == subject), None)  # fmt: skip


def mark(
    writer: Writer, who: Who, number: int, deed: Deed, school: int, reason: str, now: datetime
) -> Decision:
    """Choose a school, or not, against what the ranking says; or confirm a forecast about it. A reason is asked for each."""
    held = _held(writer, number)
    if deed not in ABOUT_A_SCHOOL or not held.may(deed, who.login):
        raise _not_now(held, deed, who.login)
    if all(one["unit"] != school for one in held.drawn.entries):
        raise ShortlistRefused("这所学校不在这份名单中；请从页面上选择。", "This school is not in the list: choose it on the page.")  # fmt: skip
    why = _reason(reason, Text("请写明理由：偏离排名、带着未了事项入选或确认风险", "Say why: whoever departs from the ranking, chooses in spite of something open or confirms a risk"))  # fmt: skip
    said = _forecast(writer, school, held.drawn.subject.year) if deed is Deed.CONFIRM_RISK else Text("", "")  # fmt: skip
    _step(writer, who, held, now, deed=deed.value, school_id=school, reason=why, said_zh=said.zh, said_en=said.en)  # fmt: skip
    return _held(writer, number)


def _forecast(writer: Writer, school: int, year: int) -> Text:
    """The forecast about a school that weighs most."""
    found = [one for one in of_school(writer, school, year) if one.judgement is Judgement.RISK and one.gone_at is None]  # fmt: skip
    if not found:
        raise ShortlistRefused("这所学校没有风险预测可确认。", "There is no forecast about this school to confirm.")  # fmt: skip
    return max(found, key=lambda one: one.weight).said


def act(writer: Writer, who: Who, number: int, deed: Deed, reason: str, now: datetime) -> Decision:
    """Submit, sign, return or withdraw a decision; whoever's turn it is, and once it is signed the schools concerned, are told."""
    held = _held(writer, number)
    if deed in ABOUT_A_SCHOOL or not held.may(deed, who.login):
        raise _not_now(held, deed, who.login)
    if deed in {Deed.SUBMIT, Deed.SIGN}:
        _check_whole(writer, held)
    why = reason.strip() if deed in {Deed.SUBMIT, Deed.SIGN} else _reason(reason, Text("请写明理由", "Give a reason"))  # fmt: skip
    if len(why) >= REASON.stop:
        raise ShortlistRefused(f"理由不超过 {REASON.stop - 1} 字。", f"A reason has at most {REASON.stop - 1} characters.")  # fmt: skip
    _step(writer, who, held, now, deed=deed.value, reason=why)
    done = _held(writer, number)
    _tell(writer, done, deed)
    return done


def _check_whole(writer: Writer, held: Decision) -> None:
    """Refuse what cannot be signed: something unexplained, nobody chosen, or a decision that another one has overtaken."""
    if held.unexplained:
        raise ShortlistRefused(
            f"还有 {len(held.unexplained)} 所按排名入选的学校存在未了事项；请逐所选入并写明理由，或不选。",
            f"{len(held.unexplained)} schools are chosen by rank although something stands against them: choose each with a reason, or not.",
        )
    if not held.chosen:
        raise ShortlistRefused("没有选入任何学校。", "No school is chosen.")
    subject = held.drawn.subject
    last = _signed(decisions(writer, subject.place_id, subject.year, subject.purpose), subject)
    if (last.number_id if last else None) != held.replaces:
        raise ShortlistRefused(
            "期间已有另一份决定签署；请撤销本草稿，重新起草。", "Another decision was signed meanwhile: withdraw this draft and draw it up anew.",
        )  # fmt: skip


def _step(writer: Writer, who: Who, held: Decision, now: datetime, **values: Any) -> None:  # noqa: ANN401 - columns of shortlist_step
    made = {"school_id": None, "said_zh": "", "said_en": ""} | values | {
        "shortlist_id": held.number_id, "digest": held.digest, "login": who.login, "role": who.role.value, "at": now, "path": list(held.path),
    }  # fmt: skip
    writer.run(sa.insert(shortlist_step).values(**made))


def _held(writer: Writer, number: int) -> Decision:
    found = decision(writer, number)
    if found is None:
        raise ShortlistRefused("没有这份决定，或不由您办理；请从遴选页面重新打开。", "There is no such decision, or it is not yours: open it on the page of shortlists.")  # fmt: skip
    if found.digest != found.drawn.digest:
        raise ShortlistRefused("决定的内容与其摘要不符，不能办理；请报告管理员。", "The decision is not what its digest says, and nothing can be done with it: tell the administrators.")  # fmt: skip
    return found


def _reason(said: str, asked: Text) -> str:
    """A reason of a length that says something."""
    why = said.strip()
    if len(why) not in REASON:
        raise ShortlistRefused(
            f"{asked.zh}（{REASON.start}–{REASON.stop - 1} 字）。", f"{asked.en} ({REASON.start} to {REASON.stop - 1} characters).",
        )  # fmt: skip
    return why


def _not_now(held: Decision, deed: Deed, login: str) -> ShortlistRefused:
    if deed is Deed.SIGN and held.state is State.SUBMITTED and login == held.login:
        return ShortlistRefused("起草人不能自己签署，请由另一人签署。", "Whoever drew it up does not sign it: let somebody else do it.")  # fmt: skip
    if held.state is State.SIGNED:
        return ShortlistRefused("决定已签署，不能再改；请起草新的决定，它会注明本决定。", "The decision is signed and stays: draw up a new one, which will name it.")  # fmt: skip
    return ShortlistRefused(
        "决定的状态已变，或不由您办理。请刷新页面后再办理。", "The decision stands elsewhere by now, or it is not yours. Open the page again.",
    )  # fmt: skip


def where(one: Decision) -> str:
    """The page of a decision, without language."""
    subject = one.drawn.subject
    return f"/shortlists/{subject.place_id}?year={subject.year}&item={one.number_id}&view={subject.purpose}"


def _tell(writer: Writer, one: Decision, deed: Deed) -> None:
    subject, number = one.drawn.subject, one.number
    if deed is Deed.SUBMIT:
        said = Text(f"遴选决定 {number} 等第二人签署", f"Decision {number} on a shortlist waits for a second person")  # fmt: skip
        tell(writer, said, kind=KIND, object=where(one), place=subject.place_id, right=Right.DISPATCH)  # fmt: skip
    elif deed in {Deed.SIGN, Deed.RETURN}:
        said = Text(f"遴选决定 {number} {deed.label.zh}", f"Decision {number} on a shortlist: {deed.label.en.lower()}")  # fmt: skip
        tell(writer, said, kind=KIND, object=where(one), login=one.login)
    if deed is Deed.SIGN:
        for school in sorted({*(each["unit"] for each in one.chosen), *one.marks}):
            words = Text(f"遴选决定 {number} 涉及贵校", f"Decision {number} on a shortlist concerns your school")  # fmt: skip
            tell(writer, words, kind=KIND, object=f"/shortlists/{school}?year={subject.year}", place=school, right=Right.CONFIRM)  # fmt: skip
