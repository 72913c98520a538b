"""The catalogue: found by any way of writing, with owner, formula, basis and history; and linked from every page that prints a metric."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from dashboards.views import wording
from dashboards.views.dictionary_search import find
from metrics.discovery import metrics
from tests.readers import YEAR, Ministry, asked_by_dash, section, text_of
from warehouse.discovery import forms
from warehouse.places import NATION


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("生师比", "students_per_teacher"), ("ssb", "students_per_teacher"), ("Sheng Shi Bi", "students_per_teacher"), ("k01", "students"),
        ("Students per teacher", "students_per_teacher"), ("students_per_teacher", "students_per_teacher"), ("zxs", "students"),
    ],
)  # fmt: skip
def test_a_metric_is_found_however_it_is_written(asked: str, first: str) -> None:
    assert find(asked)[0].code == first


def test_what_is_searched_is_metrics_fields_and_limits() -> None:
    kinds = {one.kind for one in find("生师比")}

    assert kinds == {"metric", "field", "law"}
    assert find("") == find("  ") == find("没有这样的词") == []
    assert len(find("专任教师")) > len(
        [one for one in find("专任教师") if "专任教师" in one.name.zh]
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_catalogue_tells_owner_basis_and_history(ministry: Ministry, lang: str) -> None:
    said = urlencode({"metric": "class_size", "object": "class_size"})
    page = asked_by_dash(ministry.client("school"), f"/{lang}/catalogue", f"?{said}")
    panel, found = section(page, "source"), section(page, "search-dictionary")

    assert ("班级数只由班额表填报" if lang == "zh" else "Classes are asked for by class sizes") in panel  # fmt: skip
    assert "2026-11-23" in panel
    assert "(enrolment.students) / (register.classes)" in panel
    assert ("负责" if lang == "zh" else "Owner") in panel
    assert "metric=class_size" in found
    assert ("取消 classes" if lang == "zh" else "classes withdrawn") in section(page, "form-register")  # fmt: skip


def test_a_word_that_nothing_says_is_said_back_harmlessly(ministry: Ministry) -> None:
    seen = ministry.client("school").get("/zh/catalogue?object=%3Cb%3Ex%3C%2Fb%3E").text

    assert "没有找到“&lt;b&gt;x&lt;/b&gt;”" in seen
    assert "<b>x</b>" not in seen


def figures_pages(ministry: Ministry) -> Iterator[tuple[str, str]]:
    """Pages that print metrics: every rung, domains, the builder, similar schools."""
    school, province = ministry.at("school"), ministry.at("province")
    for place in (NATION, province, ministry.at("county"), school):
        yield f"/zh/place/{place}", ""
    for page in ("internship", "teaching", "party", "employment", "changed", "specialties"):
        yield f"/zh/{page}/{NATION}", ""
    yield f"/zh/build/{NATION}", "&metrics=students.dual_qualified.retention"
    yield f"/zh/similar/{school}", ""


def named(part: Any) -> Iterator[str]:
    """What names numbers: heads of rows and columns, of cards and of sections, each as it is drawn with all that stands in it."""
    if isinstance(part, list):
        for one in part:
            yield from named(one)
    elif isinstance(part, dict):
        kind, props = part["type"], part["props"]
        if kind == "Header" and isinstance(
            props["children"], list
        ):  # a switch beside a title chooses, it names nothing
            yield text_of({"": [one for one in props["children"] if one["type"] in ("H1", "H2", "A")]})  # fmt: skip
        elif kind == "Th" or (kind == "Div" and props.get("className") == "n"):
            yield text_of(part)
        else:
            yield from named(props.get("children"))


def test_the_definition_of_every_number_is_linked_from_its_page(ministry: Ministry) -> None:
    labels: dict[str, set[str]] = {}
    for name, one in metrics().items():
        for words in (one.label.zh, wording.brief(one, "zh")):
            labels.setdefault(words, set()).add(name)
    for form in (
        forms().values()
    ):  # a school's page lists its forms, some of which are called as a metric is
        labels.pop(form.title.zh, None)
    seen: set[str] = set()
    for path, more in figures_pages(ministry):
        page = asked_by_dash(ministry.client("ministry"), path, f"?year={YEAR}{more}")
        for drawn in named(page):
            leads = set(re.findall(r"/zh/catalogue\?[^\"]*?metric=([a-z0-9_]+)", drawn))
            known = {words for words in re.findall(r'"children": "([^"]+)"', drawn) if words in labels}  # fmt: skip
            assert not [words for words in known if not labels[words] & leads], (path, drawn)
            seen |= known

    assert len(seen) > 30
