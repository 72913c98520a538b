"""A form that is being filled: its rows, what the rules say of them, and what is known without asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dashboards.address import Address, BadAddress
from dashboards.i18n import Lang, Phrases
from dashboards.page import Visit
from dashboards.parts.checks import MessageView, ReasonView
from dashboards.parts.sheet import CellView, HeadView, Mark, SheetView, Sort, cell_id
from etl import entry, identify, known
from etl.cells import code_of
from etl.entry import Checked, Message
from etl.headers import IDENTIFICATION
from warehouse import drafts, law
from warehouse.codes import Codes
from warehouse.discovery import asked_forms
from warehouse.drafts import EXPLANATION, MOST_CHARACTERS, Draft, Row, Sheet
from warehouse.form import Answer, Column, Form, Kind, Secrecy
from warehouse.locked import Locked, keyed, locked
from warehouse.masks import HIDDEN
from warehouse.rights import Right
from warehouse.store import Reader
from warehouse.text import Text
from warehouse.totals import PROVINCE, context

SPARE = 3  # empty rows at the end, for those without scripts
MARKS: dict[Answer, Mark] = {
    Answer.REFUSED: "refused",
    Answer.BREACH: "breach",
    Answer.REMARK: "remark",
}


@dataclass(frozen=True, kw_only=True)
class Filling:
    """One form of one school in one year, as it is being filled; `code` is the school's in that year, "" where it is not due.

    `is_unsent`: something stands in it that was not handed in.
    """

    sheet: Sheet
    code: str
    rows: tuple[Row, ...]
    draft: Draft | None
    checked: Checked
    before: known.Before
    is_open: bool
    is_unsent: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)  # numbers of other forms

    @property
    def form(self) -> type[Form]:
        return self.sheet.form

    @property
    def is_empty(self) -> bool:
        return not self.checked.accepted and not self.checked.refused


def sheet_of(visit: Visit) -> Sheet:
    """The form that an address names; the first one where it names none. One that is not asked for yet has no page."""
    forms = asked_forms(visit.year, visit.today)
    name = visit.address.form or next(iter(forms))
    if name not in forms or visit.place is None:
        raise BadAddress(f"form={name}")
    return Sheet(form=forms[name], year=visit.year, school=visit.place.place_id)


def is_own(visit: Visit) -> bool:
    """Whether the reader is the statistician of the very school."""
    return Right.FILL in visit.rights and visit.audience.scope.place_id == visit.address.place


def filling(visit: Visit) -> Filling:
    """The form of a visit. Who may fill it sees the draft, everybody else what was last handed in."""
    sheet = sheet_of(visit)
    code = identify.code_in(visit.reader, sheet.school, sheet.year)
    may_fill = is_own(visit) and bool(code)
    draft = drafts.newest(visit.reader, sheet) if may_fill else None
    before = known.before(visit.reader, sheet)
    if may_fill:
        rows = known.rows_now(visit.reader, sheet, draft, before)
    else:
        rows = known.on_record(visit.reader, sheet)
    checked = entry.check(visit.reader, sheet, code, rows) if code else entry.NOTHING
    made = Filling(
        sheet=sheet, code=code, rows=tuple(rows), draft=draft, checked=checked, before=before, is_open=may_fill,
        is_unsent=may_fill and known.is_unsent(visit.reader, sheet, code, draft),
        given=_given(visit.reader, sheet),
    )  # fmt: skip
    return made if visit.audience.sees_sensitive else veiled(made)


def _given(reader: Reader, sheet: Sheet) -> dict[str, Any]:
    """The school's line of what other forms say."""
    return context(reader, sheet.form, sheet.year, [sheet.school]).row(0, named=True)


def shut(visit: Visit, now: Filling) -> Filling:
    """The form as it was handed in: while it is locked nobody types."""
    rows = known.on_record(visit.reader, now.sheet)
    checked = entry.check(visit.reader, now.sheet, now.code, rows) if now.code else entry.NOTHING
    made = replace(now, rows=tuple(rows), draft=None, checked=checked, is_open=False)
    return made if visit.audience.sees_sensitive else veiled(made)


