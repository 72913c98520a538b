"""整改: general schools by broken binding rules, how far they are from the legal limits, and cases that proved right."""

from metrics.shortlists.purpose import Counted, Criterion, Purpose, Scoring
from warehouse.text import Text


def _short(name: str, weight: int) -> Criterion:
    """How much of a limit is missing."""
    return Criterion(metric=name, weight=weight, scoring=Scoring.TO_LIMIT, limit=name)


purpose = Purpose(
    place=3,
    label=Text("整改对象", "Rectification"),
    about=Text(
        "按现存违规、与法定限值的差距和核实属实的核查件，差距最大的排在最前；只看已经发生和核实的事，不看风险预测。",
        "By standing breaches, distance to the legal limits and cases found to be true, the furthest behind first; only what has happened and was verified, no forecast.",
    ),
    criteria=(
        Criterion(counted=Counted.BREACHES, weight=30, scoring=Scoring.EACH, each=20),
        _short("students_per_teacher", 10),
        _short("land_per_student", 10),
        _short("buildings_per_student", 10),
        _short("equipment_per_student", 10),
        _short("books_per_student", 10),
        Criterion(counted=Counted.CONFIRMED, weight=20, scoring=Scoring.EACH, each=34),
    ),
    is_for_worst=True,
    school_classes=("general",),
)
