"""Subscriptions of one's own: begun, changed, sent now, paused, ended and brought back; files of one's own removed; tables too large for a page."""

from __future__ import annotations

import json

from dashboards.action import Action, Attempt, Done, Refusal
from dashboards.address import BadAddress
from dashboards.documents import (
    DOCUMENTS,
    fixed_address,
    kept_address,
    offered,
    read_address,
    said_of,
    speaks_of_newest,
)
from dashboards.i18n import LANGS, Phrases
from dashboards.released import release_of
from etl.tasks.subscriptions import order
from metrics.tables import large
from metrics.tables.ask import Ask, places, read
from metrics.tables.build import Size, is_plain
from metrics.tables.build import size as size_of
from warehouse import kept_files, subscriptions
from warehouse.calendar import calendar
from warehouse.queue import Order, defer
from warehouse.releases import signed
from warehouse.rhythms import Rhythm
from warehouse.rights import Right
from warehouse.subscriptions import Subscription, Wish
from warehouse.text import Text

CHANGES = ("send", "pause", "resume", "end", "restore")
PAGE = "/subscriptions"
LONGEST = 7000  # letters of what a job is told


def subscribe(attempt: Attempt) -> Done:
    """Begin one to the address of a page that is open to its reader."""
    wish = _wish(attempt, attempt.said.get("of", ""))
    days = calendar(attempt.writer)
    number = subscriptions.subscribe(attempt.writer, attempt.login, wish, attempt.now, days)
    return Done(
        said=attempt.phrases("subscriptions.done", name=wish.name), where=f"/{attempt.phrases.lang}{PAGE}", object=f"subscription/{number}",
        detail={"kind": wish.kind, "format": wish.format, "address": wish.address, "rhythm": wish.rhythm.value, "day": wish.day},
    )  # fmt: skip


def edit(attempt: Attempt) -> Done:
    """Another name, format, language or rhythm for one of one's own."""
    one = _own(attempt)
    wish = _wish(attempt, one.address)
    subscriptions.change(attempt.writer, one, wish, attempt.now, calendar(attempt.writer))
    return Done(
        said=attempt.phrases("subscriptions.changed", name=wish.name), object=f"subscription/{one.subscription_id}",
        detail={"format": wish.format, "lang": wish.lang, "rhythm": wish.rhythm.value, "day": wish.day},
    )  # fmt: skip


def _wish(attempt: Attempt, said: str) -> Wish:
    """What the fields say of an address."""
    lang, ladder = attempt.said.get("lang", ""), attempt.audience.ladder
    try:
        address = read_address(said, lang)
    except BadAddress as error:
        raise _unknown() from error
    attempt.audience.depths((address.place or 0,))
    kind, _, name = attempt.said.get("document", "").partition(".")
    if (kind, name) not in offered(address, ladder) or lang not in ("zh", "en"):
        raise _unknown()
    rhythm = next((one for one in Rhythm if one.value == attempt.said.get("rhythm")), None)
    if rhythm is None:
        raise Refusal("请选择何时发送。", "Choose when it is sent.")
    rolls = attempt.said.get("rolls") == "1" and speaks_of_newest(address, ladder.years)
    return Wish(
        name=attempt.said.get("name", ""), kind=kind, address=kept_address(address), lang=lang, format=name, rhythm=rhythm, day=_day(attempt, rhythm),
        newest_year=ladder.years[-1] if rolls else 0,
    )  # fmt: skip


def _unknown() -> Refusal:
    return Refusal(
        "该地址不能按此格式订阅。请在数据页顶部点“订阅”。",
        "This address cannot be subscribed to in this format. Use Subscribe at the top of a page of figures.",
    )


def _day(attempt: Attempt, rhythm: Rhythm) -> int:
    if rhythm is Rhythm.WEEKLY:
        return attempt.number("weekday")
    return attempt.number("monthday") if rhythm is Rhythm.MONTHLY else 0


