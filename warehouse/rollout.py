"""What provinces file of the roll-out, what the system counts of it, and where each task of the programme stands.

What the system knows is never typed: accounts, forms and reviews are counted as they were at a moment by functions of the owner's. A
filing is never changed; one that was wrong is replaced by another, and both stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from warehouse.chain_read import Who
from warehouse.discovery import asked_forms, domains, forms_of
from warehouse.errors import RolloutRefused
from warehouse.ladder import Ladder, PlaceRow
from warehouse.moments import begins, china_day, day_before
from warehouse.places import NATION, Rung
from warehouse.programme import FIRST_ROUND, ITEMS, NORMAL, TASKS, Item, Task
from warehouse.rollout_due import away, owed
from warehouse.rollout_tables import rollout_filing
from warehouse.store import Compiled, Reader, Writer

EARLIEST = date(2020, 1, 1)
MOST_WORDS, MOST_NUMBER = 200, 100_000_000
MOST_FILINGS = 2_000  # of one province

_ACCOUNTS = Compiled(
    b"SELECT * FROM rollout_accounts($1, $2, $3, $4::int[])",
    ("here", "year", "by_then", "above"),
    {},
)
_ANSWERED = 0  # the province of the line by which the reader knows that it was let in
_FORMS = sa.text("SELECT * FROM rollout_forms(:here, :year, :by_then, :forms, :domains)")
_HANDED = Compiled(
    b"SELECT * FROM rollout_handed($1, $2, $3, $4, $5::int[])",
    ("here", "year", "by_then", "forms", "away"),
    {},
)
_WHOLE = sa.text("SELECT * FROM rollout_whole(:here, :year, :by_then, :forms)")


class Filing(NamedTuple):
    """One line that a province filed. `day` None: the thing was taken back."""

    filing_id: int
    place_id: int
    item: str
    day: date | None
    number: int | None
    choice: str
    words: str
    replaces: int | None
    filed_by: str
    filed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Filed:
    """What somebody wants to file. `replaces`: which training it corrects; other items replace their last filing by themselves."""

    item: str
    day: date | None
    number: int | None = None
    choice: str = ""
    words: str = ""
    replaces: int | None = None


class Accounts(NamedTuple):
    """Accounts of one rung in a province: places due one, those that have one, those that ever had, when the last of these was activated."""

    due: int
    activated: int
    ever: int
    last: date | None


@dataclass(frozen=True, kw_only=True)
class State:
    """Where a task stands in a province on a day.

    `done`: the day, None where it is not done or the day is not known (`is_done` tells). `late`: days past the deadline, until done or
    until now. `of`, `held`: what is counted and how much of it there is; 0 of 0 where nothing is counted.
    """

    task: Task
    is_done: bool
    done: date | None = None
    late: int = 0
    of: int = 0
    held: int = 0

    @property
    def is_overdue(self) -> bool:
        return not self.is_done and self.late > 0


def provinces(ladder: Ladder) -> Sequence[PlaceRow]:
    """The provincial units that report, by code: 31 and the corps."""
    if provinces not in ladder.kept:
        found = (row for row in ladder.places.values() if row.rung == Rung.PROVINCE and row.in_statistics)  # fmt: skip
        ladder.kept[provinces] = tuple(sorted(found, key=lambda row: row.code))
    known: tuple[PlaceRow, ...] = ladder.kept[provinces]
    return known


# -- filing


def filings(reader: Reader, place_id: int = NATION) -> list[Filing]:
    """Everything filed by a province (or by all whose records the reader sees), the oldest first."""
    return reader.once((filings, place_id), lambda: _filings(reader, place_id))


def _filings(reader: Reader, place_id: int) -> list[Filing]:
    c = rollout_filing.c
    found = sa.select(*(c[name] for name in Filing._fields)).order_by(c.filing_id)
    if place_id != NATION:
        found = found.where(c.place_id == place_id)
    return [Filing(*row) for row in reader.rows(found)]


def current(lines: Iterable[Filing], *, by_day: date | None = None) -> list[Filing]:
    """The filings that hold: not replaced and not taken back; with `by_day`, about a day up to it."""
    listed = list(lines)
    replaced = {line.replaces for line in listed}
    return [
        line for line in listed
        if line.filing_id not in replaced and line.day is not None and (by_day is None or line.day <= by_day)
    ]  # fmt: skip


def file(writer: Writer, who: Who, ladder: Ladder, said: Filed, now: datetime) -> int:
    """Keep a filing of the account's own province; its number."""
    refuse_elsewhere(ladder, who.place_id)
    item = _checked(said, china_day(now))
    known = filings(writer, who.place_id)
    if len(known) >= MOST_FILINGS:
        raise RolloutRefused(f"一省最多填报 {MOST_FILINGS} 条。", f"A province files {MOST_FILINGS} lines at most.")  # fmt: skip
    values = {
        "place_id": who.place_id, "path": [who.place_id], "item": item.name, "day": said.day, "number": said.number,
        "choice": said.choice, "words": said.words.strip(), "replaces": _replaced(said, item, known),
        "filed_by": who.login, "filed_at": now,
    }  # fmt: skip
    made = sa.insert(rollout_filing).values(**values).returning(rollout_filing.c.filing_id)
    return int(writer.scalar(made))


