"""Errors of bringing data in: each speaks of one whole file, of which nothing is then loaded.

ZhijianError                     (warehouse.errors)
 +- BadFile                      names the file, says what is wrong and what to do
     +- Absent                   no file or folder of that name
     |   +- Folder               a folder where a file is expected
     +- EmptyPackage             a package without a file that can be read
     +- NotASpreadsheet          the bytes are no xlsx, xls, csv, json or Parquet
     +- Encrypted                a workbook behind a password
     +- TooLarge                 more bytes, rows or cells than we take
     +- ZipBomb                  an archive that unpacks into far more than it should
     +- UnsafeArchive            a package whose entries point outside it
     +- NoData                   no table, or a table without a filled row
     +- WrongForm                another form than the one named, or none we know
     |   +- MissingColumns       the right form with columns left out; the nearest headers are offered
     |   +- SeveralForms         more tables than one where one is expected
     +- TwoHeaders               a header twice: two tables in one sheet, or two columns of one meaning
     +- WrongSchool              no school, another school, several schools, or one not due that year
     +- UnknownYear              no academic year anywhere in the file
     +- WrongYear                another year than the one named
     |   +- MixedYears           rows of different years in one file
     +- ClosedYear               a year that takes no submissions (also a ClosedPeriod)
     +- NotYet                   a part of a year that is not over (also a ClosedPeriod)
     +- UnknownPeriod            a form handed in by parts of the year, of which the file names none
     +- WrongPeriod              another part than the one named
     +- MixedPeriods             rows of different parts in one file
     +- BadAdapter               a province's declaration of its system that cannot be used
     +- SourceFailed             a province's interface that does not answer as declared
         +- Unreachable          nobody answers there, or whoever does is not who it should be
         +- TokenRefused         it answers, and refuses the token
         +- Unsteady             what it has changes again and again while it is read
         +- RowsNotAsDeclared    a row without a declared field, or of another province's school
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from warehouse.errors import ClosedPeriod, ZhijianError
from warehouse.form import UNSAID
from warehouse.text import Text

LANGS = ("zh", "en")


class BadFile(ZhijianError):
    """`says` and `todo` are filled with `slots`; the file's name stands in front."""

    says = Text("文件无法使用。", "The file cannot be used.")
    todo = Text("请核对文件后重新提交。", "Check the file and submit it again.")

    def __init__(self, file: str, **slots: object) -> None:
        self.file = file
        zh, en = ({name: _spoken(value, lang) for name, value in slots.items()} for lang in LANGS)
        super().__init__(
            f"{file}：{self.says.zh.format(**zh)}{self.todo.zh.format(**zh)}",
            f"{file}: {self.says.en.format(**en)} {self.todo.en.format(**en)}",
        )


def _spoken(value: object, lang: str) -> object:
    """A slot in one language, where it has two."""
    return value.of(lang) if isinstance(value, Text) else value


class Absent(BadFile):
    says = Text("没有这个文件或文件夹。", "There is no such file or folder.")
    todo = Text("请核对路径。", "Check the path.")


class Folder(Absent):
    says = Text("这是文件夹，不是文件。", "It is a folder, not a file.")
    todo = Text("请用 `zhijian load` 载入。", "Take it in with `zhijian load`.")


class EmptyPackage(BadFile):
    says = Text("里面没有可读取的数据文件。", "It holds no file that can be read.")
    todo = Text(
        "请放入 xlsx、xls、csv、json 或 Parquet 文件，或重新打包。",
        "Put xlsx, xls, csv, json or Parquet files in, or pack it again.",
    )


class NotASpreadsheet(BadFile):
    says = Text("无法读取：{detail}。", "It cannot be read: {detail}.")
    todo = Text(
        "请另存为 xlsx、xls、csv、json 或 Parquet 后提交。",
        "Save it as xlsx, xls, csv, json or Parquet and submit that.",
    )


class Encrypted(BadFile):
    says = Text("文件有打开密码。", "The file is protected by a password.")
    todo = Text("请取消密码后重新提交。", "Remove the password and submit it again.")


class TooLarge(BadFile):
    says = Text(
        "{what_zh} {found}，超过上限 {limit}。",
        "{found} {what_en} are more than the limit of {limit}.",
    )
    todo = Text(
        "请拆分为较小的文件，或由省级平台打包报送。",
        "Split it, or hand it over as a provincial package.",
    )


class ZipBomb(BadFile):
    says = Text(
        "压缩包展开后有 {expanded} 字节，超过上限 {limit} 或压缩比异常。",
        "The archive unpacks into {expanded} bytes: over the limit of {limit}, or at an absurd ratio.",
    )
    todo = Text("请重新导出文件。", "Export the file afresh.")


class UnsafeArchive(BadFile):
    says = Text(
        "压缩包中的路径 {entry} 指向包外。", "The entry {entry} points outside the archive."
    )
    todo = Text("请重新打包。", "Pack it again.")


class NoData(BadFile):
    says = Text("没有找到任何填写的行。", "No filled row was found.")
    todo = Text("请填写后再提交。", "Fill it in before submitting.")


class WrongForm(BadFile):
    says = Text(
        "表头不是“{wanted}”：{detail}。", "The headers are not those of '{wanted}': {detail}."
    )
    todo = Text(
        "请用系统给出的这张表的模板填报，或指明是哪张表。",
        "Fill in the template of this form as the system gives it out, or say which form it is.",
    )


