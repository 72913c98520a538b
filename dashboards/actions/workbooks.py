"""Forms as workbooks: the template filled with what is known, the copy with comments. A file comes in by `send_in`."""

from __future__ import annotations

from dashboards.action import Action, Attempt, Done, Picked, Refusal
from dashboards.actions.drafting import desk_of, sheet_of
from etl import copies
from etl.comments import mark_of
from warehouse.rights import Right


def template(attempt: Attempt) -> Done:
    """The workbook of a form, with the rows as they stand in the page."""
    sheet = sheet_of(attempt)
    desk = desk_of(attempt, sheet)
    content = copies.template(attempt.writer, sheet, desk.code, mark_of(attempt.warehouse))
    name = f"{sheet.form.title.zh}-{desk.code}-{sheet.year}.xlsx"
    return Done(
        said="",
        object=f"{sheet.form.name} {sheet.year} {sheet.school}",
        sends=Picked(name=name, content=content),
    )


def commented(attempt: Attempt) -> Done:
    """A submission's own file with each refusal and finding written at its cell; of schools whose records one reads.

    The file is the school's own, sensitive columns and all: only for those who need them.
    """
    number = attempt.number("submission")
    found = copies.commented(attempt.writer, number, mark_of(attempt.warehouse))
    if found is None:
        raise Refusal(
            "没有保存这份报送的原始文件（整包载入的报送，原件在报送单位）。",
            "The file of this submission is not kept here: it came in a package, whose sender has it.",
        )
    return Done(said="", object=str(number), sends=Picked(name=found.name, content=found.content))


ACTIONS = [
    Action(name="template_workbook", right=Right.FILL, run=template),
    Action(name="commented_copy", right=Right.SEE_SENSITIVE, run=commented),
]
