"""What the page of shortlists looks at: a purpose with its weights, the list, and what was decided so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dashboards import weights as words
from dashboards.address import BasisName
from dashboards.i18n import Phrases
from dashboards.page import Visit
from dashboards.views.accounts import place_of
from metrics import specialties
from metrics.shortlists import population
from metrics.shortlists.discovery import purposes
from metrics.shortlists.population import Population
from metrics.shortlists.purpose import Criterion, Purpose
from metrics.shortlists.reading import Sources, Wanted, question_of, read_for
from metrics.shortlists.shortlist import Read, Shortlist, drawn_up
from metrics.specialty_values import is_specialty
from warehouse.codes import majors
from warehouse.codes import specialties as all_specialties
from warehouse.conflicts import records
from warehouse.rights import Right
from warehouse.shortlist_rules import Decision, Step, Subject
from warehouse.shortlists import decisions

BASIS: BasisName = "approved"


@dataclass(frozen=True)
class Known:
    """The list that an address asks for, drawn up from approved figures, and the decisions of its place, year and purpose."""

    visit: Visit
    purpose: Purpose
    member: str
    members: Sequence[tuple[str, int]]
    weights: Mapping[str, int]
    population: Population
    read: Read
    found: Shortlist
    decisions: Sequence[Decision]

    @property
    def is_own(self) -> bool:
        """Whether the reader changed a weight."""
        return dict(self.weights) != self.purpose.weights

    @property
    def title(self) -> str:
        """The purpose, with the class that is compared."""
        label = self.purpose.label.of(self.visit.lang)
        return self.visit.phrases("shortlists.of", purpose=label, member=member_text(self.visit.phrases, self.member)) if self.member else label  # fmt: skip

    @property
    def subject(self) -> Subject:
        """What a decision on this list is about."""
        return Subject(place_of(self.visit).place_id, self.visit.year, self.purpose.name, self.member, population.written(self.population))  # fmt: skip

    @cached_property
    def risks(self) -> dict[int, Step]:
        """School -> the forecast that somebody confirmed in a decision on this list."""
        return {school: step for one in reversed(self.decisions) for school, step in one.risks.items()}  # fmt: skip

    @property
    def may_decide(self) -> bool:
        """Whether the reader may draw up a decision here: the rights to, and figures of now."""
        return Right.DISPATCH in self.visit.rights and not self.visit.address.asof

    def own(self, **changes: object) -> str:
        """The same page with some of its address changed."""
        said = {"view": self.purpose.name, "member": self.member, "population": population.written(self.population), "item": "", **changes}  # fmt: skip
        return self.visit.address.to(**said)

    def source(self, school: int, one: Criterion) -> str:
        """Where the value of a criterion at a school comes from: the number opened on the school's page, of a class the table of its classes, of a
        specialty what the school offers of it.
        """
        address = self.visit.address
        if one.counted:
            return address.on("cases", school, view="all") if one.counted == "confirmed" else address.on("alerts", school, view="breach")  # fmt: skip
        if is_specialty(self.member):
            return address.on("specialties", school, basis=BASIS, item=self.member)
        if self.purpose.cut:
            return address.on("build", school, basis=BASIS, metrics=one.metric, cut=self.purpose.cut, years=str(self.visit.year))  # fmt: skip
        return address.on("place", school, basis=BASIS, source=one.metric)


def found(visit: Visit) -> Known:
    """As the address asks; the first purpose, and of specialties the class that most schools offer, where it asks for none."""
    known = purposes()
    purpose = known.get(visit.address.view) or next(iter(known.values()))
    place, year = place_of(visit).place_id, visit.year
    members = _members(visit, purpose) if purpose.cut else []
    member = next((code for code, _ in members if code == visit.address.member), members[0][0] if members else "")  # fmt: skip
    weights = words.read(visit.address.weights, purpose.weights)
    asked = replace(question_of(purpose, place, year), boundary=visit.address.bounds)
    of = Sources(visit.reader, visit.ladder, visit.asking.by_unit, records(visit.reader, place, year), replace(visit.at, basis=BASIS))  # fmt: skip
    among = population.read(visit.address.population)
    read = read_for(purpose, asked, Wanted(member, among), of)
    listed = decisions(visit.reader, place, year, purpose.name)
    return Known(visit, purpose, member, members, weights, among, read, drawn_up(purpose, weights, read), listed)  # fmt: skip


def _members(visit: Visit, purpose: Purpose) -> list[tuple[str, int]]:
    """The classes that are offered with their students, the largest first, and under each its specialties in the same order."""
    place, year = place_of(visit).place_id, visit.year
    asked = replace(question_of(purpose, place, year), metrics=(purpose.offered_by,), boundary=visit.address.bounds)  # fmt: skip
    classes = visit.ask(asked).members(purpose.offered_by, place, year)
    offered = specialties.by_specialty(specialties.supply(visit.reader, place, [year], replace(visit.at, basis=BASIS)), year)  # fmt: skip
    known = [(one["specialty"], one["students"]) for one in offered.iter_rows(named=True) if one["students"]]  # fmt: skip
    found: list[tuple[str, int]] = []
    for code, cell in sorted(classes, key=lambda pair: (-(pair[1].value or 0), pair[0])):
        if cell.value:
            found += [
                (code, int(cell.value)),
                *(each for each in known if each[0].startswith(code)),
            ]
    return found


def member_text(phrases: Phrases, member: str) -> str:
    """A class of specialties, or a specialty with its code, in words."""
    label = (majors().labels.get(member) or all_specialties().labels[member]).of(phrases.lang)
    return phrases("shortlists.specialty", code=member, name=label) if is_specialty(member) else label  # fmt: skip
