"""Two catalogues of specialties, complete in their classes, and an honest way from the older to the newer."""

from __future__ import annotations

import pytest

from warehouse.catalogues import Grounds, Version, catalogue, crossed, origin
from warehouse.codes import majors, specialties

OLD, NEW = catalogue(Version.OF_2010), catalogue(Version.OF_2021)


@pytest.mark.parametrize("version", list(Version))
def test_classes_are_complete_and_every_specialty_has_one(version: Version) -> None:
    found = catalogue(version)

    assert len(found.majors) == 19
    assert {each.major for each in found.specialties.values()} == set(found.majors)
    assert all(len(code) == 6 and code.isdigit() for code in found.specialties)
    assert all(each.name.zh and each.name.en for each in found.specialties.values())


def test_a_code_begins_with_its_class_but_for_one_that_is_written_irregularly() -> None:
    odd = [
        each.code
        for found in (OLD, NEW)
        for each in found.specialties.values()
        if each.code[:2] != each.major
    ]

    assert odd == ["411000"]
    assert OLD.specialties["411000"].major == "04"


def test_the_lists_of_cells_are_the_newest_catalogue() -> None:
    assert dict(specialties().labels) == {c: s.name for c, s in NEW.specialties.items()}
    assert dict(majors().labels) == dict(NEW.majors)


def test_nothing_of_2010_is_called_verified_and_a_part_of_2021_is() -> None:
    assert not any(each.is_verified for each in OLD.specialties.values())
    assert 0 < sum(each.is_verified for each in NEW.specialties.values()) < len(NEW.specialties)


def test_what_has_the_same_name_goes_to_the_specialty() -> None:
    assert len(NEW.specialties) == 57
    found = crossed("090100")

    assert (found.grounds, found.specialty, found.major) == (Grounds.NAME, "710201", "71")


def test_a_name_may_lead_to_another_class_than_most_of_its_old_one() -> None:
    assert crossed("142400").major == "68"


def test_a_class_that_went_into_several_is_given_to_none_of_them() -> None:
    found = crossed("05")

    assert found.grounds is Grounds.SPLIT
    assert set(found.majors) == {"63", "66"}
    assert found.major is None
    assert crossed("050100").grounds is Grounds.SPLIT


def test_a_class_with_one_successor_takes_its_specialties_along() -> None:
    assert crossed("080100").grounds is Grounds.CLASS
    assert crossed("080100").major == "70"
    assert crossed("19").grounds is Grounds.NONE


def test_every_step_by_name_agrees_with_the_classes() -> None:
    by_name = {code: crossed(code) for code in OLD.specialties}
    same = {code: one for code, one in by_name.items() if one.grounds is Grounds.NAME}

    assert len(same) == 31
    assert all(
        set(one.majors) <= set(crossed(OLD.specialties[code].major).majors)
        for code, one in same.items()
    )


def test_a_code_that_2010_does_not_have_is_no_code() -> None:
    with pytest.raises(KeyError):
        crossed("710201")


def test_a_class_continues_where_its_old_classes_went_into_it_whole() -> None:
    known = {code: origin(code) for code in NEW.majors}

    assert [code for code, one in known.items() if one.continues] == ["61", "70", "73", "74", "78", "79"]  # fmt: skip
    assert known["70"].olds == ("08",)
    assert known["66"].olds == ("05",)  # of which another part went into 63
    assert (known["77"].olds, known["77"].split) == (("11", "15", "16"), ("11",))
    assert all(crossed(old).major == code for code, one in known.items() if one.continues for old in one.olds)  # fmt: skip


def test_a_specialty_continues_where_2010_has_its_name() -> None:
    assert origin("710201").olds == ("090100",)
    assert sum(origin(code).continues for code in NEW.specialties) == 31
    assert not origin("999999").continues
