"""Files that only this installation reads: passwords, keys, the word sessions are signed with."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_private(file: Path, text: str) -> None:
    """Write a file nobody else can read, whole or not at all; a file of that name is replaced."""
    with _draft(file, text) as draft:
        draft.rename(file)


def keep_first(file: Path, text: str) -> str:
    """Write a private file unless there is one, and say what it holds: several processes may do so at once, and all get the first one's."""
    if not file.exists():
        with _draft(file, text) as draft, suppress(FileExistsError):
            os.link(draft, file)
    return file.read_text()


def secret(file: Path) -> str:
    """A word drawn at random once and kept in a file."""
    return keep_first(file, secrets.token_urlsafe(32))


@contextmanager
def _draft(file: Path, text: str) -> Iterator[Path]:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(text)
        yield draft
    finally:
        draft.unlink(missing_ok=True)
