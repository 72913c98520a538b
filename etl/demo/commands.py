"""What `zhijian demo --folder` does: write the files of the demo ministry and say where they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from etl.demo.build import SEED, TODAY, build

__all__ = ["write_files"]

Say = Callable[[str], None]


def write_files(
    folder: Path,
    say: Say,
    *,
    schools: int | None = None,
    seed: int = SEED,
    today: date = TODAY,
) -> None:
    """Write events, packages, workbooks and truth; a line a year while it works."""

    def progress(year: str, done: int, total: int) -> None:
        say(f"{year}  {done}/{total}")

    demo = build(folder, seed=seed, schools=schools, today=today, progress=progress)
    files = sum(map(len, demo.packages.values()))
    say(f"Synthetic data 合成数据: {files} packages 数据包, {len(demo.workbooks)} workbooks 工作簿")
    say(f"Load them with 导入: zhijian load {demo.folder}")
    say(f"What was planted (never loaded) 所埋问题（不导入）: {demo.truth}")
