"""A table for programs: a line a cell as CSV with its metadata (CSV on the Web) and as Parquet, and the whole as JSON-stat."""

from __future__ import annotations

import io
import json
from typing import Any

import polars as pl

from dashboards.exports.paper import Line, Paper, lines
from dashboards.parts.cell import SIGNS
from dashboards.views import wording
from metrics.discovery import metric
from metrics.question import Key
from metrics.tables.ask import Axis, Spot, key, spots

BOM = "\ufeff".encode()
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_KINDS: dict[str, tuple[Any, str]] = {
    "year": (pl.Int32, "gYear"), "value": (pl.Float64, "number"), "numerator": (pl.Int64, "integer"), "denominator": (pl.Int64, "integer"),
    "units": (pl.Int64, "integer"), "due": (pl.Int64, "integer"),
}  # fmt: skip


def frame(paper: Paper) -> pl.DataFrame:
    """A row a cell: see paper.Line for the columns."""
    schema = {name: _KINDS.get(name, (pl.String, ""))[0] for name in Line._fields}
    return pl.DataFrame(list(lines(paper)), schema=schema, orient="row")


def csv(paper: Paper) -> bytes:
    """The lines as CSV in UTF-8, no text of which begins a formula where a spreadsheet opens it."""
    said = frame(paper)
    harmless = [_harmless(name) for name, kind in said.schema.items() if kind == pl.String]
    return said.with_columns(harmless).write_csv().encode()


def csv_for_excel(paper: Paper) -> bytes:
    """The same with the mark by which Excel knows UTF-8."""
    return BOM + csv(paper)


def _harmless(name: str) -> pl.Expr:
    text = pl.col(name)
    begins = pl.any_horizontal([text.str.starts_with(sign) for sign in _STARTS_FORMULA])
    return (
        pl.when(begins & (text.str.len_chars() > 1))
        .then(pl.lit("'") + text)
        .otherwise(text)
        .alias(name)
    )


def parquet(paper: Paper) -> bytes:
    """The lines as Parquet, the receipt in its metadata."""
    held = io.BytesIO()
    frame(paper).write_parquet(
        held, metadata={"zhijian.receipt": paper.receipt_text, "title": paper.words.title}
    )
    return held.getvalue()


def metadata(paper: Paper) -> bytes:
    """What the columns of the CSV are, as CSV on the Web asks for it (W3C, tabular metadata): its context takes a language alone, what is said
    besides goes by prefixes it knows, and a column's titles begin with the one that stands in the file.
    """
    phrases = paper.phrases
    columns = [
        {
            "name": name, "titles": [name, phrases(f"paper.column.{name}")], "datatype": _KINDS.get(name, (None, "string"))[1],
            "required": name in ("place_code", "metric", "year"),
        }
        for name in Line._fields
    ]  # fmt: skip
    return _json(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh-CN" if phrases.lang == "zh" else "en"}],
            "url": f"{paper.name}.csv",
            "dc:title": paper.words.title,
            "dc:description": "\n".join(phrases("paper.fact", label=label, text=text) for label, text in paper.facts()),
            "dc:source": paper.receipt["address"],
            "dc:provenance": paper.receipt_text,
            "tableSchema": {"columns": columns, "primaryKey": ["place_code", "group_code", "metric", "year"]},
        }
    )  # fmt: skip


def json_stat(paper: Paper) -> bytes:
    """The whole table as JSON-stat 2.0: a dimension an axis, values in their order, signs as status."""
    table = paper.words.table
    axes = table.ask.axes
    values, status = [], {}
    for at, one in enumerate(_keys(paper)):
        cell = table.cells.get(one)
        sign = wording.symbol(cell) if cell is not None else "not_applicable"
        values.append(None if cell is None or sign else cell.value)
        if said := SIGNS.get(sign, "") or (wording.revised(cell) if cell else ""):
            status[str(at)] = said
    return _json(
        {
            "version": "2.0", "class": "dataset", "label": paper.words.title, "source": paper.phrases("paper.source.text"),
            "updated": paper.read_at.isoformat(), "id": list(axes), "size": [len(table.values[axis]) for axis in axes],
            "dimension": {axis: _dimension(paper, axis) for axis in axes}, "role": {"geo": ["places"], "time": ["years"], "metric": ["metrics"]},
            "value": values, "status": status, "note": [paper.phrases("paper.fact", label=label, text=text) for label, text in paper.facts()], "extension": {"receipt": paper.receipt},
        }
    )  # fmt: skip


def _keys(paper: Paper) -> list[Key]:
    """Every key in the order of the axes, the last running fastest."""
    table, nothing = paper.words.table, Spot((), ())
    return [key(one, nothing) for one in spots(table.ask.axes, table.values)]


def _dimension(paper: Paper, axis: Axis) -> dict[str, Any]:
    words = paper.words
    codes = [_code(paper, axis, value) for value in words.table.values[axis]]
    category: dict[str, Any] = {
        "index": codes, "label": dict(zip(codes, (words.word(axis, value) for value in words.table.values[axis]), strict=True)),
    }  # fmt: skip
    if axis == "metrics":
        units = ((name, metric(name)) for name in words.table.ask.metrics)
        category["unit"] = {
            name: {"label": one.unit.label.of(words.phrases.lang), "decimals": one.decimals}
            for name, one in units
        }
    return {"label": words.axis(axis), "category": category}


def _code(paper: Paper, axis: Axis, value: int | str) -> str:
    """Places go by their code, the total of a breakdown by a word of its own."""
    if axis == "places":
        return paper.words.ladder.place(int(value)).code
    return str(value) or "total"


def _json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
