"""Errors of the package. Bottom layer: imports nothing of it.

ZhijianError (warehouse)         shown to people without a traceback
 +- UnknownMetric                a metric nobody declared; the nearest ones are offered
 +- OutOfScope                   a place the audience may not see, at the depth asked for
 +- CannotBreakDown              a breakdown none of the metric's forms is rolled up by
 +- BadPanel                     a file that is no panel: what, where, and what to do
 +- BadTruth                     a file that does not say what was planted
 +- BadModel                     a kept model that cannot be read
 +- BadTable                     a word of a table that names nothing, or a table too large to show
"""

from __future__ import annotations

from collections.abc import Iterable

from warehouse.errors import UnknownName, ZhijianError


class UnknownMetric(UnknownName):
    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__("指标", name, known)


class OutOfScope(ZhijianError):
    """`places` are the ids that were asked for and may not be seen."""

    def __init__(self, places: Iterable[int]) -> None:
        self.places = tuple(places)
        listed = ", ".join(str(place) for place in self.places)
        super().__init__(
            f"无权查看这些地区或学校的数据：{listed}。请从自己的管辖范围进入。",
            f"these places are outside your scope: {listed}. Start from your own place.",
        )


class CannotBreakDown(ZhijianError):
    def __init__(self, metric: str, cut: str, known: Iterable[str]) -> None:
        offered = ", ".join(known) or "—"
        super().__init__(
            f"指标 {metric} 不能按 {cut} 分组；可用的分组：{offered}",
            f"metric {metric} cannot be broken down by {cut}; it can by: {offered}",
        )


class BadPanel(ZhijianError):
    """What is wrong and where, then what to do, each in Chinese and English."""

    def __init__(self, zh: str, en: str, mend_zh: str, mend_en: str) -> None:
        super().__init__(f"{zh}。{mend_zh}", f"{en}. {mend_en}")


class BadTruth(ZhijianError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} 不是可读的埋设清单。请给出 zhijian demo 写在数据旁的 truth.json。",
            f"{name} is no list of what was planted. Give the truth.json that zhijian demo writes beside its data.",
        )


class BadModel(ZhijianError):
    """What is wrong with it, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(
            f"保存的风险模型无法读取：{zh}。请重新运行 zhijian review train 并签署。",
            f"the kept model of risk cannot be read: {en}. Run zhijian review train again and have it signed.",
        )


class BadTable(ZhijianError):
    """What should have stood there, in Chinese and English, and the word that did."""

    def __init__(self, zh: str, en: str, word: str) -> None:
        super().__init__(
            f"表中“{word[:60]}”不是{zh}。请在左侧步骤中重新选择。",
            f"'{word[:60]}' in the table is not {en}. Choose again in the steps beside it.",
        )
