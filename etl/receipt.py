"""The receipt of a submission: what was accepted, what was refused and why, and what to do about it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

import polars as pl

from etl.sheet import ROW
from warehouse.calendar import is_supplementary
from warehouse.discovery import form
from warehouse.moments import minute, numbered
from warehouse.terms import format_year

Language = Literal["zh", "en"]


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One reason for which one row was refused, addressed to its cell."""

    file: str
    sheet: str
    row: int
    column: str | None
    header: str | None
    letter: str | None
    value: str | None
    rule: str
    message_zh: str
    message_en: str
    todo_zh: str
    todo_en: str

    @property
    def address(self) -> str:
        """As a spreadsheet names the cell: '填报!C12', or only the row."""
        cell = f"{self.letter}{self.row}" if self.letter else str(self.row)
        return f"{self.sheet}!{cell}" if self.sheet else cell


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A breach of law or an unusual value in an accepted row."""

    answer: str  # breach or remark
    sheet: str
    row: int
    column: str | None
    value: str | None
    rule: str
    law: str | None
    message_zh: str
    message_en: str
    explanation: str | None


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the warehouse answers to one school's submission of one form."""

    submission: int
    form: str
    year: int
    school: int
    school_code: str
    school_name: str
    file: str
    file_hash: str
    sheet: str
    received_at: datetime
    received_by: str
    revision: int
    load: int | None
    unchanged: bool
    rows_accepted: int
    rows_refused: int
    refusals: tuple[Refusal, ...]
    findings: tuple[Finding, ...]
    ignored_headers: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """HZ-2026-00000412: 回执 of a year and the submission's number."""
        return numbered("HZ", self.received_at, self.submission)

    @property
    def is_supplementary(self) -> bool:
        """Whether it is of an academic year that was over when it came."""
        return is_supplementary(self.form, self.year, self.received_at)

    @property
    def breaches(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.answer == "breach")

    @property
    def remarks(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.answer == "remark")

    def to_json(self) -> str:
        """Everything, for another system."""
        body = {
            "number": self.number, **asdict(self), "received_at": self.received_at.isoformat(),
            "is_supplementary": self.is_supplementary,
        }  # fmt: skip
        return json.dumps(body, ensure_ascii=False, indent=2)

    def to_text(self, lang: Language = "zh") -> str:
        """The receipt as lines to read."""
        lines = [*_head(self, lang), *_refused(self, lang), *_found(self, lang)]
        return "\n".join(lines)


WORDS = {
    "zh": {
        "title": "报送回执 {number}　第 {revision} 次",
        "unchanged": "内容与上次报送完全相同，没有改变任何数据。",
        "school": "学校　{code} {name}",
        "form": "报表　{form}　{year}",
        "file": "文件　{file}　指纹 {hash}",
        "received": "收到　{at}　{by}",
        "rows": "接受 {accepted} 行，退回 {refused} 行；违规 {breaches} 处，待说明 {remarks} 处",
        "supplementary": "补录　报送时该学年已经结束",
        "load": "入库　第 {load} 次",
        "ignored": "未识别的列（未读取）：{headers}",
        "refused": "退回的行（改正后重新提交）：",
        "breach": "违规（如实保留，不影响接受）：",
        "remark": "请说明（在“说明”列填写原因后可再次提交）：",
        "row": "第 {row} 行",
        "explained": "已说明：{explanation}",
    },
    "en": {
        "title": "Receipt {number}, revision {revision}",
        "unchanged": "The content is what was submitted last; nothing was changed.",
        "school": "School    {code} {name}",
        "form": "Form      {form}, {year}",
        "file": "File      {file}, fingerprint {hash}",
        "received": "Received  {at} from {by}",
        "rows": "{accepted} rows accepted, {refused} refused; {breaches} breaches, {remarks} remarks",
        "supplementary": "Supplementary entry: that academic year was over",
        "load": "Loaded    as number {load}",
        "ignored": "Columns not recognised and not read: {headers}",
        "refused": "Refused rows (correct them and submit again):",
        "breach": "Breaches (left as reported; they do not block):",
        "remark": "Please explain (write the reason in the column 'Explanation' and submit again):",
        "row": "row {row}",
        "explained": "explained: {explanation}",
    },
}


def _head(receipt: Receipt, lang: Language) -> list[str]:
    say = WORDS[lang]
    lines = [
        say["title"].format(number=receipt.number, revision=receipt.revision),
        *([say["unchanged"]] if receipt.unchanged else []),
        say["school"].format(code=receipt.school_code, name=receipt.school_name),
        say["form"].format(
            form=form(receipt.form).title.of(lang), year=format_year(receipt.year, lang)
        ),
        say["file"].format(file=receipt.file, hash=receipt.file_hash[:12]),
        say["received"].format(
            at=minute(receipt.received_at), by=receipt.received_by
        ),
        say["rows"].format(
            accepted=receipt.rows_accepted, refused=receipt.rows_refused,
            breaches=len(receipt.breaches), remarks=len(receipt.remarks),
        ),
    ]  # fmt: skip
    if receipt.is_supplementary:
        lines.append(say["supplementary"])
    if receipt.load is not None:
        lines.append(say["load"].format(load=receipt.load))
    if receipt.ignored_headers:
        lines.append(say["ignored"].format(headers="、".join(receipt.ignored_headers)))
    return lines


def _refused(receipt: Receipt, lang: Language) -> list[str]:
    if not receipt.refusals:
        return []
    told = [
        f"  ■ {each.address}  {each.message_zh if lang == 'zh' else each.message_en}"
        f" {each.todo_zh if lang == 'zh' else each.todo_en}"
        for each in receipt.refusals
    ]
    return ["", WORDS[lang]["refused"], *told]


def _found(receipt: Receipt, lang: Language) -> list[str]:
    lines: list[str] = []
    for answer, found in (("breach", receipt.breaches), ("remark", receipt.remarks)):
        if found:
            lines += ["", WORDS[lang][answer], *(f"  ▲ {_line(each, lang)}" for each in found)]
    return lines


def _line(finding: Finding, lang: Language) -> str:
    row = WORDS[lang]["row"].format(row=finding.row)
    said = finding.message_zh if lang == "zh" else finding.message_en
    if finding.explanation is None:
        return f"{row}  {said}"
    return f"{row}  {said} {WORDS[lang]['explained'].format(explanation=finding.explanation)}"


def refusals(
    rejections: pl.DataFrame, file: str, headers: dict[str, tuple[str, str]]
) -> tuple[Refusal, ...]:
    """Rejection rows of one file with their addresses; `headers`: declared name -> (letter, header)."""
    texts = ("value", "rule", "message_zh", "message_en", "todo_zh", "todo_en")
    return tuple(
        Refusal(
            file=file, sheet=row["sheet"], row=row[ROW], column=row["column"],
            letter=headers.get(row["column"] or "", (None, None))[0],
            header=headers.get(row["column"] or "", (None, None))[1],
            **{name: row[name] for name in texts},
        )
        for row in rejections.iter_rows(named=True)
    )  # fmt: skip


def findings(found: pl.DataFrame) -> tuple[Finding, ...]:
    names = (
        "answer",
        "sheet",
        "column",
        "value",
        "rule",
        "law",
        "message_zh",
        "message_en",
        "explanation",
    )
    return tuple(
        Finding(row=row[ROW], **{name: row[name] for name in names})
        for row in found.iter_rows(named=True)
    )  # fmt: skip
