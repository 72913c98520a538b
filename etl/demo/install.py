"""Bring the demo ministry into a warehouse through the ordinary submission path, year by year, resumable.

What is done stands in the warehouse's own settings (`demo`, `demo.2025`, `demo.workbooks`: how long it took), so a second start
passes it over; what was killed half-way is taken up by the load itself, which passes over files it has.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic

import polars as pl
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from etl.demo import chain, rollout
from etl.demo.build import SEED, build_units, build_workbooks, build_year
from etl.demo.targets import FIRST, LAST
from etl.sources import load_package
from etl.submission import submit
from warehouse.discovery import asked_forms, submitted_forms
from warehouse.discovery import form as declared
from warehouse.errors import ZhijianError
from warehouse.form import Form
from warehouse.moments import begins
from warehouse.store import Warehouse
from warehouse.tables import Basis
from warehouse.terms import newest_year
from warehouse.units import record_unit_events

__all__ = ["PARTS", "Install", "Ministry", "OtherMinistry", "bring", "is_done"]

BY = "demo"
WORKBOOKS, CHAIN, ROLLOUT, REST = "workbooks", "chain", "rollout", "rest"
Told = Callable[[str, int, int], None]  # what, done, of how many
# What must be in before the first page: the running year, and before it of the newest complete one what it is compared with. The
# rest of that year, and the other years, follow behind.
NEWEST = (str(LAST - 1), str(LAST))
OLDER = (REST, CHAIN, ROLLOUT, *(str(year) for year in range(LAST - 2, FIRST - 1, -1)), WORKBOOKS)
PARTS = {"first": NEWEST, "later": OLDER, "all": NEWEST + OLDER}


class OtherMinistry(ZhijianError):
    """The warehouse already holds a demo ministry of another seed or size."""


@dataclass(frozen=True, kw_only=True)
class Ministry:
    """Which demo ministry: its seed, how many schools (None: all), the day it stands at."""

    today: date
    seed: int = SEED
    schools: int | None = None

    def has(self, step: str) -> bool:
        """Whether the year of a step has begun on the day the ministry stands at."""
        return (LAST if step in (WORKBOOKS, CHAIN, ROLLOUT, REST) else int(step)) <= newest_year(
            self.today
        )

    @property
    def years(self) -> range:
        return range(FIRST, min(LAST, newest_year(self.today)) + 1)

    @property
    def mark(self) -> str:
        return json.dumps({"seed": self.seed, "schools": self.schools})


@dataclass(frozen=True)
class Install:
    """One warehouse into which a demo ministry is brought; `folder` holds its files while they are loaded."""

    worker: Warehouse
    ministry: Ministry
    folder: Path
    now: datetime

    def found(self) -> None:
        """Write down which ministry this is, and record its units for every year."""
        known = self.worker.settings()
        if known.get("demo", self.ministry.mark) != self.ministry.mark:
            raise OtherMinistry(
                f"此仓库已有另一套演示数据 {known['demo']}；请用另一个目录：ZHIJIAN_VAR=var-other。",
                f"This warehouse holds the demo ministry {known['demo']}: name another folder, ZHIJIAN_VAR=var-other.",
            )
        if "synthetic" in known:
            return
        if "demo" not in known and self._holds_submissions():
            raise OtherMinistry(
                "此仓库已有真实报送数据，不能再装入演示数据；请用另一个目录：ZHIJIAN_VAR=var-demo。",
                "This warehouse holds submissions that are no demo's: name another folder, ZHIJIAN_VAR=var-demo.",
            )
        self.worker.set("demo", self.ministry.mark)
        events = build_units(self.folder, seed=self.ministry.seed, schools=self.ministry.schools)
        with self.worker.writing() as writer:
            record_unit_events(writer, pl.read_csv(events, infer_schema=False), self.ministry.years)
        self.worker.set("demo", self.ministry.mark)
        self.worker.set("today", self.ministry.today.isoformat())
        self.worker.set("synthetic", "yes")

    def _holds_submissions(self) -> bool:
        with self.worker.writing() as writer:
            return bool(writer.scalar("SELECT EXISTS (SELECT FROM submission)"))

    def is_done(self, step: str) -> bool:
        return is_done(self.worker, step)

    def took(self, step: str) -> str:
        """How long a step took when it was taken."""
        return self.worker.settings()[f"demo.{step}"]

    def take(self, step: str, progress: Told) -> None:
        """Take one step unless it is done: a year, or the workbooks."""
        if not self.is_done(step):
            takes = {
                WORKBOOKS: self._submit_workbooks,
                CHAIN: self._stand_in_chain,
                ROLLOUT: self._roll_out,
            }
            begun = monotonic()
            takes.get(step, self._load_year)(step, progress)
            self.worker.set(f"demo.{step}", f"{monotonic() - begun:.0f} s")

    def _load_year(self, step: str, progress: Told) -> None:
        """Write a year's packages and load them; the files are not needed afterwards."""
        year = LAST - 1 if step == REST else int(step)
        progress(step, 0, 1)
        ministry = self.ministry
        build_year(
            self.folder, year, seed=ministry.seed, schools=ministry.schools, today=ministry.today,
            forms=self._forms(step, year),
        )  # fmt: skip

        def told(_form: str, _year: int, done: int, total: int) -> None:
            progress(step, done, total)

        # Years that are over were reviewed where they come from; the running one is on its way.
        basis = Basis.BOTH if year < LAST else Basis.SUBMITTED
        received = self.now if year < LAST else self.now - chain.BEFORE
        early = self._set_aside(year, received) if year == LAST else {}
        for folder, moment in {**early, self.folder / str(year): received}.items():
            load_package(
                self.worker, folder, now=moment, by=BY, years={year}, progress=told, basis=basis,
            )  # fmt: skip
            shutil.rmtree(folder)

    def _forms(self, step: str, year: int) -> set[str] | None:
        """The forms of a step: of the newest complete year first those that rules of the running year compare with, then the rest."""
        if year != LAST - 1 or not self.ministry.has(REST):
            return None
        first = compared(asked_forms(LAST, self.ministry.today).values())
        return set(submitted_forms()) - first if step == REST else first

    def _set_aside(self, year: int, received: datetime) -> dict[Path, datetime]:
        """The packages of parts that were due before the rest came, each in a folder of its own, and when they came: a day before."""
        apart: dict[Path, datetime] = {}
        for name, form in asked_forms(year, self.ministry.today).items():
            moment = begins(form.due_day(year) - timedelta(days=1)) + timedelta(hours=10)
            if moment < received:
                folder = self.folder / f"{year}-{name}"
                folder.mkdir(exist_ok=True)
                for file in (self.folder / str(year)).glob(f"{name}-*"):
                    file.rename(folder / file.name)
                apart[folder] = moment
        return apart

    def _stand_in_chain(self, step: str, progress: Told) -> None:
        """Bring the running year's forms as far through signatures and reviews as the seed says."""
        chain.stand(
            self.worker,
            LAST,
            self.ministry.seed,
            self.now,
            lambda done, total: progress(step, done, total),
        )

    def _roll_out(self, step: str, progress: Told) -> None:
        """Open synthetic accounts, file what provinces file, and sign their reports."""
        ministry = self.ministry
        rollout.roll_out(
            self.worker,
            ministry.seed,
            ministry.today,
            lambda done, total: progress(step, done, total),
        )

    def _submit_workbooks(self, step: str, progress: Told) -> None:
        """Submit the workbooks one by one, as their schools would; they are kept to look at."""
        ministry = self.ministry
        paths = build_workbooks(
            self.folder, seed=ministry.seed, schools=ministry.schools, today=ministry.today
        )
        for done, path in enumerate(paths, start=1):
            submit(self.worker, path, now=self.now, by=BY)
            progress(step, done, len(paths))


