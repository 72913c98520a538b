"""Everybody who could ask: each role where it stands, and the places around it."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboards.api.problem import MEDIA
from tests.readers import YEAR, Ministry
from tests.security.expected import SCHOOLS, Answer
from warehouse.places import NATION, Rung
from warehouse.rights import Role

STANDING = [
    *((role, Rung.SCHOOL) for role in Role if role in SCHOOLS),
    *((role, rung) for role in Role if role not in SCHOOLS for rung in (Rung.NATION, Rung.PROVINCE, Rung.PREFECTURE, Rung.COUNTY)),
]  # fmt: skip
REFUSAL, ABSENCE = "无权查看这一页", "没有这一页"


@dataclass(frozen=True)
class People:
    """The readers of a ministry by role and rung; each is appointed and signed in once."""

    ministry: Ministry
    known: dict[tuple[Role, Rung], FlaskClient] = field(default_factory=dict)

    def client(self, role: Role, rung: Rung) -> FlaskClient:
        if (role, rung) not in self.known:
            self.known[role, rung] = self.ministry.appointed(role, self.home(rung))
        return self.known[role, rung]

    def home(self, rung: Rung) -> int:
        """Where a reader of that rung stands."""
        standing = {
            Rung.NATION: "ministry", Rung.PROVINCE: "province", Rung.PREFECTURE: "prefecture-reviewer",
            Rung.COUNTY: "county", Rung.SCHOOL: "school",
        }  # fmt: skip
        return self.ministry.at(standing[rung])

    def around(self, rung: Rung) -> dict[str, int]:
        """Places by what they are to a reader of that rung; what there is none of is left out."""
        home = self.home(rung)
        above = self.ministry.web.ladder.ancestors(home)[-1:]
        siblings = [child for one in above for child in self._children(one)]
        beside = [one for one in siblings if one != home and self._rung(one) is rung]
        found = {
            "own": [home], "above": above, "inside": self._offices(home),
            "inside beside": [child for one in beside for child in self._offices(one)],
            "beside": [] if rung is Rung.SCHOOL else beside,
            "school inside": [] if rung is Rung.SCHOOL else self._schools(home, inside=True),
            "school beside": self._schools(home, inside=False),
        }  # fmt: skip
        return {where: places[0] for where, places in found.items() if places}

    def _schools(self, home: int, *, inside: bool) -> list[int]:
        """The schools below one's own place, or those outside it, the nearest first."""
        ladder = self.ministry.web.ladder
        above = set(ladder.place(home).path)
        schools = [
            ladder.place(one) for one in ladder.parents[YEAR] if self._rung(one) is Rung.SCHOOL
        ]
        wanted = [row for row in schools if (home in (NATION, *row.path)) is inside]
        wanted.sort(key=lambda row: (-len(above & set(row.path)), row.place_id))
        return [row.place_id for row in wanted]

    def _offices(self, place: int) -> list[int]:
        """The places right below one that are no schools and have some."""
        ladder = self.ministry.web.ladder
        return [
            one
            for one in self._children(place)
            if self._rung(one) is not Rung.SCHOOL and ladder.units(one, YEAR)
        ]

    def _rung(self, place: int) -> Rung:
        return self.ministry.web.ladder.rung(place)

    def _children(self, place: int) -> list[int]:
        return self.ministry.web.ladder.children(place, YEAR)


def read(answer: TestResponse, mark: str = "") -> Answer:
    """What an answer was, by where it leads or what stands in it."""
    if answer.status_code == 401 and answer.mimetype == MEDIA:
        return Answer.TOKEN
    if answer.status_code == 401 or answer.headers.get("Location", "").startswith("/sign-in"):
        return Answer.SIGN_IN
    if answer.status_code == 302:
        return Answer.OPEN
    return of_text(answer.status_code, answer.get_data().decode(errors="replace"), mark)


def of_text(status: int, text: str, mark: str = "") -> Answer:
    """What a page says of itself. `mark` is the id of an element that only readers of records are given."""
    for told, words, code in ((Answer.REFUSED, REFUSAL, 403), (Answer.NOTHING, ABSENCE, 404)):
        if words in text or status == code:
            return told
    assert status == 200, status
    is_marked = f'"id": "{mark}"' in text or f'id="{mark}"' in text
    return Answer.RECORDS if is_marked or not mark else Answer.PUBLISHED
