"""What a school hands in from its own desk: a draft, recorded in the transaction of whoever hands it in."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from etl import entry
from etl.receipt import Receipt
from etl.submission import judged
from warehouse import chain
from warehouse.chain import Who
from warehouse.drafts import Draft, Sheet
from warehouse.store import Warehouse, Writer


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Who hands in for which school (its code in that year), when, and in whose transaction."""

    warehouse: Warehouse
    writer: Writer
    who: Who
    code: str
    now: datetime


def hand_in_draft(desk: Desk, sheet: Sheet, draft: Draft) -> Receipt:
    """A draft as the file that it is kept as. The draft stays: what is returned is corrected there."""
    with tempfile.TemporaryDirectory(prefix="zhijian-") as folder:
        path = Path(folder) / entry.file_name(sheet.form, sheet.year)
        path.write_bytes(entry.document(sheet.form, sheet.year, desk.code, draft.rows))
        handing = judged(
            desk.warehouse, desk.writer, path, form=sheet.form.name, school=desk.code, year=sheet.year,
            now=desk.now, by=desk.who.login,
        )  # fmt: skip
    recorded = chain.fill(desk.writer, desk.who, handing.batch)
    return handing.receipt(desk.writer, recorded)
