"""Tables under a name: kept, shared with one's place and those below, removed and brought back."""

from __future__ import annotations

from dashboards.action import Action, Attempt, Done, Refusal
from metrics.tables.ask import WORDS, read
from warehouse import saved_tables
from warehouse.places import NATION
from warehouse.rights import Right

CHANGES = ("share", "own", "remove", "restore")
_WORDS = (*WORDS, "asof", "release")


def save(attempt: Attempt) -> Done:
    """Keep the words of a table; they must be those of a table that can be built."""
    said = {name: attempt.said[name] for name in _WORDS if attempt.said.get(name)}
    read(said, attempt.audience.ladder.years)
    at_place = attempt.number("at") if attempt.said.get("at") else NATION
    attempt.audience.depths((at_place,))
    number = saved_tables.save(
        attempt.writer, attempt.login, attempt.audience.scope.place_id, attempt.now,
        name=attempt.said.get("name", ""), at_place=at_place, said=said, is_shared=attempt.said.get("shared") == "1",
    )  # fmt: skip
    return Done(
        said=attempt.phrases("saved.done", name=attempt.said["name"].strip()),
        object=f"table/{number}",
        detail={"said": said},
    )


def change(attempt: Attempt) -> Done:
    """One thing done to a table of one's own."""
    number, to = attempt.number("table"), attempt.said.get("to", "")
    if to not in CHANGES:
        raise Refusal("请从页面上选择。", "Choose on the page.")
    values: dict[str, dict[str, object]] = {
        "share": {"is_shared": True}, "own": {"is_shared": False}, "remove": {"removed_at": attempt.now}, "restore": {"removed_at": None},
    }  # fmt: skip
    name = saved_tables.change(attempt.writer, attempt.login, number, **values[to])
    return Done(
        said=attempt.phrases(f"saved.{to}.done", name=name),
        object=f"table/{number}",
        detail={"to": to},
    )


ACTIONS = (
    Action(name="save_table", right=Right.READ, run=save),
    Action(name="change_table", right=Right.READ, run=change),
)
