"""The monthly progress report of a province (附件4): counted at the month's cut-off, signed by the province, frozen as it was signed.

The cut-off is the end of the month. What is counted is counted as it stood then; a filing counts when its day lies in the month or
before and it was filed by the time of signing. A signature keeps every figure with a hash of the whole; signing again after something
changed is a new revision beside the old one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from warehouse.chain_read import Who
from warehouse.discovery import asked_forms, domains
from warehouse.errors import RolloutRefused
from warehouse.fusion import reported
from warehouse.ladder import Ladder
from warehouse.moments import begins, china_day, day_before
from warehouse.places import NATION, Rung
from warehouse.programme import FIRST_MONTH, ITEMS, due_on
from warehouse.rollout import Filing, accounts, current, filings, handed, refuse_elsewhere
from warehouse.rollout_tables import rollout_report
from warehouse.store import Reader, Writer
from warehouse.terms import Month

LONGEST = 1_000  # characters of a text that somebody types
SHORT = 100
RUNGS = (Rung.PROVINCE, Rung.PREFECTURE, Rung.COUNTY, Rung.SCHOOL)
_REVIEWS = sa.text("SELECT * FROM rollout_reviews(:here, :year, :by_then)")

# name -> what the system counted; whole numbers, days as ISO, names of choices: everything that JSON keeps exactly
Figures = dict[str, Any]


class Words(NamedTuple):
    """What the province types: everything else is counted."""

    problems: str
    next_plan: str
    office: str
    contact: str


class Signed(NamedTuple):
    """A report as it was signed."""

    place_id: int
    month: date
    revision: int
    figures: Figures
    problems: str
    next_plan: str
    office: str
    contact: str
    content_hash: str
    signed_by: str
    signed_role: str
    signed_at: datetime

    @property
    def of(self) -> Month:
        return Month.of(self.month)

    @property
    def words(self) -> Words:
        return Words(self.problems, self.next_plan, self.office, self.contact)

    @property
    def late(self) -> int:
        """Days after the day it was due on; 0 in time."""
        return max(0, (china_day(self.signed_at) - due_on(self.of)).days)

    @property
    def is_whole(self) -> bool:
        """Whether the hash still fits what is kept."""
        return self.content_hash == content_hash(self.place_id, self.of, self.figures, self.words)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which report: of which province and month, counted at which moment."""

    place_id: int
    month: Month
    now: datetime

    @property
    def cut_off(self) -> datetime:
        """The end of the month, or now while it runs."""
        return min(begins(self.month.later(1).period.first), self.now)


def counted(reader: Reader, ladder: Ladder, asked: Asked) -> Figures:
    """Everything of a report that nobody types."""
    year = _year(ladder, asked.month)
    units = len(ladder.units(asked.place_id, year))
    came = handed(reader, asked.place_id, year, asked.cut_off).get(asked.place_id, {})
    lines = current(filings(reader, asked.place_id), by_day=asked.month.period.last)
    return {
        "year": year,
        "accounts": _accounts(reader, ladder, asked, year),
        "schools": units,
        "forms_due": units * len(asked_forms(year, day_before(asked.cut_off))),
        "forms_handed": sum(one.forms for one in came.values()),
        "complete": {name: came[name].schools if name in came else 0 for name in domains()},
        **_reviews(reader, asked, year),
        "filed": {name: _filed([line for line in lines if line.item == name]) for name in ITEMS if not ITEMS[name].many},
        **_trained(lines, asked.month),
        "self_built_system": reported(reader, asked.place_id, asked.cut_off),
    }  # fmt: skip


def _year(ladder: Ladder, month: Month) -> int:
    """The academic year whose units a month counts: its own, or the newest that is laid by then."""
    years = [year for year in ladder.years if year <= month.year]
    if not years:
        raise RolloutRefused(
            f"{month.format('zh')}所在学年没有登记学校，无法计算月报。",
            f"No schools are registered for the year of {month}: its report cannot be counted.",
        )
    return years[-1]


def _accounts(reader: Reader, ladder: Ladder, asked: Asked, year: int) -> dict[str, dict[str, int]]:  # fmt: skip
    held = accounts(reader, ladder, asked.place_id, year, asked.cut_off).get(asked.place_id, {})
    return {
        rung.name.lower(): {"due": held[rung].due, "activated": held[rung].activated}
        for rung in RUNGS
        if rung in held
    }


