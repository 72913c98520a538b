"""The tree of accounts: a system administrator makes them at the own place and below, a security administrator grants the role.

Row security and the guard of the table hold who may do which; what is asked here is whether it makes sense, and it is said in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from warehouse.errors import ZhijianError
from warehouse.ladder import Ladder
from warehouse.places import Rung
from warehouse.rights import ADMINS, DEPTHS, OF_SCHOOLS, Role
from warehouse.scope import Scope
from warehouse.store import Writer
from warehouse.tables import account
from warehouse.text import Text

LOGIN = re.compile(r"[a-z0-9][a-z0-9_.-]{2,39}")
PHONE = re.compile(r"\+?[0-9][0-9 -]{5,19}")
EMAIL = re.compile(r"[^@\s<>\"']{1,64}@[A-Za-z0-9.-]{1,100}\.[A-Za-z]{2,20}")
LONGEST = 60  # characters of a name
LOGIN_FIELD, NAME_FIELD = Text("账号名", "Login"), Text("名称", "Name")
PERSON_FIELD, CONTACT_FIELD = (
    Text("工号或邮箱", "Staff number or e-mail"),
    Text("联系方式", "Contact"),
)
PLACE_FIELD = Text("单位与角色", "Place and role")


class AccountRefused(ZhijianError):
    """Why an account cannot be made or changed, and what to do instead."""

    @classmethod
    def with_all(cls, faults: Sequence[Text]) -> AccountRefused:
        return cls(" ".join(each.zh for each in faults), " ".join(each.en for each in faults))


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """An account as asked for. `person` is the key of whoever it is for; phone and e-mail are sealed when it is kept."""

    login: str
    name_zh: str
    name_en: str
    place_id: int
    wanted: str = ""
    person: str = ""
    phone: str = ""
    email: str = ""
    valid_until: date | None = None


def faults(newcomer: Newcomer, scope: Scope, ladder: Ladder) -> Iterator[tuple[Text, Text]]:
    """Everything that stands against making this account: the field it is about, and why."""
    found = (
        (LOGIN_FIELD, _login_faults(newcomer)), (NAME_FIELD, _name_faults(newcomer)), (PERSON_FIELD, _person_faults(newcomer)),
        (CONTACT_FIELD, contact_faults(newcomer.phone, newcomer.email)), (PLACE_FIELD, _place_faults(newcomer, scope, ladder)),
    )  # fmt: skip
    for field, reasons in found:
        yield from ((field, why) for why in reasons)


def _login_faults(newcomer: Newcomer) -> Iterator[Text]:
    if not LOGIN.fullmatch(newcomer.login):
        yield Text(
            "账号名应为 3 至 40 个小写字母、数字、点、横线或下划线，以字母或数字开头。",
            "A login is 3 to 40 small letters, digits, dots, hyphens or underscores, and begins with a letter or digit.",
        )


def _name_faults(newcomer: Newcomer) -> Iterator[Text]:
    names = newcomer.name_zh, newcomer.name_en
    if not all(0 < len(name) <= LONGEST and name.isprintable() for name in names):
        yield Text(
            f"中英文名称都要填，各不超过 {LONGEST} 字。",
            f"Give the name in Chinese and in English, {LONGEST} characters each at most.",
        )


def _person_faults(newcomer: Newcomer) -> Iterator[Text]:
    if not newcomer.person:
        yield Text(
            "请填写工号或邮箱，用于一人一号的核对。",
            "Give a staff number or an e-mail address: one person has one account.",
        )


def contact_faults(phone: str, email: str) -> Iterator[Text]:
    if phone and not PHONE.fullmatch(phone):
        yield Text(
            "电话只含数字、空格、横线。", "A telephone number is digits, spaces and hyphens."
        )
    if email and not EMAIL.fullmatch(email):
        yield Text(
            "邮箱格式不对，例如 name@example.cn。",
            "The e-mail address is not one, such as name@example.cn.",
        )


def _place_faults(newcomer: Newcomer, scope: Scope, ladder: Ladder) -> Iterator[Text]:
    if newcomer.place_id not in ladder or not is_below(newcomer.place_id, scope, ladder):
        yield Text(
            "只能在本级及下级建立账号。",
            "Accounts are made at one's own place and below it.",
        )
    elif newcomer.wanted and newcomer.wanted not in suitable(ladder.rung(newcomer.place_id)):
        yield Text(
            "该角色不适用于所选单位的层级：校内角色只在学校，监管与审核角色在学校以上。",
            "The role does not suit the rung: roles of a school are for schools, those of administrations for places above.",
        )


def is_below(place_id: int, scope: Scope, ladder: Ladder) -> bool:
    """Whether a place is the reader's own or stands below it."""
    return scope.place_id in (place_id, *ladder.ancestors(place_id))


