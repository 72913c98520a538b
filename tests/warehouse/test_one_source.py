"""One datum, one source: no form asks for what another one asks for already.

Two columns of two submitted forms are alike where a label, an alias or the English label of theirs means the same word once
trimmings are off. Each pair that is alike was looked at: it stands below with the reason why it is not one datum.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import combinations

import pytest

from etl.headers import layouts, plain
from warehouse.codes import specialties
from warehouse.discovery import resolve, submitted_forms
from warehouse.errors import DeclarationError
from warehouse.form import Column, Form, Part, Period, count, key
from warehouse.locked import keyed, laid, locked
from warehouse.shown import Shown
from warehouse.text import Text

TRIMMINGS = re.compile(r"^(其中|各|本校|本学年|上学年|该段)+|(总?数|合计|总额|情况|人)+$")
SAME = (
    ("教学班", "班"),
    ("班级", "班"),
    ("在校学生", "在校生"),
    ("教职工", "教师"),
    ("毕业生", "毕业"),
    ("招收", "招"),
    ("招生", "招"),
)
ENGLISH = re.compile(r"\b(students?|of|them|number|total|the|in|all|with|a)\b")

REVIEWED: dict[tuple[str, str], str] = {
    ("moral_activity.participants", "publicity.reach"): "those at moral-education activities; readers and visitors of publicity",
    ("partner.agreements", "internship.agreements"): "agreements with enterprises; interns with an agreement of three parties",
    ("internship.matched", "destination.matched"): "interns of this year; graduates of the year before who are employed",
}  # fmt: skip
"""Why they are not one datum."""


def words(column: Column) -> set[str]:
    """What a column may be called, without trimmings; codes and declared names of files are no words."""
    chinese = {_bare(word) for word in (column.label.zh, *column.aliases) if not word.isascii()}
    english = plain(ENGLISH.sub("", column.label.en.lower()))
    return {word for word in (*chinese, english) if word}


def _bare(word: str) -> str:
    for one, other in SAME:
        word = word.replace(one, other)
    return TRIMMINGS.sub("", plain(word))


def alike(forms: Mapping[str, type[Form]]) -> dict[tuple[str, str], bool]:
    """Pairs "form.column" that seem to ask for one datum; true where unit and period are one too. Keys say of what a row speaks."""
    asked = [
        (f"{form.name}.{column.name}", column)
        for form in forms.values()
        for column in form.columns.values()
        if column.part is not Part.KEY
    ]
    return {
        (one, other): (a.unit, a.period) == (b.unit, b.period)
        for (one, a), (other, b) in combinations(asked, 2)
        if one.partition(".")[0] != other.partition(".")[0] and words(a) & words(b)
    }


def test_every_pair_that_is_alike_was_looked_at() -> None:
    found = alike({form.name: form for form in layouts()})

    assert sorted(set(found) - set(REVIEWED)) == []
    assert sorted(set(REVIEWED) - set(found)) == []  # and none that is gone


def test_no_reviewed_pair_shares_its_label() -> None:
    columns = {f"{f.name}.{c.name}": c for f in layouts() for c in f.columns.values()}  # fmt: skip

    for one, other in REVIEWED:
        assert columns[one].label.zh != columns[other].label.zh
        assert columns[one].label.en != columns[other].label.en


def test_no_locked_number_is_asked_for_beside_itself() -> None:
    for form in submitted_forms().values():
        own = {name: words(column) for name, column in form.columns.items()}
        shown = {one.total.measure for one in locked(form).values() if not one.total.label.zh}

        assert not [n for n in shown & set(own) if form.columns[n].part is Part.MEASURE]


def _made_up(**columns: Column) -> type[Form]:
    domain = next(iter(submitted_forms().values())).domain
    body = {"title": Text("重复表", "Doubled form"), "domain": domain, **columns}
    made = type("Doubled", (Form,), body)
    assert issubclass(made, Form)
    return made


@pytest.mark.parametrize(
    ("column", "is_same"),
    [
        (count("招生人数", "Newcomers", period=Period.AUTUMN), True),
        (count("新生", "Entrants", period=Period.AUTUMN), True),
        (count("新生", "Newcomers", "招收学生数", period=Period.YEAR), False),
    ],
)
def test_a_datum_asked_for_again_is_found(column: Column, is_same: bool) -> None:
    made = _made_up(again=column)

    found = alike({form.name: form for form in (*layouts(), made)})

    assert found[("enrolment.entrants", "doubled.again")] is is_same


def test_what_nobody_else_asks_is_not_found() -> None:
    made = _made_up(pianos=count("钢琴台数", "Pianos"))

    found: Iterable[tuple[str, str]] = alike({form.name: form for form in (*layouts(), made)})

    assert not [pair for pair in found if "doubled.pianos" in pair]


def test_a_locked_number_stands_behind_the_column_it_names() -> None:
    flow = submitted_forms()["flow"]

    assert list(locked(flow)) == ["entered", "graduated", "end"]
    names = list(laid(flow))
    assert names[:2] == ["start", "entered"]
    assert names[names.index("other_in") + 1] == "graduated"
    assert names[-1] == "end"


def test_a_total_of_what_the_owner_asks_by_parts_has_a_label_of_its_own() -> None:
    shown = locked(submitted_forms()["register"])["classes"]

    assert shown.label.zh == "班数"
    assert shown.owner is submitted_forms()["class_band"]
    assert "教学班数" in shown.headers


def test_a_number_by_key_stands_in_the_rows_of_a_form() -> None:
    destination = submitted_forms()["destination"]

    assert list(laid(destination))[:2] == ["specialty", "graduates"]
    assert list(keyed(destination)) == ["graduates"]
    assert keyed(submitted_forms()["flow"]) == {}


@pytest.mark.parametrize(
    ("keys", "by", "why"),
    [
        (("specialty",), "", "by"),  # the school's number would stand in every row
        (("specialty", "grade"), "specialty", "by"),  # a specialty's in each of its grades
        (("sponsor",), "sponsor", "sponsor"),  # the owner does not ask by it
    ],
)
def test_a_number_that_would_stand_twice_or_nowhere_is_refused_at_start(
    keys: tuple[str, ...], by: str, why: str
) -> None:
    known = {column.name: column for form in submitted_forms().values() for column in form.columns.values()}  # fmt: skip
    wrong = _made_up(
        **{name: key(name, name, known[name].codes or specialties()) for name in keys}, own=count("甲", "A")
    )  # fmt: skip
    wrong.refers = {"n": Shown("enrolment", "students", after="own", by=by)}

    with pytest.raises(DeclarationError, match=why):
        resolve([*submitted_forms().values(), wrong])


def test_a_locked_number_behind_a_column_that_is_not_there_is_refused_at_start() -> None:
    wrong = _made_up(own=count("甲", "A"))
    wrong.refers = {"n": Shown("enrolment", "students", after="no_such_column")}

    with pytest.raises(DeclarationError, match="no_such_column"):
        resolve([*submitted_forms().values(), wrong])
