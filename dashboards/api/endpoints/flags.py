"""What the review says of schools: breaches, doubts and risks that stand."""

from __future__ import annotations

from typing import Any

from dashboards.api.declared import Answer, Call, Endpoint, paged
from dashboards.api.parameters import PLACE, START, YEAR, Parameter, limit, words
from dashboards.api.shapes import BOTH, INTEGER, MOMENT, NUMBER, TEXT, TRUTH, one_of, page, record
from metrics.judgement.titles import title
from warehouse import flag_lists
from warehouse.api_tokens import TokenScope
from warehouse.flag_lists import Flag, Wanted
from warehouse.flags import Judgement
from warehouse.text import Text

JUDGEMENT = Parameter(
    name="judgement", required=True, about=Text("违规、疑点或风险", "Breaches, doubts or risks"), schema=words(tuple(Judgement))
)  # fmt: skip
RULE = Parameter(
    name="rule", about=Text("只列这条规则的", "Only of this rule"), schema={"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_.-]{0,80}$"}, default=""
)  # fmt: skip
HINTS = Parameter(
    name="hints", about=Text("列出单独的提示，而不是说明问题的", "Single hints instead of those that speak"), schema=words(("yes", "no")), default="no"
)  # fmt: skip


def flags(call: Call) -> Answer:
    """Those of a place and a year that stand, of the school with most weight first."""
    said, start, most = call.said, call.said["start"], call.said["limit"]
    year, place = call.year, call.records.place_id
    wanted = Wanted(place, year, Judgement(said["judgement"]), said["rule"], hints=said["hints"] == "yes")  # fmt: skip
    with call.reading() as reader:
        total = flag_lists.number_of(reader, wanted)
        found = flag_lists.listed(reader, wanted, most=most, skipped=start)
    following = {"start": start + most} if start + most < total else None
    beside = {"place": place, "year": year, "total": total, "start": start}
    made = paged(beside, [_flag(one) for one in found], following)
    return Answer(body=made.body, links=made.links, detail={"items": len(found)})


def _flag(one: Flag) -> dict[str, Any]:
    return {
        "flag": one.flag_id, "school": one.school_id, "year": one.year, "judgement": one.judgement.value, "rule": one.rule,
        "title": title(one.judgement, one.rule, one.detail.get("law"))._asdict(), "said": one.said._asdict(), "tier": one.tier,
        "speaks": one.speaks, "weight": one.weight, "since": one.since.isoformat(), "seen": one.seen.isoformat(),
    }  # fmt: skip


ENDPOINTS = (
    Endpoint(
        path="/flags",
        title=Text("预警", "Flags"),
        about=Text("审查指出的违规、疑点或风险，与监测预警页同序。", "What the review says of schools, in the order of the alert page."),
        scope=TokenScope.FLAGS,
        parameters=(JUDGEMENT, PLACE, YEAR, RULE, HINTS, START, limit(1_000, 100)),
        shape=page(
            record(
                flag=INTEGER, school=INTEGER, year=INTEGER, judgement=one_of(Judgement), rule=TEXT, title=BOTH, said=BOTH, tier=TEXT,
                speaks=TRUTH, weight=NUMBER, since=MOMENT, seen=MOMENT,
            ),
            place=INTEGER, year=INTEGER, total=INTEGER, start=INTEGER,
        ),
        run=flags,
        is_noted=True,
        refusals=frozenset({404}),
    ),
)  # fmt: skip
