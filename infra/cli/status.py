"""``riverfront status``: what runs here, and how far the learner is."""

import os
import time

import click

from infra.stack.home import Home, running_stack
from infra.stack.servers import kafka_here, redis_here
from infra.stack.settings import read_settings

ANSWER_SECONDS = 2.0


@click.command()
def status() -> None:
    """Say what runs here and how far the learner is. Ends with 1 if Kafka, Redis or the learner does not answer."""
    from rich.console import Console
    from rich.table import Table

    from connections.environment import without_password
    from connections.redis_client import connect
    from infra.kafka.server import answers_requests
    from infra.redis.server import answers_ping
    from infra.stack.storefronts import answers_http

    home = Home(read_settings(os.environ).home)
    kafka, redis_url = kafka_here(os.environ), redis_here(os.environ)
    kafka_answers, redis_answers = answers_requests(kafka), answers_ping(redis_url)
    table = Table.grid(padding=(0, 3))
    stack = running_stack(home)
    table.add_row("Stack", stack or f"none runs in {home.folder}")
    for name, address in (home.read_storefronts() if stack else {}).items():
        answers = answers_http(f"http://{address}/healthz")
        table.add_row(name, f"{address} · {'answers' if answers else 'does not answer'}")
    table.add_row("Kafka", f"{kafka.servers} · {'answers' if kafka_answers else 'does not answer'}")
    table.add_row("Redis", f"{without_password(redis_url)} · {'answers' if redis_answers else 'does not answer'}")
    learns = False
    if redis_answers:
        from infra.stack.progress import read_statuses

        with connect(redis_url, ANSWER_SECONDS) as client:
            statuses = read_statuses(client)
        learns = bool(statuses)
        for last in statuses:
            name = f"Learner {last.name}" if len(statuses) > 1 else "Learner"
            share = f", ranks {last.share:.0%} of visitors" if len(statuses) > 1 else ""
            table.add_row(
                name,
                f"{last.learned:,} events learned, {last.learned_per_second:,.0f}/s, {last.pushed:,} lists pushed, "
                f"{last.memory_bytes / 2**20:,.0f} MB{share}, {time.time() - last.at:.0f} s ago",
            )
    if not learns:
        table.add_row("Learner", "does not run" if redis_answers else "unknown")
    Console(highlight=False).print(table)
    raise SystemExit(0 if kafka_answers and learns else 1)
