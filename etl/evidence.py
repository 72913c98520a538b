"""What may come in as evidence of a case: told by its content, never by its name; nothing that runs, nothing behind a password."""

from __future__ import annotations

import re
import tempfile
import zipfile
from pathlib import Path

from etl.errors import BadFile
from etl.guard import ZIP, check_workbook
from etl.sheet import Limits
from warehouse.case_evidence import Document
from warehouse.errors import CaseRefused

MOST_BYTES = 5_000_000
LONGEST_NAME = 120
WORKBOOK = Limits(file_bytes=MOST_BYTES, rows=100_000, cells=2_000_000, expanded_bytes=100_000_000)
ACCEPT = ".pdf,.png,.jpg,.jpeg,.xlsx"
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
# What a document must not do by itself, or hide: run, start, carry another file, be read by some alone.
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFile|EmbeddedFiles|RichMedia|XFA|Encrypt)\b"
)
_MACROS = ("vbaProject.bin", "activeX", "oleObject", "externalLink")


def document(name: str, content: bytes) -> Document:
    """The document that a file is, or why it is not taken."""
    shown = Path(name.replace("\\", "/")).name
    shown = "".join(c for c in shown if c.isprintable())[-LONGEST_NAME:] or "file"
    if not content or len(content) > MOST_BYTES:
        raise CaseRefused(
            f"“{shown}”为空或超过 {MOST_BYTES // 1_000_000} MB，请压缩或拆分后再附。",
            f"'{shown}' is empty or larger than {MOST_BYTES // 1_000_000} MB: make it smaller or split it.",
        )
    kind = _kind(content)
    if not kind or not _is_harmless(kind, content):
        raise CaseRefused(
            f"“{shown}”不能作为材料：只收 PDF、PNG、JPEG 和 XLSX，按内容识别，不得加密、含宏、脚本、附件或外部链接。请另存为普通 PDF 或图片。",
            f"'{shown}' is not taken: PDF, PNG, JPEG and XLSX are, by their content, without passwords, macros, scripts, attachments or links to "
            "other files. Save it as a plain PDF or picture.",
        )
    return Document(name=shown, kind=kind, content=content)


def _kind(content: bytes) -> str:
    """What the content is; "" for anything else."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return "pdf"
    if content.startswith(_PNG) and b"IEND" in content[-16:]:
        return "png"
    if content.startswith(_JPEG) and b"\xff\xd9" in content[-64:]:
        return "jpeg"
    return "xlsx" if content.startswith(ZIP) else ""


def _is_harmless(kind: str, content: bytes) -> bool:
    if kind == "pdf":
        return not _ACTIVE.search(content)
    return kind != "xlsx" or _is_plain_workbook(content)


def _is_plain_workbook(content: bytes) -> bool:
    """Whether it is a workbook as uploads may be, without macros and links."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as held:
        held.write(content)
        held.flush()
        try:
            check_workbook(Path(held.name), WORKBOOK)
            with zipfile.ZipFile(held.name) as archive:
                return not any(word in name for name in archive.namelist() for word in _MACROS)
        except BadFile:
            return False
