"""The newest year of a demo ministry in the review chain: each form of each unit at a stage drawn from the seed.

Steps are written in bulk, stage by stage, as the worker; official figures move by ordinary approvals. Reasons are synthetic and say so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from warehouse.discovery import submitted_forms
from warehouse.record import approve, claim, dependants
from warehouse.store import Warehouse, Writer

# Which share of the forms gets at least so far.
SHARES = {
    "sign": 0.93,
    "check": 0.88,
    "confirm": 0.82,
    "pass": 0.45,
    "return": 0.36,
    "approve": 0.08,
}
BEFORE = timedelta(days=18)  # how long before the day of the ministry its newest year was filled in
AT_ONCE = 200  # units whose figures an approval moves in one transaction
REASONS = {
    "enrolment": "（合成）一年级人数与上年招生数不衔接，请核对。/ (synthetic) First-years do not follow from last year's entrants; please check.",
    "staff": "（合成）专任教师数比上年减少两成，请说明。/ (synthetic) Full-time teachers fell by a fifth; please explain.",
    "estate": "（合成）校舍面积单位疑误，请核对平方米。/ (synthetic) Is the floor area in square metres? Please check.",
    "internship": "（合成）实习学生保险人数与合同不符。/ (synthetic) Insured interns do not match the contracts.",
}
ELSE = "（合成）与上年相差较大，请核对或说明。/ (synthetic) Far from last year; please check or explain."

# One number between 0 and 1 for each form of each unit.
_DICE = "('x' || substr(md5(CAST(:seed AS text) || '.' || s.school_id::text || s.form), 1, 7))::bit(28)::int / 268435456.0"
_STEP = """
INSERT INTO step (form, year, school_id, submission_id, deed, before, after, place_id, login, role, at, note, content_hash, waits_at, actor, path)
SELECT s.form, s.year, s.school_id, s.submission_id, :deed, s.state, :after, CASE WHEN :role = 'reviewer' THEN s.waits_at ELSE s.school_id END,
  'demo', :role, CAST(:at AS timestamptz) + s.school_id % 600 * interval '1 minute',
  CASE WHEN :deed = 'return' THEN :reason ELSE '' END, s.content_hash,
  CASE :turn WHEN 'school' THEN s.school_id WHEN 'first' THEN s.path[cardinality(s.path) - 1] WHEN 'last' THEN s.path[1] END, :actor, s.path
FROM standing s WHERE s.year = :year AND s.state = :before AND s.form = :form AND {dice} < :share AND {dice} >= :least AND {more}
"""
_NEXT = """
SELECT s.school_id FROM standing s
WHERE s.year = :year AND s.form = :form AND s.state = :before AND {dice} < :share AND {more} ORDER BY 1
"""
# deed, before, after, role, whose turn, next right, from which share, further condition
_STAGES: tuple[tuple[str, str, str, str, str, str, str, str], ...] = (
    ("sign", "filled", "signed", "statistician", "school", "check", "", "true"),
    ("check", "signed", "checked", "school_reviewer", "school", "confirm", "", "true"),
    ("confirm", "checked", "handed_in", "head", "first", "review", "", "true"),
    ("return", "handed_in", "returned", "reviewer", "school", "fill", "pass", "true"),
    ("pass", "handed_in", "reviewed", "reviewer", "last", "review", "", "cardinality(s.path) > 2"),
    ("approve", "reviewed", "approved", "reviewer", "", "", "", "true"),
    ("approve", "handed_in", "approved", "reviewer", "", "", "", "cardinality(s.path) = 2"),
)  # fmt: skip


def stand(
    worker: Warehouse, year: int, seed: int, now: datetime, progress: Callable[[int, int], None]
) -> None:
    """Put every form of the year at its stage; a form at a time, each in one transaction."""
    forms = sorted(submitted_forms())
    for done, form in enumerate(forms, start=1):
        with worker.writing() as writer:
            _take(writer, form, year, seed, now)
        progress(done, len(forms))


def _take(writer: Writer, form: str, year: int, seed: int, now: datetime) -> None:
    declared = submitted_forms()[form]
    claim(writer, sorted([form, *(one.name for one in dependants(declared))]))
    for number, (deed, before, after, role, turn, actor, least, more) in enumerate(_STAGES):
        if deed == "approve":
            _make_official(writer, form, year, seed, before, more)
        statement = _STEP.format(dice=_DICE, more=more)
        writer.run(
            statement, form=declared.name, year=year, seed=str(seed), deed=deed, before=before, after=after, role=role, turn=turn,
            actor=actor, at=(now - timedelta(days=16 - 2 * number)).isoformat(), reason=REASONS.get(declared.name, ELSE),
            share=_upper(deed), least=_lower(deed, least),
        )  # fmt: skip


def _upper(deed: str) -> float:
    return (
        SHARES["pass"] if deed == "return" else SHARES["return"] if deed == "pass" else SHARES[deed]
    )


def _lower(deed: str, least: str) -> float:
    """Returned are those between two shares; everything else begins at nothing."""
    return SHARES[deed] if least else 0.0


def _make_official(writer: Writer, form: str, year: int, seed: int, before: str, more: str) -> None:
    """The figures of those that are approved next."""
    found = writer.rows(
        sa.text(_NEXT.format(dice=_DICE, more=more)),
        year=year, form=form, before=before, seed=str(seed), share=SHARES["approve"],
    )  # fmt: skip
    schools = [row.school_id for row in found]
    for start in range(0, len(schools), AT_ONCE):
        approve(writer, submitted_forms()[form], year, schools[start : start + AT_ONCE])
