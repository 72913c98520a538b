"""Pulls of a province's own system: asked for as jobs, followed page by page, and what came of each.

A pull is the job of its number. Its state is that of the job, carried over by the database; how far it is stands beside each form.
Pages that were read are kept until what they hold is taken in, or for a day, so that whoever goes on does not read them again.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from warehouse.chain_read import Who
from warehouse.errors import FusionRefused
from warehouse.fusion import Step, newest, steps
from warehouse.fusion_hosts import Site, allowed
from warehouse.ladder import Ladder
from warehouse.moments import china_day
from warehouse.places import NATION, Rung
from warehouse.pull_tables import fusion_page, fusion_pull, fusion_pull_form
from warehouse.queue import Order, State, defer
from warehouse.rights import Right
from warehouse.store import Reader, Writer
from warehouse.tables import submission, unclaimed
from warehouse.text import Text

KIND = "fusion_pull"
TITLE = Text("拉取自建系统：{place} {year} 学年", "Pull of an own system: {place}, {year}")
OPEN_TO_PULLS = frozenset({"applied", "examined", "approved"})
"""States of a record in which its system may be read; else the province applies first."""
SHOWN = 10
MOST_KEPT_BYTES = 1_000_000_000  # of one form and year, deflated


class Pull(NamedTuple):
    """One pull, as it is shown."""

    pull_id: int
    place_id: int
    step_id: int
    host: str
    port: int
    year: int
    forms: list[str]
    asked_by: str
    asked_role: str
    asked_at: datetime
    state: str
    said_zh: str
    said_en: str
    ended_at: datetime | None

    @property
    def said(self) -> Text:
        return Text(self.said_zh, self.said_en)

    @property
    def is_open(self) -> bool:
        return State(self.state).is_open

    @property
    def site(self) -> Site:
        return Site(host=self.host, port=self.port)


class Far(NamedTuple):
    """How far one form of a pull is: pages read, rows of them, rows the source says there are; once it is taken in, what the ledger says of its file.

    `nobodys` are rows of schools not due; `first` and `last` are receipts.
    """

    pull_id: int
    form: str
    pages: int = 0
    rows: int = 0
    total: int = 0
    file_hash: str = ""
    receipts: int = 0
    accepted: int = 0
    refused: int = 0
    nobodys: int = 0
    first: int | None = None
    last: int | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked for: whose system, by the adapter of which step, which year and forms."""

    place_id: int
    step: Step
    site: Site
    year: int
    forms: tuple[str, ...]


# -- asked for


def record_of(reader: Reader, place_id: int) -> Step:
    """The step whose adapter may be used now."""
    last = newest(steps(reader, place_id)).get(place_id) if place_id != NATION else None
    if last is None or last.state not in OPEN_TO_PULLS:
        raise FusionRefused(
            "该省没有有效的融合申请，不能拉取其系统；请省级先申请融合。",
            "No application of this province stands, so its system is not read: the province applies first.",
        )
    return last


def refuse_others(who: Who, ladder: Ladder, place_id: int) -> None:
    """A pull is asked for by the province itself or by the ministry's reviewer."""
    is_own = Right.ROLL_OUT in who.role.rights and who.place_id == place_id
    is_ministry = Right.REVIEW in who.role.rights and who.place_id == NATION
    is_province = place_id in ladder.places and ladder.rung(place_id) is Rung.PROVINCE
    if not (is_province and (is_own or is_ministry)):
        raise FusionRefused(
            "自建系统由本省监管人员或教育部审核人员发起拉取。",
            "A supervisor of the province or a reviewer of the ministry asks for a pull.",
        )


def refuse_unless_allowed(reader: Reader, place_id: int, site: Site, now: datetime) -> bool:
    """Whether the host may resolve to internal addresses; refused where the ministry does not allow it at all."""
    line = allowed(reader, place_id, site, china_day(now))
    if line is None:
        raise FusionRefused(
            f"{site.name} 不在教育部许可的主机名单中，或许可已到期、已撤回；请教育部审核人员在本页许可后再拉取。",
            f"{site.name} is not among the hosts that the ministry allows, or no longer: ask its reviewer to allow it on this page, then pull.",
        )
    return line.is_internal


def ask(writer: Writer, who: Who, ladder: Ladder, asked: Asked, now: datetime) -> int:
    """Ask for a pull in the reader's own transaction; its number, which is that of its job."""
    refuse_others(who, ladder, asked.place_id)
    refuse_unless_allowed(writer, asked.place_id, asked.site, now)
    if not asked.forms:
        raise FusionRefused("该学年还没有可报送的表。", "No form of the adapter may be handed in for that year yet.")  # fmt: skip
    writer.scalar("SELECT pg_advisory_xact_lock(27, :place)", place=asked.place_id)
    if any(one.is_open for one in pulls(writer, asked.place_id)):
        raise FusionRefused("该省已有一次拉取在排队或进行，请等它结束，或由发起人在“我的任务”中取消。", "A pull of this province waits or is under way: wait for its end, or let who asked cancel it under 'My jobs'.")  # fmt: skip
    place = ladder.place(asked.place_id)
    title = Text(*(TITLE.of(lang).format(place=place.name(lang), year=asked.year) for lang in ("zh", "en")))  # fmt: skip
    number = defer(writer, Order(kind=KIND, place_id=asked.place_id, title=title, args={}))
    made = sa.insert(fusion_pull).values(
        pull_id=number, place_id=asked.place_id, path=[asked.place_id], step_id=asked.step.step_id, host=asked.site.host, port=asked.site.port,
        year=asked.year, forms=list(asked.forms), asked_by=who.login, asked_role=who.role.value, asked_at=now,
    )  # fmt: skip
    writer.run(made.inline())
    return number


