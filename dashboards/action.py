"""What a reader may do: the modules of dashboards/actions declare it, and everything around it is put here.

An action is a form that is posted to its own address. Who may post it is a right; how far it reaches is the reader's scope, which
row security holds in the action's transaction. Its line in the audit trail belongs to the same transaction: no line, no
action. What is refused is written down too, in a transaction of its own.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

from dashboards import actions
from dashboards.i18n import Phrases
from metrics.audience import Audience
from warehouse.crypto import Suite
from warehouse.errors import ZhijianError
from warehouse.rights import Right, Role, opens
from warehouse.store import Warehouse, Writer


@dataclass(frozen=True, kw_only=True)
class Picked:
    """A file picked in a form."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One form as posted. `said` holds the last value of each field, `listed` all of them; `writer` is the reader's own transaction."""

    login: str
    role: Role
    audience: Audience
    warehouse: Warehouse
    writer: Writer
    now: datetime
    clock: datetime  # of the machine, on whatever day the warehouse reckons from
    suite: Suite
    root: str  # this site's own address, without the slash at its end
    phrases: Phrases
    said: Mapping[str, str]
    listed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Picked] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """A field that names a thing by its number; anything else is no number of ours."""
        text = self.said.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise Refusal(f"字段 {name} 应为编号。", f"The field {name} should be a number.")
        return int(text)


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came of it: what to say, where to go ("" is where it came from), and what the trail calls the thing it was done to."""

    said: str
    where: str = ""
    object: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)  # for a script that asked for JSON
    sends: Picked | None = None  # a file to be kept, in place of the way back


class Refusal(ZhijianError):
    """Why something cannot be done, and what to do instead. Nothing of it was done."""


def not_own(attempt: Attempt, login: str) -> str:
    """The login of somebody else."""
    if login == attempt.login:
        raise Refusal(
            "不能办理自己的账号，请由另一位管理员办理。",
            "Nobody does this to the own account: let another administrator do it.",
        )
    return login


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing a reader may do; `event`: as what it is written down, where that is not its own name."""

    name: str
    right: Right | None  # None: everybody who is signed in, about oneself
    run: Callable[[Attempt], Done]
    others: frozenset[Right] = frozenset()  # any of these will do as well
    event: str = ""

    def is_open_to(self, rights: frozenset[Right]) -> bool:
        return opens(self.right, self.others, rights)

    @property
    def address(self) -> str:
        return f"/do/{self.name}"


@cache
def registry() -> dict[str, Action]:
    """Every action by name."""
    modules = (each.name for each in pkgutil.iter_modules(actions.__path__))
    found = [one for name in modules for one in import_module(f"{actions.__name__}.{name}").ACTIONS]
    return {one.name: one for one in found}
