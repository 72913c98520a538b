"""Among which kinds of schools a list is drawn up: `school_type-senior.sponsor-private`. What is not named is not narrowed.

Kinds are what the unit's register says of that year; a unit that has not said it is of no stated kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from metrics.school import Kinds
from metrics.tables.kinds import KINDS, OF_REGISTER, UNSTATED

Population = Mapping[str, str]  # kind -> code

_WORD = r"[a-z][a-z_]{0,30}-[a-z0-9_]{1,30}"
PATTERN = re.compile(rf"{_WORD}(?:\.{_WORD}){{0,3}}")


def read(text: str) -> dict[str, str]:
    """The kinds that a text names; what there is not is left out."""
    said = dict(word.rsplit("-", 1) for word in text.split(".") if "-" in word)
    return {kind: said[kind] for kind in OF_REGISTER if said.get(kind) in KINDS[kind].labels}


def written(population: Population) -> str:
    """Always the same for the same kinds; "" for all schools."""
    return ".".join(f"{kind}-{population[kind]}" for kind in OF_REGISTER if kind in population)


def among(schools: Sequence[int], kinds: Mapping[int, Kinds], population: Population) -> list[int]:
    """Those of every kind that is named."""
    return [one for one in schools if all(_code(kinds, one, kind) == code for kind, code in population.items())]  # fmt: skip


def offered(schools: Sequence[int], kinds: Mapping[int, Kinds], population: Population) -> dict[str, dict[str, int]]:  # fmt: skip
    """Of each kind its codes, in their order, with how many schools choosing each would leave beside the other kinds that are named."""
    found = {}
    for kind in OF_REGISTER:
        rest = {name: code for name, code in population.items() if name != kind}
        counted = Counter(_code(kinds, one, kind) for one in among(schools, kinds, rest))
        chosen = population.get(kind)
        found[kind] = {code: counted[code] for code in KINDS[kind].labels if counted[code] or code == chosen}  # fmt: skip
    return found


def _code(kinds: Mapping[int, Kinds], school: int, kind: str) -> str:
    held = kinds.get(school)
    return (held and getattr(held, kind)) or UNSTATED