# -- looked at

_PULL = [fusion_pull.c[name] for name in Pull._fields]
_FAR = [fusion_pull_form.c[name] for name in Far._fields]


def pulls(reader: Reader, place_id: int, most: int = SHOWN) -> list[Pull]:
    """The last pulls of a province, the newest first."""
    found = sa.select(*_PULL).where(fusion_pull.c.place_id == place_id)
    return [Pull(*row) for row in reader.rows(found.order_by(fusion_pull.c.pull_id.desc()).limit(most))]  # fmt: skip


def pull_of(reader: Reader, pull_id: int) -> Pull | None:
    return next((Pull(*row) for row in reader.rows(sa.select(*_PULL).where(fusion_pull.c.pull_id == pull_id))), None)  # fmt: skip


def far(reader: Reader, numbers: Sequence[int]) -> dict[int, dict[str, Far]]:
    """Pull -> form -> how far it is."""
    found: dict[int, dict[str, Far]] = {number: {} for number in numbers}
    for row in reader.rows(sa.select(*_FAR).where(fusion_pull_form.c.pull_id.in_(list(numbers)))):
        found[row.pull_id][row.form] = Far(*row)
    return found


def taken(reader: Reader, pull: Pull, line: Far) -> Far:
    """A line with what the ledger says of its file, whenever that came in first."""
    c, u = submission.c, unclaimed.c
    found = sa.select(
        sa.func.count(), sa.func.coalesce(sa.func.sum(c.rows_accepted), 0), sa.func.coalesce(sa.func.sum(c.rows_refused), 0),
        sa.func.min(c.submission_id), sa.func.max(c.submission_id), sa.func.min(c.received_at),
    ).where(c.form == line.form, c.year == pull.year, c.file_hash == line.file_hash, c.path.contains([pull.place_id]))  # fmt: skip
    nobody = sa.select(sa.func.count()).where(u.form == line.form, u.year == pull.year, u.file_hash == line.file_hash)  # fmt: skip
    receipts, accepted, refused, first, last, at = reader.rows(found)[0]
    return line._replace(
        receipts=receipts, accepted=int(accepted), refused=int(refused), first=first, last=last, received_at=at,
        nobodys=reader.rows(nobody)[0][0],
    )  # fmt: skip


# -- what the worker keeps


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The pages of one form and year, read by one adapter."""

    place_id: int
    form: str
    year: int
    adapter_hash: str

    @property
    def _is_mine(self) -> list[sa.ColumnElement[bool]]:
        c = fusion_page.c
        return [c.place_id == self.place_id, c.form == self.form, c.year == self.year, c.adapter_hash == self.adapter_hash]  # fmt: skip

    def get(self, reader: Reader, number: int) -> bytes | None:
        found = sa.select(fusion_page.c.content).where(*self._is_mine, fusion_page.c.number == number)  # fmt: skip
        return next((zlib.decompress(row.content) for row in reader.rows(found)), None)

    def put(self, writer: Writer, number: int, content: bytes) -> int:
        """Keep a page; what lies there of that number stays. How many bytes it takes."""
        kept = zlib.compress(content)
        key = {"place_id": self.place_id, "form": self.form, "year": self.year, "adapter_hash": self.adapter_hash}  # fmt: skip
        writer.run(insert(fusion_page).values(**key, number=number, content=kept).on_conflict_do_nothing())  # fmt: skip
        return len(kept)

    def size(self, reader: Reader) -> int:
        """Bytes of all its pages."""
        total = sa.func.coalesce(sa.func.sum(sa.func.octet_length(fusion_page.c.content)), 0)
        return int(reader.rows(sa.select(total).where(*self._is_mine))[0][0])

    def numbers(self, reader: Reader) -> list[int]:
        found = sa.select(fusion_page.c.number).where(*self._is_mine).order_by(fusion_page.c.number)
        return [row.number for row in reader.rows(found)]

    def clear(self, writer: Writer, *, before: datetime | None = None) -> None:
        """Let go of the pages, or of all if the oldest was read before a moment: half of an old and half of a new state fit together nowhere."""
        oldest = sa.select(sa.func.min(fusion_page.c.read_at)).where(*self._is_mine).scalar_subquery()  # fmt: skip
        gone = sa.delete(fusion_page).where(*self._is_mine)
        writer.run(gone if before is None else gone.where(oldest < before))


def follow(writer: Writer, pull: Pull, line: Far) -> None:
    """Write down how far a form is."""
    values = line._asdict()
    made = insert(fusion_pull_form).values(path=[pull.place_id], **values)
    writer.run(made.on_conflict_do_update(index_elements=["pull_id", "form"], set_=values))


def let_go(writer: Writer, before: datetime) -> None:
    """Let go of pages that nobody went on with."""
    writer.run(sa.delete(fusion_page).where(fusion_page.c.read_at < before))


def step_of(reader: Reader, pull: Pull) -> Step:
    """The step whose adapter a pull uses, if the record still stands on that adapter."""
    last = record_of(reader, pull.place_id)
    mine = next(one for one in steps(reader, pull.place_id) if one.step_id == pull.step_id)
    if mine.adapter != last.adapter:
        raise FusionRefused("申请后适配声明已更换，请重新发起拉取。", "The adapter was replaced since this was asked for: ask for a pull again.")  # fmt: skip
    return mine
