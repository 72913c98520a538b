"""A school's desk: every form of a year with its day, its state, whose turn it is, and what was said when it came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dashboards.numbers import day
from dashboards.page import Visit
from metrics.school import Handed, submissions
from warehouse import chain, drafts
from warehouse.calendar import calendar
from warehouse.chain import Key, Standing, Step
from warehouse.chain_rules import RIGHT_WORDS, Deed, State
from warehouse.discovery import asked_forms
from warehouse.form import Form
from warehouse.moments import month_day
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
        return visit.phrases("desk.drafted", at=month_day(line.drafted))
    return line.state.label.of(visit.lang)


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
