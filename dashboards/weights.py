"""The weights of criteria as an address writes them: `weights=retention-30.settled_rate-0`. What it does not name has its declared weight."""

from __future__ import annotations

import re
from collections.abc import Mapping

from metrics.shortlists.purpose import MOST_WEIGHT

_WORD = r"[a-z][a-z0-9_]{0,60}-(?:100|[1-9]?[0-9])"
PATTERN = re.compile(rf"{_WORD}(?:\.{_WORD}){{0,15}}")
OFFERED = (0, 5, 10, 15, 20, 25, 30, 40, 50, MOST_WEIGHT)


def read(text: str, declared: Mapping[str, int]) -> dict[str, int]:
    """The weights that an address asks for; the declared ones where it would leave nothing to rank by."""
    said = dict(word.rsplit("-", 1) for word in text.split(".") if word)
    found = {name: int(said.get(name, weight)) for name, weight in declared.items()}
    return found if any(found.values()) else dict(declared)


def written(weights: Mapping[str, int], declared: Mapping[str, int]) -> str:
    """As short as it goes, and always the same for the same weights; "" for the declared ones."""
    return ".".join(f"{name}-{n}" for name, n in weights.items() if n != declared[name])
