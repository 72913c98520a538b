"""What a revision changed: the cells of two states of the warehouse side by side, and those that say something else."""

from __future__ import annotations

from typing import NamedTuple

from metrics.question import Answers, Cell, Key


class Changed(NamedTuple):
    """A cell that says something else than before: another value, or another sign in place of one."""

    key: Key
    before: Cell
    now: Cell

    @property
    def difference(self) -> float | None:
        """Now less before; None where either has no value."""
        if self.now.value is None or self.before.value is None:
            return None
        return self.now.value - self.before.value


def is_same(now: Cell, before: Cell | None) -> bool:
    """Whether two cells say the same: value and state. Who stands behind them is another matter."""
    return before is not None and (now.value, now.state) == (before.value, before.state)


def marked(now: Answers, before: Answers) -> Answers:
    """The same answers, cells that say something else than before marked as revised."""
    cells = {
        key: cell if is_same(cell, before.cells.get(key)) else cell._replace(is_revised=True)
        for key, cell in now.cells.items()
    }
    return Answers(now.question, cells)


def changed(before: Answers, now: Answers) -> list[Changed]:
    """The cells that differ, in the order of places and then of metrics. Both must have been asked the same."""
    asked = now.question
    keys = [Key(metric, place, year) for year in asked.years for place in asked.places for metric in asked.metrics]  # fmt: skip
    pairs = [Changed(key, before.cells[key], now.cells[key]) for key in keys]
    return [one for one in pairs if not is_same(one.now, one.before)]
