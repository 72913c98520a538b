"""The forms of a school by domain: which domain comes first, what is open, and what each says of itself."""

from __future__ import annotations

import re
from datetime import date

import pytest

from dashboards.views.desk import Group, Line, groups, kind
from tests.readers import NOW, YEAR, Ministry, reopen
from warehouse.chain import Key, Standing, Step
from warehouse.chain_rules import Deed, State
from warehouse.discovery import domains, submitted_forms

TODAY = date(2026, 11, 20)
EARLY, LATER = date(2026, 11, 16), date(2026, 12, 31)
STEP = Step(
    deed=Deed.RETURN, before=State.HANDED_IN, after=State.RETURNED, login="test", role="reviewer", place_id=1, at=NOW, note="test",
    submission_id=1, content_hash="",
)  # fmt: skip


def line(form: str, state: State, due: date = LATER, *, back: bool = False) -> Line:
    standing = Standing(
        key=Key(form, 2026, 7), state=state, since=NOW, waits_at=7, actor=None, submission_id=1, content_hash="", path=(1, 7)
    )  # fmt: skip
    return Line(
        form=submitted_forms()[form], due=due, standing=standing, drafted=None, handed=None, back=STEP if back else None
    )  # fmt: skip


def names(found: list[Group]) -> list[str]:
    named = {domain: name for name, domain in domains().items()}
    return [named[one.domain] for one in found]


def test_what_came_back_stands_before_what_is_late_before_what_is_due() -> None:
    lines = [
        line("register", State.APPROVED), line("enrolment", State.MISSING, LATER), line("contest", State.HANDED_IN, EARLY),
        line("textbook", State.RETURNED, LATER, back=True), line("class_band", State.SIGNED, EARLY), line("destination", State.APPROVED),
        line("internship", State.REVIEWED),
    ]  # fmt: skip

    found = groups(lines, TODAY)

    assert names(found) == ["teaching", "moral", "general", "internship", "employment"]
    assert [each.form.name for each in found[0].lines] == ["textbook", "contest"]
    assert [one.is_pressing for one in found] == [True, True, False, False, False]
    assert [one.is_done for one in found] == [False, False, False, True, True]


def test_the_day_of_a_domain_is_the_next_of_what_is_left() -> None:
    lines = [
        line("register", State.APPROVED, date(2026, 11, 1)), line("finance", State.MISSING, EARLY),
        line("flow", State.RETURNED, LATER, back=True),
    ]  # fmt: skip
    (found,) = groups(lines, TODAY)

    assert found.first.form.name == "flow"
    assert found.next_due.form.name == "finance"


def test_of_two_equally_urgent_domains_the_earlier_declared_comes_first() -> None:
    lines = [line("destination", State.MISSING), line("staff", State.MISSING)]

    assert names(groups(lines, TODAY)) == ["general", "employment"]


@pytest.mark.parametrize(
    ("state", "due", "said"),
    [
        (State.MISSING, EARLY, "late"), (State.MISSING, LATER, "todo"), (State.CHECKED, EARLY, "late"),
        (State.HANDED_IN, EARLY, "review"), (State.APPROVED, EARLY, "approved"),
    ],
)  # fmt: skip
def test_each_form_is_of_one_kind(state: State, due: date, said: str) -> None:
    assert kind(line("finance", state, due), TODAY) == said


# -- on the page


@pytest.fixture
def returned(ministry: Ministry) -> int:
    school = ministry.at("school")
    reopen(ministry.worker, school)
    return school


def opened(page: str) -> list[bool]:
    return ["open" in each for each in re.findall(r"<details([^>]*class=\"dom\"[^>]*)>", page)]


def test_every_domain_stands_once_and_every_form_leads_to_its_page(
    ministry: Ministry, returned: int
) -> None:
    page = ministry.client("school").get(f"/zh/workspace/{returned}?year={YEAR}").text

    titles = re.findall(r"<h3>([^<]+)</h3>", page)
    assert sorted(titles) == sorted(one.label.zh for one in domains().values())
    assert opened(page) == [True] * len(titles)  # all of them came back
    for name, form in submitted_forms().items():
        assert re.search(rf'href="[^"]*/fill/{returned}[^"]*form={name}[^"]*"[^>]*>{form.title.zh}<', page)  # fmt: skip


@pytest.mark.parametrize(("lang", "said"), [("zh", "已报 0/6"), ("en", "0/6 handed in")])
def test_beside_a_form_the_others_stand_by_domain_and_its_own_is_open(
    ministry: Ministry, returned: int, lang: str, said: str
) -> None:
    page = ministry.client("school").get(f"/{lang}/fill/{returned}?year={YEAR}&form=staff").text

    assert opened(page).count(True) == 1
    own = re.search(r'<details[^>]*class="dom"[^>]*open[^>]*>.*?</details>', page, re.DOTALL)
    own = own or re.search(r'<details[^>]*open[^>]*class="dom"[^>]*>.*?</details>', page, re.DOTALL)
    assert own
    assert 'aria-current="page"' in own[0]
    assert said in own[0]
