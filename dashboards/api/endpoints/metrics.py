"""The catalogue of metrics: what each means, how it is computed, what it is judged by."""

from __future__ import annotations

from typing import Any

from dashboards.api.declared import Answer, Call, Endpoint, paged
from dashboards.api.parameters import START, Parameter, limit
from dashboards.api.problem import Refused
from dashboards.api.shapes import (
    BOTH,
    INTEGER,
    NUMBER,
    TEXT,
    listed,
    nullable,
    one_of,
    page,
    record,
)
from metrics.discovery import metrics, shelf
from metrics.handbook import formula
from metrics.metric import Additivity, Direction, Metric
from metrics.tables.ask import cuts
from warehouse import law
from warehouse.form import Period
from warehouse.law import Force
from warehouse.text import Text

FIND = Parameter(
    name="q", about=Text("名称或代码的一部分", "Part of a name or a code"), schema={"type": "string", "minLength": 1, "maxLength": 60}
)  # fmt: skip
NAME = Parameter(
    name="name", where="path", about=Text("指标的代码名", "Name of the metric"), schema={"type": "string", "pattern": "^[a-z][a-z0-9_]{0,60}$"}
)  # fmt: skip
_LIMIT = record(
    code=TEXT, title=BOTH, value=NUMBER, unit=TEXT, direction=one_of(("floor", "ceiling")), force=one_of(Force), from_year=INTEGER,
    to_year=INTEGER, unit_kind=TEXT, school_class=TEXT, province=TEXT, basis=BOTH,
)  # fmt: skip
_METRIC = record(
    name=TEXT, label=BOTH, definition=BOTH, question=BOTH, shelf=BOTH, kind=TEXT, formula=TEXT, unit=BOTH, decimals=INTEGER,
    direction=one_of(Direction), additivity=one_of(Additivity), period=one_of(Period), code=TEXT, since=nullable(INTEGER),
    basis=listed(BOTH), limits=listed(_LIMIT), breakdowns=listed(TEXT), apart=listed(TEXT), breaks=listed(record(year=INTEGER, why=BOTH)),
)  # fmt: skip


def catalogue(call: Call) -> Answer:
    """Every metric, in the order of their files."""
    wanted = (call.said["q"] or "").strip().lower()
    found = [one for one in metrics().values() if _is_named(one, wanted)]
    start, most = call.said["start"], call.said["limit"]
    following = {"start": start + most} if start + most < len(found) else None
    items = [_told(one) for one in found[start : start + most]]
    return paged({"total": len(found), "start": start}, items, following)


def one_metric(call: Call) -> Answer:
    """One metric."""
    found = metrics().get(call.said["name"])
    if found is None:
        raise Refused(404, "metric", name=call.said["name"])
    return Answer(body=_told(found))


def _is_named(one: Metric, wanted: str) -> bool:
    return any(wanted in name.lower() for name in (one.name, one.label.zh, one.label.en, one.code))


def _told(one: Metric) -> dict[str, Any]:
    bases = dict.fromkeys(law.entry(code).basis for code in one.laws)
    return {
        "name": one.name, "label": one.label._asdict(), "definition": one.definition._asdict(), "question": one.question._asdict(),
        "shelf": shelf(one)._asdict(), "kind": one.kind, "formula": formula(one), "unit": one.unit.label._asdict(), "decimals": one.decimals,
        "direction": one.direction.value, "additivity": one.additivity.value, "period": one.period.value, "code": one.code, "since": one.since,
        "basis": [basis._asdict() for basis in bases], "limits": [_limit(each) for each in law.book() if each.code in one.limits],
        "breakdowns": list(cuts([one.name])), "apart": list(one.apart), "breaks": [{"year": each.year, "why": each.why._asdict()} for each in one.breaks],
    }  # fmt: skip


def _limit(one: law.Limit) -> dict[str, Any]:
    return {
        "code": one.code, "title": one.title._asdict(), "value": one.value, "unit": one.unit, "direction": one.direction, "force": one.force.value,
        "from_year": one.from_year, "to_year": one.to_year, "unit_kind": one.unit_kind, "school_class": one.school_class,
        "province": one.province, "basis": one.basis._asdict(),
    }  # fmt: skip


ENDPOINTS = (
    Endpoint(
        path="/metrics",
        title=Text("指标目录", "Metrics"),
        about=Text("名称、定义、算法、单位、方向、可加性、依据、限值与可用的分组，中英文。", "Name, definition, formula, unit, direction, additivity, basis, limits and breakdowns, in both languages."),
        parameters=(FIND, START, limit(500, 100)),
        shape=page(_METRIC, total=INTEGER, start=INTEGER),
        run=catalogue,
        by_loads=True,
    ),
    Endpoint(
        path="/metrics/{name}",
        title=Text("一个指标", "One metric"),
        about=Text("一个指标的全部说明。", "Everything that is said of one metric."),
        parameters=(NAME,),
        shape=_METRIC,
        run=one_metric,
        by_loads=True,
        refusals=frozenset({404}),
    ),
)  # fmt: skip
