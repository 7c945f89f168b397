"""The command line, ``riverfront``. Each command is imported only when it is asked for, so that help is quick.

Exit codes: 0 done; 1 it could not be done, and a message says why; 2 wrong use of the command line; 3 a check ran
and did not pass; 130 stopped by Ctrl-C before it was done.
"""

from importlib import import_module
from typing import NamedTuple

import click

from connections.permissions import keep_files_private
from infra.errors import CannotRun


class Entry(NamedTuple):
    """A command: where it is, and its line in the list of commands."""

    module: str
    name: str
    summary: str


COMMANDS = {
    "demo": Entry("infra.cli.run", "demo", "Run the demo shop with simulated shoppers, and open it."),
    "up": Entry("infra.cli.run", "up", "Run the shop without simulated shoppers."),
    "status": Entry("infra.cli.status", "status", "Say what runs here and how far the learner is."),
    "restart": Entry("infra.cli.restart", "restart", "Restart the storefronts, one after the other."),
    "prepare": Entry("infra.cli.processes", "prepare", "Make the topics, and bootstrap if there is no catalog."),
    "bootstrap": Entry("infra.cli.bootstrap", "bootstrap", "Clean, tag, index and publish a catalog."),
    "learn": Entry("infra.cli.processes", "learn", "Run the learner alone."),
    "monitor": Entry("infra.cli.processes", "monitor", "Run the monitor alone."),
    "refit": Entry("infra.cli.processes", "refit", "Run the training of the neural session model alone."),
    "serve": Entry("infra.cli.processes", "serve", "Run the storefront alone."),
    "proxy": Entry("infra.cli.processes", "proxy", "Run the proxy in front of several storefronts."),
    "simulate": Entry("infra.cli.processes", "simulate", "Run simulated shoppers alone."),
    "evaluate": Entry("infra.cli.evaluate", "evaluate", "Measure the recommendations on a file of events."),
    "dead-letters": Entry("infra.cli.dead_letters", "dead_letters", "List, export or replay refused events."),
    "backup": Entry("infra.cli.backup", "backup", "Save all that the database holds to a file."),
    "restore": Entry("infra.cli.backup", "restore", "Fill the database from such a file."),
    "forget": Entry("infra.cli.forget", "forget", "Erase what is known of a visitor."),
    "operator": Entry("infra.cli.operator", "operator", "Say who may see the operators' pages."),
    "keys": Entry("infra.cli.keys", "keys", "Make, list and revoke keys of the API."),
    "mcp": Entry("infra.assistants.command", "mcp", "Let an assistant ask a shop's API."),
    "secret": Entry("infra.cli.secret", "secret", "Print a new key that signs cookies."),
    "bench": Entry("infra.cli.bench", "bench", "Measure latency and throughput."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports the one that is called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names, in the order of use."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = getattr(import_module(entry.module), entry.name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="riverfront", message="%(prog)s %(version)s")
def riverfront() -> None:
    """Real-time recommendations for online shops: every click changes what the shopper sees next."""


def main() -> None:
    """Run the command line, with errors as messages instead of tracebacks."""
    keep_files_private()
    try:
        riverfront.main(prog_name="riverfront", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from error
    except CannotRun as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(1) from error
    except (click.Abort, KeyboardInterrupt) as error:
        raise SystemExit(130) from error
