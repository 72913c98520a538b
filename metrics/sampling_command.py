"""What `zhijian review sample` does and says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from metrics.sampling import Unit, Visit, plan
from warehouse.text import Text

if TYPE_CHECKING:
    from warehouse.installation import Settings
    from warehouse.ladder import Ladder

HEAD = Text(
    "{place} {year} 学年：核查 {n} 所，其中随机 {lot} 所（种子 {seed}）；未列入排名的共 {rest} 所",
    "{place}, {year}: {n} schools to visit, {lot} of them by lot (seed {seed}); {rest} are not ranked in",
)
LINE = Text("{code}  {name}  {arm}  {stratum}  抽中概率 {probability}", "{code}  {name}  {arm}  {stratum}  drawn with probability {probability}")  # fmt: skip
ARMS = {"ranked": Text("疑点排名", "ranked"), "random": Text("随机", "by lot")}
NOTE = Text(
    "随机的学校不得更换：由它们推算模型漏掉的。同一种子抽出同样的学校。",
    "Schools drawn by lot are not exchanged: what the models miss is estimated from them. The same seed draws the same.",
)


def sample_command(
    read_settings: Callable[[], Settings], say: Callable[[str], None]
) -> Callable[..., None]:
    def sample(
        place: Annotated[str, Argument(help="Code of a place 地区代码 [nation]")] = "",
        year: Annotated[
            int | None, Option(help="Academic year, by its first 学年（起始年）")
        ] = None,
        visits: Annotated[int, Option(min=1, max=1000, help="Visits in all 核查学校数")] = 20,
        lot: Annotated[int, Option(min=0, max=1000, help="Of these by lot 其中随机")] = 4,
        seed: Annotated[int, Option(min=0, help="Draws the lot 随机种子")] = 1,
        lang: Annotated[Literal["zh", "en"], Option(help="zh or en 语言")] = "zh",
    ) -> None:
        """Plan spot checks: the most doubtful schools, and some by lot.  抽查方案：疑点排名加随机。

        It reads the records of the whole place: a command of the administration, not of a reader.
        """
        from metrics.signals.engine import province_of, suspects
        from warehouse.installation import now_of, worker
        from warehouse.moments import china_day
        from warehouse.places import NATION
        from warehouse.terms import newest_year

        with worker(settings := read_settings()) as warehouse:
            ladder = warehouse.ladder
            here = ladder.named(place) if place else NATION
            asked = year or newest_year(china_day(now_of(settings, warehouse))) - 1
            with warehouse.reading(warehouse.scope("sample", province_of(ladder, here))) as reader:
                found = suspects(reader, ladder, here, asked)
            weights = {one.school_id: one.total for one in found if one.speaks}
            units = units_of(ladder, here, asked, weights)
        for line in lines(ladder, here, asked, (units, plan(units, visits, min(lot, visits), seed)), seed):  # fmt: skip
            say(line.of(lang))

    return sample


def units_of(ladder: Ladder, place: int, year: int, weights: dict[int, float]) -> list[Unit]:
    """The schools of a place with their strata: the place right below that each belongs to."""
    depth = len(ladder.place(place).path) if ladder.parent(place) else 0
    paths = ((school, ladder.place(school).path) for school in ladder.units(place, year))
    return [Unit(school, str(path[min(depth, len(path) - 1)]), weights.get(school, 0.0)) for school, path in paths]  # fmt: skip


def lines(
    ladder: Ladder, place: int, year: int, drawn: tuple[list[Unit], list[Visit]], seed: int
) -> Iterator[Text]:
    """The plan in words, a line for each school."""
    units, visits = drawn
    by_lot = sum(one.arm == "random" for one in visits)
    row = ladder.place(place)
    yield Text(HEAD.zh.format(place=row.name_zh, year=year, n=len(visits), lot=by_lot, seed=seed, rest=len(units) - len(visits) + by_lot),
               HEAD.en.format(place=row.name_en, year=year, n=len(visits), lot=by_lot, seed=seed, rest=len(units) - len(visits) + by_lot))  # fmt: skip
    for one in visits:
        school, stratum, arm = ladder.place(one.school_id), ladder.place(int(one.stratum)), ARMS[one.arm]  # fmt: skip
        said = {"code": school.code, "probability": f"{one.probability:.3f}"}
        yield Text(
            LINE.zh.format(name=school.name_zh, arm=arm.zh, stratum=stratum.short_zh, **said),
            LINE.en.format(name=school.name_en, arm=arm.en, stratum=stratum.name_en, **said),
        )
    yield NOTE
