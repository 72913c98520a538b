"""From the page: the ministry allows a host, the province keeps its token and asks for a pull; nobody else does, and every step is shown."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from etl.fusion.adapter import parse_adapter
from etl.task import Shop
from tests.at_work import work_off
from tests.etl.theirs import ADAPTER, TOKEN, Theirs, serving, status, told
from tests.readers import YEAR, Ministry, asked_by_dash, do, keys, reopen, section, text_of
from warehouse import roles
from warehouse.fusion_pulls import Pull, pulls
from warehouse.notices import inbox
from warehouse.rights import Role
from warehouse.seals import Notebook

SINCE = {"since": "2016-09-01", "office": "职业教育处"}


@pytest.fixture(scope="module")
def theirs() -> Iterator[Theirs]:
    with serving() as made:
        yield made


def text(ministry: Ministry, theirs: Theirs) -> str:
    code = ministry.web.ladder.place(ministry.at("province")).code
    return ADAPTER.format(address=theirs.address, path="training/list", paging="").replace("430000", code)  # fmt: skip


@pytest.fixture(scope="module")
def applied(ministry: Ministry, theirs: Theirs) -> Ministry:
    """A province whose application stands, and whose two first schools may correct what they handed in."""
    file = io.BytesIO(text(ministry, theirs).encode())
    assert do(ministry.client("province"), "apply_fusion", {**SINCE, "adapter": (file, "own.toml")}).status_code == 200  # fmt: skip
    place = ministry.at("province")
    mine = [row for row in ministry.worker.directory(YEAR).iter_rows(named=True) if ministry.web.ladder.place(row["school_id"]).path[0] == place]  # fmt: skip
    for one in mine[:2]:
        reopen(ministry.worker, one["school_id"])
    theirs.rows = [told(n) | {"xxbsm": mine[n // 2]["code"]} for n in range(4)]
    return ministry


def reviewer(ministry: Ministry, action: str, **said: object) -> TestResponse:
    client = ministry.appointed(Role.REVIEWER, 1)
    return do(client, action, {"place": str(ministry.at("province")), **said})


def allows(ministry: Ministry, theirs: Theirs, **said: object) -> TestResponse:
    site = parse_adapter("own", text(ministry, theirs).encode()).site.name
    return reviewer(ministry, "allow_fusion_host", **{"site": site, "addresses": "inside", **said})


def asks(ministry: Ministry, role: str = "province", **said: object) -> TestResponse:
    wanted = {"place": str(ministry.at("province")), "pull_year": str(YEAR), "pull_form": "", **said}  # fmt: skip
    return do(ministry.client(role), "pull_fusion", wanted)


def works(ministry: Ministry, folder: Path) -> None:
    shop = Shop(worker=ministry.worker, web=ministry.web, suite=keys(), notebook=Notebook(folder / "seals"))  # fmt: skip
    work_off(ministry.worker_url, shop)


def kept(ministry: Ministry) -> list[Pull]:
    place = ministry.at("province")
    with ministry.web.reading(ministry.web.scope("reader", place)) as reader:
        return pulls(reader, place)


def page(ministry: Ministry, role: str = "province", lang: str = "zh") -> dict[str, Any]:
    return asked_by_dash(ministry.client(role), f"/{lang}/fusion/{ministry.at('province')}", f"?year={YEAR}")  # fmt: skip


def refused(answer: TestResponse) -> str:
    assert answer.status_code in (409, 422), answer.text
    return str(answer.json["refused"])  # type: ignore[index]


def test_before_the_ministry_allows_it_nothing_is_asked_for_and_the_page_says_who_acts(applied: Ministry, theirs: Theirs) -> None:  # fmt: skip
    shown = page(applied)

    assert "未获许可" in section(shown, "interface")
    assert "由教育部审核人员许可" in section(shown, "interface")
    assert "pull_fusion" not in section(shown, "pull")
    assert "keep_fusion_token" in section(shown, "token-kept")
    assert "请教育部审核人员在本页许可" in refused(asks(applied))
    assert theirs.asked == []
    assert kept(applied) == []


def test_only_the_ministry_s_reviewer_allows_and_only_what_was_shown(applied: Ministry, theirs: Theirs) -> None:  # fmt: skip
    place = str(applied.at("province"))
    said = {"place": place, "site": theirs.address.removeprefix("http://"), "addresses": "inside"}
    for name in ("province", "sister", "school", "system", "analyst", "ministry"):
        assert do(applied.client(name), "allow_fusion_host", said).status_code == 403, name
        assert do(applied.client(name), "disallow_fusion_host", said).status_code == 403, name
    assert do(applied.client("province-reviewer"), "allow_fusion_host", said).status_code == 422
    assert "刷新页面" in refused(allows(applied, theirs, site="elsewhere.example.cn:443"))
    assert "日期" in refused(allows(applied, theirs, until="soon"))
    assert refused(allows(applied, theirs, until="2001-01-01"))
    assert refused(reviewer(applied, "disallow_fusion_host", line="99999"))


def test_a_pull_from_permission_to_receipts(applied: Ministry, theirs: Theirs, tmp_path: Path) -> None:  # fmt: skip
    assert allows(applied, theirs, until="2027-06-30").status_code == 200
    assert do(applied.client("province"), "keep_fusion_token", {"token": TOKEN}).status_code == 200
    shown = page(applied)
    assert "2027-06-30" in section(shown, "interface")
    assert "已保存令牌" in section(shown, "interface")
    assert TOKEN not in str(shown)

    assert asks(applied).status_code == 200
    assert "排队中" in section(page(applied), "pulls")
    assert "data-again" in section(page(applied), "pulls") or "data_again" in section(page(applied), "pulls")  # fmt: skip
    assert "有一次拉取在排队" in refused(asks(applied))
    works(applied, tmp_path)

    done = kept(applied)[0]
    assert (done.state, done.forms, done.year) == ("done", ["training_q1"], YEAR), done.said_en
    listed = section(page(applied), "pulls")
    assert "2 份回执" in listed
    assert "HZ-2026-" in listed
    assert '"4/4"' in listed
    assert "#receipts" in listed
    with roles.connect(applied.owner_url) as owner:
        found = owner.execute("SELECT sum(rows_accepted), max(received_by) FROM submission WHERE form = 'training_q1' AND is_current AND file_name LIKE 'training_q1-2025-%%.csv' AND received_by <> 'demo'").fetchone()  # fmt: skip
    assert found == (4, applied.readers["province"].login)


def test_what_failed_is_one_clear_error_on_the_page_in_both_languages(applied: Ministry, theirs: Theirs, tmp_path: Path) -> None:  # fmt: skip
    theirs.wrong = {len(theirs.asked) + 1: status(401)}
    assert do(applied.appointed(Role.REVIEWER, 1), "pull_fusion", {"place": str(applied.at("province")), "pull_year": str(YEAR)}).status_code == 200  # fmt: skip
    works(applied, tmp_path)

    assert kept(applied)[0].state == "failed"
    assert "对方拒绝令牌（HTTP 401）" in section(page(applied), "pulls")
    assert "the token was refused (HTTP 401)" in section(page(applied, lang="en"), "pulls")
    assert "审核人员" in section(page(applied), "pulls")  # who asked


def test_a_pull_is_asked_for_by_the_own_province_and_the_ministry_alone(applied: Ministry) -> None:
    before = len(kept(applied))
    for name in ("school", "system", "analyst", "ministry"):
        assert asks(applied, name).status_code == 403, name
        assert do(applied.client(name), "keep_fusion_token", {"token": "x"}).status_code == 403
        assert do(applied.client(name), "drop_fusion_token", {}).status_code == 403
    for name in ("sister", "province-reviewer"):
        assert asks(applied, name).status_code == 422, name
    assert refused(asks(applied, pull_year="1949"))
    assert refused(asks(applied, pull_form="enrolment"))
    assert do(applied.client("sister"), "keep_fusion_token", {"token": "x"}).status_code == 422
    assert do(applied.appointed(Role.SUPERVISOR, 1), "keep_fusion_token", {"token": "x"}).status_code == 422  # fmt: skip
    assert len(kept(applied)) == before


def test_a_quarter_that_is_not_over_is_no_form_of_its_year_yet(applied: Ministry) -> None:
    assert "还没有可报送的表" in refused(asks(applied, pull_year="2026"))


def test_what_the_reader_may_do_is_what_the_page_offers(applied: Ministry) -> None:
    names = ("pull_fusion", "keep_fusion_token", "drop_fusion_token", "allow_fusion_host", "disallow_fusion_host")  # fmt: skip
    path = f"/zh/fusion/{applied.at('province')}"
    ministry = asked_by_dash(applied.appointed(Role.REVIEWER, 1), path, f"?year={YEAR}")

    def offered(shown: dict[str, Any]) -> list[str]:
        return [name for name in names if f"/do/{name}" in text_of(shown)]

    assert offered(page(applied)) == ["pull_fusion", "keep_fusion_token", "drop_fusion_token"]
    assert offered(ministry) == ["pull_fusion", "allow_fusion_host", "disallow_fusion_host"]
    assert offered(page(applied, "province-reviewer")) == []
    assert f'"defaultValue": "{YEAR}"' in section(ministry, "pull")  # of 2026 no quarter is over


def test_the_province_is_told_and_the_trail_holds_no_token(applied: Ministry) -> None:
    login, place = applied.readers["province"].login, applied.at("province")
    with applied.web.reading(applied.web.scope(login, place)) as reader:
        said = [one.said.zh for one in inbox(reader, kind="fusion", most=9)]
    assert any("已许可拉取 127.0.0.1" in one for one in said)
    assert any("教育部发起拉取" in one for one in said)
    with roles.connect(applied.owner_url) as owner:
        lines = owner.execute("SELECT DISTINCT event FROM audit WHERE succeeded AND object = %s", [f"fusion/{place}"]).fetchall()  # fmt: skip
        whole = owner.execute(f"SELECT count(*) FROM audit t WHERE t::text LIKE '%{TOKEN}%'".encode()).fetchone()  # fmt: skip
    assert {event for (event,) in lines} >= {"allow_fusion_host", "keep_fusion_token", "pull_fusion"}  # fmt: skip
    assert whole == (0,)


def test_withdrawing_the_application_takes_the_token_with_it(applied: Ministry, theirs: Theirs) -> None:  # fmt: skip
    assert do(applied.client("province"), "withdraw_fusion", {"reason": "改用全国系统"}).status_code == 200  # fmt: skip
    assert "没有保存令牌" in section(page(applied), "interface")
    assert section(page(applied), "pull") == ""
    assert "请省级先申请融合" in refused(asks(applied))
    assert refused(allows(applied, theirs))
    assert refused(do(applied.client("province"), "drop_fusion_token", {}))


def test_an_adapter_that_does_not_fit_today_s_forms_is_told(applied: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("etl.fusion.adapter.submitted_forms", dict)

    assert "没有名为“training_q1”的表" in section(page(applied), "interface")


def test_of_several_forms_each_says_how_far_it_is(applied: Ministry, theirs: Theirs, tmp_path: Path) -> None:  # fmt: skip
    one = text(applied, theirs)
    first, second = one.split("[forms.training_q1]")[0], one[one.index("[forms.training_q1]") :]
    file = io.BytesIO((first + second + second.replace("training_q1", "training_q2")).encode())
    assert do(applied.client("province"), "apply_fusion", {**SINCE, "adapter": (file, "own.toml")}).status_code == 200  # fmt: skip
    assert asks(applied).status_code == 200
    waiting = section(page(applied), "pulls")
    assert "2 张表" in waiting
    assert waiting.count("未开始") == 2
    works(applied, tmp_path)

    listed = section(page(applied), "pulls")
    assert kept(applied)[0].forms == ["training_q1", "training_q2"]
    assert '"8/8"' in listed
    assert listed.count('"接受 4 行，退回 0 行"') == 2
    assert listed.count("已读完") == 2
