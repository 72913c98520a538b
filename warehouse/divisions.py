"""The history of the administrative divisions, walked back from the register of 2026 through the recorded changes.

Sources, both in warehouse/reference: `divisions_2026_09.csv`, the register of September 2026, and
`division_changes_2010_2026.csv`, 480 changes by calendar year. A change of calendar year Y counts from academic
year Y, whose stock date is 1 September Y, even where the decree is of the autumn: the source has no dates.

Undoing the changes of Y turns the divisions of year Y into those of Y - 1. A row that does not fit what stands
there (no code, another name, a neighbour of the same name in another prefecture) is reported with its line and
its reason; nothing is guessed in its place. What the rows leave out therefore stays out: a district that vanished
without a usable row is not in the years before either.

Lasting identity: a division that changes its code, name, kind or parent stays the same place when one row says
that it became another; where it was closed into another, the other is its successor. The lasting id is the first
known code as a number.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from importlib.resources import files
from itertools import count

NATION, CORPS, XINJIANG = 1, 660000, 650000
FIRST_YEAR = 2009
"""The state before the first recorded changes, those of 2010."""
REGISTER_YEAR = 2026
FOREVER = 9999
OUTSIDE = frozenset({"710000", "810000", "820000"})
"""Taiwan, Hong Kong and Macao stand in the register but not in the statistics."""

BECAME = frozenset({"同名改码", "更名", "撤县设区", "撤县设市", "撤市设区", "撤地设市", "区划调整"})
"""One division became another in code, name or kind and stays the same place."""
CLOSED = frozenset({"撤销", "撤区设区"})
"""One division went into another. 撤区设区 stands here because what was a district already becomes nothing new by
it: in both rows of the source a district is joined to its neighbour."""
OPENED = frozenset({"新设"})
MOVED = frozenset({"划转"})
"""Part of a territory passed to a neighbour: no place as a whole changed."""


class Rung(IntEnum):
    """The ladder from the whole to a single reporting unit. A place need not have a parent one rung above it."""

    NATION = 0
    PROVINCE = 1
    PREFECTURE = 2
    COUNTY = 3
    SCHOOL = 4


@dataclass(frozen=True)
class Change:
    """One row of the list of changes; texts as they stand there, `line` as an editor counts it."""

    line: int
    year: int
    type: str
    level: str
    old_code: str
    old_name: str
    old_parent: str
    new_code: str
    new_name: str
    new_parent: str
    doc_no: str


@dataclass(frozen=True)
class Fate:
    """What became of a row: used, used in part, or unusable; with the reason where it is not simply used."""

    change: Change
    fate: str
    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class Spell:
    """A division under one code, one name and one parent, from one year to another, both included."""

    parent: "Division | None"
    code: str
    name: str
    from_year: int
    to_year: int


@dataclass(eq=False)
class Division:
    """One lasting place; `spells` run from the newest back."""

    rung: Rung
    spells: list[Spell] = field(default_factory=list)
    successor: "Division | None" = None

    @property
    def place_id(self) -> int:
        """The first known code as a number; no code of the source ever served two divisions, which a test holds."""
        return NATION if self.rung is Rung.NATION else int(self.spells[-1].code)

    @property
    def name(self) -> str:
        """The name of the earliest spell known so far: while walking back, the name in the year reached."""
        return self.spells[-1].name

    @property
    def parent(self) -> "Division | None":
        return self.spells[-1].parent

    def begin(self, year: int) -> None:
        """Let the earliest spell begin with a year."""
        last = self.spells.pop()
        self.spells.append(Spell(last.parent, last.code, last.name, year, last.to_year))

    def precede(self, code: str, name: str, parent: "Division | None", year: int) -> None:
        """Add the spell that ended when the one of `year` began."""
        self.begin(year)
        self.spells.append(Spell(parent, code, name, FIRST_YEAR, year - 1))


State = dict[str, Division]
"""The divisions in force in one year, by the code of that year."""


def read_csv(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a reference file with the line each stands on (the header is line 1)."""
    text = files("warehouse").joinpath("reference", name).read_text(encoding="utf-8-sig")
    return zip(count(2), csv.DictReader(text.splitlines()), strict=False)


