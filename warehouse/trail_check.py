"""Whether the audit trail is as it was written: every line hashed again, every strand walked, every seal held against it.

Nothing of the database's own reckoning is believed: hashes are made here from the columns as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from warehouse.ciphers import SETS
from warehouse.crypto import Suite
from warehouse.seals import Notebook, Seal, heads, seals
from warehouse.tables import audit
from warehouse.text import Text

if TYPE_CHECKING:
    from warehouse.store import Reader

AT_ONCE = 10_000  # lines read by one statement
RETIRED = "retire_audit"

_LINES = (
    sa.select(
        *(c for c in audit.c if c.name not in ("detail", "path")),
        sa.cast(audit.c.detail, sa.Text).label("detail"),
        sa.func.array_to_string(audit.c.path, " ").label("path"),
    )
    .where(
        sa.tuple_(audit.c.strand, audit.c.sequence, audit.c.audit_id)
        > sa.tuple_(sa.bindparam("strand"), sa.bindparam("sequence"), sa.bindparam("audit_id"))
    )
    .order_by(audit.c.strand, audit.c.sequence, audit.c.audit_id)
    .limit(AT_ONCE)
)


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was written."""

    strand: int | None
    sequence: int | None
    what: Text

    def said(self) -> dict[str, Any]:
        return {
            "strand": self.strand,
            "sequence": self.sequence,
            "zh": self.what.zh,
            "en": self.what.en,
        }


@dataclass
class Report:
    """What a check found. `sealed`: the newest seal; `beyond`: lines after it, which only their chain vouches for."""

    lines: int = 0
    sealed: int = 0
    beyond: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.faults


def check(reader: Reader, suite: Suite, notebook: Notebook) -> Report:
    """Check the whole trail in one state of the database."""
    kept = seals(reader)
    report = Report(sealed=kept[-1].number if kept else 0)
    report.faults += _of_seals(kept, suite, notebook)
    walk = Walk(_sealed(kept), _retired(reader, kept))
    for line in _lines(reader):
        walk.step(line)
    walk.end({strand: head for strand, head in heads(reader).items() if head[0]})
    report.faults += walk.faults
    report.lines, report.beyond = walk.lines, walk.beyond(kept[-1] if kept else None)
    return report


def _lines(reader: Reader) -> Iterator[Any]:
    """Every line, strand by strand, in order."""
    after = {"strand": -(2**15), "sequence": 0, "audit_id": 0}
    while rows := reader.rows(_LINES, **after):
        yield from rows
        after = {name: getattr(rows[-1], name) for name in after}


def hash_of(line: Any) -> str:  # noqa: ANN401 - a row of _LINES
    """The hash of a line; the function `audit_hash` of the database reckons alike."""
    at = line.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    said = (
        str(line.audit_id), str(line.strand), str(line.sequence), line.previous, at, line.login, line.role,
        line.address, line.request_id, line.event, line.object, "true" if line.succeeded else "false",
        line.detail or "", line.path,
    )  # fmt: skip
    return sha256(",".join(f"{len(text.encode())}:{text}" for text in said).encode()).hexdigest()


Sealed = dict[
    tuple[int, int], tuple[int, str]
]  # strand, number -> the first seal that holds this line, and its hash


def _sealed(kept: Sequence[Seal]) -> Sealed:
    found: Sealed = {}
    for one in kept:
        for strand, (sequence, hash_) in one.heads.items():
            if sequence:
                found.setdefault((strand, sequence), (one.number, hash_))
    return found


def _retired(reader: Reader, kept: Sequence[Seal]) -> dict[int, int]:
    """Strand -> the sealed line before which lines were let go after their term, as the trail itself says."""
    said = sa.select(audit.c.object).where(audit.c.event == RETIRED, audit.c.succeeded)
    numbers = {int(row.object) for row in reader.rows(said) if row.object.isdigit()}
    last = max((one for one in kept if one.number in numbers), key=lambda s: s.number, default=None)
    return {strand: head[0] for strand, head in last.heads.items()} if last else {}


