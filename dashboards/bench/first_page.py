"""The first national page in a fresh browser: until the chart is drawn, and what came over the wire."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from dashboards.address import Address
from dashboards.bench.crowd import Served, sign_in
from dashboards.bench.ground import Ground
from dashboards.bench.outcome import Measured
from warehouse.places import NATION

BAR_S, BAR_MB = 1.2, 1.3
DRAWN = ".chart .main-svg"
ALIVE = "#react-entry-point .page"


def measure_first_page(
    ground: Ground, served: Served, browser: Path, rounds: int
) -> Iterator[Measured]:
    """A new browser profile each time; signed in beforehand, the page asked for by its address."""
    with served.running(cache=True):
        cookie = sign_in(served, ground.ministry.login, ground.ministry.password)
        url = f"http://{served.host}:{served.port}"
        path = Address(place=NATION, year=ground.year).to()
        looks = [_visit(url, path, cookie, browser) for _ in range(rounds + 1)][1:]
    seconds, wire, alive, answered, readable, fetched = (
        median(column) for column in zip(*looks, strict=True)
    )
    yield Measured(
        "first national page in a fresh browser on loopback, chart drawn", f"{seconds:.2f} s, {wire:.2f} MB",
        f"<= {BAR_S} s, <= {BAR_MB} MB", seconds <= BAR_S and wire <= BAR_MB, f"new profile each time; answered after {answered:.2f} s, readable after {readable:.2f} s, the chart's library here after {fetched:.2f} s; Dash's page in its place after {alive:.2f} s",
        tuple(look[0] for look in looks),
    )  # fmt: skip


MARKS = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const text = performance.getEntriesByName("first-contentful-paint")[0];
  const library = performance.getEntriesByType("resource").find((one) => one.name.includes("plotly"));
  return [page.responseStart, text.startTime, library.responseEnd];
}"""


def _visit(url: str, path: str, cookie: str, browser: Path) -> tuple[float, ...]:
    """Seconds from asking for the address until the chart is drawn, and megabytes received; seconds until Dash's page stands in
    place of the first, until the first byte, the first words on the screen, the last byte of the chart's library.
    """
    from playwright.sync_api import sync_playwright

    name, value = cookie.split("=", 1)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(browser), args=["--no-sandbox"])
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": name, "value": value, "url": url}])
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        received = [0.0]
        session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))  # fmt: skip
        start = time.perf_counter()
        page.goto(url + path, wait_until="commit")
        page.wait_for_selector(DRAWN, state="attached", timeout=90_000)
        took = time.perf_counter() - start
        page.wait_for_selector(ALIVE, state="attached", timeout=90_000)
        alive = time.perf_counter() - start
        page.wait_for_load_state("networkidle")
        marks = [mark / 1000 for mark in page.evaluate(MARKS)]
        chromium.close()
    return took, sum(received) / 1e6, alive, *marks
