"""For whom a number is measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from metrics.errors import OutOfScope
from warehouse.ladder import Ladder
from warehouse.rights import Right, Role
from warehouse.scope import Depth, Scope


@dataclass(frozen=True, kw_only=True)
class Audience:
    """A signed-in reader: what may be seen, on which ladder, in which role.

    The database enforces the scope again, row by row; here an address outside it becomes an error, not a gap.
    """

    scope: Scope
    ladder: Ladder = field(compare=False, repr=False)
    role: str

    @property
    def sees_sensitive(self) -> bool:
        """Whether the role needs columns of sensitive class unmasked."""
        return self.role in set(Role) and Right.SEE_SENSITIVE in Role(self.role).rights

    def depths(self, places: Iterable[int]) -> dict[int, Depth]:
        """How deep the reader sees into each place; OutOfScope names the places that may not be seen."""
        found = {place: self.scope.depth_of(self.ladder, place) for place in places}
        hidden = [place for place, depth in found.items() if depth is None]
        if hidden:
            raise OutOfScope(hidden)
        return {place: depth for place, depth in found.items() if depth is not None}
