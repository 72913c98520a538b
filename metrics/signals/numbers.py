"""The numbers of the panel: where each stands in the forms, and the cells that a number rests on."""

from __future__ import annotations

from collections.abc import Mapping

from metrics.signals.signal import Cell
from warehouse.codes import majors
from warehouse.discovery import form
from warehouse.panel import Number
from warehouse.text import Text

GRADES = ("1", "2", "3", "4")
TITLES = ("senior", "associate", "middle", "junior", "none")
RED_LINES = (
    "under_sixteen", "minors_banned_work", "women_banned_work", "banned_venues", "through_agencies", "heavy_labour", "over_hours",
    "night_shift", "over_quota", "charged", "unvisited", "forced",
)  # fmt: skip
"""Columns of the internship form that count what is forbidden."""


def _totals(name: str, *measures: str, **renamed: str) -> dict[str, Number]:
    """Totals of a form under their own names, or under others."""
    plain = {measure: Number(name, measure) for measure in measures}
    return plain | {new: Number(name, measure) for new, measure in renamed.items()}


def _members(name: str, measure: str, cut: str, members: Mapping[str, str]) -> dict[str, Number]:
    return {new: Number(name, measure, cut, member) for new, member in members.items()}


NUMBERS: dict[str, Number] = {
    **_totals("enrolment", "students", "entrants", "graduates"),
    **_members("enrolment", "students", "grade", {f"students_{g}": g for g in GRADES}),
    **_totals(
        "flow", "start", "readmitted", "transferred_in", "other_in", "completed", "dropped_out", "cancelled", "suspended",
        "transferred_out", "other_out",
    ),
    **_totals("staff", "female", "specialty_teachers", "dual_qualified", "practised", staff="persons"),
    **_members("staff", "persons", "staff_type", {"full_time_teachers": "full_time", "part_time_teachers": "part_time"}),
    **_members("staff", "persons", "job_title", {f"title_{one}": one for one in TITLES}),
    **_totals("estate", "land", "buildings", "practice_buildings", "equipment", "books", "computers", "workstations"),
    **_totals("finance", "appropriation", "special_funds", "other_income", "expenditure", "staff_expenditure"),
    **_totals("class_band", "classes", "class_students"),
    **_members("class_band", "class_students", "grade", {f"class_students_{g}": g for g in GRADES}),
    **_totals("moral_education", "class_heads", "trained_heads", "screened", "counselled", "visited"),
    **_totals("internship", "interns", "insured", "consents", "pay_due", "pay_total", "hours_total", *RED_LINES, intern_agreements="agreements", intern_matched="matched"),
    **_members("internship", "interns", "grade*kind", {f"posted_{g}": f"{g}*post" for g in GRADES}),
    **_totals(
        "destination", "employed", "self_employed", "enlisted", "further_study", "flexible", "unsettled", "matched", "contract_year",
        "in_prefecture", "other_province", pay_total_graduates="pay_total",
    ),
    **_totals("partner", "agreements", "masters", "teachers_sent", "projects", "equipment_given"),
    **_totals("joint_training", "order_students", "apprentices"),
    **_totals("training", "trainee_hours", "income", trained="persons"),
    **_totals("certificate", "takers", "obtained"),
}  # fmt: skip

FIRST = {f"first_{name}": NUMBERS[name] for name in ("students", "entrants", "graduates", "staff", "buildings", "equipment")}  # fmt: skip
"""Numbers that are compared with what was reported first."""

MIX = {f"mix_{code}": Number("enrolment", "students", "major", code) for code in majors().labels}
"""Students by class of specialties: by these, and what the register says, similar schools are found."""

PARTNERS = ("partners", "idle", "ended")
CORRECTIONS = ("corrections", "corrected", "most")


CALLED = {
    "staff": Text("教职工数", "Staff"),
    "full_time_teachers": Text("专任教师数", "Full-time teachers"),
    "part_time_teachers": Text("校外兼职教师数", "Part-time teachers"),
    "classes": Text("班级数", "Classes"),
    "class_students": Text("各班学生数", "Students in classes"),
}
"""Numbers whose columns are named for one row, not for the whole."""


def cell(name: str) -> Cell:
    """Where a number of the panel stands."""
    one = NUMBERS[name]
    return Cell(one.form, one.measure)


def cells(*names: str) -> tuple[Cell, ...]:
    """Where numbers stand, each place once."""
    return tuple(dict.fromkeys(cell(name) for name in names))


def label(name: str) -> Text:
    """What a number of the panel is called: its column, and its member where it is one of a cut."""
    if name in CALLED:
        return CALLED[name]
    one = NUMBERS[name]
    declared = form(one.form)
    column = declared.columns[one.measure].label
    if not one.cut:
        return column
    members = [declared.labels(d).labels[m] for d, m in zip(one.cut.split("*"), one.member.split("*"), strict=True)]  # fmt: skip
    zh, en = "".join(member.zh for member in members), ", ".join(member.en for member in members)
    return Text(f"{zh}{column.zh}", f"{column.en}: {en}")


def numbers_of(name: str) -> tuple[str, ...]:
    """The numbers of the panel that stand in one form."""
    return tuple(number for number, one in NUMBERS.items() if one.form == name)


FORMS = tuple(dict.fromkeys(one.form for one in NUMBERS.values()))
TOTALS = {name: [n for n in numbers_of(name) if not NUMBERS[n].cut] for name in FORMS}
"""The totals of each form: where one is there, a member that is not is 0."""
