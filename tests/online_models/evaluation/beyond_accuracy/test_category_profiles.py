"""Profiles: the categories of each visitor's last items."""

import numpy as np
import pytest

from online_models.arrays.types import NO_INDICES
from online_models.evaluation.beyond_accuracy import category_profiles
from online_models.evaluation.beyond_accuracy.category_profiles import LENGTH, CategoryProfiles
from online_models.schema.events import VisitorId

ANN, BOB = VisitorId("ann"), VisitorId("bob")


def test_a_profile_holds_the_last_items() -> None:
    profiles = CategoryProfiles(np.arange(100, dtype=np.int32))
    for item in range(LENGTH + 5):
        profiles.add(ANN, item)
    assert profiles.of(ANN).tolist() == list(range(5, LENGTH + 5))


def test_without_categories_nobody_has_a_profile() -> None:
    profiles = CategoryProfiles(NO_INDICES)
    profiles.add(ANN, 3)
    assert profiles.of(ANN).tolist() == []


def test_one_who_comes_later_may_take_the_place_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(category_profiles, "VISITORS", 1)
    profiles = CategoryProfiles(np.array([7, 8], np.int32))
    profiles.add(ANN, 0)
    profiles.add(BOB, 1)
    assert profiles.of(ANN).tolist() == []
    assert profiles.of(BOB).tolist() == [8]
    profiles.add(ANN, 1)
    assert (profiles.of(ANN).tolist(), profiles.of(BOB).tolist()) == ([8], [])
