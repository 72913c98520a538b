"""Headers to declared columns: which form a sheet is, where its table begins, which column is which."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property, lru_cache

import polars as pl

from etl.errors import MissingColumns, NoData, TwoHeaders, WrongForm
from etl.sheet import ROW, Sheet, cell, letter
from warehouse.discovery import declarations
from warehouse.form import Form, Part
from warehouse.locked import laid
from warehouse.parts import is_gathered
from warehouse.text import Text

SEARCHED = 50  # rows in which a header is looked for
REPEATED = 0.6  # of a header's columns found again make a second header
SUSPECTS = 50  # rows with words for numbers that are looked at as possible headers

SCHOOL, YEAR, PERIOD, EXPLANATION = "school_code", "year", "period", "explanation"
IDENTIFICATION: dict[str, tuple[Text, tuple[str, ...]]] = {
    SCHOOL: (
        Text("学校标识码", "School code"),
        (
            "学校（机构）标识码",
            "机构标识码",
            "学校代码",
            "school",
            "XXBSM",
            "XXDM",
            "school_id_code",
        ),
    ),
    YEAR: (Text("学年", "Academic year"), ("统计学年", "年度", "XN", "school_year")),
    PERIOD: (Text("期间", "Period"), ("报告期", "报送期间", "月份", "学期", "季度", "BGQ")),
    EXPLANATION: (Text("说明", "Explanation"), ("情况说明", "原因说明", "备注", "remarks", "note")),
}
"""Columns of every form, the period of those handed in by parts of a year: label and aliases."""

_NUMBERING = re.compile(r"^\d{1,2}[.、)]")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_NOISE = re.compile(r"[\s_\-–—:;,.·*#/\\'\"“”‘’、。()\[\]<>《》|]+")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A sheet whose form is known: `columns` maps declared names to columns of `cells`, which now hold only
    filled rows below the header.
    """

    sheet: Sheet
    form: type[Form]
    headers: tuple[str, ...]
    header_row: int
    head: tuple[tuple[str, ...], ...]
    columns: Mapping[str, str]
    cells: pl.DataFrame

    @property
    def declared(self) -> dict[str, str]:
        """The form's own columns that the sheet has."""
        return {name: at for name, at in self.columns.items() if name in self.form.columns}

    @cached_property
    def letters(self) -> dict[str, str]:
        """Declared name -> the sheet's column letter."""
        return {name: letter(int(at[1:])) for name, at in self.columns.items()}

    @cached_property
    def ignored(self) -> tuple[str, ...]:
        """Headers that mean nothing to this form."""
        used = {int(at[1:]) for at in self.columns.values()}
        return tuple(h for i, h in enumerate(self.headers) if h and i not in used)


@cache
def layouts() -> list[type[Form]]:
    """The forms that files are told by: one handed in by parts stands for all of them, which have the same columns."""
    return [form for form in declarations().values() if form.submitted or is_gathered(form)]


def plain(header: str) -> str:
    """A header without width, case, numbering, spaces and punctuation."""
    text = unicodedata.normalize("NFKC", header).lower().strip()
    return _NOISE.sub("", _NUMBERING.sub("", text))


@lru_cache(maxsize=50_000)
def readings(header: str) -> tuple[str, ...]:
    """What a header may mean, surest first: whole, each line of it, and each without its brackets."""
    lines = [header, *header.splitlines()] if "\n" in header else [header]
    bare = [_BRACKETS.sub("", unicodedata.normalize("NFKC", line)) for line in lines]
    return tuple(word for word in dict.fromkeys(map(plain, (*lines, *bare))) if word)


@cache
def vocabulary(form: type[Form]) -> dict[str, str]:
    """Plain word -> column name. Bracketless readings never displace a whole one."""
    named = [(name, column.headers) for name, column in laid(form).items()]
    common = [
        (name, (label.zh, label.en, name, *aliases))
        for name, (label, aliases) in IDENTIFICATION.items()
        if name != PERIOD or form.every.has_parts
    ]
    spoken = [(name, h) for name, headers in (*named, *common) for h in headers]
    words: dict[str, str] = {}
    for depth in (0, 1):
        for name, header in spoken:
            for word in readings(header)[depth : depth + 1]:
                words.setdefault(word, name)
    return words


