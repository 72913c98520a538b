"""What rules have found: limits missed, breaches and remarks, by rule and by school.

Findings are records: row security lets through only those of one's own subtree, and nothing else reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from metrics.audience import Audience
from metrics.measure import measure
from metrics.question import Question, State
from metrics.rollups import Reads, any_of
from warehouse.discovery import form as form_named
from warehouse.domains.monitoring import NINE
from warehouse.form import Form
from warehouse.law import Limit, entry
from warehouse.locked import locked
from warehouse.places import NATION
from warehouse.refusals import REFUSALS
from warehouse.store import Compiled, compiled
from warehouse.tables import finding, rejection, submission
from warehouse.text import Text

COMPLIANCE = tuple(f"met_{limit}" for limit in NINE)


class Missed(NamedTuple):
    """One of the nine limits: the schools that miss it, of those asked."""

    limit: Limit
    metric: str
    missing: int
    asked: int


@dataclass(frozen=True)
class Tally:
    """One rule of one form: how many rows broke it, in how many schools. `answer` is breach, remark or refused."""

    form: str
    rule: str
    answer: str
    law: str | None
    rows: int
    schools: int

    @property
    def title(self) -> Text:
        """The law where there is one, else the form and what was checked: a column, a number of another form, or how a row is written."""
        if self.law:
            return entry(self.law).title
        form = form_named(self.form)
        checked = _checked(form, self.rule)
        return Text("{form_zh}·{zh}", "{form_en}: {en}").fill(
            form_zh=form.title.zh, form_en=form.title.en, zh=checked.zh, en=checked.en
        )


def _checked(form: type[Form], rule: str) -> Text:
    if rule in form.rules:
        return form.columns[form.rules[rule].blame].label
    for one in locked(form).values():
        if one.rule == rule:
            said = Text("{zh}（以《{owner_zh}》为准）", "{en} (taken from {owner_en})")
            return said.fill(zh=one.label.zh, en=one.label.en, owner_zh=one.owner.title.zh, owner_en=one.owner.title.en)  # fmt: skip
    return REFUSALS.get(rule, Text("其他检查", "other checks"))


@dataclass(frozen=True)
class Flag:
    """One row of one sheet that a rule has something to say about, with the school's own explanation."""

    form: str
    submission_id: int
    sheet: str
    sheet_row: int
    column: str | None
    value: str | None
    rule: str
    answer: str
    law: str | None
    message: Text
    explanation: str | None = None


@dataclass(frozen=True)
class Review:
    """A place and a year: what the law and the rules say of it."""

    limits: tuple[Missed, ...]
    tallies: tuple[Tally, ...]


def review(reader: Reads, audience: Audience, question: Question) -> Review:
    """The question's one place and year; its metrics are not looked at."""
    (place,), (year,) = question.places, question.years
    return Review(limits_missed(reader, audience, question), tally(reader, place, year))


def limits_missed(reader: Reads, audience: Audience, question: Question) -> tuple[Missed, ...]:
    """The nine limits, the one most schools miss first; none where nothing can be said."""
    answers = measure(reader, audience, replace(question, metrics=COMPLIANCE))
    found = []
    for name, limit in zip(COMPLIANCE, NINE, strict=True):
        cell = answers.cell(name, question.places[0], question.years[0])
        if cell.state is State.VALUE and cell.numerator is not None and cell.denominator:
            missing = cell.denominator - cell.numerator
            found.append(Missed(entry(limit), name, missing, cell.denominator))
    return tuple(sorted(found, key=lambda each: -each.missing))


def tally(reader: Reads, place: int, year: int) -> tuple[Tally, ...]:
    """Breaches first, then remarks, then refusals; within each the rule that most schools break first."""
    found = [
        Tally(*row)
        for statement in _tallies(is_nation=place == NATION)
        for row in reader.rows(statement, **_where(place, year))
    ]
    order = {"breach": 0, "remark": 1, "refused": 2}
    return tuple(sorted(found, key=lambda each: (order[each.answer], -each.schools, each.rule)))


