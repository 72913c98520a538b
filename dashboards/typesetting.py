"""Sets a page with Typst: what it shows goes in as one JSON text, never as markup, so nothing of it can be run.

A character without a glyph is an error that names it, not an empty box.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

import orjson
import typst

from warehouse.errors import ZhijianError

Standard = Literal["a-2a", "a-2b", "ua-1"]
ARCHIVE: Sequence[Standard] = ("a-2b",)  # what archives keep
TAGGED: Sequence[Standard] = ("a-2a", "ua-1")  # and what a screen reader can walk through
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Sans CJK SC", "Source Han Sans SC")
SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Serif CJK SC", "Source Han Serif SC")
# What Typst says of a character that stands in no font, and of one that no font may define.
_MISSING = ("could not be displayed", "contains the codepoint")
_NAMED = re.compile(r'`"(.+?)"`')


class NoFont(ZhijianError):
    """No Chinese font is installed where the PDF is set."""

    def __init__(self) -> None:
        super().__init__(
            "服务器上没有中文字体，无法生成 PDF：请安装 fonts-noto-cjk，或直接打印网页。",
            "The server has no Chinese font to set a PDF with: install fonts-noto-cjk, or print the page itself.",
        )


class NoGlyph(ZhijianError):
    """A character stands in no font of the server: it would be printed as an empty box."""

    def __init__(self, said: str) -> None:
        super().__init__(
            f"服务器的字体里没有文中的某个字，无法生成 PDF（{said}）：请改用网页打印，或安装含有该字的字体（fonts-noto-cjk-extra）。",
            f"No font of the server has a character of this text, so the PDF cannot be set ({said}): print the page instead, or install a font that has it (fonts-noto-cjk-extra).",
        )


@cache
def _installed() -> typst.Fonts:
    """The fonts of this machine, looked for once: that takes longer than a page."""
    return typst.Fonts()


@cache
def fonts(wanted: Sequence[str] = SERIF) -> tuple[str, ...]:
    """The Chinese families that this machine has, the best first."""
    known = set(_installed().families())
    return tuple(family for family in wanted if family in known)


def composed(
    template: str, data: Mapping[str, Any], standards: Sequence[Standard] = ARCHIVE, wanted: Sequence[str] = SERIF
) -> bytes:  # fmt: skip
    """A PDF of a template of ours, which reads what it shows, and the fonts there are, from one JSON text."""
    if not fonts(wanted):
        raise NoFont
    said = orjson.dumps({**data, "fonts": list(fonts(wanted))}).decode()
    compiler = typst.Compiler(template.encode(), font_paths=_installed(), sys_inputs={"data": said})
    try:
        made = compiler.compile(format="pdf", pdf_standards=list(standards))
    except typst.TypstError as problem:
        raise _missing(problem) from problem
    if not isinstance(made, bytes):
        raise TypeError(type(made))
    return made


def _missing(problem: typst.TypstError) -> Exception:
    """The character that stands in no font, where that is the problem; else the problem itself."""
    said = str(problem)
    if not any(each in said for each in _MISSING):
        return problem
    named = _NAMED.search(said)
    return NoGlyph(named[1] if named else said)