def matches(form: type[Form], headers: Iterable[str | None]) -> list[str | None]:
    """For each header the declared column it means."""
    words = vocabulary(form)  # type: ignore[arg-type]  # mypy holds classes with class variables for unhashable
    return [
        next((words[word] for word in readings(header) if word in words), None) if header else None
        for header in headers
    ]


def tables_of(sheets: list[Sheet], form: type[Form] | None) -> list[Table]:
    """Every table of a file: each sheet whose headers are complete for a form. None at all is an error."""
    if not any(sheet.cells.height for sheet in sheets):
        raise NoData(sheets[0].file if sheets else "")
    tables = [_tabled(sheet, found) for sheet in sheets if (found := _complete(sheet, form))]
    filled = [table for table in tables if table.cells.height]
    if not tables:
        raise _explained(sheets, form)
    if form is None and (near := next(filter(None, map(_nearly, sheets)), None)):
        raise MissingColumns(sheets[0].file, near.form.title, _nearest(near))
    if not filled:
        raise NoData(tables[0].sheet.file)
    return filled


@dataclass(frozen=True, kw_only=True)
class _Fit:
    """How well a row of a sheet serves as a form's header."""

    form: type[Form]
    headers: tuple[str, ...]
    row: int
    found: tuple[str | None, ...]

    @cached_property
    def own(self) -> set[str]:
        return {name for name in self.found if name in self.form.columns}

    @cached_property
    def missing(self) -> list[str]:
        return [
            name
            for name, column in self.form.columns.items()
            if column.required and name not in self.own
        ]

    @property
    def score(self) -> tuple[bool, float, int]:
        share = len(self.own) / len(self.form.columns)
        return not self.missing, share, len(self.own)


