"""Cases: what was dispatched to schools to be explained, and what became of it."""

from __future__ import annotations

from typing import Any

from dashboards.api.declared import Answer, Call, Endpoint, paged
from dashboards.api.parameters import PLACE, START, Parameter, limit, whole, words
from dashboards.api.problem import Refused
from dashboards.api.shapes import (
    BOTH,
    DAY,
    INTEGER,
    MOMENT,
    NUMBER,
    TEXT,
    TRUTH,
    Shape,
    listed,
    nullable,
    one_of,
    page,
    record,
)
from dashboards.views.cases import SOON, title
from warehouse import case_read
from warehouse.api_tokens import TokenScope
from warehouse.calendar import calendar
from warehouse.case_read import VIEWS, Case, Mine, Step, Wanted
from warehouse.case_rules import Code, Deed, State
from warehouse.text import Text

VIEW = Parameter(
    name="view", about=Text("哪一类", "Which"), schema=words(VIEWS), default="all"
)  # fmt: skip
FIND = Parameter(
    name="q", about=Text("规则、校名或代码的一部分", "Part of a rule, a school's name or its code"),
    schema={"type": "string", "minLength": 1, "maxLength": 60}, default="",
)  # fmt: skip
NUMBER_OF = Parameter(
    name="number", where="path", about=Text("核查件编号", "Number of the case"), schema=whole(1, 10**15)
)  # fmt: skip


def cases(call: Call) -> Answer:
    """Those of a place: open ones by their due day, then the closed."""
    said, start, most = call.said, call.said["start"], call.said["limit"]
    place = call.records.place_id
    mine = Mine(place_id=call.audience.scope.place_id, rights=call.program.rights)
    with call.reading() as reader:
        until = calendar(reader).after(call.today, SOON)
        wanted = Wanted(
            place_id=place, mine=mine, today=call.today, until=until, view=said["view"], words=said["q"].replace("\0", "")
        )  # fmt: skip
        total = case_read.counts(reader, wanted)[said["view"]]
        found = case_read.cases(reader, wanted, most, skipped=start)
    following = {"start": start + most} if start + most < total else None
    made = paged({"place": place, "total": total, "start": start}, [_case(call, one) for one in found], following)  # fmt: skip
    return Answer(body=made.body, links=made.links, detail={"items": len(found)})


def case(call: Call) -> Answer:
    """One case with the figures it rests on and what was done."""
    number = call.said["number"]
    with call.reading() as reader:
        found = case_read.case(reader, number)
        steps = case_read.steps(reader, number) if found else []
    if found is None:
        raise Refused(404, "case", number=number)
    cells = [one._asdict() for one in found.cells]
    body = {**_case(call, found), "cells": cells, "steps": [_step(one) for one in steps]}
    return Answer(body=body, detail={"school": found.identity.school_id})


def _case(call: Call, one: Case) -> dict[str, Any]:
    what = one.identity
    return {
        "case": one.case_id, "number": one.number, "judgement": what.judgement, "school": what.school_id, "year": what.year, "rule": what.rule,
        "title": title(what)._asdict(), "said": one.said._asdict(), "weight": one.weight, "place": one.place_id, "state": one.state.value,
        "code": one.code.value if one.code else None, "waits_at": one.waits_at, "actor": one.actor.value if one.actor else None,
        "opened_at": one.opened_at.isoformat(), "closed_at": one.closed_at.isoformat() if one.closed_at else None, "due": one.due,
        "is_late": one.is_late(call.today), "times": one.times,
    }  # fmt: skip


def _step(one: Step) -> dict[str, Any]:
    return {
        "deed": one.deed.value, "after": one.after.value, "code": one.code.value if one.code else None, "note": one.note,
        "answers": [each._asdict() for each in one.answers], "place": one.place_id, "role": one.role, "at": one.at.isoformat(), "due": one.due,
    }  # fmt: skip


_CASE: dict[str, Shape] = {
    "case": INTEGER, "number": TEXT, "judgement": TEXT, "school": INTEGER, "year": INTEGER, "rule": TEXT, "title": BOTH, "said": BOTH,
    "weight": NUMBER, "place": INTEGER, "state": one_of(State), "code": nullable(one_of(Code)), "waits_at": nullable(INTEGER),
    "actor": nullable(TEXT), "opened_at": MOMENT, "closed_at": nullable(MOMENT), "due": nullable(DAY), "is_late": TRUTH, "times": INTEGER,
}  # fmt: skip
_STEP = record(
    deed=one_of(Deed), after=one_of(State), code=nullable(one_of(Code)), note=TEXT, answers=listed(record(form=TEXT, column=TEXT, said=TEXT)),
    place=INTEGER, role=TEXT, at=MOMENT, due=nullable(DAY),
)  # fmt: skip

ENDPOINTS = (
    Endpoint(
        path="/cases",
        title=Text("核查件", "Cases"),
        about=Text("一个地区或学校的核查件，待办在前。", "The cases of a place, open ones by their due day first."),
        scope=TokenScope.FLAGS,
        parameters=(PLACE, VIEW, FIND, START, limit(1_000, 100)),
        shape=page(record(**_CASE), place=INTEGER, total=INTEGER, start=INTEGER),
        run=cases,
        is_noted=True,
        refusals=frozenset({404}),
    ),
    Endpoint(
        path="/cases/{number}",
        title=Text("一个核查件", "One case"),
        about=Text("所依据的数字、学校的说明与每一步处理。", "The figures it rests on, what the school said, and every step."),
        scope=TokenScope.FLAGS,
        parameters=(NUMBER_OF,),
        shape=record(**_CASE, cells=listed(record(form=TEXT, column=TEXT)), steps=listed(_STEP)),
        run=case,
        is_noted=True,
        refusals=frozenset({404}),
    ),
)  # fmt: skip
