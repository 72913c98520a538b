"""Words in the two languages of the product."""

from __future__ import annotations

from string import Formatter
from typing import NamedTuple


class Text(NamedTuple):
    """One meaning, Chinese first, English complete."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    @property
    def slots(self) -> frozenset[str]:
        """The names that stand in braces in either language."""
        parts = (*Formatter().parse(self.zh), *Formatter().parse(self.en))
        return frozenset(name for _, name, _, _ in parts if name)

    def fill(self, **values: object) -> Text:
        """The same sentence with its slots filled in both languages."""
        return Text(self.zh.format(**values), self.en.format(**values))
