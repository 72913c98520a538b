"""The rows of the review chain that loading writes: what a batch fills in, and what of it is locked."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from warehouse.chain_rules import LOCKED, Deed, State
from warehouse.chain_tables import standing
from warehouse.errors import FormLocked
from warehouse.ledger import Batch
from warehouse.store import Writer
from warehouse.tables import Basis, place

_HELD = (
    sa.select(standing.c.school_id, standing.c.state, place.c.code, place.c.name_zh)
    .join(place, place.c.place_id == standing.c.school_id)
    .where(
        standing.c.form == sa.bindparam("form"), standing.c.year == sa.bindparam("year"),
        standing.c.school_id == sa.any_(sa.bindparam("schools", type_=sa.ARRAY(sa.Integer))),
    )
    .order_by(standing.c.school_id)
    .with_for_update(of=standing)
)  # fmt: skip

_FILL = """
INSERT INTO step (form, year, school_id, submission_id, deed, before, after, place_id, login, role, at, note, content_hash, waits_at, actor, path)
SELECT s.form, s.year, s.school_id, s.submission_id, :deed, coalesce(t.state, 'missing'), :after, s.school_id, s.received_by, coalesce(a.role, ''),
  s.received_at, '', s.content_hash, CASE WHEN CAST(:actor AS text) = '' THEN NULL ELSE s.school_id END, :actor, s.path
FROM submission s LEFT JOIN standing t ON t.year = s.year AND t.form = s.form AND t.school_id = s.school_id
LEFT JOIN account a ON a.login = s.received_by
WHERE s.submission_id = ANY (:submissions) AND s.is_current
"""


def hold(writer: Writer, batch: Batch, schools: Sequence[int]) -> None:
    """Lock where these schools stand, in the order of their ids; what is under review or approved takes no other numbers."""
    found = writer.rows(_HELD, form=batch.form.name, year=batch.year, schools=list(schools))
    locked = [row for row in found if row.state in LOCKED]
    if locked and batch.basis is Basis.SUBMITTED:
        who = "、".join(f"{row.name_zh}（{row.code}）" for row in locked[:5])
        state = State(locked[0].state).label
        raise FormLocked(
            f"{batch.form.title.zh} {batch.year} 学年处于“{state.zh}”，不能再改：{who}。请先撤回，或请审核方退回、重新开放。",
            f"{batch.form.title.en} of {batch.year} takes no changes while it is '{state.en}': {who}. "
            "Withdraw it, or ask the reviewer to return or reopen it.",
            [row.school_id for row in locked],
        )


def fill(writer: Writer, batch: Batch, submissions: Sequence[int]) -> None:
    """One step for each submission that counts: filled in, or admitted with a package that had been approved."""
    is_approved = batch.basis is Basis.BOTH
    writer.run(
        _FILL, submissions=list(submissions),
        deed=(Deed.ADMIT if is_approved else Deed.FILL).value,
        after=(State.APPROVED if is_approved else State.FILLED).value, actor="" if is_approved else "fill",
    )  # fmt: skip
