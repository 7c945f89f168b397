"""``riverfront dead-letters``: look at the events that could not be read, take them out, or send them again."""

from datetime import UTC, datetime
from typing import BinaryIO

import click

from connections.log_lines import escape
from infra.cli.shop_here import find_shop
from infra.stack.servers import KAFKA, kafka_here

REASON, START = 200, 60
"""Characters that are shown of a reason, and of what was sent."""


@click.group()
def dead_letters() -> None:
    """List, export or replay events that could not be read. Kafka keeps them for 30 days."""


@dead_letters.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1), help="Show at most this many.")
def list_command(limit: int) -> None:
    """Show the newest ones with their reasons."""
    from infra.kafka.dead_letters import read_dead_letters

    letters = list(read_dead_letters(kafka_here(find_shop(KAFKA))))
    for letter in letters[-limit:]:
        at = datetime.fromtimestamp(letter.at, UTC).isoformat(timespec="seconds")
        reason, start = escape(letter.reason, REASON), escape(letter.value.decode("utf-8", "replace"), START)
        click.echo(f"{letter.partition}/{letter.offset}  {at}  {reason}  {start}")
    click.echo(f"{len(letters)} dead letters", err=True)


@dead_letters.command()
@click.argument("file", type=click.File("wb"), default="-")
def export(file: BinaryIO) -> None:
    """Write all of them to FILE, a line of JSON each. Default: standard output."""
    from infra.kafka.dead_letters import read_dead_letters, to_json

    for letter in read_dead_letters(kafka_here(find_shop(KAFKA))):
        file.write(to_json(letter) + b"\n")


@dead_letters.command("replay")
def replay_command() -> None:
    """Send those that can be read by now, such as after an upgrade, to the learner again."""
    from infra.kafka.dead_letters import replay

    sent, unreadable = replay(kafka_here(find_shop(KAFKA)))
    click.echo(f"{sent} sent again, {unreadable} still cannot be read")
