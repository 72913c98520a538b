"""Whether what moves numbers is as it was put in: files against their hashes, settings against the trail, the law against its seal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from warehouse import models, releases
from warehouse.chain_tables import review_choice
from warehouse.crypto import Suite
from warehouse.errors import ModelRefused
from warehouse.events import Event
from warehouse.kept_specialties import KEYS, NUMBERS
from warehouse.moments import ZONE
from warehouse.private import write_private
from warehouse.tables import audit, document, setting, submission
from warehouse.text import Text
from warehouse.trail import hash_of

if TYPE_CHECKING:
    from warehouse.store import Reader, Warehouse

SIGNED_MODEL = "sign_model"  # the name of its action
SIGNED_RELEASE = "sign_release"
TELLING = (Event.SET, Event.CONFIRM_SETTING)  # events of lines that tell of a changed setting
AT_ONCE = 200  # documents in memory
MANIFEST = "manifest.json"
REFERENCE = "law.csv"

_DOCUMENTS = (
    sa.select(document.c.submission_id, document.c.name, document.c.content, submission.c.file_hash)
    .join(submission, submission.c.submission_id == document.c.submission_id)
    .where(document.c.submission_id > sa.bindparam("after"))
    .order_by(document.c.submission_id)
    .limit(AT_ONCE)
)


def check_data(warehouse: Warehouse, suite: Suite, var: Path) -> list[Text]:
    """Everything that can be reckoned again, in one state of the database."""
    with warehouse.reading(warehouse.everything()) as reader:
        return [
            *_of_documents(reader),
            *_of_settings(reader),
            *_of_models(reader),
            *_of_releases(reader),
            *_of_law(suite, var),
            *_of_chain(reader),
            *_of_counts(reader),
            *_of_specialties(reader),
        ]


def _of_documents(reader: Reader) -> Iterator[Text]:
    """Files whose bytes are not those that were handed in."""
    after = 0
    while rows := reader.rows(_DOCUMENTS, after=after):
        for row in rows:
            if hashlib.sha256(row.content).hexdigest() != row.file_hash:
                what = f"{row.submission_id} ({row.name})"
                yield Text(
                    f"报送 {what} 的原始文件被改动", f"the file of submission {what} was changed"
                )
        after = rows[-1].submission_id


def _of_settings(reader: Reader) -> Iterator[Text]:
    """Settings that are not what the newest line about them says, or about which there is none."""
    said = {
        row.object: (row.detail or {}).get("after", "")
        for row in reader.rows(
            sa.select(audit.c.object, audit.c.detail)
            .where(audit.c.event.in_(TELLING), audit.c.succeeded)
            .order_by(audit.c.at, audit.c.audit_id)
        )
    }
    found = {row.name: hash_of(row.value) for row in reader.rows(sa.select(setting))}
    chosen = reader.rows(
        sa.select(review_choice.c.place_id, review_choice.c.from_year, review_choice.c.rungs)
    )
    found |= {f"review_steps/{row.place_id}/{row.from_year}": hash_of(row.rungs) for row in chosen}
    for name in sorted(found.keys() | {name for name, after in said.items() if after}):
        if found.get(name, "") != said.get(name, ""):
            yield Text(
                f"设定 {name} 与审计记录不符", f"the setting {name} is not what the trail says"
            )


def _of_models(reader: Reader) -> Iterator[Text]:
    """Models in force that are not what was signed, or whose signature the trail does not know."""
    one = models.in_force(reader)
    if one is None:
        return
    try:
        models.document(reader, one)
    except ModelRefused as problem:
        yield Text(problem.zh, problem.en)
    c = audit.c
    known = sa.select(c.detail).where(c.event == SIGNED_MODEL, c.object == models.object_of(one), c.succeeded).order_by(c.audit_id)  # fmt: skip
    signed = [(row.detail or {}).get("digest") for row in reader.rows(known)]
    if signed[-1:] != [one.digest]:
        yield Text(
            f"风险模型 {one.version} 的签署与审计记录不符", f"the trail knows no signature of the models of risk {one.version} as they stand",
        )  # fmt: skip


def _of_releases(reader: Reader) -> Iterator[Text]:
    """Releases that are not what was signed, or whose signature the trail does not know."""
    c = audit.c
    told = sa.select(c.object, c.detail).where(c.event == SIGNED_RELEASE, c.succeeded)
    known = {row.object: (row.detail or {}).get("digest") for row in reader.rows(told)}
    for one in releases.signed(reader):
        if known.get(releases.object_of(one)) != one.digest:
            yield Text(f"数据发布 {one.number} 与签发时的审计记录不符", f"release {one.number} is not what the trail says was signed")  # fmt: skip


def _law() -> bytes:
    return files("warehouse.reference").joinpath(REFERENCE).read_bytes()


def sign_law(suite: Suite, var: Path) -> None:
    """Keep the hash of the law as it came with this version, signed: what an upgrade does."""
    body = json.dumps({REFERENCE: suite.digest(_law()), "suite": suite.name}, sort_keys=True)
    write_private(
        var / MANIFEST, json.dumps({"body": body, "signature": suite.sign(body.encode())})
    )


def _of_law(suite: Suite, var: Path) -> Iterator[Text]:
    """Whether the law is the one that was signed at the last upgrade."""
    if not (var / MANIFEST).exists():
        yield Text(
            "没有法规清单：请运行 zhijian upgrade",
            "there is no manifest of the law: run zhijian upgrade",
        )
        return
    kept = json.loads((var / MANIFEST).read_text())
    body = json.loads(kept["body"])
    if not suite.verify(kept["signature"], kept["body"].encode()):
        yield Text("法规清单的签名无效", "the manifest of the law has no valid signature")
    elif body[REFERENCE] != suite.of(body["suite"]).digest(_law()):
        yield Text("法规条目自升级以来被改动", "the law was changed since the last upgrade")


_BROKEN = sa.text(
    "SELECT form, year, school_id FROM (SELECT form, year, school_id, step_id, before, after, content_hash, submission_id, "
    "lag(after, 1, 'missing') OVER taken AS stood, row_number() OVER (PARTITION BY year, form, school_id ORDER BY step_id DESC) AS age "
    "FROM step WINDOW taken AS (PARTITION BY year, form, school_id ORDER BY step_id)) t "
    "JOIN submission m USING (submission_id, form, year, school_id) LEFT JOIN standing s USING (form, year, school_id) "
    "WHERE t.before <> t.stood OR t.content_hash <> m.content_hash "
    "OR (t.age = 1 AND (s.state, s.content_hash) IS DISTINCT FROM (t.after, t.content_hash)) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT 100"
)


def _of_chain(reader: Reader) -> Iterator[Text]:
    """Forms that stand where no step put them, or whose steps were about other content than was submitted."""
    for form, year, school in reader.rows(_BROKEN):
        what = f"{form} {year} {school}"
        yield Text(
            f"报表 {what} 的状态与审核链各步不符",
            f"where form {what} stands is not what the steps of the review chain say",
        )


_STOOD = (
    "SELECT year, coalesce(path[1], school_id) AS province, form, state, (since AT TIME ZONE '{zone}')::date AS day, count(*) AS forms "
    "FROM standing GROUP BY 1, 2, 3, 4, 5"
)
_CAME = (
    "SELECT year, coalesce(path[1], school_id) AS province, form, (received_at AT TIME ZONE '{zone}')::date AS day, count(*) AS number, "
    "sum(rows_accepted) AS accepted, sum(rows_accepted + rows_refused) AS rows, "
    "count(*) FILTER (WHERE approved_load IS DISTINCT FROM first_load) AS own, count(*) FILTER (WHERE revision = 1) AS first "
    "FROM submission WHERE is_current GROUP BY 1, 2, 3, 4"
)
_KEPT = {  # what is kept, by what, and how it is counted anew
    "standing_count": (("year", "province", "form", "state", "day"), ("forms",), _STOOD),
    "submission_count": (("year", "province", "form", "day"), ("number", "accepted", "rows", "own", "first"), _CAME),
}  # fmt: skip


def _of_counts(reader: Reader) -> Iterator[Text]:
    """Counts kept for the nation's pages that are not those of the rows they were counted from."""
    for table, (keys, numbers, anew) in _KEPT.items():
        by, sums = ", ".join(keys), ", ".join(f"sum({one}) AS {one}" for one in numbers)
        kept = f"SELECT {by}, {sums} FROM {table} GROUP BY {by}"  # noqa: S608 - made of constants
        wrong = " OR ".join(f"coalesce(k.{one}, 0) <> coalesce(a.{one}, 0)" for one in numbers)
        again = anew.format(zone=ZONE)
        found = reader.rows(sa.text(
            f"SELECT year, province, form FROM ({kept}) k FULL JOIN ({again}) a USING ({by}) "  # noqa: S608 - made of constants
            f"WHERE {wrong} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT 100"
        ))  # fmt: skip
        for year, province, form in found:
            what = f"{form} {year} {province}"
            yield Text(
                f"{table} 中 {what} 的计数与原始记录不符",
                f"what {table} counts of {what} is not what the rows count",
            )


_WRONG = " OR ".join(f"coalesce(k.{one}, 0) <> coalesce(a.{one}, 0)" for one in NUMBERS)
_OFFERED = sa.text(
    f"SELECT year, place_id, specialty FROM (SELECT * FROM specialty_count WHERE year = :year) k "  # noqa: S608 - made of constants
    f"FULL JOIN (SELECT * FROM specialties_counted(:year)) a USING ({', '.join(KEYS)}) WHERE {_WRONG} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT 100"
)


def _of_specialties(reader: Reader) -> Iterator[Text]:
    """What is kept of a place's specialties and is not what its schools have reported."""
    years = "SELECT DISTINCT year FROM (SELECT year FROM rollup_enrolment WHERE rung = 0 UNION ALL SELECT year FROM specialty_count) y ORDER BY 1"
    for (year,) in reader.rows(sa.text(years)):
        for _, place, specialty in reader.rows(_OFFERED, year=year):
            what = f"{specialty} {year} {place}"
            yield Text(
                f"specialty_count 中 {what} 的计数与原始记录不符",
                f"what specialty_count counts of {what} is not what the rows count",
            )
