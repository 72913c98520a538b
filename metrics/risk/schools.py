"""The third judgement: what may become of a school of the ministry's own that is not yet in that state.

What a risk may rest on are numbers, ratios of them and four categories; never a code, a name or a place. Beds and recipients of aid are
asked by no form, so nothing is said of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from metrics.bands import REGION_NAMES, region
from metrics.risk.backtest import Order
from metrics.risk.panel import Named, Panel
from metrics.signals.numbers import NUMBERS, label
from metrics.signals.panel import Panel as Signals
from metrics.signals.panel import read
from warehouse.dimensions import SCHOOL_TYPE, SETTING, SPONSOR, UNIT_KIND
from warehouse.domains.monitoring import NINE
from warehouse.ladder import Ladder
from warehouse.panel import KEYS, Number, Whose, read_numbers
from warehouse.store import Reader
from warehouse.text import Text

NAMED = Named("school_id", "year", "happened")
LOST = 0.25  # of its students: the share that makes a loss
LEADS = (1, 2)  # years ahead
CATEGORIES = ("school_type", "sponsor", "setting", "region")
CHOSEN = (
    "students", "entrants", "graduates", "transferred_in", "completed", "dropped_out", "suspended", "transferred_out", "other_out",
    "staff", "full_time_teachers", "part_time_teachers", "specialty_teachers", "dual_qualified", "title_senior", "land", "buildings",
    "equipment", "books", "computers", "workstations", "appropriation", "expenditure", "staff_expenditure", "classes", "interns",
    "employed", "further_study", "unsettled", "agreements", "order_students", "trained", "obtained",
)  # fmt: skip
"""Numbers of the panel that say how large a school is and where it is going; members of cuts and red lines are left out."""

CONDITIONS = {
    "limits_missed": Number("conditions", "limits_missed"),
    **{f"near_{code}": Number("conditions", f"near_{code}") for code in NINE},
}  # fmt: skip
"""The verdicts on the nine limits; years before the law are judged by the first later one."""


@dataclass(frozen=True)
class Ratio:
    """One number by another."""

    above: pl.Expr
    below: str
    label: Text

    @property
    def value(self) -> pl.Expr:
        return pl.when(pl.col(self.below) > 0).then(self.above / pl.col(self.below))


_LEFT = pl.sum_horizontal("dropped_out", "suspended", "transferred_out", "other_out")
RATIOS = {
    "students_per_teacher": Ratio(pl.col("students"), "full_time_teachers", Text("生师比", "students per teacher")),
    "students_per_class": Ratio(pl.col("class_students"), "classes", Text("平均班额", "students per class")),
    "land_per_student": Ratio(pl.col("land"), "students", Text("生均占地", "land per student")),
    "buildings_per_student": Ratio(pl.col("buildings"), "students", Text("生均校舍", "buildings per student")),
    "equipment_per_student": Ratio(pl.col("equipment"), "students", Text("生均设备", "equipment per student")),
    "books_per_student": Ratio(pl.col("books"), "students", Text("生均图书", "books per student")),
    "workstations_per_student": Ratio(pl.col("workstations"), "students", Text("生均实训工位", "workstations per student")),
    "appropriation_per_student": Ratio(pl.col("appropriation"), "students", Text("生均财政拨款", "appropriation per student")),
    "entrants_share": Ratio(pl.col("entrants"), "students", Text("新生占在校生", "entrants of the students")),
    "graduates_share": Ratio(pl.col("graduates"), "students", Text("毕业生与在校生之比", "graduates by students")),
    "entrants_by_graduates": Ratio(pl.col("entrants"), "graduates", Text("招生与毕业之比", "entrants by graduates")),
    "left_share": Ratio(_LEFT, "start", Text("学年内离校占比", "students who left in the year")),
    "dual_qualified_share": Ratio(pl.col("dual_qualified"), "specialty_teachers", Text("双师占专业课教师", "dual-qualified of specialty teachers")),
    "unsettled_share": Ratio(pl.col("unsettled"), "graduates", Text("未就业占毕业生", "graduates not settled")),
}  # fmt: skip
CALLED = {
    "age": Text("校龄", "years since it was founded"),
    "near_limits": Text("临界的限值项数", "limits barely met"),
    "limits_missed": Text("未达的限值项数", "limits missed"),
    "school_id": Text("在册年数与间断", "years on record and gaps"),
    "happened": Text("此前发生过", "it had happened before"),
    "school_type": Text("学校类型", "type of school"),
    "sponsor": Text("举办者", "sponsor"),
    "setting": Text("城乡", "urban or rural"),
    "region": Text("大区", "region"),
}
LEVELS: Mapping[str, Mapping[str, Text]] = {
    "school_type": {**UNIT_KIND.labels, **SCHOOL_TYPE.labels},
    "sponsor": SPONSOR.labels,
    "setting": SETTING.labels,
    "region": REGION_NAMES,
}


@dataclass(frozen=True)
class Outcome:
    """One thing that may happen; `directions`: 1 or -1 for what is known to mean more or less of it.

    `title` names it, `happens` stands in a sentence about a school.
    """

    name: str
    title: Text
    happens: Text
    directions: Mapping[str, int]


_ENTERING = {"entrants_share": -1, "entrants_by_graduates": -1, "left_share": 1}
_MEANS = dict.fromkeys(
    ("land_per_student", "buildings_per_student", "equipment_per_student", "books_per_student"), -1
)
SHRINKS = Outcome(
    "shrinks", Text("在校生减少四分之一", "Loses a quarter of its students"),
    Text("在校生减少四分之一以上", "loses a quarter of its students or more"), _ENTERING,
)  # fmt: skip
BELOW = Outcome(
    "below", Text("跌破办学条件底线", "Falls below a compliance minimum"), Text("由全部达标变为有限值未达", "falls below one of the nine limits, all of which it meets"),
    {**_MEANS, "students_per_teacher": 1, "near_limits": 1},
)  # fmt: skip
ENDS = Outcome(
    "ends", Text("停办或并入他校", "Closes or is merged"), Text("停办或并入他校", "closes or is merged"),
    {**_ENTERING, "students": -1},
)  # fmt: skip
ANY = Outcome("any", Text("三者之一", "Any of the three"), Text("发生三者之一", "meets with one of the three"), _ENTERING)  # fmt: skip
OUTCOMES = (SHRINKS, BELOW, ENDS, ANY)


def called(column: str) -> Text:
    """What a column of the frame is called."""
    if column in RATIOS:
        return RATIOS[column].label
    return label(column) if column in NUMBERS else CALLED[column]


def level_name(column: str, level: str) -> Text:
    """What a member of a category is called."""
    return LEVELS[column].get(level, Text(level, level))


def read_schools(reader: Reader, ladder: Ladder, place_id: int, years: list[int]) -> pl.DataFrame:
    """The rows of `told` of the schools below a place, within the reader's scope."""
    return told_beside(reader, ladder, place_id, read(reader, place_id, years))


