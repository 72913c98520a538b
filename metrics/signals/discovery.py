"""The walk that finds every declared signal, and refuses a declaration that cannot work."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from metrics.signals import kinds
from metrics.signals.signal import Signal
from warehouse.discovery import form
from warehouse.errors import DeclarationError

CATALOGUE = tuple(f"A{number}" for number in range(1, 26))


@cache
def signals() -> dict[str, Signal]:
    """Every signal by its code: A1 to A25 in their order, then those outside the catalogue."""
    found: dict[str, Signal] = {}
    for module in pkgutil.iter_modules(kinds.__path__):
        for one in vars(import_module(f"{kinds.__name__}.{module.name}")).values():
            if isinstance(one, Signal) and found.get(one.code) is not one:
                register(one, found)
    return dict(sorted(found.items(), key=lambda item: (item[0][0], int(item[0][1:]))))


def computing() -> list[Signal]:
    """Those that can be seen in the forms."""
    return [one for one in signals().values() if one.computes]


def waiting() -> list[Signal]:
    """Those that say what they wait for."""
    return [one for one in signals().values() if not one.computes]


def register(one: Signal, into: dict[str, Signal]) -> None:
    """Refuse a code declared twice, a signal that neither computes nor waits, and pieces that rest on no column of a form."""
    if one.code in into:
        raise DeclarationError(f"疑点信号 {one.code} 声明了两次", f"signal {one.code} is declared twice")  # fmt: skip
    if one.computes == (one.waits is not None):
        raise DeclarationError(
            f"疑点信号 {one.code} 要么计算，要么说明等待什么", f"signal {one.code} either computes or says what it waits for"
        )  # fmt: skip
    if one.computes and not (one.says and one.shown and len(one.pieces) > 1):
        raise DeclarationError(
            f"疑点信号 {one.code} 缺少句子、历年数或两项以上的构成", f"signal {one.code} lacks sentences, a number over the years or two pieces"
        )  # fmt: skip
    for cell in (cell for piece in one.pieces for cell in piece.cells):
        if cell.column not in form(cell.form).columns:
            raise DeclarationError(
                f"疑点信号 {one.code} 用到未声明的列 {cell.form}.{cell.column}", f"signal {one.code} rests on the undeclared column {cell.form}.{cell.column}"
            )  # fmt: skip
    into[one.code] = one
