"""What `zhijian review train` and `zhijian review card` do and say."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Option

if TYPE_CHECKING:
    from warehouse.installation import Settings

Say = Callable[[str], None]
Command = Callable[..., None]
Lang = Annotated[Literal["zh", "en"], Option(help="zh or en 语言")]


def train_command(read_settings: Callable[[], Settings], say: Say) -> Command:
    def train(lang: Lang = "zh") -> None:
        """Fit the models of risk, test them by time and keep them as a candidate; people put it in force on the page of the record.  训练风险模型。"""
        from metrics.judgement.training import said, train
        from warehouse.installation import now_of, worker

        with worker(settings := read_settings()) as warehouse:
            done = train(warehouse, now_of(settings, warehouse), say)
        for line in said(done):
            say(line.of(lang))

    return train


def card_command(read_settings: Callable[[], Settings], say: Say) -> Command:
    def card(lang: Lang = "zh") -> None:
        """Print what the models of risk learnt from, are made of, were worth and are not for.  打印风险模型卡。

        Of the model in force; where none is, of the newest candidate.
        """
        from metrics.judgement.training import SCOPE, standing
        from metrics.risk.card import markdown
        from warehouse.installation import worker

        with worker(read_settings()) as warehouse, warehouse.reading(SCOPE) as reader:
            kept, words = standing(reader)
        for line in (words.of(lang), "", *markdown(kept.card[lang], lang)):
            say(line)

    return card
