"""What readers do about their own sign-in by one press: ending sessions, unlinking an institution's sign-in, revoking tokens."""

from __future__ import annotations

from flask_login import current_user

from dashboards.action import Action, Attempt, Done, Refusal
from warehouse import api_tokens, identities, sessions
from warehouse.events import Event


def end(attempt: Attempt) -> Done:
    """End one session; another reader's is not found."""
    if not sessions.end(attempt.writer, attempt.said.get("key", ""), attempt.clock):
        raise Refusal(
            "没有这个会话，或已结束。请刷新页面。",
            "There is no such session, or it has ended. Reload the page.",
        )
    return Done(said=attempt.phrases("me.ended"), object=attempt.login)


def end_others(attempt: Attempt) -> Done:
    """End every session but the one that asks."""
    ended = sessions.end_others(attempt.writer, attempt.login, current_user.key, attempt.clock)
    said = attempt.phrases("me.ended.others", n=ended)
    return Done(said=said, object=attempt.login, detail={"sessions": ended})


def unlink(attempt: Attempt) -> Done:
    """Take an institution's sign-in off one's own account."""
    issuer = attempt.said.get("issuer", "")
    if not identities.unlink(attempt.writer, issuer, attempt.login):
        raise Refusal("没有关联这个外部登录。", "That sign-in is not linked to your account.")
    return Done(said=attempt.phrases("institution.unlinked"), object=issuer)


def revoke(attempt: Attempt) -> Done:
    """Revoke a token of one's own; another reader's is not found."""
    named = api_tokens.revoke(attempt.writer, attempt.number("token"), attempt.clock)
    return Done(said=attempt.phrases("token.revoked", name=named), object=attempt.login, detail={"name": named})  # fmt: skip


ACTIONS = (
    Action(name=Event.REVOKE_TOKEN, right=None, run=revoke),
    Action(name=Event.UNLINK_IDENTITY, right=None, run=unlink),
    Action(name=Event.END_SESSION, right=None, run=end),
    Action(name=Event.END_OTHERS, right=None, run=end_others),
)
