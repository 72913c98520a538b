"""An attack by order: what stands where, who is ahead of whom and how many are ranked are the same whatever is withheld."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from metrics.discovery import metric
from metrics.question import Cell, Key, State
from metrics.ranks import band, bands
from metrics.tables.ask import Ask, Pick
from metrics.tables.build import Table
from metrics.tables.covered import withheld

PLACES, NUMBERS = range(1, 13), st.integers(0, 3000)
CLASSES = (None, State.WITHHELD, State.OVER, State.UNDER)


def made(numbers: list[int], hides: list[State | None]) -> dict[int, Cell]:
    """A share and its group at each place; some say a class, some nothing."""
    cells = {place: Cell(100 * number / 3000, State.VALUE, number, 3000, 5, 5) for place, number in zip(PLACES, numbers, strict=False)}  # fmt: skip
    return {place: withheld(cell, how) if how else cell for (place, cell), how in zip(cells.items(), hides, strict=False)}  # fmt: skip


def shown(cells: dict[int, Cell], sort: int) -> list[tuple[int, Cell]]:
    """The rows of a table in their order, as a reader sees them."""
    ask = Ask(picks=tuple(map(Pick, cells)), years=(2025,), metrics=("retention",), cut="", sort=sort)  # fmt: skip
    keyed = {Key("retention", place, 2025): cell for place, cell in cells.items()}
    table = Table(ask, tuple(cells), ("",), None, keyed, {})
    return [(int(dict(zip(row.axes, row.values, strict=True))["places"]), table.cell(row, table.columns[0])) for row in table.rows]  # fmt: skip


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from(CLASSES)), min_size=2, max_size=12),
    st.sampled_from([-1, 0, 1]),
)
def test_no_order_and_no_rank_hangs_on_what_is_withheld(
    drawn: list[tuple[int, int, State | None]], sort: int
) -> None:
    hides = [how for *_, how in drawn]
    one, other = made([first for first, *_ in drawn], hides), made([second if how else first for first, second, how in drawn], hides)  # fmt: skip
    share = metric("retention")
    rows = shown(one, sort)
    assert rows == shown(other, sort)
    assert sorted(place for place, _ in rows) == list(one)
    assert not sort or [cell.value is None for _, cell in rows] == sorted(how is not None for how in hides)  # fmt: skip
    assert bands(share, one) == bands(share, other)
    assert [band(share, one, place) for place in one] == [band(share, other, place) for place in other]  # fmt: skip
    assert {place for place, how in zip(one, hides, strict=True) if how}.isdisjoint(bands(share, one))  # fmt: skip
