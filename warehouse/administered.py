"""Specialties beside the declared ones: filled from the official list by the ministry, or filed by a province for its own schools (目录外专业备案).

A list is uploaded, compared with what is known, and only then applied by whoever uploaded it. What is applied is learned by every process
that reads cells or draws pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from warehouse.catalogues import Version, catalogue
from warehouse.codes import Added, Extended, specialties
from warehouse.errors import ListRefused
from warehouse.places import NATION
from warehouse.store import Reader, Writer, compiled
from warehouse.tables import metadata
from warehouse.text import Text

MOST = 1_000  # specialties in one list
LONGEST = 60  # characters of a name
DIGITS = 6

specialty = sa.Table(
    "specialty", metadata,
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("place_id", sa.Integer, nullable=False, comment="the nation, or the province that filed it"),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("name_zh", "name_en", "source", "uploaded_by")),
    sa.Column("from_year", sa.SmallInteger, nullable=False),
    sa.Column("to_year", sa.SmallInteger),
    sa.Column("uploaded_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
    sa.PrimaryKeyConstraint("code", "place_id"),
    sa.CheckConstraint("code ~ '^[0-9]{6}$'", name="specialty_code"),
    comment="目录补充和目录外备案专业",
)  # fmt: skip
specialty_list = sa.Table(
    "specialty_list", metadata,
    sa.Column("list_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("place_id", sa.Integer, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("file_name", "source", "uploaded_by")),
    sa.Column("uploaded_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
    sa.Column("lines", postgresql.JSONB, nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="open, applied or dropped"),
    comment="上传的专业目录",
)  # fmt: skip


class Line(NamedTuple):
    """One row of a list, as written; `row` as the sheet counts."""

    row: int
    code: str
    name_zh: str
    name_en: str
    from_year: str
    to_year: str
    major: str


class Fate(StrEnum):
    """What a row of a list would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


class Compared(NamedTuple):
    """A row beside what is known: what it would do, and the name it would replace or what is wrong with it."""

    line: Line
    fate: Fate
    before: str
    why: Text | None


def applied(reader: Reader) -> Sequence[Any]:
    """Everything that was applied, by code."""
    return reader.rows(sa.select(specialty).order_by(specialty.c.code, specialty.c.place_id))


_STAMP = compiled(sa.select(sa.func.count(), sa.func.max(specialty.c.uploaded_at)))


def learn(reader: Reader) -> None:
    """Let this process know the specialties of this warehouse; where none was added or changed since, only that is asked."""
    labels = specialties().labels
    stamp = tuple(reader.rows(_STAMP)[0])
    if not isinstance(labels, Extended) or labels.stamp == stamp:
        return
    found = [
        Added(code=row.code, name=Text(row.name_zh, row.name_en), place_id=row.place_id, from_year=row.from_year, to_year=row.to_year)
        for row in applied(reader)
    ]  # fmt: skip
    labels.learn(found, stamp)


# -- a list beside what is known


def compare(reader: Reader, place_id: int, lines: Sequence[Line]) -> list[Compared]:
    """Each row of a list against the declared catalogue, what was applied, and the rows before it."""
    known = {(row.code, row.place_id): row.name_zh for row in applied(reader)}
    declared = {code: one.name.zh for code, one in catalogue(Version.OF_2021).specialties.items()}
    official = declared | {code: name for (code, at), name in known.items() if at == NATION}
    stands = official if place_id == NATION else {c: n for (c, at), n in known.items() if at == place_id}  # fmt: skip
    taken = {name: code for code, name in (official | stands).items()}
    seen: dict[str, int] = {}
    found = []
    for line in lines:
        why = next(_faults(line, seen, taken), None) or (
            _in_catalogue(line, official, known) if place_id != NATION else None
        )
        before = stands.get(line.code, "")
        fate = Fate.WRONG if why else Fate.NEW if not before else Fate.SAME if before == line.name_zh else Fate.CHANGED  # fmt: skip
        found.append(Compared(line, fate, before, why))
        seen.setdefault(line.code, line.row)
    return found


def _faults(line: Line, seen: dict[str, int], taken: dict[str, str]) -> Iterator[Text]:
    majors = catalogue(Version.OF_2021).majors
    if not (line.code.isascii() and line.code.isdigit() and len(line.code) == DIGITS):
        yield Text(f"代码“{line.code[:20]}”应为 6 位数字。", f"The code '{line.code[:20]}' should have 6 digits.")  # fmt: skip
    if line.code[:2] not in majors:
        yield Text(f"2021 年目录没有 {line.code[:2]} 大类。", f"The catalogue of 2021 has no class {line.code[:2]}.")  # fmt: skip
    elif line.major and line.major not in {line.code[:2], *majors[line.code[:2]]}:
        named = majors[line.code[:2]]
        yield Text(
            f"代码属“{named.zh}”，本行却写“{line.major[:30]}”。", f"The code is of '{named.en}', but the row says '{line.major[:30]}'."
        )  # fmt: skip
    if not 0 < len(line.name_zh) <= LONGEST or not (line.name_zh + line.name_en).isprintable() or len(line.name_en) > 2 * LONGEST:  # fmt: skip
        yield Text(f"专业名称要填，不超过 {LONGEST} 字。", f"Give a name of at most {LONGEST} characters.")  # fmt: skip
    if line.code in seen:
        yield Text(f"与第 {seen[line.code]} 行代码相同。", f"The same code as in row {seen[line.code]}.")  # fmt: skip
    if taken.get(line.name_zh, line.code) != line.code:
        other = taken[line.name_zh]
        yield Text(f"“{line.name_zh}”的代码已是 {other}。", f"'{line.name_zh}' has the code {other} already.")  # fmt: skip
    if years(line) is None:
        yield Text("起止学年应为四位年份，止不早于起。", "Give years in four digits, the last not before the first.")  # fmt: skip


