"""Everything that is named has its words, in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperCommand

import app
from metrics.discovery import metrics
from metrics.handbook import reference_pages
from warehouse.discovery import forms
from warehouse.installation import Settings
from warehouse.text import Text

PROJECT = Path(__file__).parents[1]
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]")
EVERY = typer.main.get_command(app.cli).commands.items()  # type: ignore[attr-defined]  # a click group
COMMANDS = sorted((name, command) for name, command in EVERY if not command.hidden)
README = (PROJECT / "README.md").read_text()


def is_bilingual(text: Text) -> bool:
    """Chinese in Chinese, English without Chinese. A symbol such as % or kWh is the same in both."""
    if text.zh == text.en:
        return not HAN.search(text.zh) and bool(text.zh)
    return bool(HAN.search(text.zh)) and bool(LATIN.search(text.en)) and not HAN.search(text.en)


def texts(owner: str, declared: object) -> Iterator[tuple[str, Text]]:
    """Every Text a declaration carries, except those that may stay unsaid."""
    for name, value in vars(declared).items():
        if isinstance(value, Text) and (value.zh or value.en):
            yield f"{owner}.{name}", value


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_a_command_says_what_it_does(name: str, command: TyperCommand) -> None:
    shown = command.help or ""

    assert HAN.search(shown), name
    assert LATIN.search(shown), name
    assert f"zhijian {name}" in README


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_an_option_says_what_it_does(name: str, command: TyperCommand) -> None:
    silent = [each.name for each in command.params if not getattr(each, "help", "")]

    assert [option for option in silent if option != "help"] == [], name


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_stands_in_the_readme(name: str) -> None:
    assert f"`ZHIJIAN_{name.upper()}`" in README
    assert HAN.search(Settings.model_fields[name].description or "")


def test_the_readme_names_no_setting_that_is_gone() -> None:
    named = set(re.findall(r"`ZHIJIAN_(\w+)`", README)) - {"TEST_OWNER_URL"}

    assert named == {name.upper() for name in Settings.model_fields}


def test_every_make_target_says_what_it_does() -> None:
    makefile = (PROJECT / "Makefile").read_text()

    shown = re.findall(r"^([a-z-]+):.*?## (.+)$", makefile, re.MULTILINE)

    assert {"run", "test", "check", "clean", "help"} <= {target for target, _ in shown}
    assert all(HAN.search(text) and LATIN.search(text) for _, text in shown)


@pytest.mark.parametrize("form", forms().values(), ids=lambda form: form.name)
def test_a_form_speaks_both_languages(form: type) -> None:
    said = [("title", form.title)]  # type: ignore[attr-defined]  # a Form
    for column in form.columns.values():  # type: ignore[attr-defined]
        said += texts(column.name, column)
        assert column.label.zh, column.name
    for rule in form.rules.values():  # type: ignore[attr-defined]
        said += texts(rule.name, rule)

    assert [name for name, text in said if not is_bilingual(text)] == []


@pytest.mark.parametrize("name", metrics())
def test_a_metric_speaks_both_languages(name: str) -> None:
    metric = metrics()[name]

    said = dict(texts(name, metric))

    assert {f"{name}.label", f"{name}.definition", f"{name}.question"} <= set(said)
    assert [place for place, text in said.items() if not is_bilingual(text)] == []


@pytest.mark.parametrize("name", reference_pages())
def test_the_reference_pages_are_what_the_declarations_say(name: str) -> None:
    assert (PROJECT / "docs" / name).read_text() == reference_pages()[name], "run `make docs`"
