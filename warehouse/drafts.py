"""Drafts: what a school's statistician has typed and not yet submitted.

A draft is the text of its cells, row by row, so that nothing typed is lost by being read as something else. Each save is a line
of its own; the newest counts and a few before it are kept for undoing. Versions only ever rise: whoever saves names the version
that was in sight, and where another browser has saved since, nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert

from warehouse.chain_rules import State
from warehouse.chain_tables import standing
from warehouse.errors import ZhijianError
from warehouse.form import Form
from warehouse.moments import clock_time
from warehouse.store import Reader, Writer
from warehouse.tables import metadata, submission

KEPT = 20  # versions of a draft, the newest among them
MOST_ROWS = 1_000
MOST_CHARACTERS = 500  # of one cell, as etl.cells takes them
EXPLANATION = "explanation"  # beside the form's columns: the reason that travels with the row

Row = Mapping[str, str]

draft = sa.Table(
    "draft", metadata,
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("school_id", sa.Integer, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("rows", JSONB, nullable=False, comment="json: a list of rows, column name to text"),
    sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("saved_by", sa.Text, nullable=False),
    sa.Column("after", sa.BigInteger, nullable=False, server_default="0", comment="the newest submission when it was saved"),
    sa.PrimaryKeyConstraint("form", "year", "school_id", "version"),
    comment="填报草稿",
)  # fmt: skip


class StaleDraft(ZhijianError):
    """Somebody else has saved since; `newest` is what stands now."""

    def __init__(self, newest: Draft) -> None:
        self.newest = newest
        at = clock_time(newest.saved_at)
        super().__init__(
            f"{newest.saved_by} 已在另一处保存了这张表（{at}），您的内容没有覆盖它，仍在本页。请选择保留哪一份。",
            f"{newest.saved_by} has saved this form elsewhere ({at}). Yours did not overwrite it and is still on this page. "
            "Choose which of the two to keep.",
        )


class UnfitDraft(ZhijianError):
    """More rows, or longer cells, than a draft takes, or columns that the form has not."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Whose draft it is: one form of one school in one year."""

    form: type[Form]
    year: int
    school: int

    def where(self) -> sa.ColumnElement[bool]:
        return sa.and_(
            draft.c.form == self.form.name,
            draft.c.year == self.year,
            draft.c.school_id == self.school,
        )


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One version. `before`: how many versions stand behind it, to go back to; `after`: the submission it was saved after, or 0.

    Which of a draft and a file came later is told by that, not by clocks: a pinned day begins anew at midnight.
    """

    version: int
    rows: tuple[Row, ...]
    saved_at: datetime
    saved_by: str
    before: int = 0
    after: int = 0


def newest(reader: Reader, sheet: Sheet) -> Draft | None:
    """The draft as last saved; None where nobody has typed anything."""
    versions = (
        sa.select(draft.c.version, draft.c.rows, draft.c.saved_at, draft.c.saved_by, draft.c.after)
        .where(sheet.where())
        .order_by(draft.c.version.desc())
        .limit(1)
    )
    found = next(iter(reader.rows(versions)), None)
    if found is None:
        return None
    behind = reader.rows(sa.select(sa.func.count()).select_from(draft).where(sheet.where()))[0][0]
    return Draft(
        version=found.version, rows=tuple(found.rows), saved_at=found.saved_at,
        saved_by=found.saved_by, before=behind - 1, after=found.after,
    )  # fmt: skip


def begun(reader: Reader, school: int, year: int) -> dict[str, datetime]:
    """When the draft of each form was last saved, by the form's name."""
    found = reader.rows(
        sa.select(draft.c.form, sa.func.max(draft.c.saved_at))
        .where(draft.c.school_id == school, draft.c.year == year)
        .group_by(draft.c.form)
    )
    return {row[0]: row[1] for row in found}


def save(
    writer: Writer, sheet: Sheet, rows: Sequence[Row], *, seen: int, now: datetime, by: str
) -> Draft:
    """Keep these rows as the next version, or raise StaleDraft where `seen` is no longer the newest (0: there was none)."""
    clean = _fitting(sheet.form, rows)
    before = _held(writer, sheet)
    if before is not None and before.version != seen:
        raise StaleDraft(before)
    if before is not None and list(before.rows) == clean:
        return before
    saved = Draft(version=seen + 1, rows=tuple(clean), saved_at=now, saved_by=by)
    if not _add(writer, sheet, saved):  # two first saves at once
        raise StaleDraft(_standing(writer, sheet))
    writer.run(sa.delete(draft).where(sheet.where(), draft.c.version <= saved.version - KEPT))
    return _standing(writer, sheet)


