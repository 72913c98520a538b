"""The recipe of similar schools as an address writes it: `peers=size-2.mix-0.local.within-150`.

Each word departs from what is published: a trait left out (0) or doubled (2), schools of the own province only, sizes within a ratio in
percent. `peers=place` compares with the schools of the place instead.
"""

from __future__ import annotations

import re

from metrics.peers import BY_NAME, TRAITS, Recipe

PLACE, LOCAL = "place", "local"
TIMES = (0, 1, 2)
WITHIN = {"within-200": 2.0, "within-150": 1.5}
_WORD = rf"(?:(?:{'|'.join(BY_NAME)})-[02]|{LOCAL}|{'|'.join(WITHIN)})"
PATTERN = re.compile(rf"{PLACE}|{_WORD}(?:\.{_WORD}){{0,{len(TRAITS) + 1}}}")


def read(text: str) -> Recipe:
    """The recipe an address asks for; the published one where it asks for none, or for the schools of the place."""
    said = [] if text == PLACE else text.split(".")
    pairs = [word.rsplit("-", 1) for word in said]
    times = {pair[0]: int(pair[1]) for pair in pairs if pair[0] in BY_NAME}
    within = next((WITHIN[word] for word in said if word in WITHIN), None)
    return Recipe(times=times, is_local=LOCAL in said, within=within)


def written(recipe: Recipe) -> str:
    """As short as it goes, and always the same for the same recipe; "" for the published one."""
    words = [f"{one.name}-{n}" for one in TRAITS if (n := recipe.times.get(one.name, 1)) != 1]
    words += [LOCAL] if recipe.is_local else []
    words += [word for word, ratio in WITHIN.items() if ratio == recipe.within]
    return ".".join(words)