class MissingColumns(WrongForm):
    """`missing` maps each column's label to the nearest headers found in the file."""

    says = Text("“{title_zh}”缺少列：{missing_zh}。", "'{title_en}' lacks columns: {missing_en}.")
    todo = Text("请补上这些列。", "Add them, or rename the columns meant.")

    def __init__(self, file: str, title: Text, missing: Mapping[Text, Iterable[str]]) -> None:
        self.missing = {label: tuple(near) for label, near in missing.items()}
        zh = "、".join(
            f"{label.zh}（表中相近的列：{'、'.join(near)}）" if near else label.zh
            for label, near in self.missing.items()
        )
        en = ", ".join(
            f"{label.en} (nearest in the file: {', '.join(near)})" if near else label.en
            for label, near in self.missing.items()
        )
        super().__init__(file, title_zh=title.zh, title_en=title.en, missing_zh=zh, missing_en=en)


class SeveralForms(WrongForm):
    says = Text("文件里有多张表：{found}。", "The file holds several tables: {found}.")
    todo = Text(
        "请指明提交哪一张，或用 `zhijian load` 一并载入。",
        "Say which one to submit, or load them all with `zhijian load`.",
    )


class TwoHeaders(BadFile):
    says = Text("表头重复：{detail_zh}。", "There are two headers: {detail_en}.")
    todo = Text(
        "一张工作表只放一张表，一列只出现一次。",
        "Keep one table to a sheet and one column to a meaning.",
    )


class WrongSchool(BadFile):
    says = Text("{detail_zh}。", "{detail_en}.")
    todo = Text("请核对学校标识码。", "Check the school's code.")


class UnknownYear(BadFile):
    says = Text("没有写明学年。", "No academic year is given.")
    todo = Text(
        "请在表头或“学年”列填写，例如 2025 或 2025-2026。",
        "Write it at the head or in the column 'Academic year', as 2025 or 2025-2026.",
    )


class WrongYear(BadFile):
    says = Text(
        "文件是 {found}的，不是 {wanted}的。",
        "The file is of {found}, not of {wanted}.",
    )
    todo = Text("请核对学年。", "Check the academic year.")


class MixedYears(WrongYear):
    says = Text("文件混有多个学年：{found}。", "The file mixes academic years: {found}.")
    todo = Text("请每个学年单独提交一个文件。", "Submit one file for each year.")


class ClosedYear(BadFile, ClosedPeriod):
    says = Text(
        "{year} 学年不在可报送的范围（{first} 至 {last}）。",
        "The year {year} is not open; years {first} to {last} are.",
    )
    todo = Text("请核对学年。", "Check the academic year.")


class NotYet(BadFile, ClosedPeriod):
    says = Text(
        "“{form}”要到 {day} 才可报送：这段时间还没有过完。",
        "'{form}' may be handed in from {day} on: the time it speaks of is not over.",
    )
    todo = Text("请核对期间，或到时再报。", "Check the period, or hand it in then.")


class UnknownPeriod(BadFile):
    says = Text(
        "“{form}”分期报送，文件没有写明期间（{known}）。{detail}",
        "'{form}' is handed in by parts of the year; the file does not say which ({known}). {detail}",
    )
    todo = Text("请在表头“期间”一格写明。", "Write it into the cell 'Period' above the table.")

    def __init__(self, file: str, *, detail: Text = UNSAID, **slots: object) -> None:
        super().__init__(file, detail=detail, **slots)


class WrongPeriod(BadFile):
    says = Text("文件是“{found}”，不是“{wanted}”。", "The file is '{found}', not '{wanted}'.")
    todo = Text("请核对期间。", "Check the period.")


class MixedPeriods(BadFile):
    says = Text("文件混有多个期间：{found}。", "The file mixes periods: {found}.")
    todo = Text("请每个期间单独提交一个文件。", "Submit one file for each period.")


class BadAdapter(BadFile):
    says = Text("适配声明有误：{detail}。", "the adapter cannot be used: {detail}.")
    todo = Text("请对照运维手册改正。", "Correct it by the operations manual.")


class SourceFailed(BadFile):
    says = Text(
        "读取“{form}”第 {page} 页失败（{detail}）。",
        "page {page} of '{form}' could not be read ({detail}).",
    )
    todo = Text(
        "请检查接口后重新运行，已读的页不再重读。",
        "Check the interface and run it again: pages that were read are not read again.",
    )


class Unreachable(SourceFailed):
    says = Text(
        "“{form}”第 {page} 页：连不上对方主机（{detail}）。",
        "page {page} of '{form}': its host cannot be reached ({detail}).",
    )
    todo = Text(
        "请检查对方服务、域名和防火墙后重新拉取，已读的页不再重读。",
        "Check that service, its name and the firewalls, then pull again: pages that were read are not read again.",
    )


class TokenRefused(SourceFailed):
    says = Text(
        "“{form}”第 {page} 页：对方拒绝令牌（{detail}）。",
        "page {page} of '{form}': the token was refused ({detail}).",
    )
    todo = Text(
        "请换上有效的令牌后重新拉取，已读的页不再重读。",
        "Save a token that holds, then pull again: pages that were read are not read again.",
    )


class Unsteady(SourceFailed):
    says = Text(
        "“{form}”：拉取期间对方数据一直在变。",
        "'{form}': its data kept changing while they were read.",
    )
    todo = Text(
        "请在对方数据不变动的时段重新拉取。",
        "Pull again at a time at which nothing is changed there.",
    )

    def __init__(self, system: str, form: Text) -> None:
        super().__init__(system, form=form)


class RowsNotAsDeclared(SourceFailed):
    says = Text(
        "“{form}”的数据与适配声明不符（{detail}）。",
        "'{form}' is not as the adapter declares ({detail}).",
    )
    todo = Text(
        "请改正接口或适配声明后重新拉取，届时全部重读。",
        "Correct the interface or the adapter, then pull again: everything is read anew.",
    )
