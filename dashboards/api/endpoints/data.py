"""Figures: the builder's table, a row a cell; or as the files that its page gives out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from dashboards.address import Address
from dashboards.api.declared import JSON, Answer, Call, Endpoint, paged
from dashboards.api.parameters import LANG, START, Parameter, limit, several, whole, words
from dashboards.api.shapes import (
    INTEGER,
    MOMENT,
    NUMBER,
    TEXT,
    Shape,
    listed,
    nullable,
    one_of,
    page,
    record,
)
from dashboards.auth import home
from dashboards.exports.files import KINDS, table_paper
from dashboards.exports.paper import Paper, cells, line
from metrics.discovery import metrics
from metrics.question import Cell, Key, State
from metrics.tables.ask import AXES, MOST_CUTS, MOST_METRICS, REACHES, cuts
from warehouse import releases
from warehouse.text import Text

MEDIA: Mapping[str, str] = {
    "json": JSON,
    **{name: kind.media for name, kind in KINDS.items() if name != "json"},
    "json-stat": KINDS["json"].media,
}
_FILES = {name: "json" if name == "json-stat" else name for name in MEDIA if name != "json"}


def parameters() -> tuple[Parameter, ...]:
    """The words of the builder's address."""
    by = sorted(cuts(metrics()))
    pick = {"type": "string", "pattern": f"^[1-9][0-9]{{0,8}}(-({'|'.join(REACHES)}))?$"}
    return (
        Parameter(
            name="places", required=True, schema=several(pick, 400),
            about=Text("地区或学校编号，可加 -provinces、-prefectures、-counties、-schools 表示其下全部", "Numbers of places; with -provinces, -prefectures, -counties or -schools all below one"),
        ),
        Parameter(name="years", required=True, about=Text("学年的起始年份", "Years"), schema=several(whole(1990, 2100), 40)),
        Parameter(
            name="metrics", required=True, about=Text("指标的代码名，见 /metrics", "Names of metrics, as in /metrics"),
            schema=several(words(tuple(metrics())), MOST_METRICS),
        ),
        Parameter(name="cut", about=Text("分组，见指标的 breakdowns", "Breakdowns, as in a metric's breakdowns"), schema=several(words(by), MOST_CUTS), default=()),
        Parameter(name="totals", about=Text("分组时是否保留合计", "Whether totals stand beside a breakdown"), schema=words(("yes", "no")), default="yes"),
        Parameter(name="bounds", about=Text("现区划或当年区划", "Boundaries of now or of then"), schema=words(("now", "then")), default="now"),
        Parameter(name="basis", about=Text("报送数或审核通过数", "Figures submitted, or approved"), schema=words(("submitted", "approved")), default="submitted"),
        Parameter(
            name="release", about=Text("按这一次发布的数据，见 /releases；不与 asof、basis 同用", "Figures as released, see /releases; it fixes asof and basis"),
            schema={"type": "string", "pattern": f"^{releases.NUMBER}$"},
        ),
        Parameter(
            name="asof", about=Text("查看这一时刻的数据状态", "Figures as they stood at this moment"),
            schema={"type": "string", "format": "date-time"},
        ),
        Parameter(name="across", about=Text("表格文件中横向的项", "What runs across in a file that is a table"), schema=several(words(AXES), len(AXES)), default=None),
        Parameter(
            name="format", about=Text("格式；也可用 Accept 请求头。json 为每格一行", "Format; the header Accept says it as well. json is a row a cell"),
            schema=words(tuple(MEDIA)),
        ),
        LANG, START, limit(10_000, 1_000),
    )  # fmt: skip


def data(call: Call) -> Answer:
    """The table as its page shows it."""
    paper = table_paper(call, _address(call), call.program, request.host_url.rstrip("/"))
    receipt = paper.receipt
    detail = {"kind": call.kind, "table": receipt["table"], "sha256": receipt["sha256"], "cells": receipt["cells"]}  # fmt: skip
    if call.kind != "json":
        kind = KINDS[_FILES[call.kind]]
        return Answer(body=kind.make(paper), detail=detail, file=f"{paper.name}.{kind.ending}")
    made = _rows(call, paper)
    return Answer(body=made.body, links=made.links, detail=detail)


def _address(call: Call) -> Address:
    """The page's address of the same table, at the account's own place."""
    said = call.said
    return Address(
        lang=call.lang, page="build", place=home(call.program), places=".".join(said["places"]), years=".".join(map(str, said["years"])),
        metrics=".".join(said["metrics"]), cut=".".join(said["cut"]), across=".".join(said["across"] or ()), totals="no" if said["totals"] == "no" else "",
        bounds=said["bounds"], basis=said["basis"], asof=said["asof"].isoformat() if said["asof"] else "", release=said["release"] or "",
    )  # fmt: skip


def _rows(call: Call, paper: Paper) -> Answer:
    """One page of rows; the next one is of the same state of the warehouse."""
    found = list(cells(paper))
    start, most = call.said["start"], call.said["limit"]
    items = [_row(paper, key, cell) for key, cell in found[start : start + most]]
    facts = [{"label": label, "text": text} for label, text in paper.facts()]
    following = {"start": start + most, "asof": paper.receipt["asof"]} if start + most < len(found) else None  # fmt: skip
    beside = {"title": paper.words.title, "receipt": paper.receipt, "facts": facts, "total": len(found), "start": start}  # fmt: skip
    return paged(beside, items, following)


def _row(paper: Paper, key: Key, cell: Cell) -> dict[str, Any]:
    told = line(paper.words, key, cell)
    state = State.VALUE if told.value is not None else cell.state
    named = told._asdict()
    return {
        "place": key.place, "place_name": named.pop("place"), **named, "state": state.value, "coverage": cell.coverage,
    }  # fmt: skip


_RECEIPT = record(
    kind=TEXT, address=TEXT, table={"type": "object"}, release=TEXT, asof=MOMENT, loads={"type": "object"}, cells=INTEGER, sha256=TEXT
)  # fmt: skip
_ROW: Shape = record(
    place=INTEGER, place_code=TEXT, group_code=TEXT, group=TEXT, metric=TEXT, metric_name=TEXT, unit=TEXT, year=INTEGER,
    value=nullable(NUMBER), symbol=TEXT, state=one_of(State), numerator=nullable(INTEGER), denominator=nullable(INTEGER), units=INTEGER,
    due=INTEGER, coverage=nullable(NUMBER), place_name=TEXT,
)  # fmt: skip

ENDPOINTS = (
    Endpoint(
        path="/data",
        title=Text("数据", "Figures"),
        about=Text(
            "制表页的同一张表，每格一行：值、状态与符号、分子、分母、覆盖；不予显示的格与页面一致。最多 50,000 格；显示之前还要核对很久的表以 422 说明预计时间，可在制表页做成文件。",
            "The builder's table, a row a cell: value, state and sign, numerator, denominator, coverage; withheld where pages withhold. At most 50,000 cells; of a table that takes long to be checked before it is shown 422 tells the estimate, and the builder's page makes the file.",
        ),
        parameters=parameters(),
        kinds=MEDIA,
        shape=page(_ROW, title=TEXT, receipt=_RECEIPT, facts=listed(record(label=TEXT, text=TEXT)), total=INTEGER, start=INTEGER),
        run=data,
        by_loads=True,
        is_noted=True,
        refusals=frozenset({404, 422}),
    ),
)  # fmt: skip
