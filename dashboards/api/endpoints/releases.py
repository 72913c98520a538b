"""The releases of figures: what was signed, as of when, and with what was open at the time."""

from __future__ import annotations

from typing import Any, get_args

from dashboards.api.declared import Answer, Call, Endpoint
from dashboards.api.parameters import Parameter
from dashboards.api.problem import Refused
from dashboards.api.shapes import BOTH, INTEGER, MOMENT, TEXT, listed, nullable, one_of, record
from warehouse.release_checks import Check, Name
from warehouse.releases import NUMBER, STATES, Release, before, named, signed
from warehouse.text import Text

_CHECK = record(name=one_of(get_args(Name)), open=INTEGER, of=INTEGER)
_RELEASE = {
    "number": TEXT, "year": INTEGER, "state": one_of(STATES), "revision": INTEGER, "name": BOTH, "basis": one_of(("submitted", "approved")),
    "frozen_at": MOMENT, "signed_at": MOMENT, "notes": BOTH, "open_reason": TEXT, "checks": listed(_CHECK), "before": nullable(TEXT), "sha256": TEXT,
}  # fmt: skip


def releases(call: Call) -> Answer:
    """Every signed release, the newest year first."""
    with call.reading() as reader:
        known = signed(reader)
    return Answer(body={"items": [_release(one, known) for one in known]})


def release(call: Call) -> Answer:
    """One release; 404 for a number that nobody signed."""
    with call.reading() as reader:
        known = signed(reader)
    one = named(known, call.said["number"])
    if one is None:
        raise Refused(404)
    return Answer(body=_release(one, known))


def _release(one: Release, known: tuple[Release, ...]) -> dict[str, Any]:
    """`before` is the number of the one that it revises; `checks` as they stood when it was signed."""
    earlier = before(known, one)
    return {
        "number": one.number, "year": one.year, "state": one.state, "revision": one.revision, "name": _both(one.name), "basis": one.basis,
        "frozen_at": one.frozen_at, "signed_at": one.signed_at, "notes": _both(one.notes), "open_reason": one.open_reason,
        "checks": [_check(each) for each in one.checks_signed], "before": earlier.number if earlier else None, "sha256": one.digest,
    }  # fmt: skip


def _check(one: Check) -> dict[str, Any]:
    return {"name": one.name, "open": one.number, "of": one.of}


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


ENDPOINTS = (
    Endpoint(
        path="/releases",
        title=Text("数据发布", "Releases"),
        about=Text("已签发的数据：状态、冻结时刻、说明与核对清单；编号可用于 /data 的 release。", "Figures that were signed: state, moment, notes and checklist; /data takes the number as release."),
        shape=record(items=listed(record(**_RELEASE))),
        run=releases,
    ),
    Endpoint(
        path="/releases/{number}",
        title=Text("一次发布", "One release"),
        about=Text("一个编号的发布。", "The release of a number."),
        parameters=(Parameter(name="number", where="path", about=Text("发布编号", "Number of a release"), schema={"type": "string", "pattern": f"^{NUMBER}$"}),),
        shape=record(**_RELEASE),
        run=release,
        refusals=frozenset({404}),
    ),
)  # fmt: skip
