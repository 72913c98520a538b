"""Every minute: letters of what readers have not read are written, and those that wait are sent."""

from __future__ import annotations

import logging
import smtplib
from datetime import UTC, datetime

from etl.post import Post
from etl.task import Duty, Shop
from warehouse import letters
from warehouse.letters import Due

LOG = logging.getLogger("zhijian.letters")


def run(shop: Shop, _now: datetime) -> None:
    """Nothing at all where no mail server is set."""
    if shop.post is None:
        return
    now = datetime.now(UTC)
    with shop.worker.writing() as writer:
        letters.write(writer, now)
        waiting = letters.due(writer, now)
    if waiting:
        _send(shop, shop.post, waiting, now)


def _send(shop: Shop, post: Post, waiting: list[Due], now: datetime) -> None:
    """One connection for all; where there is none, all wait longer."""
    left = list(waiting)
    try:
        with post.opened() as server:
            while left:
                _send_one(shop, post, server, left[0], now)
                left.pop(0)
    except (smtplib.SMTPException, OSError) as problem:
        LOG.warning("mail server %s:%s: %s", post.host, post.port, type(problem).__name__)
        with shop.worker.writing() as writer:
            for one in left:
                letters.failed(writer, one, now, type(problem).__name__)


def _send_one(shop: Shop, post: Post, server: smtplib.SMTP, one: Due, now: datetime) -> None:
    """Send and write down in one transaction; an address that the server refuses is given up."""
    with shop.worker.writing() as writer:
        try:
            server.send_message(post.letter(letters.address_of(shop.suite, one), one.notices))
        except smtplib.SMTPRecipientsRefused:
            letters.failed(writer, one, now, "address refused", for_good=True)
        else:
            letters.sent(writer, one, now)


TASKS = [Duty(name="letters", cron="* * * * *", run=run)]
