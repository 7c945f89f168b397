"""``riverfront restart``: new storefronts in place of those that run here."""

import os
import time

import click

from infra.errors import CannotRun
from infra.stack.home import Home, running_stack
from infra.stack.restart_request import RestartRequest
from infra.stack.settings import read_settings

DEADLINE = 600.0


@click.command()
def restart() -> None:
    """Restart the storefronts of the stack that runs here, one after the other, each once the one before it answers.

    With two or more (`up --storefronts 2`) the shop stays open. A single one is away for some seconds.
    """
    home = Home(read_settings(os.environ).home)
    if running_stack(home) is None:
        raise CannotRun(f"No stack runs in {home.folder}. Start one with `riverfront up --storefronts 2`.")
    request = RestartRequest(home.run)
    request.make()
    deadline = time.monotonic() + DEADLINE
    while request.is_made:
        if running_stack(home) is None:
            raise CannotRun("The stack ended before its storefronts were restarted.")
        if time.monotonic() > deadline:
            raise CannotRun(
                f"The stack has not restarted its storefronts in {DEADLINE:.0f} s. Its terminal may say why."
            )
        time.sleep(0.1)
    if request.problem:
        raise CannotRun(f"The restart ended half way. {request.problem}")
    click.echo("Restarted.")
