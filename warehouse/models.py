"""Models of risk as they are kept: candidates with their card and back-test, and the signed steps that put one in force.

A model is a document of numbers (metrics/risk/kept.py), known by the SHA-256 of its text. Nothing of it changes once it is kept. One person of
the ministry proposes it, another signs it; the newest that was signed is in force. The database holds both to it, by trigger and policy.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from warehouse.chain_read import Who
from warehouse.columns import moment, text_column
from warehouse.errors import ModelRefused
from warehouse.places import NATION
from warehouse.rights import Right
from warehouse.store import Reader, Writer
from warehouse.tables import metadata
from warehouse.text import Text
from warehouse.trail import hash_of

REASON = range(10, 501)  # characters of a reason

risk_model = sa.Table(
    "risk_model", metadata,
    sa.Column("model_id", sa.BigInteger, sa.Identity(), primary_key=True),
    text_column("version", comment="of the data and the parameters"),
    text_column("digest", comment="SHA-256 of its document"),
    moment("made_at"),
    sa.Column("first_year", sa.SmallInteger, nullable=False),
    sa.Column("last_year", sa.SmallInteger, nullable=False),
    sa.Column("schools", sa.Integer, nullable=False),
    sa.Column("loads", JSONB, nullable=False, comment="the load number of each form that it learnt from"),
    sa.Column("card", JSONB, nullable=False, comment="by language: the sections of its card"),
    sa.Column("figures", JSONB, nullable=False, comment="its back-test by time"),
    sa.Column("content", sa.LargeBinary, nullable=False, comment="the document, compressed"),
    sa.UniqueConstraint("digest", name="risk_model_once"),
    comment="风险模型",
)  # fmt: skip

risk_model_step = sa.Table(
    "risk_model_step", metadata,
    sa.Column("step_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("model_id", sa.BigInteger, sa.ForeignKey("risk_model.model_id"), nullable=False),
    text_column("deed", comment="propose, sign or refuse"),
    text_column("digest", comment="of the document that was signed"),
    *(text_column(name) for name in ("reason", "login", "role")),
    moment("at"),
    sa.CheckConstraint("deed IN ('propose', 'sign', 'refuse')", name="risk_model_step_deed"),
    sa.CheckConstraint("length(reason) <= 500 AND (deed = 'sign' OR length(reason) >= 10)", name="risk_model_step_reason"),
    sa.Index("ix_risk_model_step_model_id", "model_id"),
    comment="风险模型的提议、签署与否决",
)  # fmt: skip


class Deed(StrEnum):
    """What somebody does with a model."""

    PROPOSE = "propose"
    SIGN = "sign"
    REFUSE = "refuse"

    @property
    def label(self) -> Text:
        return _DEEDS[self]


_DEEDS = {
    Deed.PROPOSE: Text("提议生效", "proposed"),
    Deed.SIGN: Text("签署生效", "signed"),
    Deed.REFUSE: Text("否决", "refused"),
}


class Made(NamedTuple):
    """A model that was fitted. `card`: language -> sections; `figures`: its back-test; `text`: the document."""

    version: str
    made_at: datetime
    years: tuple[int, int]
    schools: int
    loads: Mapping[str, int]
    card: Mapping[str, Any]
    figures: Mapping[str, Any]
    text: str


class Step(NamedTuple):
    """One signed step."""

    model_id: int
    deed: Deed
    reason: str
    login: str
    at: datetime


class Kept(NamedTuple):
    """A model without its document. `steps`: the oldest first; `is_in_force`: it is the newest that was signed."""

    model_id: int
    version: str
    digest: str
    made_at: datetime
    years: tuple[int, int]
    schools: int
    card: Mapping[str, Any]
    figures: Mapping[str, Any]
    steps: tuple[Step, ...]
    is_in_force: bool

    @property
    def last(self) -> Deed | None:
        return self.steps[-1].deed if self.steps else None

    @property
    def is_waiting(self) -> bool:
        """Nobody has signed or refused it yet."""
        return self.last in {None, Deed.PROPOSE}

    def may(self, deed: Deed, login: str) -> bool:
        """Whether this account may do it now, as far as the steps before allow."""
        if deed is Deed.SIGN:
            return self.last is Deed.PROPOSE and self.steps[-1].login != login
        if deed is Deed.REFUSE:
            return self.is_waiting
        return self.last is None or (self.last is Deed.SIGN and not self.is_in_force)


def keep(writer: Writer, made: Made) -> int:
    """Write a model down, its number; one that is kept already keeps its number, for equal models are the same."""
    digest = hash_of(made.text)
    known = writer.rows(sa.select(risk_model.c.model_id).where(risk_model.c.digest == digest))
    if known:
        return int(known[0][0])
    values = {
        "version": made.version, "digest": digest, "made_at": made.made_at, "first_year": made.years[0], "last_year": made.years[1],
        "schools": made.schools, "loads": dict(made.loads), "card": made.card, "figures": made.figures,
        "content": zlib.compress(made.text.encode(), 9),
    }  # fmt: skip
    return int(writer.scalar(sa.insert(risk_model).values(**values).returning(risk_model.c.model_id)))  # fmt: skip


def listed(reader: Reader, most: int = 20) -> list[Kept]:
    """The newest models with their steps, the newest first, and the one in force whatever its age."""
    c, s = risk_model.c, risk_model_step.c
    steps = [Step(row.model_id, Deed(row.deed), row.reason, row.login, row.at) for row in reader.rows(
        sa.select(s.model_id, s.deed, s.reason, s.login, s.at).order_by(s.step_id)
    )]  # fmt: skip
    force = next((one.model_id for one in reversed(steps) if one.deed is Deed.SIGN), None)
    newest = sa.select(c.model_id).order_by(c.model_id.desc()).limit(most)
    asked = (
        sa.select(c.model_id, c.version, c.digest, c.made_at, c.first_year, c.last_year, c.schools, c.card, c.figures)
        .where(sa.or_(c.model_id.in_(newest), c.model_id == force)).order_by(c.model_id.desc())
    )  # fmt: skip
    return [
        Kept(number, version, digest, made_at, (first, last), schools, card, figures,
             tuple(one for one in steps if one.model_id == number), number == force)
        for number, version, digest, made_at, first, last, schools, card, figures in reader.rows(asked)
    ]  # fmt: skip


def signature(reader: Reader, number: int) -> Step | None:
    """Who signed a model last; None where nobody has."""
    c = risk_model_step.c
    asked = (
        sa.select(c.model_id, c.deed, c.reason, c.login, c.at).where(c.model_id == number, c.deed == Deed.SIGN.value)
        .order_by(c.step_id.desc()).limit(1)
    )  # fmt: skip
    return next((Step(row.model_id, Deed(row.deed), row.reason, row.login, row.at) for row in reader.rows(asked)), None)  # fmt: skip


def in_force(reader: Reader) -> Kept | None:
    return next((one for one in listed(reader) if one.is_in_force), None)


def object_of(one: Kept) -> str:
    """By what the trail calls a model."""
    return f"risk_model/{one.model_id}"


def document(reader: Reader, one: Kept) -> str:
    """The text of a model, as it was signed; ModelRefused where it is not that any more."""
    content = risk_model.c.content
    rows = reader.rows(sa.select(content).where(risk_model.c.model_id == one.model_id))
    try:
        text = zlib.decompress(rows[0].content).decode()
    except (IndexError, zlib.error, UnicodeDecodeError) as problem:
        raise _changed(one) from problem
    if hash_of(text) != one.digest:
        raise _changed(one)
    return text


def _changed(one: Kept) -> ModelRefused:
    return ModelRefused(
        f"模型 {one.version}（编号 {one.model_id}）的内容与签署时的摘要不符，不予使用。请查明原因，重新训练并签署。",
        f"model {one.version} (number {one.model_id}) is not what its digest says and is not used. Find out why, train again and have it signed.",
    )


def act(writer: Writer, who: Who, number: int, deed: Deed, reason: str, now: datetime) -> Kept:
    """Propose, sign or refuse a model, as somebody of the ministry; ModelRefused says why not."""
    if who.place_id != NATION or Right.DISPATCH not in who.role.rights:
        raise ModelRefused(
            "风险模型由部级监管或审核人员提议、签署。", "Models of risk are proposed and signed by supervisors and reviewers of the ministry.",
        )  # fmt: skip
    said = reason.strip()
    if len(said) >= REASON.stop or (deed is not Deed.SIGN and len(said) not in REASON):
        raise ModelRefused(
            f"请用 {REASON.start} 至 {REASON.stop - 1} 个字写明理由。", f"Give a reason of {REASON.start} to {REASON.stop - 1} characters.",
        )  # fmt: skip
    one = next((each for each in listed(writer) if each.model_id == number), None)
    if one is None or not one.may(deed, who.login):
        raise _not_now(one, deed, who.login)
    values = {"model_id": number, "deed": deed.value, "digest": one.digest, "reason": said, "login": who.login, "role": who.role.value, "at": now}  # fmt: skip
    writer.run(sa.insert(risk_model_step).values(**values))
    return one


def _not_now(one: Kept | None, deed: Deed, login: str) -> ModelRefused:
    is_own = one is not None and deed is Deed.SIGN and one.last is Deed.PROPOSE and one.steps[-1].login == login  # fmt: skip
    if is_own:
        return ModelRefused("提议人不能自己签署，请由另一人签署。", "Whoever proposed it does not sign it: let somebody else do it.")  # fmt: skip
    return ModelRefused(
        "模型的状态已变，或没有这个模型。请刷新页面后再办理。", "The model stands elsewhere by now, or there is none. Open the page again.",
    )  # fmt: skip
