"""Killed at any instant of a submission or of a package's load, the warehouse is whole; gone on with to the end,
it equals one that was never killed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from etl.templates import write
from tests.conftest import Cluster, Database, copied
from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, opened, register
from warehouse import roles
from warehouse.discovery import form, forms
from warehouse.store import Warehouse
from warehouse.tables import FOR_EVER

ROOT = Path(__file__).parents[2]
KILLS = 200
PLACES = (CHANGSHA, SHAOYANG, GUANGZHOU, "500105", "441900")
SCHOOLS = [f"3643{n:06}" for n in range(1, 57)]
BROUGHT = ("register", "estate", "staff", "enrolment", "conditions")
Step = dict[str, Any]

# -- what is brought: two packages, the first into a year nobody has reported, and submissions between them


def enrolment(schools: list[str], year: int, chance: random.Random) -> pl.DataFrame:
    rows = [
        (school, year, specialty, grade, "2", n, n if grade == "1" else 0, n // 2 if grade == "3" else 0)
        for school in schools
        for specialty in ("720201", "710205")
        for grade in "123"
        for n in [chance.randint(1, 60)]
    ]  # fmt: skip
    names = ["学校标识码", "学年", "专业", "年级", "性别", "在校生数", "招生数", "毕业生数"]
    return pl.DataFrame(rows, schema=names, orient="row")


def single(name: str, schools: list[str], year: int, chance: random.Random) -> pl.DataFrame:
    """One row a school of a form without keys, each value a small number; the rules may refuse some."""
    columns = form(name).columns.values()
    rows = [
        {"学校标识码": school, "学年": year}
        | {c.label.zh: _cell(c.name, chance) for c in columns if c.required}
        for school in schools
    ]
    return pl.DataFrame(rows)


WORDS = {"school_type": "普通中专", "sponsor": "教育部门", "ownership": "公办", "school_class": "一般类",
         "setting": "城区", "founded": 1990, "campuses": 1}  # fmt: skip


def _cell(name: str, chance: random.Random) -> object:
    return WORDS.get(name, chance.randint(1, 400))


def staff(schools: list[str], year: int, chance: random.Random) -> pl.DataFrame:
    """Full-time teachers and others: with them the limits of conditions can be judged."""
    rows = [
        (school, year, kind, title, n, n // 2, n // 3, n // 4, n // 5)
        for school in schools
        for kind, title in (("专任教师", "中级"), ("专任教师", "高级"), ("兼职教师", "初级"))
        for n in [chance.randint(10, 60)]
    ]
    names = [
        "学校标识码",
        "学年",
        "人员类别",
        "职称",
        *(c.label.zh for c in form("staff").measures()),
    ]
    return pl.DataFrame(rows, schema=names, orient="row")


def workbook(path: Path, school: str, year: int, chance: random.Random) -> Path:
    """The template of students, filled in."""
    rows = [
        {"school_code": school, "specialty": "720201", "grade": grade, "sex": "2", "students": n, "entrants": 0, "graduates": 0}
        for grade in "123"
        for n in [chance.randint(1, 60)]
    ]  # fmt: skip
    return write(form("enrolment"), path, school=school, year=year, rows=pl.DataFrame(rows))


def package(folder: Path, year: int, chance: random.Random) -> Path:
    """Three forms in one file each, one of them a workbook, and students in seven files of eight schools."""
    folder.mkdir()
    for name in ("register", "estate"):
        single(name, SCHOOLS, year, chance).write_parquet(folder / f"{name}-{year}-43.parquet")
    staff(SCHOOLS, year, chance).write_excel(folder / f"staff-{year}-43.xlsx")
    for n in range(0, len(SCHOOLS), 8):
        file = folder / f"enrolment-{year}-{n:02}.csv"
        enrolment(SCHOOLS[n : n + 8], year, chance).write_csv(file)
    return folder


def story(folder: Path) -> list[Step]:
    """The steps in the order they are taken."""
    chance = random.Random(11)
    steps: list[Step] = [{"act": "load", "path": str(package(folder / "a", 2024, chance))}]
    for n in range(9):
        school, year = chance.choice(SCHOOLS), 2024 + n % 2
        file = folder / f"{n}.{'xlsx' if n % 3 == 0 else 'csv'}"
        if file.suffix == ".xlsx":
            workbook(file, school, year, chance)
        else:
            enrolment([school], year, chance).write_csv(file)
        steps.append({"act": "submit", "path": str(file)})
    return [*steps, {"act": "load", "path": str(package(folder / "b", 2025, chance))}]


# -- who is killed


@dataclass
class Doomed:
    """The process whose children take the steps and are killed; `kills` counts those that did not end well."""

    process: subprocess.Popen[str]
    admin_url: str
    kills: int = 0
    by: dict[str, int] = field(default_factory=dict)

    def take(self, step: Step) -> tuple[str, str]:
        """How a step ended, and what its process said last."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(step), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        return answer["end"], answer["said"]

    def kill_in(self, step: Step, how: str, when: float, database: str) -> bool:
        """Take a step and kill it on the way; False when it was over before."""
        match how:
            case "statement":
                end, _ = self.take({**step, "at": int(when)})
            case "instant":
                end, _ = self.take({**step, "after": when})
            case _:
                timer = threading.Timer(when, end_sessions, [self.admin_url, database])
                timer.start()
                end, _ = self.take(step)
                timer.join()
        self.kills += end != "done"
        self.by[how] = self.by.get(how, 0) + (end != "done")
        return end != "done"


def end_sessions(admin_url: str, database: str) -> None:
    """The other way to die: the database ends the session."""
    with roles.connect(admin_url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database]
        )


