"""Contacts and working groups (工作专班) of units: who is to be called, who sits in it and as what. Phone and e-mail are sealed."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa

from warehouse.account_tables import roster
from warehouse.account_tree import LONGEST, AccountRefused, contact_faults
from warehouse.crypto import Suite
from warehouse.store import Reader, Writer
from warehouse.text import Text

MOST = 60  # members of one unit


class Place(StrEnum):
    """The part somebody plays in the roster of a unit."""

    CHAIR = "chair"
    DEPUTY = "deputy"
    MEMBER = "member"
    CONTACT = "contact"


PARTS = {
    Place.CHAIR: Text("组长", "Chair"),
    Place.DEPUTY: Text("副组长", "Deputy chair"),
    Place.MEMBER: Text("成员", "Member"),
    Place.CONTACT: Text("联系人", "Contact"),
}


class Member(NamedTuple):
    member_id: int
    place_id: int
    part: str
    name: str
    title: str
    phone: str
    email: str


class Card(NamedTuple):
    """A member as written, in clear."""

    part: str
    name: str
    title: str
    phone: str
    email: str


def members(reader: Reader, place_id: int) -> list[Member]:
    """The roster of a unit, the chair first. Phone and e-mail are still sealed."""
    columns = (roster.c[name] for name in Member._fields)
    rows = reader.rows(sa.select(*columns).where(roster.c.place_id == place_id))
    order = {part.value: at for at, part in enumerate(Place)}
    return sorted((Member(*row) for row in rows), key=lambda one: (order[one.part], one.member_id))


def faults(card: Card) -> Iterator[Text]:
    if card.part not in set(Place):
        yield Text("请选择在专班中的职务。", "Choose the part in the working group.")
    for text in (card.name, card.title):
        if not 0 < len(text) <= LONGEST or not text.isprintable():
            yield Text(
                f"姓名和职务都要填，各不超过 {LONGEST} 字。",
                f"Give name and position, {LONGEST} characters each at most.",
            )
            break
    yield from contact_faults(card.phone, card.email)


def add(writer: Writer, suite: Suite, place_id: int, card: Card, by: str) -> None:
    """Put somebody on the roster of a unit."""
    found = list(faults(card))
    if len(members(writer, place_id)) >= MOST:
        found.append(Text(f"一个单位最多 {MOST} 人。", f"A unit lists {MOST} persons at most."))
    if found:
        raise AccountRefused.with_all(found)
    sealed = {
        name: suite.seal(value, about=about(name, place_id)) if value else ""
        for name, value in (("phone", card.phone), ("email", card.email))
    }
    try:
        writer.run(
            sa.insert(roster)
            .inline()
            .values(
                place_id=place_id, part=card.part, name=card.name, title=card.title, kept_by=by, **sealed
            )
        )  # fmt: skip
    except sa.exc.ProgrammingError as error:
        raise _elsewhere() from error


def remove(writer: Writer, member_id: int) -> None:
    if not writer.run(sa.delete(roster).where(roster.c.member_id == member_id)):
        raise _elsewhere()


def _elsewhere() -> AccountRefused:
    return AccountRefused(
        "只能维护本单位的联系人与专班名册。",
        "Only the roster of one's own unit can be kept.",
    )


def opened(suite: Suite, member: Member) -> Member:
    """The same member with phone and e-mail in clear."""

    def clear(name: str, value: str) -> str:
        return suite.unseal(value, about=about(name, member.place_id)) if value else ""

    return member._replace(phone=clear("phone", member.phone), email=clear("email", member.email))


def about(column: str, place_id: int) -> str:
    """What a sealed value belongs to: it opens nowhere else."""
    return f"roster.{column}/{place_id}"
