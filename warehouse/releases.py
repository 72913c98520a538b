"""Releases: the figures of an academic year as they stood at a moment, drafted by one person of the ministry and signed by another.

A release is no copy. It names the moment and the load of each form that had been reached by then, and the basis; whoever reads the warehouse at
these loads sees what was signed, for ever. The database freezes the loads, gives the number and copies the draft by itself, and lets
nobody change a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from warehouse import release_checks
from warehouse.chain_read import Who
from warehouse.errors import ReleaseRefused
from warehouse.notices import tell
from warehouse.places import NATION
from warehouse.release_checks import Check
from warehouse.release_patterns import Proof, ordered, proofs, proved, work
from warehouse.release_tables import release, release_draft, release_refusal
from warehouse.rights import Right
from warehouse.store import Reader, Writer
from warehouse.tables import place
from warehouse.terms import format_year
from warehouse.text import Text
from warehouse.trail import hash_of

RELEASE = "release"  # the name under which signed releases are counted in `load`
NUMBER = r"FB-[12][0-9]{3}-[1-9][0-9]{0,2}"  # how releases are numbered
State = Literal["preliminary", "final", "revised"]
Basis = Literal["submitted", "approved"]
STATES: Mapping[State, Text] = {
    "preliminary": Text("预发布", "Preliminary"), "final": Text("终稿", "Final"), "revised": Text("修订", "Revised"),
}  # fmt: skip
NOTES, NOTES_EN, REASON = range(10, 2001), range(4001), range(10, 1001)  # characters
_FROZEN = (
    "year", "state", "basis", "frozen_at", "loads", "notes_zh", "notes_en", "open_reason", "checks", "drafted_by", "drafted_at",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What waits for a second signature."""

    draft_id: int
    year: int
    state: State
    basis: Basis
    frozen_at: datetime
    loads: Mapping[str, int]
    notes_zh: str
    notes_en: str
    open_reason: str
    checks: tuple[Check, ...]
    drafted_by: str
    drafted_at: datetime

    @property
    def name(self) -> Text:
        """预发布, 终稿, 修订 2."""
        return STATES[self.state]

    @property
    def notes(self) -> Text:
        """The notes; in English where somebody wrote them in it."""
        return Text(self.notes_zh, self.notes_en or self.notes_zh)


