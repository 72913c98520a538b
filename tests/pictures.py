"""Renew the pictures of pages in docs/images from a demo ministry that is being served, as `make pictures` does.

    python -m tests.pictures                                  of what `make run` serves
    python -m tests.pictures http://127.0.0.1:8060 var-small board fusion

Pages that stand at the same address in every demo ministry. Pictures of one school, flag, case, plan or shortlist are taken by hand.
The proof of a release is there once its job is done; the subscriptions shown are those of the ministry's demo
account, which is given two where it has none.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from warehouse.doctor import BROWSERS

IMAGES = Path(__file__).parents[1] / "docs" / "images"
ADDRESS, VAR = "http://127.0.0.1:8050", "var"
YEAR, HUNAN, HEBEI = "year=2025", 430000, 130000
CHANGSHA, SHIJIAZHUANG = 430100, 130100


@dataclass(frozen=True)
class Picture:
    """A page as the ministry sees it, in pixels of the screen; of a long one the part that begins with the section `at`."""

    path: str
    width: int = 1366
    height: int = 768
    at: str = ""


PICTURES = {
    "nation": Picture(f"zh/place/1?{YEAR}", height=1000),
    "phone": Picture(f"en/place/{HUNAN}?{YEAR}&theme=dark", 390, 844),
    "domain": Picture(f"zh/cooperation/1?{YEAR}"),
    "board": Picture("zh/board/1?year=2026"),
    "quality": Picture(f"en/quality/{HUNAN}?year=2026"),
    "specialties": Picture(f"en/specialties/{HEBEI}?{YEAR}"),
    "rollout": Picture("zh/rollout/1?year=2026", height=1000),
    "fusion": Picture("en/fusion/1?year=2026"),
    "alerts": Picture(f"zh/alerts/1?{YEAR}", height=900),
    "changed": Picture(f"zh/changed/1?{YEAR}"),
    "releases": Picture("zh/releases"),
    "proof": Picture("en/releases?item=FB-2025-1", height=1040),
    "catalogue": Picture(
        f"zh/catalogue?{YEAR}&object=生师比&metric=students_per_teacher", height=720
    ),
    "dictionary": Picture(
        f"en/catalogue?{YEAR}&unfolded=form-enrolment", at="form-enrolment", height=560
    ),
    "subscriptions": Picture("zh/subscriptions", height=640),
} | {
    f"domains/{path.split('/')[1]}": Picture(f"{path}?{YEAR}", height=1000)
    for path in (
        "zh/general/1", f"en/monitoring/{HUNAN}", f"zh/party/{CHANGSHA}", f"en/moral/{HEBEI}", "zh/cooperation/1", f"en/teaching/{SHIJIAZHUANG}",
        f"zh/internship/{HUNAN}", "en/employment/1", f"zh/training/{HEBEI}", "en/publicity/1",
    )
}  # fmt: skip
SUBSCRIBED = {
    f"/place/{HUNAN}?{YEAR}": "weekly",
    f"/build/1?{YEAR}&places=1.1-provinces&years=2024.2025&metrics=students.students_per_teacher": "release",
}
"""Addresses of pages and tables -> when they are sent."""


def signed_in(browser: Browser, address: str, var: Path) -> Page:
    """The ministry's demo account, through the form."""
    accounts = json.loads((var / "demo_accounts.json").read_text(encoding="utf-8"))
    password = next(one["password"] for one in accounts if one["login"] == "ministry")
    page = browser.new_context(base_url=address).new_page()
    page.goto("/")
    page.fill("#account", "ministry")
    page.fill("#password", password)
    page.keyboard.press("Enter")
    page.wait_for_selector("#react-entry-point .page")
    return page


def subscribe(page: Page) -> None:
    """Give an account without subscriptions two, through the form."""
    page.goto("/zh/subscriptions")
    if page.locator("#mine .jobs").count():
        return
    for address, rhythm in SUBSCRIBED.items():
        page.goto(f"/zh/subscriptions?of={quote(address, safe='')}")
        form = page.locator("#react-entry-point form[action='/do/subscribe']")
        form.locator(f"input[value='{rhythm}']").check()
        form.locator("button").first.click()
        page.wait_for_selector("#react-entry-point #mine .jobs")


def take(page: Page, name: str) -> None:
    """One picture, once its charts are drawn."""
    one = PICTURES[name]
    if name == "subscriptions":
        subscribe(page)
    page.set_viewport_size({"width": one.width, "height": one.height})
    answer = page.goto(f"/{one.path}")
    if answer is None or not answer.ok:
        raise SystemExit(f"{name}: {one.path} answers {answer and answer.status}")
    page.wait_for_selector("#react-entry-point .page")
    page.wait_for_function("!document.querySelector('.chart-wait')")
    if one.at:
        page.locator(f"#react-entry-point #{one.at}").evaluate("one => one.scrollIntoView()")
    page.wait_for_timeout(800)
    page.screenshot(path=IMAGES / f"{name}.png")


def main(address: str = ADDRESS, var: str = VAR, *names: str) -> None:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = signed_in(browser, address, Path(var))
        for name in names or PICTURES:
            take(page, name)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
