"""Forms as workbooks: the template filled with what is known, an upload, the copy with comments."""

from __future__ import annotations

from dashboards.action import Action, Attempt, Done, Picked, Refusal
from dashboards.actions.drafting import desk_of, sheet_of
from etl import copies
from etl.handing import hand_in_file
from warehouse.rights import Right


def template(attempt: Attempt) -> Done:
    """The workbook of a form, with the rows as they stand in the page."""
    sheet = sheet_of(attempt)
    desk = desk_of(attempt, sheet)
    content = copies.template(attempt.writer, sheet, desk.code)
    name = f"{sheet.form.title.zh}-{desk.code}-{sheet.year}.xlsx"
    return Done(
        said="",
        object=f"{sheet.form.name} {sheet.year} {sheet.school}",
        sends=Picked(name=name, content=content),
    )


def upload(attempt: Attempt) -> Done:
    """A workbook handed in: its receipt is said, and stands on the page."""
    sheet = sheet_of(attempt)
    file = attempt.files.get("file")
    if file is None or not file.content:
        raise Refusal(
            "没有选择文件。请选择工作簿后再上传。",
            "No file was picked. Pick a workbook and upload it.",
        )
    receipt = hand_in_file(desk_of(attempt, sheet), sheet, file.name, file.content)
    word = "fill.unchanged" if receipt.unchanged else "fill.uploaded"
    said = attempt.phrases(
        word, number=receipt.number, rows=receipt.rows_accepted, refused=receipt.rows_refused
    )
    return Done(
        said=said, object=f"{sheet.form.name} {sheet.year} {sheet.school}", detail={"submission": receipt.submission},
    )  # fmt: skip


def commented(attempt: Attempt) -> Done:
    """A submission's own file with each refusal and finding written at its cell; of schools whose records one reads."""
    number = attempt.number("submission")
    found = copies.commented(attempt.writer, number)
    if found is None:
        raise Refusal(
            "没有保存这份报送的原始文件（整包载入的报送，原件在报送单位）。",
            "The file of this submission is not kept here: it came in a package, whose sender has it.",
        )
    return Done(said="", object=str(number), sends=Picked(name=found.name, content=found.content))


ACTIONS = [
    Action(name="template_workbook", right=Right.FILL, run=template),
    Action(name="upload_workbook", right=Right.FILL, run=upload),
    Action(name="commented_copy", right=Right.READ, run=commented),
]