def refuse_elsewhere(ladder: Ladder, place_id: int) -> None:
    """Only a province files and signs."""
    if ladder.rung(place_id) is not Rung.PROVINCE:
        raise RolloutRefused(
            "推进情况由省级监管人员填报和签字。", "A supervisor of a province files and signs this."
        )


def _checked(said: Filed, today: date) -> Item:
    """The item, once everything said of it is in order."""
    item = ITEMS.get(said.item)
    if item is None:
        raise RolloutRefused("没有这个填报项目，请重新选择。", "There is no such item: choose one of the list.")  # fmt: skip
    if said.day is not None and not EARLIEST <= said.day <= today:
        raise RolloutRefused(
            f"日期应在 {EARLIEST} 至今天（{today}）之间。", f"The day lies between {EARLIEST} and today ({today})."
        )  # fmt: skip
    if item.number is not None and said.day is not None and said.number is None:
        raise RolloutRefused(f"请填写{item.number.zh}。", f"Give a number: {item.number.en}.")
    if said.number is not None and (item.number is None or not 0 <= said.number <= MOST_NUMBER):
        raise RolloutRefused("这个项目不填该数，或数值过大。", "This item takes no such number, or it is too large.")  # fmt: skip
    _check_words(said, item)
    return item


def _check_words(said: Filed, item: Item) -> None:
    if said.choice not in (tuple(item.choices) or ("",)) and said.day is not None:
        raise RolloutRefused("请从所列选项中选择。", "Choose one of the listed values.")
    words = said.words.strip()
    if len(words) > MOST_WORDS or not words.isprintable() or (not words and said.day is not None):
        raise RolloutRefused(
            f"请填写“{item.words.zh}”，一行，不超过 {MOST_WORDS} 字。",
            f"Fill in “{item.words.en}”: one line of at most {MOST_WORDS} characters.",
        )


def _replaced(said: Filed, item: Item, known: Sequence[Filing]) -> int | None:
    """Which line a new one takes the place of."""
    replaced = {line.replaces for line in known}
    latest = [line.filing_id for line in known if line.item == item.name and line.filing_id not in replaced]  # fmt: skip
    if not item.many:
        return latest[-1] if latest else None
    if said.replaces is None and said.day is not None:
        return None
    if said.replaces not in latest:
        raise RolloutRefused("请选择要更正的那一条，它可能已被更正。", "Choose the line to correct; it may have been corrected already.")  # fmt: skip
    return said.replaces


# -- what the system counts


