"""Tables under a name: kept, shared with one's place and those below, removed and brought back."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from dashboards.action import Action, Attempt, Done, Refusal
from dashboards.address import BadAddress, parse
from dashboards.released import release_of
from metrics.tables.ask import WORDS, read
from warehouse import saved_tables
from warehouse.places import NATION
from warehouse.releases import signed
from warehouse.rights import Right

CHANGES = ("share", "own", "remove", "restore")
_WORDS = (*WORDS, "year", "metric", "chart", "asof", "release")


def save(attempt: Attempt) -> Done:
    """Keep the words of a table and of its chart; they must be those of a table that can be built. What one has under the name is replaced."""
    said = {name: attempt.said[name] for name in _WORDS if attempt.said.get(name)}
    _check(attempt, said)
    at_place = attempt.number("at") if attempt.said.get("at") else NATION
    attempt.audience.depths((at_place,))
    kept = saved_tables.save(
        attempt.writer, attempt.login, attempt.audience.scope.place_id, attempt.now,
        name=attempt.said.get("name", ""), at_place=at_place, said=said, is_shared=attempt.said.get("shared") == "1",
    )  # fmt: skip
    return Done(
        said=attempt.phrases("saved.replaced" if kept.replaced else "saved.done", name=attempt.said["name"].strip()),
        object=f"table/{kept.table_id}",
        detail={"said": said, "replaced": kept.replaced},
    )  # fmt: skip


def _check(attempt: Attempt, said: Mapping[str, str]) -> None:
    """Words by which no page could be opened again are refused; BadTable and UnknownRelease name what there is not."""
    try:
        address = parse("/zh/build", urlencode(said))
    except BadAddress as error:
        raise Refusal("请在表的页面上保存。", "Save a table on its page.") from error
    read(said, attempt.audience.ladder.years)
    release_of(address, signed(attempt.writer))


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
