"""Forms of schools as fields of a form name them: enrolment-2026-123456-789 is form, year, school and the submission that was seen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dashboards.action import Attempt, Refusal
from warehouse.chain import LONGEST_NOTE, Key, Seen, Who
from warehouse.discovery import submitted_forms

PICK, SHOWN, WHICH, NOTE = "pick", "shown", "which", "note"
ALL_BUT = "all_but"
MOST = 400
_TOKEN = re.compile(r"([a-z_0-9]{1,40})-([0-9]{4})-([0-9]{1,9})-([0-9]{1,15})")


def token(key: Key, submission_id: int | None) -> str:
    return f"{key.form}-{key.year}-{key.school_id}-{submission_id or 0}"


def who(attempt: Attempt) -> Who:
    return Who(login=attempt.login, role=attempt.role, place_id=attempt.audience.scope.place_id)


def note(attempt: Attempt) -> str:
    return attempt.said.get(NOTE, "").strip()[: LONGEST_NOTE + 1]


def seen(attempt: Attempt) -> Seen:
    """What is ticked; or all that was shown but what is ticked."""
    ticked = _read(attempt.listed.get(PICK, ()))
    if attempt.said.get(WHICH) == ALL_BUT:
        shown = _read(attempt.listed.get(SHOWN, ()))
        ticked = {key: number for key, number in shown.items() if key not in ticked}
    if not ticked:
        raise Refusal("没有选中任何报表；请先勾选。", "No form is chosen: tick some first.")
    if len(ticked) > MOST:
        raise Refusal(f"一次最多 {MOST} 份。", f"At most {MOST} forms at once.")
    return ticked


def _read(tokens: Sequence[str]) -> dict[Key, int]:
    return dict(_one(text) for text in tokens)


def _one(text: str) -> tuple[Key, int]:
    found = _TOKEN.fullmatch(text)
    if found is None or found[1] not in submitted_forms():
        raise Refusal(
            "报表编号有误，请从页面上重新选择。", "That names no form; choose it on the page."
        )
    return Key(found[1], int(found[2]), int(found[3])), int(found[4])


def named(keys: Sequence[Key]) -> str:
    """What the trail calls them."""
    return " ".join(f"{key.form}-{key.year}-{key.school_id}" for key in sorted(keys)[:12])