def read_changes() -> list[Change]:
    return [
        Change(line, int(row["year"]), **{key: row[key].strip() for key in row if key != "year"})
        for line, row in read_csv("division_changes_2010_2026.csv")
    ]


def read_state() -> tuple[Division, State]:
    """The nation and the divisions of the register, parents before children."""
    nation = Division(Rung.NATION, [Spell(None, "000000", "全国", FIRST_YEAR, FOREVER)])
    rows = [row for _, row in read_csv("divisions_2026_09.csv")]
    rows.append({"code": str(CORPS), "name": "新疆生产建设兵团", "level": "1", "parent": ""})
    state: State = {}
    for row in sorted(rows, key=lambda row: (row["level"], row["code"])):
        parent = parent_in(state, row["code"], row["parent"]) if row["parent"] else nation
        spell = Spell(parent, row["code"], row["name"], FIRST_YEAR, FOREVER)
        state[row["code"]] = Division(Rung(int(row["level"])), [spell])
    return nation, state


def parent_in(state: State, code: str, parent: str) -> Division | None:
    """The division a code hangs below: the cities of the corps below the corps, the rest below `parent`.

    The codes 110100, 429000 and the like group what has no prefecture; the place then hangs below its province.
    A row without a parent is read by the structure of the code (GB/T 2260: two digits a rung).
    """
    if code.startswith("659"):
        return state.get(str(CORPS))
    named = parent or (code[:2] + "0000" if code.endswith("00") else code[:4] + "00")
    grouping = named[2:4] == "90" or named[:2] in ("11", "12", "31", "50")
    return state.get(named[:2] + "0000" if grouping else named)


def walk_back() -> tuple[list[Division], list[Fate]]:
    """Every division since 2009, and the fate of every row of changes."""
    nation, state = read_state()
    everything = [nation, *state.values()]
    by_year: dict[int, list[Change]] = defaultdict(list)
    for change in read_changes():
        by_year[change.year].append(change)
    fates: list[Fate] = []
    for year in range(REGISTER_YEAR, FIRST_YEAR, -1):
        undone = Undoing(year, state)
        fates += undone.run(by_year[year])
        state = undone.before
        everything += undone.closed
    return everything, sorted(fates, key=lambda fate: fate.change.line)


