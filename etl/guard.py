"""What may not come in: passwords, archives that explode, sheets that claim a billion cells."""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from pathlib import Path

import polars as pl

from etl.errors import Absent, Encrypted, Folder, NotASpreadsheet, TooLarge, ZipBomb
from etl.sheet import Limits, Sheet
from warehouse.text import Text

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PARQUET = b"PAR1"
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, OSError)
"""What reading an archive that is torn or lies about itself may raise."""

_PACKAGE_STREAM = "EncryptedPackage".encode("utf-16-le")
_BOF = b"\x09\x08\x10\x00\x00\x06\x05\x00"  # start of a BIFF8 workbook stream
_FILEPASS, _END = 0x2F, 0x0A
_CELL = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')
# Definitions of entities in a part of a workbook, in UTF-8 or with a zero byte beside each letter.
_ENTITIES = re.compile(
    rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E|E\x00?N\x00?T\x00?I\x00?T\x00?Y)"
)
_CHUNK = 1 << 20
_SMALL = 20_000_000  # bytes below which no ratio is absurd


def check_size(path: Path, limits: Limits) -> None:
    """Refuse what is no file, and more bytes than we take."""
    if not path.exists():
        raise Absent(path.name)
    if not path.is_file():
        raise Folder(path.name)
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise TooLarge(
            path.name, what_zh="字节数", what_en="bytes", found=size, limit=limits.file_bytes
        )


def check_extent(file: str, rows: int, columns: int, limits: Limits) -> None:
    """Refuse more rows or cells than we take."""
    if rows > limits.rows:
        raise TooLarge(file, what_zh="行数", what_en="rows", found=rows, limit=limits.rows)
    if rows * columns > limits.cells:
        found = rows * columns
        raise TooLarge(file, what_zh="单元格数", what_en="cells", found=found, limit=limits.cells)


def check_width(file: str, columns: int, limits: Limits) -> None:
    """Refuse more columns than any form has, before a frame is made of them."""
    if columns > limits.columns:
        raise TooLarge(file, what_zh="列数", what_en="columns", found=columns, limit=limits.columns)


def check_cells(sheet: Sheet, limits: Limits) -> None:
    """Refuse a table that is absurdly wide, or a cell that holds a book."""
    check_width(sheet.file, sheet.width, limits)
    texts = sheet.cells.select(pl.col(pl.String).str.len_bytes().max())
    longest = max((length or 0 for length in texts.row(0)), default=0) if texts.width else 0
    if longest > limits.cell_bytes:
        raise TooLarge(
            sheet.file, what_zh="单元格的字节数", what_en="bytes in one cell", found=longest,
            limit=limits.cell_bytes,
        )  # fmt: skip


def check_ole(file: str, content: bytes) -> None:
    """Refuse a workbook behind a password: an encrypted xlsx in its container, or an xls with FILEPASS."""
    if _PACKAGE_STREAM in content or _has_filepass(content):
        raise Encrypted(file)


def _has_filepass(content: bytes) -> bool:
    """Walk the first records of the workbook stream; FILEPASS stands among them."""
    at = content.find(_BOF)
    for _ in range(40):
        if at < 0 or at + 4 > len(content):
            return False
        kind, length = struct.unpack_from("<HH", content, at)
        if kind in (_FILEPASS, _END):
            return bool(kind == _FILEPASS)
        at += 4 + length
    return False


def check_archive(file: str, archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse an archive that says itself that it unpacks into too much."""
    expanded = sum(entry.file_size for entry in archive.infolist())
    packed = sum(entry.compress_size for entry in archive.infolist()) or 1
    absurd = expanded > _SMALL and expanded / packed > limits.ratio
    if expanded > limits.expanded_bytes or absurd:
        raise ZipBomb(file, expanded=expanded, limit=limits.expanded_bytes)


def check_workbook(path: Path, limits: Limits) -> None:
    """Refuse an xlsx that is encrypted, a bomb, no workbook, or whose sheets span too much.

    Every entry is unpacked once in pieces, so that an archive lying about its sizes is found out.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise Encrypted(path.name)
            check_archive(path.name, archive, limits)
            if "xl/workbook.xml" not in archive.namelist():
                raise NotASpreadsheet(path.name, detail=_kind_of(archive))
            for entry in archive.infolist():
                _check_entry(path.name, archive, entry, limits)
    except DAMAGED as problem:
        raise NotASpreadsheet(
            path.name, detail=Text("压缩结构已损坏", "the archive is damaged")
        ) from problem


def _kind_of(archive: zipfile.ZipFile) -> Text:
    names = archive.namelist()
    if "word/document.xml" in names:
        return Text("这是 Word 文档", "it is a Word document")
    return Text("压缩包里没有工作簿", "it is an archive without a workbook")


def _check_entry(
    file: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits
) -> None:
    is_sheet = entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml")
    rest, width, height = b"", 0, 0
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            seen, rest = rest + piece, piece[-200:]
            if _ENTITIES.search(seen):
                raise NotASpreadsheet(file, detail=Text("含有外部实体定义", "it defines entities"))
            if is_sheet:
                for column, row in _CELL.findall(seen):
                    width, height = max(width, _number(column)), max(height, int(row))
    check_extent(file, height, width, limits)


def _number(letters: bytes) -> int:
    number = 0
    for each in letters:
        number = number * 26 + each - 64
    return number
