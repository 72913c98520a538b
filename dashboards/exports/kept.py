"""Gives out files that were made for a reader and kept: `/kept/<number>`. Only to that reader; each time is a line of the trail, written before it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from flask import Flask, Response, abort
from flask_login import current_user

from dashboards.auth import Door
from warehouse import kept_files
from warehouse.events import Event


@dataclass(frozen=True)
class KeptFiles:
    """Opens kept files."""

    door: Door

    def install(self, server: Flask) -> None:
        server.add_url_rule("/kept/<int:file>", "kept", self.give)

    def give(self, file: int) -> Response:
        """The file; 404 with a line in the trail where there is none of that number for this reader."""
        warehouse = self.door.warehouse
        if file >= 2**63:
            self._refused(file)
        with warehouse.reading(current_user.audience(warehouse).scope) as reader:
            found = kept_files.content(reader, self.door.suite, file)
        if found is None:
            self._refused(file)
        kept, content = found
        self.door.audit(
            Event.EXPORT, current_user.id, f"kept/{file}", succeeded=True, detail={"name": kept.name, "sha256": kept.file_hash}
        )  # fmt: skip
        answer = Response(content, mimetype=kept.media)
        answer.headers["Content-Disposition"] = f'attachment; filename="{kept.name}"'
        return answer

    def _refused(self, file: int) -> NoReturn:
        said = {"reason": "not the reader's own, or gone"}
        self.door.audit(Event.EXPORT, current_user.id, f"kept/{file}", succeeded=False, detail=said)
        abort(404)
