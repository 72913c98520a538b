"""What the command `zhijian briefing` does: papers of one place, or of all provinces, into a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

if TYPE_CHECKING:
    from warehouse.installation import Settings

Say = Callable[[str], None]
Code = Annotated[str | None, Argument(help="Code of a place [all provinces] 地区或学校代码")]
As = Annotated[str, Option("--as", help="Login whose rights decide 以谁的权限")]
Out = Annotated[Path, Option(help="Folder to write into 输出文件夹")]
Topic = Annotated[str, Option(help="place, or the name of a domain 主题")]
Lang = Annotated[Literal["zh", "en"], Option(help="zh or en 语言")]
Year = Annotated[int | None, Option(help="Academic year, by its first 学年（起始年）")]
Kind = Annotated[Literal["pdf", "docx"], Option(help="pdf or docx 文件类型")]


def briefing_command(read_settings: Callable[[], Settings], say: Say) -> Callable[..., None]:
    """The command; settings are told by the composition root."""

    def briefing(
        reader: As, place: Code = None, out: Out = Path("briefings"), topic: Topic = "place", lang: Lang = "zh", year: Year = None, kind: Kind = "pdf"
    ) -> None:  # fmt: skip
        """Write the briefing of a place, or of every province, as an account may see it.  生成一地或各省简报。

        Every paper is a line of the audit trail. Exit code 2: a place was passed over, which the account may not see.
        """
        from dashboards.address import Address
        from dashboards.briefings.batch import Order, wanted, write
        from dashboards.briefings.giving import maker, reader_of
        from warehouse.installation import addresses, now_of, word_template, worker
        from warehouse.store import Warehouse

        settings = read_settings()
        with worker(settings) as working:
            web = Warehouse(addresses(settings).app)
            now, synthetic = now_of(settings, working), "synthetic" in working.settings()
            made = maker(web, now, synthetic=synthetic, template=word_template(settings), site=settings.url)  # fmt: skip
            order = Order(reader=reader_of(web, reader), asked=Address(lang=lang, page=topic, year=year), folder=out, kind=kind, now=now)  # fmt: skip
            missing = write(made, order, wanted(web.ladder, place), say)
            web.close()
        raise SystemExit(2 if missing else 0)

    return briefing
