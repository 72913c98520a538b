"""A package before it is read: unpacked safely, its files told apart, put in the order of their years and forms."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import polars as pl

from etl import guard
from etl.errors import Absent, Encrypted, NotASpreadsheet, UnsafeArchive, ZipBomb
from etl.sheet import PACKAGE, Limits
from warehouse.discovery import form as form_named
from warehouse.discovery import submitted_forms
from warehouse.form import Form
from warehouse.parts import parts
from warehouse.text import Text

MANIFEST = "manifest.csv"
UNITS = re.compile(r"units?.*\.csv", re.IGNORECASE)
NAMED = re.compile(r"(?P<form>[a-z_0-9]+)-(?P<year>\d{4})-[^/]+")
TABLES = frozenset(
    {".xlsx", ".xlsm", ".xls", ".csv", ".txt", ".tsv", ".json", ".jsonl", ".parquet"}
)
_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file of a package; `form` and `year` where the manifest or its name says them."""

    path: Path
    name: str  # its path inside the package
    form: type[Form] | None = None
    year: int | None = None


@dataclass(frozen=True, kw_only=True)
class Package:
    """What a package holds: events of units, tables, and files that are neither."""

    units: tuple[Entry, ...]
    tables: tuple[Entry, ...]
    others: tuple[str, ...]


@contextmanager
def opened(path: Path, limits: Limits = PACKAGE) -> Iterator[Package]:
    """The package in a folder, or in a zip that is unpacked for as long as the block lasts."""
    if not path.exists():
        raise Absent(path.name)
    if path.is_dir():
        yield survey(path)
        return
    if not path.is_file() or not _is_archive(path):
        yield survey(path)
        return
    with tempfile.TemporaryDirectory(prefix="zhijian-") as folder:
        unpack(path, Path(folder), limits)
        yield survey(Path(folder))


def _is_archive(path: Path) -> bool:
    """A zip that is no workbook; one that is damaged is told when it is unpacked or read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" not in archive.namelist()
    except (*guard.DAMAGED, UnicodeDecodeError):
        return path.suffix.lower() == ".zip"


def unpack(path: Path, folder: Path, limits: Limits) -> None:
    """Unpack a zip into a folder; nothing leaves the folder, and no more is written than was declared."""
    try:
        # Archives made on Chinese systems name their entries in GB 18030 unless they say UTF-8.
        with zipfile.ZipFile(path, metadata_encoding="gb18030") as archive:
            guard.check_archive(path.name, archive, limits)
            for entry in archive.infolist():
                if not entry.is_dir():
                    _unpack_one(path.name, archive, entry, folder, limits)
    except (*guard.DAMAGED, UnicodeDecodeError) as problem:
        raise NotASpreadsheet(
            path.name, detail=Text("压缩包已损坏", "the archive is damaged")
        ) from problem


def _unpack_one(
    file: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, limits: Limits
) -> None:
    if entry.flag_bits & 1:
        raise Encrypted(file)
    target = folder / _safe(file, entry)
    if not target.resolve().is_relative_to(folder.resolve()):
        raise UnsafeArchive(file, entry=entry.filename)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with archive.open(entry) as source, target.open("wb") as sink:
        while piece := source.read(_CHUNK):
            written += len(piece)
            if written > limits.expanded_bytes:
                raise ZipBomb(file, expanded=written, limit=limits.expanded_bytes)
            sink.write(piece)


def _safe(file: str, entry: zipfile.ZipInfo) -> PurePosixPath:
    """The entry's path, if it stays inside: no drive, no root, no step upwards, no link."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    if path.is_absolute() or ".." in path.parts or ":" in entry.filename or is_link:
        raise UnsafeArchive(file, entry=entry.filename)
    return path


def survey(root: Path) -> Package:
    """Tell the files of a folder, or a single file, apart; hidden files are none of ours."""
    files = [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.is_file())
    base = root.parent if root.is_file() else root
    said = _manifest(base / MANIFEST)
    units, tables, others = [], [], []
    for path in files:
        name = path.relative_to(base).as_posix()
        if any(part.startswith((".", "~$", "__MACOSX")) for part in PurePosixPath(name).parts):
            continue
        if path.name == MANIFEST:
            continue
        if UNITS.fullmatch(path.name):
            units.append(Entry(path=path, name=name))
        elif path.suffix.lower() in TABLES:
            tables.append(_entry(path, name, said.get(name)))
        else:
            others.append(name)
    return Package(units=tuple(units), tables=tuple(tables), others=tuple(others))


def _manifest(path: Path) -> dict[str, tuple[str, str]]:
    """Columns file, form, year: what the sender says of each file."""
    if not path.is_file():
        return {}
    said = listed(path, ("file", "form", "year")).select("file", "form", "year")
    return {file: (form or "", year or "") for file, form, year in said.iter_rows() if file}


def listed(path: Path, columns: Sequence[str]) -> pl.DataFrame:
    """A list that accompanies a package, all text: CSV in UTF-8 or GB 18030 with these columns."""
    try:
        table = pl.read_csv(_decoded(path.read_bytes()), infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as problem:
        raise NotASpreadsheet(
            path.name,
            detail=Text("不是 CSV 文件或编码无法识别", "it is no CSV, or in an unknown encoding"),
        ) from problem
    missing = ", ".join(name for name in columns if name not in table.columns)
    if missing:
        raise NotASpreadsheet(path.name, detail=Text(f"缺少列 {missing}", f"it lacks the columns {missing}"))  # fmt: skip
    return table


def _decoded(content: bytes) -> bytes:
    try:
        return content.decode("utf-8-sig").encode()
    except UnicodeDecodeError:
        return content.decode("gb18030").encode()


def _entry(path: Path, name: str, said: tuple[str, str] | None) -> Entry:
    forms = submitted_forms()
    if said is not None and said[0] in forms and said[1].isdigit():
        return Entry(path=path, name=name, form=forms[said[0]], year=int(said[1]))
    named = NAMED.fullmatch(path.stem)
    if named and named["form"] in forms:
        return Entry(path=path, name=name, form=forms[named["form"]], year=int(named["year"]))
    return Entry(path=path, name=name)


def order(form: type[Form], year: int) -> tuple[int, int, int]:
    """Years in turn, and within a year the forms that others refer to first."""
    names = list(submitted_forms())
    return year, _depth(form, frozenset()), names.index(form.name)


def _depth(form: type[Form], above: frozenset[str]) -> int:
    """How many forms of the same year must be in before this one can be compared with them."""
    forms = submitted_forms()
    named = {total.form for total in form.refers.values() if not total.years_back}
    named = {part.name for name in named for part in parts(form_named(name)) or (form_named(name),)}
    below = [forms[name] for name in named - above - {form.name} if name in forms]
    return max((1 + _depth(each, above | {form.name}) for each in below), default=0)
