"""Things at a place that an action could be aimed at: fields of a form that name an account or a member of a roster there."""

from __future__ import annotations

from collections.abc import Mapping

from tests.readers import Ministry
from warehouse.rights import Role


def an_account(ministry: Ministry, place_id: int) -> Mapping[str, str]:
    """An account that stands there, with what each action on accounts asks for."""
    login = f"aimed-{place_id}"
    ministry.worker.keep_account(
        login=login, role=Role.SUPERVISOR, place_id=place_id, depth="records", name_zh="目标", name_en="Aim", wanted_role="reviewer",
    )  # fmt: skip
    return {"login": login, "role": "reviewer", "until": "2030-01-01", "to": login}


def a_new_account(ministry: Ministry, place_id: int) -> Mapping[str, str]:
    code = ministry.web.ladder.place(place_id).code
    return {
        "login": f"made-{place_id}", "name_zh": "新人", "name_en": "Newcomer", "code": code, "role": "", "staff": f"s{place_id}",
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
