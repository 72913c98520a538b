"""What the commands `zhijian fusion ...` do and say: a province's own system, checked and read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

Say = Callable[[str], None]
Declaration = Annotated[Path, Argument(help="The province's adapter, TOML 适配声明")]


def fusion_cli(say: Say) -> typer.Typer:
    """The commands of provinces with systems of their own."""
    cli = typer.Typer(no_args_is_help=True)

    @cli.command()
    def check(adapter: Declaration) -> None:
        """Check an adapter against the declared forms, columns and codes; nothing is asked.  检查适配声明。"""
        from etl.fusion.adapter import read_adapter

        found = read_adapter(adapter)
        say(f"{found.system} ({found.province}): {', '.join(found.forms)}")

    @cli.command()
    def pull(
        adapter: Declaration,
        package: Annotated[Path, Argument(help="Folder to write the package to 数据包目录")],
        year: Annotated[int, Option(help="Academic year, by its first 学年（起始年）")],
        form: Annotated[str | None, Option(help="One form [all of the adapter] 表名")] = None,
        token: Annotated[Path | None, Option(help="File with the token 令牌文件")] = None,
    ) -> None:
        """Read a province's interface page by page into a package for `zhijian load`.  分页读取，可断点续传。

        What was interrupted goes on where it stood when the same command is run again.
        """
        from etl.fusion.adapter import read_adapter
        from etl.fusion.interface import Interface
        from etl.fusion.pull import Wanted, told
        from etl.fusion.pull import pull as read

        declared = read_adapter(adapter)
        secret = read_token(token) if token else ""
        interface = Interface(adapter=declared, token=secret)
        package.mkdir(parents=True, exist_ok=True)
        for name in [form] if form else declared.forms:
            say(told(read(interface, Wanted(form=name, year=year), package)))

    return cli


def read_token(file: Path) -> str:
    """The token of a file of its own."""
    from etl.errors import Absent

    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise Absent(file.name) from problem
