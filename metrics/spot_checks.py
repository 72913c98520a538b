"""Plans of spot checks drawn from what the newest review says, and what the visits by lot tell of the schools that nobody doubts."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime

from metrics.sampling import Estimate, Unit, Visit, estimate, left, made, plan
from warehouse import spot_checks
from warehouse.chain_read import Who
from warehouse.errors import SpotCheckRefused
from warehouse.flag_lists import Wanted, Weight, weights
from warehouse.flags import Judgement, newest_round
from warehouse.ladder import Ladder
from warehouse.spot_checks import COMMAND, SEEDS, Drawn, Plan, Wish
from warehouse.store import Reader, Writer


def any_seed() -> int:
    """A seed that nobody chose."""
    return secrets.randbelow(SEEDS.stop)


def draw(writer: Writer, ladder: Ladder, who: Who | None, wish: Wish, now: datetime) -> Plan:
    """Draw a plan and write it down. The writer must see the place's flags; `who` None is a command of the administration."""
    spot_checks.check(ladder, who, wish)
    drawn = drawn_from(writer, ladder, wish)
    found = drawn._replace(login=who.login if who else COMMAND, made_at=now)
    return found._replace(plan_id=spot_checks.keep(writer, ladder, who, found))


def drawn_from(reader: Reader, ladder: Ladder, wish: Wish) -> Plan:
    """The plan that a wish comes to by the flags that stand now; nothing is written, and it has no number yet."""
    last = newest_round(reader)
    if last is None:
        raise SpotCheckRefused(
            "还没有复核过，无法按疑点排名；请等夜间复核，或由管理员运行 zhijian review run。",
            "Nothing has been reviewed yet, so nobody can be ranked: wait for the nightly review, or let an administrator run zhijian review run.",
        )
    known = weights(reader, Wanted(wish.place_id, wish.year, Judgement.DOUBT))
    units = units_of(ladder, wish.place_id, wish.year, {school: one.weight for school, one in known.items()})  # fmt: skip
    visits = plan(units, wish.visits, min(wish.by_lot, wish.visits), wish.seed)
    none = Weight(0.0, 0)
    schools = tuple(
        Drawn(one.school_id, one.arm, int(one.stratum or wish.place_id), one.probability, *known.get(one.school_id, none)) for one in visits
    )  # fmt: skip
    strata = {
        int(stratum or wish.place_id): number for stratum, number in left(units, visits).items()
    }
    return Plan(0, wish, last.number, schools, strata, "", last.ended_at)


def units_of(ladder: Ladder, place: int, year: int, weighed: dict[int, float]) -> list[Unit]:
    """The schools of a place with their strata: the place right below that each belongs to."""
    depth = len(ladder.place(place).path) if ladder.parent(place) else 0
    paths = ((school, ladder.place(school).path) for school in ladder.units(place, year))
    return [Unit(school, str(path[min(depth, len(path) - 1)]), weighed.get(school, 0.0)) for school, path in paths]  # fmt: skip


def estimated(one: Plan, visited: Collection[int], wrong: Collection[int]) -> Estimate:
    """Schools with wrong data among those that were not ranked in, by the visits by lot that have been made."""
    sizes = {str(stratum): number for stratum, number in one.strata.items()}
    lot = [Visit(each.school_id, str(each.stratum), each.arm, each.probability) for each in one.schools]  # fmt: skip
    return estimate(sizes, made(lot, sizes, visited), wrong)
