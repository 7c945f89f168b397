from pathlib import Path

import pytest

from connections.environment import InvalidSetting
from consumers.settings import ConsumerSettings
from training.settings import TrainingSettings, read_settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings({}) == TrainingSettings()


def test_each_variable_is_read() -> None:
    settings = read_settings(
        {"RIVERFRONT_HOME": "/srv/shop", "RIVERFRONT_REFIT_SECONDS": "60", "RIVERFRONT_FINE_TUNE_SECONDS": "5"}
    )
    assert (settings.weights, settings.refit_seconds, settings.fine_tune_seconds) == (Path("/srv/shop/weights"), 60, 5)


def test_learners_look_for_weights_where_they_are_written() -> None:
    home = Path("/srv/shop")
    assert TrainingSettings(home=home).weights == ConsumerSettings(home=home).weights


@pytest.mark.parametrize("name", ["RIVERFRONT_REFIT_SECONDS", "RIVERFRONT_FINE_TUNE_SECONDS"])
def test_a_value_that_cannot_be_used_is_named(name: str) -> None:
    with pytest.raises(InvalidSetting, match=name):
        read_settings({name: "0"})
