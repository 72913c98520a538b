"""Decisions on shortlists: two people, a reason wherever somebody departs from the ranking, nothing changed once it is signed, and nobody else's business."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.factories import NOW
from tests.warehouse.chain_world import FURONG, HUNAN, NO_PASSWORD, YEAR, World, world
from warehouse import roles, shortlists
from warehouse.conflicts import records
from warehouse.errors import ShortlistRefused
from warehouse.flag_writing import Book, framed
from warehouse.flags import Found, Judgement, Round
from warehouse.rights import Role
from warehouse.shortlist_rules import Decision, Deed, Drawn, Outcome, State, Subject
from warehouse.shortlists import decision, outcomes
from warehouse.text import Text

WHY = "实地核查后认为符合条件（合成）"
AGAINST = [{"kind": "open_case", "rule": "A9", "number": "HC-2026-00000001"}]


def entry(unit: int, rank: int | None, *, first: bool, against: Any = ()) -> dict[str, Any]:
    return {"unit": unit, "rank": rank, "total": 71.5, "points": [100.0, 37.5], "against": list(against), "first": first}  # fmt: skip


class Lists:
    """The little ministry, and what its people do with lists of Hunan's two schools."""

    def __init__(self, world: World, purpose: str) -> None:
        self.world, self.purpose = world, purpose
        self.one, self.two, self.other = world.schools

    def drawn(self, *entries: dict[str, Any], place: int = HUNAN, wanted: int = 1) -> Drawn:
        made = entries or (entry(self.one, 1, first=True), entry(self.two, 2, first=False))
        return Drawn(Subject(place, YEAR, self.purpose, ""), wanted, {"weights": {"retention": 1}}, {"enrolment": 3}, made)  # fmt: skip

    def draft(self, person: str = "supervisor", drawn: Drawn | None = None, reason: str = "") -> Decision:  # fmt: skip
        made: Decision = self.world.does(person, lambda writer, who: shortlists.draft(writer, self.world.web.ladder, who, drawn or self.drawn(), reason, NOW))  # fmt: skip
        return made

    def mark(self, person: str, held: Decision, deed: Deed, school: int, reason: str = WHY) -> Decision:  # fmt: skip
        made: Decision = self.world.does(person, shortlists.mark, held.number_id, deed, school, reason, NOW)  # fmt: skip
        return made

    def act(self, person: str, held: Decision, deed: Deed, reason: str = "") -> Decision:
        made: Decision = self.world.does(person, shortlists.act, held.number_id, deed, reason, NOW)
        return made

    def signed(self, held: Decision) -> Decision:
        self.act("supervisor", held, Deed.SUBMIT)
        return self.act("hunan", held, Deed.SIGN)

    def seen(self, person: str, held: Decision) -> Decision | None:
        who = self.world.people[person]
        with self.world.web.reading(self.world.web.scope(who.login, who.place_id)) as reader:
            return decision(reader, held.number_id)

    def outcomes(self, person: str, school: int) -> list[Outcome]:
        who = self.world.people[person]
        with self.world.web.reading(self.world.web.scope(who.login, who.place_id)) as reader:
            return [one for one in outcomes(reader, school) if one.subject.purpose == self.purpose]

    def told(self, login: str) -> list[str]:
        asked = sa.text("SELECT object FROM notice WHERE login = :login AND kind = 'shortlist' ORDER BY notice_id")  # fmt: skip
        with self.world.worker.writing() as writer:
            return [row.object for row in writer.rows(asked, login=login)]


@pytest.fixture(scope="module")
def them(module_database: Database) -> Iterator[World]:
    made = world(module_database)
    yield made
    made.worker.close()
    made.web.close()


@pytest.fixture
def lists(them: World, request: pytest.FixtureRequest) -> Lists:
    """Each test decides for a purpose of its own."""
    return Lists(them, str(request.node.name)[:60])


def refused(words: str) -> Any:
    return pytest.raises(ShortlistRefused, match=words)


def test_one_draws_up_another_signs_and_the_schools_are_told(lists: Lists) -> None:
    before = lists.told("head1")
    held = lists.draft()
    assert (held.number, held.state) == (f"LX-2026-{held.number_id:08d}", State.DRAFT)
    with refused("起草|second|elsewhere"):
        lists.act("hunan", held, Deed.SIGN)
    lists.act("supervisor", held, Deed.SUBMIT)
    with refused("does not sign"):
        lists.act("supervisor", held, Deed.SIGN)
    signed = lists.act("hunan", held, Deed.SIGN)

    assert signed.state is State.SIGNED
    assert signed.drawn == held.drawn
    assert [(one.deed, one.login) for one in signed.steps] == [(Deed.SUBMIT, "supervisor"), (Deed.SIGN, "hunan")]  # fmt: skip
    page = f"/shortlists/{HUNAN}?year={YEAR}&item={held.number_id}&view={lists.purpose}"
    assert [lists.told(name).count(page) for name in ("hunan", "supervisor", "furong")] == [1, 2, 0]
    assert f"/shortlists/{lists.one}?year={YEAR}" in lists.told("head0")
    assert lists.told("head1") == before