def told_beside(reader: Reader, ladder: Ladder, place_id: int, panel: Signals) -> pl.DataFrame:
    """The rows of `told` of a place whose panel has been read already: only the verdicts on the limits are read."""
    years = panel.rows["year"].unique().sort().to_list()
    conditions = read_numbers(reader, Whose(place_id), years, CONDITIONS)
    rows = panel.rows.join(conditions, on=KEYS, how="left")
    last = {school: ladder.place(school).last_year for school in rows["school_id"].unique()}
    return told(rows, last)


def told(panel: pl.DataFrame, last: Mapping[int, int]) -> pl.DataFrame:
    """KEYS, CHOSEN, RATIOS, age, near_limits, limits_missed and CATEGORIES; `last_year` is the last year of each school's life.

    From rows of the signals' panel with CONDITIONS (null where a school is not judged).
    """
    lives = pl.col("school_id").replace_strict(last, default=None, return_dtype=pl.Int64)
    return panel.select(
        *KEYS, *CHOSEN, *(ratio.value.alias(name) for name, ratio in RATIOS.items()),
        age=(pl.col("year") - pl.col("founded")).cast(pl.Float64),
        near_limits=pl.sum_horizontal(name for name in CONDITIONS if name.startswith("near_")),
        limits_missed=pl.col("limits_missed"),
        school_type=pl.coalesce("school_type", "unit_kind"), sponsor=pl.col("sponsor"), setting=pl.col("setting"), region=region(),
        last_year=lives,
    )  # fmt: skip


