"""A release of the small ministry's figures, drafted and signed on its page."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from tests.factories import batch, students
from tests.readers import YEAR, Ministry, asked_by_dash, do, reopen, text_of
from warehouse.discovery import form
from warehouse.tables import Basis

DRAFTS, SIGNS = "ministry-supervisor", "ministry-reviewer"
NOTES = "全部数据已核对（合成）。"
WHY = "仍有未清事项，随数据说明（合成）。"
FIRST, SECOND, THIRD = (f"FB-{YEAR}-{n}" for n in (1, 2, 3))


def corrects(ministry: Ministry, number: int) -> None:
    """The school reports its enrolment anew, approved at once."""
    reopen(ministry.worker, ministry.at("school"))
    made = batch(form("enrolment"), YEAR, {ministry.at("school"): students(g1=number)})
    ministry.worker.record(replace(made, basis=Basis.BOTH))


def released(ministry: Ministry, state: str) -> None:
    """Drafted and signed on the page."""
    said = {"year": YEAR, "state": state, "basis": "approved", "notes_zh": NOTES, "open_reason": WHY}  # fmt: skip
    answer = do(ministry.client(DRAFTS), "draft_release", said)
    assert answer.status_code == 200, answer.text
    listed = asked_by_dash(ministry.client(SIGNS), "/zh/releases")
    number = re.findall(r'"name": "draft", "defaultValue": "(\d+)"', text_of(listed))[0]
    assert do(ministry.client(DRAFTS), "sign_release", {"draft": number}).status_code == 422
    answer = do(ministry.client(SIGNS), "sign_release", {"draft": number})
    assert answer.status_code == 200, answer.text


def page(ministry: Ministry, role: str = "ministry", name: str = "place", at: int | None = None, lang: str = "zh", **said: str) -> dict[str, Any]:  # fmt: skip
    place = ministry.at("school") if at is None else at
    return asked_by_dash(ministry.client(role), f"/{lang}/{name}/{place}", f"?{urlencode(said)}")