def test_departing_from_the_ranking_takes_a_reason(lists: Lists) -> None:
    held = lists.draft()
    for reason in ("", "太短", "长" * 501):
        with refused("10 to 500"):
            lists.mark("supervisor", held, Deed.SKIP, lists.one, reason)
    with refused("not in the list"):
        lists.mark("supervisor", held, Deed.CHOOSE, lists.other)
    lists.mark("supervisor", held, Deed.SKIP, lists.one)
    with refused("No school is chosen"):
        lists.act("supervisor", held, Deed.SUBMIT)
    changed = lists.mark("supervisor", held, Deed.CHOOSE, lists.two)
    assert [one["unit"] for one in changed.chosen] == [lists.two]
    # The newest word counts.
    assert lists.mark("supervisor", held, Deed.CHOOSE, lists.one).is_chosen(changed.drawn.entries[0])  # fmt: skip


def test_whoever_has_something_against_it_is_chosen_with_a_reason_or_not(lists: Lists) -> None:
    conflicted = lists.drawn(entry(lists.one, 1, first=True, against=AGAINST), entry(lists.two, 2, first=False))  # fmt: skip
    held = lists.draft(drawn=conflicted)
    assert [one["unit"] for one in held.unexplained] == [lists.one]
    with refused("something stands against"):
        lists.act("supervisor", held, Deed.SUBMIT)
    with pytest.raises(sa.exc.DBAPIError, match="with a reason"):
        _by_hand(lists, held, "submit")
    lists.mark("supervisor", held, Deed.CHOOSE, lists.one)

    assert lists.signed(held).marks[lists.one].reason == WHY


def _by_hand(lists: Lists, held: Decision, deed: str, person: str = "supervisor") -> None:
    """A step past the rules of Python, as the web's own role."""
    who = lists.world.people[person]
    with lists.world.web.acting(lists.world.web.scope(who.login, who.place_id)) as writer:
        writer.run(
            "INSERT INTO shortlist_step (shortlist_id, deed, reason, digest, said_zh, said_en, login, role, at, path) "
            "SELECT shortlist_id, :deed, :why, digest, '', '', :login, :role, now(), path FROM shortlist WHERE shortlist_id = :number",
            deed=deed, why=WHY, login=who.login, role=who.role.value, number=held.number_id,
        )  # fmt: skip


def test_a_returned_draft_is_changed_and_submitted_again(lists: Lists) -> None:
    held = lists.draft()
    lists.act("supervisor", held, Deed.SUBMIT)
    with refused("elsewhere"):
        lists.mark("supervisor", held, Deed.SKIP, lists.one)
    with refused("10 to 500"):
        lists.act("hunan", held, Deed.RETURN)
    assert lists.act("hunan", held, Deed.RETURN, WHY).state is State.RETURNED
    lists.mark("supervisor", held, Deed.CHOOSE, lists.two)

    signed = lists.signed(held)
    assert [one["unit"] for one in signed.chosen] == [lists.one, lists.two]
    withdrawn = lists.draft(reason="补充材料后重新评议（合成）")
    assert lists.act("supervisor", withdrawn, Deed.WITHDRAW, WHY).state is State.WITHDRAWN


def test_what_is_signed_stays_and_is_reopened_only_by_a_new_decision_that_names_it(
    lists: Lists, module_database: Database
) -> None:
    first = lists.signed(lists.draft())
    for person, deed in (("supervisor", Deed.WITHDRAW), ("supervisor", Deed.SUBMIT), ("hunan", Deed.RETURN)):  # fmt: skip
        with refused("signed and stays"):
            lists.act(person, first, deed, WHY)
    with refused("signed and stays"):
        lists.mark("supervisor", first, Deed.SKIP, lists.one)
    with pytest.raises(sa.exc.DBAPIError, match="closed"):
        _by_hand(lists, first, "return", "hunan")
    with roles.connect(module_database.owner_url) as owner:
        for statement in ("UPDATE shortlist SET wanted = 2", "DELETE FROM shortlist_step", "UPDATE shortlist_outcome SET is_chosen = false", "TRUNCATE shortlist CASCADE"):  # fmt: skip
            with pytest.raises(psycopg.errors.RaiseException, match="stay as they are"), owner.transaction():  # fmt: skip
                owner.execute(statement)

    with refused("decide anew"):
        lists.draft()
    second, third = (lists.draft(reason="学校数据更正后重新评议（合成）") for _ in range(2))
    assert second.replaces == first.number_id
    lists.act("supervisor", third, Deed.SUBMIT)
    assert lists.signed(second).state is State.SIGNED
    with refused("signed meanwhile"):
        lists.act("hunan", third, Deed.SIGN)
    with pytest.raises(sa.exc.DBAPIError, match="signed meanwhile"):
        _by_hand(lists, third, "sign", "hunan")