def veiled(now: Filling) -> Filling:
    """The same for a role that does not need sensitive columns: that they are filled, and nothing of what stands there."""
    secret = {name for name, one in now.form.columns.items() if one.secrecy is Secrecy.SENSITIVE}

    def veil(row: Row) -> Row:
        return {name: HIDDEN if name in secret and text else text for name, text in row.items()}

    said = tuple(one for one in now.checked.messages if one.column not in secret)
    sums = {name: text for name, text in now.checked.totals.items() if name not in secret}
    last = {name: text for name, text in now.before.totals.items() if name not in secret}
    return replace(
        now, rows=tuple(map(veil, now.rows)), checked=replace(now.checked, messages=said, totals=sums),
        before=replace(now.before, rows=tuple(map(veil, now.before.rows)), totals=last),
    )  # fmt: skip


def rechecked(reader: Reader, sheet: Sheet, draft: Draft) -> Filling:
    """The form after a save, for the answer to a script."""
    code = identify.code_in(reader, sheet.school, sheet.year)
    return Filling(
        sheet=sheet, code=code, rows=draft.rows, draft=draft, before=known.Before(rows=(), totals={}),
        checked=entry.check(reader, sheet, code, draft.rows), is_open=True, given=_given(reader, sheet),
    )  # fmt: skip


# -- the grid


def grid(now: Filling, phrases: Phrases, address: Address) -> SheetView:
    """The grid with its words in the reader's language."""
    names, lang = list(entry.columns(now.form)), phrases.lang
    told = first_messages(now)
    rows = [*now.rows, *([{}] * _spare(now))]
    return SheetView(
        caption=phrases("sheet.caption", form=now.form.title.of(lang)),
        heads=[_head(now, name, phrases, address) for name in names],
        rows=[
            [_cell(now, row, name, told.get((n, name)), phrases) for name in names]
            for n, row in enumerate(rows, start=1)
        ],
        words={_list(codes): _words(now, codes, lang) for codes in _lists(now.form)},
        totals=totals(now),
        last=now.before.totals if now.form.grain() else {},
        is_open=now.is_open,
        longest=MOST_CHARACTERS,
        is_tall=not now.form.grain(),
    )


def _spare(now: Filling) -> int:
    """Empty rows below: of a form without keys there is one row and no more."""
    if not now.form.grain():
        return max(0, 1 - len(now.rows))
    return SPARE if now.is_open else 0


def _head(now: Filling, name: str, phrases: Phrases, address: Address) -> HeadView:
    form, lang = now.form, phrases.lang
    letter = entry.letters(form)[name]
    if name in locked(form):
        return _given_head(now, locked(form)[name], letter, phrases, address)
    column = form.columns.get(name)
    if column is None:
        label = IDENTIFICATION[EXPLANATION][0].of(lang)
        return HeadView(name, letter, label, "", "text", is_required=False)
    unit = entry.unit(column).of(lang) if column.kind is Kind.INTEGER else ""
    words = _list(column.codes) if column.codes else ""
    note = column.note.of(lang)
    is_key = column in form.grain()
    return HeadView(
        name, letter, column.label.of(lang), unit, _sort(column), is_key, column.required, words, note,
    )  # fmt: skip


def _given_head(
    now: Filling, one: Locked, letter: str, phrases: Phrases, address: Address
) -> HeadView:
    """A number that is asked for elsewhere: whose it is, and a way there for whoever may correct it."""
    href = address.on("fill", now.sheet.school, form=one.owner.name) if now.is_open else ""
    owner = phrases("fill.given", form=one.owner.title.of(phrases.lang))
    return HeadView(
        one.name, letter, one.label.of(phrases.lang), "", "number", is_required=False, owner=owner, href=href,
    )  # fmt: skip


def _sort(column: Column) -> Sort:
    if column.codes is not None:
        return "code"
    return "number" if column.kind is Kind.INTEGER else "text"


def _cell(now: Filling, row: Row, name: str, told: Message | None, phrases: Phrases) -> CellView:
    if name in locked(now.form):
        return CellView(_given_text(now, locked(now.form)[name], row, phrases))
    column = now.form.columns.get(name)
    is_known = bool(row) or not now.form.grain()
    before = now.before.of(now.form, row).get(name, "") if is_known else ""
    return CellView(
        value=shown(column, row.get(name, ""), phrases.lang),
        mark=MARKS[told.answer] if told else "",
        told=message_key(told) if told else "",
        before=before if column is not None and column.kind is Kind.INTEGER else "",
    )


