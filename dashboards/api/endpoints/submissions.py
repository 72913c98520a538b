"""What schools handed in, and the receipt of each."""

from __future__ import annotations

import json
from typing import Any

from dashboards.api.declared import Answer, Call, Endpoint, paged
from dashboards.api.parameters import PLACE, YEAR, Parameter, limit, whole, words
from dashboards.api.problem import Refused
from dashboards.api.shapes import (
    INTEGER,
    MOMENT,
    TEXT,
    TRUTH,
    Shape,
    listed,
    nullable,
    page,
    record,
)
from etl.receipt import Receipt
from etl.receipts import of_submissions
from warehouse import submission_list
from warehouse.api_tokens import TokenScope
from warehouse.discovery import form, submitted_forms
from warehouse.form import Secrecy
from warehouse.masks import masked
from warehouse.submission_list import Listed, Wanted
from warehouse.text import Text

NUMBER = Parameter(
    name="number", where="path", about=Text("报送编号", "Number of the submission"), schema=whole(1, 10**15)
)  # fmt: skip
FORM = Parameter(name="form", about=Text("报表", "Form"), schema=words(tuple(submitted_forms())))
BEFORE = Parameter(
    name="before", about=Text("只列编号小于此的报送；由 next 给出", "Only numbers below this; the next page says it"), schema=whole(1, 10**15)
)  # fmt: skip


def submissions(call: Call) -> Answer:
    """Those of a place and a year, the newest first."""
    said, most = call.said, call.said["limit"]
    year, place = call.year, call.records.place_id
    wanted = Wanted(place, year, said["form"] or "", said["before"])
    with call.reading() as reader:
        found = submission_list.listed(reader, wanted, most + 1)
    shown = found[:most]
    following = {"before": shown[-1].submission_id} if len(found) > most else None
    made = paged({"place": place, "year": year}, [_listed(one) for one in shown], following)
    return Answer(body=made.body, links=made.links, detail={"items": len(shown)})


def _listed(one: Listed) -> dict[str, Any]:
    told = one._asdict()
    return {"number": told.pop("submission_id"), "school": told.pop("school_id"), "load": told.pop("first_load"), **told}  # fmt: skip


def submission(call: Call) -> Answer:
    """The receipt: what was accepted, what was refused and why, what a rule had to say."""
    number = call.said["number"]
    with call.reading() as reader:
        found = next(of_submissions(reader, [number]), None)
    if found is None:
        raise Refused(404, "submission", number=number)
    return Answer(body=_receipt(found), detail={"school": found.school})


def _receipt(found: Receipt) -> dict[str, Any]:
    """As another system is given it; values of sensitive columns show their ends alone."""
    told: dict[str, Any] = json.loads(found.to_json())
    columns = form(found.form).columns
    for one in (*told["refusals"], *told["findings"]):
        column = columns.get(one["column"] or "")
        if column is not None and column.secrecy is Secrecy.SENSITIVE:
            one["value"] = masked(one["value"])
    return told


_LINE: dict[str, Shape] = {"sheet": TEXT, "row": INTEGER, "column": nullable(TEXT), "value": nullable(TEXT), "rule": TEXT, "message_zh": TEXT, "message_en": TEXT}  # fmt: skip
_COUNTED: dict[str, Shape] = {"revision": INTEGER, "received_at": MOMENT, "rows_accepted": INTEGER, "rows_refused": INTEGER}  # fmt: skip

ENDPOINTS = (
    Endpoint(
        path="/submissions",
        title=Text("报送", "Submissions"),
        about=Text("一个地区或学校在一个学年的报送，新的在前。", "What a place's schools handed in for a year, the newest first."),
        scope=TokenScope.SUBMISSIONS,
        parameters=(PLACE, YEAR, FORM, BEFORE, limit(1_000, 100)),
        shape=page(
            record(
                **_COUNTED, number=INTEGER, form=TEXT, year=INTEGER, school=INTEGER, file_name=TEXT, file_hash=TEXT, breaches=INTEGER,
                remarks=INTEGER, load=nullable(INTEGER), is_current=TRUTH,
            ),
            place=INTEGER, year=INTEGER,
        ),
        run=submissions,
        is_noted=True,
        refusals=frozenset({404}),
    ),
    Endpoint(
        path="/submissions/{number}",
        title=Text("报送回执", "Receipt of a submission"),
        about=Text("接受与退回的行、退回原因与改法、违规与待说明；敏感列的值只显示首尾。", "Rows accepted and refused, why and what to do, breaches and remarks; of sensitive values the ends alone."),
        scope=TokenScope.SUBMISSIONS,
        parameters=(NUMBER,),
        shape=record(
            **_COUNTED, number=TEXT, submission=INTEGER, form=TEXT, year=INTEGER, school=INTEGER, school_code=TEXT, school_name=TEXT, file=TEXT,
            file_hash=TEXT, sheet=TEXT, received_by=TEXT, load=nullable(INTEGER), unchanged=TRUTH, is_supplementary=TRUTH,
            ignored_headers=listed(TEXT),
            refusals=listed(record(**_LINE, file=TEXT, header=nullable(TEXT), letter=nullable(TEXT), todo_zh=TEXT, todo_en=TEXT)),
            findings=listed(record(**_LINE, answer=TEXT, law=nullable(TEXT), explanation=nullable(TEXT))),
        ),
        run=submission,
        is_noted=True,
        refusals=frozenset({404}),
    ),
)  # fmt: skip