def _reviews(reader: Reader, asked: Asked, year: int) -> Figures:
    """Schools audited at each rung, and forms returned, up to the cut-off."""
    rows = reader.rows(_REVIEWS, here=asked.place_id, year=year, by_then=asked.cut_off)
    schools = {Rung(row.rung): row.schools for row in rows}
    audited = {rung.name.lower(): schools.get(rung, 0) for rung in (Rung.COUNTY, Rung.PREFECTURE, Rung.PROVINCE)}  # fmt: skip
    return {"audited": audited, "returned": sum(row.returned for row in rows)}


def _filed(lines: Sequence[Filing]) -> dict[str, Any] | None:
    """What holds of an item, in words that JSON keeps."""
    if not lines:
        return None
    line = lines[-1]
    said = {"day": line.day.isoformat() if line.day else None, "number": line.number, "choice": line.choice, "words": line.words}  # fmt: skip
    return {name: value for name, value in said.items() if value not in (None, "")}


def _trained(lines: Sequence[Filing], month: Month) -> Figures:
    """Trainings so far and their person-times; those of the month by themselves."""
    held = [line for line in lines if line.item == "training"]
    return {
        "trainings": len(held),
        "trained": sum(line.number or 0 for line in held),
        "trained_in_month": sum(line.number or 0 for line in held if line.day and line.day in month.period),
    }  # fmt: skip


def content_hash(place_id: int, month: Month, figures: Figures, words: Words) -> str:
    """SHA-256 of all that is signed."""
    said = {"place": place_id, "month": str(month), "figures": figures, "words": words._asdict()}
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


# -- signing


def sign(writer: Writer, who: Who, ladder: Ladder, asked: Asked, words: Words) -> Signed:
    """Sign the report of the account's own province; what was signed before stays as an earlier revision."""
    refuse_elsewhere(ladder, who.place_id)
    _refuse_month(asked)
    said = _checked(words)
    figures = counted(writer, ladder, asked)
    made = content_hash(asked.place_id, asked.month, figures, said)
    before = revisions(writer, asked.place_id, asked.month)
    if before and before[-1].content_hash == made:
        raise RolloutRefused("内容与已签署的月报相同，无需再签。", "The content is what was signed already: there is nothing to sign.")  # fmt: skip
    signed = Signed(
        place_id=asked.place_id, month=asked.month.period.first, revision=len(before) + 1, figures=figures, **said._asdict(),
        content_hash=made, signed_by=who.login, signed_role=who.role.value, signed_at=asked.now,
    )  # fmt: skip
    writer.run(sa.insert(rollout_report).values(**signed._asdict(), path=[who.place_id]))
    return signed


def _refuse_month(asked: Asked) -> None:
    over = begins(asked.month.later(1).period.first)
    if asked.month < FIRST_MONTH or asked.now < over:
        raise RolloutRefused(
            f"{asked.month.format('zh')}的月报还不能签：从 {FIRST_MONTH.format('zh')}起，当月结束后签署。",
            f"The report of {asked.month} cannot be signed: months from {FIRST_MONTH} on, once they are over.",
        )


def _checked(words: Words) -> Words:
    """The words, stripped; an error names what is missing or too long."""
    said = Words(*(text.strip() for text in words))
    for name, longest in (("problems", LONGEST), ("next_plan", LONGEST), ("office", SHORT), ("contact", SHORT)):  # fmt: skip
        text = getattr(said, name)
        if not text or len(text) > longest or not text.replace("\n", "").replace("\r", "").isprintable():  # fmt: skip
            raise RolloutRefused(
                f"存在问题、下月计划、责任处室和联系方式都要填；本项不超过 {longest} 字。",
                f"Give problems, next month's plan, office and contact; this one in {longest} characters at most.",
            )
    return said


def revisions(reader: Reader, place_id: int, month: Month) -> list[Signed]:
    """Every signed report of a province and month, the first one first."""
    c = rollout_report.c
    return _read(reader, (c.place_id == place_id) & (c.month == month.period.first))


def signed(reader: Reader, place_id: int, months: Sequence[Month]) -> dict[tuple[int, Month], list[Signed]]:  # fmt: skip
    """Province and month -> its revisions, of the province (or of all whose records the reader sees)."""
    c = rollout_report.c
    wanted = c.month.in_([month.period.first for month in months])
    here = sa.true() if place_id == NATION else c.place_id == place_id
    found: dict[tuple[int, Month], list[Signed]] = {}
    for one in _read(reader, wanted & here):
        found.setdefault((one.place_id, one.of), []).append(one)
    return found


def _read(reader: Reader, wanted: sa.ColumnElement[bool]) -> list[Signed]:
    c = rollout_report.c
    columns = (c[name] for name in Signed._fields)
    rows = reader.rows(sa.select(*columns).where(wanted).order_by(c.place_id, c.month, c.revision))
    return [Signed(*row) for row in rows]
