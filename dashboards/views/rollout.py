"""The roll-out as the ministry sees it: who is behind with what since when, the programme, the matrix, and the good examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboards.element import Element
from dashboards.numbers import academic_year, day, percent, percentage, plain, points
from dashboards.numbers import signed as number_signed
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views import quality
from dashboards.views.monthly import rung_name
from metrics.quality import is_in
from metrics.rollout import (
    LEAST,
    MONTHS,
    Behind,
    Reason,
    Reports,
    behind,
    improved,
    in_time,
    risen,
)
from warehouse.discovery import asked_forms
from warehouse.moments import begins, china_day
from warehouse.monthly import RUNGS, Signed, signed
from warehouse.places import NATION
from warehouse.programme import NOTICE, REPORT_CLAUSE, REPORT_DAY, TASKS, months_due
from warehouse.rollout import State, accounts, forms_handed, states, whole
from warehouse.terms import Month

MOST = 8  # examples of a kind


@dataclass(frozen=True, kw_only=True)
class Known:
    """Where tasks and reports stand below the place that is looked at."""

    states: Mapping[int, Sequence[State]]
    months: Sequence[Month]
    reports: Reports

    @property
    def newest(self) -> Month | None:
        """The newest month whose day of report has come."""
        return self.months[-1] if self.months else None

    def last(self, place_id: int, month: Month) -> Signed | None:
        versions = self.reports.get((place_id, month), ())
        return versions[0] if versions else None


def found(visit: Visit) -> Known:
    here = visit.address.place or NATION
    months = months_due(visit.today, MONTHS)
    return Known(
        states=states(visit.reader, visit.ladder, here, visit.today), months=months, reports=signed(visit.reader, here, months)
    )  # fmt: skip


def late(visit: Visit, known: Known) -> list[Behind]:
    return behind(known.states, known.reports, known.months, visit.today)


def sentence(visit: Visit, known: Known, listed: Sequence[Behind]) -> FindingView:
    """Who is behind with what, and since when."""
    phrases, lang = visit.phrases, visit.lang
    basis = phrases(
        "rollout.about", notice=NOTICE.of(lang), day=REPORT_DAY, months=len(known.months)
    )
    if not listed:
        return FindingView(phrases("rollout.nobody"), basis, automatic=False)
    worst = listed[0]
    said = phrases(
        "rollout.said", n=len(listed), of=len(known.states), place=visit.ladder.place(worst.place_id).name(lang),
        what=reason_name(visit, worst.worst), since=day(worst.worst.deadline, lang), days=plain(worst.worst.days),
    )  # fmt: skip
    return FindingView(said, basis, automatic=False)


def reason_name(visit: Visit, one: Reason) -> str:
    """A reason in words: the task, with how much of it there is, or the report of a month."""
    if one.month is not None:
        return visit.phrases("rollout.no_report", month=one.month.format(visit.lang))
    if one.task is None:
        raise LookupError(one)
    label = one.task.task.label.of(visit.lang)
    return f"{label} {held(one.task)}" if one.task.of else label


def held(one: State) -> str:
    return f"{plain(one.held)}/{plain(one.of)}"


# -- who is behind


def behind_section(visit: Visit, listed: Sequence[Behind]) -> Element:
    """The provinces behind, each with its exact reasons."""
    phrases, lang = visit.phrases, visit.lang
    view = SectionView("behind", phrases("rollout.behind", n=len(listed)), note=phrases("rollout.behind.note"))  # fmt: skip
    if not listed:
        return section(view, empty(phrases("rollout.nobody")))
    heads = (
        ColumnView(phrases("rollout.province"), kind="text"), ColumnView(phrases("rollout.reasons"), kind="text"),
        ColumnView(phrases("rollout.since"), kind="text", narrow=False), ColumnView(phrases("rollout.late"), phrases("board.days")),
    )  # fmt: skip
    rows = [
        RowView(
            visit.ladder.place(one.place_id).name(lang),
            (
                CellView(phrases("sentence.join").join(_reasons(visit, one.reasons))), CellView(day(one.worst.deadline, lang)),
                CellView(plain(one.worst.days), verdict="miss"),
            ),
            visit.address.on("rollout", one.place_id),
        )
        for one in listed
    ]  # fmt: skip
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _reasons(visit: Visit, reasons: Sequence[Reason]) -> Iterator[str]:
    """Each task by itself with its days; reports that are missing together."""
    for one in reasons:
        if one.task is not None:
            yield visit.phrases(
                "rollout.reason", what=reason_name(visit, one), days=plain(one.days)
            )
    months = [one.month for one in reasons if one.month is not None]
    if len(months) > 1:
        yield visit.phrases("rollout.no_reports", n=len(months), first=months[0].format(visit.lang), last=months[-1].format(visit.lang))  # fmt: skip
    elif months:
        yield visit.phrases("rollout.reason", what=reason_name(visit, reasons[-1]), days=plain(reasons[-1].days))  # fmt: skip


# -- the programme


def programme_section(visit: Visit, known: Known) -> Element:
    """Every task with its owner, deadline and clause, and how many provinces have done it in time, late, or not."""
    phrases, lang = visit.phrases, visit.lang
    heads = (
        ColumnView(phrases("rollout.task"), kind="text"), ColumnView(phrases("rollout.deadline"), kind="text"),
        ColumnView(phrases("rollout.clause"), kind="text", narrow=False), ColumnView(phrases("rollout.owner"), kind="text", narrow=False),
        ColumnView(phrases("rollout.evidence"), kind="text", narrow=False), ColumnView(phrases("rollout.done"), phrases("rollout.provinces")),
        ColumnView(phrases("rollout.done_late"), phrases("rollout.provinces"), narrow=False), ColumnView(phrases("rollout.overdue"), phrases("rollout.provinces")),
    )  # fmt: skip
    rows = [_task_row(visit, known, at) for at in range(len(TASKS))]
    rows.append(_report_row(visit, known))
    view = SectionView("programme", phrases("rollout.programme"), NOTICE.of(lang), note=phrases("rollout.programme.note"))  # fmt: skip
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _task_row(visit: Visit, known: Known, at: int) -> RowView:
    task, lang = TASKS[at], visit.lang
    mine = [tasks[at] for tasks in known.states.values()]
    done_late, overdue = (
        sum(one.is_done and one.late > 0 for one in mine),
        sum(one.is_overdue for one in mine),
    )
    cells = (
        CellView(day(task.deadline, lang)) if task.deadline else CellView(visit.phrases("rollout.undated")),
        CellView(task.clause.of(lang)), CellView(task.owner.of(lang)), CellView(task.evidence.of(lang)),
        CellView(plain(sum(one.is_done for one in mine))), CellView(plain(done_late)), _bad(overdue),
    )  # fmt: skip
    return RowView(task.label.of(lang), cells)


def _report_row(visit: Visit, known: Known) -> RowView:
    """The monthly report: how it stands with the newest month that is due."""
    phrases, month = visit.phrases, known.newest
    firsts = [known.last(place, month) for place in known.states] if month else []
    given = [one for one in firsts if one]
    cells = (
        CellView(phrases("rollout.every_month", day=REPORT_DAY)), CellView(REPORT_CLAUSE.of(visit.lang)), CellView(TASKS[0].owner.of(visit.lang)),
        CellView(phrases("rollout.signature")), CellView(plain(len(given))), CellView(plain(sum(one.late > 0 for one in given))),
        _bad(len(firsts) - len(given)),
    )  # fmt: skip
    name = phrases("rollout.report_of", month=month.format(visit.lang)) if month else phrases("monthly.title")  # fmt: skip
    return RowView(name, cells)


def _bad(number: int) -> CellView:
    return CellView(plain(number), verdict="miss" if number else None)


# -- provinces by tasks


def matrix_section(visit: Visit, known: Known) -> Element:
    """Provinces by tasks: the day it was done, days late, or how much of it there is."""
    phrases, lang = visit.phrases, visit.lang
    heads = [ColumnView(phrases("rollout.province"), kind="text")]
    heads += [ColumnView(task.label.of(lang), kind="text") for task in TASKS]
    heads.append(ColumnView(phrases("rollout.reports"), phrases("rollout.in_time")))
    rows = [
        RowView(
            visit.ladder.place(place).name(lang), [*(_state(visit, one) for one in tasks), _reported(known, place)], visit.address.on("rollout", place),
        )
        for place, tasks in known.states.items()
    ]  # fmt: skip
    view = SectionView("matrix", phrases("rollout.matrix", n=len(rows)), note=phrases("rollout.matrix.note"))  # fmt: skip
    return section(view, table(TableView(view.title, heads, rows), phrases))


def _state(visit: Visit, one: State) -> CellView:
    """One state in few signs; the sentence on hover says it in full."""
    phrases = visit.phrases
    if one.is_done:
        when = day(one.done, visit.lang) if one.done else phrases("rollout.day_unknown")
        return CellView(when, note=phrases("rollout.plus", n=plain(one.late)) if one.late else "", verdict="near" if one.late else None)  # fmt: skip
    if not one.of and not one.task.item and not one.late:
        return CellView(symbol="not_applicable")  # no unit is registered for its year
    text = held(one) if one.of else phrases("rollout.not_done")
    if one.is_overdue:
        return CellView(text, note=phrases("rollout.plus", n=plain(one.late)), verdict="miss")
    return CellView(text)


def _reported(known: Known, place: int) -> CellView:
    firsts = [known.last(place, month) for month in known.months]
    in_time_ = sum(one is not None and one.late == 0 for one in firsts)
    is_missing = any(one is None for one in firsts)
    text = f"{in_time_}/{len(known.months)}"
    return CellView(text, verdict="miss" if is_missing else "near" if in_time_ < len(firsts) else None)  # fmt: skip


# -- accounts


def accounts_section(visit: Visit, width: int = 5) -> Element:
    """Accounts due and activated by rung, now."""
    phrases, here = visit.phrases, visit.address.place or NATION
    until = begins(visit.today.fromordinal(visit.today.toordinal() + 1))
    by_place = accounts(visit.reader, visit.ladder, here, visit.ladder.years[-1], until)
    heads = (
        ColumnView(phrases("rollout.rung"), kind="text"), ColumnView(phrases("rollout.accounts.due")),
        ColumnView(phrases("rollout.accounts.active")), ColumnView(phrases("rollout.accounts.share"), "%"),
    )  # fmt: skip
    rows = []
    for rung in RUNGS:
        mine = [held_[rung] for held_ in by_place.values() if rung in held_]
        due, active = sum(one.due for one in mine), sum(one.activated for one in mine)
        if due:
            share = CellView(percentage(active / due), verdict="miss" if active < due else None)
            rows.append(RowView(rung_name(rung, phrases), (CellView(plain(due)), CellView(plain(active)), share)))  # fmt: skip
    view = SectionView("accounts", phrases("rollout.accounts"), day(visit.today, visit.lang), width=width, note=phrases("rollout.accounts.note"))  # fmt: skip
    if not rows:
        return section(view, empty(phrases("rollout.accounts.none")))
    return section(view, table(TableView(view.title, heads, rows), phrases))


# -- good examples


def examples_section(visit: Visit, known: Known) -> Element:
    """Provinces that did everything in time, those that improved most, and the schools that were whole first."""
    phrases = visit.phrases
    view = SectionView("examples", phrases("rollout.examples"), width=7, note=phrases("rollout.examples.note"))  # fmt: skip
    rows = [
        *_in_time(visit, known),
        *_improved(visit, known),
        *_risen(visit),
        *_first_schools(visit),
    ]
    if not rows:
        return section(view, empty(phrases("rollout.examples.none")))
    heads = (ColumnView(phrases("rollout.unit"), kind="text"), ColumnView(phrases("rollout.proof"), kind="text"))  # fmt: skip
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _in_time(visit: Visit, known: Known) -> Iterator[RowView]:
    listed = in_time(known.states, known.reports, known.months)
    if listed:
        yield RowView(
            visit.phrases("rollout.examples.in_time", n=len(listed), shown=min(MOST, len(listed))),
            kind="group",
        )
    for one in listed[:MOST]:
        said = visit.phrases(
            "rollout.proof.in_time",
            tasks=one.tasks,
            reports=one.reports,
            day=day(one.last, visit.lang),
        )
        name = visit.ladder.place(one.place_id).name(visit.lang)
        yield RowView(name, (CellView(said),), visit.address.on("rollout", one.place_id))


def _improved(visit: Visit, known: Known) -> Iterator[RowView]:
    """What is handed in of the running year now, against the newest signed report."""
    year, phrases = visit.ladder.years[-1], visit.phrases
    until = begins(visit.today.fromordinal(visit.today.toordinal() + 1))
    units = visit.ladder.units_below(NATION, year)
    now = forms_handed(visit.reader, visit.ladder, NATION, year, until)
    steps = improved(now, units, len(asked_forms(year, visit.today)), known.reports, year)
    listed = [one for one in steps if one.change > 0][:MOST]
    if listed:
        ranked = "rollout.examples.improved" if listed[0].rank else "rollout.examples.unranked"
        yield RowView(phrases(ranked), kind="group")
    for one in listed:
        said = phrases(
            "rollout.proof.improved", before=percent(one.before), now=percent(one.now), change=points(one.change, visit.lang),
            month=one.of.format(visit.lang), day=day(visit.today, visit.lang),
        )  # fmt: skip
        name = visit.ladder.place(one.place_id).name(visit.lang)
        yield RowView(f"{one.rank}. {name}" if one.rank else name, (CellView(said),), visit.address.on("rollout", one.place_id))  # fmt: skip


def _risen(visit: Visit) -> Iterator[RowView]:
    """The provinces whose data became better since the year before; each leads to its checks."""
    year, phrases, lang = visit.ladder.years[-1], visit.phrases, visit.lang
    now = quality.found(visit, year)
    if not is_in(now):  # nothing can have risen, and the year before need not be counted
        return
    listed = risen(quality.found(visit, year - 1), now)[:MOST]
    if listed:
        yield RowView(phrases("rollout.examples.risen", least=LEAST), kind="group")
    for one in listed:
        said = phrases(
            "rollout.proof.risen", change=number_signed(one.change, 1), before=plain(one.before, 1), now=plain(one.now, 1),
            year=academic_year(year - 1, lang), this=academic_year(year, lang), dimensions=one.dimensions, n=plain(one.asked),
        )  # fmt: skip
        name = visit.ladder.place(one.place_id).name(lang)
        yield RowView(name, (CellView(said),), visit.address.on("quality", one.place_id, year=year))


def _first_schools(visit: Visit) -> Iterator[RowView]:
    """The schools that were the first to hand in every form of the running year by themselves."""
    year, phrases = visit.ladder.years[-1], visit.phrases
    until = begins(visit.today.fromordinal(visit.today.toordinal() + 1))
    here = visit.address.place or NATION
    listed = [one for one in whole(visit.reader, here, year, until) if one.is_own][:MOST]
    if listed:
        yield RowView(phrases("rollout.examples.schools", n=len(listed)), kind="group")
    for one in listed:
        school = visit.ladder.place(one.school_id)
        said = phrases("rollout.proof.school", n=len(asked_forms(year, visit.today)), day=day(china_day(one.last), visit.lang))  # fmt: skip
        above = visit.ladder.place(one.province).name(visit.lang)
        yield RowView(school.name(visit.lang), (CellView(said),), visit.address.on("board", one.school_id), sub=above)  # fmt: skip
