"""Workbooks as nobody should write them: each ends in a judgement of every row or in one clear error, in bounded time.

A filled template whose cells, rows, headers, parts or bytes were changed at random: some of every form here, two thousand with
`make fuzz`.
"""

from __future__ import annotations

import random
import re
import signal
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path
from types import FrameType

import polars as pl
import pytest

from etl import identify, templates
from etl.errors import BadFile
from etl.harmonise import harmonise
from etl.headers import Table
from etl.outcome import judge, place
from etl.readers import read
from etl.recognise import recognise
from tests.etl.files import SCHOOL
from warehouse.discovery import submitted_forms
from warehouse.form import Column, Form, Kind
from warehouse.locked import keyed

ROWS, SECONDS = 6, 20  # of a workbook; that one file may take
SHEET, WORDS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
Parts = dict[str, bytes]

ODD = (
    "", " ", "\u3000", "0", "-1", "1.5", "１２３", "1,234", "12,34", "1e309", "NaN", "inf", "9" * 40, "-" + "9" * 30, "=1+1", "=cmd|' /C calc'!A0",
    "@SUM(A1)", "合计", "总计", "小计", "无", "不适用", "—", "…", "是", "TRUE", "#REF!", "#N/A", "2025-02-30", "0000-00-00", "99999-12-31", "45000",
    "二〇二五年", "\u202eabc", "e\u0301" * 50, "😀", "\x00", "&lt;script&gt;", "' OR 1=1 --", "{persons}", "{0}", "%s", "../../x", "A" * 600, "中" * 32_767,
)  # fmt: skip
"""What people, programs and attackers leave in cells."""


def example(column: Column, chance: random.Random) -> str:
    """A value that the column takes, most of the time."""
    if column.codes is not None:
        return chance.choice(list(column.codes.labels))
    if column.kind is Kind.INTEGER:
        return str(chance.choice([0, 1, 7, 30, 250]) + max(column.minimum or 0, 0))
    return (
        "2025-09-01"
        if column.kind is Kind.DATE
        else chance.choice(["某某", "91350100M000100Y43", "0"])
    )


def workbook(form: type[Form], folder: Path, chance: random.Random) -> Parts:
    """The parts of a filled template."""
    lines = ROWS if form.grain() else 1
    rows = pl.DataFrame([{name: example(column, chance) for name, column in form.columns.items()} for _ in range(lines)])  # fmt: skip
    path = templates.write(form, folder / "base.xlsx", school=SCHOOL, year=2025, rows=rows)
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


# -- ways to change one


def change_words(parts: Parts, chance: random.Random) -> None:
    """Some texts, of cells and headers alike, become odd ones."""
    said = re.findall(rb"<t[^>]*>[^<]*</t>", parts[WORDS])
    for old in chance.sample(said, min(len(said), chance.randint(1, 4))):
        odd = chance.choice(ODD).encode("utf-8", "ignore").replace(b"\x00", b"&#0;")
        parts[WORDS] = parts[WORDS].replace(old, b"<t>" + odd + b"</t>", 1)


def change_numbers(parts: Parts, chance: random.Random) -> None:
    """Some numbers, or the numbers by which cells name their texts, become others."""
    numbers = list(re.finditer(rb"<v>[^<]*</v>", parts[SHEET]))
    for found in sorted(chance.sample(numbers, min(len(numbers), 5)), key=lambda one: -one.start()):
        odd = chance.choice(
            (b"-1", b"1e400", b"NaN", b"", b"0.1", b"9" * 30, b"7", b"x", b"123456789012345")
        )
        parts[SHEET] = (
            parts[SHEET][: found.start()] + b"<v>" + odd + b"</v>" + parts[SHEET][found.end() :]
        )


def change_rows(parts: Parts, chance: random.Random) -> None:
    """Rows are lost, doubled or exchanged."""
    rows = re.findall(rb"<row .*?</row>", parts[SHEET], re.DOTALL)
    some = chance.sample(rows, min(len(rows), chance.randint(1, 5)))
    for row in some:
        new = chance.choice((b"", row + row, chance.choice(rows)))
        parts[SHEET] = parts[SHEET].replace(row, new, 1)


