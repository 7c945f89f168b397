"""``riverfront secret``: a key that nobody can guess."""

import secrets

import click


@click.command()
def secret() -> None:
    """Print a new key for RIVERFRONT_SECRET or RIVERFRONT_METRICS_TOKEN. Keep it where only the shop can read it."""
    click.echo(secrets.token_hex(32))
