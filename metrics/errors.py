"""Errors of the package. Bottom layer: imports nothing of it.

ZhijianError (warehouse)         shown to people without a traceback
 +- UnknownMetric                a metric nobody declared; the nearest ones are offered
 +- OutOfScope                   a place the audience may not see, at the depth asked for
 +- CannotBreakDown              a breakdown none of the metric's forms is rolled up by
 +- NotAdditive                  parts of a table that do not make their total
 +- CannotProtect                unsafe cells that nothing left in their table can protect
 +- WouldDisclose                a table whose difference from one given out before would tell a withheld cell
 +- BadPanel                     a file that is no panel: what, where, and what to do
 +- BadTruth                     a file that does not say what was planted
 +- BadModel                     a kept model that cannot be read
 +- TooFine                      a table whose protection is too large to be proved while one waits
 +- NotForPublication            figures that may not be given to anybody, and why
 +- TakesLong                    a table of which more has to be decided than one waits for
 +- BadTable                     a word of a table that names nothing, or a table too large to show
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

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


class AggregatesOnly(OutOfScope):
    """A place whose aggregates a reader sees, asked for its records."""

    def __init__(self, place: int) -> None:
        super().__init__((place,))
        self.zh = f"本账号只能读取 {place} 的汇总数据，不能读取其报送、预警和核查件。请改用 /data，或用主管该地区的账号建立令牌。"
        self.en = (
            f"of {place} this account reads aggregates, not its submissions, flags and cases. Ask /data, "
            "or make the token with an account in charge of the place."
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


class NotForPublication(ZhijianError):
    """Why not and what to do, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"不能对外发布：{zh}。", f"This cannot be published: {en}.")


class BadTable(ZhijianError):
    """What should have stood there, in Chinese and English, and the word that did."""

    def __init__(self, zh: str, en: str, word: str) -> None:
        super().__init__(
            f"表中“{word[:60]}”不是{zh}。请在左侧步骤中重新选择。",
            f"'{word[:60]}' in the table is not {en}. Choose again in the steps beside it.",
        )


class NotAdditive(ZhijianError):
    """`off` is what the parts of `cell` are away from it."""

    def __init__(self, cell: str, off: float) -> None:
        super().__init__(
            f"表中 {cell} 与其各部分之和相差 {off:g}，不能做披露控制。请核对汇总，或把未列出的部分单列一格。",
            f"in this table {cell} differs from the sum of its parts by {off:g}, so disclosure control cannot be applied."
            " Check the sums, or give what is not listed a cell of its own.",
        )


class CannotProtect(ZhijianError):
    """`cells` are unsafe and can be worked out whatever else is withheld among the cells that may be."""

    def __init__(self, cells: Iterable[object]) -> None:
        self.cells = tuple(cells)
        listed = ", ".join(str(cell) for cell in self.cells[:10])
        super().__init__(
            f"这些单元格无法保护：{listed}。请不要公布它们所在的分组，或合并分组后再试。",
            f"these cells cannot be protected: {listed}. Leave out the breakdown they stand in, or merge groups and try again.",
        )


class WouldDisclose(ZhijianError):
    """`cells` could be worked out from this table together with one given out before."""

    def __init__(self, cells: Iterable[object]) -> None:
        self.cells = tuple(cells)
        listed = ", ".join(str(cell) for cell in self.cells[:10])
        super().__init__(
            f"本次请求与已经给出的表相减，可推出不予显示的单元格：{listed}。请改用已发布表的分组和地区。",
            f"together with a table already given out this request would tell withheld cells: {listed}."
            " Ask for the places and breakdown of the table that was released.",
        )


class TooFine(ZhijianError):
    """A table of places of which the reader is not in charge whose protection has too many cells to be proved while one waits."""

    def __init__(self, cells: int, most: int) -> None:
        super().__init__(
            f"所选地区中有不由您主管的：这样的表要先证明不透露个别学校，需核对 {cells:,} 格，一次最多 {most:,} 格。请减少地区、学年、指标或分组。",
            f"some of these places are not in your charge: before such a table is shown it is proved to tell of no single school, which takes {cells:,} cells "
            f"where {most:,} are the most at a time. Take fewer places, years, metrics or breakdowns.",
        )


class TakesLong(ZhijianError):
    """A table of places of which the reader is not in charge, of which what is withheld is not decided yet and takes about so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = ceil(seconds)
        super().__init__(
            f"所选地区中有不由您主管的：这张表显示之前要先核对它不透露个别学校，预计约 {self.seconds} 秒。请在制表页上把它做成文件，或减少地区、学年、指标或分组。",
            f"some of these places are not in your charge: before this table is shown it is proved to tell of no single school, which takes about {self.seconds} seconds. "
            "Have it made into a file on the page of tables, or take fewer places, years, metrics or breakdowns.",
        )
