"""The academic years there are, when their forms are due, and how far one has come."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards.api.declared import Answer, Call, Endpoint
from dashboards.api.parameters import PLACE, YEAR, Parameter
from dashboards.api.shapes import BOTH, COUNTS, DAY, INTEGER, TRUTH, listed, one_of, record
from warehouse.board import board
from warehouse.calendar import calendar
from warehouse.store import Reader
from warehouse.terms import format_year, stock_date, year_from
from warehouse.text import Text

STATES = ("running", "open", "closed")
_PERIOD = {
    "year": INTEGER, "label": BOTH, "first_day": DAY, "last_day": DAY, "stock_date": DAY, "first_due": DAY, "last_due": DAY,
    "state": one_of(STATES), "is_newest": TRUTH,
}  # fmt: skip


def periods(call: Call) -> Answer:
    """Every year with data, the oldest first."""
    with call.reading() as reader:
        items = [_period(call, reader, year) for year in call.ladder.years]
    return Answer(body={"items": items})


def period(call: Call) -> Answer:
    """One year with the forms of a place by where they stand in the review."""
    year, place = call.year, call.records
    with call.reading() as reader:
        counted = board(reader, place.place_id, year, call.today)
        told = _period(call, reader, year)
    states = counted.group_by("state").agg(pl.col("forms").sum()).sort("state")
    forms = {str(state): int(number) for state, number in states.iter_rows()}
    return Answer(body={**told, "place": place.place_id, "forms": forms})


def _period(call: Call, reader: Reader, year: int) -> dict[str, Any]:
    """`state`: running until forms may be handed in, open until the last day they are due, then closed."""
    days = year_from(year)
    first_due, last_due = calendar(reader).span(year)
    state = "closed" if call.today > last_due else "open" if call.today >= stock_date(year) else "running"  # fmt: skip
    return {
        "year": year, "label": {"zh": format_year(year, "zh"), "en": format_year(year, "en")}, "first_day": days.first, "last_day": days.last,
        "stock_date": stock_date(year), "first_due": first_due, "last_due": last_due, "state": state,
        "is_newest": year == call.ladder.years[-1],
    }  # fmt: skip


_YEAR = Parameter(name="year", where="path", about=YEAR.about, schema=YEAR.schema)

ENDPOINTS = (
    Endpoint(
        path="/periods",
        title=Text("学年", "Periods"),
        about=Text("有数据的学年、统计时点、上报期限与状态。", "Academic years with data, the day they are counted at, when forms are due, and their state."),
        shape=record(items=listed(record(**_PERIOD))),
        run=periods,
    ),
    Endpoint(
        path="/periods/{year}",
        title=Text("一个学年的报送进度", "How far one period has come"),
        about=Text("一个地区或学校各状态的报表份数。", "The forms of a place by where they stand in the review."),
        parameters=(_YEAR, PLACE),
        shape=record(**_PERIOD, place=INTEGER, forms=COUNTS),
        run=period,
        refusals=frozenset({404}),
    ),
)  # fmt: skip
