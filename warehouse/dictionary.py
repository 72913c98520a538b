"""The data dictionary, written from the declarations: every form, column, rule, code list and limit."""

from collections.abc import Iterable, Iterator
from itertools import chain

from warehouse import law
from warehouse.codes import Codes
from warehouse.discovery import declarations
from warehouse.form import Column, Form, Rule
from warehouse.law import Limit
from warehouse.locked import locked
from warehouse.parts import parts
from warehouse.text import Text

SOME_YEAR = 2025  # any: the days are the same in each
LONGEST_LIST = 40  # longer code lists stand in warehouse/reference, not in the dictionary


COLUMN_HEAD = (
    "column",
    "中文",
    "English",
    "part",
    "type, unit",
    "period",
    "class",
    "also known as",
)
RULE_HEAD = ("rule", "answer", "column", "law", "中文", "English")


def data_dictionary() -> str:
    """The whole dictionary as Markdown."""
    return "\n".join(
        [*preface(), *chain.from_iterable(map(form_lines, declarations().values())), *laws()]
    )


def preface() -> Iterator[str]:
    yield "# Data dictionary 数据字典"
    yield ""
    yield "Written by `make docs` from the declarations in `warehouse/domains/` and the law in"
    yield "`warehouse/reference/law.csv`; a test fails when they differ.  由声明自动生成。"
    yield ""


def form_lines(form: type[Form]) -> Iterator[str]:
    """One form: what it is about, its columns, its rules, its code lists."""
    yield f"## {both(form.title)} · `{form.name}`"
    yield ""
    yield f"Domain 领域: {both(form.domain.label)}. {filled_by(form)}{statutory(form)}"
    if form.about.en:
        yield ""
        yield both(form.about)
    yield ""
    yield from table(COLUMN_HEAD, map(column_cells, form.columns.values()))
    for one in locked(form).values():
        by = f", by 按 `{one.total.by}`" if one.total.by else ""
        yield f"`{one.name}` {both(one.label)}: shown locked, from 带入自 `{one.owner.name}.{one.total.measure}`{by}."
        yield ""
    if form.rules:
        yield from table(RULE_HEAD, map(rule_cells, form.rules.values()))
    if form.cuts:
        yield "Rolled up in total and by 汇总维度: " + ", ".join(f"`{cut}`" for cut in form.cuts)
        yield ""
    if form.school_cuts:
        kept = ", ".join(f"`{cut}`" for cut in form.school_cuts)
        yield f"Kept for each school alone 仅按学校保存: {kept}"
        yield ""
    for codes in {c.codes.name: c.codes for c in form.columns.values() if c.codes}.values():
        yield code_line(codes)
        yield ""


def filled_by(form: type[Form]) -> str:
    """Who fills it, how often and by when."""
    if not form.submitted and not parts(form):
        return "Computed 系统计算."
    named = [(one.name, one.due_day(SOME_YEAR)) for one in parts(form)] or [
        ("", form.due_day(SOME_YEAR))
    ]
    due = ", ".join(
        f"{f'`{name}` ' if name else ''}{day.month:02d}-{day.day:02d}" for name, day in named
    )
    often = form.every.label
    return f"Submitted by schools {often.en}, due by {due} or the next workday 学校{often.zh}填报，遇休息日顺延."


def statutory(form: type[Form]) -> str:
    return f" National return 统计报表: {form.statutory}." if form.statutory else ""


def column_cells(column: Column) -> tuple[str, ...]:
    unit = f", {both(column.unit)}" if column.unit.zh else ""
    return (
        f"`{column.name}`", column.label.zh, column.label.en, column.part.value,
        f"{column.kind.value}{unit}", column.period.value, column.secrecy.value, ", ".join(column.aliases),
    )  # fmt: skip


def rule_cells(rule: Rule) -> tuple[str, ...]:
    basis = f"`{rule.law}`" if rule.law else ""
    return (
        f"`{rule.name}`", rule.answer.value, f"`{rule.blame}`", basis, rule.says.zh, rule.says.en,
    )  # fmt: skip


def code_line(codes: Codes) -> str:
    """A code list in one line, or how many entries it has."""
    if len(codes.labels) > LONGEST_LIST:
        return f"Codes 代码 `{codes.name}`: {len(codes.labels)} entries."
    listed = "; ".join(f"`{code}` {both(label)}" for code, label in codes.labels.items())
    return f"Codes 代码 `{codes.name}`: {listed}"


def laws() -> Iterator[str]:
    """Every limit with its force and the years for which it is law."""
    yield "## Law 法定限值"
    yield ""
    head = ("limit", "中文", "English", "value", "force", "years", "asked of", "basis")
    rows = (
        (
            f"`{each.code}`", each.title.zh, each.title.en, f"{each.direction} {each.value:g} {each.unit}",
            each.force.value, years(each.from_year, each.to_year), asked_of(each), each.basis.zh,
        )
        for each in law.book()
    )  # fmt: skip
    yield from table(head, rows)


def asked_of(limit: Limit) -> str:
    """The kind and class of unit, the province and the year of foundation that a limit is narrowed to."""
    before = f"founded before {limit.founded_before}" if limit.founded_before < 9999 else ""
    return ", ".join(filter(None, (limit.unit_kind, limit.school_class, limit.province, before)))


def years(first: int, last: int) -> str:
    return f"{first}-" if last > 2100 else f"{first}-{last}"


def both(text: Text) -> str:
    return text.zh if text.zh == text.en else f"{text.zh} {text.en}"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A Markdown table, then an empty line."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
    yield ""
