"""The page of the interface: what it prints is what there is, and its examples run as they stand."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from dashboards.api.declared import registry
from tests.dashboards.programs import token_of
from tests.readers import YEAR, Ministry, asked_by_dash, section, text_of


@pytest.fixture(scope="module")
def server(ministry: Ministry) -> Iterator[str]:
    """The site as programs reach it."""
    served = make_server("127.0.0.1", 0, ministry.site, threaded=True)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()


def example(client: FlaskClient, server: str, name: str, lang: str) -> str:
    """The text of an example, as a reader of that server copies it."""
    page = asked_by_dash(client, f"/{lang}/interface", f"?year={YEAR}")
    found: list[str] = []

    def look(part: Any, is_within: bool) -> None:
        if isinstance(part, list):
            for each in part:
                look(each, is_within)
        elif isinstance(part, dict):
            props = part["props"]
            if part["type"] == "Code" and is_within:
                found.append("".join(props["children"]))
            look(props.get("children"), is_within or props.get("id") == name)

    look(page, False)
    (text,) = found
    assert "http://localhost/api" in text or '"http://localhost"' in text
    return text.replace("http://localhost", server)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_script_prints_the_table_of_the_reader_s_own_place(ministry: Ministry, server: str, tmp_path: Path, lang: str) -> None:  # fmt: skip
    script = example(ministry.client("province"), server, "python", lang)
    token = token_of(ministry, ministry.readers["province"].login, ["read:figures"])
    (tmp_path / "zhijian-token").write_text(f"{token}\n")

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        cwd=tmp_path,
    )  # fmt: skip

    assert ministry.web.ladder.place(ministry.at("province")).name(lang) in done.stdout
    assert ("在校生" if lang == "zh" else "Students") in done.stdout


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_query_of_excel_reads_the_same_table(ministry: Ministry, server: str, lang: str) -> None:  # fmt: skip
    """What Power Query sends is made of these parts: the site, the path, the query and the header."""
    text = example(ministry.client("province"), server, "excel", lang)
    token = token_of(ministry, ministry.readers["province"].login, ["read:figures"])
    parts = re.search(r'Web\.Contents\("([^"]+)", \[\s+RelativePath = "([^"]+)",\s+Query = \[([^\]]+)\],\s+Headers = \[Authorization = "([^"]+)"\]', text)  # fmt: skip
    assert parts
    query = dict(re.findall(r'(\w+) = "([^"]*)"', parts[3]))
    header = re.sub(r"(?<=Bearer ).*", token, parts[4])

    content = requests.get(f"{parts[1]}/{parts[2]}", query, headers={"Authorization": header}, timeout=30).content  # fmt: skip

    assert content.startswith(b"\xef\xbb\xbf")
    table = pl.read_csv(content)
    assert set(table["metric"]) == {"students", "students_per_teacher"}
    assert int(table["place_code"][0]) == int(ministry.web.ladder.place(ministry.at("province")).code)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_names_every_address_and_the_way_to_a_token(ministry: Ministry, lang: str) -> None:
    client = ministry.client("county")
    page = asked_by_dash(client, f"/{lang}/interface", f"?year={YEAR}")

    listed = section(page, "endpoints")
    assert all(f'"{one.path}"' in listed for one in registry())
    assert f"/my/token?lang={lang}" in section(page, "begin")
    assert f"/{lang}/interface" in text_of(asked_by_dash(client, f"/{lang}/catalogue", f"?year={YEAR}"))  # fmt: skip
    assert f"/{lang}/interface" in client.get(f"/{lang}/me").text