def _in_catalogue(
    line: Line, official: dict[str, str], known: dict[tuple[str, int], str]
) -> Text | None:
    """What a province may not file: what the catalogue has, or another province's code under another name."""
    if line.code in official:
        return Text("目录内已有这个代码，不用备案。", "The catalogue has this code: it need not be filed.")  # fmt: skip
    others = {name for (code, _), name in known.items() if code == line.code}
    if others and line.name_zh not in others:
        other = min(others)
        return Text(f"这个代码已由外省备案为“{other}”，请换一个代码。", f"Another province has filed this code as '{other}': choose another.")  # fmt: skip
    return None


def years(line: Line) -> tuple[int, int | None] | None:
    """The first and the last academic year of a row; the first is 2021 where nothing is said. None where they make no sense."""
    said = [line.from_year or str(int(Version.OF_2021)), line.to_year]
    if not all(not text or (text.isascii() and text.isdigit() and len(text) == 4) for text in said):
        return None
    first, last = int(said[0]), int(said[1]) if said[1] else None
    return None if last is not None and last < first else (first, last)


# -- bringing, applying, dropping


def keep(writer: Writer, login: str, place_id: int, name: str, source: str, lines: Sequence[Line]) -> int:  # fmt: skip
    """Keep a list to be looked at; earlier ones of the same account that still wait are dropped. Its number."""
    if not 4 <= len(source.strip()) <= 200:
        raise ListRefused(
            "请写明依据的文件（4 至 200 字）。", "Name the document it follows (4 to 200 characters)."
        )  # fmt: skip
    c = specialty_list.c
    writer.run(sa.update(specialty_list).where(c.uploaded_by == login, c.state == "open").values(state="dropped"))  # fmt: skip
    said = {"place_id": place_id, "file_name": name[:200], "source": source.strip(), "uploaded_by": login,
            "lines": [list(line) for line in lines], "state": "open"}  # fmt: skip
    try:
        return int(writer.scalar(sa.insert(specialty_list).values(**said).returning(c.list_id)))
    except sa.exc.ProgrammingError as error:
        raise _not_ours() from error


def waiting(reader: Reader, login: str) -> Any | None:  # noqa: ANN401 - a row of specialty_list
    """The list of this account that waits to be applied."""
    c = specialty_list.c
    rows = reader.rows(sa.select(specialty_list).where(c.uploaded_by == login, c.state == "open"))
    return rows[0] if rows else None


def lines_of(one: Any) -> list[Line]:  # noqa: ANN401 - a row of specialty_list
    return [Line(*each) for each in one.lines]


def apply(writer: Writer, login: str, number: int) -> tuple[int, int]:
    """Put a list into force as a whole, compared once more; how many specialties are new and changed."""
    one = _open(writer, login, number)
    compared = compare(writer, one.place_id, lines_of(one))
    if wrong := [each for each in compared if each.fate is Fate.WRONG]:
        first = wrong[0]
        why = first.why or Text("", "")
        raise ListRefused(
            f"有 {len(wrong)} 行有误，未应用任何一行。第 {first.line.row} 行：{why.zh}请改正后重新上传。",
            f"{len(wrong)} rows are wrong and nothing was applied. Row {first.line.row}: {why.en} Correct the list and upload it again.",
        )
    for each in compared:
        _put(writer, login, one, each.line)
    _end(writer, number, "applied")
    fates = [each.fate for each in compared]
    return fates.count(Fate.NEW), fates.count(Fate.CHANGED)


def _put(writer: Writer, login: str, one: Any, line: Line) -> None:  # noqa: ANN401 - a row of specialty_list
    first, last = years(line) or (int(Version.OF_2021), None)
    english = line.name_en or f"{line.name_zh} ({catalogue(Version.OF_2021).majors[line.code[:2]].en})"  # fmt: skip
    said = {"name_zh": line.name_zh, "name_en": english, "source": one.source, "uploaded_by": login,
            "from_year": first, "to_year": last}  # fmt: skip
    put = postgresql.insert(specialty).values(code=line.code, place_id=one.place_id, **said)
    try:
        writer.run(put.on_conflict_do_update(index_elements=["code", "place_id"], set_=said))
    except sa.exc.ProgrammingError as error:
        raise _not_ours() from error


def drop(writer: Writer, login: str, number: int) -> None:
    """Let a list go that was not applied."""
    _open(writer, login, number)
    _end(writer, number, "dropped")


def _open(writer: Writer, login: str, number: int) -> Any:  # noqa: ANN401 - a row of specialty_list
    one = waiting(writer, login)
    if one is None or one.list_id != number:
        raise ListRefused(
            "没有这份待应用的目录，可能已被应用或替换。", "No such list waits; it may be applied or replaced already."
        )  # fmt: skip
    return one


def _end(writer: Writer, number: int, state: str) -> None:
    writer.run(sa.update(specialty_list).where(specialty_list.c.list_id == number).values(state=state))  # fmt: skip


def _not_ours() -> ListRefused:
    return ListRefused(
        "部级系统管理员维护目录，省级系统管理员只为本省备案。",
        "The ministry's system administrator keeps the catalogue; a province's files for that province alone.",
    )
