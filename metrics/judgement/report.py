"""What a round says of itself on the command line."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.judgement.found import outcome_of
from metrics.judgement.round import Done
from metrics.risk.forecast import term
from warehouse.flags import Judgement
from warehouse.text import Text

NOTHING = Text("还没有任何报送，无可复核。", "Nothing has been submitted yet: there is nothing to review.")  # fmt: skip
ROUND = Text(
    "第 {number} 轮复核：{first}–{last} 学年", "Round {number} of review: {first} to {last}"
)
TOLD = Text(
    "{name}：现有 {found} 条，新增 {new} 条，消除 {gone} 条",
    "{name}: {found} stand, {new} new, {gone} gone",
)
UNJUDGED = Text("未判断 {what}（{lead} 年内）：{why}", "not judged: {what} (within {term}): {why}")  # fmt: skip


def lines(done: Done | None, lang: str) -> Iterator[str]:
    """The round's number and years, a line for each judgement, then what could not be judged."""
    if done is None:
        yield NOTHING.of(lang)
        return
    yield ROUND.of(lang).format(number=done.number, first=min(done.one.years), last=max(done.one.years))  # fmt: skip
    for one in Judgement:
        yield TOLD.of(lang).format(name=one.label.of(lang), **done.tally[one.value]._asdict())
    for rule, why in done.notes.items():
        outcome, lead = outcome_of(rule)
        yield UNJUDGED.of(lang).format(
            what=outcome.title.of(lang), lead=lead, term=term(lead), why=why.of(lang)
        )
