"""What a school has handed in and says of itself: records, read only by those in charge of it.

Numbers of a school come from measure() like all others; here are its words and its submissions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from metrics.rollups import BASES, CURRENT, Reads, any_of
from warehouse.discovery import form as form_named
from warehouse.form import Secrecy
from warehouse.ladder import Ladder
from warehouse.law import Addressee
from warehouse.store import Compiled, compiled
from warehouse.tables import metadata, submission
from warehouse.text import Text


@dataclass(frozen=True, kw_only=True)
class AsOf:
    """The state that is asked for: the load of each form, and the moment it was reached (None is now)."""

    load: Mapping[str, int] = field(default_factory=dict)
    moment: datetime | None = None
    basis: Literal["submitted", "approved"] = "submitted"

    def number(self, form: str) -> int:
        """The load up to which a form is read; without any, its current rows."""
        return self.load.get(form, CURRENT if self.moment is None else 0)

    def holds(self, form: str, first_load: int | None, recorded_at: datetime) -> bool:
        """Whether a submission was in by then: by its load, or by the clock where no row of it was accepted."""
        if first_load is not None:
            return first_load <= self.number(form)
        return self.moment is None or recorded_at <= self.moment


NOW = AsOf()


class Handed(NamedTuple):
    """One submission of a year. `is_current`: its figures count; an earlier revision stays readable.

    Its state can be asked by the moment it was `recorded_at`.
    """

    form: str
    submission_id: int
    revision: int
    received_at: datetime
    received_by: str
    file_name: str
    rows_accepted: int
    rows_refused: int
    breaches: int
    remarks: int
    recorded_at: datetime
    first_load: int | None
    is_current: bool


class Kinds(NamedTuple):
    """Of which kind a unit is; None where its register does not say."""

    school_type: str | None
    sponsor: str | None
    setting: str | None


class Fact(NamedTuple):
    """One thing a school says of itself: the column's label and the answer in words."""

    column: str
    label: Text
    answer: Text
    code: str


_HANDED = compiled(
    sa.select(*(submission.c[name] for name in Handed._fields))
    .where(
        submission.c.school_id == sa.bindparam("school", type_=sa.Integer),
        submission.c.year == sa.bindparam("year", type_=sa.SmallInteger),
    )
    .order_by(submission.c.received_at.desc(), submission.c.form, submission.c.revision.desc())
)


def submissions(reader: Reads, school: int, year: int, at: AsOf = NOW) -> list[Handed]:
    """Every submission of a school for a year that was in by then, the newest first."""
    found = [Handed(*row) for row in reader.rows(_HANDED, school=school, year=year)]
    seen = [one for one in found if at.holds(one.form, one.first_load, one.recorded_at)]
    counted = {one.form: one.submission_id for one in _by_load(seen)}
    return [one._replace(is_current=one.submission_id == counted.get(one.form)) for one in seen]


def _by_load(handed: list[Handed]) -> list[Handed]:
    """Those of which rows were accepted, the one that counts last."""
    accepted = [one for one in handed if one.first_load is not None]
    return sorted(accepted, key=lambda one: one.first_load or 0)


def newest(handed: Iterable[Handed]) -> list[int]:
    """The submission of each form that came last, counted or not."""
    last: dict[str, int] = {}
    for one in handed:
        last[one.form] = max(last.get(one.form, 0), one.submission_id)
    return sorted(last.values())


def facts(
    reader: Reads, school: int, year: int, at: AsOf = NOW, form: str = "register"
) -> list[Fact]:
    """The public attributes of the register as the school filled it by then, in the order of the form."""
    names, statement = _attributes(form)
    rows = reader.rows(
        statement, school=school, year=year, load=at.number(form), bases=BASES[at.basis]
    )
    found = next(iter(rows), ())
    answers = zip(names, found, strict=False)  # no row, no answer
    return [_fact(form, name, value) for name, value in answers if value is not None]


def addressees(
    reader: Reads, ladder: Ladder, schools: Sequence[int], year: int, at: AsOf = NOW
) -> dict[int, Addressee]:
    """What the law distinguishes units by, as their registers say; a general school where none is in yet."""
    load = at.number("register")
    rows = reader.rows(
        _STANDING, schools=list(schools), year=year, load=load, bases=BASES[at.basis]
    )
    said = {school: (kind, founded) for school, kind, founded in rows}
    return {school: _addressee(ladder, school, said.get(school)) for school in schools}


def kinds(reader: Reads, schools: Sequence[int], year: int, at: AsOf = NOW) -> dict[int, Kinds]:
    """Of which kinds units are, as their registers say; a unit whose register is not in is not named."""
    rows = reader.rows(
        _KINDS, schools=list(schools), year=year, load=at.number("register"), bases=BASES[at.basis]
    )
    return {school: Kinds(*said) for school, *said in rows}


def _addressee(ladder: Ladder, school: int, said: tuple[str, int] | None) -> Addressee:
    row = ladder.place(school)
    found = Addressee(unit_kind=row.unit_kind, province=ladder.place(row.path[0]).code)
    if said is None:
        return found
    return replace(found, school_class=said[0], founded=said[1])


def _fact(form: str, name: str, value: Any) -> Fact:  # noqa: ANN401 - any attribute's type
    column = form_named(form).columns[name]
    plain = Text(str(value), str(value))
    answer = column.codes.labels.get(str(value), plain) if column.codes else plain
    return Fact(name, column.label, answer, str(value))


@lru_cache(maxsize=64)
def _attributes(form: str) -> tuple[tuple[str, ...], Compiled]:
    """The public attributes of a form by name, and the statement that asks for them in this order."""
    declared = form_named(form).attributes()
    public = tuple(column.name for column in declared if column.secrecy is Secrecy.PUBLIC)
    columns = metadata.tables[f"fact_{form}"].c
    is_school = columns.school_id == sa.bindparam("school", type_=sa.Integer)
    asked = sa.select(*(columns[name] for name in public)).where(is_school, *_then(form))
    return public, compiled(asked)


def _then(form: str) -> list[sa.ColumnElement[bool]]:
    """The rows of a form's facts that stood at a load."""
    columns = metadata.tables[f"fact_{form}"].c
    return [
        columns.year == sa.bindparam("year", type_=sa.SmallInteger),
        columns.basis == any_of("bases", sa.SmallInteger),
        columns.first_load <= sa.bindparam("load", type_=sa.BigInteger),
        columns.last_load > sa.bindparam("load", type_=sa.BigInteger),
    ]


_REGISTER = metadata.tables["fact_register"].c
_STANDING = compiled(
    sa.select(_REGISTER.school_id, _REGISTER.school_class, _REGISTER.founded).where(
        _REGISTER.school_id == any_of("schools", sa.Integer), *_then("register")
    )
)
_KINDS = compiled(
    sa.select(_REGISTER.school_id, *(_REGISTER[name] for name in Kinds._fields)).where(
        _REGISTER.school_id == any_of("schools", sa.Integer), *_then("register")
    )
)
