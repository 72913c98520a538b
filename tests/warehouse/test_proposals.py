"""Settings that move numbers: two people, a reason, no open period; and the trail finds every other way of changing them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, opened, register
from warehouse import data_check, roles
from warehouse.chain import choices_of, chosen
from warehouse.crypto import Suite, suite
from warehouse.data_check import check_data, sign_law
from warehouse.errors import ProposalRefused
from warehouse.places import NATION, Rung
from warehouse.proposals import Wanted, decide, detail_of, first_year, listed, object_of, propose
from warehouse.scope import Scope
from warehouse.store import Warehouse
from warehouse.trail import Line, write

pytestmark = pytest.mark.mlps("M10", "M22")
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NEXT = 2027
HUNAN, GUANGDONG = 430000, 440000
REASON = "the counties have no reviewers yet"


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    opened_ = Warehouse(database.worker_url, "zhijian_worker")
    register(opened_, [opened("3643000001", CHANGSHA), opened("3644000001", GUANGZHOU)])
    yield opened_
    opened_.close()


@pytest.fixture
def web(database: Database, worker: Warehouse) -> Iterator[Warehouse]:
    worker.refresh()
    opened_ = Warehouse(database.web_url)
    yield opened_
    opened_.close()


def province(web: Warehouse, code: int) -> int:
    return web.ladder.named(str(code))


def scope(web: Warehouse, login: str, office: str, place: int = NATION) -> Scope:
    return web.scope(login, place, "records", office)


def wanted(web: Warehouse, code: int = HUNAN, value: str = "province", year: int = NEXT, reason: str = REASON) -> Wanted:  # fmt: skip
    return Wanted(name="review_steps", place_id=province(web, code), value=value, from_year=year, reason=reason)  # fmt: skip


def proposed(web: Warehouse, login: str = "system", office: str = "system_admin", place: int = NATION, **said: object) -> int:  # fmt: skip
    with web.acting(scope(web, login, office, place)) as writer:
        return propose(writer, login, wanted(web, **said), web.ladder, NOW)  # type: ignore[arg-type]  # options of wanted


def decided(
    web: Warehouse, number: int, login: str = "security", office: str = "security_admin", place: int = NATION,
    *, is_confirmed: bool = True, now: datetime = NOW,
) -> None:  # fmt: skip
    """As the action does it: with its line in the same transaction."""
    with web.acting(scope(web, login, office, place)) as writer:
        one = decide(writer, login, number, is_confirmed=is_confirmed, now=now)
        event = "confirm_setting" if is_confirmed else "decline_setting"
        write(writer, Line(login=login, address="", event=event, object=object_of(one), succeeded=True, detail=detail_of(one)))  # fmt: skip


def rungs(web: Warehouse, year: int) -> tuple[Rung, ...]:
    with web.reading(web.everything()) as reader:
        return chosen(choices_of(reader), province(web, HUNAN), year)


def test_what_two_people_agree_on_holds_from_its_year_and_not_before(web: Warehouse) -> None:
    decided(web, proposed(web))

    assert rungs(web, NEXT - 1) == (Rung.COUNTY, Rung.PROVINCE)
    assert rungs(web, NEXT) == rungs(web, NEXT + 3) == (Rung.PROVINCE,)


def test_what_is_declined_changes_nothing(web: Warehouse) -> None:
    decided(web, proposed(web), is_confirmed=False)

    assert rungs(web, NEXT + 3) == (Rung.COUNTY, Rung.PROVINCE)


@pytest.mark.parametrize("year", [2020, 2025, 2026, 2040])
def test_no_open_or_earlier_period_is_changed(web: Warehouse, year: int) -> None:
    assert first_year(date(2026, 11, 20)) == NEXT
    with pytest.raises(ProposalRefused, match="from 2027"):
        proposed(web, year=year)


def test_a_proposal_that_waited_until_its_period_opened_is_not_confirmed(web: Warehouse) -> None:
    number = proposed(web)

    with pytest.raises(ProposalRefused, match="from 2028"):
        decided(web, number, now=datetime(2027, 9, 2, tzinfo=UTC))
    assert rungs(web, NEXT) == (Rung.COUNTY, Rung.PROVINCE)


def test_nobody_decides_the_own_proposal(web: Warehouse, database: Database) -> None:
    number = proposed(web, login="both")

    with pytest.raises(ProposalRefused, match="somebody else"):
        decided(web, number, login="both")
    with roles.connect(database.owner_url) as owner, pytest.raises(Exception, match="two_people"):
        owner.execute("UPDATE proposal SET state = 'confirmed', decided_by = 'both', decided_at = now()")  # fmt: skip


def test_a_province_proposes_for_itself_and_for_nobody_else(web: Warehouse) -> None:
    own = province(web, HUNAN)

    decided(web, proposed(web, login="reviewer", office="", place=own))

    assert rungs(web, NEXT) == (Rung.PROVINCE,)
    with pytest.raises(Exception, match="row-level security"):
        proposed(web, login="reviewer", office="", place=own, code=GUANGDONG)


@pytest.mark.parametrize("office", ["security_admin", "audit_admin", "", "statistician"])
def test_only_a_system_administrator_proposes(web: Warehouse, office: str) -> None:
    with pytest.raises(Exception, match=r"row-level security|permission denied"):
        proposed(web, login="x", office=office)


@pytest.mark.parametrize("office", ["system_admin", "audit_admin", ""])
def test_only_a_security_administrator_decides(web: Warehouse, office: str) -> None:
    number = proposed(web)

    with pytest.raises(ProposalRefused):
        decided(web, number, login="x", office=office)
    assert rungs(web, NEXT) == (Rung.COUNTY, Rung.PROVINCE)


def test_administrators_of_a_province_reach_their_own_only(web: Warehouse) -> None:
    sister = province(web, GUANGDONG)
    number = proposed(web)

    with pytest.raises(Exception, match="row-level security"):
        proposed(web, place=sister)
    with pytest.raises(ProposalRefused, match="open"):
        decided(web, number, place=sister)
    with web.reading(scope(web, "s", "security_admin", sister)) as reader:
        assert listed(reader) == []
    own = proposed(web, place=sister, code=GUANGDONG)
    decided(web, own, place=sister)


def test_no_administrator_writes_a_choice_beside_a_proposal(web: Warehouse) -> None:
    statement = "INSERT INTO review_choice VALUES (:place, 2026, 'province', :who, now())"
    for office in ("system_admin", "", "audit_admin", "security_admin"):
        with pytest.raises(Exception, match=r"row-level security|may not"), web.acting(scope(web, "x", office)) as writer:  # fmt: skip
            writer.run(statement, place=province(web, HUNAN), who="x")


@pytest.mark.parametrize(
    ("said", "told"),
    [({"value": "nobody"}, "no such setting"), ({"reason": "short"}, "reason"), ({"reason": "x" * 501}, "reason"),
     ({"value": "county,province"}, "already")],
)  # fmt: skip
def test_nonsense_is_refused_in_words(web: Warehouse, said: dict[str, str], told: str) -> None:
    with pytest.raises(ProposalRefused, match=told):
        proposed(web, **said)  # type: ignore[arg-type]  # options of wanted


def test_a_second_proposal_waits_for_the_first(web: Warehouse) -> None:
    proposed(web)

    with pytest.raises(ProposalRefused, match="is open"):
        proposed(web, value="county")


def test_what_was_decided_is_never_changed_even_by_the_owner(web: Warehouse, database: Database) -> None:  # fmt: skip
    decided(web, proposed(web))

    with roles.connect(database.owner_url) as owner:
        for statement in ("UPDATE proposal SET after = 'county'", "DELETE FROM proposal", "TRUNCATE proposal",
                          "UPDATE proposal SET reason = 'another'"):  # fmt: skip
            with pytest.raises(Exception, match="decided once"):
                owner.execute(statement.encode())


# -- integrity


@pytest.fixture
def ours(tmp_path: Path) -> Suite:
    return suite("national", tmp_path / "keys")


def test_data_as_it_was_put_in_has_no_fault(worker: Warehouse, web: Warehouse, ours: Suite, tmp_path: Path) -> None:  # fmt: skip
    sign_law(ours, tmp_path)
    worker.set("synthetic", "1")
    worker.set("today", "2026-11-20")
    worker.set("today", "2026-11-21")
    decided(web, proposed(web))

    assert check_data(worker, ours, tmp_path) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [("UPDATE setting SET value = '2020-01-01' WHERE name = 'today'", "setting today"), ("DELETE FROM setting", "setting today"),
     ("INSERT INTO setting VALUES ('more', '1')", "setting more"), ("UPDATE review_choice SET rungs = 'county'", "review_steps/"),
     ("UPDATE review_choice SET from_year = 2026", "review_steps/"), ("DELETE FROM review_choice", "review_steps/")],
)  # fmt: skip
def test_a_setting_changed_beside_the_trail_is_found(
    worker: Warehouse, web: Warehouse, database: Database, ours: Suite, tmp_path: Path, statement: str, told: str
) -> None:  # fmt: skip
    sign_law(ours, tmp_path)
    worker.set("today", "2026-11-20")
    decided(web, proposed(web))
    with roles.connect(database.owner_url) as owner:
        owner.execute(statement.encode())

    assert any(told in fault.en for fault in check_data(worker, ours, tmp_path))


def test_a_changed_law_or_manifest_is_found(
    worker: Warehouse, ours: Suite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no manifest" in check_data(worker, ours, tmp_path)[0].en
    sign_law(ours, tmp_path)
    assert check_data(worker, ours, tmp_path) == []

    law = data_check._law()
    monkeypatch.setattr(data_check, "_law", lambda: law.replace(b",must,", b",target,", 1))
    assert "law was changed" in check_data(worker, ours, tmp_path)[0].en
    sign_law(suite("national", tmp_path / "other"), tmp_path)
    assert "no valid signature" in check_data(worker, ours, tmp_path)[0].en


def test_a_change_whose_line_cannot_be_written_does_not_happen(web: Warehouse, database: Database) -> None:  # fmt: skip
    number = proposed(web)
    with roles.connect(database.owner_url) as owner:
        owner.execute("REVOKE INSERT ON audit FROM zhijian_web")
        owner.execute("REVOKE INSERT (login, address, request_id, event, object, succeeded, detail) ON audit FROM zhijian_web")  # fmt: skip
        with pytest.raises(sa.exc.DBAPIError, match="permission denied"):
            decided(web, number)

    assert rungs(web, NEXT) == (Rung.COUNTY, Rung.PROVINCE)
