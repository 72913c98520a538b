"""The review chain: where a form of a school stands, and what people do to it.

A deed is one transaction of the reader who does it. It locks the standings it is about in one fixed order (year, form, school),
writes a step for each, and the database carries the step over into the standing, after it has looked by itself whether this
account may. Where an approval is the last one, the figures move in the same transaction. Whoever needs the order of a form's
loads takes it before any standing, so no two writers can wait for each other in a circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl
import sqlalchemy as sa

from warehouse import record
from warehouse.chain_rules import (
    DEFAULT_RUNGS,
    LOCKED,
    NEXT,
    RIGHT_WORDS,
    Deed,
    Move,
    Rungs,
    State,
    find,
    route,
)
from warehouse.chain_tables import review_choice, step
from warehouse.chain_tables import standing as standing_table
from warehouse.discovery import form as form_named
from warehouse.discovery import submitted_forms
from warehouse.errors import ChainRefused
from warehouse.ledger import Batch, Recorded
from warehouse.places import Rung
from warehouse.rights import Right, Role
from warehouse.store import Reader, Writer
from warehouse.tables import place
from warehouse.text import Text

LONGEST_NOTE = 2000


class Key(NamedTuple):
    """One form of one school for one year."""

    form: str
    year: int
    school_id: int


@dataclass(frozen=True, kw_only=True)
class Who:
    """Who does something: the account, its role, and where it stands."""

    login: str
    role: Role
    place_id: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a form stands; `waits_at` is the place whose turn it is, `actor` the right that comes next."""

    key: Key
    state: State
    since: datetime | None
    waits_at: int | None
    actor: Right | None
    submission_id: int | None
    content_hash: str
    path: tuple[int, ...]

    @property
    def is_locked(self) -> bool:
        return self.state in LOCKED


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that was done."""

    deed: Deed
    before: State
    after: State
    login: str
    role: str
    place_id: int
    at: datetime
    note: str
    submission_id: int
    content_hash: str


@dataclass(frozen=True)
class _Taken:
    """A move somebody makes now."""

    standing: Standing
    move: Move
    waits_at: int | None


_COLUMNS = [standing_table.c[n] for n in
            ("form", "year", "school_id", "state", "since", "waits_at", "actor", "submission_id", "content_hash", "path")]  # fmt: skip
_KEYS = (
    sa.bindparam("forms", type_=sa.ARRAY(sa.Text)),
    sa.bindparam("years", type_=sa.ARRAY(sa.Integer)),
    sa.bindparam("schools", type_=sa.ARRAY(sa.Integer)),
)
_HOLD = sa.text("SELECT * FROM hold_standings(:forms, :years, :schools)").bindparams(*_KEYS)


def standing(reader: Reader, key: Key) -> Standing:
    """Where one form stands, as this reader may know it; what was never filled in is missing."""
    return standings(reader, key.year, key.school_id).get(key.form) or _missing(key)


def standings(reader: Reader, year: int, school_id: int) -> dict[str, Standing]:
    """Where every form of a school stands for a year, by form."""
    found = sa.select(*_COLUMNS).where(
        standing_table.c.year == year, standing_table.c.school_id == school_id
    )
    known = {row.form: _read(row) for row in reader.rows(found)}
    return {
        name: known.get(name) or _missing(Key(name, year, school_id)) for name in submitted_forms()
    }


def history(reader: Reader, key: Key) -> list[Step]:
    """Every step, the oldest first."""
    names = ("deed", "before", "after", "login", "role", "place_id", "at", "note", "submission_id", "content_hash")  # fmt: skip
    found = (
        sa.select(*(step.c[name] for name in names))
        .where(step.c.form == key.form, step.c.year == key.year, step.c.school_id == key.school_id)
        .order_by(step.c.step_id)
    )
    return [
        Step(deed=Deed(row.deed), before=State(row.before), after=State(row.after), login=row.login, role=row.role,
             place_id=row.place_id, at=row.at, note=row.note, submission_id=row.submission_id, content_hash=row.content_hash)
        for row in reader.rows(found)
    ]  # fmt: skip


def fill(writer: Writer, who: Who, batch: Batch) -> Recorded:
    """A school's own numbers, in the transaction of whoever fills them in: only for itself, only where nothing is locked."""
    theirs = set(batch.submissions["school_id"].cast(pl.Int64).to_list()) == {who.place_id}
    if Right.FILL not in who.role.rights or not theirs:
        raise ChainRefused(
            "只能由本校统计人员填报本校的报表。",
            "Only a school's own statistician fills in its forms.",
        )
    with writer.as_worker():
        return record.record(writer, batch)


def sign(writer: Writer, who: Who, keys: Sequence[Key], at: datetime, note: str = "") -> None:
    """The statistician signs what is filled in; what was returned may be stood by, with a reason."""
    _act(writer, who, Deed.SIGN, keys, at, note)


