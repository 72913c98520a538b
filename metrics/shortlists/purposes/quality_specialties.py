"""优质专业: one specialty, or a whole class of them, at each school, compared with the same at others."""

from metrics.shortlists.purpose import Criterion, Purpose
from warehouse.conflicts import Conflict
from warehouse.text import Text

purpose = Purpose(
    place=2,
    label=Text("优质专业", "Quality specialties"),
    about=Text(
        "同一专业（或专业大类）在各校之间比较：实践教学、校企共育、巩固率和毕业去向。",
        "The same specialty, or class of specialties, compared between schools: practice, joint training, retention and destinations.",
    ),
    criteria=(
        Criterion(metric="practice_hours_share", weight=15, gate="practice_hours"),
        Criterion(metric="joint_training_share", weight=15),
        Criterion(metric="retention", weight=20),
        Criterion(metric="settled_rate", weight=25),
        Criterion(metric="matched_employment", weight=25),
    ),
    sets_aside=frozenset({Conflict.BREACH, Conflict.OPEN_CASE, Conflict.CONFIRMED}),
    cut="major",
    offered_by="students",
)
