"""The process in which an eleventh, made-up domain exists: its two files are found beside the ten, nothing else is touched.

Told the addresses of a migrated database and a folder with domains/canteen.py and catalogue/canteen.py, it takes the domain from
the template to the page and prints, as JSON, what it saw.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import polars as pl

import metrics.catalogue
import warehouse.domains

FOLDER = Path(sys.argv[4])
warehouse.domains.__path__.append(str(FOLDER / "domains"))
metrics.catalogue.__path__.append(str(FOLDER / "catalogue"))

from etl import templates  # noqa: E402 - the paths come first
from etl.submission import submit  # noqa: E402
from metrics.handbook import reference_pages  # noqa: E402
from tests.conftest import Database  # noqa: E402
from tests.dashboards.ministry import Ministry, load  # noqa: E402
from warehouse import migrate  # noqa: E402
from warehouse.discovery import form  # noqa: E402
from warehouse.places import Rung  # noqa: E402
from warehouse.store import Warehouse  # noqa: E402

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
MEALS, HANDED = 777_777, 2024  # a year of which no package came


def main() -> None:
    owner, web_url, worker = sys.argv[1:4]
    database = Database(name="", owner_url=owner, web_url=web_url, worker_url=worker)
    seen: dict[str, object] = {"lacking": migrate.current(database.owner_url)}
    migrate.upgrade(database.owner_url)
    seen["upgraded"] = migrate.current(database.owner_url)
    seen["differences"] = len(migrate.differences(database.owner_url))
    load(database, FOLDER / "demo")
    web = Warehouse(database.web_url)
    ministry = Ministry(web)
    places = ministry.places()
    seen["demo"] = [path.name for path in sorted((FOLDER / "demo" / "2025").glob("canteen*"))][:1]
    seen["template"] = _headers(templates.write(form("canteen"), FOLDER / "blank.xlsx"))
    seen["receipt"] = _hand_in(database, ministry, places[Rung.SCHOOL])
    for rung, place in places.items():
        for lang in ("zh", "en"):
            answer = ministry.answer("ministry", f"/{lang}/canteen/{place}?year=2025")
            seen[f"{rung.name.lower()} {lang}"] = answer
    school = places[Rung.SCHOOL]
    seen["handed"] = ministry.answer("ministry", f"/en/canteen/{school}?year={HANDED}")[1]
    seen["tab"] = ministry.answer("ministry", f"/zh/place/{places[Rung.PROVINCE]}?year=2025")[1]
    seen["catalogue"] = ministry.answer("ministry", "/en/catalogue?year=2025")[1]
    seen["pages"] = {name: "canteen" in text for name, text in reference_pages().items()}
    sys.stdout.write(json.dumps(seen, ensure_ascii=False))


def _headers(path: Path) -> str:
    sheet = openpyxl.load_workbook(path, rich_text=False).worksheets[0]
    return " ".join(str(cell.value) for cell in sheet[templates.HEADER_ROW + 1])


def _hand_in(database: Database, ministry: Ministry, school: int) -> list[object]:
    """A school fills the template: one meal more than it has hands for is refused, then all is well."""
    code = ministry.warehouse.ladder.place(school).code
    worker = Warehouse(database.worker_url, "zhijian_worker")
    receipts: list[object] = []
    for served, complaints in ((5, 9), (MEALS, 2)):
        rows = pl.DataFrame([{"meal": "lunch", "served": served, "complaints": complaints}])
        path = templates.write(form("canteen"), FOLDER / f"{served}.xlsx", school=code, year=HANDED, rows=rows)  # fmt: skip
        receipt = submit(worker, path, now=NOW, by="school")
        receipts.append([receipt.rows_accepted, receipt.rows_refused])
    worker.close()
    return receipts


main()