def check(writer: Writer, who: Who, keys: Sequence[Key], at: datetime, note: str = "") -> None:
    """The school's own reviewer signs."""
    _act(writer, who, Deed.CHECK, keys, at, note)


def confirm(writer: Writer, who: Who, keys: Sequence[Key], at: datetime, note: str = "") -> None:
    """The head signs, which hands the form in and locks it."""
    _act(writer, who, Deed.CONFIRM, keys, at, note)


def send_back(writer: Writer, who: Who, keys: Sequence[Key], at: datetime, note: str) -> None:
    """Inside a school: back to the statistician, with a reason."""
    _act(writer, who, Deed.SEND_BACK, keys, at, note)


def withdraw(writer: Writer, who: Who, keys: Sequence[Key], at: datetime, note: str = "") -> None:
    """The head takes back what nobody has reviewed yet."""
    _act(writer, who, Deed.WITHDRAW, keys, at, note)


def return_(writer: Writer, who: Who, keys: Sequence[Key], at: datetime, note: str) -> None:
    """Whoever's turn it is gives it back to the school, with a reason."""
    _act(writer, who, Deed.RETURN, keys, at, note)


def reopen(writer: Writer, who: Who, keys: Sequence[Key], at: datetime, note: str) -> None:
    """Whoever approved last lets the school correct; what is approved stays official until the correction is approved."""
    _act(writer, who, Deed.REOPEN, keys, at, note)


def approve(writer: Writer, who: Who, keys: Sequence[Key], at: datetime, note: str = "") -> int:
    """Approve at one's own rung. Where it is the last, the figures become official; how many did is returned."""
    _claim(writer, who, keys)
    taken = _act(writer, who, Deed.APPROVE, keys, at, note)
    final: dict[tuple[str, int], list[int]] = defaultdict(list)
    for one in taken:
        if one.move.after is State.APPROVED:
            final[one.standing.key.form, one.standing.key.year].append(one.standing.key.school_id)
    with writer.as_worker():
        for (form, year), schools in sorted(final.items()):
            record.approve(writer, form_named(form), year, schools)
    return sum(len(schools) for schools in final.values())


_FINAL = sa.text(
    "SELECT DISTINCT s.form FROM standing s JOIN unnest(:forms, :years, :schools) AS k(form, year, school_id) "
    "ON s.form = k.form AND s.year = k.year AND s.school_id = k.school_id WHERE last_review(s.path, s.year) = :place"
).bindparams(*_KEYS)


def _claim(writer: Writer, who: Who, keys: Sequence[Key]) -> None:
    """The order of loads of every form whose figures this approval moves, before any standing is locked."""
    found = writer.rows(_FINAL, place=who.place_id, **_listed(keys))
    names = {row.form for row in found}
    names |= {one.name for name in names for one in record.dependants(form_named(name))}
    if names:
        with writer.as_worker():
            record.claim(writer, sorted(names))


def _act(
    writer: Writer, who: Who, deed: Deed, keys: Sequence[Key], at: datetime, note: str
) -> list[_Taken]:
    """All of it or none: the first that cannot be done says why."""
    if len(note) > LONGEST_NOTE:
        raise ChainRefused(
            f"理由最多 {LONGEST_NOTE} 字，请缩短。",
            f"A reason has at most {LONGEST_NOTE} characters; shorten it.",
        )
    held = _hold(writer, keys)
    rungs, choices = _rungs(writer, held), choices_of(writer)
    taken = []
    for one in held:
        ahead = route(one.path, rungs, chosen(choices, one.path[0], one.key.year))
        move = _judged(who, _directed(deed, who, ahead, rungs), one, ahead, note)
        taken.append(_Taken(one, move, _turn(move.after, one, who, ahead, rungs)))
    _write(writer, who, taken, at, note.strip())
    return taken


def _hold(writer: Writer, keys: Iterable[Key]) -> list[Standing]:
    wanted = sorted(set(keys), key=lambda key: (key.year, key.form, key.school_id))
    held = [_read(row) for row in writer.rows(_HOLD, **_listed(wanted))]
    absent = [key for key in wanted if key not in {one.key for one in held}]
    if absent or not wanted:
        what = "、".join(f"{k.form} {k.year} {k.school_id}" for k in absent[:5]) or "—"
        raise ChainRefused(
            f"没有可办理的报表（未填报，或不在您的权限范围内）：{what}",
            f"There is no such form to deal with (nothing submitted, or outside your scope): {what}",
        )
    return held


def _listed(keys: Sequence[Key]) -> dict[str, list[str] | list[int]]:
    return {
        "forms": [key.form for key in keys],
        "years": [key.year for key in keys],
        "schools": [key.school_id for key in keys],
    }


