"""``riverfront bootstrap``: the batch's own command, with topics in place, for the stack that runs here if one does."""

import os
from typing import Any

import click

from bootstrap.command import bootstrap_command
from connections.kafka_settings import environment_of
from infra.cli.shop_here import find_shop
from infra.stack.servers import KAFKA, REDIS, kafka_here, redis_here


def run(**options: Any) -> None:
    """Make the topics that are missing, then run the batch."""
    here = find_shop(REDIS) if options["no_history"] else find_shop(REDIS, KAFKA)
    kafka = kafka_here(here)
    os.environ.update(environment_of(kafka))
    os.environ[REDIS] = redis_here(here)
    if not options["no_history"]:
        from infra.kafka.topics import ensure_topics

        ensure_topics(kafka)
    click.get_current_context().invoke(bootstrap_command, **options)


bootstrap = click.Command("bootstrap", callback=run, params=bootstrap_command.params, help=bootstrap_command.help)
