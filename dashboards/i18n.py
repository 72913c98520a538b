"""Phrases of the interface by message id, in the reader's language."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Literal, get_args

from dashboards import locales

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
HTML_LANG = {"zh": "zh-CN", "en": "en"}


class DoublePhraseError(Exception):
    """Two files of `dashboards/locales` give a text to the same message id."""


class UnknownPhraseError(KeyError):
    """A part asks for a message id that no file of `dashboards/locales` holds."""


@cache
def catalogue() -> dict[str, tuple[str, str]]:
    """Return every phrase, id -> (Chinese, English)."""
    found: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules(locales.__path__):
        phrases = importlib.import_module(f"{locales.__name__}.{module.name}").PHRASES
        double = found.keys() & phrases.keys()
        if double:
            raise DoublePhraseError(
                f"dashboards/locales/{module.name}.py repeats {sorted(double)}; rename the id in one file."
            )
        found.update(phrases)
    return found


def slots(text: str) -> set[str]:
    """Return the names of the slots of a phrase."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


class _Plural(Formatter):
    """Lets a slot choose a word by its number: `{n:school|schools}`."""

    def format_field(self, value: object, format_spec: str) -> str:
        if "|" not in format_spec:
            return str(super().format_field(value, format_spec))
        one, other = format_spec.split("|")
        return one if value in {1, "1"} else other


_PLURAL = _Plural()
_PLACES = {lang: at for at, lang in enumerate(LANGS)}


@dataclass(frozen=True, slots=True)
class Phrases:
    """`phrases("coverage", share="97.8%")` is the phrase with its slots filled."""

    lang: Lang

    def __call__(self, message_id: str, **values: object) -> str:
        try:
            pair = catalogue()[message_id]
        except KeyError:
            raise UnknownPhraseError(
                f"No phrase {message_id!r}; add it to a file of dashboards/locales."
            ) from None
        text = pair[_PLACES[self.lang]]
        if not values:
            return text
        return _PLURAL.vformat(text, (), values) if "|" in text else text.format(**values)

    def pick(self, chinese: str, english: str) -> str:
        """Choose between the two texts of a declaration (a place, a metric, a column)."""
        return english if self.lang == "en" else chinese
