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

import polars as pl
import sqlalchemy as sa

from warehouse import chain_notices, record
from warehouse.chain_read import (
    COLUMNS,
    Standing,
    Step,
    Who,
    choices_of,
    chosen,
    history,
    read,
    route_of,
    rungs_of,
    standing,
    standings,
)
from warehouse.chain_rules import NEXT, RIGHT_WORDS, Deed, Key, Move, State, find, route
from warehouse.chain_tables import standing as standing_table
from warehouse.discovery import form as form_named
from warehouse.errors import ChainRefused
from warehouse.ledger import Batch, Recorded
from warehouse.places import Rung
from warehouse.rights import Right
from warehouse.store import Writer
from warehouse.text import Text

__all__ = [
    "LONGEST_NOTE", "NOTHING_SEEN", "Key", "Seen", "Standing", "Step", "Who", "approve", "check", "choices_of", "chosen", "confirm",
    "fill", "history", "rehome", "reopen", "return_", "route_of", "send_back", "sign", "standing", "standings", "withdraw",
]  # fmt: skip

LONGEST_NOTE = 2000


Seen = Mapping[Key, int]
"""Which submission of a form somebody looked at."""
NOTHING_SEEN: Seen = {}


@dataclass(frozen=True)
class _Taken:
    """A move somebody makes now."""

    standing: Standing
    move: Move
    waits_at: int | None


_KEYS = (
    sa.bindparam("forms", type_=sa.ARRAY(sa.Text)),
    sa.bindparam("years", type_=sa.ARRAY(sa.Integer)),
    sa.bindparam("schools", type_=sa.ARRAY(sa.Integer)),
)
_HOLD = sa.text("SELECT * FROM hold_standings(:forms, :years, :schools)").bindparams(*_KEYS)


def rehome(writer: Writer, units: Sequence[int]) -> None:
    """What waits for a place that is not above its unit any more waits for the one that reviews it now."""
    found = writer.rows(
        sa.select(*COLUMNS).where(
            standing_table.c.school_id == sa.any_(sa.bindparam("units", type_=sa.ARRAY(sa.Integer))),
            standing_table.c.state.in_((State.HANDED_IN, State.REVIEWED)),
            standing_table.c.waits_at != sa.all_(standing_table.c.path),
        ),
        units=list(units),
    )  # fmt: skip
    for one in map(read, found):
        ahead = route_of(writer, one)
        next_ = ahead[0] if one.state is State.HANDED_IN else ahead[-1]
        writer.run(
            "UPDATE standing SET waits_at = :place WHERE form = :form AND year = :year AND school_id = :school_id",
            place=next_, **one.key._asdict(),
        )  # fmt: skip


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


def return_(
    writer: Writer,
    who: Who,
    keys: Sequence[Key],
    at: datetime,
    note: str,
    seen: Seen = NOTHING_SEEN,
) -> None:
    """Whoever's turn it is gives it back to the school, with a reason."""
    _act(writer, who, Deed.RETURN, keys, at, note, seen)


def reopen(writer: Writer, who: Who, keys: Sequence[Key], at: datetime, note: str) -> None:
    """Whoever approved last lets the school correct; what is approved stays official until the correction is approved."""
    _act(writer, who, Deed.REOPEN, keys, at, note)


def approve(
    writer: Writer,
    who: Who,
    keys: Sequence[Key],
    at: datetime,
    note: str = "",
    seen: Seen = NOTHING_SEEN,
) -> int:
    """Approve at one's own rung. Where it is the last, the figures become official; how many did is returned.

    `seen` says which submission was looked at: another that has taken its place meanwhile is not approved unseen.
    """
    _claim(writer, who, keys)
    taken = _act(writer, who, Deed.APPROVE, keys, at, note, seen)
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
    writer: Writer,
    who: Who,
    deed: Deed,
    keys: Sequence[Key],
    at: datetime,
    note: str,
    seen: Seen = NOTHING_SEEN,
) -> list[_Taken]:
    """All of it or none: the first that cannot be done says why."""
    if len(note) > LONGEST_NOTE:
        raise ChainRefused(
            f"理由最多 {LONGEST_NOTE} 字，请缩短。",
            f"A reason has at most {LONGEST_NOTE} characters; shorten it.",
        )
    held = _hold(writer, keys)
    _check_seen(held, seen)
    rungs, choices = rungs_of(writer, held), choices_of(writer)
    taken = []
    for one in held:
        ahead = route(one.path, rungs, chosen(choices, one.path[0], one.key.year))
        move = _judged(who, _directed(deed, who, ahead, rungs), one, ahead, note)
        taken.append(_Taken(one, move, _turn(move.after, one, who, ahead, rungs)))
    _write(writer, who, taken, at, note.strip())
    chain_notices.tell_of(
        writer, [(one.standing.key, one.move.after, one.waits_at) for one in taken]
    )
    return taken


def _hold(writer: Writer, keys: Iterable[Key]) -> list[Standing]:
    wanted = sorted(set(keys), key=lambda key: (key.year, key.form, key.school_id))
    held = [read(row) for row in writer.rows(_HOLD, **_listed(wanted))]
    absent = [key for key in wanted if key not in {one.key for one in held}]
    if absent or not wanted:
        what = "、".join(f"{k.form} {k.year} {k.school_id}" for k in absent[:5]) or "—"
        raise ChainRefused(
            f"没有可办理的报表（未填报，或不在您的权限范围内）：{what}",
            f"There is no such form to deal with (nothing submitted, or outside your scope): {what}",
        )
    return held


def _check_seen(held: Iterable[Standing], seen: Seen) -> None:
    for one in held:
        if seen.get(one.key, one.submission_id) != one.submission_id:
            raise ChainRefused(
                f"{one.key.form} {one.key.year}：您看到的版本已被新的报送取代。请查看新版本后再办理。",
                f"{one.key.form} {one.key.year}: what you looked at was replaced meanwhile. Look at the new revision first.",
            )


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
