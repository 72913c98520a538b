"""One column of text to one column of values, exactly: numbers, codes, dates, words.

Each parser gives a frame of `value` (typed) and `reason` (text): a cell is refused where the reason is not
null, and its value is null there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from functools import cache

import polars as pl

from warehouse.codes import Codes
from warehouse.form import Column, Kind
from warehouse.terms import AcademicYear

LARGEST = 10**14  # 10,000 schools of it still add up within a bigint
LONGEST = 500
OFFERED = 200  # unknown words of a column for which near ones are looked up
BLANKS = ("", "-", "--", "—", "——", "–", "…", "/", "不适用", "无", "n/a", "na", "null", "none")
TOTALS = ("合计", "总计", "小计", "共计", "total", "subtotal", "sum")
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ t]00:00(?::00)?)?")
_NUMBER = r"^([+-]?)(\d+)(?:\.(\d*))?$"
_GROUPED = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"


def parse(text: pl.Series, column: Column) -> pl.DataFrame:
    """The cells of a declared column. An empty cell has a reason only where the column is required."""
    if column.kind is Kind.INTEGER:
        cells = _numbers(text, column)
    elif column.codes is not None:
        cells = _coded(text, column.codes)
    elif column.kind is Kind.DATE:
        cells = _dates(text)
    else:
        cells = _words(text)
    if not column.required or not cells["value"].has_nulls():
        return cells
    empty = pl.col("value").is_null() & pl.col("reason").is_null()
    missing = pl.when(empty).then(pl.lit("missing_value")).otherwise("reason")
    return cells.with_columns(reason=missing)


def by_unique(
    text: pl.Series, function: Callable[[str], object], kind: type[pl.DataType]
) -> pl.Series:
    """A plain function applied once to each distinct text."""
    text = text.cast(pl.String)
    found = {word: function(word) for word in text.unique().drop_nulls().to_list()}
    if not any(value is not None for value in found.values()):
        return pl.Series(text.name, [None], dtype=kind).new_from_index(0, len(text))
    if all(value == word for word, value in found.items()):  # written as it is meant
        return text
    new = pl.Series(list(found.values()), dtype=kind)
    return text.replace_strict(pl.Series(list(found)), new, default=None, return_dtype=kind)


def half_width(text: str) -> str:
    """Full-width letters and digits made ordinary, spaces around cut."""
    return unicodedata.normalize("NFKC", text).strip()


def is_blank(text: str) -> bool:
    return half_width(text).lower() in BLANKS


# -- numbers


def _numbers(text: pl.Series, column: Column) -> pl.DataFrame:
    """Plain digits are read straight; decimals, full-width digits and separators by the long way."""
    straight = text.cast(pl.Int64, strict=False)
    value = straight if column.scale == 1 else straight.clip(-LARGEST, LARGEST) * column.scale
    reason = _nothing(len(text))
    if straight.null_count() > text.null_count():
        odd = (straight.is_null() & text.is_not_null()).arg_true()
        written = text.gather(odd).cast(pl.String).to_frame("text").select(*_written(column))
        value = value.scatter(odd, written["value"])
        reason = reason.scatter(odd, written["reason"])
    return _within(pl.DataFrame({"value": value, "reason": reason}), column)


def _nothing(length: int) -> pl.Series:
    return pl.select(reason=pl.repeat(None, length, dtype=pl.String)).to_series()


def _written(column: Column) -> tuple[pl.Expr, pl.Expr]:
    """`value` and `reason` of numbers as people write them: 1,234 or １２３ or 12.5 in 万元, or with the unit."""
    places = len(str(column.scale)) - 1
    plain = (
        pl.col("text").str.normalize("NFKC").str.strip_chars().str.replace("−", "-", literal=True)
    )
    if units := written_units(column):
        plain = plain.str.replace(rf"\s*(?:{'|'.join(map(re.escape, units))})$", "")
    grouped = plain.str.contains(_GROUPED)
    digits = pl.when(grouped).then(plain.str.replace_all(",", "", literal=True)).otherwise(plain)
    groups = digits.str.extract_groups(_NUMBER)
    whole = groups.struct[1].str.strip_chars_start("0").replace("", "0")
    decimals = groups.struct[2].fill_null("").str.strip_chars_end("0")
    reason = (
        pl.when(plain.str.to_lowercase().is_in(BLANKS))
        .then(None)
        .when(whole.is_null())
        .then(pl.lit("not_a_number"))
        .when(whole.str.len_bytes() > 14)
        .then(pl.lit("too_large"))
        .when(decimals.str.len_bytes() > places)
        .then(pl.lit("too_many_decimals" if places else "not_whole"))
    )
    unsigned = whole.cast(pl.Int64, strict=False) * column.scale
    if places:
        unsigned += decimals.str.pad_end(places, "0").cast(pl.Int64, strict=False)
    signed = pl.when(groups.struct[0] == "-").then(-unsigned).otherwise(unsigned)
    return pl.when(reason.is_null()).then(signed).alias("value"), reason.alias("reason")


def written_units(column: Column) -> tuple[str, ...]:
    """The units in which the sheet is written, longest first: 人 and persons, or 万元 where it is scaled."""
    if column.scale == 10_000:
        return (f"万{column.unit.zh}", f"10,000 {column.unit.en}", "万")
    return tuple(unit for unit in column.unit if unit) if column.scale == 1 else ()


def _within(cells: pl.DataFrame, column: Column) -> pl.DataFrame:
    """Values beyond the column's bounds lose their value and gain a reason."""
    least, most = cells.select(least=pl.col("value").min(), most=pl.col("value").max()).row(0)
    floor = max(-LARGEST, -LARGEST if column.minimum is None else column.minimum)
    ceiling = min(LARGEST, LARGEST if column.maximum is None else column.maximum)
    if least is None or (floor <= least and most <= ceiling):
        return cells
    value = pl.col("value")
    outside = {"too_large": value.abs() > LARGEST}
    if column.minimum is not None:
        outside["below_minimum"] = value < column.minimum
    if column.maximum is not None:
        outside["above_maximum"] = value > column.maximum
    why = [pl.when(is_out).then(pl.lit(reason)) for reason, is_out in outside.items()]
    judged = cells.with_columns(reason=pl.coalesce("reason", *why))
    return judged.with_columns(value=pl.when(pl.col("reason").is_null()).then(value))


