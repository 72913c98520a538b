"""专业布局: how many offers of specialties there are, and how many students and entrants stand behind each.

How many different specialties a place has, which class is its largest and what stands twice within a county are no sums over schools: they
are counted in metrics/specialties.py.
"""

from __future__ import annotations

from metrics.metric import Count, Direction, Family, Part, Ratio, Style, Unit
from warehouse.form import Period
from warehouse.text import Text

LAYOUT = Text("专业布局是否合理？", "Is the layout of specialties sound?")
POINT = Unit(Text("个", "offers"), Style.COUNT)
EACH = Unit(Text("人/布点", "per offer"), Style.RATIO)

_offered = Part("register", "specialties_offered")

specialty_points = Count(
    _offered,
    label=Text("专业布点数", "Offers of specialties"),
    definition=Text(
        "各校开设专业数之和，同一专业在几所学校开设计几个布点",
        "Specialties offered, added up over schools: one that three schools offer counts three times",
    ),
    question=LAYOUT,
    unit=POINT,
    family=Family.SCALE,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
)
students_per_point = Ratio(
    Part("enrolment", "students"),
    _offered,
    label=Text("每布点在校生", "Students per offer"),
    definition=Text("在校生 ÷ 专业布点数", "Students divided by offers of specialties"),
    question=LAYOUT,
    unit=EACH,
    family=Family.SCALE,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
    decimals=1,
)
entrants_per_point = Ratio(
    Part("enrolment", "entrants"),
    _offered,
    label=Text("每布点招生", "Entrants per offer"),
    definition=Text(
        "招生 ÷ 专业布点数；过少难以成班",
        "Entrants divided by offers of specialties; too few make no class",
    ),
    question=LAYOUT,
    unit=EACH,
    family=Family.SCALE,
    direction=Direction.NEUTRAL,
    period=Period.AUTUMN,
    decimals=1,
)
