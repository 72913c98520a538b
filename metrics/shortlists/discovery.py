"""The walk that finds every purpose."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from metrics.shortlists import purposes as folder
from metrics.shortlists.purpose import Purpose, check
from warehouse.errors import UnknownName


@cache
def purposes() -> dict[str, Purpose]:
    """Every purpose by the name of its file, in their order."""
    found: dict[str, Purpose] = {}
    for module in pkgutil.iter_modules(folder.__path__):
        declared: Purpose = import_module(f"{folder.__name__}.{module.name}").purpose
        object.__setattr__(declared, "name", module.name)
        check(declared)
        found[module.name] = declared
    return dict(sorted(found.items(), key=lambda pair: pair[1].place))


def purpose(name: str) -> Purpose:
    """The purpose of that name."""
    if name not in purposes():
        raise UnknownName("遴选用途", name, purposes())
    return purposes()[name]
