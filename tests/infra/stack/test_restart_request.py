"""The wish to have storefronts restarted: made by one process, done by another."""

from pathlib import Path

from infra.stack.restart_request import RestartRequest


def test_a_wish_stands_until_it_is_done(tmp_path: Path) -> None:
    request = RestartRequest(tmp_path)
    assert not request.is_made
    request.make()
    request.make()
    assert RestartRequest(tmp_path).is_made
    request.clear()
    assert not request.is_made
    assert request.problem == ""


def test_what_went_wrong_is_said_until_it_goes_well(tmp_path: Path) -> None:
    request = RestartRequest(tmp_path)
    request.make()
    request.clear("Storefront 2 ended.")
    assert not request.is_made
    assert request.problem == "Storefront 2 ended."
    request.make()
    request.clear()
    assert request.problem == ""