class Undoing:
    """The changes of one year taken back: from `after`, the divisions of the year, to `before`."""

    def __init__(self, year: int, after: State) -> None:
        self.year = year
        self.after = after
        self.before = dict(after)
        self.closed: list[Division] = []
        self._became: dict[str, Change] = {}
        self._opened: set[str] = set()

    def run(self, changes: list[Change]) -> list[Fate]:
        """Read all rows, vacate the new codes, then put the old ones back, prefectures first."""
        fates = [self._judge(change) for change in changes]
        for code in (*self._became, *self._opened):
            self.before.pop(code, None)
        usable = [fate for fate in fates if fate.fate != "unusable"]
        for fate in sorted(usable, key=lambda fate: fate.change.level):
            self._undo(fate)
        self._begin_with_parents()
        return fates

    def _judge(self, change: Change) -> Fate:
        if change.type in BECAME and change.old_code and change.new_code:
            return self._judge_became(change)
        if change.type in CLOSED and change.old_code:
            return self._judge_closed(change)
        if change.type in OPENED and change.new_code:
            return self._judge_opened(change)
        if change.type in MOVED:
            return refuse(change, "只划转部分辖区", "only part of a territory moved")
        return refuse(
            change, "没有代码，无法确定是哪个区划", "it has no code, so no division is named"
        )

    def _judge_became(self, change: Change) -> Fate:
        if (change.old_code, change.old_name) == (change.new_code, change.new_name):
            return refuse(change, "前后相同，没有说明任何变化", "before and after are the same")
        if problem := self._mismatch(change) or self._occupied(change):
            return problem
        if change.new_code in self._became:
            return refuse(
                change, "另一行已说明该代码的来源", "another row already says what became this code"
            )
        self._became[change.new_code] = change
        return Fate(change, "used")

    def _judge_closed(self, change: Change) -> Fate:
        if problem := self._occupied(change):
            return problem
        if not change.new_code:
            return partly(
                change,
                "没有写并入何处，暂归原上级",
                "it names no successor; counted under its parent",
            )
        if self._mismatch(change):
            return partly(
                change, "所写的继承者不在名录中", "the successor it names is not in the register"
            )
        if self._elsewhere(change):
            return partly(
                change,
                "继承者是外市的同名区划",
                "the successor is a namesake in another prefecture",
            )
        return Fate(change, "used")

    def _judge_opened(self, change: Change) -> Fate:
        if change.new_code in OUTSIDE:
            return refuse(
                change,
                "不在统计范围内，且并非当年设立",
                "outside the statistics, and not established then",
            )
        if problem := self._mismatch(change):
            return problem
        self._opened.add(change.new_code)
        return Fate(change, "used")

    def _mismatch(self, change: Change) -> Fate | None:
        """Refuse a row whose result is not what stands in the register after it."""
        found = self.after.get(change.new_code)
        if found is None:
            zh, en = (
                f"名录中没有 {change.new_code}",
                f"{change.new_code} is not in the register of that year",
            )
            return refuse(change, zh, en)
        if found.name != change.new_name:
            zh = f"{change.new_code} 在名录中是{found.name}，不是{change.new_name}"
            en = f"{change.new_code} is {found.name} in the register, not {change.new_name}"
            return refuse(change, zh, en)
        return None

    def _occupied(self, change: Change) -> Fate | None:
        """Refuse a row that ends a code still in force afterwards, unless a row gives that code away anew."""
        if change.old_code not in self.after or change.old_code == change.new_code:
            return None
        zh, en = (
            f"{change.old_code} 之后仍在使用",
            f"{change.old_code} is still in force afterwards",
        )
        return refuse(change, zh, en)

    def _elsewhere(self, change: Change) -> bool:
        """Whether a closed county is said to have gone to a prefecture that is not its own, which still exists."""
        if change.level != "3":
            return False
        own = parent_in(self.after, change.old_code, change.old_parent)
        successor = self.after[change.new_code]
        return own is not None and own not in (successor, successor.parent)

    def _undo(self, fate: Fate) -> None:
        change = fate.change
        if change.type in OPENED:
            self.after[change.new_code].begin(self.year)
            return
        parent = parent_in(self.before, change.old_code, change.old_parent)
        if change.type in BECAME:
            place = self.after[change.new_code]
            place.precede(change.old_code, change.old_name, parent, self.year)
        else:
            spell = Spell(parent, change.old_code, change.old_name, FIRST_YEAR, self.year - 1)
            successor = self.after[change.new_code] if fate.fate == "used" else None
            place = Division(Rung(int(change.level)), [spell], successor)
            self.closed.append(place)
        self.before[change.old_code] = place

    def _begin_with_parents(self) -> None:
        """A county below a prefecture that was opened, of which no row says more, begins with it (三沙市)."""
        standing = set(self.before.values())
        for code, place in list(self.before.items()):
            if place.rung is Rung.COUNTY and place.parent not in standing:
                place.begin(self.year)
                del self.before[code]


def refuse(change: Change, zh: str, en: str) -> Fate:
    return Fate(change, "unusable", zh, en)


def partly(change: Change, zh: str, en: str) -> Fate:
    return Fate(change, "partly", zh, en)
