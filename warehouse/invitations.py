"""Invitations: a random code that opens an account once. The warehouse keeps its hash; the code is shown once."""

from __future__ import annotations

import secrets
from hashlib import sha256

import sqlalchemy as sa

from warehouse.account_tables import invitation
from warehouse.account_tree import AccountRefused
from warehouse.store import Writer

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is taken for another
GROUPS, LENGTH = 4, 5  # 98 random bits
VALID_DAYS = 14


def draw() -> str:
    """A new code, in groups to be read out: ABCDE-FGHJK-MNPQR-STVWX."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(GROUPS)]
    return "-".join(groups)


def hashed(code: str) -> str:
    """What is kept of a code; how it was typed does not matter. A random code needs no slow hash."""
    letters = "".join(each for each in code.upper() if each.isascii() and each.isalnum())
    return sha256(letters.encode()).hexdigest()


def invite(writer: Writer, login: str, by: str) -> str:
    """A new code for an account; earlier ones are void. An account in use gives its role back until it is granted anew."""
    code = draw()
    try:
        writer.run(
            sa.insert(invitation)
            .inline()
            .values(login=login, code_hash=hashed(code), created_by=by)
        )
    except (sa.exc.IntegrityError, sa.exc.ProgrammingError) as error:
        raise AccountRefused(
            f"本级及下级没有账号 {login}，不能邀请。",
            f"There is no account {login} at this place or below to invite.",
        ) from error
    return code


def revoke(writer: Writer, login: str) -> int:
    """Make open invitations of an account void; their number."""
    is_open = invitation.c.used_at.is_(None), invitation.c.revoked_at.is_(None)
    return writer.run(
        sa.update(invitation)
        .where(invitation.c.login == login, *is_open)
        .values(revoked_at=sa.func.now())
    )


def use(writer: Writer, login: str, code: str) -> bool:
    """Whether the code opens the account; a right one is used up, a wrong one is counted."""
    statement = sa.text("SELECT use_invitation(:login, :hashed)")
    return bool(writer.rows(statement, login=login, hashed=hashed(code))[0][0])
