"""Private files: nobody else reads them, they are whole, and of several that are drawn at once the first one stays."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from warehouse.private import keep_first, secret, write_private

pytestmark = pytest.mark.mlps("M23")


def test_a_private_file_is_the_owners_alone_and_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "new" / "words.json"

    write_private(file, "one")
    write_private(file, "two")

    assert file.read_text() == "two"
    assert file.stat().st_mode & 0o077 == 0
    assert list(file.parent.iterdir()) == [file]


def test_processes_that_start_at_once_sign_with_the_same_word(tmp_path: Path) -> None:
    file, together = tmp_path / "session.key", threading.Barrier(8)

    def start(_: int) -> str:
        together.wait()
        return secret(file)

    with ThreadPoolExecutor(8) as pool:
        words = set(pool.map(start, range(8)))

    assert words == {file.read_text()}
    assert file.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_kept_first_stays(tmp_path: Path) -> None:
    assert keep_first(tmp_path / "a", "first") == "first"
    assert keep_first(tmp_path / "a", "second") == "first"
