"""Form: one declaration from which table, template, rules, dictionary and rollups follow.

A form is a class whose attributes are columns and rules:

    class Internship(Form):
        interns = count("实习学生数", "Interns")
        insured = count("投保学生数", "Insured interns")
        insured_within = refuse(lambda f: f.insured <= f.interns, ...)

Columns have one of three parts to play: key (part of the grain), measure (added up), attribute (neither).
Every measure is a whole number: persons, yuan, square metres, hours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

import polars as pl

from warehouse.codes import Codes
from warehouse.errors import DeclarationError
from warehouse.periods import YEAR_CLOSED, Every, Span
from warehouse.terms import year_from
from warehouse.text import Text


class Part(StrEnum):
    KEY = "key"
    MEASURE = "measure"
    ATTRIBUTE = "attribute"


class Kind(StrEnum):
    """How a cell is written: it decides parsing, the column's SQL type and the template's validation."""

    INTEGER = "integer"
    TEXT = "text"
    DATE = "date"


class Secrecy(StrEnum):
    """Class of a column (分级): sensitive values are masked unless a role needs them."""

    PUBLIC = "public"
    INTERNAL = "internal"
    SENSITIVE = "sensitive"


class Period(StrEnum):
    """The time a number speaks of, for statistical year Y."""

    STOCK = "stock"  # on 1 September Y
    AUTUMN = "autumn"  # admitted in the autumn of Y
    YEAR_BEFORE = "year_before"  # 1 September Y-1 to 31 August Y
    YEAR = "year"  # 1 September Y to 31 August Y+1


class Answer(StrEnum):
    """The three answers to a value."""

    REFUSED = "refused"  # cannot be true: the row is kept but not counted
    BREACH = "breach"  # true but unlawful: counted, listed, never blocked
    REMARK = "remark"  # unusual: counted, a reason is asked for


UNSAID = Text("", "")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. `scale` is what a written value is multiplied by (万元 -> yuan: 10000)."""

    label: Text
    part: Part
    kind: Kind
    unit: Text = UNSAID
    codes: Codes | None = None
    aliases: tuple[str, ...] = ()
    required: bool = True
    scale: int = 1
    minimum: int | None = 0
    maximum: int | None = None
    secrecy: Secrecy = Secrecy.PUBLIC
    period: Period = Period.STOCK
    persons: str | None = None  # the measure that says how many persons stand behind this one
    note: Text = UNSAID
    name: str = field(default="", init=False)

    def __set_name__(self, owner: type, name: str) -> None:
        object.__setattr__(self, "name", name)

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header a file may use for this column."""
        return (self.label.zh, self.label.en, self.name, *self.aliases)


PERSONS = Text("人", "persons")
PERSON_TIMES = Text("人次", "person-times")
HOURS = Text("学时", "hours")
TIMES = Text("次", "times")


def key(zh: str, en: str, codes: Codes, *aliases: str, note: tuple[str, str] = ("", "")) -> Column:
    """A coded column that is part of the form's grain."""
    return Column(
        label=Text(zh, en),
        part=Part.KEY,
        kind=Kind.TEXT,
        codes=codes,
        aliases=aliases,
        note=Text(*note),
    )


def token(zh: str, en: str, *aliases: str) -> Column:
    """A person's token: part of the grain of person-level forms, sensitive, never a rollup dimension."""
    return Column(
        label=Text(zh, en),
        part=Part.KEY,
        kind=Kind.TEXT,
        aliases=aliases,
        secrecy=Secrecy.SENSITIVE,
    )


def identifier(zh: str, en: str, *aliases: str, note: tuple[str, str] = ("", "")) -> Column:
    """An official number of something outside the school: part of the grain, never a rollup dimension."""
    return Column(
        label=Text(zh, en), part=Part.KEY, kind=Kind.TEXT, aliases=aliases, note=Text(*note)
    )


def count(zh: str, en: str, *aliases: str, unit: Text = PERSONS, **options: Any) -> Column:  # noqa: ANN401 - Column's own fields
    """A whole number that adds up; of persons unless a unit is given."""
    return Column(
        label=Text(zh, en),
        part=Part.MEASURE,
        kind=Kind.INTEGER,
        unit=unit,
        aliases=aliases,
        **options,
    )


