"""A declaration that names what nobody declared, or judges by what is not binding, ends the start with the name."""

from __future__ import annotations

from typing import Any

import pytest

from warehouse import law
from warehouse.discovery import form, forms, resolve
from warehouse.errors import DeclarationError, UnknownName
from warehouse.form import Form, Total, breach, count
from warehouse.text import Text

WORDS: Any = (("不符。", "Wrong."), ("改正。", "Mend it."))


def declared(**attributes: Any) -> type[Form]:
    """A form that exists for a test, outside the domains that are walked."""
    body = {"title": Text("测试表", "Test"), "domain": Text("测试", "Test"), "number": count("数", "Number"), **attributes}  # fmt: skip
    return type("Invented", (Form,), body)


def test_what_is_declared_is_known_by_name() -> None:
    assert form("enrolment") is forms()["enrolment"]
    with pytest.raises(UnknownName, match="enrolment"):
        form("enrollment")


@pytest.mark.parametrize(
    ("total", "named"),
    [
        (Total("enrollment", "students"), "enrolment"),
        (Total("enrolment", "studens"), "students"),
        (Total("staff", "persons", "no_cut", "full_time"), "no_cut"),
        (Total("staff", "persons", "staff_type", "no_such_member"), "no_such_member"),
        (Total("register", "school_class"), "school_class"),
    ],
)
def test_a_reference_to_nothing_ends_the_start(total: Total, named: str) -> None:
    wrong = declared(refers={"other": total})

    with pytest.raises((UnknownName, DeclarationError), match=named):
        resolve([wrong, *forms().values()])


def test_a_reference_that_is_right_is_taken() -> None:
    right = declared(refers={"other": Total("staff", "persons", "staff_type", "full_time")})

    assert resolve([right, *forms().values()])[right.name] is right


@pytest.mark.parametrize("code", ["RL10", "computers", "compliant_share"])
def test_only_what_binds_makes_a_breach(code: str) -> None:
    assert law.entry(code).force is not law.Force.MUST
    wrong = declared(lawful=breach(lambda f: f.number == 0, "number", code, *WORDS))

    with pytest.raises(DeclarationError, match=code):
        resolve([wrong, *forms().values()])


def test_a_rule_of_a_law_nobody_wrote_ends_the_start() -> None:
    wrong = declared(lawful=breach(lambda f: f.number == 0, "number", "RL99", *WORDS))

    with pytest.raises(UnknownName, match="RL99"):
        resolve([wrong, *forms().values()])
