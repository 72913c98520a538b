"""A school sends a file in: kept at once under a number, looked into by the worker."""

from __future__ import annotations

from dashboards.action import Action, Attempt, Done, Refusal
from etl.sheet import SUBMISSION
from warehouse.intake import kept, take
from warehouse.rights import Right


def send_in(attempt: Attempt) -> Done:
    """Acknowledge a file by the number under which it is kept; `form` and `year` are what the sender says of it."""
    file = attempt.files.get("file")
    if file is None or not file.content:
        raise Refusal(
            "没有收到文件。请选择要报送的文件后再提交。",
            "No file has come. Choose the file to hand in, then send it again.",
        )
    if len(file.content) > SUBMISSION.file_bytes:
        raise Refusal(
            f"文件超过 {SUBMISSION.file_bytes // 1_000_000} MB。请拆分后再报送。",
            f"The file is larger than {SUBMISSION.file_bytes // 1_000_000} MB. Split it and send the parts.",
        )
    made = take(
        attempt.writer, attempt.audience.scope.place_id, file.name, file.content, at=attempt.now,
        form=attempt.said.get("form", ""), year=attempt.number("year") if attempt.said.get("year") else None,
    )  # fmt: skip
    found = kept(attempt.writer, made)
    number = found.number if found else str(made)
    lang = attempt.phrases.lang
    return Done(
        said=attempt.phrases("intake.received", number=number), where=f"/{lang}/intake?item={made}",
        object=number, detail={"bytes": len(file.content)}, answer={"number": number, "intake": made},
    )  # fmt: skip


ACTIONS = [Action(name="send_in", right=Right.FILL, run=send_in)]
