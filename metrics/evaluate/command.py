"""What `zhijian review evaluate` does and says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Option

if TYPE_CHECKING:
    from warehouse.installation import Settings

COMMAND = "zhijian review evaluate"
TRUTH = "demo-truth/truth.json"  # where zhijian demo writes it, below the folder of data
FOLDER, DATA = "evaluation", "evaluation.json"
RECORD = f"{FOLDER}/{DATA}"  # below the folder of data, unless it was told otherwise
Lang = Annotated[Literal["zh", "en"], Option(help="zh or en 语言")]
File = Annotated[Path | None, Option(help=f"What was planted [{TRUTH} in the data folder] 埋设清单")]  # fmt: skip
Page = Annotated[Path | None, Option(help="Put an excerpt between the marks of this page 写入此页")]
Folder = Annotated[
    Path | None, Option(help="Where the record goes [evaluation in the data folder] 结果目录")
]


def evaluate_command(
    read_settings: Callable[[], Settings], say: Callable[[str], None]
) -> Callable[..., None]:
    def evaluate(
        truth: File = None, out: Folder = None, lang: Lang = "zh", into: Page = None
    ) -> None:
        """Judge rules, doubts and risk by closed cases, by what came of schools, and by what a demo planted.  评估规则、疑点与风险。

        A ministry without a list of what was planted is judged by the first two alone. It reads the whole nation: a command of the
        administration, not of a reader.
        """
        from metrics.evaluate.planted import read_planted, read_versions
        from metrics.evaluate.report import data, excerpt, markdown, put, shown
        from metrics.evaluate.run import evaluate, read_sources
        from warehouse.evaluations import Made, keep
        from warehouse.installation import now_of, worker
        from warehouse.moments import china_day
        from warehouse.places import NATION
        from warehouse.terms import newest_year

        settings = read_settings()
        with worker(settings) as warehouse:
            newest = newest_year(china_day(now_of(settings, warehouse)))
            years = [year for year in warehouse.ladder.years if year <= newest]
            with warehouse.reading(warehouse.scope("evaluate", NATION)) as reader:
                file = truth or settings.var / TRUTH
                is_planted = truth is not None or file.exists()
                planted = read_planted(file, read_versions(reader)) if is_planted else None
                sources = read_sources(reader, warehouse, years)
        found = evaluate(sources, planted, say)
        with worker(settings) as warehouse, warehouse.writing() as writer:
            made = Made(now_of(settings, warehouse), COMMAND, shown(found), json.loads(data(found)))
            keep(writer, made)
        folder = out or settings.var / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        lines = list(markdown(found, lang))
        (folder / "evaluation.md").write_text("\n".join([*lines, ""]), encoding="utf-8")
        (folder / DATA).write_text(data(found), encoding="utf-8")
        if into is not None:
            page = into.read_text(encoding="utf-8")
            into.write_text(put(page, list(excerpt(lines))), encoding="utf-8")
        for line in (*lines, "", str(folder / "evaluation.md"), str(folder / DATA)):
            say(line)

    return evaluate