def suitable(rung: Rung) -> list[Role]:
    """The roles there are at a rung."""
    of_rung = OF_SCHOOLS if rung is Rung.SCHOOL else set(Role) - OF_SCHOOLS
    return [role for role in Role if role in of_rung or role in ADMINS]


def taken(writer: Writer, newcomers: Sequence[Newcomer]) -> set[str]:
    """Logins and persons among these that have an account already, anywhere."""
    statement = sa.text("SELECT accounts_taken(:logins, :persons)")
    logins, persons = [n.login for n in newcomers], [n.person for n in newcomers if n.person]
    return {row[0] for row in writer.rows(statement, logins=logins, persons=persons)}


def is_taken(newcomer: Newcomer, known: set[str]) -> Iterator[Text]:
    if newcomer.login in known:
        yield Text(
            f"账号名 {newcomer.login} 已被使用；请换一个。",
            f"The login {newcomer.login} is taken: choose another.",
        )
    if newcomer.person and newcomer.person in known:
        yield Text(
            "此人已有账号；一人一号，请先停用原账号。",
            "This person has an account already: one person has one. End the other one first.",
        )


def create(writer: Writer, newcomer: Newcomer, by: str) -> None:
    """Make an account without a password and without a role."""
    try:
        writer.run(
            sa.insert(account).inline().values(
                login=newcomer.login, name_zh=newcomer.name_zh, name_en=newcomer.name_en, place_id=newcomer.place_id,
                depth="published", role="", wanted_role=newcomer.wanted, person=newcomer.person,
                phone=newcomer.phone, email=newcomer.email, valid_until=newcomer.valid_until, created_by=by,
                activated_at=None,
            )
        )  # fmt: skip
    except sa.exc.IntegrityError as error:
        raise AccountRefused(
            f"账号 {newcomer.login} 或其使用人刚被登记；请刷新后再试。",
            f"The account {newcomer.login}, or its person, was just taken: reload and try again.",
        ) from error


def grant(writer: Writer, login: str, role: Role, rung: Rung) -> None:
    """Give an account its role."""
    if role not in suitable(rung):
        raise AccountRefused(
            f"{role.label.zh}不适用于这一层级；请另选角色。",
            f"The role {role.label.en} does not suit this rung: choose another.",
        )
    _change(writer, login, role=role.value, depth=DEPTHS.get(role, "records"))


def take_role(writer: Writer, login: str) -> None:
    """Take the role away; what it was stays as what is wanted for nobody."""
    _change(writer, login, role="", depth="published")


def suspend(writer: Writer, login: str, *, is_suspended: bool) -> None:
    _change(writer, login, is_suspended=is_suspended)


def extend(writer: Writer, login: str, until: date | None) -> None:
    """Let an account be valid up to a day; None is without an end."""
    _change(writer, login, valid_until=until)


def end(writer: Writer, login: str, now: datetime) -> None:
    """Close an account for good: who left signs in no more, at once."""
    _change(writer, login, ended_at=now)


def _change(writer: Writer, login: str, **values: object) -> None:
    changed = writer.run(sa.update(account).where(account.c.login == login).values(**values))
    if changed != 1:
        raise AccountRefused(
            f"本级及下级没有账号 {login}。",
            f"There is no account {login} at this place or below.",
        )
