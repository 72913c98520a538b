"""Filling a form in the page: saving what is typed, going back, handing it in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from dashboards.action import Action, Attempt, Done, Refusal
from dashboards.parts.checks import messages
from dashboards.views import filling
from dashboards.views.filling import Filling
from dashboards.views.verdict import head
from etl import entry, identify
from etl.errors import WrongSchool
from etl.handing import Desk, hand_in_draft
from warehouse import chain, drafts
from warehouse.chain import Key, Who
from warehouse.discovery import submitted_forms
from warehouse.drafts import EXPLANATION, Draft, Row, Sheet, StaleDraft
from warehouse.form import Form
from warehouse.moments import clock_time
from warehouse.rights import Right


def sheet_of(attempt: Attempt) -> Sheet:
    """The form of one's own school that is posted; it must not be locked."""
    name, forms, year = attempt.said.get("form", ""), submitted_forms(), attempt.number("year")
    if name not in forms or year not in attempt.warehouse.ladder.years:
        raise Refusal(
            "没有这张表，请从“填报”页重新打开。",
            "There is no such form. Open it again from 'Returns'.",
        )
    school = attempt.audience.scope.place_id
    sheet = Sheet(form=forms[name], year=year, school=school)
    if chain.standing(attempt.writer, Key(name, sheet.year, school)).is_locked:
        raise Refusal(
            f"“{sheet.form.title.zh}”已上报，不能再改。要改，请单位负责人撤回，或待审核人员退回。",
            f"'{sheet.form.title.en}' is handed in and cannot be changed. The head may withdraw it, or the reviewer return it.",
        )
    return sheet


def desk_of(attempt: Attempt, sheet: Sheet) -> Desk:
    """The desk of whoever hands in."""
    code = identify.code_in(attempt.writer, sheet.school, sheet.year)
    if not code:
        raise WrongSchool(
            sheet.form.title.zh,
            detail_zh=f"{sheet.year} 学年的应报名录里没有本校",
            detail_en=f"the school is not among the units due in {sheet.year}",
        )
    who = Who(login=attempt.login, role=attempt.role, place_id=sheet.school)
    return Desk(
        warehouse=attempt.warehouse, writer=attempt.writer, who=who, code=code, now=attempt.now
    )


def typed(attempt: Attempt, form: type[Form], known: Draft | None) -> Sequence[Row]:
    """The rows as posted: each column comes as one list, in the order of the rows."""
    names = [*form.columns, EXPLANATION]
    lists = [attempt.listed.get(f"c.{name}", ()) for name in names]
    rows: list[Row] = [
        {name: text for name, text in zip(names, texts, strict=True) if text}
        for texts in zip_longest(*lists, fillvalue="")
    ]
    return entry.plain(
        form, [_with_reason(attempt, n, row, known) for n, row in enumerate(rows, start=1)]
    )


def _with_reason(attempt: Attempt, number: int, row: Row, known: Draft | None) -> Row:
    """A reason may be typed at the message or in the row's last column: of the two the one that has been changed counts."""
    said = attempt.said.get(f"why.{number}")
    stood = (
        known.rows[number - 1].get(EXPLANATION, "") if known and number <= len(known.rows) else ""
    )
    if said is None or said == stood:
        return row
    return {**row, EXPLANATION: said}


def _saved(attempt: Attempt, sheet: Sheet) -> Draft:
    """The draft with what is posted in it, or StaleDraft."""
    known = drafts.newest(attempt.writer, sheet)
    seen = known.version if known and attempt.said.get("over") else attempt.number("version")
    rows = typed(attempt, sheet.form, known)
    return drafts.save(attempt.writer, sheet, rows, seen=seen, now=attempt.now, by=attempt.login)


def _named(sheet: Sheet) -> str:
    return f"{sheet.form.name} {sheet.year} {sheet.school}"


def save(attempt: Attempt) -> Done:
    """Keep what is typed and say what the rules say of it."""
    sheet = sheet_of(attempt)
    try:
        draft = _saved(attempt, sheet)
    except StaleDraft as stale:
        return _late(attempt, sheet, stale)
    now = filling.rechecked(attempt.writer, sheet, draft)
    return Done(
        said=attempt.phrases("fill.saved", at=clock_time(draft.saved_at)),
        object=_named(sheet), detail={"version": draft.version, "rows": len(draft.rows)},
        answer=_answer(attempt, now) if attempt.said.get("script") else {},
    )  # fmt: skip


def _late(attempt: Attempt, sheet: Sheet, stale: StaleDraft) -> Done:
    """A script keeps its text in the page and asks; without one the text is kept beneath, one undo away."""
    if attempt.said.get("script"):
        raise Refusal(stale.zh, stale.en) from stale
    rows = typed(attempt, sheet.form, None)
    kept = drafts.keep_beneath(attempt.writer, sheet, rows, now=attempt.now, by=attempt.login)
    said = attempt.phrases(
        "fill.late", by=stale.newest.saved_by, at=clock_time(stale.newest.saved_at)
    )
    return Done(said=said, object=_named(sheet), detail={"version": kept.version, "late": True})


def _answer(attempt: Attempt, now: Filling) -> dict[str, object]:
    """What the page draws anew after a save."""
    lang = attempt.phrases.lang
    return {
        "version": now.draft.version if now.draft else 0,
        "before": now.draft.before if now.draft else 0,
        "at": clock_time(now.draft.saved_at) if now.draft else "",
        "marks": filling.marks(now),
        "totals": filling.totals(now),
        "given": filling.given_cells(now, attempt.phrases),
        "parts": {
            "verdict": head(now, attempt.phrases),
            "checked": messages(filling.message_views(now, lang), attempt.phrases),
        },
    }


def undo(attempt: Attempt) -> Done:
    """Back to the save before."""
    sheet = sheet_of(attempt)
    back = drafts.undo(attempt.writer, sheet, seen=attempt.number("version"))
    if back is None:
        raise Refusal("没有更早的保存。", "There is no earlier save.")
    said = attempt.phrases("fill.undone", at=clock_time(back.saved_at))
    return Done(said=said, object=_named(sheet), detail={"version": back.version})


def hand_in(attempt: Attempt) -> Done:
    """Save, check, and record where nothing stands that cannot be true."""
    sheet = sheet_of(attempt)
    try:
        draft = _saved(attempt, sheet)
    except StaleDraft as stale:
        return _late(attempt, sheet, stale)
    desk = desk_of(attempt, sheet)
    checked = entry.check(attempt.writer, sheet, desk.code, draft.rows)
    if checked.blocking or not checked.accepted:
        said = "fill.blocked" if checked.blocking else "fill.nothing"
        return Done(
            said=attempt.phrases(said, n=len(checked.blocking)),
            object=_named(sheet), detail={"version": draft.version, "handed_in": False},
        )  # fmt: skip
    receipt = hand_in_draft(desk, sheet, draft)
    word = "fill.unchanged" if receipt.unchanged else "fill.handed_in"
    said = attempt.phrases(word, number=receipt.number, rows=receipt.rows_accepted)
    return Done(
        said=said, object=_named(sheet), detail={"submission": receipt.submission, "handed_in": True},
    )  # fmt: skip


ACTIONS = [
    Action(name="save_draft", right=Right.FILL, run=save),
    Action(name="undo_draft", right=Right.FILL, run=undo),
    Action(name="submit_draft", right=Right.FILL, run=hand_in),
]