@dataclass(frozen=True, kw_only=True)
class Release(Draft):
    """A draft that was signed. `number`: FB-2025-1, in the order in which the year's were signed."""

    number: str
    place_in_year: int
    revision: int
    checks_signed: tuple[Check, ...]
    signed_by: str
    signed_at: datetime
    proof: Proof | None = (
        None  # of what it withholds; None until the job that follows the signature is done
    )

    @property
    def name(self) -> Text:
        said = STATES[self.state]
        return Text(f"{said.zh} {self.revision}", f"{said.en} {self.revision}") if self.revision else said  # fmt: skip

    @property
    def digest(self) -> str:
        """SHA-256 over all that was signed: what its line in the trail carries."""
        said = {
            name: getattr(self, name)
            for name in ("number", "year", "state", "basis", "notes_zh", "notes_en", "open_reason", "drafted_by", "signed_by")
        }  # fmt: skip
        at = {"frozen_at": self.frozen_at.isoformat(), "loads": dict(self.loads)}
        checks = [[one.said() for one in each] for each in (self.checks, self.checks_signed)]
        return hash_of(json.dumps({**said, **at, "checks": checks}, ensure_ascii=False, sort_keys=True))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody writes who drafts a release."""

    year: int
    state: State
    basis: Basis
    notes_zh: str
    notes_en: str = ""
    open_reason: str = ""


# -- reading


def signed(reader: Reader) -> tuple[Release, ...]:
    """Every signed release, the newest year and within it the newest first."""
    c = release.c
    asked = sa.select(release).order_by(c.year.desc(), c.place_in_year.desc())
    rows, known = reader.rows(asked), proofs(reader)
    return tuple(_release(row, known.get(row.number)) for row in rows)


def releases_since(reader: Reader, moment: datetime) -> tuple[Release, ...]:
    """What has been signed after a moment, the oldest first: what those wait for who want to be told."""
    asked = sa.select(release).where(release.c.signed_at > moment).order_by(release.c.signed_at, release.c.number)  # fmt: skip
    return tuple(_release(row) for row in reader.rows(asked))


def waiting(reader: Reader) -> tuple[Draft, ...]:
    """Drafts that nobody has signed or refused; row security shows them to those who may."""
    c = release_draft.c
    ended = sa.select(release.c.draft_id).union_all(sa.select(release_refusal.c.draft_id))
    asked = sa.select(release_draft).where(c.draft_id.not_in(ended)).order_by(c.year.desc())
    return tuple(Draft(draft_id=row.draft_id, **_frozen(row)) for row in reader.rows(asked))


def _frozen(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of either table
    found = {name: getattr(row, name) for name in _FROZEN}
    return {**found, "checks": release_checks.read(row.checks)}


def _release(row: Any, proof: Proof | None = None) -> Release:  # noqa: ANN401 - a row
    return Release(
        number=row.number, draft_id=row.draft_id, place_in_year=row.place_in_year, revision=row.revision, signed_by=row.signed_by,
        signed_at=row.signed_at, checks_signed=release_checks.read(row.checks_signed), proof=proof, **_frozen(row),
    )  # fmt: skip


def of_year(releases: Iterable[Release], year: int) -> tuple[Release, ...]:
    """Those of one year, the newest first."""
    return tuple(one for one in releases if one.year == year)


def named(releases: Iterable[Release], number: str) -> Release | None:
    return next((one for one in releases if one.number == number), None)


def before(releases: Iterable[Release], one: Release) -> Release | None:
    """The release of the same year that this one came after."""
    return next((each for each in releases if each.year == one.year and each.place_in_year == one.place_in_year - 1), None)  # fmt: skip


def next_states(releases: Sequence[Release], year: int) -> tuple[State, ...]:
    """What may follow: preliminary figures until there is a final release, revisions after it."""
    is_final = any(one.state == "final" for one in of_year(releases, year))
    return ("revised",) if is_final else ("final", "preliminary")


def object_of(one: Release) -> str:
    """By what the trail calls a release."""
    return f"release/{one.number}"


# -- deeds


def draft(writer: Writer, who: Who, said: Said, today: date) -> int:
    """Freeze the figures of a year as they stand now and count the checklist; the draft's number. ReleaseRefused says why not.

    When that was, the database says by its own clock, by which loads are dated too.
    """
    _may(who)
    _written(said)
    if said.state not in next_states(signed(writer), said.year):
        raise ReleaseRefused(
            f"{format_year(said.year)}现在不能发布“{STATES[said.state].zh}”：终稿之前只有预发布和终稿，之后只有修订。",
            f"{format_year(said.year, 'en')} cannot have a {STATES[said.state].en.lower()} release now: before a final one there are preliminary ones, after it revisions.",
        )  # fmt: skip
    if said.state != "preliminary" and said.basis != "approved":
        raise ReleaseRefused(
            "终稿和修订只能以“已审核”口径发布。", "Final and revised figures are released on the approved basis only.",
        )  # fmt: skip
    if any(one.year == said.year for one in waiting(writer)):
        raise ReleaseRefused(
            "该学年已有一份草稿待签发，请先签发或退回。", "A draft of that year waits already: sign or refuse it first.",
        )  # fmt: skip
    checks = release_checks.counted(writer, said.year, today)
    _explained(said.state, said.open_reason, checks)
    values: dict[str, Any] = {
        "year": said.year, "state": said.state, "basis": said.basis, "frozen_at": sa.func.now(), "loads": {}, "notes_zh": said.notes_zh.strip(),
        "notes_en": said.notes_en.strip(), "open_reason": said.open_reason.strip(), "checks": [one.said() for one in checks],
        "drafted_by": who.login, "drafted_role": who.role.value, "drafted_at": sa.func.now(),
    }  # fmt: skip
    return int(writer.scalar(sa.insert(release_draft).values(**values).returning(release_draft.c.draft_id)))  # fmt: skip


def sign(writer: Writer, who: Who, draft_id: int, today: date) -> Release:
    """The second signature: the checklist is counted again, the release gets its number, and offices are told."""
    _may(who)
    one = _waiting(writer, draft_id)
    if one.drafted_by == who.login:
        raise ReleaseRefused("起草人不能自己签发，请由另一人签发。", "Whoever drafted it does not sign it: let somebody else do it.")  # fmt: skip
    checks = release_checks.counted(writer, one.year, today)
    _explained(one.state, one.open_reason, checks)
    # What the database fills in from the draft has to stand in the statement as something.
    filled = {
        "number": "", "place_in_year": 0, "revision": 0, "year": one.year, "state": one.state, "basis": one.basis, "frozen_at": one.frozen_at, "loads": {},
        "notes_zh": "", "notes_en": "", "open_reason": "", "checks": [], "drafted_by": "", "drafted_role": "", "drafted_at": one.drafted_at,
    }  # fmt: skip
    values = {
        **filled, "draft_id": draft_id, "checks_signed": [each.said() for each in checks], "signed_by": who.login, "signed_role": who.role.value,
        "signed_at": sa.func.now(),
    }  # fmt: skip
    number = writer.scalar(sa.insert(release).values(**values).returning(release.c.number))
    made = _release(writer.rows(sa.select(release).where(release.c.number == number))[0])
    _tell(writer, made)
    return made


def freeze_again(writer: Writer, who: Who, number: str) -> None:
    """Ask once more for the patterns of a release whose job has failed, or that was signed before there were any. ReleaseRefused says why not."""
    _may(who)
    one, now = named(signed(writer), number), work(writer, number)
    if one is None or proved(writer, number) is not None or (now is not None and now.state.is_open):
        raise ReleaseRefused(
            "该发布数的遮盖方案已经确定或正在确定，或没有这个发布号。请刷新页面。",
            "The patterns of that release are kept or being decided, or there is no such release. Open the page again.",
        )  # fmt: skip
    ordered(writer, number)


def refuse(writer: Writer, who: Who, draft_id: int, reason: str, now: datetime) -> Draft:
    """Send a draft back with a reason, or take back one's own."""
    _may(who)
    one, said = _waiting(writer, draft_id), reason.strip()
    if len(said) not in REASON:
        raise ReleaseRefused(
            f"请用 {REASON.start} 至 {REASON.stop - 1} 个字写明理由。", f"Give a reason of {REASON.start} to {REASON.stop - 1} characters.",
        )  # fmt: skip
    writer.run(sa.insert(release_refusal).values(draft_id=draft_id, reason=said, login=who.login, role=who.role.value, at=now))  # fmt: skip
    return one


