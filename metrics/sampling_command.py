"""What `zhijian review sample` does and says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from warehouse.text import Text

if TYPE_CHECKING:
    from warehouse.installation import Settings
    from warehouse.ladder import Ladder
    from warehouse.spot_checks import Plan

HEAD = Text(
    "{number} {place} {year} 学年：核查 {n} 所，其中随机 {lot} 所（种子 {seed}）；未列入排名的共 {rest} 所",
    "{number} {place}, {year}: {n} schools to visit, {lot} of them by lot (seed {seed}); {rest} are not ranked in",
)
LINE = Text("{code}  {name}  {arm}  {stratum}  抽中概率 {probability}", "{code}  {name}  {arm}  {stratum}  drawn with probability {probability}")  # fmt: skip
ARMS = {"ranked": Text("疑点排名", "ranked"), "random": Text("随机", "by lot")}
NOTE = Text(
    "方案已保存，在“抽查”页面记录核查结果。随机的学校不得更换：由它们推算模型漏掉的。同一种子、同一轮复核抽出同样的学校。",
    "The plan is kept: what is found is recorded on its page. Schools drawn by lot are not exchanged, for what the models miss is estimated from them. The same seed and round of review draw the same.",
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
        seed: Annotated[
            int | None, Option(min=0, help="Draws the lot [drawn itself] 随机种子")
        ] = None,
        lang: Annotated[Literal["zh", "en"], Option(help="zh or en 语言")] = "zh",
    ) -> None:
        """Plan spot checks by the newest review, and keep the plan: the most doubtful schools, and some by lot.  制定抽查方案并保存：疑点排名加随机。"""
        from metrics.spot_checks import any_seed, draw
        from warehouse.installation import now_of, worker
        from warehouse.moments import china_day
        from warehouse.places import NATION
        from warehouse.spot_checks import COMMAND, Wish
        from warehouse.terms import newest_year
        from warehouse.trail import Line, write

        with worker(settings := read_settings()) as warehouse:
            now, ladder = now_of(settings, warehouse), warehouse.ladder
            asked = year or newest_year(china_day(now)) - 1
            here = ladder.named(place) if place else NATION
            wish = Wish(here, asked, visits, min(lot, visits), any_seed() if seed is None else seed)
            with warehouse.writing() as writer:
                made = draw(writer, ladder, None, wish, now)
                write(writer, Line(
                    login=COMMAND, address="command line", event="plan_spot_checks", object=f"plan/{made.plan_id}", succeeded=True,
                    detail={"place": here, "year": asked, "seed": wish.seed},
                ))  # fmt: skip
        for line in lines(ladder, made):
            say(line.of(lang))

    return sample


def lines(ladder: Ladder, made: Plan) -> Iterator[Text]:
    """The plan in words, a line for each school."""
    by_lot = sum(one.arm == "random" for one in made.schools)
    row, said = ladder.place(made.wish.place_id), {"number": made.number, "year": made.wish.year, "seed": made.wish.seed}  # fmt: skip
    said |= {"n": len(made.schools), "lot": by_lot, "rest": sum(made.strata.values())}
    yield Text(HEAD.zh.format(place=row.name_zh, **said), HEAD.en.format(place=row.name_en, **said))
    for one in made.schools:
        school, stratum, arm = ladder.place(one.school_id), ladder.place(one.stratum), ARMS[one.arm]
        told = {"code": school.code, "probability": f"{one.probability:.3f}"}
        yield Text(
            LINE.zh.format(name=school.name_zh, arm=arm.zh, stratum=stratum.short_zh, **told),
            LINE.en.format(name=school.name_en, arm=arm.en, stratum=stratum.name_en, **told),
        )
    yield NOTE
