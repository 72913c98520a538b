"""A school's desk: every form of a year with its day, its state, whose turn it is, and what was said when it came back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dashboards.numbers import day, day_of_year
from dashboards.page import Visit
from metrics.school import Handed, submissions
from warehouse import chain, drafts
from warehouse.calendar import calendar
from warehouse.chain import Key, Standing, Step
from warehouse.chain_rules import RIGHT_WORDS, Deed, State
from warehouse.discovery import asked_forms
from warehouse.form import Domain, Form
from warehouse.moments import china_day
from warehouse.rights import Right

BACK = frozenset({Deed.RETURN, Deed.REOPEN, Deed.SEND_BACK})
DONE = frozenset({State.HANDED_IN, State.REVIEWED, State.APPROVED})


@dataclass(frozen=True, kw_only=True)
class Line:
    """One form of the year. `back` is the newest step that sent it back, where it still lies with the school."""

    form: type[Form]
    due: date
    standing: Standing
    drafted: datetime | None
    handed: Handed | None
    back: Step | None

    @property
    def state(self) -> State:
        return self.standing.state

    @property
    def is_returned(self) -> bool:
        return self.back is not None and self.state in {State.RETURNED, State.FILLED}

    def days_late(self, today: date) -> int:
        """How many days it should have been handed in before; none once it is."""
        return 0 if self.state in DONE else max(0, (today - self.due).days)


KINDS = ("returned", "late", "todo", "review", "approved")
"""Where a form can stand at a school, the most urgent first."""


def kind(line: Line, today: date) -> str:
    """One of KINDS."""
    if line.is_returned:
        return "returned"
    if line.state is State.APPROVED:
        return "approved"
    if line.state in DONE:
        return "review"
    return "late" if line.days_late(today) else "todo"


@dataclass(frozen=True, kw_only=True)
class Group:
    """The forms of one domain, the most urgent first; never empty."""

    domain: Domain
    lines: tuple[Line, ...]
    today: date

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def left(self) -> tuple[Line, ...]:
        """What the school has still to hand in."""
        return tuple(line for line in self.lines if line.state not in DONE)

    @property
    def next_due(self) -> Line:
        """The form that is due first, of those that are left."""
        return min(self.left or self.lines, key=lambda line: line.due)

    @property
    def is_pressing(self) -> bool:
        """Whether a form of it came back or is late."""
        return self.count("returned") + self.count("late") > 0

    @property
    def is_done(self) -> bool:
        return not self.left

    def count(self, *wanted: str) -> int:
        return sum(kind(line, self.today) in wanted for line in self.lines)


def groups(lines: Iterable[Line], today: date) -> list[Group]:
    """The forms by domain, the most urgent domain first: of what came back or is late, then by the next day something is due."""
    mine: dict[Domain, list[Line]] = {}
    for line in lines:
        mine.setdefault(line.form.domain, []).append(line)
    made = [
        Group(domain=one, lines=tuple(sorted(each, key=lambda line: _urgency(line, today))), today=today)
        for one, each in mine.items()
    ]  # fmt: skip
    return sorted(made, key=lambda group: (*_urgency(group.first, today), group.domain.place))


def _urgency(line: Line, today: date) -> tuple[int, date]:
    return KINDS.index(kind(line, today)), line.due


def lines(visit: Visit) -> list[Line]:
    """Every form that is asked for by today, in the order in which they are declared."""
    school, year = visit.address.place or 0, visit.year
    standings = chain.standings(visit.reader, year, school)
    begun = drafts.begun(visit.reader, school, year)
    handed = _newest(submissions(visit.reader, school, year))
    dues = calendar(visit.reader).dues(year)
    return [
        Line(
            form=form, due=dues[name], standing=standings[name], drafted=begun.get(name), handed=handed.get(name),
            back=_sent_back(visit, standings[name]),
        )
        for name, form in asked_forms(year, visit.today).items()
    ]  # fmt: skip


def _newest(handed: list[Handed]) -> Mapping[str, Handed]:
    return {one.form: one for one in sorted(handed, key=lambda one: one.revision)}


def _sent_back(visit: Visit, standing: Standing) -> Step | None:
    """The step by which it came back, if nothing was handed in since."""
    if standing.state not in {State.RETURNED, State.FILLED, State.SIGNED, State.CHECKED}:
        return None
    steps = chain.history(visit.reader, standing.key)
    ups = {Deed.CONFIRM, Deed.ADMIT, Deed.WITHDRAW}
    last = next((one for one in reversed(steps) if one.deed in BACK | ups), None)
    return last if last is not None and last.deed in BACK else None


def last_step(visit: Visit, key: Key) -> Step | None:
    steps = chain.history(visit.reader, key)
    return steps[-1] if steps else None


def state_words(visit: Visit, line: Line) -> str:
    """The state, with what is typed and not handed in."""
    if line.state is State.MISSING and line.drafted:
        return visit.phrases("desk.drafted", at=day_of_year(china_day(line.drafted), visit.lang))
    return line.state.label.of(visit.lang)


def count_words(visit: Visit, group: Group) -> str:
    """1 张退回待改，2 张逾期，1 张待报，3 张审核中；what is zero is left out."""
    found = [(name, group.count(name)) for name in KINDS]
    said = [visit.phrases(f"desk.count.{name}", n=n) for name, n in found if n]
    return visit.phrases("desk.join").join(said)


def done_words(visit: Visit, group: Group) -> str:
    """已报 2/3."""
    done = group.count("review", "approved")
    return visit.phrases("desk.group.done", n=done, of=len(group.lines))


def turn_words(visit: Visit, standing: Standing) -> str:
    """Whose turn it is: the role at the school, or the place above."""
    if standing.actor is None:
        return ""
    if standing.actor is Right.REVIEW and standing.waits_at is not None:
        return visit.ladder.place(standing.waits_at).name(visit.lang)
    return RIGHT_WORDS[standing.actor].of(visit.lang)


def due_words(visit: Visit, line: Line) -> tuple[str, bool]:
    """The day, or by how much it is late; whether it is."""
    late = line.days_late(visit.today)
    if late:
        return visit.phrases("desk.late", n=late), True
    return visit.phrases("desk.due", day=day(line.due, visit.lang)), False
