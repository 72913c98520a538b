"""Who waits for releases is sent the paper of each, with the figures that were signed, once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pypdfium2
import pytest
import sqlalchemy as sa

from dashboards.delivering import Delivery
from etl.task import Shop
from etl.tasks import subscriptions
from tests.at_work import work_off
from tests.dashboards.releasing import FIRST, SECOND, corrects, released
from tests.dashboards.test_subscriptions import SITE, files, page, subscribed
from tests.readers import YEAR, Ministry, keys, section
from warehouse import release_patterns, roles
from warehouse.queue import job
from warehouse.seals import Notebook


@pytest.fixture(scope="module")
def shop(ministry: Ministry, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(
        worker=ministry.worker, web=ministry.web, suite=keys(), notebook=Notebook(tmp_path_factory.mktemp("seals")), today=date(2026, 11, 20),
        others=[each for each in Delivery(root=SITE).tasks() if each.kind != release_patterns.KIND],  # minutes of work, which is tests/metrics/test_frozen.py's
    )  # fmt: skip


def works(ministry: Ministry, shop: Shop) -> list[str]:
    """What the reader has been sent once the worker has looked, the newest first."""
    work_off(ministry.worker_url, shop)
    looks(ministry, shop)
    work_off(ministry.worker_url, shop)
    return [text_of_pdf(one) for one in files(ministry, "county")]


def looks(ministry: Ministry, shop: Shop) -> int:
    """The worker asks who is due; how many jobs have been ordered of it until now."""
    subscriptions.run(shop, datetime.now(UTC))
    with ministry.worker.writing() as writer:
        asked = sa.select(sa.func.count()).select_from(job).where(job.c.kind == "subscription")
        return int(writer.scalar(asked))


def text_of_pdf(content: bytes) -> str:
    paper = pypdfium2.PdfDocument(content)
    return "".join(paper[n].get_textpage().get_text_bounded() for n in range(len(paper)))


def test_each_release_is_sent_once_with_its_own_figures(ministry: Ministry, shop: Shop) -> None:
    place = ministry.at("county")
    subscribed(ministry, "county", f"/place/{place}?year={YEAR}", document="briefing.pdf", rhythm="release", rolls="")  # fmt: skip
    assert "每次发布数据时" in section(page(ministry, "county"), "mine")
    assert works(ministry, shop) == []

    corrects(ministry, 4001)
    released(ministry, "final")
    corrects(ministry, 4002)
    (paper,) = works(ministry, shop)
    assert FIRST in paper
    assert "4,001" in paper
    assert "4,002" not in paper
    assert len(works(ministry, shop)) == 1

    released(ministry, "revised")
    assert looks(ministry, shop) == 1  # it is not known yet what the second withholds
    with roles.connect(ministry.owner_url) as owner:
        # a queue of its own: no file that somebody waits for stands behind it
        assert owner.execute("SELECT queue_name FROM queue.procrastinate_jobs WHERE task_name = 'job'").fetchall() == [("release",)]  # fmt: skip
    newest, _ = works(ministry, shop)
    assert SECOND in newest
    assert "4,002" in newest
