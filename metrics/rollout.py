"""Who is behind with what since when (通报), and who may be taken as an example (培育标杆), from where tasks and monthly reports stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import polars as pl

from metrics.quality import Sums, by_place, shares
from metrics.ranks import COVERED
from warehouse.monthly import Signed
from warehouse.programme import due_on
from warehouse.rollout import State
from warehouse.terms import Month

Reports = Mapping[tuple[int, Month], Sequence[Signed]]
MONTHS = 6  # whose reports are looked at
LEAST = 20  # forms due, below which a change of quality is one school's doing


class Reason(NamedTuple):
    """One thing a province is behind with: a task, or the report of a month. `held` of `of`: how much of a counted task is there."""

    task: State | None
    month: Month | None
    deadline: date
    days: int


class Behind(NamedTuple):
    """A province that is behind, its reasons in order of their deadlines."""

    place_id: int
    reasons: list[Reason]

    @property
    def worst(self) -> Reason:
        return self.reasons[0]


class Example(NamedTuple):
    """A province that was in time with everything: tasks known to be done by their deadline, the day of the last, and reports signed by their day."""

    place_id: int
    tasks: int
    last: date
    reports: int


class Step(NamedTuple):
    """How much more of the forms due is handed in now than in the last signed report, in shares of one. `rank` 0: withheld."""

    place_id: int
    before: float
    now: float
    of: Month
    rank: int

    @property
    def change(self) -> float:
        return self.now - self.before


class Risen(NamedTuple):
    """How the quality of a province's or a school's data rose against the year before: means of 100 over the dimensions asked for in both years, `asked` forms due in the smaller year."""

    place_id: int
    before: float
    now: float
    dimensions: int
    asked: int

    @property
    def change(self) -> float:
        return self.now - self.before


def behind(states: Mapping[int, Sequence[State]], reports: Reports, months: Sequence[Month], today: date) -> list[Behind]:  # fmt: skip
    """The provinces with a task past its deadline and not done, or a report past its day and not signed; the longest late first."""
    found = []
    past = [(month, due) for month in months if (due := due_on(month)) < today]
    for place, tasks in states.items():
        reasons = [
            Reason(one, None, one.task.deadline, one.late)
            for one in tasks
            if one.is_overdue and one.task.deadline
        ]
        reasons += [
            Reason(None, month, due, (today - due).days)
            for month, due in past
            if not reports.get((place, month))
        ]
        if reasons:
            found.append(Behind(place, sorted(reasons, key=lambda one: (one.deadline, one.task is None))))  # fmt: skip
    return sorted(found, key=lambda one: (-one.worst.days, -len(one.reasons), one.place_id))


def in_time(states: Mapping[int, Sequence[State]], reports: Reports, months: Sequence[Month]) -> list[Example]:  # fmt: skip
    """The provinces that did every task with a deadline, none late, and signed every report by its day; the first to be done on top.

    A task whose day is not known here is done, but no evidence: it is not counted.
    """
    found = []
    for place, tasks in states.items():
        dated = [one for one in tasks if one.task.deadline]
        days = [one.done for one in dated if one.done is not None]
        firsts = [reports[place, month][0] for month in months if reports.get((place, month))]
        is_done = bool(days) and all(one.is_done and one.late == 0 for one in dated)
        if is_done and len(firsts) == len(months) and all(one.late == 0 for one in firsts):
            found.append(Example(place, len(days), max(days), len(firsts)))
    return sorted(found, key=lambda one: (-one.tasks, one.last, one.place_id))


def improved(
    now: Mapping[int, int], units: Mapping[int, int], forms: int, reports: Reports, year: int
) -> list[Step]:  # fmt: skip
    """Provinces by how much the share of forms handed in grew since their newest signed report of the same year; the most first.

    `now`: forms handed in by each province, `units`: schools due in each province, `forms`: forms due of each. Ranks are withheld where fewer than 90 % of the provinces have
    such a report: who did not sign cannot be compared.
    """
    newest = {place: versions[-1] for (place, _), versions in sorted(reports.items()) if versions[-1].figures["year"] == year}  # fmt: skip
    steps = []
    for place, report in newest.items():
        due = units.get(place, 0) * forms
        if due and report.figures["forms_due"]:
            share = now.get(place, 0) / due
            before = report.figures["forms_handed"] / report.figures["forms_due"]
            steps.append(Step(place, before, share, report.of, 0))
    ordered = sorted(steps, key=lambda one: (-one.change, one.place_id))
    is_covered = len(ordered) >= COVERED * sum(1 for each in units.values() if each)
    return [one._replace(rank=_rank(one, ordered) if is_covered else 0) for one in ordered]


def _rank(one: Step, ordered: Sequence[Step]) -> int:
    """Changes that print the same share a rank."""
    return 1 + sum(round(other.change, 3) > round(one.change, 3) for other in ordered)


def risen(before: pl.DataFrame, now: pl.DataFrame) -> list[Risen]:
    """Provinces, or schools, whose data became better, by how much their quality rose; the most first.

    Both frames: `quality.checked` of a year. Only dimensions that both years were asked for are compared: a year that came over in
    packages has no timeliness. Withheld: one with fewer than `LEAST` forms due in either year.
    """
    found = []
    then, since = by_place(before), by_place(now)
    for place in sorted(then.keys() & since.keys()):
        parts, later = shares(then[place]), shares(since[place])
        both = [one for one in parts if one in later]
        asked = min(_due(then[place]), _due(since[place]))
        if asked < LEAST or not both:
            continue
        first, last = (sum(of[one] for one in both) / len(both) for of in (parts, later))
        if round(last - first, 1) > 0:
            found.append(Risen(place, first, last, len(both), asked))
    return sorted(found, key=lambda one: (-one.change, one.place_id))


def _due(sums: Sums) -> int:
    asked, _ = sums.get("submitted", (0, 0))
    return asked