def compared(running: Iterable[type[Form]]) -> set[str]:
    """What forms of a year are compared with of the year before, and what those in turn are compared with of their own."""
    found = {total.form for form in running for total in form.refers.values() if total.years_back}
    while more := {total.form for name in found for total in declared(name).refers.values() if not total.years_back} - found:  # fmt: skip
        found |= more
    return found


def is_done(warehouse: Warehouse, *steps: str) -> bool:
    """Whether a demo ministry's steps are all in."""
    known = warehouse.settings()
    return all(f"demo.{step}" in known for step in steps)


def bring(install: Install, steps: Iterable[str], say: Callable[[str], None]) -> None:
    """Take steps under a progress bar; a line for each that was not done before."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, transient=True) as bars:
        bar = bars.add_task("学校名册 units", total=None)
        install.found()

        def progress(step: str, done: int, total: int) -> None:
            bars.update(bar, description=said(step), completed=done, total=total)

        for step in steps:
            if install.ministry.has(step) and not install.is_done(step):
                bars.reset(bar, total=None)
                install.take(step, progress)
                say(f"  {said(step)} 已载入 loaded  {install.took(step)}")
    wanted = [step for step in PARTS["all"] if install.ministry.has(step)]
    if all(map(install.is_done, wanted)):
        say(stages(install, wanted))


def stages(install: Install, steps: Iterable[str]) -> str:
    """What each stage of the load took, as a table for the README."""
    rows = [f"| {said(step)} | {install.took(step)} |" for step in steps]
    return "\n".join(["| 阶段 stage | 用时 time |", "|---|---|", *rows])


_SAID = {
    WORKBOOKS: "学校自报的工作簿 workbooks of single schools",
    CHAIN: "审核链 review chain",
    ROLLOUT: "推进工作 roll-out",
    REST: f"{LAST - 1}–{LAST} 学年其余各表 the other forms of the year",
}


def said(step: str) -> str:
    """A step in words: an academic year, the review chain, or the workbooks of single schools."""
    return _SAID.get(step) or f"{step}–{int(step) + 1} 学年"
