"""By when a form is asked for: it follows from the time its numbers speak of."""

from __future__ import annotations

from datetime import date

from warehouse.form import Form, Period

MONTH, DAY = 11, 20  # eighty days after the day on which a year is counted


def due(form: type[Form], year: int) -> date:
    """The last day for a form of an academic year: 20 November after the last day that its numbers speak of."""
    ends_late = any(column.period is Period.YEAR for column in form.columns.values())
    return date(year + 1 if ends_late else year, MONTH, DAY)
