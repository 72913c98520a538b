"""The catalogue of signals, written from the declarations: what is asked, what a doubt rests on, what would clear it."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.signals.discovery import computing, signals, waiting
from metrics.signals.signal import Piece, Signal


def signal_catalogue() -> str:
    """The whole catalogue as Markdown, by code."""
    return "\n".join(lines())


def lines() -> Iterator[str]:
    yield "# Signals of doubt 疑点信号目录"
    yield ""
    yield (
        f"{len(signals())} signals, written by `make docs` from `metrics/signals/kinds/`: {len(computing())} are computed from the forms, "
        f"{len(waiting())} wait for data that no form asks for.  由声明自动生成。"
    )
    yield ""
    for one in signals().values():
        yield from signal_lines(one)


def signal_lines(one: Signal) -> Iterator[str]:
    """One signal: question, tier and family, what it is made of, what would clear it or what it waits for."""
    yield f"### {one.code} {one.title.zh} {one.title.en}"
    yield ""
    yield f"{one.question.zh} {one.question.en}"
    yield ""
    yield f"- 级别 Tier: {one.tier.label.zh} {one.tier.label.en}; 证据 Evidence: {one.family.label.zh} {one.family.label.en}"
    if one.by_similar:
        yield "- 比较对象 Compared with: 该学年填报数的相似学校，与“相似学校”页同一名单 its similar schools by what was submitted for the year, those that their page names"
    if one.waits:
        yield f"- 等待 Waits: {one.waits.zh} {one.waits.en}"
    else:
        yield from map(piece_line, one.pieces)
    yield f"- 消除 What would clear it: {one.clears.zh} {one.clears.en}"
    yield ""


def piece_line(piece: Piece) -> str:
    """One piece with the columns it rests on."""
    family = f" ({piece.family.label.zh} {piece.family.label.en})" if piece.family else ""
    columns = ", ".join(f"`{cell.form}.{cell.column}`" for cell in piece.cells)
    return f"- 构成 Piece: {piece.label.zh} {piece.label.en}{family}" + (
        f": {columns}" if columns else ""
    )
