"""Extreme shares of small groups: what is said of them, and that it is said alike everywhere."""

import pytest

from dashboards.i18n import Phrases
from dashboards.parts.cell import SIGNS
from dashboards.views import wording
from metrics.disclosure.audiences import THRESHOLDS, AudienceClass
from metrics.disclosure.recoding import class_of
from metrics.discovery import metric
from metrics.question import Cell, State
from tests.disclosure.worlds import LIMITS


@pytest.mark.parametrize(
    ("count", "group", "state", "hides"),
    [
        (44, 45, State.OVER, True),  # 43, 44 or 45
        (45, 45, State.OVER, True),
        (21, 21, State.OVER, True),  # 20 of 21 are 95.2 %
        (20, 20, State.OVER, False),  # 19 of 20 are 95 %, which is not over
        (15, 15, State.OVER, False),
        (2, 45, State.UNDER, True),
        (0, 45, State.UNDER, True),
        (0, 21, State.UNDER, True),
        (0, 20, State.UNDER, False),
        (19, 20, None, None),
        (1, 20, None, None),
        (50, 50, None, None),  # no small group
        (0, 0, None, None),
    ],
)
def test_a_class_hides_a_count_where_it_holds_more_than_one(count: int, group: int, state: State | None, hides: bool | None) -> None:  # fmt: skip
    found = class_of(count, group, LIMITS)

    assert (found and found.state, found and found.hides) == (state, hides)
    if found:
        inside = [n for n in range(group + 1) if (lies := class_of(n, group, LIMITS)) and lies.state is state]  # fmt: skip
        assert (inside[0], inside[-1]) == (found.least, found.most)


@pytest.mark.parametrize("audience", AudienceClass)
def test_the_signs_say_the_declared_limits(audience: AudienceClass) -> None:
    limits = THRESHOLDS[audience]
    if limits is None:
        return
    assert (SIGNS["over"], SIGNS["under"]) == (f">{limits.high:g}%", f"<{limits.low:g}%")
    for phrases in (Phrases("zh"), Phrases("en")):
        assert f"{limits.high:g}" in phrases("symbol.over")
        assert f"{limits.low:g}" in phrases("symbol.under")


@pytest.mark.parametrize(("state", "sign"), [(State.OVER, "over"), (State.UNDER, "under")])
def test_a_recoded_cell_is_drawn_as_its_sign_without_a_number(state: State, sign: str) -> None:
    made = wording.cell_view(metric("insured"), Cell(None, state, units=3, due=3))

    assert (made.symbol, made.text, made.value) == (sign, "", None)


def test_recoded_shares_are_classes_of_their_own_in_every_order() -> None:
    cells = [Cell(None, State.WITHHELD), Cell(None, State.UNDER), Cell(1.0, State.VALUE), Cell(None, State.OVER)]  # fmt: skip

    ordered = sorted(cells, key=lambda cell: cell.sort_class)

    assert [cell.state for cell in ordered] == [State.VALUE, State.OVER, State.UNDER, State.WITHHELD]  # fmt: skip
