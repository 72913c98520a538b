"""Things at a place that an action could be aimed at: fields of a form that name an account or a member of a roster there."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from tests.readers import Ministry
from warehouse.places import Rung
from warehouse.rights import Role

NUMBERS = count(1)


def an_account(ministry: Ministry, place_id: int, **values: str | bool) -> Mapping[str, str]:
    """An account that stands there, with what each action on accounts asks for."""
    login, role = f"aimed-{next(NUMBERS)}", _fitting(ministry, place_id)
    ministry.worker.keep_account(
        login=login, place_id=place_id, depth="records", name_zh="目标", name_en="Aim", **{"role": role, "wanted_role": role, **values}
    )  # fmt: skip
    return {"login": login, "role": role, "until": "2030-01-01"}


def _fitting(ministry: Ministry, place_id: int) -> Role:
    """A role that an account may have there."""
    is_school = ministry.web.ladder.rung(place_id) is Rung.SCHOOL
    return Role.SCHOOL_REVIEWER if is_school else Role.REVIEWER


def a_newcomer(ministry: Ministry, place_id: int) -> Mapping[str, str]:
    """An account whose maker wants a role for it that nobody has granted."""
    return an_account(ministry, place_id, role="")


def a_suspended(ministry: Ministry, place_id: int) -> Mapping[str, str]:
    return an_account(ministry, place_id, is_suspended=True)


def an_invited(ministry: Ministry, place_id: int) -> Mapping[str, str]:
    """An account with an invitation that nobody has used."""
    aimed = an_account(ministry, place_id)
    with ministry.worker.writing() as writer:
        writer.run(
            "INSERT INTO invitation (login, code_hash, created_by) VALUES (:login, :hash, 'x')",
            login=aimed["login"],
            hash=f"{aimed['login']:0>64}",
        )
    return aimed


def a_leaver(ministry: Ministry, place_id: int) -> Mapping[str, str]:
    """Somebody who leaves, and who takes over there."""
    return {**an_account(ministry, place_id), "to": an_account(ministry, place_id)["login"]}


def a_new_account(ministry: Ministry, place_id: int) -> Mapping[str, str]:
    number, place = next(NUMBERS), ministry.web.ladder.place(place_id)
    return {
        "login": f"made-{number}", "name_zh": "新人", "name_en": "Newcomer", "code": place.code, "role": _fitting(ministry, place_id),
        "staff": f"s{number}",
    }  # fmt: skip


def a_new_member(_ministry: Ministry, place_id: int) -> Mapping[str, str]:
    return {"place": str(place_id), "part": "chair", "name": "组长", "title": "校长"}


def a_member(ministry: Ministry, place_id: int) -> Mapping[str, str]:
    """Somebody on the roster there."""
    with ministry.worker.writing() as writer:
        number = writer.scalar(
            "INSERT INTO roster (place_id, part, name, title, phone, email, kept_by) "
            "VALUES (:place, 'chair', 'x', 'x', '', '', 'x') RETURNING member_id",
            place=place_id,
        )
    return {"member": str(number)}


def a_unit(ministry: Ministry, place_id: int) -> Mapping[str, str]:
    """Itself, of what it owes not reminded yet."""
    with ministry.worker.writing() as writer:
        writer.run("DELETE FROM reminder WHERE place_id = :place", place=place_id)
    return {"pick": str(place_id)}
