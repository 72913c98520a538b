"""综合信息: land, buildings, equipment, books and computers; the values of seven of the nine limits.

Attached classes use their host's campus, so schools alone stand on both sides of every ratio here.
"""

from __future__ import annotations

from metrics.catalogue.general import WHO, school_students
from metrics.metric import (
    CNY,
    CNY_EACH,
    PERCENT,
    SCHOOL,
    SQUARE_METRES,
    SQUARE_METRES_EACH,
    Count,
    Direction,
    Family,
    Part,
    Ratio,
    Style,
    Unit,
)
from warehouse.form import Period
from warehouse.text import Text

VOLUMES_EACH = Unit(Text("册/生", "volumes per student"), Style.RATIO)

land = Count(
    Part("estate", "land", kinds=SCHOOL),
    label=Text("校园占地面积", "Campus land"),
    definition=Text(
        "学校占地，不含教职工住宅；附设中职班的用地属主办学校，不计",
        "Land of schools without staff housing; attached classes use their host's and are left out",
    ),
    question=WHO,
    code="K02",
    unit=SQUARE_METRES,
    family=Family.ESTATE,
    direction=Direction.UP,
    period=Period.STOCK,
    limits=("land",),
)
land_per_student = Ratio(
    Part("estate", "land", kinds=SCHOOL),
    school_students,
    label=Text("生均用地面积", "Land per student"),
    definition=Text("学校占地面积 ÷ 学校在校生", "Campus land divided by the students of schools"),
    question=WHO,
    code="K03",
    unit=SQUARE_METRES_EACH,
    family=Family.ESTATE,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=2,
    limits=("land_per_student",),
)
buildings = Count(
    Part("estate", "buildings", kinds=SCHOOL),
    label=Text("校舍建筑面积", "Building area"),
    definition=Text("学校校舍，不含教职工住宅", "Buildings of schools without staff housing"),
    question=WHO,
    code="K04",
    unit=SQUARE_METRES,
    family=Family.ESTATE,
    direction=Direction.UP,
    period=Period.STOCK,
    limits=("buildings",),
)
buildings_per_student = Ratio(
    Part("estate", "buildings", kinds=SCHOOL),
    school_students,
    label=Text("生均校舍建筑面积", "Building area per student"),
    definition=Text(
        "学校校舍面积 ÷ 学校在校生", "Building area divided by the students of schools"
    ),
    question=WHO,
    code="K05",
    unit=SQUARE_METRES_EACH,
    family=Family.ESTATE,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=2,
    limits=("buildings_per_student",),
)
practice_buildings_share = Ratio(
    Part("estate", "practice_buildings", kinds=SCHOOL),
    Part("estate", "buildings", kinds=SCHOOL),
    100,
    label=Text("实训用房占校舍", "Practice area among buildings"),
    definition=Text("实训用房面积 ÷ 校舍建筑面积", "Area for practice divided by building area"),
    question=WHO,
    unit=PERCENT,
    family=Family.ESTATE,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
    decimals=1,
)
equipment = Count(
    Part("estate", "equipment", kinds=SCHOOL),
    label=Text("仪器设备总值", "Equipment value"),
    definition=Text("学校教学实习仪器设备值", "Value of the teaching equipment of schools"),
    question=WHO,
    code="K08",
    unit=CNY,
    family=Family.ESTATE,
    direction=Direction.UP,
    period=Period.STOCK,
    limits=("equipment",),
)
equipment_per_student = Ratio(
    Part("estate", "equipment", kinds=SCHOOL),
    school_students,
    label=Text("生均仪器设备值", "Equipment value per student"),
    definition=Text(
        "仪器设备总值 ÷ 学校在校生", "Equipment value divided by the students of schools"
    ),
    question=WHO,
    code="K09",
    unit=CNY_EACH,
    family=Family.ESTATE,
    direction=Direction.UP,
    period=Period.STOCK,
    limits=("equipment_per_student",),
)
books_per_student = Ratio(
    Part("estate", "books", kinds=SCHOOL),
    school_students,
    label=Text("生均图书", "Books per student"),
    definition=Text("纸质图书 ÷ 学校在校生", "Printed books divided by the students of schools"),
    question=WHO,
    code="K10",
    unit=VOLUMES_EACH,
    family=Family.ESTATE,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
    limits=("books_per_student",),
)
computers_per_hundred = Ratio(
    Part("estate", "computers", kinds=SCHOOL),
    school_students,
    100,
    label=Text("每百名学生计算机", "Computers per hundred students"),
    definition=Text(
        "教学用计算机 × 100 ÷ 学校在校生", "Teaching computers per hundred students of schools"
    ),
    question=WHO,
    unit=Unit(Text("台/百生", "per 100 students"), Style.RATIO),
    family=Family.ESTATE,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
    limits=("computers",),
)
workstations_per_hundred = Ratio(
    Part("estate", "workstations", kinds=SCHOOL),
    school_students,
    100,
    label=Text("每百名学生实训工位", "Practice workstations per hundred students"),
    definition=Text(
        "校内实训工位 × 100 ÷ 学校在校生", "Practice workstations per hundred students of schools"
    ),
    question=WHO,
    unit=Unit(Text("个/百生", "per 100 students"), Style.RATIO),
    family=Family.ESTATE,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
)