def accounts(reader: Reader, ladder: Ladder, place_id: int, year: int, by_then: datetime) -> dict[int, dict[Rung, Accounts]]:  # fmt: skip
    """Province -> rung -> accounts due and activated before a moment, of the nation or a province. `reader` must see the place's records.

    A place with reporting units below it is due one system administrator, a reporting unit one account of any role.
    """
    due = {province: one for province, one in owed(ladder, year).items() if place_id in (NATION, province)}  # fmt: skip
    above = [place for one in due.values() for place in one.above]
    asked = {"here": place_id, "year": year, "by_then": by_then}
    rows = reader.once((accounts, *asked.values()), lambda: reader.rows(_ACCOUNTS, **asked, above=above))  # fmt: skip
    if not rows:
        return {}
    opened = {(province, Rung(rung)): rest for province, rung, *rest in rows}
    return {
        province: {rung: _accounts(n, *opened.get((province, rung), (0, 0, None))) for rung, n in one.places.items()}
        for province, one in due.items()
    }  # fmt: skip


def _accounts(due: int, activated: int, ever: int, last: datetime | None) -> Accounts:
    return Accounts(due, activated, ever, china_day(last) if last is not None else None)


class Handed(NamedTuple):
    """Forms of a domain that are handed in, and schools that have handed in all of its forms."""

    forms: int
    schools: int


def handed(reader: Reader, place_id: int, year: int, by_then: datetime) -> dict[int, dict[str, Handed]]:  # fmt: skip
    """Province -> domain -> what was handed in (and stood so) before a moment."""
    known = asked_forms(year, day_before(by_then))
    asked = [(form.name, name) for name, domain in domains().items() for form in forms_of(domain) if form.name in known]  # fmt: skip
    names, of = zip(*asked, strict=True) if asked else ((), ())
    rows = reader.rows(_FORMS, here=place_id, year=year, by_then=by_then, forms=list(names), domains=list(of))  # fmt: skip
    found: dict[int, dict[str, Handed]] = {}
    for row in rows:
        found.setdefault(row.province, {})[row.domain] = Handed(row.handed, row.complete)
    return found


def forms_handed(reader: Reader, ladder: Ladder, place_id: int, year: int, by_then: datetime) -> dict[int, int]:  # fmt: skip
    """Province -> how many of its forms were handed in (and stood so) before a day began."""
    forms = tuple(asked_forms(year, day_before(by_then)))
    asked = {"here": place_id, "year": year, "by_then": by_then, "forms": forms}
    return dict(
        reader.once((forms_handed, *asked.values()), lambda: reader.rows(_HANDED, **{**asked, "forms": list(forms), "away": away(ladder, year)}))
    )  # fmt: skip


class Whole(NamedTuple):
    """A school that has handed in every form: when the last came, and whether all came by its own hand, not with an approved package."""

    province: int
    school_id: int
    last: datetime
    is_own: bool


def whole(reader: Reader, place_id: int, year: int, by_then: datetime) -> list[Whole]:
    """The schools below a place that had handed in every form of a year by a moment, the first ones first."""
    forms = list(asked_forms(year, day_before(by_then)))
    rows = reader.rows(_WHOLE, here=place_id, year=year, by_then=by_then, forms=forms)  # fmt: skip
    return sorted((Whole(*row) for row in rows), key=lambda one: (one.last, one.school_id))


# -- where the tasks stand


def states(reader: Reader, ladder: Ladder, place_id: int, today: date) -> dict[int, list[State]]:
    """Province -> where each task of the programme stands today, in the order of the programme."""
    now = begins(today.fromordinal(today.toordinal() + 1))
    held = accounts(reader, ladder, place_id, _programme_year(ladder), now)
    lines = current(filings(reader, place_id))
    rounds = _first_round(reader, ladder, place_id, now)
    wanted = [row.place_id for row in provinces(ladder) if place_id in (NATION, row.place_id)]
    found: dict[int, list[State]] = {}
    for province in wanted:
        mine = [line for line in lines if line.place_id == province]
        counted = {
            "admin_accounts": _of_accounts(held.get(province, {}), Rung.PROVINCE),
            "school_accounts": _of_accounts(held.get(province, {}), Rung.SCHOOL),
            "first_round": rounds.get(province, Counted()),
        }
        found[province] = _of_province(mine, counted, today)
    return found


