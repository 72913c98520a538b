"""Reading as the house itself does, for sums of which a reader is shown what is safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from warehouse.places import NATION
from warehouse.scope import Scope
from warehouse.store import Compiled, Reader, enter


@dataclass(frozen=True, kw_only=True)
class House(Reader):
    """Reads as the house itself does, in a reader's own transaction: for what is protected before its reader sees any of it.

    `scope` is the reader's: after each statement the transaction sees what that one may see. After an error it sees nothing more.
    """

    scope: Scope

    def rows(self, statement: sa.Executable | Compiled, **values: Any) -> Sequence[Any]:  # noqa: ANN401 - bind values
        enter(self.connection, replace(self.scope, place_id=NATION, depth="records", published=(), office=""))  # fmt: skip
        found = super().rows(statement, **values)
        enter(self.connection, self.scope)
        return found
