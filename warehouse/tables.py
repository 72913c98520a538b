"""The star schema: every table, derived from the declarations.

Facts and rollups are partitioned by academic year. School is in every fact's key, so that facts can be
distributed by it. A row is valid for load N when first_load <= N < last_load, and for a basis b when its
own basis is b or BOTH.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from warehouse.discovery import forms
from warehouse.form import Column, Form, Kind

FOR_EVER = 2**63 - 1  # last_load of a row that is current


class Basis(IntEnum):
    """Submitted data feed provisional figures, approved data official ones."""

    SUBMITTED = 1
    APPROVED = 2
    BOTH = 3  # what is submitted and approved


SQL_TYPE: dict[Kind, type[sa.types.TypeEngine[Any]]] = {
    Kind.INTEGER: sa.BigInteger,
    Kind.TEXT: sa.Text,
    Kind.DATE: sa.Date,
}
metadata = sa.MetaData(
    naming_convention={"pk": "%(table_name)s_pkey", "ix": "ix_%(table_name)s_%(column_0_N_name)s"}
)


def _id(name: str, **options: Any) -> sa.Column[int]:  # noqa: ANN401 - sa.Column's own options
    return sa.Column(name, sa.Integer, nullable=False, **options)


def _path() -> sa.Column[Any]:
    """Province, prefecture, county, school ids under today's boundaries: what row security reads."""
    return sa.Column("path", ARRAY(sa.Integer), nullable=False)


def _validity() -> list[sa.Column[Any]]:
    return [
        sa.Column("basis", sa.SmallInteger, nullable=False),
        sa.Column("first_load", sa.BigInteger, nullable=False),
        sa.Column("last_load", sa.BigInteger, nullable=False),
    ]


def _declared(column: Column) -> sa.Column[Any]:
    needed = column.required or column.part == "key"
    return sa.Column(
        column.name, SQL_TYPE[column.kind], nullable=not needed, comment=column.label.zh
    )


def make_fact(form: type[Form], into: sa.MetaData) -> sa.Table:
    """The fact table of a form: one row per school, year and key, with the sheet row it came from."""
    return sa.Table(
        f"fact_{form.name}", into,
        sa.Column("year", sa.SmallInteger, nullable=False),
        _id("school_id"),
        *(_declared(column) for column in form.columns.values()),
        sa.Column("submission_id", sa.BigInteger, nullable=False),
        _id("sheet_row"),
        *_validity(),
        _path(),
        sa.PrimaryKeyConstraint("year", "school_id", *(column.name for column in form.grain()), "basis", "last_load"),
        postgresql_partition_by="LIST (year)",
        comment=form.title.zh,
    )  # fmt: skip


def make_rollup(form: type[Form], into: sa.MetaData) -> sa.Table:
    """The form's sums for every rung, by cut and member, with what disclosure control needs."""
    return sa.Table(
        f"rollup_{form.name}", into,
        sa.Column("year", sa.SmallInteger, nullable=False),
        _id("place_id"),
        sa.Column("rung", sa.SmallInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("unit_kind", "boundary", "cut", "member")),
        *_validity(),
        _path(),
        sa.Column("units", sa.Integer, nullable=False, comment="contributing reporting units"),
        *(sa.Column(name, sa.BigInteger) for m in form.measures() for name in rolled(m.name)),
        sa.PrimaryKeyConstraint("year", "place_id", "cut", "member", "unit_kind", "boundary", "basis", "last_load"),
        sa.Index(f"ix_rollup_{form.name}_schools", "cut", "member", "last_load", postgresql_where=sa.text("rung = 4")),
        postgresql_partition_by="LIST (year)",
        comment=f"{form.title.zh}（汇总）",
    )  # fmt: skip


def rolled(measure: str) -> tuple[str, str, str]:
    """The three rollup columns of a measure: its sum and its two largest contributions."""
    return measure, f"{measure}__first", f"{measure}__second"


for _form in forms().values():
    make_fact(_form, metadata)
    make_rollup(_form, metadata)


@cache
def fact(form: type[Form]) -> sa.Table:
    return (
        metadata.tables[f"fact_{form.name}"]
        if form.name in forms()
        else make_fact(form, sa.MetaData())
    )


@cache
def rollup(form: type[Form]) -> sa.Table:
    return (
        metadata.tables[f"rollup_{form.name}"]
        if form.name in forms()
        else make_rollup(form, sa.MetaData())
    )


