"""A province's own system, read page by page and taken in as the package that it is.

Whoever asked, the record, the host and where its name leads are looked at again here, at every try: minutes or days lie between asking and
reading. A pull that was killed goes on where it stood, for its pages are in the database; what is in already is passed over.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from etl.fusion.adapter import Adapter, adapter_of
from etl.fusion.gate import address_of
from etl.fusion.interface import Interface, Page
from etl.fusion.pull import Pulled, Wanted, fingerprint, packed, pull_into, unpacked
from etl.readers import fingerprint as hash_of
from etl.sources import PackageReport, load_package
from etl.task import Ended, Errand, Task, Unfaithful
from warehouse import fusion_pulls
from warehouse.chain_read import Who
from warehouse.errors import FormLocked, FusionRefused
from warehouse.fusion_hosts import Site, token_of
from warehouse.fusion_pulls import (
    KIND,
    MOST_KEPT_BYTES,
    Far,
    Pull,
    follow,
    pull_of,
    refuse_others,
    refuse_unless_allowed,
    step_of,
    taken,
)
from warehouse.rights import Role
from warehouse.store import Warehouse
from warehouse.text import Text

KEPT = timedelta(days=1)  # pages of an older state are not gone on with
WAIT_S = 0.5  # the factor of the pauses between tries
TAKEN = Text(
    "读到 {rows} 行，已入库：接受 {accepted} 行，退回 {refused} 行。",
    "Rows read and taken in: {rows} (accepted {accepted}, refused {refused}).",
)
NOBODYS = Text("{n} 行不属于应报学校，已退回。", "Rows of schools not due, refused: {n}.")
SAME = Text("{n} 份报表与此前相同。", "Returns that were the same as before: {n}.")
LOCKED = Text("{n} 所学校的表正在审核，未改动。", "Returns under review, left as they are: {n}.")  # fmt: skip
NOTHING = Text("对方没有该学年的数据。", "There is nothing for that year.")


@dataclass(kw_only=True)
class Doing:
    """A pull being done: how far it is, and what is asked before every try."""

    errand: Errand
    pull: Pull
    far: dict[str, Far] = field(default_factory=dict)
    tries: int = 0

    def gate(self, site: Site) -> str:
        """Whether that host may be asked now, and where."""
        self.report()
        self.tries += 1
        shop = self.errand.shop
        with shop.worker.writing() as writer:
            is_internal = refuse_unless_allowed(writer, self.pull.place_id, site, shop.now())
        return address_of(site, self.tries, is_internal=is_internal)

    def told(self, form: str, pages: int, rows: int, total: int) -> None:
        self.write(Far(self.pull.pull_id, form, pages, rows, total))

    def write(self, line: Far) -> None:
        self.far[line.form] = line
        with self.errand.shop.worker.writing() as writer:
            follow(writer, self.pull, line)
        self.report()

    def report(self) -> None:
        """How far the job is, in per cent; here it ends if that is wished."""
        shares = (one.rows / max(1, one.total, one.rows) for one in self.far.values())
        self.errand.step(min(99, int(100 * sum(shares) / len(self.pull.forms))), 100)


@dataclass
class Shelved:
    """The pages of a form in the database."""

    warehouse: Warehouse
    shelf: fusion_pulls.Shelf
    held: int = 0

    def get(self, number: int) -> Page | None:
        with self.warehouse.writing() as writer:
            content = self.shelf.get(writer, number)
        return unpacked(content) if content is not None else None

    def put(self, number: int, page: Page) -> None:
        with self.warehouse.writing() as writer:
            self.held += self.shelf.put(writer, number, packed(page))
        if self.held > MOST_KEPT_BYTES:
            most, form = MOST_KEPT_BYTES // 1_000_000, self.shelf.form
            raise FusionRefused(
                f"“{form}”的数据超过 {most} MB，已停止拉取；请检查接口是否重复返回。",
                f"'{form}' has more than {most} MB, the pull has stopped: see whether the interface repeats itself.",
            )

    def pages(self) -> Iterator[Page]:
        with self.warehouse.writing() as writer:
            numbers = self.shelf.numbers(writer)
        return (page for number in numbers if (page := self.get(number)) is not None)

    def clear(self) -> None:
        self.held = 0
        with self.warehouse.writing() as writer:
            self.shelf.clear(writer)


def run(errand: Errand) -> Ended:
    try:
        return _run(errand)
    except FusionRefused as refusal:  # what is not allowed any more stands in the trail
        raise Unfaithful(refusal.zh, refusal.en) from refusal


def _run(errand: Errand) -> Ended:
    with errand.reading() as reader:
        pull = pull_of(reader, errand.job_id)
    if pull is None or pull.asked_by != errand.owner:
        raise Unfaithful("没有这次拉取。", "There is no such pull of yours.")
    doing = Doing(errand=errand, pull=pull)
    interface = _interface(doing)
    with tempfile.TemporaryDirectory(prefix="zhijian-") as folder:
        shelves = [_read(doing, interface, form, Path(folder)) for form in pull.forms]
        ended = _take_in(doing, Path(folder))
    for shelf in shelves:
        shelf.clear()
    return ended


def _interface(doing: Doing) -> Interface:
    """The province's interface by the adapter on record, with its token, for somebody who may still ask."""
    errand, pull, shop = doing.errand, doing.pull, doing.errand.shop
    account = shop.worker.account(errand.owner) or {}
    who = Who(login=errand.owner, role=Role(account["role"]), place_id=account["place_id"])
    refuse_others(who, shop.worker.ladder, pull.place_id)
    with shop.worker.writing() as writer:
        adapter = adapter_of(step_of(writer, pull))
        token = token_of(writer, shop.suite, pull.place_id, adapter.site)
    return Interface(adapter=adapter, token=token, wait=WAIT_S, gate=doing.gate)