def _given_text(now: Filling, one: Locked, row: Row, phrases: Phrases) -> str:
    """A locked number of a row; nothing where the row does not say yet of what it is."""
    if one.total.by and not row.get(one.total.by):
        return ""
    value = one.of(now.given, row)
    return phrases("fill.not_in") if value is None else entry.written(one.column, value)


def given_cells(now: Filling, phrases: Phrases) -> dict[str, str]:
    """For the script: id of a cell -> the locked number that stands in it."""
    return {
        cell_id(n, name): _given_text(now, one, row, phrases)
        for n, row in enumerate(now.rows, start=1)
        for name, one in locked(now.form).items()
    }


def totals(now: Filling) -> dict[str, str]:
    """What the rows add up to, the locked numbers of a form of several rows with them."""
    found = dict(now.checked.totals)
    for name, one in keyed(now.form).items():
        said = [one.of(now.given, row) for row in now.rows if row.get(one.total.by)]
        if numbers := [n for n in said if n is not None]:
            found[name] = entry.written(one.column, sum(numbers))
    return found


def shown(column: Column | None, text: str, lang: Lang) -> str:
    """A cell's text; a code by its word where the word means that code and no other."""
    codes = column.codes if column is not None else None
    return _word(codes, text, lang) if codes is not None and text in codes else text


def _word(codes: Codes, code: str, lang: Lang) -> str:
    label = codes.labels[code].of(lang)
    return label if code_of(label, codes) == code else f"{code} {label}"


def _lists(form: type[Form]) -> list[Codes]:
    found = {c.codes.name: c.codes for c in form.columns.values() if c.codes is not None}
    return list(found.values())


def _list(codes: Codes) -> str:
    return f"words-{codes.name}"


def _words(now: Filling, codes: Codes, lang: Lang) -> list[tuple[str, str]]:
    """What the school may write: codes of the nation, and those that its own province filed, of the year."""
    offered = codes.offered(now.given.get(PROVINCE), now.sheet.year)
    return [(_word(codes, code, lang), code) for code in offered]


# -- what the rules say


def first_messages(now: Filling) -> dict[tuple[int, str], Message]:
    """The gravest message of each cell; one about a whole row stands at its first cell."""
    grave = {Answer.REFUSED: 0, Answer.BREACH: 1, Answer.REMARK: 2}
    found: dict[tuple[int, str], Message] = {}
    for each in sorted(now.checked.messages, key=lambda each: grave[each.answer]):
        found.setdefault((each.row, each.column or next(iter(now.form.columns))), each)
    return found


def message_key(message: Message) -> str:
    return f"m-{message.row}-{message.column or 'row'}-{message.rule}"


def message_views(now: Filling, lang: Lang) -> list[MessageView]:
    """Every message; the reason is asked for once a row."""
    asked: set[int] = set()
    views = []
    for each in now.checked.messages:
        wants_reason = each.answer is not Answer.REFUSED and each.row not in asked
        if wants_reason:
            asked.add(each.row)
        views.append(_message_view(now, each, lang, wants_reason=wants_reason))
    return views


def _message_view(now: Filling, each: Message, lang: Lang, *, wants_reason: bool) -> MessageView:
    letter = entry.letters(now.form).get(each.column or "", "")
    target = each.column or next(iter(now.form.columns))
    where = Text("第 {row} 行 {letter}", "row {row} {letter}").fill(row=each.row, letter=letter)
    return MessageView(
        key=message_key(each), kind=MARKS[each.answer], where=where.of(lang).strip(), target=cell_id(each.row, target),
        says=each.says.of(lang), todo=each.todo.of(lang),
        basis=law.entry(each.law).basis.of(lang) if each.law else "",
        reason=ReasonView(each.row, each.explanation, now.is_open) if wants_reason else None,
    )  # fmt: skip


def marks(now: Filling) -> dict[str, list[str]]:
    """For the script: id of a cell -> its mark and the id of the message."""
    return {
        cell_id(row, column): [MARKS[each.answer], message_key(each)]
        for (row, column), each in first_messages(now).items()
    }


def progress(now: Filling) -> tuple[int, int]:
    """Required cells that are filled, of those of rows that hold anything."""
    needed = [name for name, column in now.form.columns.items() if column.required]
    begun = [row for row in now.rows if any(row.get(name) for name in now.form.columns)]
    return sum(bool(row.get(name)) for row in begun for name in needed), len(begun) * len(needed)
