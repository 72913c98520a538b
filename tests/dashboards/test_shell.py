"""The shell: the first answer shows the page, files are kept for ever, everything travels compressed."""

import gzip
import json
import re
from html import unescape

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.fixture
def client(gallery_server: Flask) -> FlaskClient:
    return gallery_server.test_client()


def test_the_first_answer_is_the_whole_page(client: FlaskClient) -> None:
    answer = client.get("/en/place/province?theme=dark")

    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert '<html lang="en" data-theme="dark">' in text
    assert "<title>Hunan · Zhijian</title>" in text
    assert "31 schools short of the target" in text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_one_may_not_see_is_a_403(client: FlaskClient) -> None:
    answer = client.get("/zh/place/missing")

    assert answer.status_code == 403
    assert "无权查看" in answer.get_data(as_text=True)


def test_the_root_leads_to_a_place(client: FlaskClient) -> None:
    answer = client.get("/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/zh/place/nation"


def test_one_callback_renders_the_page(client: FlaskClient) -> None:
    body = {
        "output": "page.tree",
        "outputs": {"id": "page", "property": "tree"},
        "inputs": [
            {"id": "location", "property": "pathname", "value": "/zh/place/province"},
            {"id": "location", "property": "search", "value": "?theme=dark"},
        ],
        "changedPropIds": ["location.pathname"],
    }

    answer = client.post("/_dash-update-component", json=body)

    page = answer.get_json()["response"]["page"]["tree"]
    assert page["props"]["data-theme"] == "dark"
    assert page["type"] == "Div"


def test_our_files_are_kept_for_ever_and_sent_compressed(client: FlaskClient) -> None:
    text = client.get("/zh/place/nation").get_data(as_text=True)
    addresses = set(re.findall(r"/assets/[\w.]+", text))

    assert len(addresses) == 4
    for address in addresses:
        plain = client.get(address).get_data()
        small = client.get(address, headers={"Accept-Encoding": "gzip, br"})
        assert small.headers["Content-Encoding"] == "br"
        assert "immutable" in small.headers["Cache-Control"]
        assert brotli.decompress(small.get_data()) == plain


def test_bundles_are_kept_compressed_after_the_first_request(client: FlaskClient) -> None:
    text = client.get("/zh/place/nation").get_data(as_text=True)
    bundle = re.findall(r'src="(/_dash-component-suites/[^"]*react-dom[^"]*)"', text)[0]

    first, again = (client.get(bundle, headers={"Accept-Encoding": "gzip"}) for _ in range(2))

    assert first.headers["Content-Encoding"] == again.headers["Content-Encoding"] == "gzip"
    assert "immutable" in again.headers["Cache-Control"]
    assert gzip.decompress(again.get_data()) == gzip.decompress(first.get_data())
    assert b"React" in gzip.decompress(again.get_data())


@pytest.mark.parametrize(("asked", "sent"), [("br", "br"), ("gzip", "gzip"), ("", None)])
def test_pages_are_compressed_as_the_browser_asks(
    client: FlaskClient, asked: str, sent: str | None
) -> None:
    answer = client.get("/zh/place/nation", headers={"Accept-Encoding": asked})

    assert answer.headers.get("Content-Encoding") == sent


def test_what_no_page_needs_is_never_asked_for(client: FlaskClient) -> None:
    text = client.get("/zh/place/nation").get_data(as_text=True)

    assert "/deps/react" in text
    for unused in ("plotly.min.js", "dash_table/bundle", "/dcc/", "/deps/polyfill"):
        assert unused not in text
    assert client.get("/_mcp").status_code == 403


def test_nothing_but_our_script_is_evaluated_before_the_page_is_drawn(client: FlaskClient) -> None:
    """Everything else is fetched meanwhile, and evaluated by our script."""
    head = client.get("/zh/place/nation").get_data(as_text=True).partition("<body>")[0]
    scripts = re.findall(r"<script ([^>]*)>", head)
    told = [re.search(r'src="([^"]*)"', one) for one in scripts]
    fetched = re.findall(r'<link rel="preload" as="script" href="([^"]*)">', head)

    running = [one for one in scripts if 'type="text/plain"' not in one]
    assert len(running) == 1
    assert running[0].startswith('defer src="/assets/zhijian.')
    assert "/assets/plotly." in fetched[0]
    assert fetched[1:] == [one[1] for one in told if one and "_dash-component-suites" in one[1]]


def test_a_chart_of_the_first_answer_holds_its_figure(client: FlaskClient) -> None:
    text = client.get("/zh/place/nation").get_data(as_text=True)
    boxes = re.findall(r'<div class="chart-wait" style="height:\d+px" data-figure="([^"]*)"', text)

    assert len(boxes) == 2
    assert all(json.loads(unescape(box))["data"] for box in boxes)


def test_the_sign_in_page_works_without_scripts(client: FlaskClient) -> None:
    text = client.get("/sign-in/en").get_data(as_text=True)

    assert "<script" not in text
    assert 'role="alert"' in text
    assert 'name="csrf"' in text


def test_a_page_is_one_component_of_four(client: FlaskClient) -> None:
    layout = client.get("/_dash-layout").get_json()

    kinds = [one["type"] for one in layout["props"]["children"]]
    assert kinds == ["Location", "Search", "Div", "Tree"]
