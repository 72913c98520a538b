"""Bytes to sheets: what a file is is told by its first bytes, not by its name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from etl import guard
from etl.delimited import read_csv
from etl.errors import NoData, NotASpreadsheet
from etl.excel import read_xls, read_xlsx
from etl.records import read_json, read_parquet
from etl.sheet import SUBMISSION, Limits, Sheet
from warehouse.text import Text

Reader = Callable[[Path, Limits], list[Sheet]]

MAGIC: dict[bytes, Reader] = {
    guard.ZIP: read_xlsx,
    guard.OLE: read_xls,
    guard.PARQUET: read_parquet,
}
WEB_PAGE = Text(
    "这是网页，请先在表格软件中打开", "it is a web page; open it in a spreadsheet first"
)
PICTURE = Text(
    "这是图片；请填写表格模板后提交", "it is a picture; write the figures into the template"
)
FOREIGN = {
    b"\x89PNG": PICTURE,
    b"\xff\xd8\xff": PICTURE,
    b"GIF8": PICTURE,
    b"%PDF": Text("这是 PDF 文件", "it is a PDF document"),
    b"<!DOC": WEB_PAGE,
    b"<htm": WEB_PAGE,
    b"<tab": WEB_PAGE,
    b"<?xml": Text(
        "这是 XML 文件，请先在表格软件中打开", "it is an XML file; open it in a spreadsheet first"
    ),
    b"{\\rt": Text("这是 RTF 文档", "it is an RTF document"),
}
MEDIA_TYPES: dict[Reader, str] = {
    read_xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    read_xls: "application/vnd.ms-excel",
    read_parquet: "application/vnd.apache.parquet",
    read_json: "application/json",
    read_csv: "text/csv",
}


def read(path: Path, limits: Limits = SUBMISSION) -> list[Sheet]:
    """Every table of a file, in the file's order."""
    guard.check_size(path, limits)
    sheets, seal = reader_of(path)(path, limits), fingerprint(path)
    for sheet in sheets:
        guard.check_cells(sheet, limits)
    return [replace(sheet, file_hash=seal) for sheet in sheets]


def reader_of(path: Path) -> Reader:
    """The reader that a file's first bytes ask for."""
    with path.open("rb") as stream:
        start = stream.read(64)
    if not start:
        raise NoData(path.name)
    for magic, reader in MAGIC.items():
        if start.startswith(magic):
            return reader
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, detail in FOREIGN.items():
        if text.lower().startswith(magic.lower()):
            raise NotASpreadsheet(path.name, detail=detail)
    return read_json if text[:1] in (b"{", b"[") else read_csv


def media_type(path: Path) -> str:
    return MEDIA_TYPES[reader_of(path)]


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
