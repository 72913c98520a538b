"""Code lists: the closed sets a cell may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from warehouse.catalogues import Version, catalogue
from warehouse.places import NATION
from warehouse.text import Text


@dataclass(frozen=True, kw_only=True)
class Added:
    """A code that the warehouse adds to a declared list: where it may be used (the nation, or the province that filed it) and in which years."""

    code: str
    name: Text
    place_id: int
    from_year: int
    to_year: int | None = None


class Extended(Mapping[str, Text]):
    """The labels of a declared list with those that an administrator added; what this process knows of them is learned anew when they change."""

    def __init__(self, declared: Mapping[str, Text]) -> None:
        self._declared = declared
        self._known: dict[str, Text] = dict(declared)
        self.added: tuple[Added, ...] = ()
        self.edition = 0
        self.stamp: object = None

    def learn(self, added: Sequence[Added], stamp: object = None) -> None:
        """Take these in place of all that were added before. `stamp` tells whether they are still what is there."""
        self.stamp = stamp
        if tuple(added) != self.added:
            self._known = {**self._declared, **{each.code: each.name for each in added}}
            self.added = tuple(added)
            self.edition += 1

    def __getitem__(self, code: str) -> Text:
        return self._known[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


@dataclass(frozen=True)
class Codes:
    """A named code list: code -> label, and for each code the words a file may use for it."""

    name: str
    labels: Mapping[str, Text]
    synonyms: Mapping[str, str]  # lower-cased word -> code

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def added(self) -> tuple[Added, ...]:
        """What the warehouse added; nothing for a list that is closed."""
        return self.labels.added if isinstance(self.labels, Extended) else ()

    @property
    def edition(self) -> int:
        """A number that rises whenever the list changes."""
        return self.labels.edition if isinstance(self.labels, Extended) else 0

    def __contains__(self, code: str) -> bool:
        return code in self.labels

    def offered(self, province: int | None, year: int | None) -> list[str]:
        """The codes that a school of a province may use in a year: those of the nation, and what its own province filed.

        Without a province those of the nation alone; without a year those of any year.
        """
        homes = {NATION, province}
        ours, barred = set[str](), set[str]()
        for one in self.added:
            is_open = one.place_id in homes and (
                year is None or one.from_year <= year <= (one.to_year or year)
            )
            (ours if is_open else barred).add(one.code)
        return [code for code in self.labels if code in ours or code not in barred]

    def words(self) -> dict[str, str]:
        """Every word that means a code: the code, both labels, the synonyms (lower-cased)."""
        spoken = {label.zh.lower(): code for code, label in self.labels.items()}
        spoken |= {label.en.lower(): code for code, label in self.labels.items()}
        return spoken | dict(self.synonyms) | {code.lower(): code for code in self.labels}


def codes(name: str, /, **labels: tuple[str, ...]) -> Codes:
    """Declare a list: code=("中文", "English", *synonyms). A leading underscore lets a code start with a digit."""
    clean = {code.lstrip("_"): words for code, words in labels.items()}
    return Codes(
        name,
        {code: Text(words[0], words[1]) for code, words in clean.items()},
        {word.lower(): code for code, words in clean.items() for word in words[2:]},
    )


@cache
def majors() -> Codes:
    """The 19 major classes of the 2021 specialty catalogue, codes 61 to 79."""
    labels = catalogue(Version.OF_2021).majors
    return Codes("major", labels, {label.zh.removesuffix("大类"): code for code, label in labels.items()})  # fmt: skip


@cache
def specialties() -> Codes:
    """The specialties of the 2021 catalogue on record and those added later, six digits; the first two are the major class."""
    known = catalogue(Version.OF_2021).specialties
    return Codes("specialty", Extended({code: each.name for code, each in known.items()}), {})