def keep_beneath(
    writer: Writer, sheet: Sheet, rows: Sequence[Row], *, now: datetime, by: str
) -> Draft:
    """Keep rows that came too late as the version before the newest: one undo brings them up."""
    clean = _fitting(sheet.form, rows)
    top = _held(writer, sheet)
    if top is None:
        raise LookupError(sheet)
    writer.run(_renumbered(sheet, top.version, top.version + 2))
    late = Draft(version=top.version + 1, rows=tuple(clean), saved_at=now, saved_by=by)
    _add(writer, sheet, late)
    return _standing(writer, sheet)


def undo(writer: Writer, sheet: Sheet, *, seen: int) -> Draft | None:
    """Go back to the version before the newest; None where there is none."""
    top = _held(writer, sheet)
    if top is not None and top.version != seen:
        raise StaleDraft(top)
    if top is None or not top.before:
        return None
    writer.run(sa.delete(draft).where(sheet.where(), draft.c.version == top.version))
    writer.run(_renumbered(sheet, _standing(writer, sheet).version, top.version + 1))
    return _standing(writer, sheet)


def let_go(writer: Writer, before: datetime) -> int:
    """Delete what nobody goes back to, when it was saved before then: versions behind the newest, and all of an approved form.

    A form that is opened again is filled with what was accepted, so its draft is not missed. Returns how many versions went.
    """
    later = draft.alias("later")
    the_same = (
        later.c.form == draft.c.form,
        later.c.year == draft.c.year,
        later.c.school_id == draft.c.school_id,
    )
    is_behind = sa.exists().where(*the_same, later.c.version > draft.c.version)
    is_approved = sa.exists().where(
        standing.c.form == draft.c.form,
        standing.c.year == draft.c.year,
        standing.c.school_id == draft.c.school_id,
        standing.c.state == State.APPROVED,
    )
    return writer.run(sa.delete(draft).where(draft.c.saved_at < before, is_behind | is_approved))


def _held(writer: Writer, sheet: Sheet) -> Draft | None:
    """The newest version, locked against other writers until this transaction ends."""
    lock = sa.select(draft.c.version).where(sheet.where()).order_by(draft.c.version.desc())
    writer.rows(lock.limit(1).with_for_update())
    return newest(writer, sheet)


def _standing(writer: Writer, sheet: Sheet) -> Draft:
    found = newest(writer, sheet)
    if found is None:
        raise LookupError(sheet)
    return found


def _add(writer: Writer, sheet: Sheet, one: Draft) -> bool:
    """Whether the version was free."""
    values = {
        "form": sheet.form.name, "year": sheet.year, "school_id": sheet.school, "version": one.version,
        "rows": [dict(row) for row in one.rows], "saved_at": one.saved_at, "saved_by": one.saved_by,
        "after": _newest_submission(sheet),
    }  # fmt: skip
    return bool(writer.run(insert(draft).values(**values).on_conflict_do_nothing()))


def _newest_submission(sheet: Sheet) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.coalesce(sa.func.max(submission.c.submission_id), 0))
        .where(
            submission.c.form == sheet.form.name,
            submission.c.year == sheet.year,
            submission.c.school_id == sheet.school,
        )
        .scalar_subquery()
    )


def _renumbered(sheet: Sheet, version: int, new: int) -> sa.Update:
    return sa.update(draft).where(sheet.where(), draft.c.version == version).values(version=new)


def _fitting(form: type[Form], rows: Sequence[Row]) -> list[dict[str, str]]:
    """The rows with empty cells left out and empty rows at the end cut; UnfitDraft where it is too much."""
    known = {*form.columns, EXPLANATION}
    if unknown := sorted({name for row in rows for name in row} - known):
        raise UnfitDraft(
            f"“{form.title.zh}”没有这一列：{unknown[0][:60]}。请重新打开本页。",
            f"'{form.title.en}' has no column {unknown[0][:60]}. Open this page again.",
        )
    clean = [{name: text for name, text in row.items() if text.strip()} for row in rows]
    while clean and not clean[-1]:
        clean.pop()
    if len(clean) > MOST_ROWS:
        raise UnfitDraft(
            f"共 {len(clean)} 行，网页填报最多 {MOST_ROWS} 行。请改为上传工作簿。",
            f"{len(clean)} rows: a page takes {MOST_ROWS} at most. Upload a workbook instead.",
        )
    for number, row in enumerate(clean, start=1):
        for name, text in row.items():
            if len(text) > MOST_CHARACTERS:
                raise _too_long(form, number, name)
    return clean


def _too_long(form: type[Form], number: int, name: str) -> UnfitDraft:
    label = form.columns[name].label if name in form.columns else None
    zh, en = (label.zh, label.en) if label else ("说明", "Explanation")
    return UnfitDraft(
        f"第 {number} 行“{zh}”超过 {MOST_CHARACTERS} 字。请精简后再保存。",
        f"Row {number}, '{en}': longer than {MOST_CHARACTERS} characters. Shorten it and save again.",
    )
