"""The pages of the review chain: queue, one form, comparison; what is posted from them moves the form on."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from tests.factories import batch, students
from tests.readers import YEAR, Ministry, reopen
from warehouse import chain
from warehouse.chain import Key
from warehouse.discovery import form
from warehouse.rights import Role

ENROLMENT = form("enrolment")


@dataclass(frozen=True)
class Chain:
    """A school whose enrolment was reopened, and the people around it."""

    ministry: Ministry
    school: int
    county: int
    province: int

    def client(self, role: Role, place: int) -> FlaskClient:
        return self.ministry.appointed(role, place)

    def fill(self, **cells: int) -> None:
        self.ministry.worker.record(batch(ENROLMENT, YEAR, {self.school: students(**cells)}))

    def address(self, lang: str = "zh", page: str = "review", **options: str) -> str:
        said = "".join(f"&{name}={value}" for name, value in options.items())
        return f"/{lang}/{page}/{self.school}?year={YEAR}&form=enrolment{said}"

    def state(self) -> str:
        with self.ministry.worker.writing() as writer:
            return chain.standing(writer, Key("enrolment", YEAR, self.school)).state.value

    def token(self) -> str:
        with self.ministry.worker.writing() as writer:
            found = chain.standing(writer, Key("enrolment", YEAR, self.school))
        return f"enrolment-{YEAR}-{self.school}-{found.submission_id}"

    def post(self, client: FlaskClient, action: str, **said: str) -> str:
        """Post an action as its page does; what the next page says is returned."""
        with client.session_transaction() as session:
            token = session["csrf"]
        form_ = {"csrf": token, "back": self.address(), "pick": self.token(), **said}
        answer = client.post(f"/do/{action}", data=form_)
        assert answer.status_code == 303
        told = re.search(
            r'<p id="said" class="(\w+)"[^>]*>([^<]*)', client.get(self.address()).text
        )
        assert told
        return f"{told[1]}: {told[2]}"


@pytest.fixture(scope="module")
def them(ministry: Ministry) -> Chain:
    school, county = ministry.at("school"), ministry.at("county")
    reopen(ministry.worker, school)
    made = Chain(ministry, school, county, ministry.web.ladder.place(school).path[0])
    made.fill(g1=100, g2=90)
    return made


def test_a_form_is_signed_returned_corrected_and_approved_through_the_pages(them: Chain) -> None:
    people = [
        (Role.STATISTICIAN, "sign_forms"),
        (Role.SCHOOL_REVIEWER, "check_forms"),
        (Role.HEAD, "confirm_forms"),
    ]
    school = {role: them.client(role, them.school) for role, _ in people}
    county, province = (them.client(Role.REVIEWER, at) for at in (them.county, them.province))
    for role, name in people:
        assert them.post(school[role], name).startswith("done")
    queue = county.get(f"/zh/queue?year={YEAR}").text
    assert them.token() in queue
    assert "1 份报表等您审核" in queue

    assert "须写明理由" in them.post(county, "return_forms")
    assert them.post(county, "return_forms", note="<b>请核对</b>").startswith("done")
    page = school[Role.STATISTICIAN].get(them.address()).text
    assert "&lt;b&gt;请核对&lt;/b&gt;" in page
    assert "<b>请核对</b>" not in page
    them.fill(g1=90, g2=90)
    for role, name in people:
        assert them.post(school[role], name).startswith("done")
    assert "一级" in them.post(county, "approve_forms")
    assert them.post(
        province, "approve_forms", which="all_but", shown=them.token(), pick=""
    ).startswith("refused")
    assert "正式数" in them.post(province, "approve_forms")

    assert them.state() == "approved"
    assert 'formaction="/do' not in school[Role.HEAD].get(them.address()).text
    assert "重新开放" in province.get(them.address()).text


def test_changed_cells_are_marked_with_what_they_were(them: Chain) -> None:
    client = them.client(Role.REVIEWER, them.county)

    zh, en = (client.get(them.address(lang, "compare")).text for lang in ("zh", "en"))

    assert "▼ 90" in zh
    assert "原 100" in zh
    assert "was 100" in en
    assert "第 " in zh


def test_every_page_speaks_both_languages(them: Chain) -> None:
    reviewer = them.client(Role.REVIEWER, them.county)

    for page in (
        f"/en/queue?year={YEAR}",
        them.address("en"),
        f"/en/review/{them.school}?year={YEAR}",
        them.address("en", view="year"),
    ):
        answer = reviewer.get(page)
        assert answer.status_code == 200, page
        assert (
            "{"
            not in re.sub(
                r"<script.*?</script>|<style.*?</style>", "", answer.text, flags=re.DOTALL
            )
            .split("<main")[1]
            .split("</main")[0]
        )


def test_all_but_the_ticked_are_approved(them: Chain) -> None:
    """The one that is ticked is left out; with nothing else on the page nothing is chosen."""
    county = them.client(Role.REVIEWER, them.county)

    said = them.post(county, "approve_forms", which="all_but", shown=them.token())

    assert "没有选中" in said


def test_sensitive_cells_are_masked_for_those_who_may_not_see_them(ministry: Ministry) -> None:
    """A decision-maker reads records without the right to sensitive columns; the school's statistician has it."""
    school = ministry.at("school")
    address = f"/zh/review/{school}?year={YEAR}&form=flow"
    told = {role: ministry.appointed(role, school if role is Role.STATISTICIAN else 1).get(address).text
            for role in (Role.STATISTICIAN, Role.DECISION_MAKER)}  # fmt: skip

    heads = [one for one in ("死亡数",) if all(one in text for text in told.values())]

    assert heads
    assert '<td class="num">*</td>' in told[Role.DECISION_MAKER]
    assert '<td class="num">*</td>' not in told[Role.STATISTICIAN]
