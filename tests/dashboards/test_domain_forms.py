"""A domain's page counts the returns of its forms as the submission board does."""

import pytest

from dashboards.views.domain import names
from dashboards.views.domain_forms import counted_by
from metrics.metric import ALL_UNITS
from metrics.plan import plan
from tests.readers import YEAR, Ministry, asked_by_dash, section
from warehouse.discovery import domains, forms_of, submitted_forms

OF_SCHOOLS = {"estate"}  # every metric of it leaves attached classes out, and its row says so


def test_a_form_that_everybody_hands_in_is_counted_over_everybody() -> None:
    found = {}
    for domain in domains().values():
        for form in forms_of(domain):
            counted = counted_by(form, names(domain))
            if counted and form.name in submitted_forms():
                found[form.name] = {one.kinds for one in plan(counted, YEAR).reported}

    assert len(found) > 15
    assert {name for name, kinds in found.items() if kinds != {ALL_UNITS}} == OF_SCHOOLS


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "不含附设中职班"), ("en", "without attached classes")]
)
def test_a_form_counted_over_schools_alone_says_so(
    ministry: Ministry, lang: str, said: str
) -> None:
    told = section(
        asked_by_dash(ministry.client("ministry"), f"/{lang}/general/1", f"?year={YEAR}"), "forms"
    )

    assert told.count(said) == 1