@dataclass
class Walk:
    """A walk along all strands. `sealed` are the lines that seals hold; what is met is taken out of it."""

    sealed: Sealed
    retired: dict[int, int]
    faults: list[Fault] = field(default_factory=list)
    last: dict[int, tuple[int, str]] = field(default_factory=dict)
    lines: int = 0

    def step(self, line: Any) -> None:  # noqa: ANN401 - a row of _LINES
        self.lines += 1
        if line.hash != hash_of(line):
            self._find(line.strand, line.sequence, "内容被改动", "was changed")
        self._follows(line)
        number, hash_ = self.sealed.pop((line.strand, line.sequence), (0, line.hash))
        if hash_ != line.hash:
            self._find(
                line.strand, line.sequence,
                f"与封签 {number} 不符，封签之后被改写", f"is not the line that seal {number} holds: rewritten since",
            )  # fmt: skip
        self.last[line.strand] = (line.sequence, line.hash)

    def _follows(self, line: Any) -> None:  # noqa: ANN401 - a row of _LINES
        strand = line.strand
        if strand not in self.last and line.sequence == self.retired.get(strand):
            return
        before, hash_ = self.last.get(strand, (0, ""))
        if line.sequence <= before:
            self._find(
                strand, line.sequence, "出现两次：有行被插入", "stands twice: one was inserted"
            )
        elif line.sequence != before + 1:
            lost = f"{before + 1}–{line.sequence - 1}" if line.sequence > before + 2 else before + 1
            self._find(strand, before + 1, f"第 {lost} 行被删除", f"was removed (lines {lost})")
        elif line.previous != hash_:
            self._find(
                strand, line.sequence,
                "与前一行不衔接：此处有行被调换、插入或改写", "does not follow the line before: reordered, inserted or rewritten",
            )  # fmt: skip

    def end(self, stand: dict[int, tuple[int, str]]) -> None:
        """Find what the heads and the seals hold and the walk did not meet."""
        for strand in sorted(stand.keys() | self.last.keys()):
            self._ends(strand, stand.get(strand, (0, "")), self.last.get(strand, (0, "")))
        for (strand, sequence), (number, _) in sorted(self.sealed.items()):
            if sequence >= self.retired.get(strand, 0):
                self._find(
                    strand, sequence, f"封签 {number} 所载，现已不在", f"is held by seal {number} and gone"
                )  # fmt: skip

    def _ends(self, strand: int, head: tuple[int, str], last: tuple[int, str]) -> None:
        if head[0] > last[0]:
            lost = f"{last[0] + 1}–{head[0]}"
            self._find(
                strand, last[0] + 1, f"链尾第 {lost} 行被删除", f"was cut off with the tail (lines {lost})"
            )  # fmt: skip
        elif last[0] > head[0]:
            self._find(
                strand,
                head[0] + 1,
                "未经链头登记而插入",
                "was inserted past the head of its strand",
            )
        elif head != last:
            self._find(strand, head[0], "与链头不符", "is not the head of its strand")

    def beyond(self, newest: Seal | None) -> int:
        """How many lines stand after the newest seal."""
        sealed = newest.heads if newest else {}
        return sum(max(at - sealed.get(s, (0, ""))[0], 0) for s, (at, _) in self.last.items())

    def _find(self, strand: int, sequence: int, zh: str, en: str) -> None:
        where = f"分链 {strand} 第 {sequence} 行", f"strand {strand} line {sequence}"
        self.faults.append(Fault(strand, sequence, Text(f"{where[0]}：{zh}", f"{where[1]} {en}")))


def _of_seals(kept: Sequence[Seal], suite: Suite, notebook: Notebook) -> Iterator[Fault]:
    """What is wrong with the seals themselves."""
    before: Seal | None = None
    for one in kept:
        yield from _chained(one, before)
        before = one
    if before is not None and not suite.verify(before.signature, before.body.encode()):
        yield _of_seal(before.number, "签名无效", "has no valid signature")
    yield from _noted(kept, notebook)


def _chained(one: Seal, before: Seal | None) -> Iterator[Fault]:
    expected = before.number + 1 if before else 1
    if one.number != expected:
        lost = f"{expected}–{one.number - 1}"
        yield _of_seal(expected, f"被删除（{lost}）", f"was removed ({lost})")
    elif one.told.before != (digest(one.suite_name, before) if before else ""):
        yield _of_seal(
            one.number,
            "与前一封签不衔接",
            "does not follow the seal before: one of them was changed",
        )
    if (one.told.number, one.told.at) != (one.number, one.at.astimezone(UTC).isoformat()):
        yield _of_seal(
            one.number,
            "登记与所签内容不符",
            "says otherwise in its columns than in what was signed",
        )


def digest(suite_name: str, one: Seal) -> str:
    """The hash of a seal by the suite that signed the seal after it."""
    return SETS[suite_name].hash(one.whole).hex() if suite_name in SETS else ""


def _noted(kept: Sequence[Seal], notebook: Notebook) -> Iterator[Fault]:
    """Seals that stand in the notebook and are gone, or are others now."""
    there = {one.number: one for one in kept}
    for number, (suite_name, hash_) in notebook.noted().items():
        if number not in there:
            yield _of_seal(
                number,
                "登记簿有载，库中已无",
                "stands in the notebook and is gone from the database",
            )
        elif digest(suite_name, there[number]) != hash_:
            yield _of_seal(number, "与登记簿不符", "is not the one that the notebook holds")


def _of_seal(number: int, zh: str, en: str) -> Fault:
    return Fault(None, number, Text(f"封签 {number} {zh}", f"seal {number} {en}"))