def known(rows: pl.DataFrame, outcome: Outcome, lead: int) -> pl.DataFrame:
    """The frame for a back-test: `rows` with `happened` within (year, year + lead], null where unknown, and `is_in_it`.

    Unknown: schools that are in that state already, that are not judged, or whose next years are not over or not reported.
    """
    newest = rows.filter(pl.col("students").is_not_null())["year"].max()
    found = rows.sort(KEYS).with_columns(_states(rows, lead))
    is_over = pl.col("year") + lead <= newest
    happened = pl.when(is_over & ~pl.col(f"{outcome.name}__in")).then(f"{outcome.name}__after")
    return found.select(
        *(name for name in rows.columns if name != "last_year"),
        is_in_it=pl.col(f"{outcome.name}__in"), happened=happened.cast(pl.Int8),
    )  # fmt: skip


def order(outcome: Outcome, lead: int, panel: Panel) -> Order:
    """What is asked of a back-test of `known`, whose outcome tells what follows each row; directions of what the panel holds."""
    directions = {name: sign for name, sign in outcome.directions.items() if name in panel.numbers}
    return Order(leads=(lead,), is_aligned=True, directions=directions)


def panel_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """What a model may see of `known`."""
    return frame.drop("is_in_it")


def _states(rows: pl.DataFrame, lead: int) -> list[pl.Series]:
    """Of each outcome: whether a row is in it already, and whether it is within the next `lead` years (null where unknown)."""
    frame = rows.sort(KEYS)
    for name in ("students", "limits_missed"):
        for by in range(-lead, lead + 1):
            frame = frame.join(_moved(rows, name, by), on=KEYS, how="left", maintain_order="left")
    ahead, back = range(1, lead + 1), range(-lead, 0)
    kept = (1 - LOST) * pl.col("students")
    lost_before = pl.any_horizontal(pl.col("students") <= (1 - LOST) * pl.col(_at("students", by)) for by in back)  # fmt: skip
    missed = pl.col("limits_missed") > 0
    told = frame.with_columns(
        shrinks__in=lost_before.fill_null(value=False),
        shrinks__after=pl.any_horizontal(pl.col(_at("students", by)) <= kept for by in ahead),
        below__in=missed.fill_null(value=False),
        below__after=pl.when(missed.is_not_null()).then(
            pl.any_horizontal(pl.col(_at("limits_missed", by)) > 0 for by in ahead)
        ),
        ends__in=pl.lit(value=False),
        ends__after=pl.col("last_year") < pl.col("year") + lead,
    ).with_columns(
        any__in=pl.lit(value=False),
        any__after=pl.any_horizontal(
            # a state that it is in already, or that it is not asked about, cannot begin
            pl.when(pl.col("shrinks__in")).then(pl.lit(value=False)).otherwise("shrinks__after"),
            pl.when(pl.col("below__in") | missed.is_null()).then(pl.lit(value=False)).otherwise("below__after"),
            "ends__after",
        ),
    )  # fmt: skip
    return [told[f"{one.name}__{when}"] for one in OUTCOMES for when in ("in", "after")]


def _at(name: str, by: int) -> str:
    return f"{name}@{by}"


def _moved(rows: pl.DataFrame, name: str, by: int) -> pl.DataFrame:
    """A number of each school `by` years later."""
    return rows.select("school_id", (pl.col("year") - by).alias("year"), pl.col(name).alias(_at(name, by)))  # fmt: skip
