"""Accounts as administrators read them: lists by state, one account with its steps, how many are activated, who is dormant or double."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa

from warehouse.account_tables import account_step, invitation
from warehouse.ladder import PlaceRow
from warehouse.places import NATION, Rung
from warehouse.store import Reader
from warehouse.tables import account, place
from warehouse.text import Text

DORMANT = timedelta(days=90)


class State(StrEnum):
    """How an account stands. Each account is in exactly one of the first six; the last two look across them."""

    CREATED = "created"
    INVITED = "invited"
    WAITING = "waiting"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    ENDED = "ended"
    DORMANT = "dormant"


STATES = {
    State.CREATED: Text("未邀请", "not invited"),
    State.INVITED: Text("已邀请，待激活", "invited"),
    State.WAITING: Text("已激活，待授权", "waiting for a role"),
    State.ACTIVE: Text("在用", "in use"),
    State.SUSPENDED: Text("停用", "suspended"),
    State.EXPIRED: Text("到期", "expired"),
    State.ENDED: Text("已注销", "ended"),
    State.DORMANT: Text("长期未登录", "dormant"),
}
STEPS = {
    "created": Text("建立", "created"),
    "invited": Text("发出邀请", "invited"),
    "revoked": Text("收回邀请", "invitation revoked"),
    "activated": Text("激活", "activated"),
    "granted": Text("授予角色", "role granted"),
    "role_taken": Text("收回角色", "role taken away"),
    "suspended": Text("停用", "suspended"),
    "resumed": Text("恢复", "resumed"),
    "validity": Text("调整有效期", "validity changed"),
    "ended": Text("注销", "ended"),
    "handed_over": Text("移交工作", "work handed over"),
}


class Card(NamedTuple):
    """One account, without anything it signs in with. `invited_until`: when its open invitation ends."""

    login: str
    name_zh: str
    name_en: str
    place_id: int
    role: str
    wanted_role: str
    created_by: str
    created_at: datetime
    activated_at: datetime | None
    is_suspended: bool
    ended_at: datetime | None
    valid_until: date | None
    last_sign_in: datetime | None
    phone: str
    email: str
    invited_until: datetime | None

    def name(self, lang: str) -> str:
        return self.name_zh if lang == "zh" else self.name_en

    def state(self, today: date) -> State:
        if self.ended_at is not None:
            return State.ENDED
        if self.is_suspended:
            return State.SUSPENDED
        if self.valid_until is not None and self.valid_until < today:
            return State.EXPIRED
        if self.activated_at is None:
            return State.INVITED if self.invited_until else State.CREATED
        return State.ACTIVE if self.role else State.WAITING


class Step(NamedTuple):
    at: datetime
    by: str
    step: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list is asked for: below which place, words in login or name, a state, the login after which it starts."""

    place: PlaceRow
    today: date
    words: str = ""
    state: str = ""
    after: str = ""
    is_here_only: bool = False


_OPEN = (
    sa.select(sa.func.max(invitation.c.expires_at))
    .where(
        invitation.c.login == account.c.login, invitation.c.used_at.is_(None), invitation.c.revoked_at.is_(None),
        invitation.c.expires_at > sa.func.now(),
    )
    .scalar_subquery()
)  # fmt: skip
CARD = (*(account.c[name] for name in Card._fields[:-1]), _OPEN.label("invited_until"))
_LASTING = account.c.ended_at.is_(None)


def _in_state(state: str, today: date) -> sa.ColumnElement[bool]:
    """The same states as Card.state, in SQL."""
    valid = sa.and_(
        _LASTING, ~account.c.is_suspended,
        sa.or_(account.c.valid_until.is_(None), account.c.valid_until >= today),
    )  # fmt: skip
    is_new = account.c.activated_at.is_(None)
    in_use = sa.and_(valid, ~is_new, account.c.role != "")
    quiet = sa.func.coalesce(account.c.last_sign_in, account.c.activated_at) < today - DORMANT
    return {
        State.CREATED: sa.and_(valid, is_new, _OPEN.is_(None)),
        State.INVITED: sa.and_(valid, is_new, _OPEN.is_not(None)),
        State.WAITING: sa.and_(valid, ~is_new, account.c.role == ""),
        State.ACTIVE: in_use,
        State.SUSPENDED: sa.and_(_LASTING, account.c.is_suspended),
        State.EXPIRED: sa.and_(_LASTING, ~account.c.is_suspended, account.c.valid_until < today),
        State.ENDED: ~_LASTING,
        State.DORMANT: sa.and_(in_use, quiet),
    }.get(State(state), sa.true()) if state in set(State) else _LASTING  # fmt: skip


def below(place_row: PlaceRow) -> sa.ColumnElement[bool]:
    """Accounts that stand at a place or below it."""
    if place_row.place_id == NATION:
        return sa.true()
    return account.c.path.op("&&")(sa.cast([place_row.place_id], sa.ARRAY(sa.Integer)))


def find(reader: Reader, wanted: Wanted, limit: int) -> list[Card]:
    """Accounts as asked for, by login."""
    where = _asked(wanted)
    if wanted.after:
        where.append(account.c.login > wanted.after)
    rows = reader.rows(sa.select(*CARD).where(*where).order_by(account.c.login).limit(limit))
    return [Card(*row) for row in rows]


