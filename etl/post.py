"""The way to a mail server. What is sent says that there is something to read and where, in both languages, and nothing else."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Literal

TIMEOUT_S = 15
Tls = Literal["starttls", "tls", "none"]
SUBJECT = "职鉴：您有 {n} 条未读通知 / Zhijian: {n} unread"
BODY = """您好：

您在职鉴中有 {n} 条未读通知。请登录后查看：{zh}
本邮件不含任何数据。如不再需要邮件，请在通知页删除邮箱地址。

You have {n} unread notices in Zhijian. Sign in to read them: {en}
This letter holds no data. To have no more of them, remove your address on the page of notices.
"""


@dataclass(frozen=True, kw_only=True)
class Post:
    """A mail server and how to speak with it. `context` checks its certificate; without TLS it is not asked."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = "starttls"
    sender: str
    site: str  # under which people reach the pages
    context: ssl.SSLContext | None = None

    @contextmanager
    def opened(self) -> Iterator[smtplib.SMTP]:
        """A connection on which letters can be sent; a server that offers no TLS where it is asked for is refused."""
        context = self.context or ssl.create_default_context()
        if self.tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=context)  # fmt: skip
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        with server:
            if self.tls == "starttls":
                server.starttls(context=context)  # raises where it is not offered: never in clear
            if self.user:
                server.login(self.user, self.password)
            yield server

    def letter(self, address: str, n: int) -> EmailMessage:
        said = EmailMessage()
        said["From"], said["To"] = self.sender, address
        said["Subject"] = SUBJECT.format(n=n)
        said["Date"], said["Message-ID"] = formatdate(), make_msgid(domain="zhijian.invalid")
        said["Auto-Submitted"] = "auto-generated"
        said.set_content(BODY.format(n=n, zh=f"{self.site}/zh/notices", en=f"{self.site}/en/notices"))  # fmt: skip
        return said