def _directed(deed: Deed, who: Who, ahead: Sequence[int], rungs: Mapping[int, Rung]) -> Deed:
    """To approve means to pass on where another place reviews after this one."""
    if deed is Deed.APPROVE and _after(who.place_id, ahead, rungs) is not None:
        return Deed.PASS
    return deed


def _judged(who: Who, deed: Deed, one: Standing, ahead: Sequence[int], note: str) -> Move:
    """The move, or why it cannot be made."""
    move = find(deed, one.state)
    what = f"{form_named(one.key.form).title.zh} {one.key.year} ({one.key.school_id})"
    name = f"{form_named(one.key.form).title.en} {one.key.year} ({one.key.school_id})"
    if move is None:
        raise ChainRefused(
            f"{what} 现为“{one.state.label.zh}”，不能“{deed.label.zh}”。请刷新页面后再办理。",
            f"{name} is '{one.state.label.en}' and cannot be '{deed.label.en}'. Reload the page and look again.",
        )
    where = {"school": one.key.school_id, "next": one.waits_at, "last": ahead[-1], "worker": None}
    if move.right not in who.role.rights or who.place_id != where[move.where]:
        raise ChainRefused(
            f"{what}：这一步不由您办理。现在轮到：{_whose(one).zh}。",
            f"{name}: this step is not yours. Whose turn it is: {_whose(one).en}.",
        )
    if move.needs_reason and not note.strip():
        raise ChainRefused(
            f"{what}：“{deed.label.zh}”须写明理由。", f"{name}: say why it is '{deed.label.en}'."
        )
    return move


def _whose(one: Standing) -> Text:
    return RIGHT_WORDS[one.actor] if one.actor else Text("无", "nobody's")


def _turn(
    after: State, one: Standing, who: Who, ahead: Sequence[int], rungs: Mapping[int, Rung]
) -> int | None:
    """Whose turn it is after a move."""
    if after is State.APPROVED:
        return None
    if after is State.HANDED_IN:
        return ahead[0]
    return _after(who.place_id, ahead, rungs) if after is State.REVIEWED else one.key.school_id


def _after(here: int, ahead: Sequence[int], rungs: Mapping[int, Rung]) -> int | None:
    """The next place of a route above this one."""
    mine = rungs.get(here, Rung.NATION)
    return next((each for each in ahead if rungs[each] < mine), None)


def _write(writer: Writer, who: Who, taken: Sequence[_Taken], at: datetime, note: str) -> None:
    rows = [
        {
            **one.standing.key._asdict(), "submission_id": one.standing.submission_id, "deed": one.move.deed.value,
            "before": one.move.before.value, "after": one.move.after.value, "place_id": who.place_id, "login": who.login,
            "role": who.role.value, "at": at, "note": note, "content_hash": one.standing.content_hash,
            "waits_at": one.waits_at, "actor": NEXT[one.move.after] or "", "path": list(one.standing.path),
        }
        for one in taken
    ]  # fmt: skip
    writer.insert("step", pl.DataFrame(rows, schema_overrides={"waits_at": pl.Int64}))


Choices = Mapping[int, Sequence[tuple[int, Rungs]]]
"""What each province chose: from which year, which rungs; the newest first."""


def choices_of(reader: Reader) -> Choices:
    found: dict[int, list[tuple[int, Rungs]]] = defaultdict(list)
    rows = reader.rows(
        sa.select(review_choice.c.place_id, review_choice.c.from_year, review_choice.c.rungs)
        .order_by(review_choice.c.from_year.desc())
    )  # fmt: skip
    for place_id, from_year, rungs in rows:
        found[place_id].append((from_year, tuple(Rung[name.upper()] for name in rungs.split(","))))
    return found


def chosen(choices: Choices, province: int, year: int) -> Rungs:
    """Which rungs review a province's schools in a year."""
    return next(
        (rungs for since, rungs in choices.get(province, ()) if since <= year), DEFAULT_RUNGS
    )


def _rungs(reader: Reader, held: Iterable[Standing]) -> dict[int, Rung]:
    ids = sorted({each for one in held for each in one.path})
    rows = reader.rows(
        sa.select(place.c.place_id, place.c.rung).where(place.c.place_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Integer)))),
        ids=ids,
    )  # fmt: skip
    return {row.place_id: Rung(row.rung) for row in rows}


def _read(row: Any) -> Standing:  # noqa: ANN401 - a row of standing
    return Standing(
        key=Key(row.form, row.year, row.school_id), state=State(row.state), since=row.since, waits_at=row.waits_at,
        actor=Right(row.actor) if row.actor else None, submission_id=row.submission_id, content_hash=row.content_hash,
        path=tuple(row.path),
    )  # fmt: skip


def _missing(key: Key) -> Standing:
    return Standing(key=key, state=State.MISSING, since=None, waits_at=key.school_id, actor=Right.FILL,
                    submission_id=None, content_hash="", path=())  # fmt: skip