def _read(doing: Doing, interface: Interface, form: str, folder: Path) -> Shelved:
    """One form as a file of the package; a form without rows has none."""
    pull, worker = doing.pull, doing.errand.shop.worker
    shelved = _shelf(worker, interface.adapter, pull, form)
    wanted = Wanted(form=form, year=pull.year)
    done = pull_into(shelved, interface, wanted, folder, lambda *far: doing.told(form, *far))
    _file_of(doing, form, done)
    return shelved


def _shelf(worker: Warehouse, adapter: Adapter, pull: Pull, form: str) -> Shelved:
    key = fusion_pulls.Shelf(
        place_id=pull.place_id, form=form, year=pull.year, adapter_hash=fingerprint(adapter)
    )
    with worker.writing() as writer:
        key.clear(writer, before=datetime.now(UTC) - KEPT)
        return Shelved(worker, key, key.size(writer))


def _file_of(doing: Doing, form: str, done: Pulled) -> None:
    if done.rows:
        doing.write(doing.far[form]._replace(file_hash=hash_of(done.file)))
    else:
        done.file.unlink()


def _take_in(doing: Doing, folder: Path) -> Ended:
    """Hand the package to the way in that every package takes."""
    errand, pull = doing.errand, doing.pull
    where = f"/fusion/{pull.place_id}#pulls"
    if not any(folder.iterdir()):
        return Ended(NOTHING, where)
    shop = errand.shop
    report = load_package(shop.worker, folder, now=shop.now(), by=errand.owner, years=[pull.year])
    if others := [one for one in report.problems if not isinstance(one, FormLocked)]:
        raise others[0]
    for form, line in doing.far.items():
        if line.file_hash:
            with shop.worker.writing() as writer:
                doing.far[form] = taken(writer, pull, line)
                follow(writer, pull, doing.far[form])
    return Ended(_words(list(doing.far.values()), report), where)


def _words(lines: Sequence[Far], report: PackageReport) -> Text:
    """What came of it, and only what there was."""
    sums = {name: sum(getattr(one, name) for one in lines) for name in ("rows", "accepted", "refused", "nobodys")}  # fmt: skip
    locked = sum(len(one.schools) for one in report.problems if isinstance(one, FormLocked))
    counted = ((NOBODYS, sums["nobodys"]), (SAME, report.total("unchanged")), (LOCKED, locked))
    said = [TAKEN.fill(**sums), *(words.fill(n=number) for words, number in counted if number)]
    return Text("".join(one.zh for one in said), " ".join(one.en for one in said))


TASKS = [Task(kind=KIND, run=run)]
