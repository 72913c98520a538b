"""The monthly progress report as lines: the same for the page, the workbook and the printed sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from dashboards.i18n import Phrases
from dashboards.numbers import day, plain
from dashboards.sheet import Sheet
from warehouse.discovery import domains
from warehouse.ladder import PlaceRow
from warehouse.moments import minute
from warehouse.monthly import RUNGS, Figures, Signed, Words
from warehouse.places import Rung
from warehouse.programme import ITEMS, due_on
from warehouse.rights import Role
from warehouse.terms import Month

SHORT = 32  # characters of the hash in an address


class Line(NamedTuple):
    """One line of the report: what it is, the number or words, and of how many where it is a part of them."""

    label: str
    value: int | str
    of: int | None = None

    @property
    def text(self) -> str:
        if isinstance(self.value, str):
            return self.value
        return plain(self.value) if self.of is None else f"{plain(self.value)} / {plain(self.of)}"


class Group(NamedTuple):
    title: str
    lines: list[Line]


def groups(figures: Figures, phrases: Phrases) -> list[Group]:
    """Every figure of a report, under its headings."""
    parts = {
        "filed": _filed,
        "accounts": _accounts,
        "data": _data,
        "complete": _complete,
        "audit": _audit,
    }
    return [
        Group(phrases(f"monthly.{name}"), list(make(figures, phrases)))
        for name, make in parts.items()
    ]


def _filed(figures: Figures, phrases: Phrases) -> Iterator[Line]:
    for name, item in ITEMS.items():
        if not item.many:
            yield Line(
                item.label.of(phrases.lang), filed_words(name, figures["filed"][name], phrases)
            )
    for name in ("trainings", "trained", "trained_in_month"):
        yield Line(phrases(f"monthly.{name}"), figures[name])
    yield Line(phrases("monthly.self_built"), _self_built(figures["self_built_system"], phrases))


def _self_built(said: Mapping[str, str] | str, phrases: Phrases) -> str:
    """What the record of fusion said; reports signed before there was one say that it was not known."""
    if isinstance(said, str):
        return phrases("monthly.not_known" if said == "not_known" else "fusion.state.none")
    when = day(date.fromisoformat(said["day"]), phrases.lang)
    return " · ".join([phrases(f"fusion.state.{said['state']}"), when, said["system"]])


def filed_words(name: str, said: Mapping[str, Any] | None, phrases: Phrases) -> str:
    """What holds of an item in one line: its day, number, choice and words."""
    if not said:
        return phrases("monthly.not_filed")
    item, lang = ITEMS[name], phrases.lang
    parts = [day(date.fromisoformat(said["day"]), lang)]
    if "number" in said and item.number:
        parts.append(f"{item.number.of(lang)} {plain(said['number'])}")
    if "choice" in said:
        parts.append(item.choices[said["choice"]].of(lang))
    return " · ".join([*parts, said.get("words", "")])


def _accounts(figures: Figures, phrases: Phrases) -> Iterator[Line]:
    for rung in RUNGS:
        held = figures["accounts"].get(rung.name.lower())
        if held:
            yield Line(rung_name(rung, phrases), held["activated"], held["due"])


def rung_name(rung: Rung, phrases: Phrases) -> str:
    return phrases(f"monthly.rung.{rung.name.lower()}")


def _data(figures: Figures, phrases: Phrases) -> Iterator[Line]:
    yield Line(phrases("monthly.forms"), figures["forms_handed"], figures["forms_due"])


def _complete(figures: Figures, phrases: Phrases) -> Iterator[Line]:
    """Schools that have handed in every form of a domain."""
    for name, domain in domains().items():
        schools = figures["complete"].get(name, 0)
        yield Line(domain.label.of(phrases.lang), schools, figures["schools"])  # fmt: skip


def _audit(figures: Figures, phrases: Phrases) -> Iterator[Line]:
    for rung in (Rung.COUNTY, Rung.PREFECTURE, Rung.PROVINCE):
        name = rung.name.lower()
        yield Line(phrases(f"monthly.audited.{name}"), figures["audited"][name], figures["schools"])
    yield Line(phrases("monthly.returned"), figures["returned"])


def typed(words: Words, phrases: Phrases) -> list[tuple[str, str]]:
    """What the province typed, with its labels."""
    return [(phrases(f"monthly.{name}"), text) for name, text in words._asdict().items()]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A signed report with what is needed to print it."""

    place: PlaceRow
    signed: Signed
    phrases: Phrases
    host: str
    is_synthetic: bool

    @property
    def title(self) -> str:
        return self.phrases("monthly.title")

    @property
    def month(self) -> str:
        return self.signed.of.format(self.phrases.lang)

    @property
    def name(self) -> str:
        return self.place.name_zh if self.phrases.lang == "zh" else self.place.name_en

    @property
    def mark(self) -> str:
        return self.phrases("synthetic") if self.is_synthetic else ""

    def signature(self) -> tuple[str, str, str]:
        """Role, account, moment."""
        role = Role(self.signed.signed_role).label.of(self.phrases.lang)
        return role, self.signed.signed_by, minute(self.signed.signed_at)

    def facts(self) -> list[tuple[str, str]]:
        one, phrases = self.signed, self.phrases
        return [
            (phrases("monthly.due"), day(due_on(one.of), phrases.lang)),
            (phrases("monthly.late"), lateness(one, phrases)),
            (phrases("monthly.revision"), plain(one.revision)),
            *typed(one.words, phrases),
        ]


def lateness(one: Signed, phrases: Phrases) -> str:
    return phrases("monthly.days_late", n=one.late) if one.late else phrases("monthly.in_time")


def sheet(shown: Shown) -> Sheet:
    """The report as the printed sheet shows it."""
    one, phrases = shown.signed, shown.phrases
    listed = [(line.label, line.text) for group in groups(one.figures, phrases) for line in group.lines]  # fmt: skip
    return Sheet(
        lang=phrases.lang, title=shown.title, form=shown.name, year=shown.month, mark=shown.mark, facts=shown.facts(),
        totals_title=phrases("monthly.counted"), totals=listed, signatures_title=phrases("monthly.signature"),
        signatures=[shown.signature()], hash_title=phrases("signoff.hash"), hash=one.content_hash,
        address=f"{shown.host.rstrip('/')}/{phrases.lang}/rollout/{one.place_id}?item={one.of}", foot=phrases("monthly.foot"),
    )  # fmt: skip


def read_month(text: str) -> Month | None:
    """The month that an address names, if it does."""
    return Month.parse(text) if len(text) == 7 and text[4] == "-" and text.replace("-", "").isdigit() and 1 <= int(text[5:]) <= 12 else None  # fmt: skip
