"""Search by name, pinyin, initials or code, among the places a reader may open."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.address import Address
from dashboards.parts.header import HitView
from metrics.audience import Audience
from warehouse.ladder import Ladder, PlaceRow

MOST = 12


def find(text: str, audience: Audience, address: Address) -> list[HitView]:
    """The best hits: exact codes and names first, then beginnings, then parts; higher rungs before lower."""
    wanted = text.strip().lower().replace(" ", "")
    if not wanted:
        return []
    ladder = audience.ladder
    scored = (
        (score, row.rung, row.code, row)
        for row in _reachable(audience)
        if (score := _score(row, wanted))
    )
    best = sorted(scored, key=lambda hit: (-hit[0], *hit[1:3]))[:MOST]
    return [_hit(row, ladder, address) for *_, row in best]


def _reachable(audience: Audience) -> Iterator[PlaceRow]:
    scope, ladder = audience.scope, audience.ladder
    newest = ladder.years[-1]
    for row in ladder.places.values():
        if row.in_statistics and row.last_year >= newest and scope.depth_of(ladder, row.place_id):
            yield row


def _score(row: PlaceRow, wanted: str) -> int:
    names = (
        row.code,
        row.name_zh,
        row.short_zh,
        row.pinyin,
        row.initials,
        row.name_en.lower().replace(" ", ""),
    )
    if wanted in names:
        return 3
    if any(name.startswith(wanted) for name in names):
        return 2
    return 1 if len(wanted) > 1 and any(wanted in name for name in names[1:4]) else 0


def _hit(row: PlaceRow, ladder: Ladder, address: Address) -> HitView:
    within = [ladder.place(one).name(address.lang) for one in ladder.ancestors(row.place_id)[1:]]
    return HitView(
        row.name_zh if address.lang == "zh" else row.name_en,
        address.at(row.place_id),
        " ".join(within),
        row.code,
    )
