"""The record of a decision on a shortlist, in words: what its workbook and its paper both print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.i18n import Phrases
from dashboards.numbers import academic_year, plain
from dashboards.views import shortlist_decision as told
from metrics.discovery import metrics
from metrics.shortlists.discovery import purposes
from warehouse.ladder import Ladder
from warehouse.moments import minute, second
from warehouse.releases import RELEASE, Release, signed
from warehouse.rights import Role
from warehouse.shortlist_rules import Decision, Deed, Step
from warehouse.shortlists import where
from warehouse.store import Reader

Entry = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Record:
    """A decision as it stands. `release`: the newest one of its year that was signed before it was drawn up; `site`: the address that people reach the
    system by; `is_synthetic` marks every sheet.
    """

    decision: Decision
    release: Release | None
    ladder: Ladder
    phrases: Phrases
    site: str
    is_synthetic: bool

    @property
    def title(self) -> str:
        """Place, year and purpose; its number stands beside it."""
        subject = self.decision.drawn.subject
        return self.phrases(
            "shortlist_book.title", place=self.ladder.place(subject.place_id).name(self.phrases.lang), year=academic_year(subject.year, self.phrases.lang),
            what=told.title_of(self.phrases, subject),
        )  # fmt: skip

    @property
    def address(self) -> str:
        """Where the decision stands."""
        return f"{self.site}/{self.phrases.lang}{where(self.decision)}"

    @property
    def entries(self) -> list[Entry]:
        """Everybody who was weighed, those chosen first and each part by rank."""
        return sorted(self.decision.drawn.entries, key=lambda each: not self.decision.is_chosen(each))  # fmt: skip

    @property
    def criteria(self) -> Sequence[Mapping[str, Any]]:
        """name, weight, scoring, each, gate, limit of each, as they held."""
        held: Sequence[Mapping[str, Any]] = self.decision.drawn.said.get("criteria", [])
        return held

    def school(self, unit: int) -> str:
        return self.ladder.place(unit).name(self.phrases.lang)

    def said_of(self, each: Entry) -> str:
        return self.phrases("shortlists.is_chosen" if self.decision.is_chosen(each) else "shortlists.not_chosen")  # fmt: skip


def release_before(reader: Reader, one: Decision) -> Release | None:
    """The newest release of its year that had been signed when it was drawn up: so many had been, say its loads, whatever clocks say."""
    known = sorted(signed(reader), key=lambda each: each.signed_at)[: one.drawn.loads.get(RELEASE, 0)]  # fmt: skip
    return next((each for each in reversed(known) if each.year == one.drawn.subject.year), None)


def facts(record: Record) -> list[tuple[str, str]]:
    """What every figure of the record depends on, as label and text."""
    one, phrases = record.decision, record.phrases
    counts = one.drawn.said.get("counts", {})
    numbers = {name: plain(n) for name, n in (("all", counts.get("all", 0)), ("ranked", counts.get("ranked", 0)), ("chosen", len(one.chosen)), ("marked", len(_departed(record))))}  # fmt: skip
    said = [
        ("state", one.state.label.of(phrases.lang)),
        ("compared", phrases("shortlist_book.compared.of", **numbers)),
        ("wanted", phrases("shortlist_book.wanted.of", n=one.drawn.wanted)),
        ("version", phrases("paper.version.text", at=version(record), load=max(one.drawn.loads.values(), default=0))),
        ("release", release_text(record)),
        ("digest", one.digest),
    ]  # fmt: skip
    if one.replaces:
        said.insert(1, ("replaces", phrases("shortlists.replaces", id=one.replaces, reason=one.reason)))  # fmt: skip
    return [(phrases(f"shortlist_book.{name}"), text) for name, text in said]


def version(record: Record) -> str:
    """The moment whose figures were frozen, China time."""
    return second(record.decision.made_at)


def _departed(record: Record) -> list[Entry]:
    """Those of whom somebody said otherwise than the ranking."""
    one = record.decision
    return [each for each in one.drawn.entries if one.is_chosen(each) is not bool(each["first"])]


def release_text(record: Record) -> str:
    """The release that the figures are, or how far they have moved since; what is approved is compared with what is approved."""
    held, loads, phrases = record.release, record.decision.drawn.loads, record.phrases
    if held is None:
        return phrases("shortlist_book.release.none")
    moved = sum(
        loads.get(form, 0) != number for form, number in held.loads.items() if form != RELEASE
    )
    said = {"number": held.number, "name": held.name.of(phrases.lang), "n": moved}
    if held.basis != "approved":
        return phrases("shortlist_book.release.other", **said)
    return phrases("shortlist_book.release.moved" if moved else "shortlist_book.release.same", **said)  # fmt: skip


def signatures(record: Record) -> list[tuple[str, str, str, str]]:
    """Who drew it up and who signed it: duty, login, role, moment; "" where nobody has yet."""
    one, phrases = record.decision, record.phrases
    done = one.step(Deed.SIGN)
    first = (one.login, one.role, minute(one.made_at))
    second_one = (done.login, done.role, minute(done.at)) if done else ("", "", "")
    return [
        (phrases(f"shortlist_book.{duty}"), login, _role(role, phrases), at)
        for duty, (login, role, at) in (("drawn_by", first), ("signed_by", second_one))
    ]


def _role(role: str, phrases: Phrases) -> str:
    return Role(role).label.of(phrases.lang) if role in set(Role) else role


def limit_text(each: Mapping[str, Any]) -> str:
    """The limit as it held, such as ≥ 30; "" where nothing was asked."""
    asked = each.get("gate") or each.get("limit")
    return f"{'≤' if asked[1] == 'ceiling' else '≥'} {asked[0]:g}" if asked else ""


def limit_kind(record: Record, each: Mapping[str, Any]) -> str:
    """Whether the limit had to be reached, or the distance to it was measured, and its force."""
    asked = each.get("gate") or each.get("limit")
    if not asked:
        return ""
    kind = "gate" if each.get("gate") else "measured"
    return record.phrases(f"shortlist_book.limit.{kind}", force=record.phrases(f"force.{asked[2]}"))


def decimals_of(name: str) -> int:
    return metrics()[name].decimals if name in metrics() else 0


def values(each: Entry, record: Record) -> Iterator[tuple[str, float | None, float | None]]:
    """Name, value and points of every criterion at a school."""
    names = [one["name"] for one in record.criteria]
    yield from zip(names, each.get("values", []), each["points"], strict=False)


def about_purpose(record: Record) -> str:
    known = purposes().get(record.decision.drawn.subject.purpose)
    return known.about.of(record.phrases.lang) if known else ""


def deeds(record: Record) -> list[tuple[str, str, str, str, str]]:
    """Deed, school, reason, login and moment of everything that was done, the oldest first."""
    one = record.decision
    first = (record.phrases("shortlists.drafted"), "", one.reason, one.login, minute(one.made_at))
    return [first, *(_deed(record, step) for step in one.steps)]


def _deed(record: Record, step: Step) -> tuple[str, str, str, str, str]:
    school = record.school(step.school_id) if step.school_id else ""
    return step.deed.label.of(record.phrases.lang), school, step.reason, step.login, minute(step.at)