def _may(who: Who) -> None:
    if who.place_id != NATION or Right.RELEASE not in who.role.rights:
        raise ReleaseRefused(
            "数据由部级监管或审核人员起草、签发。", "Figures are released by supervisors and reviewers of the ministry.",
        )  # fmt: skip


def _written(said: Said) -> None:
    long = len(said.notes_zh.strip()), len(said.notes_en.strip())
    if long[0] not in NOTES or long[1] not in NOTES_EN:
        raise ReleaseRefused(
            f"请用 {NOTES.start} 至 {NOTES.stop - 1} 个字写明发布说明。", f"Write notes of {NOTES.start} to {NOTES.stop - 1} characters.",
        )  # fmt: skip
    if len(said.open_reason.strip()) >= REASON.stop:
        raise ReleaseRefused(f"理由不超过 {REASON.stop - 1} 个字。", f"A reason has at most {REASON.stop - 1} characters.")  # fmt: skip


def _explained(state: State, reason: str, checks: Iterable[Check]) -> None:
    """Final figures need a clear checklist, or somebody's reason for what is open."""
    if state == "preliminary" or release_checks.is_clear(checks) or len(reason.strip()) in REASON:
        return
    raise ReleaseRefused(
        f"清单尚有未清事项：请逐项办结，或在草稿中用 {REASON.start} 个字以上写明仍然发布的理由。",
        f"The checklist is not clear: settle what is open, or let the draft say in {REASON.start} characters or more why it is released all the same.",
    )  # fmt: skip


def _waiting(reader: Reader, draft_id: int) -> Draft:
    found = next((one for one in waiting(reader) if one.draft_id == draft_id), None)
    if found is None:
        raise ReleaseRefused("这份草稿已经签发或退回，或没有这份草稿。请刷新页面。", "That draft is signed or refused by now, or there is none. Open the page again.")  # fmt: skip
    return found


def _tell(writer: Writer, one: Release) -> None:
    """Say at the ministry and in every province that there are released figures."""
    said = Text(
        f"{one.number}：{format_year(one.year)}数据已发布（{one.name.zh}）",
        f"{one.number}: the figures of {format_year(one.year, 'en')} are released ({one.name.en.lower()})",
    )  # fmt: skip
    offices = sa.select(place.c.place_id).where(place.c.rung <= 1).order_by(place.c.place_id)
    for row in writer.rows(offices):
        tell(writer, said, kind="release", object=f"/releases?item={one.number}", place=row.place_id, right=Right.READ)  # fmt: skip