place = sa.Table(
    "place", metadata,
    sa.Column("place_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("rung", sa.SmallInteger, nullable=False),
    *(sa.Column(n, sa.Text, nullable=False) for n in
      ("code", "name_zh", "short_zh", "name_en", "pinyin", "initials", "unit_kind")),
    sa.Column("in_statistics", sa.Boolean, nullable=False),
    sa.Column("first_year", sa.SmallInteger, nullable=False),
    sa.Column("last_year", sa.SmallInteger, nullable=False),
    sa.Column("successor_id", sa.Integer),
    _path(),
    sa.Index("ix_place_code", "code"),
    sa.Index("ix_place_mark", sa.text("hashint4extended(place_id, 29)"), postgresql_where=sa.text("rung = 4")),
    comment="行政区划与填报单位",
)  # fmt: skip

unit_version = sa.Table(
    "unit_version", metadata,
    _id("place_id"),
    sa.Column("from_year", sa.SmallInteger, nullable=False),
    sa.Column("to_year", sa.SmallInteger, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("unit_kind", sa.Text, nullable=False),
    _id("leaf_id"),
    sa.PrimaryKeyConstraint("place_id", "from_year"),
    sa.Index("ix_unit_version_code", "code"),
    comment="填报单位的沿革",
)  # fmt: skip

former_name = sa.Table(
    "former_name", metadata,
    _id("place_id"),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="when another name was recorded, by the database's clock"),
    *(sa.Column(n, sa.Text, nullable=False) for n in ("name_zh", "short_zh", "name_en")),
    sa.PrimaryKeyConstraint("place_id", "until"),
    comment="更名前的名称",
)  # fmt: skip

unit_event = sa.Table(
    "unit_event", metadata,
    sa.Column("event_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    *(sa.Column(n, sa.Text) for n in ("name", "unit_kind", "county", "new_code", "successor_code")),
    sa.Column("day", sa.Date, comment="the day it took effect, where the administration says it"),
    sa.UniqueConstraint("code", "event", "year", name="unit_event_once"),
    comment="填报单位变更事件",
)  # fmt: skip

ladder = sa.Table(
    "ladder", metadata,
    sa.Column("year", sa.SmallInteger, nullable=False),
    _id("place_id"),
    sa.Column("rung", sa.SmallInteger, nullable=False),
    sa.Column("parent_then", sa.Integer),
    sa.Column("parent_now", sa.Integer),
    sa.Column("path_then", ARRAY(sa.Integer)),
    sa.Column("path_now", ARRAY(sa.Integer)),
    sa.PrimaryKeyConstraint("year", "place_id"),
    sa.Index("ix_ladder_path_now", "path_now", postgresql_using="gin"),
    sa.Index("ix_ladder_path_then", "path_then", postgresql_using="gin"),
    comment="各学年的层级：当年区划与现区划",
)  # fmt: skip

load = sa.Table(
    "load", metadata,
    sa.Column("form", sa.Text, nullable=False),
    _id("place_id"),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("place_id", "form"),  # as pages ask for them: all of a place
    comment="每张表在每个地方的入库号",
)  # fmt: skip

load_log = sa.Table(
    "load_log", metadata,
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint("form", "number"),
    comment="入库时间",
)  # fmt: skip

submission = sa.Table(
    "submission", metadata,
    sa.Column("submission_id", sa.BigInteger, sa.Sequence("submission_id_seq", metadata=metadata), primary_key=True),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    _id("school_id"),
    _id("revision"),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("file_hash", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("sheet", sa.Text, nullable=False),
    sa.Column("headers", sa.Text, nullable=False, comment="json: column name to the sheet's column letter"),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("received_by", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    *(_id(n) for n in ("rows_accepted", "rows_refused", "breaches", "remarks")),
    sa.Column("first_load", sa.BigInteger),
    sa.Column("approved_load", sa.BigInteger),
    sa.Column("is_current", sa.Boolean, nullable=False),
    _path(),
    sa.UniqueConstraint("form", "year", "school_id", "revision", name="submission_revision"),
    sa.Index("ix_submission_school", "school_id", "year", postgresql_where=sa.text("is_current")),
    comment="报送",
)  # fmt: skip

submission_count = sa.Table(
    "submission_count", metadata,
    sa.Column("line", sa.BigInteger, sa.Identity(), nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    _id("province"),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False, comment="received, in China"),
    *(sa.Column(n, sa.BigInteger, nullable=False) for n in ("number", "accepted", "rows", "own", "first")),
    sa.PrimaryKeyConstraint("year", "line"),
    comment="各省现行报送的计数",
)  # fmt: skip

rejection = sa.Table(
    "rejection", metadata,
    sa.Column("rejection_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("submission_id", sa.BigInteger, nullable=False),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    _id("school_id"),
    sa.Column("sheet", sa.Text, nullable=False),
    _id("sheet_row"),
    *(sa.Column(n, sa.Text) for n in
      ("column", "value", "rule", "message_zh", "message_en", "todo_zh", "todo_en", "cells")),
    _path(),
    sa.Index("ix_rejection_school", "school_id", "year", "form"),
    sa.Index("ix_rejection_submission", "submission_id"),
    comment="退回的行",
)  # fmt: skip

unclaimed = sa.Table(
    "unclaimed", metadata,
    sa.Column("unclaimed_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    *(sa.Column(n, sa.Text, nullable=False) for n in ("file_name", "file_hash", "sheet")),
    _id("sheet_row"),
    *(sa.Column(n, sa.Text) for n in
      ("school_code", "rule", "message_zh", "message_en", "todo_zh", "todo_en", "cells")),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("received_by", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    _path(),
    sa.UniqueConstraint("form", "year", "file_hash", "file_name", "sheet", "sheet_row", name="unclaimed_once"),
    comment="退回的无主行：标识码不在应报名录",
)  # fmt: skip

finding = sa.Table(
    "finding", metadata,
    sa.Column("finding_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("submission_id", sa.BigInteger, nullable=False),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    _id("school_id"),
    sa.Column("sheet", sa.Text, nullable=False),
    _id("sheet_row"),
    *(sa.Column(n, sa.Text) for n in
      ("column", "value", "rule", "answer", "law", "message_zh", "message_en", "explanation")),
    _path(),
    sa.Index("ix_finding_school", "school_id", "year", "form"),
    sa.Index("ix_finding_submission", "submission_id"),
    comment="违规与说明",
)  # fmt: skip

document = sa.Table(
    "document", metadata,
    sa.Column("submission_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    _path(),
    comment="原始文件",
)  # fmt: skip

account = sa.Table(
    "account", metadata,
    sa.Column("login", sa.Text, primary_key=True),
    sa.Column("password_hash", sa.Text, nullable=False, server_default=""),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    _id("place_id"),
    sa.Column("depth", sa.Text, nullable=False, comment="records or published"),
    sa.Column("person", sa.Text, comment="key of the person behind it"),
    sa.Column("created_by", sa.Text, nullable=False, server_default="", comment="login, or demo"),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_until", sa.Date, comment="its last day"),
    sa.Column("is_suspended", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("must_change", sa.Boolean, nullable=False, server_default=sa.false(), comment="the password, at the next sign-in"),
    sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("totp_secret", sa.Text, comment="sealed; empty without a second factor"),
    sa.Column("totp_step", sa.BigInteger, comment="time step of the last code used"),
    sa.Column("last_sign_in", sa.DateTime(timezone=True)),
    sa.Column("path", ARRAY(sa.Integer), nullable=False, server_default="{}"),
    sa.Column("wanted_role", sa.Text, nullable=False, server_default=""),
    *(sa.Column(n, sa.Text, nullable=False, server_default="", comment="sealed") for n in ("phone", "email")),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("activated_at", sa.DateTime(timezone=True), server_default=sa.func.now()),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Index("account_person", "person", unique=True, postgresql_where=sa.text("person <> '' AND ended_at IS NULL")),
    sa.Index("ix_account_path", "path", postgresql_using="gin"),
    comment="账号",
)  # fmt: skip

audit = sa.Table(
    "audit", metadata,
    sa.Column("audit_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("succeeded", sa.Boolean, nullable=False),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("detail", JSONB),
    *(sa.Column(n, sa.Text, nullable=False, server_default="") for n in ("role", "request_id", "previous", "hash")),
    sa.Column("strand", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("sequence", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("path", ARRAY(sa.Integer), nullable=False, server_default="{}"),
    sa.UniqueConstraint("strand", "sequence", name="audit_strand_sequence"),
    sa.Index("ix_audit_at", "at"),
    sa.Index("ix_audit_login", "login", "at"),
    comment="审计",
)  # fmt: skip

setting = sa.Table(
    "setting", metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    comment="仓库的设定：是否合成数据、今天",
)  # fmt: skip
