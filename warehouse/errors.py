"""Errors of the warehouse. Bottom of the package: imports nothing of it.

ZhijianError                     shown to people without a traceback
 +- DeclarationError             a form, rule or limit is declared wrongly; found at start
 +- UnknownName                  a name nobody declared; the nearest ones are offered
 +- UnknownPlace                 a place or unit the register does not hold
 +- ClosedPeriod                 a year that takes no submissions
 +- FormLocked                   a form that is under review or approved takes no other numbers
 +- ChainRefused                 what cannot be done where a form stands, or not by this account
 +- ProposalRefused              a setting that may not be changed so, or not by this account
 +- ListRefused                  a list of specialties that contradicts what is known, or is not this account's to bring
 +- CaseRefused                  what cannot be done where a case stands, or not by this account
 +- FusionRefused                what a record of fusion does not allow, or not to this account
 +- TokenRefused                 a token for programs that cannot be made or revoked
 +- TableRefused                 a saved table that cannot be kept or changed, or is not this account's
 +- RolloutRefused               what cannot be filed or signed of the roll-out, or not by this account
 +- WarehouseUnavailable         the database cannot be reached or is not at its newest version
 +- BackupRefused                a backup that cannot be made, is not whole, or has no empty place to go
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any


class ZhijianError(Exception):
    """What happened, where, and what to do next, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def __reduce__(self) -> tuple[Any, ...]:
        """Whole out of another process: what it says is made of other words than kinds of it are made with."""
        return _as_it_was, (type(self), self.args), self.__dict__

    def of(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


def _as_it_was(kind: type[ZhijianError], args: tuple[Any, ...]) -> ZhijianError:
    found = kind.__new__(kind)
    found.args = args
    return found


class DeclarationError(ZhijianError):
    pass


class UnknownName(ZhijianError):
    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        near = ", ".join(get_close_matches(name, list(known), n=3)) or "—"
        super().__init__(
            f"没有名为“{name}”的{kind}；相近的有：{near}",
            f"no {kind} is named '{name}'; the nearest are: {near}",
        )


class UnknownPlace(ZhijianError):
    pass


class ClosedPeriod(ZhijianError):
    pass


class FormLocked(ZhijianError):
    """`schools`: the ids of those that hold the others up."""

    def __init__(self, zh: str, en: str, schools: Iterable[int] = ()) -> None:
        super().__init__(zh, en)
        self.schools = frozenset(schools)


class ChainRefused(ZhijianError):
    pass


class CalendarRefused(ZhijianError):
    """A file of holidays that cannot be used."""


class ProposalRefused(ZhijianError):
    pass


class ListRefused(ZhijianError):
    pass


class CaseRefused(ZhijianError):
    pass


class SpotCheckRefused(ZhijianError):
    pass


class TokenRefused(ZhijianError):
    pass


class TableRefused(ZhijianError):
    pass


class ShortlistRefused(ZhijianError):
    pass


class FusionRefused(ZhijianError):
    pass


class RolloutRefused(ZhijianError):
    pass


class ModelRefused(ZhijianError):
    pass


class ReleaseRefused(ZhijianError):
    pass


class UnknownRelease(ZhijianError):
    """An address names a release that is not signed."""


class WarehouseUnavailable(ZhijianError):
    pass


class BackupRefused(ZhijianError):
    pass


def wrong_settings(errors: Iterable[Mapping[str, Any]]) -> str:
    """Which settings of the environment are wrong, and why; `errors` as pydantic lists them."""
    lines = (f"ZHIJIAN_{str(e['loc'][0]).upper()}: {e['msg']}" for e in errors)
    return "\n".join(["设置有误，请改正：", "A setting is wrong, correct it:", *lines])
