"""Where flags to be dispatched come from: what the newest review says of schools and nobody has sent to them.

A flag is read here again when it is dispatched, so nobody types the sentence of a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from warehouse.case_read import Case, Cell
from warehouse.case_rules import JUDGEMENTS, Code, Deed, Identity, State, again
from warehouse.case_tables import case_file
from warehouse.cases import Flagged
from warehouse.discovery import form as form_named
from warehouse.errors import UnknownName
from warehouse.flag_tables import flag, review_round
from warehouse.places import NATION
from warehouse.store import Reader
from warehouse.text import Text

_SAID = Text("《{form_zh}》{n} 行：{zh}", "{form_en} (rows: {n}): {en}")
_COLUMNS = ("judgement", "school_id", "year", "rule", "weight", "said_zh", "said_en", "detail")
_STANDS = (flag.c.gone_round.is_(None), flag.c.judgement.in_(list(JUDGEMENTS)))


def undispatched(reader: Reader, place_id: int, year: int, most: int, schools: Sequence[int] | None = None) -> list[Flagged]:  # fmt: skip
    """What stands about schools below a place (or these of them) and year without a case, or came back after it was closed; of each judgement the `most` weightiest, single hints left out."""
    below = [] if place_id == NATION else [flag.c.path.contains([place_id])]
    if schools is not None:
        below.append(flag.c.school_id.in_(list(schools)))
    return [one for judgement in JUDGEMENTS for one in _undispatched(reader, below, year, judgement, most)]  # fmt: skip


def _undispatched(reader: Reader, below: Sequence[sa.ColumnElement[bool]], year: int, judgement: str, most: int) -> list[Flagged]:  # fmt: skip
    c = case_file.c
    has_case = sa.exists().where(
        c.judgement == flag.c.judgement, c.school_id == flag.c.school_id, c.year == flag.c.year, c.rule == flag.c.rule,
        c.state != State.WITHDRAWN.value, sa.not_(_came_back(c)),
    )  # fmt: skip
    found = (
        sa.select(*(flag.c[name] for name in _COLUMNS))
        .join(review_round, review_round.c.round_id == flag.c.first_round)
        .where(*_STANDS, flag.c.judgement == judgement, flag.c.speaks, flag.c.year == year, *below, sa.not_(has_case))
        .order_by(flag.c.weight.desc(), flag.c.school_id, flag.c.rule).limit(most)
    )  # fmt: skip
    return [_flagged(row) for row in reader.rows(found)]


def _came_back(c: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401 - the columns of a case
    """Whether a flag stands since after its case was closed with a code by which it is opened anew."""
    codes = [code.value for code in Code if again(State.CLOSED, code.value) is Deed.REOPEN]
    return sa.and_(c.state == State.CLOSED.value, c.code.in_(codes), c.closed_at < review_round.c.ended_at)  # fmt: skip


def comes_back(one: Case, since: datetime) -> bool:
    """The same of a case and the moment since which its flag stands."""
    is_closed = one.state is State.CLOSED and one.closed_at is not None and one.closed_at < since
    return is_closed and again(one.state, one.code or "") is Deed.REOPEN


def flagged(reader: Reader, wanted: Sequence[Identity]) -> list[Flagged]:
    """These flags as they stand; what is not flagged (any more) is left out."""
    keys = [
        sa.and_(flag.c.judgement == one.judgement, flag.c.school_id == one.school_id, flag.c.year == one.year, flag.c.rule == one.rule)
        for one in wanted
    ]  # fmt: skip
    if not keys:
        return []
    asked = sa.select(*(flag.c[name] for name in _COLUMNS)).where(*_STANDS, sa.or_(*keys))
    return [_flagged(row) for row in reader.rows(asked)]


def _flagged(row: Any) -> Flagged:  # noqa: ANN401 - a row of flag
    said = Text(row.said_zh, row.said_en)
    if "rows" in row.detail:
        said = _SAID.fill(n=row.detail["rows"], zh=said.zh, en=said.en, **_titles(row.detail["form"]))  # fmt: skip
    identity = Identity(row.judgement, row.school_id, row.year, row.rule)
    return Flagged(identity=identity, said=said, cells=_cells(row.rule, row.detail), weight=row.weight)  # fmt: skip


def _cells(rule: str, detail: dict[str, Any]) -> tuple[Cell, ...]:
    """The figures that a flag rests on: of a breach the columns of its rows, else those of its parts."""
    if "rows" in detail:
        columns = [cell["column"] for cell in detail["cells"] if cell["column"]]
        return tuple(Cell(detail["form"], name) for name in dict.fromkeys(columns) or [rule.partition(".")[2]])  # fmt: skip
    cells = (tuple(cell) for part in detail["parts"] for cell in part["cells"])
    return tuple(Cell(*cell) for cell in dict.fromkeys(cells))


def _titles(name: str) -> dict[str, str]:
    """The titles of a form, or its name where it is declared no more."""
    try:
        title = form_named(name).title
    except UnknownName:
        return {"form_zh": name, "form_en": name}
    return {"form_zh": title.zh, "form_en": title.en}
