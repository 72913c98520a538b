"""An adapter: a province's own declaration of where its data are, how they are paged, and what its columns and codes mean here.

It is a TOML file, checked against the declared forms before anything is asked. It never holds a secret.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urljoin, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from etl.errors import BadAdapter
from warehouse.discovery import submitted_forms
from warehouse.form import Form, Part
from warehouse.fusion import Step
from warehouse.fusion_hosts import Site
from warehouse.text import Text

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paging(_Strict):
    """How their pages are asked for: by number, by the cursor that the page before names, or by the link that it gives.

    `rows` and `total`, and `next` of a cursor or link, are the places in an answer, as keys with dots between them.
    """

    kind: Literal["page", "cursor", "link"] = "page"
    page: Name = "page"
    size: Name = "size"
    rows_a_page: Annotated[int, Field(ge=1, le=5_000)] = 500
    first: Annotated[int, Field(ge=0, le=1)] = 1
    rows: Name = "rows"
    total: Name = "total"
    next: str = ""


class Source(_Strict):
    """One form: where it is, and for each of our columns theirs, with what their codes mean and by what their numbers are multiplied."""

    path: Name
    school: Name
    year: Name
    columns: dict[str, Name]
    constants: dict[str, str | int] = {}
    codes: dict[str, dict[str, str]] = {}
    factors: dict[str, Decimal] = {}


class Adapter(_Strict):
    """What one province declares of its system."""

    system: Name
    province: Annotated[str, Field(pattern=r"^\d{6}$")]
    address: Name
    paging: Paging = Paging()
    forms: Annotated[dict[str, Source], Field(min_length=1)]

    @property
    def site(self) -> Site:
        """The one host and port that it leads to."""
        parts = urlsplit(self.address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return Site(host=parts.hostname or "", port=port)

    def address_of(self, form: str) -> str:
        """Where a form is asked for."""
        return urljoin(self.address.rstrip("/") + "/", self.forms[form].path.lstrip("/"))


def read_adapter(file: Path) -> Adapter:
    """The declaration of a file, or one error that names the key and what is allowed there."""
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise _unreadable(file.name, problem) from problem
    return parse_adapter(file.name, content)


def parse_adapter(name: str, content: bytes) -> Adapter:
    """The same of a declaration that came by another way than as a file here."""
    try:
        adapter = Adapter.model_validate(tomllib.loads(content.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise _unreadable(name, problem) from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadAdapter(name, detail=Text(f"{where}：{first['msg']}", f"{where}: {first['msg']}")) from problem  # fmt: skip
    fault = next(_faults(adapter), None)
    if fault is not None:
        raise BadAdapter(name, detail=fault)
    return adapter


def adapter_of(step: Step) -> Adapter:
    """The adapter of a record, checked anew: forms may have changed since it was kept."""
    return parse_adapter(step.system, step.adapter.encode())


def _unreadable(name: str, problem: Exception) -> BadAdapter:
    return BadAdapter(name, detail=Text(f"不是可读的 TOML：{problem}", f"it is no TOML that can be read: {problem}"))  # fmt: skip


def _faults(adapter: Adapter) -> Iterator[Text]:
    """What the types cannot tell: the address, and names that nothing here has."""
    try:
        parts = urlsplit(adapter.address)
        is_whole = bool(parts.hostname) and (parts.port or 443) > 0
    except ValueError:
        is_whole = False
    if not is_whole:
        yield Text("address 不是完整的地址", "address is no whole address")
        return
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        yield Text("address 须为 https 地址", "address has to be an https address")
    if parts.username or parts.password:
        yield Text(
            "address 不得含账号口令；令牌放在单独的文件里",
            "address may hold no login: the token is a file of its own",
        )
    if adapter.paging.kind != "page" and not adapter.paging.next:
        yield Text(
            "paging.next：须写明下一页标记或链接的位置",
            "paging.next: say where the next cursor or link stands",
        )
    for name, source in adapter.forms.items():
        if name not in submitted_forms():
            yield _unknown(f"forms.{name}", "表", "form", name, submitted_forms())
        else:
            yield from _faults_of(submitted_forms()[name], source)
        if urlsplit(adapter.address_of(name))[:2] != parts[:2]:
            yield Text(
                f"forms.{name}.path 指向另一台主机", f"forms.{name}.path leads to another host"
            )


def _faults_of(form: type[Form], source: Source) -> Iterator[Text]:
    at = f"forms.{form.name}"
    for key in ("columns", "constants", "codes", "factors"):
        for name in getattr(source, key):
            if name not in form.columns:
                yield _unknown(f"{at}.{key}.{name}", "列", "column", name, form.columns)
    for name, column in form.columns.items():
        if column.required and name not in {**source.columns, **source.constants}:
            yield Text(
                f"{at}.columns 缺少必填列 {name}（{column.label.zh}）",
                f"{at}.columns lacks the required {name} ({column.label.en})",
            )
    yield from _faults_of_values(form, source, at)


def _faults_of_values(form: type[Form], source: Source, at: str) -> Iterator[Text]:
    """Codes that no list has, and factors of what is no number."""
    for name, meanings in source.codes.items():
        codes = form.columns[name].codes
        known = codes.labels if codes else {}
        for theirs, ours in meanings.items():
            if ours not in known:
                yield _unknown(f"{at}.codes.{name}.{theirs}", "代码", "code", ours, known)
    for name in source.factors:
        if form.columns[name].part is not Part.MEASURE:
            yield Text(f"{at}.factors.{name} 不是数字列", f"{at}.factors.{name} is no number")


def _unknown(where: str, zh: str, en: str, name: str, known: Mapping[str, object]) -> Text:
    near = "、".join(get_close_matches(name, list(known))) or "—"
    return Text(
        f"{where}：没有名为“{name}”的{zh}；相近的有 {near}",
        f"{where}: there is no {en} '{name}'; near it: {near}",
    )
