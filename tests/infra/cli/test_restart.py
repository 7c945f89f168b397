"""``riverfront restart``: asks the stack that runs here, and waits."""

from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from infra.cli.restart import restart
from infra.errors import CannotRun
from infra.stack.home import Home, lock_home
from infra.stack.restart_request import RestartRequest
from tests.storefront.running_shop import wait_until


def ask(home: Path) -> Result:
    return CliRunner().invoke(restart, env={"RIVERFRONT_HOME": str(home)})


def test_without_a_stack_nothing_is_restarted(tmp_path: Path) -> None:
    answer = ask(tmp_path)
    assert isinstance(answer.exception, CannotRun)
    assert "No stack runs in" in str(answer.exception)


@pytest.mark.parametrize("problem", ["", "Storefront 2 ended with exit code 1."])
def test_it_waits_for_the_stack_and_says_how_it_went(tmp_path: Path, problem: str) -> None:
    request = RestartRequest(Home(tmp_path).run)

    def be_the_stack() -> None:
        wait_until(lambda: request.is_made)
        request.clear(problem)

    with lock_home(Home(tmp_path)):
        stack = Thread(target=be_the_stack)
        stack.start()
        answer = ask(tmp_path)
        stack.join()
    if problem:
        assert problem in str(answer.exception)
    else:
        assert answer.output == "Restarted.\n"