def _programme_year(ladder: Ladder) -> int:
    """The year whose units were due an account by the notice: the one it fell in, or the first that is registered after it."""
    after = [year for year in ladder.years if year > FIRST_ROUND]
    return after[0] if after else ladder.years[-1]


class Counted(NamedTuple):
    """How much of what is due there is, and when the last of it came, if that is known."""

    of: int = 0
    held: int = 0
    last: date | None = None


def _of_accounts(found: Mapping[Rung, Accounts], rung: Rung) -> Counted:
    one = found.get(rung)
    return Counted(one.due, one.ever, one.last) if one else Counted()


def _first_round(reader: Reader, ladder: Ladder, place_id: int, now: datetime) -> dict[int, Counted]:  # fmt: skip
    """Forms of the first round: due, handed in, and the day of the last where all came from the schools themselves."""
    if FIRST_ROUND not in ladder.years:
        return {}
    came = forms_handed(reader, ladder, place_id, FIRST_ROUND, now)
    found: dict[int, Counted] = {}
    for row in provinces(ladder):
        units = len(ladder.units(row.place_id, FIRST_ROUND))
        if units and place_id in (NATION, row.place_id):
            due = units * len(asked_forms(FIRST_ROUND, day_before(now)))
            found[row.place_id] = Counted(due, came.get(row.place_id, 0))
    done = [place for place, one in found.items() if one.of == one.held]
    ended = _ends(reader, place_id, now) if done else {}
    return {place: one._replace(last=ended.get(place) if place in done else None) for place, one in found.items()}  # fmt: skip


def _ends(reader: Reader, place_id: int, now: datetime) -> dict[int, date]:
    """The day of a province's last form; not of those that took any over in a package that was approved elsewhere."""
    ends: dict[int, date] = {}
    unknown: set[int] = set()
    for one in whole(reader, place_id, FIRST_ROUND, now):
        ends[one.province] = china_day(one.last)  # in order of time: the latest stays
        if not one.is_own:
            unknown.add(one.province)
    return {place: end for place, end in ends.items() if place not in unknown}


def _of_province(lines: Sequence[Filing], counted: Mapping[str, Counted], today: date) -> list[State]:  # fmt: skip
    found: dict[str, State] = {}
    for task in TASKS:
        if task.name == "normal":
            found[task.name] = _normal(task, [found[name] for name in NORMAL], today)
        elif task.item:
            days = [line.day for line in lines if line.item == task.item and line.day]
            found[task.name] = _state(task, today, is_done=bool(days), done=min(days, default=None))
        else:
            one = counted[task.name]
            found[task.name] = _counted(task, one, today)
    return list(found.values())


def _counted(task: Task, one: Counted, today: date) -> State:
    """Done once all there is of it is there. Where nothing is registered nothing is known, and nobody is late."""
    if not one.of:
        return State(task=task, is_done=False)
    is_done = one.held == one.of
    made = _state(task, today, is_done=is_done, done=one.last if is_done else None)
    return replace(made, of=one.of, held=one.held)


def _normal(task: Task, parts: Sequence[State], today: date) -> State:
    """Done with the last of its parts; on a day that is not known where one of theirs is not."""
    is_done = all(one.is_done for one in parts)
    if not is_done and not any(one.is_overdue for one in parts):
        return State(task=task, is_done=False)
    days = [one.done for one in parts if one.done is not None]
    known = is_done and len(days) == len(parts)
    floor = task.deadline or today
    return _state(task, today, is_done=is_done, done=max(floor, *days) if known else None)


def _state(task: Task, today: date, *, is_done: bool, done: date | None) -> State:
    until = done if is_done else today
    late = (until - task.deadline).days if until and task.deadline else 0
    return State(task=task, is_done=is_done, done=done, late=max(0, late))