def test_only_a_forecast_that_stands_is_confirmed(lists: Lists) -> None:
    held = lists.draft()
    with refused("no forecast"):
        lists.mark("supervisor", held, Deed.CONFIRM_RISK, lists.one)
    said = Text("一年内可能不达标（合成）", "may fall below a minimum within a year (synthetic)")
    one = Round(kind="whole", began_at=NOW, years=(YEAR,), loads={})
    with lists.world.worker.writing() as writer:
        book = Book.opened(writer, one, [Judgement.RISK])
        book.keep(framed([Found(Judgement.RISK, lists.one, YEAR, "falls.1", "risk", True, 0.4, said, {})]))  # fmt: skip
        book.close(NOW, {})
    for scope in ((HUNAN, "supervisor"), (1, "nation")):
        with lists.world.web.reading(lists.world.web.scope(scope[1], scope[0])) as reader:
            assert (
                records(reader, scope[0], YEAR) == {}
            )  # a forecast is no conflict and counts for nothing

    confirmed = lists.mark("supervisor", held, Deed.CONFIRM_RISK, lists.one)
    assert {school: (step.said, step.login) for school, step in confirmed.risks.items()} == {lists.one: (said, "supervisor")}  # fmt: skip
    assert confirmed.chosen == held.chosen


def test_a_school_reads_what_was_decided_about_itself_once_it_is_signed(lists: Lists) -> None:
    held = lists.draft()
    lists.mark("supervisor", held, Deed.SKIP, lists.two)
    assert lists.outcomes("head0", lists.one) == []
    lists.signed(held)

    (mine,) = lists.outcomes("head0", lists.one)
    assert (mine.is_chosen, mine.reason, mine.subject) == (True, "", held.drawn.subject)
    assert [(one.is_chosen, one.reason) for one in lists.outcomes("head1", lists.two)] == [(False, WHY)]  # fmt: skip
    assert lists.outcomes("head0", lists.two) == lists.outcomes("guangdong", lists.one) == []
    assert lists.seen("head0", held) is None


def test_neither_beside_nor_below_is_anything_read_or_decided(lists: Lists) -> None:
    held = lists.draft()
    for person in ("guangdong", "furong", "changsha", "head0"):
        assert lists.seen(person, held) is None
        with refused("not yours|outside"):
            lists.act(person, held, Deed.SIGN)
        with refused("outside"):
            lists.draft(person)
    assert lists.seen("nation", held) == held
    with pytest.raises(sa.exc.DBAPIError, match="its own place"):
        lists.draft("supervisor", lists.drawn(entry(lists.other, 1, first=True)))
    lists.act("supervisor", held, Deed.SUBMIT)
    assert lists.act("nation", held, Deed.SIGN).state is State.SIGNED
    county = lists.draft("furong", lists.drawn(entry(lists.one, 1, first=True), place=FURONG))
    assert lists.seen("supervisor", county) == county


@pytest.mark.parametrize("wanted", [0, 201])
def test_a_list_is_bounded(lists: Lists, wanted: int) -> None:
    with refused("Between 1 and 200"):
        lists.draft(drawn=lists.drawn(wanted=wanted))


def test_an_analyst_decides_nothing_whatever_it_claims(lists: Lists) -> None:
    lists.world.worker.keep_account(
        login="analyst", role=Role.ANALYST.value, place_id=HUNAN, depth="published", name_zh="analyst", name_en="analyst", password_hash=NO_PASSWORD,
    )  # fmt: skip
    held = lists.draft()
    scope = lists.world.web.scope("analyst", HUNAN)
    with (
        pytest.raises(sa.exc.DBAPIError, match="may not decide"),
        lists.world.web.acting(scope) as writer,
    ):
        writer.run(
            "INSERT INTO shortlist_step (shortlist_id, deed, reason, digest, said_zh, said_en, login, role, at, path) "
            "SELECT :number, 'sign', '', :digest, '', '', 'analyst', 'supervisor', now(), CAST(:path AS int[])",
            number=held.number_id,
            digest=held.digest,
            path=[HUNAN],
        )
