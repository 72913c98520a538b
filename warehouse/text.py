"""Words in the two languages of the product."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """One meaning, Chinese first, English complete."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def fill(self, **values: object) -> Text:
        """The same sentence with its slots filled in both languages."""
        return Text(self.zh.format(**values), self.en.format(**values))
