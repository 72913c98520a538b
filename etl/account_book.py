"""New accounts in bulk: the workbook to fill, how it is read, and the invitations to hand over."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import xlsxwriter

from etl.errors import BadFile, TooLarge
from etl.excel import read_xlsx
from etl.guard import check_size
from etl.sheet import ROW, Limits, cell
from warehouse.rights import Role
from warehouse.text import Text

MOST = 1_000  # accounts in one workbook
LIMITS = Limits(file_bytes=2_000_000, rows=MOST + 50, cells=50_000, expanded_bytes=40_000_000)
FIRST_ROW = 4  # of the sheet, counted from 1
SHEET = "账号 Accounts"
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}  # fmt: skip

# column of the workbook -> header and width
COLUMNS: dict[str, tuple[Text, int]] = {
    "login": (Text("账号名*", "Login*"), 20),
    "name_zh": (Text("名称（中文）*", "Name in Chinese*"), 24),
    "name_en": (Text("名称（英文）*", "Name in English*"), 28),
    "code": (Text("单位代码*", "Code of the place*"), 16),
    "role": (Text("拟授角色*", "Role wanted*"), 26),
    "staff": (Text("工号或邮箱*", "Staff number or e-mail*"), 26),
    "phone": (Text("电话", "Telephone"), 18),
    "email": (Text("邮箱", "E-mail"), 26),
    "until": (Text("有效期至", "Valid until"), 14),
}
NOTE = (
    "一行一个账号，从第 4 行填起，带 * 的必填；有效期写作 2027-08-31，可留空。一处有误则全部不建。\n"
    "One account a row, from row 4; columns with * are required. Valid until: 2027-08-31, or empty. Where one row is wrong none is made."
)


@dataclass(frozen=True)
class Line:
    """One row of the workbook, by column."""

    row: int
    said: Mapping[str, str]

    def role(self) -> str:
        """The role that the drop-down shows, by its name."""
        return _ROLES.get(self.said["role"], self.said["role"] and "?")

    def until(self) -> date | None:
        """The last day; ValueError where it is none."""
        return date.fromisoformat(self.said["until"][:10]) if self.said["until"] else None


def shown(role: Role) -> str:
    return f"{role.label.zh} {role.label.en}"


_ROLES = {shown(role): role.value for role in Role}


def template() -> bytes:
    """The blank workbook, with a drop-down of roles."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, SAFE) as book:
        sheet = book.add_worksheet(SHEET)
        head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "top", "bg_color": "#E8EEF4"})  # fmt: skip
        text = book.add_format({"num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.merge_range(0, 0, 1, len(COLUMNS) - 1, NOTE, wrapped)
        sheet.set_row(0, 22)
        for at, (header, width) in enumerate(COLUMNS.values()):
            sheet.set_column(at, at, width, text)
            sheet.write_string(FIRST_ROW - 2, at, f"{header.zh}\n{header.en}", head)
        sheet.set_row(FIRST_ROW - 2, 34)
        sheet.freeze_panes(FIRST_ROW - 1, 1)
        roles = book.add_worksheet("角色 Roles")
        roles.set_column(0, 0, 44)
        for at, role in enumerate(Role):
            roles.write_string(at, 0, shown(role))
        where = list(COLUMNS).index("role")
        listed = f"='角色 Roles'!$A$1:$A${len(Role)}"
        sheet.data_validation(
            FIRST_ROW - 1, where, FIRST_ROW + MOST, where, {"validate": "list", "source": listed}
        )
    return held.getvalue()


class NoAccounts(BadFile):
    says = Text("没有读到账号。", "No account was found in it.")
    todo = Text("请用模板填写，从第 4 行填起。", "Fill the template, from row 4 on.")


def read(name: str, content: bytes) -> list[Line]:
    """The rows of a workbook; a BadFile for what is none, or holds none or too many."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name[-80:] or "accounts.xlsx")
        path.write_bytes(content)
        check_size(path, LIMITS)
        sheets = read_xlsx(path, LIMITS)
    lines = list(_lines(sheets[0].cells)) if sheets else []
    if not lines:
        raise NoAccounts(name)
    if len(lines) > MOST:
        raise TooLarge(name, what_zh="账号数", what_en="accounts", found=len(lines), limit=MOST)
    return lines


def _lines(cells: pl.DataFrame) -> Iterator[Line]:
    """Rows below the header that hold anything; columns by their place in the template."""
    for row in cells.iter_rows(named=True):
        texts = [str(row.get(cell(at)) or "").strip() for at in range(len(COLUMNS))]
        if row[ROW] >= FIRST_ROW and any(texts):
            yield Line(row[ROW], dict(zip(COLUMNS, texts, strict=True)))


@dataclass(frozen=True)
class Letter:
    """An invitation to hand over."""

    login: str
    name: str
    place: str
    code: str
    link: str


def invitations(letters: Sequence[Letter], until: str) -> bytes:
    """The workbook of invitations, laid out to be printed and cut."""
    heads = ("账号\nLogin", "名称\nName", "单位\nPlace", "邀请码\nCode", "激活地址\nActivate at")
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, SAFE) as book:
        sheet = book.add_worksheet("邀请 Invitations")
        head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E8EEF4"})  # fmt: skip
        plain = book.add_format({"text_wrap": True, "border": 1, "valign": "vcenter", "num_format": "@"})  # fmt: skip
        code = book.add_format({"border": 1, "valign": "vcenter", "num_format": "@", "font_name": "Consolas", "bold": True})  # fmt: skip
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.write_string(0, 0, f"账号激活邀请：只用一次，{until} 前有效，请当面或密封交给本人。 Invitations: each works once, until {until}; hand them over in person or sealed.")  # fmt: skip
        for at, (words, width) in enumerate(zip(heads, (20, 28, 30, 28, 60), strict=True)):
            sheet.set_column(at, at, width)
            sheet.write_string(1, at, words, head)
        for row, letter in enumerate(letters, start=2):
            sheet.set_row(row, 34)
            for at, text in enumerate((letter.login, letter.name, letter.place, letter.code, letter.link)):  # fmt: skip
                sheet.write_string(row, at, text, code if at == heads.index(heads[3]) else plain)
    return held.getvalue()
