"""What the worker sends to readers: a subscription is read with the rights its reader has at that moment, and kept as a file of that reader's.

Nothing here reads as anybody else. The transaction that reads is opened with the settings of the reader's own scope, the one that keeps the file too.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from flask import Flask

from dashboards.address import Address, BadAddress
from dashboards.answers import Memory
from dashboards.auth import Door, Reader
from dashboards.documents import moved, read_address
from dashboards.frozen import freeze
from dashboards.i18n import LANGS, Phrases
from dashboards.released import OF_WORK
from dashboards.sent import MAKES, Look, table_file
from dashboards.site import Site
from dashboards.watch import Watch
from etl.task import Ended, Errand, Shop, Task, Undone
from metrics.errors import BadTable, CannotBreakDown, OutOfScope, UnknownMetric
from warehouse import kept_files, release_patterns, subscriptions
from warehouse.errors import UnknownPlace, ZhijianError
from warehouse.events import Event
from warehouse.kept_files import For, Made
from warehouse.moments import china_day
from warehouse.places import NATION
from warehouse.releases import signed
from warehouse.rhythms import Rhythm
from warehouse.rights import Right
from warehouse.subscriptions import Subscription
from warehouse.text import Text
from warehouse.trail import Line, write

PAGE = "/subscriptions"
# What is so until its reader, or somebody about the reader, does something: trying again does not help.
LASTING = (OutOfScope, UnknownPlace, BadAddress, BadTable, UnknownMetric, CannotBreakDown)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Makes what readers are sent. `root`: the address people reach the site by; `template`: the ministry's own for Word, or None."""

    root: str
    template: Path | None = None
    memory: Memory = field(default_factory=lambda: Memory(Flask("worker"), enabled=False))

    def tasks(self) -> list[Task]:
        """What the worker can do with it."""
        return [
            Task(kind="subscription", run=self.deliver),
            Task(kind="large_table", run=self.build),
            Task(kind=release_patterns.KIND, run=freeze),
        ]

    def build(self, errand: Errand) -> Ended:
        """One large table, read and kept as a file of its reader's."""
        said = errand.args
        with errand.reading() as reader:
            is_made = kept_files.of_job(reader, errand.job_id) is not None
        title = str(said["name"])
        if not is_made:
            address = read_address(said["address"], said["lang"])
            made = table_file(self.look(errand), address, said["format"], errand.step)
            with errand.shop.web.acting(errand.scope) as writer:
                owner = For(login=errand.owner, job_id=errand.job_id)
                kept_files.keep(writer, errand.shop.suite, owner, made, errand.shop.now())
                write(writer, _line(errand, f"large_table/{errand.job_id}", succeeded=True, format=said["format"], figures=made.figures))  # fmt: skip
        return Ended(_said("large.made"), PAGE, _said("large.made.told", name=title))

    def deliver(self, errand: Errand) -> Ended:
        """One subscription at one of its moments: read, compared with what was sent before, kept and told."""
        number, due = int(errand.args["subscription"]), str(errand.args["due"])
        due_at = datetime.fromisoformat(due) if due else None
        with errand.reading() as reader:
            one = subscriptions.subscribed(reader, number)
            is_made = kept_files.of_job(reader, errand.job_id) is not None
        if one is None or one.ended_at is not None:
            return Ended(_said("subscriptions.over"), PAGE)
        if is_made or (due_at is not None and one.last_due is not None and one.last_due >= due_at):
            return _known(one)
        errand.step(0, 1)
        made = self._made(errand, one)
        return _kept(errand, one, due_at, made)

    def _made(self, errand: Errand, one: Subscription) -> Made:
        """What it is today for its reader; where that cannot be, it is paused and the reason told."""
        try:
            return self._read(self.look(errand), one)
        except LASTING as problem:
            why = Text(problem.zh, problem.en) if isinstance(problem, ZhijianError) else _said("subscriptions.gone")  # fmt: skip
            with errand.shop.web.acting(errand.scope) as writer:
                subscriptions.pause(writer, one.subscription_id, errand.shop.now(), why)
                write(writer, _line(errand, f"subscription/{one.subscription_id}", succeeded=False, reason=why.en[:200]))  # fmt: skip
            said = _said("subscriptions.stopped", why_zh=why.zh, why_en=why.en)
            raise Undone(said.zh, said.en, PAGE) from problem

    def look(self, errand: Errand) -> Look:
        """The job's owner as a reader, as the account is now. OutOfScope where it reads nothing any more."""
        reader = Reader(errand.account)
        if Right.READ not in reader.rights:
            raise OutOfScope((errand.place_id,))
        return Look(
            site=self._site(errand.shop),
            reader=reader,
            root=self.root.rstrip("/"),
            template=self.template,
        )

    def _read(self, look: Look, one: Subscription) -> Made:
        years = look.site.door.warehouse.ladder.years
        address = moved(read_address(one.address, one.lang), one.newest_year, years)
        if one.rhythm is Rhythm.RELEASE:
            address = _as_released(look, address)
        return MAKES[one.kind](look, address, one.format)

    def _site(self, shop: Shop) -> Site:
        """Pages as they are today; nothing that was read for one reader is remembered for the next."""
        today, synthetic = china_day(shop.now()), "synthetic" in shop.worker.settings()
        door = Door(warehouse=shop.web, synthetic=synthetic, today=today, suite=shop.suite)
        site = Site(shop.web, self.memory, door, today, synthetic, Watch(lambda _login, _n: None))
        site.is_current(shop.worker.glance(shop.worker.everything(), (NATION,)).loads)
        return site