def lose_a_part(parts: Parts, chance: random.Random) -> None:
    """A part of the archive is gone, empty or cut in two."""
    name = chance.choice(list(parts))
    if chance.random() < 0.3:
        del parts[name]
    else:
        parts[name] = parts[name][: chance.randint(0, len(parts[name]))]


def change_markup(parts: Parts, chance: random.Random) -> None:
    """Bytes of the sheet's own text are lost or become others."""
    text = bytearray(parts[SHEET])
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(text))
        text[at : at + chance.randint(0, 9)] = bytes(
            chance.choices(b'<>"=/rcvst0123456789 &;', k=chance.randint(0, 9))
        )
    parts[SHEET] = bytes(text)


WAYS: tuple[Callable[[Parts, random.Random], None], ...] = (
    change_words, change_words, change_words, change_numbers, change_numbers, change_rows, lose_a_part, change_markup,
)  # fmt: skip


def broken(parts: Mapping[str, bytes], chance: random.Random) -> bytes:
    """The bytes of a workbook changed in one to three ways; sometimes the bytes themselves."""
    made = dict(parts)
    for way in chance.sample(WAYS, chance.choice((1, 1, 2, 3))):
        if SHEET in made and WORDS in made:
            way(made, chance)
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as book:
        for name, text in made.items():
            book.writestr(name, text)
    content = bytearray(whole.getvalue())
    if chance.random() < 0.08:
        content = content[: chance.randint(0, len(content))]
    elif chance.random() < 0.08:
        for _ in range(chance.randint(1, 20)):
            content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


# -- how each must end


class TooSlow(Exception):
    """A file took longer than it may."""


@contextmanager
def bounded() -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def ending(path: Path) -> str:
    """Every row accepted or refused with words for it, or one clear error; anything else is raised."""
    try:
        table = recognise(read(path), None)
        year = identify.year(table, None, date(2026, 11, 20))
        code = identify.school(table, None)
    except BadFile as error:
        told = error
    else:
        return judged(table, year, code)
    assert told.of("zh").strip()
    assert told.of("en").strip()
    return type(told).__name__


def judged(table: Table, year: int, code: str) -> str:
    """Every row of the table accepted or refused, none lost."""
    units = pl.DataFrame({"school_id": [1], "code": [code], "name": ["某校"]})
    cells = pl.List(pl.Struct({"key": pl.String, "value": pl.Int64}))  # the owner's numbers by key
    kinds = {name: cells if name in keyed(table.form) else pl.Int64 for name in table.form.refers}
    silent = pl.DataFrame({"school_id": [1], **dict.fromkeys(kinds)}, schema={"school_id": pl.Int64, **kinds})  # fmt: skip
    placed = place(harmonise([table], code), units)
    outcome = judge(placed, year, silent)
    refused = outcome.rejections.select("sheet_row").n_unique() if outcome.rejections.height else 0
    assert outcome.rows.height + refused == placed.rows.height
    assert outcome.rejections.filter(pl.col("message_zh").str.len_chars() == 0).is_empty()
    return "judged"


@pytest.mark.parametrize("name", submitted_forms())
def test_each_broken_workbook_is_judged_or_refused_with_one_error(
    name: str, tmp_path: Path, fuzzed: int
) -> None:
    form, path = submitted_forms()[name], tmp_path / "a.xlsx"
    parts = workbook(form, tmp_path, random.Random(name))
    ends: Counter[str] = Counter()
    for seed in range(fuzzed):
        path.write_bytes(broken(parts, random.Random(f"{name}/{seed}")))
        with bounded(), saying(f"{name}/{seed}"):
            ends[ending(path)] += 1

    assert ends["judged"] > fuzzed / 10
    assert fuzzed - ends["judged"] > fuzzed / 10


@contextmanager
def saying(seed: str) -> Iterator[None]:
    """Name the workbook whose end was none of the two."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"the workbook of seed {seed}")
        raise
