"""Official numbers that check themselves: the unified social credit code of organisations (GB 32100-2015)."""

from __future__ import annotations

import polars as pl

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


def credit_code_holds(code: pl.Expr) -> pl.Expr:
    """Whether a text is a credit code: eighteen signs, of which the last follows from the others."""
    signs = [code.str.slice(place, 1) for place in range(18)]
    values = [sign.replace_strict(_VALUES, default=None, return_dtype=pl.Int64) for sign in signs]
    total = pl.sum_horizontal(
        (value * weight for value, weight in zip(values[:17], WEIGHTS, strict=True)), ignore_nulls=False
    )  # fmt: skip
    return ((code.str.len_chars() == 18) & ((31 - total % 31) % 31 == values[17])).fill_null(value=False)  # fmt: skip


def complete_credit_code(seventeen: str) -> str:
    """Seventeen signs with the one that follows from them."""
    total = sum(_VALUES[sign] * weight for sign, weight in zip(seventeen, WEIGHTS, strict=True))
    return seventeen + ALPHABET[(31 - total % 31) % 31]
