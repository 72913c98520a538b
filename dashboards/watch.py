"""Who opens how much: an account that walks through the records of very many schools is written down."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

MOST = 500  # schools whose records one account may open in an hour before it is noted
HOUR_S = 3600.0
ROOM = 5_000  # accounts a process remembers


@dataclass
class Watch:
    """Counts the schools opened by each account in the running hour of this process."""

    tell: Callable[[str, int], None]  # (login, schools opened): called once an hour for an account
    most: int = MOST
    clock: Callable[[], float] = time.monotonic
    _seen: OrderedDict[str, tuple[float, set[int]]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def opened(self, login: str, school: int) -> None:
        """An account has opened a school's records."""
        now = self.clock()
        with self._lock:
            since, schools = self._seen.pop(login, (now, set[int]()))
            if now - since >= HOUR_S:
                since, schools = now, set()
            is_new = school not in schools
            schools.add(school)
            self._seen[login] = (since, schools)
            if len(self._seen) > ROOM:
                self._seen.popitem(last=False)
        if is_new and len(schools) == self.most + 1:
            self.tell(login, len(schools))