def _as_released(look: Look, address: Address) -> Address:
    """The address with the release that was signed last; as it is where there is none, or where its page is never frozen."""
    warehouse = look.site.door.warehouse
    with warehouse.reading(look.reader.audience(warehouse).scope) as reader:
        known = signed(reader)
    if not known or address.page in OF_WORK:
        return address
    newest = max(known, key=lambda one: one.signed_at)
    return replace(address, release=newest.number, year=newest.year, asof="")


def _kept(errand: Errand, one: Subscription, due_at: datetime | None, made: Made) -> Ended:  # fmt: skip
    """Keep the file and write down that it was sent, in one transaction of the reader's: a moment is delivered once, or not at all.

    Without a moment its reader has asked for it now, and gets a copy even of what has not changed.
    """
    shop, now = errand.shop, errand.shop.now()
    is_new = due_at is None or made.figures != one.figures
    with shop.web.acting(errand.scope) as writer:
        if not subscriptions.delivered(writer, one, due_at, now, made.figures, is_sent=is_new):
            return _known(one)
        if is_new:
            owner = For(login=one.login, job_id=errand.job_id, subscription_id=one.subscription_id, due=due_at)  # fmt: skip
            kept_files.keep(writer, shop.suite, owner, made, now)
        detail = {"kind": one.kind, "format": one.format, "figures": made.figures, "sent": is_new}
        write(
            writer, _line(errand, f"subscription/{one.subscription_id}", succeeded=True, **detail)
        )
    errand.step(1, 1)
    if is_new:
        return Ended(_said("subscriptions.sent"), PAGE, _said("subscriptions.sent.told", name=one.name))  # fmt: skip
    return _unchanged(one)


def _known(one: Subscription) -> Ended:
    """What was delivered before: the job that did it was stopped before it could say so."""
    if one.last_result == "unchanged":
        return _unchanged(one)
    return Ended(_said("subscriptions.sent"), PAGE, _said("subscriptions.sent.told", name=one.name))


def _unchanged(one: Subscription) -> Ended:
    since = china_day(one.sent_at).isoformat() if one.sent_at else ""
    return Ended(
        _said("subscriptions.unchanged", day=since),
        PAGE,
        _said("subscriptions.unchanged.told", name=one.name, day=since),
    )


def _said(message: str, *, why_zh: str = "", why_en: str = "", **values: object) -> Text:
    """A phrase in both languages."""
    whys = {"zh": why_zh, "en": why_en}
    return Text(*(Phrases(lang)(message, **values, **({"why": whys[lang]} if whys[lang] else {})) for lang in LANGS))  # fmt: skip


def _line(errand: Errand, what: str, *, succeeded: bool, **detail: object) -> Line:
    return Line(
        login=errand.owner, address="worker", event=Event.EXPORT, object=what, succeeded=succeeded, detail=detail,
    )  # fmt: skip
