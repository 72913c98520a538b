"""优质中职学校: general schools by teachers, equipment, retention and what became of graduates; the binding conditions are gates."""

from metrics.shortlists.purpose import Criterion, Purpose
from warehouse.conflicts import Conflict
from warehouse.text import Text

purpose = Purpose(
    place=1,
    label=Text("优质中职学校", "Quality schools"),
    about=Text(
        "在办学条件全部达标的普通中职学校中，按师资、条件、巩固率和毕业去向遴选。",
        "Among general schools that reach every binding condition, by teachers, equipment, retention and destinations.",
    ),
    criteria=(
        Criterion(metric="students_per_teacher", weight=15, gate="students_per_teacher"),
        Criterion(metric="dual_qualified", weight=20, gate="dual_qualified"),
        Criterion(metric="buildings_per_student", weight=10, gate="buildings_per_student"),
        Criterion(metric="equipment_per_student", weight=15, gate="equipment_per_student"),
        Criterion(metric="retention", weight=15),
        Criterion(metric="settled_rate", weight=15),
        Criterion(metric="matched_employment", weight=10),
    ),
    sets_aside=frozenset({Conflict.BREACH, Conflict.OPEN_CASE, Conflict.CONFIRMED}),
    school_classes=("general",),
)
