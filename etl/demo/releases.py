"""The releases of a demo ministry: final figures of each year that is over, preliminary ones of the running one.

All of it is synthetic and says so. Two people of the ministry draft and sign by the very functions that do it for real ones; the line of each
signature stands in the trail.
"""

from __future__ import annotations

from datetime import datetime

from etl.demo.cases import STEP as CASES
from etl.demo.targets import LAST
from warehouse import releases
from warehouse.accounts import OF_THE_MINISTRY
from warehouse.chain_read import Who
from warehouse.moments import china_day
from warehouse.places import NATION
from warehouse.releases import Release, Said
from warehouse.rights import Role
from warehouse.store import Warehouse, Writer
from warehouse.trail import Line, write

STEP = "releases"
DRAFTS, SIGNS = (Who(login=OF_THE_MINISTRY[role], role=role, place_id=NATION) for role in (Role.SUPERVISOR, Role.REVIEWER))  # fmt: skip
FINAL = (
    "（合成）本学年各省报表均已由来源地审核，按审核数定稿。",
    "(Synthetic) The forms of this year were reviewed where they come from; the approved figures are final.",
)
RUNNING = (
    "（合成）本学年报送尚在进行，按报送数预发布，后续以终稿为准。",
    "(Synthetic) Forms of this year are still coming in; submitted figures are released as preliminary until the final ones.",
)
REASON = "（合成）少量未报和未结事项不影响全国汇总，随终稿说明。/ (synthetic) What is open does not move the national totals and is told with them."


def take(worker: Warehouse, now: datetime) -> int:
    """Release every year of a demo ministry whose cases have been played, unless it is done; how many."""
    settings = worker.settings()
    if f"demo.{CASES}" not in settings or f"demo.{STEP}" in settings:
        return 0
    number = release(worker, now)
    worker.set(f"demo.{STEP}", now.isoformat())
    return number


def release(worker: Warehouse, now: datetime) -> int:
    """Sign what is not signed yet, a year in one transaction; how many. Without the two accounts of the ministry nobody signs."""
    worker.refresh()
    if any(worker.account(who.login) is None for who in (DRAFTS, SIGNS)):
        return 0
    made = 0
    for year in worker.ladder.years:
        with worker.acting(worker.scope(DRAFTS.login, NATION)) as writer:
            made += _year(writer, year, now, is_running=year == LAST)
    return made


def _year(writer: Writer, year: int, now: datetime, *, is_running: bool) -> bool:
    if releases.of_year(releases.signed(writer), year):
        return False
    zh, en = RUNNING if is_running else FINAL
    said = Said(
        year=year, state="preliminary" if is_running else "final", basis="submitted" if is_running else "approved", notes_zh=zh, notes_en=en,
        open_reason=REASON,
    )  # fmt: skip
    number = releases.draft(writer, DRAFTS, said, china_day(now))
    writer.run("SELECT set_config('app.reader', :login, true)", login=SIGNS.login)
    _noted(writer, releases.sign(writer, SIGNS, number, china_day(now)))
    writer.run("SELECT set_config('app.reader', :login, true)", login=DRAFTS.login)
    return True


def _noted(writer: Writer, one: Release) -> None:
    """The line that the action would write."""
    detail = {"digest": one.digest, "state": one.state, "loads": dict(one.loads)}
    write(writer, Line(login=SIGNS.login, address="", event="sign_release", object=releases.object_of(one), succeeded=True, detail=detail))  # fmt: skip