def many(reader: Reader, wanted: Wanted) -> int:
    """How many accounts are as asked for."""
    asked = sa.select(sa.func.count()).select_from(account).where(*_asked(wanted))
    return int(reader.rows(asked)[0][0])


def _asked(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    where = [below(wanted.place), _in_state(wanted.state, wanted.today)]
    if wanted.is_here_only:
        where.append(account.c.place_id == wanted.place.place_id)
    if wanted.words:
        columns = account.c.login, account.c.name_zh, account.c.name_en
        where.append(sa.or_(*(c.icontains(wanted.words, autoescape=True) for c in columns)))
    return where


def queue(reader: Reader, limit: int) -> list[Card]:
    """Accounts that wait for a role, the oldest first."""
    where = _LASTING, account.c.role == ""
    rows = reader.rows(sa.select(*CARD).where(*where).order_by(account.c.created_at).limit(limit))
    return [Card(*row) for row in rows]


def card(reader: Reader, login: str) -> Card | None:
    """One account, if it stands within the reader's scope."""
    rows = reader.rows(sa.select(*CARD).where(account.c.login == login))
    return next((Card(*row) for row in rows), None)


def steps(reader: Reader, login: str) -> list[Step]:
    """What happened to an account, the newest first."""
    statement = (
        sa.select(*(account_step.c[name] for name in Step._fields))
        .where(account_step.c.login == login)
        .order_by(account_step.c.step_id.desc())
        .limit(100)
    )
    return [Step(*row) for row in reader.rows(statement)]


def colleagues(reader: Reader, one: Card) -> list[Card]:
    """Accounts of the same place and role, to hand work over to."""
    where = (
        _LASTING, ~account.c.is_suspended, account.c.place_id == one.place_id, account.c.role == one.role,
        account.c.role != "", account.c.login != one.login,
    )  # fmt: skip
    return [Card(*row) for row in reader.rows(sa.select(*CARD).where(*where).limit(50))]


class Counted(NamedTuple):
    """How far activation has come: accounts, invited at all, activated, never signed in, and units with an activated account."""

    accounts: int = 0
    invited: int = 0
    activated: int = 0
    never: int = 0
    units: int = 0


_INVITED = (
    sa.select(invitation.c.invitation_id).where(invitation.c.login == account.c.login).exists()
)
_IS_ACTIVE = account.c.activated_at.is_not(None)
_COUNTS = (
    sa.func.count(),
    sa.func.count().filter(sa.or_(_INVITED, _IS_ACTIVE)),
    sa.func.count().filter(_IS_ACTIVE),
    sa.func.count().filter(sa.and_(_IS_ACTIVE, account.c.last_sign_in.is_(None))),
    sa.func.count(account.c.place_id.distinct()).filter(sa.and_(_IS_ACTIVE, place.c.rung == Rung.SCHOOL)),
)  # fmt: skip
_STANDING = account.join(place, place.c.place_id == account.c.place_id)


def counted_by_child(reader: Reader, place_row: PlaceRow) -> Mapping[int, Counted]:
    """Activation below each place one rung down; 0 stands for the place itself."""
    at = 0 if place_row.place_id == NATION else len(place_row.path)
    is_here = account.c.place_id == place_row.place_id
    child: Any = sa.case((is_here, 0), else_=sa.func.coalesce(account.c.path[at + 1], 0))
    return _counted(reader, child, place_row)


def counted_by_rung(reader: Reader, place_row: PlaceRow) -> Mapping[int, Counted]:
    """Activation at each rung within a place."""
    return _counted(reader, place.c.rung, place_row)


def _counted(reader: Reader, key: Any, place_row: PlaceRow) -> dict[int, Counted]:  # noqa: ANN401 - a column
    statement = (
        sa.select(key, *_COUNTS)
        .select_from(_STANDING)
        .where(_LASTING, below(place_row))
        .group_by(key)
    )
    return {row[0]: Counted(*row[1:]) for row in reader.rows(statement)}


def doubles(reader: Reader, place_row: PlaceRow) -> Sequence[Card]:
    """Lasting accounts of one name at one place: persons who may have more than one. By the number of a person the database keeps none twice."""
    asked = sa.select(*CARD).where(*_doubled(place_row)).order_by(account.c.name_zh).limit(200)
    return [Card(*row) for row in reader.rows(asked)]


def many_doubles(reader: Reader, place_row: PlaceRow) -> int:
    """How many of them there are."""
    asked = sa.select(sa.func.count()).select_from(account).where(*_doubled(place_row))
    return int(reader.rows(asked)[0][0])


def _doubled(place_row: PlaceRow) -> tuple[sa.ColumnElement[bool], ...]:
    """Names are counted once for all accounts: to look at every two of them takes seconds."""
    other, same = account.alias("other").c, ("name_zh", "place_id")
    theirs = [other[name] for name in same]
    several = sa.select(*theirs).where(other.ended_at.is_(None)).group_by(*theirs).having(sa.func.count() > 1)  # fmt: skip
    is_double = sa.tuple_(*(account.c[name] for name in same)).in_(several)
    return _LASTING, below(place_row), is_double
