"""Once a morning: who is late is reminded, and whoever stands above is told of it."""

from __future__ import annotations

from datetime import datetime

from etl.task import Duty, Shop
from warehouse.case_read import late_cases
from warehouse.chain_queue import overdue
from warehouse.moments import china_day
from warehouse.reminders import CASES, calls, make

AT_ONCE = 500  # told in one transaction


def run(shop: Shop, _now: datetime) -> None:
    today, ladder = china_day(shop.now()), shop.worker.ladder
    with shop.worker.reading(shop.worker.everything()) as reader:
        late = overdue(reader, today).select("waits_at", "actor", "days").rows()
        cases = late_cases(reader, today)
    told = [*calls(late, ladder), *calls(cases, ladder, CASES)]
    for start in range(0, len(told), AT_ONCE):
        with shop.worker.writing() as writer:
            for call in told[start : start + AT_ONCE]:
                make(writer, call, today, ladder)


TASKS = [Duty(name="reminders", cron="5 8 * * *", run=run)]
