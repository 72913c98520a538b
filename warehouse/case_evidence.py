"""Documents that came with a step of a case: kept sealed, so that whoever reads the database reads none of them.

What may come in is decided by etl/evidence.py before it gets here. A document opens for its own case and hash alone.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from warehouse.case_tables import case_evidence, case_file
from warehouse.chain_read import Who
from warehouse.crypto import Suite
from warehouse.errors import CaseRefused
from warehouse.store import Reader, Writer

MOST = 20  # documents of a case


@dataclass(frozen=True, kw_only=True)
class Document:
    """What is kept: a name without a path, the kind by its content, the bytes."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A document as it is listed."""

    evidence_id: int
    case_id: int
    step_id: int
    name: str
    kind: str
    size: int
    file_hash: str
    login: str
    at: datetime


def keep(writer: Writer, suite: Suite, who: Who, step: tuple[int, int], document: Document, at: datetime) -> int:  # fmt: skip
    """Keep a document with the case and the step of one's own that it came with; its number."""
    case_id, step_id = step
    file_hash = hashlib.sha256(document.content).hexdigest()
    known = kept(writer, case_id)
    if len(known) >= MOST or any(one.file_hash == file_hash for one in known):
        raise CaseRefused(
            f"“{document.name}”已在本件中，或本件材料已满 {MOST} 份；请换一份或不再附。",
            f"'{document.name}' is kept in this case already, or it has {MOST} documents: attach another, or none.",
        )
    rows = writer.rows(sa.select(case_file.c.school_id, case_file.c.path).where(case_file.c.case_id == case_id))  # fmt: skip
    sealed = suite.seal(b64encode(document.content).decode(), about=_about(case_id, file_hash))
    made = sa.insert(case_evidence).values(
        case_step_id=step_id, case_id=case_id, school_id=rows[0].school_id, name=document.name, kind=document.kind, size=len(document.content),
        file_hash=file_hash, sealed=sealed, login=who.login, at=at, path=list(rows[0].path),
    ).returning(case_evidence.c.evidence_id)  # fmt: skip
    return int(writer.scalar(made))


def kept(reader: Reader, case_id: int) -> list[Kept]:
    """The documents of a case of the reader's subtree, the oldest first."""
    c = case_evidence.c
    found = sa.select(c.evidence_id, c.case_id, c.case_step_id.label("step_id"), c.name, c.kind, c.size, c.file_hash, c.login, c.at)  # fmt: skip
    rows = reader.rows(found.where(c.case_id == case_id).order_by(c.evidence_id))
    return [Kept(**row._asdict()) for row in rows]


def opened(reader: Reader, suite: Suite, evidence_id: int) -> Document | None:
    """A document of the reader's subtree; None where there is none of that number."""
    c = case_evidence.c
    found = sa.select(c.case_id, c.name, c.kind, c.file_hash, c.sealed).where(c.evidence_id == evidence_id)  # fmt: skip
    for row in reader.rows(found):
        content = b64decode(suite.unseal(row.sealed, about=_about(row.case_id, row.file_hash)))
        return Document(name=row.name, kind=row.kind, content=content)
    return None


def _about(case_id: int, file_hash: str) -> str:
    return f"case_evidence.content/{case_id}/{file_hash}"
