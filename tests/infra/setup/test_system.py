"""One message for everything that is missing."""

import pytest

from infra.setup.commands import Failed
from infra.setup.system import PACKAGES, SYSTEMS, how_to_install, require


def test_one_message_names_everything_that_is_missing() -> None:
    with pytest.raises(Failed, match=r"(?s)java, redis.*install.*jre.*redis"):
        require(["java", "redis"])
    require([])


@pytest.mark.parametrize("manager", SYSTEMS)
def test_every_need_has_a_name_on_every_system(manager: str) -> None:
    assert all(names[manager] for names in PACKAGES.values())


def test_an_unknown_system_is_told_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    message = how_to_install(["java"])
    assert all(system in message for system in SYSTEMS.values())