@contextmanager
def doomed(cluster: Cluster, url: str) -> Iterator[Doomed]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.stories.doomed", url],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        yield Doomed(process, cluster.admin_url)
        assert process.stdin is not None
        process.stdin.close()


# -- what is whole, and what is equal


def whole(warehouse: Warehouse) -> None:
    """Sums are those of the facts, facts those of the submissions in force, loads those of the log.

    Of the forms that are brought; that all others are as they were is seen at the end."""
    with warehouse.writing() as writer:
        for name in BROUGHT:
            measure = form(name).measures()[0].name
            wrong = writer.rows(sa.text(
                f'SELECT coalesce(f.year, r.year) FROM (SELECT year, sum("{measure}") AS n FROM fact_{name} WHERE last_load = {FOR_EVER} '
                f'GROUP BY 1) f FULL JOIN (SELECT year, sum("{measure}") AS n FROM rollup_{name} WHERE place_id = 1 AND cut = \'\' '
                f"AND boundary <> 'then' AND last_load = {FOR_EVER} GROUP BY 1) r ON r.year = f.year WHERE r.n IS DISTINCT FROM f.n"))  # fmt: skip
            assert wrong == [], name
            strays = writer.rows(sa.text(
                f"SELECT submission_id FROM fact_{name} WHERE last_load = {FOR_EVER} AND basis IN (1, 3) AND submission_id > 0 EXCEPT "
                f"SELECT submission_id FROM submission WHERE form = '{name}' AND is_current"))  # fmt: skip
            assert strays == [], name
        behind = writer.rows(sa.text(
            "SELECT l.form FROM load l LEFT JOIN (SELECT form, max(number) AS n FROM load_log GROUP BY 1) g USING (form) "
            "WHERE l.place_id = 1 AND l.form NOT IN ('ladder', 'ledger') AND l.number IS DISTINCT FROM coalesce(g.n, 0)"))  # fmt: skip
        assert behind == []


def contents(warehouse: Warehouse) -> dict[str, list[str]]:
    """Every row of facts, rollups, loads and ledger as text; submissions are known by school and revision."""
    numbered = (
        "coalesce((SELECT concat_ws(' ', form, year, school_id, revision) FROM submission s "
        "WHERE s.submission_id = t.submission_id), '')"
    )
    found = {}
    with warehouse.writing() as writer:
        for name in forms():
            facts = f"SELECT (to_jsonb(t) - 'submission_id')::text || {numbered} AS line FROM fact_{name} t"
            found[f"fact_{name}"] = writer.rows(sa.text(f"{facts} ORDER BY 1"))
            found[f"rollup_{name}"] = writer.rows(sa.text(f"SELECT to_jsonb(t)::text AS line FROM rollup_{name} t ORDER BY 1"))  # fmt: skip
        for table in ("submission", "rejection", "finding", "document"):
            hidden = "'submission_id' - 'rejection_id' - 'finding_id' - 'recorded_at'"
            found[table] = writer.rows(sa.text(
                f"SELECT (to_jsonb(t) - {hidden})::text || {numbered} AS line FROM {table} t ORDER BY 1"))  # fmt: skip
        found["load"] = writer.rows(sa.text("SELECT to_jsonb(t)::text AS line FROM load t ORDER BY 1"))  # fmt: skip
    return {table: [row.line for row in rows] for table, rows in found.items()}


def opened_warehouse(database: Database) -> Warehouse:
    warehouse = Warehouse(database.worker_url, "zhijian_worker")
    register(warehouse, [opened(code, PLACES[n % 5]) for n, code in enumerate(SCHOOLS)])
    return warehouse


def planned(step: Step, chance: random.Random, statements: int) -> list[tuple[str, float]]:
    """How a step is to be killed: by the database, at random instants, at statements spread over all of it.

    What comes after a submission's commit can happen once only, so its statements are taken in order.
    """
    ways = [("session", chance.uniform(0.02, 0.2))]
    ways += [("instant", chance.uniform(0.0, 0.4)) for _ in range(2)]
    many, first = (12, 10) if step["act"] == "submit" else (20, 14)
    at = [1 + (n * statements) // many for n in range(many)] + [1 + n for n in range(first)]
    if step["act"] == "load":
        chance.shuffle(at)
    return ways + [("statement", float(n)) for n in at]


@pytest.mark.slow
def test_killed_at_any_instant_it_ends_as_if_it_had_not_been(
    cluster: Cluster, template: str, tmp_path: Path
) -> None:
    steps, chance = story(tmp_path), random.Random(3)
    with (
        copied(cluster, template) as calm_one,
        copied(cluster, template) as other,
        doomed(cluster, other.worker_url) as victim,
    ):
        calm, warehouse = opened_warehouse(calm_one), opened_warehouse(other)
        for step in steps:
            end, said = victim.take({**step, "url": calm_one.worker_url})
            assert end == "done", said
            statements = int(said) if step["act"] == "submit" else 50
            for how, when in planned(step, chance, statements):
                warehouse.engine.dispose()  # so that only the victim has a session to lose
                if not victim.kill_in(step, how, when, other.name):
                    continue
                whole(warehouse)
            end, said = victim.take(step)
            assert end == "done", said
        assert victim.kills >= KILLS, victim.by
        expected, found = contents(calm), contents(warehouse)
        for table, lines in expected.items():
            assert found[table] == lines, table
        assert len(found["fact_enrolment"]) > 300
        assert len(found["fact_conditions"]) > 40  # derived on the way, and killed there too
        calm.close()
        warehouse.close()
