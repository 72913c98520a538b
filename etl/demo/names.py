"""Invented names. They are made of rare, poetic characters and hold no name of a real place."""

from __future__ import annotations

from functools import cache
from itertools import permutations, product

import numpy as np
import polars as pl

from etl.demo.dice import dice
from warehouse.places import read_register

__all__ = ["SUFFIXES", "name_pool"]

CHARACTERS = "霁岚澈翎珩琅霖屿汐晗曜瑾璟芷沅筱黛漪珞翊昕煦衍澹皓蔚岫霏霄旌棠樾槿桐菀荻葭蘅筠篁砚墨笙箫珀璇琬青"
SUFFIXES: dict[str, tuple[str, ...]] = {
    "general": (
        "中等专业学校", "职业中等专业学校", "工业学校", "商贸学校", "卫生学校", "农业学校", "信息工程学校",
    ),
    "senior": ("职业高级中学", "职业技术学校", "职业教育中心", "综合职业中学", "职业技术教育中心"),
    "adult": ("成人中等专业学校", "职工中等专业学校"),
    "other": ("中等职业培训学校",),
    "arts": ("艺术学校", "音乐舞蹈学校", "工艺美术学校"),
    "34": ("高级中学附设中职班",),
    "41": ("职业学院附设中职班",),
    "51": ("特殊教育学校附设中职班",),
}  # fmt: skip


@cache
def _stems() -> tuple[str, ...]:
    """Pairs of characters that occur in no name of the register of divisions."""
    real = "|".join(read_register().places["name_zh"])
    pairs = (a + b for a, b in permutations(CHARACTERS, 2))
    return tuple(pair for pair in pairs if pair not in real)


@cache
def name_pool(seed: int, style: str) -> pl.Series:
    """Every name of one style, each once, in an order of this seed."""
    names = np.array([a + b for a, b in product(_stems(), SUFFIXES[style])])
    return pl.Series("name", dice(seed, "names", style).permutation(names).tolist())
