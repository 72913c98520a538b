"""The tokens, the stylesheet made of them, and their contrasts."""

import re

import pytest

from dashboards.theme import (
    COLOURS,
    MEASURES,
    TOKENS_CSS,
    Theme,
    contrast,
    palette,
    template,
    tokens_css,
)

THEMES: tuple[Theme, ...] = ("light", "dark")
SURFACES = ("paper", "sunken", "raised")
INKS = ("ink", "ink-2", "ink-3", "accent", "met", "near", "miss", "doubt")
MARKS = (
    "mark",
    "control",
    "accent",
    "focus",
    "met",
    "near",
    "near-bar",
    "miss",
    "doubt",
    "cat-1",
    "cat-2",
)
ON_WEAK = (
    ("near", "near-weak"),
    ("miss", "miss-weak"),
    ("met", "met-weak"),
    ("doubt", "doubt-weak"),
)


def test_the_stylesheet_is_the_one_written_from_the_table() -> None:
    assert TOKENS_CSS.read_text(encoding="utf-8") == tokens_css()


def test_the_classes_use_only_tokens_that_exist() -> None:
    classes = (TOKENS_CSS.parent / "zhijian.css").read_text(encoding="utf-8")

    assert (
        set(re.findall(r"var\(--zj-([\w-]+)", classes)) - {"gap"}
        <= MEASURES.keys() | COLOURS.keys()
    )


def test_the_classes_name_no_colour_of_their_own() -> None:
    classes = (TOKENS_CSS.parent / "zhijian.css").read_text(encoding="utf-8")

    assert re.findall(r"[:\s]#[0-9a-fA-F]{3,8}\b", classes) == []


@pytest.mark.parametrize("theme", THEMES)
def test_text_stands_out_on_every_surface(theme: Theme) -> None:
    colour = palette(theme)

    low = {
        (ink, surface): contrast(colour[ink], colour[surface])
        for ink in INKS
        for surface in SURFACES
        if contrast(colour[ink], colour[surface]) < 4.5
    }

    assert low == {}


@pytest.mark.parametrize("theme", THEMES)
def test_marks_that_carry_a_value_stand_out_on_paper(theme: Theme) -> None:
    colour = palette(theme)

    assert {mark for mark in MARKS if contrast(colour[mark], colour["paper"]) < 3} == set()


@pytest.mark.parametrize("theme", THEMES)
def test_text_stands_out_on_tinted_grounds(theme: Theme) -> None:
    colour = palette(theme)
    pairs = [
        *ON_WEAK,
        *((f"on-{step}", f"seq-{step}") for step in range(1, 6)),
        ("accent-ink", "accent"),
        ("ink", "accent-weak"),
        ("ink-2", "accent-weak"),
        ("ink-3", "accent-weak"),
        ("accent", "accent-weak"),
        ("paper", "miss"),
        ("paper", "ink-2"),
    ]

    assert {pair for pair in pairs if contrast(colour[pair[0]], colour[pair[1]]) < 4.5} == set()


@pytest.mark.parametrize("theme", THEMES)
def test_the_sequence_of_the_map_goes_one_way(theme: Theme) -> None:
    colour = palette(theme)
    from_paper = [contrast(colour[f"seq-{step}"], colour["paper"]) for step in range(1, 6)]

    assert from_paper == sorted(from_paper)


@pytest.mark.parametrize("theme", THEMES)
def test_plotly_is_given_the_same_colours(theme: Theme) -> None:
    layout = template(theme)["layout"]

    assert layout["font"]["color"] == palette(theme)["ink"]
    assert layout["yaxis"]["gridcolor"] == palette(theme)["grid"]
    assert layout["paper_bgcolor"] == "rgba(0,0,0,0)"