def order_table(attempt: Attempt) -> Done:
    """Ask for a table that is too large for a page, or of which it takes long to decide what is shown, as a file."""
    ladder, lang, kind = attempt.audience.ladder, attempt.said.get("lang", ""), attempt.said.get("format", "")  # fmt: skip
    try:
        address = read_address(attempt.said.get("of", ""), lang)
    except BadAddress as error:
        raise _unknown() from error
    ask = read(said_of(address), ladder.years)
    size = size_of(ask, ladder)
    if (
        address.page != "build"
        or kind not in DOCUMENTS["table"].formats
        or not (large.is_for_a_job(size) or _may_take_long(attempt, ask, size))
    ):
        raise _unknown()
    if kind == "xlsx" and not large.fits_excel(ask, size):
        raise Refusal("这张表超出 Excel 工作表的行列数，请选 CSV 或 Parquet。", "A sheet of Excel does not hold this table: choose CSV or Parquet.")  # fmt: skip
    attempt.audience.depths((address.place or 0,))
    release_of(address, signed(attempt.writer))  # UnknownRelease
    named = DOCUMENTS["table"].named
    titles = Text(*(named(address, ladder, Phrases(each))[:180] for each in LANGS))
    args = {"address": fixed_address(address), "lang": lang, "format": kind, "name": titles.of("en" if lang == "en" else "zh")}  # fmt: skip
    if len(json.dumps(args)) > LONGEST:
        raise Refusal("这张表的地址太长。请改用“某地以下各地”代替逐个勾选。", "The address of this table is too long: choose all places below one, rather than one by one.")  # fmt: skip
    number = defer(attempt.writer, Order(kind="large_table", place_id=attempt.audience.scope.place_id, title=titles, args=args))  # fmt: skip
    return Done(
        said=attempt.phrases("large.asked"), where=f"/{attempt.phrases.lang}/jobs", object=f"large_table/{number}",
        detail={"address": args["address"], "format": kind, "cells": size.cells},
    )  # fmt: skip


def _may_take_long(attempt: Attempt, ask: Ask, size: Size) -> bool:
    """Whether what is withheld of a table has to be decided by kinds of schools or several breakdowns before it is shown."""
    depths = attempt.audience.depths(places(ask, attempt.audience.ladder))
    return not size.is_too_large and not is_plain(ask) and "published" in depths.values()


def change(attempt: Attempt) -> Done:
    """One thing done to one of one's own."""
    to, one = attempt.said.get("to", ""), _own(attempt)
    writer, number, now = attempt.writer, one.subscription_id, attempt.now
    if to not in CHANGES or (one.ended_at is not None) != (to == "restore"):
        raise Refusal("请从页面上选择。", "Choose on the page.")
    if to == "send":
        _send(attempt, one)
    elif to == "pause":
        subscriptions.pause(writer, number, now)
    elif to == "end":
        subscriptions.end(writer, number, now)
    else:
        subscriptions.resume(writer, one, now, calendar(writer))
    said = attempt.phrases(f"subscriptions.{to}.done", name=one.name)
    return Done(said=said, object=f"subscription/{number}", detail={"to": to})


def _send(attempt: Attempt, one: Subscription) -> None:
    if one.job is not None and one.job.is_open:
        raise Refusal("这项订阅正在制作，请稍候。", "This one is being made: wait for it.")
    order(attempt.writer, one, attempt.audience.scope.place_id)


def _own(attempt: Attempt) -> Subscription:
    found = subscriptions.subscribed(attempt.writer, attempt.number("subscription"))
    if found is None:
        raise Refusal(
            "没有这项订阅，或不是您的。请刷新页面查看。",
            "There is no such subscription of yours. Reload the page to see.",
        )
    return found


def remove_file(attempt: Attempt) -> Done:
    """Let go of a file of one's own before its days are over."""
    number = attempt.number("file")
    title = kept_files.remove(attempt.writer, number)
    if title is None:
        raise Refusal(
            "这个文件已不在，或不是您的。请刷新页面查看。",
            "This file is gone, or it is not yours. Reload the page to see.",
        )
    return Done(said=attempt.phrases("kept.removed", title=title), object=f"kept/{number}")


ACTIONS = (
    Action(name="subscribe", right=Right.READ, run=subscribe),
    Action(name="edit_subscription", right=Right.READ, run=edit),
    Action(name="change_subscription", right=Right.READ, run=change),
    Action(name="remove_file", right=Right.READ, run=remove_file),
    Action(name="order_table", right=Right.READ, run=order_table),
)
