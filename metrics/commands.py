"""What the command line asks of metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from metrics.audience import Audience
from metrics.question import Question
from metrics.review import Missed, Review, Tally, most_in_breach
from metrics.review import review as review_place
from metrics.signals.doubt import SINGLE, Suspect
from metrics.signals.engine import province_of, suspects
from metrics.unclaimed import Unclaimed, unclaimed
from warehouse.ladder import Ladder
from warehouse.places import NATION
from warehouse.store import Warehouse
from warehouse.text import Text

ANSWERS = {
    "breach": Text("违规", "breach"),
    "remark": Text("待说明", "remark"),
    "refused": Text("退回", "refused"),
}
NOTHING = Text("没有可列出的事项。", "Nothing to list.")
MOST_DOUBTFUL = 20  # schools of which the doubts are listed


def review(warehouse: Warehouse, year: int, place: int = NATION, lang: str = "zh") -> Iterator[str]:
    """Lines of `zhijian review`: limits missed, rules broken, the schools with most breaches, then those whose data are most doubtful.

    It runs with the records of the whole place, and doubts with those of its province: a command of the administration, not of a reader.
    """
    scope = warehouse.scope("review", place)
    audience = Audience(scope=scope, ladder=warehouse.ladder, role="administration")
    with warehouse.reading(scope) as reader:
        found = review_place(reader, audience, Question(metrics=(), places=(place,), years=(year,)))
        worst = most_in_breach(reader, place, year)
        nobodys = unclaimed(reader, year, place=place)
    beside = warehouse.scope("review", province_of(warehouse.ladder, place))
    with warehouse.reading(beside) as reader:
        doubted = suspects(reader, warehouse.ladder, place, year)
    yield _title(warehouse.ladder, place, year).of(lang)
    lines = (
        *_lines(found),
        *_unclaimed(nobodys),
        *_schools(warehouse.ladder, worst),
        *_doubted(warehouse.ladder, doubted),
    )
    yield from (line.of(lang) for line in lines)


def _title(ladder: Ladder, place: int, year: int) -> Text:
    row = ladder.place(place)
    return Text("{name_zh} {year}–{after} 学年", "{name_en} {year}–{after}").fill(
        name_zh=row.name_zh, name_en=row.name_en, year=year, after=year + 1
    )


def _lines(found: Review) -> list[Text]:
    lines = [_limit(each) for each in found.limits if each.missing]
    lines += [_rule(each) for each in found.tallies]
    return lines or [NOTHING]


def _limit(missed: Missed) -> Text:
    limit = missed.limit
    return Text(
        "■ {title_zh}：{missing} 所未达，参评 {asked} 所（{basis_zh}）",
        "■ {title_en}: {missing} of {asked} schools miss it ({basis_en})",
    ).fill(
        title_zh=limit.title.zh, title_en=limit.title.en, missing=missed.missing, asked=missed.asked,
        basis_zh=limit.basis.zh, basis_en=limit.basis.en,
    )  # fmt: skip


def _rule(tally: Tally) -> Text:
    answer, title = ANSWERS[tally.answer], tally.title
    return Text(
        "{answer_zh} {law}{title_zh}：{schools} 所学校 {rows} 行",
        "{answer_en} {law}{title_en}: {rows} rows of {schools} schools",
    ).fill(
        answer_zh=answer.zh, answer_en=answer.en, law=f"{tally.law} " if tally.law else "",
        title_zh=title.zh, title_en=title.en, schools=tally.schools, rows=tally.rows,
    )  # fmt: skip


def _unclaimed(rows: list[Unclaimed]) -> list[Text]:
    """How many rows of each file belong to no unit due."""
    return [
        Text(
            "退回 {file}：{rows} 行的学校不在名录",
            "refused {file}: {rows} rows of no unit on the roster",
        ).fill(file=file, rows=number)
        for file, number in Counter(row.file_name for row in rows).items()
    ]


def _schools(ladder: Ladder, worst: list[tuple[int, int]]) -> list[Text]:
    return [
        Text("{code} {zh}：违规 {rows} 行", "{code} {en}: {rows} rows in breach").fill(
            code=ladder.place(school).code, zh=ladder.place(school).name_zh,
            en=ladder.place(school).name_en, rows=rows,
        )
        for school, rows in worst
    ]  # fmt: skip


def _doubted(ladder: Ladder, found: list[Suspect]) -> list[Text]:
    """The most doubtful schools, each followed by its doubts; then how many more there are."""
    lines = [line for one in found[:MOST_DOUBTFUL] for line in _suspect(ladder, one)]
    if len(found) > MOST_DOUBTFUL:
        lines.append(
            Text("另有 {more} 所学校有疑点未列出。", "Doubts about {more} more schools are not listed.").fill(more=len(found) - MOST_DOUBTFUL)
        )  # fmt: skip
    return lines


def _suspect(ladder: Ladder, one: Suspect) -> Iterator[Text]:
    school, hint = ladder.place(one.school_id), Text("", "") if one.speaks else SINGLE
    yield Text(
        "疑点 {code} {zh}：{number} 条，分量合计 {total:.1f}{hint_zh}", "doubts {code} {en}: {number}, weight {total:.1f} in all{hint_en}"
    ).fill(
        code=school.code, zh=school.name_zh, en=school.name_en, number=len(one.doubts), total=one.total,
        hint_zh=hint.zh, hint_en=f" {hint.en}" if hint.en else "",
    )  # fmt: skip
    for doubt, amount in one.weighed:
        yield Text("　{code}（{tier_zh}，{amount:.1f}）{zh}", "  {code} ({tier_en}, {amount:.1f}) {en}").fill(
            code=doubt.signal.code, tier_zh=doubt.signal.tier.label.zh, tier_en=doubt.signal.tier.label.en, amount=amount,
            zh=doubt.sentence.zh, en=doubt.sentence.en,
        )  # fmt: skip