def _first_rows(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    start = sheet.cells.head(SEARCHED).cast(pl.String)
    return [(int(row[0]), tuple(text or "" for text in row[1:])) for row in start.rows()]


def _candidates(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    """The rows that may be a header: the sheet's own, or its first ones."""
    return [(0, sheet.headers)] if sheet.headers else _first_rows(sheet)


def _best(rows: Sequence[tuple[int, tuple[str, ...]]], form: type[Form]) -> _Fit | None:
    """The first row that is a complete header, else the row that comes nearest."""
    best = None
    for row, headers in rows:
        fit = _Fit(form=form, headers=headers, row=row, found=tuple(matches(form, headers)))
        if not fit.missing:
            return fit
        best = fit if best is None or fit.score > best.score else best
    return best


def _complete(sheet: Sheet, form: type[Form] | None) -> _Fit | None:
    """The best header of the sheet that lacks nothing; of all forms unless one is named."""
    wanted, rows = [form] if form else layouts(), _candidates(sheet)
    fits = [fit for each in wanted if (fit := _best(rows, each)) and not fit.missing]
    return max(fits, key=lambda fit: fit.score, default=None)


def _nearly(sheet: Sheet) -> _Fit | None:
    """The form that a sheet of no form comes close to: it was meant, and must not be lost in silence."""
    if _complete(sheet, None):
        return None
    rows = _candidates(sheet)
    fits = [fit for each in layouts() if (fit := _best(rows, each))]
    best = max(fits, key=lambda fit: fit.score, default=None)
    return best if best and len(best.own) >= REPEATED * len(best.form.columns) else None


def _tabled(sheet: Sheet, fit: _Fit) -> Table:
    columns = _unambiguous(sheet, fit)
    below = sheet.cells.filter(pl.col(ROW) > fit.row)
    own = [at for name, at in columns.items() if name in fit.form.columns]
    filled = below.filter(pl.any_horizontal(_filled(pl.col(at), below.schema[at]) for at in own))
    table = Table(
        sheet=sheet, form=fit.form, headers=fit.headers, header_row=fit.row,
        head=sheet.head if sheet.headers else _above(sheet, fit.row), columns=columns, cells=filled,
    )  # fmt: skip
    _check_single(table)
    return table


def _filled(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if kind == pl.String:
        return column.str.strip_chars().str.len_bytes().fill_null(0) > 0
    return column.is_not_null()


def _above(sheet: Sheet, row: int) -> tuple[tuple[str, ...], ...]:
    return tuple(headers for number, headers in _first_rows(sheet) if number < row)


def _unambiguous(sheet: Sheet, fit: _Fit) -> dict[str, str]:
    """Declared name -> sheet column; two columns of one meaning are an error."""
    columns: dict[str, str] = {}
    for position, name in enumerate(fit.found):
        if name in columns:
            first, second = (fit.headers[i] for i in (int(columns[name][1:]), position))
            raise TwoHeaders(
                sheet.file,
                detail_zh=f"“{first}”与“{second}”是同一列",
                detail_en=f"'{first}' and '{second}' mean the same column",
            )
        if name:
            columns[name] = cell(position)
    return columns


def _check_single(table: Table) -> None:
    """A second header, of this form or of another, above or below: two tables were put in one sheet."""
    above = [] if table.sheet.headers else [row for row in _first_rows(table.sheet) if row[0] < table.header_row]  # fmt: skip
    below = [(int(row[0]), row[1:]) for row in _wordy(table).head(SUSPECTS).rows()]
    for number, texts in (*above, *below):
        if _is_header(texts, table):
            first, second = sorted((table.header_row, number))
            raise TwoHeaders(
                table.sheet.file,
                detail_zh=f"第 {first} 行和第 {second} 行都是表头",
                detail_en=f"rows {first} and {second} are both headers",
            )


def _wordy(table: Table) -> pl.DataFrame:
    """The rows that have words where numbers belong, as headers do, or no number at all, as a narrower table's do."""
    measures = [
        at
        for name, at in table.columns.items()
        if name in table.form.columns and table.form.columns[name].part is Part.MEASURE and table.cells.schema[at] == pl.String
    ]  # fmt: skip
    if not measures:
        return table.cells.clear()
    words = [pl.col(at).str.strip_chars().str.contains(r"^\D{2,}$").fill_null(value=False) for at in measures]  # fmt: skip
    empty = [~_filled(pl.col(at), pl.String()) for at in measures]
    return table.cells.filter(pl.any_horizontal(words) | pl.all_horizontal(empty)).cast(pl.String)


def _is_header(texts: Sequence[str | None], table: Table) -> bool:
    """Most of this table's own columns, or all that another form needs."""
    own = [name for name in matches(table.form, texts) if name in table.form.columns]
    if len(own) >= REPEATED * len(table.columns):
        return True
    words = tuple(text or "" for text in texts)
    return any(
        not _Fit(form=form, headers=words, row=0, found=tuple(matches(form, words))).missing
        for form in layouts()
    )


def _explained(sheets: list[Sheet], form: type[Form] | None) -> WrongForm:
    """Why no sheet fits: nearly the form named or another, or none that we know."""
    file = sheets[0].file
    if form and (other := next(filter(None, (_complete(s, None) for s in sheets)), None)):
        title = other.form.title
        detail = Text(f"是“{title.zh}”", f"they are those of '{title.en}'")
        return WrongForm(file, wanted=form.title, detail=detail)
    wanted = [form] if form else layouts()
    rows = [row for sheet in sheets for row in _candidates(sheet)]
    fits = [fit for each in wanted if (fit := _best(rows, each))]
    best = max(fits, key=lambda fit: fit.score, default=None)
    if best is None or len(best.own) < max(2, 0.25 * len(best.form.columns)):
        titles = [each.title for each in wanted]
        names = Text("、".join(t.zh for t in titles), ", ".join(t.en for t in titles))
        return WrongForm(file, wanted=names, detail=Text("没有相符的表头", "no header fits"))
    return MissingColumns(file, best.form.title, _nearest(best))


def _nearest(fit: _Fit) -> dict[Text, list[str]]:
    """For each missing column the headers nobody claimed that look most like it."""
    free = {plain(h): h for h, name in zip(fit.headers, fit.found, strict=True) if h and not name}
    offered = {}
    for name in fit.missing:
        column = fit.form.columns[name]
        close = [near for h in column.headers for near in get_close_matches(plain(h), free, 2, 0.5)]
        offered[column.label] = [free[word] for word in dict.fromkeys(close)][:3]
    return offered
