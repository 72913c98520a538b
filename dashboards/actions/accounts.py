"""What a system administrator does with accounts: make, invite, suspend, prolong, hand over, end; singly and from a workbook."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from dashboards.action import Action, Attempt, Done, Picked, Refusal, not_own
from dashboards.auth import ACTIVATE
from etl import account_book
from etl.account_book import Letter, Line
from warehouse import account_batches, account_tree, handover, invitations
from warehouse.account_batches import Fault
from warehouse.account_list import card
from warehouse.account_tree import AccountRefused, Newcomer
from warehouse.handover import work_of
from warehouse.moments import china_day
from warehouse.rights import Right
from warehouse.text import Text

NO_PLACE = 0  # what a code that nobody has is; no account can stand there


def newcomer(attempt: Attempt, said: dict[str, str], until: date | None) -> Newcomer:
    """An account as asked for, in a form or in a row of a workbook; what is sensitive is sealed."""
    login, suite = said["login"].strip().lower(), attempt.suite
    staff = "".join(said["staff"].split()).casefold()
    return Newcomer(
        login=login, name_zh=said["name_zh"].strip(), name_en=said["name_en"].strip(),
        place_id=attempt.audience.ladder.by_code.get(said["code"].strip(), NO_PLACE), wanted=said["role"],
        person=suite.mac(f"person/{staff}") if staff else "", phone=said["phone"].strip(), email=said["email"].strip(),
        valid_until=until,
    )  # fmt: skip


def sealed(attempt: Attempt, one: Newcomer) -> Newcomer:
    """The same with telephone and e-mail sealed for this account."""
    values = {
        name: attempt.suite.seal(value, about=f"account.{name}/{one.login}") if value else ""
        for name, value in (("phone", one.phone), ("email", one.email))
    }
    return Newcomer(**{**vars(one), **values})


def create(attempt: Attempt) -> Done:
    """One account, from the form."""
    keys = ("login", "name_zh", "name_en", "code", "role", "staff", "phone", "email")
    said = {key: attempt.said.get(key, "")[:200] for key in keys}
    one = newcomer(attempt, said, day_of(attempt))
    ladder, scope = attempt.audience.ladder, attempt.audience.scope
    known = account_tree.taken(attempt.writer, [one])
    found = [why for _, why in account_tree.faults(one, scope, ladder)]
    found += account_tree.is_taken(one, known)
    if found:
        raise AccountRefused.with_all(found)
    account_tree.create(attempt.writer, sealed(attempt, one), attempt.login)
    return Done(
        said=attempt.phrases("accounts.made", login=one.login), object=one.login,
        detail={"place": one.place_id, "wanted": one.wanted}, where=where_of(attempt, one.login, one.place_id),
    )  # fmt: skip


def where_of(attempt: Attempt, login: str, place_id: int) -> str:
    """The page of an account."""
    return f"/{attempt.phrases.lang}/accounts/{place_id}?item={login}"


def day_of(attempt: Attempt) -> date | None:
    """The last day that was typed; none is for good."""
    text = attempt.said.get("until", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refusal("有效期应写作 2027-08-31。", "Write the last day as 2027-08-31.") from error


def login_of(attempt: Attempt) -> str:
    return not_own(attempt, attempt.said.get("login", ""))


def invite(attempt: Attempt) -> Done:
    """A code for one account, said once."""
    login = login_of(attempt)
    code = invitations.invite(attempt.writer, login, attempt.login)
    words = attempt.phrases("accounts.invited.said", code=code, link=link(attempt, login, code))
    return Done(said=words, object=login)


def link(attempt: Attempt, login: str, code: str) -> str:
    said = urlencode({"account": login, "code": code, "lang": attempt.phrases.lang})
    return f"{attempt.root}{ACTIVATE}?{said}"


def revoke(attempt: Attempt) -> Done:
    login = login_of(attempt)
    number = invitations.revoke(attempt.writer, login)
    if not number:
        raise Refusal("没有可收回的邀请。", "There is no open invitation to revoke.")
    return Done(said=attempt.phrases("accounts.revoked", n=number), object=login)


def suspend(attempt: Attempt) -> Done:
    login = login_of(attempt)
    account_tree.suspend(attempt.writer, login, is_suspended=True)
    return Done(said=attempt.phrases("accounts.suspended", login=login), object=login)


def resume(attempt: Attempt) -> Done:
    login = login_of(attempt)
    account_tree.suspend(attempt.writer, login, is_suspended=False)
    return Done(said=attempt.phrases("accounts.resumed", login=login), object=login)


def extend(attempt: Attempt) -> Done:
    login, until = login_of(attempt), day_of(attempt)
    account_tree.extend(attempt.writer, login, until)
    detail = {"until": until.isoformat() if until else ""}
    return Done(said=attempt.phrases("accounts.extended"), object=login, detail=detail)


def end(attempt: Attempt) -> Done:
    """Close an account; whatever work is still open stands in the trail."""
    login = login_of(attempt)
    left = sum(one.number for one in work_of(attempt.writer, login))
    account_tree.end(attempt.writer, login, attempt.clock)
    words = attempt.phrases("accounts.ended", login=login)
    return Done(said=words, object=login, detail={"open_work": left})


def hand_over(attempt: Attempt) -> Done:
    login, to = login_of(attempt), attempt.said.get("to", "")
    number = handover.hand_over(attempt.writer, login, to)
    words = attempt.phrases("accounts.handed", n=number)
    return Done(said=words, object=login, detail={"to": to, "number": number})


def template(attempt: Attempt) -> Done:
    file = Picked(name="accounts.xlsx", content=account_book.template())
    return Done(said="", object=attempt.login, sends=file)


def create_many(attempt: Attempt) -> Done:
    """All accounts of a workbook, or none; either way it leads to what was found."""
    picked = attempt.files.get("workbook")
    if picked is None or not picked.content:
        raise Refusal("请先选择填好的工作簿。", "Pick the workbook first.")
    lines = account_book.read(picked.name or "accounts.xlsx", picked.content)
    unread: list[Fault] = []
    asked = [(line.row, _newcomer(attempt, line, unread)) for line in lines]
    scope, ladder = attempt.audience.scope, attempt.audience.ladder
    faults = sorted([*unread, *account_batches.check(attempt.writer, asked, scope, ladder)])
    ready = [(row, one if faults else sealed(attempt, one)) for row, one in asked]
    number = account_batches.keep(attempt.writer, picked.name, attempt.login, ready, faults)
    key = "faults" if faults else "made"
    return Done(
        said=attempt.phrases(f"accounts.batch.{key}", n=len(faults) or len(asked)), object=f"workbook {number}",
        detail={"rows": len(asked), "faults": len(faults)},
        where=f"/{attempt.phrases.lang}/accounts/{scope.place_id}?view=batch&item={number}",
    )  # fmt: skip


def _newcomer(attempt: Attempt, line: Line, unread: list[Fault]) -> Newcomer:
    try:
        until = line.until()
    except ValueError:
        until = None
        why = Text("有效期应写作 2027-08-31。", "Write the last day as 2027-08-31.")
        unread.append(Fault(line.row, account_book.COLUMNS["until"][0], why))
    if not line.said["role"]:
        why = Text("请选择拟授角色。", "Choose the role that is wanted.")
        unread.append(Fault(line.row, account_book.COLUMNS["role"][0], why))
    return newcomer(attempt, {**line.said, "role": line.role()}, until)


def invite_many(attempt: Attempt) -> Done:
    """Codes for the accounts of a workbook that nobody has activated, as a workbook to hand over."""
    one = account_batches.batch(attempt.writer, attempt.number("batch"))
    if one is None or not one.made:
        raise Refusal("没有这一批账号。", "There is no such workbook of accounts.")
    letters = [letter for login in one.made if (letter := _letter(attempt, login))]
    if not letters:
        raise Refusal(
            "这一批账号都已激活或注销，不需要邀请。",
            "All these accounts are activated or have ended: none needs an invitation.",
        )
    last = china_day(attempt.clock) + timedelta(days=invitations.VALID_DAYS)
    content = account_book.invitations(letters, last.isoformat())
    file = Picked(name=f"invitations-{one.batch_id}.xlsx", content=content)
    return Done(
        said="", object=f"workbook {one.batch_id}", detail={"invitations": len(letters)}, sends=file
    )


def _letter(attempt: Attempt, login: str) -> Letter | None:
    found = card(attempt.writer, login)
    if found is None or found.activated_at or found.ended_at or found.is_suspended:
        return None
    code = invitations.invite(attempt.writer, login, attempt.login)
    lang = attempt.phrases.lang
    place = attempt.audience.ladder.place(found.place_id).name(lang)
    return Letter(login, found.name(lang), place, code, link(attempt, login, code))


ACTIONS = [
    Action(name=name, right=Right.MANAGE_ACCOUNTS, run=run)
    for name, run in (
        ("create_account", create), ("invite_account", invite), ("revoke_invitation", revoke), ("suspend_account", suspend),
        ("resume_account", resume), ("extend_account", extend), ("end_account", end), ("hand_over_work", hand_over),
        ("account_template", template), ("create_accounts", create_many), ("invite_batch", invite_many),
    )
]  # fmt: skip
