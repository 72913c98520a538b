"""`zhijian review backtest` from file to files, and how its options are read."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import app
from metrics.errors import BadPanel
from metrics.review_commands import spread
from tests.panels import made


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["P", "--lead", "1", "2", "--scores", "S"], ["P", "--lead", "1", "--lead", "2", "--scores", "S"]),
        (["P", "--lead", "1", "--lead", "2"], ["P", "--lead", "1", "--lead", "2"]),
        (["--unit", "u", "P", "--lead", "3"], ["--unit", "u", "P", "--lead", "3"]),
    ],
)  # fmt: skip
def test_an_option_takes_several_values(words: list[str], meant: list[str]) -> None:
    assert list(spread(words, {"--lead"})) == meant


def _run(*words: str) -> str:
    done = CliRunner().invoke(app.cli, ["review", "backtest", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


ROLES = ("--unit", "school_id", "--period", "year", "--outcome", "closed")


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("panel") / "panel.parquet"
    made(units=150, periods=5, effect=3.0).write_parquet(file)
    return file


def test_a_panel_becomes_a_table_scores_and_a_page(panel: Path, tmp_path: Path) -> None:
    scores = tmp_path / "new" / "scores.parquet"
    said = _run(
        str(panel),
        *ROLES,
        "--lead",
        "1",
        "2",
        "--scores",
        str(scores),
        "--down",
        "students",
        "--lang",
        "en",
    )
    assert "| the model, calibrated |" in said
    assert "Lead 2:" in said
    kept = pl.read_parquet(scores)
    assert set(kept["lead"].unique()) == {1, 2}
    assert kept.select("unit", "period", "lead").is_unique().all()
    assert "Back-test by time" in scores.with_suffix(".html").read_text(encoding="utf-8")


def test_a_direction_of_no_column_is_refused(panel: Path, tmp_path: Path) -> None:
    with pytest.raises(BadPanel, match="no column of numbers pupils"):
        _run(str(panel), *ROLES, "--scores", str(tmp_path / "s.parquet"), "--up", "pupils")
    assert not (tmp_path / "s.parquet").exists()
