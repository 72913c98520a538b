"""What operators see of a running system, and what nobody learns from it."""

from __future__ import annotations

import io
import json
import logging
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from dashboards import journal
from dashboards.serving import READING_S
from tests.readers import YEAR, Ministry, opened_site, sign_in
from tests.stories.conftest import served
from warehouse import roles
from warehouse.places import NATION
from warehouse.store import Warehouse

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def url(ministry: Ministry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small ministry served by gunicorn in two processes."""
    roles.show_version(ministry.owner_url)
    with served(ministry, tmp_path_factory.mktemp("var")) as address:
        yield address


# -- ready, healthy, counted


@pytest.mark.mlps("M27")
def test_it_is_ready_when_the_database_answers_at_the_newest_schema(ministry: Ministry) -> None:
    roles.show_version(ministry.owner_url)
    stranger = ministry.site.test_client()

    answer = stranger.get("/ready")

    assert answer.status_code == 200
    assert answer.get_json() == {"database": True, "schema": True, "worker": False}


@pytest.mark.mlps("M27")
@pytest.mark.parametrize(("silent", "lives"), [(1, True), (300, False)])
def test_it_tells_whether_a_worker_lives(ministry: Ministry, silent: int, lives: bool) -> None:
    roles.show_version(ministry.owner_url)
    with roles.connect(ministry.owner_url) as owner:
        owner.execute("DELETE FROM queue.procrastinate_workers")
        owner.execute(
            "INSERT INTO queue.procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second')", [silent]
        )  # fmt: skip
        answer = ministry.site.test_client().get("/ready")
        owner.execute("DELETE FROM queue.procrastinate_workers")

    assert (answer.status_code, answer.get_json()["worker"]) == (200, lives)


@pytest.mark.mlps("M27")
def test_it_is_not_ready_under_an_old_schema_and_says_what_is_missing(ministry: Ministry) -> None:
    roles.show_version(ministry.owner_url)
    with roles.connect(ministry.owner_url) as owner:
        (stood,) = owner.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
        owner.execute("UPDATE alembic_version SET version_num = '0001'")
        answer = ministry.site.test_client().get("/ready")
        owner.execute("UPDATE alembic_version SET version_num = %s", [stood])

    assert answer.status_code == 503
    assert answer.get_json()["database"] is True
    assert answer.get_json()["schema"] is False


@pytest.mark.mlps("M27")
def test_it_is_not_ready_without_its_database(ministry: Ministry) -> None:
    broken = Warehouse(roles.with_database(ministry.web_url, "nowhere"))
    site = opened_site(broken)

    answer = site.test_client().get("/ready")

    assert answer.status_code == 503
    assert answer.get_json()["database"] is False
    assert "nowhere" not in answer.text
    broken.close()


@pytest.mark.mlps("M27")
def test_requests_are_counted_by_route_and_never_by_reader_or_value(ministry: Ministry) -> None:
    site = ministry.another_site()
    client = ministry.entered("school", site)
    client.get(f"/zh/place/{ministry.at('school')}?year={YEAR}&source=students")

    text = site.test_client().get("/metrics").text

    labels = {
        (name, value)
        for family in text_string_to_metric_families(text)
        if family.name.startswith("zhijian")
        for sample in family.samples
        for name, value in sample.labels.items()
    }
    assert {name for name, _ in labels} == {"route", "method", "status", "le"}
    assert ("route", "/<path:path>") in labels
    told = [
        value
        for _, value in labels
        if str(ministry.at("school")) in value or "school" in re.sub("<[^>]*>", "", value)
    ]
    assert told == []


@pytest.mark.mlps("M20", "M27")
@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [("127.0.0.1", {}, 200), ("10.0.8.7", {}, 200), ("10.0.9.7", {}, 404), ("::1", {}, 200),
     ("127.0.0.1", {"X-Forwarded-For": "1.2.3.4"}, 404), ("1.2.3.4", {"X-Forwarded-For": "127.0.0.1"}, 404)],
)  # fmt: skip
def test_counts_are_told_to_this_machine_and_the_networks_named(
    ministry: Ministry, address: str, headers: dict[str, str], status: int
) -> None:
    site = opened_site(ministry.web, metrics_from="10.0.8.0/24")

    answer = site.test_client().get(
        "/metrics", headers=headers, environ_base={"REMOTE_ADDR": address}
    )

    assert answer.status_code == status
    assert ("zhijian_requests" in answer.text) == (status == 200)


@pytest.mark.slow
@pytest.mark.mlps("M27")
def test_processes_count_together(url: str) -> None:
    for _ in range(20):
        fetched(f"{url}/health")

    counts = {counted(fetched(f"{url}/metrics")) for _ in range(8)}

    assert min(counts) >= 20, "each process tells the counts of all"


def counted(text: str) -> float:
    found = re.search(r'zhijian_requests_total\{[^}]*route="/health"[^}]*\} ([0-9.]+)', text)
    return float(found[1]) if found else 0.0


def fetched(address: str) -> str:
    return requests.get(address, timeout=30).text


# -- the journal


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the journal writes while a test lasts."""
    ours, stream = logging.getLogger("zhijian"), io.StringIO()
    before = ours.handlers, ours.propagate, ours.level
    journal.keep_journal("info")
    handler = ours.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    ours.handlers, ours.propagate = before[0], before[1]
    ours.setLevel(before[2])


@pytest.mark.mlps("M15", "M27")
def test_a_request_is_one_line_of_json_whose_number_stands_in_the_audit_trail(
    ministry: Ministry, written: io.StringIO
) -> None:
    client = ministry.entered("county", ministry.another_site())
    foreign = f"/zh/place/{ministry.at('sister')}?year={YEAR}"

    answer = client.get(foreign)

    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    line = next(one for one in lines if one["request_id"] == answer.headers["X-Request-ID"])
    assert {"timestamp", "level", "event", "request_id", "route", "status", "ms"} <= set(line)
    assert (line["status"], line["route"], line["page"]) == (403, "/<path:path>", "place")
    with roles.connect(ministry.owner_url) as connection:
        (number,) = connection.execute(
            "SELECT request_id FROM audit ORDER BY audit_id DESC LIMIT 1"
        ).fetchone() or ("",)
    assert number == line["request_id"]


@pytest.mark.mlps("M2", "M23", "M27")
def test_the_journal_holds_nothing_that_was_typed(
    ministry: Ministry, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = "110101199003078888"

    def fail(*_: object) -> None:
        raise ValueError(typed)

    site = ministry.another_site()
    client = ministry.entered("county", site)
    sign_in(site.test_client(), f"login-{typed}", f"password-{typed}")
    client.get(f"/zh/place/1?object={typed}&item={typed}", headers={"Referer": typed})
    client.get(f"/zh/{typed}", headers={"X-Request-ID": typed, "User-Agent": typed})
    monkeypatch.setattr("dashboards.site.framed", fail)
    client.get("/zh/place/1?year=2025")

    text = written.getvalue()
    errors = [line for line in map(json.loads, text.splitlines()) if "error" in line]
    assert typed not in text
    assert [line["error"] for line in errors] == ["ValueError"]
    assert errors[0]["where"][-1].endswith(" fail")


# -- what nobody learns, and what nobody can hold up


@pytest.mark.slow
@pytest.mark.mlps("M20")
def test_no_answer_names_what_serves_it(url: str) -> None:
    for path in ("/health", "/sign-in", "/nothing", "/metrics", "/_dash-component-suites/dash/nothing.js"):  # fmt: skip
        headers = requests.get(url + path, timeout=30, allow_redirects=False).headers
        assert headers["Server"] == "zhijian"
        told = " ".join(value for name, value in headers.items() if name != "Content-Type")
        assert not re.search(
            r"gunicorn|werkzeug|python|flask|dash/|\d+\.\d+\.\d+", told, re.IGNORECASE
        )


@pytest.mark.slow
@pytest.mark.mlps("M20")
def test_requests_that_never_end_hold_nobody_up_for_long(url: str) -> None:
    """More half requests than there are threads: after a while their threads are free again."""
    host, port = url.removeprefix("http://").split(":")
    with ExitStack() as open_:
        for _ in range(12):
            half = open_.enter_context(socket.create_connection((host, int(port)), timeout=30))
            half.sendall(b"GET /sign-in HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        began = time.monotonic()
        for _ in range(4):
            assert fetched(f"{url}/health") == "ok"

        assert time.monotonic() - began < 6 * READING_S


@pytest.mark.slow
@pytest.mark.mlps("M19")
@pytest.mark.parametrize(
    "said",
    [b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(200)) + b"\r\n",
     b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
     b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/9.9\r\n\r\n"],
    ids=["line", "headers", "smuggled", "tls", "version"],
)  # fmt: skip
def test_what_is_no_request_of_ours_is_refused_unread(url: str, said: bytes) -> None:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as raw:
        raw.sendall(said)
        answer = raw.recv(4_000)

    assert not answer or answer.split(b" ")[1].startswith(b"4"), answer[:80]
    assert b"Traceback" not in answer
    assert fetched(f"{url}/health") == "ok"


@pytest.mark.mlps("M20")
def test_nothing_runs_in_debug(ministry: Ministry) -> None:
    site = ministry.another_site()
    client = ministry.entered("ministry", site)

    assert not site.debug
    assert not site.testing
    config = client.get(f"/zh/place/{NATION}?year={YEAR}").text
    assert '"hot_reload"' not in config or '"ui":false' in config
    assert client.get("/console").status_code in {400, 404}
    assert client.get("/?__debugger__=yes&cmd=resource&f=style.css").status_code in {302, 400}


@pytest.mark.mlps("M2")
def test_an_error_of_the_database_tells_no_value(ministry: Ministry) -> None:
    with ministry.worker.writing() as writer, pytest.raises(Exception, match="division") as caught:
        writer.scalar("SELECT 1 / (length(:typed) - 6)", typed="geheim")

    assert "geheim" not in str(caught.value)


@pytest.mark.mlps("M8")
def test_the_program_starts_without_a_secret_of_its_own_making() -> None:
    """No password, key or token stands in the files of the product."""
    shown = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-r", "app.py", "dashboards", "metrics", "etl", "warehouse",
         "-x", "dashboards/bench", "-t", "B105,B106,B107", "-f", "json"], cwd=PROJECT, capture_output=True, text=True,
    ).stdout  # fmt: skip

    found = [(one["filename"], one["issue_text"]) for one in json.loads(shown)["results"]]
    words = re.compile(r"[a-z_]*|[0-9.]*")  # names of ours, which bandit takes for passwords
    assert [one for one in found if not words.fullmatch(one[1].split("'")[1])] == []