def yuan(zh: str, en: str, *aliases: str, **options: Any) -> Column:  # noqa: ANN401 - Column's own fields
    """Money, kept in whole yuan. With scale=10000 the sheet is written in 万元."""
    return count(zh, en, *aliases, unit=Text("元", "CNY"), **options)


def square_metres(zh: str, en: str, *aliases: str, **options: Any) -> Column:  # noqa: ANN401 - Column's own fields
    return count(zh, en, *aliases, unit=Text("平方米", "m²"), **options)


def attribute(
    zh: str,
    en: str,
    *aliases: str,
    codes: Codes | None = None,
    kind: Kind = Kind.TEXT,
    **options: Any,  # noqa: ANN401
) -> Column:
    """A value that describes and is not added."""
    return Column(
        label=Text(zh, en), part=Part.ATTRIBUTE, kind=kind, codes=codes, aliases=aliases, **options
    )


class Fields:
    """What a rule sees: form.column as a Polars expression. A name nobody declared fails at start."""

    def __init__(self, form: type[Form]) -> None:
        self._form = form
        self._known = set(form.columns) | set(form.refers)

    def __getattr__(self, name: str) -> pl.Expr:
        if name not in self._known:
            raise DeclarationError(
                f"表 {self._form.name} 的规则用到未声明的列 {name}",
                f"a rule of form {self._form.name} uses the undeclared column {name}",
            )
        return pl.col(name)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`holds` is true for a good row; null (nothing to compare) counts as good, for every rule.

    `blame` names the column whose cell is marked. `says` may use {column} slots of the row.
    `law` names a limit or red line of warehouse.law; a breach must have one.
    """

    answer: Answer
    holds: Callable[[Fields], pl.Expr]
    blame: str
    says: Text
    todo: Text
    law: str | None = None
    name: str = field(default="", init=False)

    def __set_name__(self, owner: type, name: str) -> None:
        object.__setattr__(self, "name", name)


Words = tuple[str, str]


def refuse(holds: Callable[[Fields], pl.Expr], blame: str, says: Words, todo: Words) -> Rule:
    """It cannot be true."""
    return Rule(answer=Answer.REFUSED, holds=holds, blame=blame, says=Text(*says), todo=Text(*todo))


def within(part: str, whole: str, zh: Words, en: Words) -> Rule:
    """A part cannot be more than its whole; `zh` and `en` name both."""
    return refuse(
        lambda f: getattr(f, part) <= getattr(f, whole),
        part,
        (
            f"{zh[0]} {{{part}}}，多于{zh[1]} {{{whole}}}。",
            f"{{{part}}} {en[0]}, but {{{whole}}} {en[1]}.",
        ),
        ("核对两列。", "Check both columns."),
    )


def breach(
    holds: Callable[[Fields], pl.Expr], blame: str, law: str, says: Words, todo: Words
) -> Rule:
    """It is true but unlawful: `law` has force `must`."""
    return Rule(
        answer=Answer.BREACH, holds=holds, blame=blame, says=Text(*says), todo=Text(*todo), law=law
    )


def remark(
    holds: Callable[[Fields], pl.Expr], blame: str, says: Words, todo: Words, law: str | None = None
) -> Rule:
    """It is unusual: accepted, and a reason is asked for."""
    return Rule(
        answer=Answer.REMARK, holds=holds, blame=blame, says=Text(*says), todo=Text(*todo), law=law
    )


@dataclass(frozen=True)
class Total:
    """A number of another form (or of another year of this one) for the same school, by declared name.

    It reads the school's rollup row: the total, or one member of one cut. Null when that form is not in yet.
    """

    form: str
    measure: str
    cut: str = ""
    member: str = ""
    years_back: int = 0


@dataclass(frozen=True, eq=False)
class Domain:
    """One of the fields of work that forms belong to. Its file names it; `place` is where it stands among the others.

    `brief` is the label where ten of them stand side by side.
    """

    place: int
    label: Text
    brief: Text
    name: str = field(default="", init=False)


def domain(place: int, zh: str, en: str, brief: str = "") -> Domain:
    """A domain; `brief` is its English label in one word, where the whole one is long."""
    return Domain(place, Text(zh, en), Text(zh, brief or en))


class Form:
    """Base of all declarations. Sub-classes set the class attributes below and declare columns and rules."""

    title: ClassVar[Text]
    domain: ClassVar[Domain]
    about: ClassVar[Text] = UNSAID
    refers: ClassVar[Mapping[str, Total]] = {}
    cuts: ClassVar[tuple[str, ...]] = ()  # "grade" or "staff_type*title", beside the total
    school_cuts: ClassVar[tuple[str, ...]] = ()  # kept for each school, never added up above it
    derives: ClassVar[
        Mapping[str, tuple[str, Callable[[pl.Expr], pl.Expr]]]
    ] = {}  # dimension -> (key, function)
    derived_labels: ClassVar[Mapping[str, Codes]] = {}
    submitted: ClassVar[bool] = True  # False: filled by the warehouse or the administration
    closes: ClassVar[tuple[int, int]] = (11, 15)  # month and day, of what is due once a year
    every: ClassVar[Every] = Every.YEAR
    part_of: ClassVar[type[Form] | None] = None  # the form of the year that this one is a part of
    span: ClassVar[Span | None] = None  # and which part
    statutory: ClassVar[str] = ""  # the number of the national return it corresponds to

    name: ClassVar[str]
    columns: ClassVar[dict[str, Column]]
    rules: ClassVar[dict[str, Rule]]

    def __init_subclass__(cls) -> None:
        """Collect columns and rules, and refuse a declaration that cannot work."""
        cls.name = "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")
        cls.columns = {n: c for n, c in vars(cls).items() if isinstance(c, Column)}
        cls.rules = {n: r for n, r in vars(cls).items() if isinstance(r, Rule)}
        if cls.every.has_parts and cls.span is None:
            cls.submitted = False  # its parts are
        _check(cls)

    @classmethod
    def opening_day(cls, year: int) -> date:
        """The first day on which it may be handed in for an academic year."""
        return cls.span.opens(year) if cls.span else year_from(year).first

    @classmethod
    def due_day(cls, year: int) -> date:
        """The day by which it is due, whether or not it is a day of rest."""
        if cls.span:
            return cls.span.due(year)
        return date(year + 1, *YEAR_CLOSED) if cls.every is Every.EVENT else date(year, *cls.closes)

    @classmethod
    def grain(cls) -> list[Column]:
        return [column for column in cls.columns.values() if column.part is Part.KEY]

    @classmethod
    def measures(cls) -> list[Column]:
        return [column for column in cls.columns.values() if column.part is Part.MEASURE]

    @classmethod
    def attributes(cls) -> list[Column]:
        return [column for column in cls.columns.values() if column.part is Part.ATTRIBUTE]

    @classmethod
    def dimension(cls, name: str) -> pl.Expr:
        """The expression of one dimension of a cut: a key, or what is derived from one."""
        if name in cls.derives:
            source, function = cls.derives[name]
            return function(pl.col(source)).alias(name)
        return pl.col(name)

    @classmethod
    def labels(cls, dimension: str) -> Codes:
        """The code list of one dimension."""
        if dimension in cls.derived_labels:
            return cls.derived_labels[dimension]
        codes = cls.columns[dimension].codes
        if codes is None:
            raise DeclarationError(
                f"{cls.name}.{dimension} 没有代码表", f"{cls.name}.{dimension} has no code list"
            )
        return codes


def _check(form: type[Form]) -> None:
    problems = [
        *(
            f"{form.name}.{r.name}: blames undeclared column {r.blame}"
            for r in form.rules.values()
            if r.blame not in form.columns
        ),
        *(
            f"{form.name}.{r.name}: a breach must name its law"
            for r in form.rules.values()
            if r.answer is Answer.BREACH and not r.law
        ),
        *(
            f"{form.name}: cut {cut} uses undeclared dimension {d}"
            for cut in (*form.cuts, *form.school_cuts)
            for d in cut.split("*")
            if d not in form.columns and d not in form.derives
        ),
        *(
            f"{form.name}: cut {cut} would show the sensitive {d}"
            for cut in (*form.cuts, *form.school_cuts)
            for d in cut.split("*")
            if (c := form.columns.get(form.derives.get(d, (d,))[0]))
            and c.secrecy is Secrecy.SENSITIVE
        ),
        *(
            f"{form.name}.{c.name}: persons refers to undeclared {c.persons}"
            for c in form.columns.values()
            if c.persons and c.persons not in form.columns
        ),
    ]
    for rule in form.rules.values():
        rule.holds(Fields(form))  # an undeclared name in the expression fails here
    if problems:
        raise DeclarationError("; ".join(problems), "; ".join(problems))
