"""What a reader may see, as the settings that row security reads.

Records (a school's cells, submissions, findings) are readable in one's own subtree. Aggregates of published
class - one's ancestors, and the children of one's parent - are readable by every signed-in reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from warehouse.ladder import Ladder
from warehouse.places import NATION, Rung
from warehouse.rights import ADMINS

OFFICES = frozenset(role.value for role in ADMINS)
Depth = Literal["records", "published"]


@dataclass(frozen=True)
class Scope:
    """One reader's reach: a place and how deep below it; `published` are single places read as aggregates.

    `office` is a role that opens more than figures: an administrator's the accounts below a place, a statistician's the drafts of
    the own school. It is "" for everybody else.
    """

    reader: str
    place_id: int
    depth: Depth
    published: tuple[int, ...]
    office: str = ""

    @classmethod
    def of(
        cls, ladder: Ladder, reader: str, place_id: int, depth: Depth, office: str = ""
    ) -> Scope:
        """The scope of an account that stands at a place."""
        ancestors = ladder.ancestors(place_id)
        beside = tuple(sorted({*ancestors, *_siblings(ladder, place_id)}))
        return cls(reader, place_id, depth, beside, office)

    def settings(self) -> dict[str, str]:
        """The values of app.* for one transaction. An administrator's office opens accounts, never a school's records."""
        own = f"{{{self.place_id}}}"
        nation = self.place_id == NATION
        depth = "published" if self.office in OFFICES else self.depth
        return {
            "app.reader": self.reader,
            "app.scope": own if not nation and depth == "records" else "",
            "app.region": own if not nation and depth == "published" else "",
            "app.published": f"{{{','.join(map(str, self.published))}}}",
            "app.nation": depth if nation else "",
            "app.office": self.office,
        }

    def depth_of(self, ladder: Ladder, place_id: int) -> Depth | None:
        """How deep this reader sees into a place: its records, its published aggregates, or nothing."""
        if self.place_id in (place_id, *ladder.ancestors(place_id)):
            inside = self.depth == "records" or ladder.rung(place_id) < Rung.SCHOOL
            return self.depth if inside else None
        return "published" if place_id in self.published else None


def _siblings(ladder: Ladder, place_id: int) -> list[int]:
    """The children of one's ancestors at one's own rung, ragged as the ladder is; schools have none, for theirs would be records."""
    rung = ladder.rung(place_id)
    if rung == Rung.SCHOOL:
        return []
    beside = (child for above in ladder.ancestors(place_id) for child in ladder.children(above))
    return [child for child in beside if ladder.rung(child) == rung]
