"""Bringing a list of specialties: uploaded, looked at, applied or dropped, by the system administrator of the ministry or of a province."""

from __future__ import annotations

from dashboards.action import Action, Attempt, Done, Picked, Refusal
from etl import specialty_book
from warehouse import administered
from warehouse.places import Rung
from warehouse.rights import Right


def keeper(attempt: Attempt) -> int:
    """The place whose list it is: the account's own, the nation or a province."""
    place_id = attempt.audience.scope.place_id
    if attempt.audience.ladder.rung(place_id) not in {Rung.NATION, Rung.PROVINCE}:
        raise Refusal(
            "目录由部级维护，目录外专业由省级备案；请联系省级系统管理员。",
            "The ministry keeps the catalogue and provinces file beside it: ask the province's system administrator.",
        )
    return place_id


def upload(attempt: Attempt) -> Done:
    """Read a list and keep it to be looked at; nothing is in force yet."""
    place_id, file = keeper(attempt), attempt.files.get("file")
    if file is None or not file.content:
        raise Refusal("请选择文件。", "Choose a file.")
    lines = specialty_book.read(file.name, file.content)
    source = attempt.said.get("source", "")
    number = administered.keep(attempt.writer, attempt.login, place_id, file.name, source, lines)
    return Done(
        said=attempt.phrases("codes.uploaded", n=len(lines)), object=f"specialties {number}",
        detail={"place": place_id, "rows": len(lines)},
    )  # fmt: skip


def blank(attempt: Attempt) -> Done:
    """The blank workbook to fill; nothing is written but the trail."""
    file = Picked(name="specialties.xlsx", content=specialty_book.template())
    return Done(said="", object=attempt.login, sends=file)


def apply(attempt: Attempt) -> Done:
    keeper(attempt)
    number = attempt.number("list")
    new, changed = administered.apply(attempt.writer, attempt.login, number)
    return Done(
        said=attempt.phrases("codes.applied", new=new, changed=changed), object=f"specialties {number}",
        detail={"new": new, "changed": changed},
    )  # fmt: skip


def drop(attempt: Attempt) -> Done:
    number = attempt.number("list")
    administered.drop(attempt.writer, attempt.login, number)
    return Done(said=attempt.phrases("codes.dropped"), object=f"specialties {number}")


ACTIONS = [
    Action(name="specialty_template", right=Right.MANAGE_ACCOUNTS, run=blank),
    Action(name="upload_specialties", right=Right.MANAGE_ACCOUNTS, run=upload),
    Action(name="apply_specialties", right=Right.MANAGE_ACCOUNTS, run=apply),
    Action(name="drop_specialties", right=Right.MANAGE_ACCOUNTS, run=drop),
]
