"""Places and schools that the account may see, by parent, rung, year and name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboards.api.declared import Answer, Call, Endpoint, paged
from dashboards.api.parameters import START, YEAR, Parameter, limit, whole, words
from dashboards.api.shapes import BOTH, INTEGER, TEXT, TRUTH, nullable, one_of, page, record
from metrics.errors import OutOfScope
from warehouse.ladder import PlaceRow
from warehouse.places import Rung
from warehouse.text import Text

RUNGS = tuple(rung.name.lower() for rung in Rung)
PARENT = Parameter(
    name="parent", about=Text("直接上级的编号", "Number of the place right above"), schema=whole(1, 2_000_000_000)
)  # fmt: skip
RUNG = Parameter(name="rung", about=Text("层级", "Rung"), schema=words(RUNGS))
FIND = Parameter(
    name="q", about=Text("名称、代码、拼音或首字母", "Part of a name, code, pinyin or initials"),
    schema={"type": "string", "minLength": 1, "maxLength": 60},
)  # fmt: skip


def places(call: Call) -> Answer:
    """Those that stand in the year, the higher rungs first, each rung by code."""
    said, ladder, scope = call.said, call.ladder, call.audience.scope
    year = call.year
    parent = said["parent"]
    if parent is not None and scope.depth_of(ladder, parent) is None:
        raise OutOfScope((parent,))
    found = sorted((one.rung, one.code, one) for one in _asked(call, year, parent))
    start, most = said["start"], said["limit"]
    items = [_place(call, one, year) for *_, one in found[start : start + most]]
    following = {"start": start + most} if start + most < len(found) else None
    return paged({"year": year, "total": len(found), "start": start}, items, following)


def _asked(call: Call, year: int, parent: int | None) -> Iterator[PlaceRow]:
    said, ladder = call.said, call.ladder
    rung = Rung[said["rung"].upper()] if said["rung"] else None
    known = ladder.children(parent, year) if parent is not None else ladder.parents[year]
    for place_id in known:
        one = ladder.place(place_id)
        is_asked = rung in (None, one.rung) and _is_named(one, said["q"])
        if is_asked and call.audience.scope.depth_of(ladder, place_id) is not None:
            yield one


def _is_named(one: PlaceRow, text: str | None) -> bool:
    wanted = (text or "").strip().lower()
    names = (one.code, one.name_zh, one.short_zh, one.pinyin, one.initials, one.name_en.lower())
    return any(wanted in name for name in names)


def _place(call: Call, one: PlaceRow, year: int) -> dict[str, Any]:
    return {
        "place": one.place_id, "code": one.code, "rung": Rung(one.rung).name.lower(), "name": {"zh": one.name_zh, "en": one.name_en},
        "parent": call.ladder.parent(one.place_id, year), "unit_kind": one.unit_kind, "in_statistics": one.in_statistics,
        "first_year": one.first_year, "last_year": one.last_year, "depth": call.audience.scope.depth_of(call.ladder, one.place_id),
    }  # fmt: skip


ENDPOINTS = (
    Endpoint(
        path="/places",
        title=Text("地区与学校", "Places and schools"),
        about=Text(
            "本账号可见的地区与学校；depth 为 records 的可读报送、预警与核查件，published 的只有已发布的汇总。",
            "Those the account may see: of “records” also submissions, flags and cases, of “published” aggregates only.",
        ),
        parameters=(PARENT, RUNG, YEAR, FIND, START, limit(2_000, 200)),
        shape=page(
            record(
                place=INTEGER, code=TEXT, rung=one_of(RUNGS), name=BOTH, parent=nullable(INTEGER), unit_kind=TEXT, in_statistics=TRUTH,
                first_year=INTEGER, last_year=INTEGER, depth=one_of(("records", "published")),
            ),
            year=INTEGER, total=INTEGER, start=INTEGER,
        ),
        run=places,
        by_loads=True,
        refusals=frozenset({404}),
    ),
)  # fmt: skip
