"""Columns that many tables have: a text, a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa


def text_column(name: str, **options: Any) -> sa.Column[str]:  # noqa: ANN401 - sa.Column's own options
    return sa.Column(name, sa.Text, nullable=False, **options)


def moment(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[datetime]:  # noqa: ANN401 - sa.Column's own options
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, **options)