def flags(reader: Reads, submissions: Sequence[int]) -> tuple[Flag, ...]:
    """Every finding and refused row of these submissions, in the order of the sheets."""
    rows = reader.rows(_listing(), submissions=list(submissions))
    found = [_flag(row) for row in rows]
    return tuple(sorted(found, key=lambda flag: (flag.form, flag.sheet_row, flag.rule)))


def _flag(row: Sequence[Any]) -> Flag:
    *said, zh, en, explanation = row
    values = [*said, Text(zh, en), explanation]
    return Flag(*values)


def most_in_breach(reader: Reads, place: int, year: int, number: int = 10) -> list[tuple[int, int]]:
    """(school_id, rows in breach) of the schools below a place, the most first."""
    found = reader.rows(_most(is_nation=place == NATION), number=number, **_where(place, year))
    return [(row.school_id, row.rows) for row in found]


def _where(place: int, year: int) -> Mapping[str, int]:
    return {"year": year} if place == NATION else {"year": year, "place": place}


class Lines(NamedTuple):
    """A ledger table with its answer, law and explanation: every line of `rejection` was refused."""

    columns: Any
    answer: sa.ColumnElement[Any]
    law: sa.ColumnElement[Any]
    explanation: sa.ColumnElement[Any]


FINDINGS = Lines(finding.c, finding.c.answer, finding.c.law, finding.c.explanation)
REJECTIONS = Lines(
    rejection.c, sa.literal("refused"), sa.cast(sa.null(), sa.Text), sa.cast(sa.null(), sa.Text)
)


@lru_cache(maxsize=4)
def _tallies(*, is_nation: bool) -> list[sa.Select[Any]]:
    """form, rule, answer, law, rows, schools: of the submissions that count."""
    return [
        sa.select(
            *(head := (lines.columns.form, lines.columns.rule, lines.answer, lines.law)),
            sa.func.count(),
            sa.func.count(lines.columns.school_id.distinct()),
        )
        .where(*_counted(lines.columns, is_nation=is_nation))
        .group_by(*head[:2], *([] if lines is REJECTIONS else head[2:]))
        for lines in (FINDINGS, REJECTIONS)
    ]


@lru_cache(maxsize=1)
def _listing() -> Compiled:
    """The columns of a Flag, of some submissions."""
    names = ("form", "submission_id", "sheet", "sheet_row", "column", "value", "rule")
    return compiled(
        sa.union_all(
            *(
                sa.select(
                    *(lines.columns[name] for name in names),
                    lines.answer,
                    lines.law,
                    lines.columns.message_zh,
                    lines.columns.message_en,
                    lines.explanation,
                ).where(lines.columns.submission_id == any_of("submissions", sa.BigInteger))
                for lines in (FINDINGS, REJECTIONS)
            )
        )
    )


@lru_cache(maxsize=2)
def _most(*, is_nation: bool) -> sa.Select[Any]:
    rows = sa.func.count().label("rows")
    return (
        sa.select(finding.c.school_id, rows)
        .where(finding.c.answer == "breach", *_counted(finding.c, is_nation=is_nation))
        .group_by(finding.c.school_id)
        .order_by(rows.desc(), finding.c.school_id)
        .limit(sa.bindparam("number"))
    )


_YEAR = sa.bindparam("year", type_=sa.SmallInteger)
_PLACE = sa.bindparam("place", type_=sa.Integer)


def _counted(columns: Any, *, is_nation: bool) -> list[sa.ColumnElement[bool]]:  # noqa: ANN401 - a column collection
    """Lines of the submissions that count, of one year, below one place."""
    current = sa.select(submission.c.submission_id).where(
        submission.c.is_current, submission.c.year == _YEAR
    )
    below = [] if is_nation else [sa.any_(columns.path) == _PLACE]
    return [columns.year == _YEAR, columns.submission_id.in_(current), *below]