# -- codes


def _coded(text: pl.Series, codes: Codes) -> pl.DataFrame:
    words = _words_of(codes)
    value = by_unique(text, lambda word: _code(word, words), pl.String)
    return _judged(text, value, lambda w: "total_row" if is_total(w) else "unknown_code")


def _judged(text: pl.Series, value: pl.Series, reason: Callable[[str], str]) -> pl.DataFrame:
    """Value and reason; a filled cell without a value has the reason its text deserves."""
    lost = value.is_null() & text.is_not_null()
    why = by_unique(text.filter(lost), lambda w: None if is_blank(w) else reason(w), pl.String)
    return pl.DataFrame(
        {"value": value, "reason": _nothing(len(text)).scatter(lost.arg_true(), why)}
    )


def is_total(word: str) -> bool:
    return half_width(word).lower().replace(" ", "") in TOTALS


def _words_of(codes: Codes) -> dict[str, str]:
    """The list's words in half width and without spaces, so that either way of writing meets them."""
    return _words_in(codes, codes.edition)


@cache
def _words_in(codes: Codes, _edition: int) -> dict[str, str]:
    return {_tight(word): code for word, code in codes.words().items()}


def _tight(word: str) -> str:
    return re.sub(r"\s+", "", half_width(word).lower())


def _code(word: str, words: dict[str, str]) -> str | None:
    """The code a word means: the code itself, a label, a synonym, '610101 种子生产技术', '610101.0'."""
    plain = half_width(word).lower()
    first = plain.split(maxsplit=1)[0] if plain else ""
    for reading in (_tight(plain), plain.removesuffix(".0"), first):
        if reading in words and not (reading == first and len(first) == 1 and first != plain):
            return words[reading]
    return None


def code_of(text: str, codes: Codes) -> str | None:
    """The code that a cell means, if the list has one."""
    return _code(text, _words_of(codes))


def nearest(word: str, codes: Codes) -> list[str]:
    """The codes, with labels, whose words look most like the one written."""
    words = _words_of(codes)
    close = get_close_matches(_tight(word), list(words), n=6, cutoff=0.4)
    found = list(dict.fromkeys(words[each] for each in close))[:3]
    return [f"{code} {codes.labels[code].zh}" for code in found]


# -- dates and words


def _dates(text: pl.Series) -> pl.DataFrame:
    return _judged(text, by_unique(text, _date, pl.Date), lambda _: "not_a_date")


def _date(text: str) -> date | None:
    """2025-09-01, 2025/9/1, 2025.9.1, 20250901 or 2025年9月1日."""
    found = _DATE.fullmatch(half_width(text).lower())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _words(text: pl.Series) -> pl.DataFrame:
    clean = pl.col("text").str.replace_all(_CONTROL, "").str.strip_chars()
    long = clean.str.len_chars() > LONGEST
    return text.cast(pl.String).to_frame("text").select(
        value=pl.when((clean != "") & ~long).then(clean),
        reason=pl.when(long).then(pl.lit("too_long")),
    )  # fmt: skip


def year_of(text: str) -> int | None:
    """The academic year a cell means, by its first calendar year; None for what is none."""
    try:
        return AcademicYear.parse(half_width(text).removesuffix(".0")).start
    except ValueError:
        return None


def school_code_of(text: str) -> str | None:
    """A school's code as the register writes it; None for an empty cell and a row of totals."""
    code = half_width(text).removesuffix(".0").replace(" ", "").upper()
    return None if not code or is_total(text) else code
