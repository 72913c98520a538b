"""Requests that would undo a pattern, and rounding in place of withholding."""

import numpy as np
import pytest
from hypothesis import given, settings

from metrics.disclosure.audiences import AudienceClass, Holding, told
from metrics.disclosure.pattern import refuse_differences
from metrics.disclosure.primary import judge
from metrics.disclosure.proof import hidden
from metrics.disclosure.rounding import rounded
from metrics.disclosure.table import Facts, Sum, make
from metrics.errors import WouldDisclose
from tests.disclosure.worlds import LIMITS, World, worlds

PERSONS = Holding.PERSONS


@settings(max_examples=25, deadline=None)
@given(worlds())
def test_rounded_numbers_add_up_over_places_and_stay_next_to_their_own(world: World) -> None:
    table = world.table()

    found = rounded(table)

    assert (found.values % 5 == 0).all()
    assert (np.abs(found.values - table.values) < 5).all()
    assert not found.not_additive[table.is_disjoint].any()
    off = np.abs(table.sums @ found.values) > 0
    assert (off == found.not_additive).all()
    assert found.is_additive == (not off.any())


def test_what_does_not_add_up_over_a_breakdown_is_said() -> None:
    cells = {"": Facts(6, 3), "x": Facts(3, 3), "y": Facts(3, 3)}

    found = rounded(make(cells, [Sum("", ("x", "y"), is_disjoint=False)]))

    assert found.values.tolist() == [5.0, 5.0, 5.0]
    assert not found.is_additive


def test_a_request_whose_difference_would_disclose_is_refused_with_its_cells() -> None:
    """A total was given out; the same total without one school is asked for."""
    cells = {
        "all": Facts(400, 8, 90, 60),
        "all but one": Facts(310, 7, 60, 50),
        "one": Facts(90, 1, 90, 0),
    }
    table = make(cells, [Sum("all", ("all but one", "one"), is_disjoint=True)])
    unsafe = hidden(judge(table, LIMITS, PERSONS))
    first, second = table.mask(["all"]), table.mask(["all but one"])

    refuse_differences(table, [first], unsafe, LIMITS, PERSONS)
    refuse_differences(table, [second], unsafe, LIMITS, PERSONS)
    with pytest.raises(WouldDisclose, match="would tell withheld cells: one") as refused:
        refuse_differences(table, [first, second], unsafe, LIMITS, PERSONS)

    assert refused.value.cells == ("one",)


@pytest.mark.parametrize("audience", AudienceClass)
def test_the_thresholds_are_told_in_both_languages(audience: AudienceClass) -> None:
    said = told(audience)

    assert said.zh
    assert said.en
    assert ("10" in said.zh) == ("10" in said.en)
