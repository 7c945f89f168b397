"""``riverfront keys``: who may use the API, for what and how often."""

from datetime import UTC, datetime

import click

from infra.cli.secret import keep_output_private
from infra.cli.shop_here import ENVIRONMENT, shop_database
from infra.errors import CannotRun

SCOPES = ("browser", "server")
"""As in `storefront.api.keys`, which is loaded with the first command."""
DEFAULT_RATE, MOST_A_SECOND = 1_000, 100_000


@click.group()
def keys() -> None:
    """Make, list and revoke the keys of the API. It takes effect within two seconds."""


@keys.command(epilog=ENVIRONMENT)
@click.option(
    "--scope",
    type=click.Choice(SCOPES),
    required=True,
    help="browser: events and lists, for pages; everybody may read the key. server: all of the API, for your servers.",
)
@click.option("--label", default="", help="What the key is for, as in lists of keys.")
@click.option(
    "--rate",
    type=click.IntRange(1, MOST_A_SECOND),
    default=DEFAULT_RATE,
    show_default=True,
    help="Requests and events a second, at each storefront.",
)
def create(scope: str, label: str, rate: int) -> None:
    """Make a key and print it. It cannot be shown again: only a digest is kept."""
    from storefront.api.keys.api_key import Scope
    from storefront.api.keys.key_store import KeyStore, TooManyKeys

    with shop_database(may_be_new=True) as database:
        try:
            key, token = KeyStore(database).create(Scope(scope), label, rate)
        except TooManyKeys as error:
            raise CannotRun(f"{error}. Revoke one that is no longer used.") from error
    keep_output_private()
    click.echo(f"Made the {scope} key {key.name}. Keep it: it is not shown again.", err=True)
    click.echo(token)


@keys.command("list", epilog=ENVIRONMENT)
@click.option("--all", "with_revoked", is_flag=True, help="Also those that are revoked.")
def list_keys(with_revoked: bool) -> None:
    """Print the keys, oldest first: name, scope, rate, when they were made or revoked, and label."""
    from storefront.api.keys.key_store import KeyStore

    with shop_database() as database:
        for key in KeyStore(database).all():
            if key.revoked_at is None or with_revoked:
                state = f"revoked {_day(key.revoked_at)}" if key.revoked_at else f"made {_day(key.created_at)}"
                click.echo(f"{key.name}  {key.scope:7}  {key.rate:>6}/s  {state}  {key.label}".rstrip())


@keys.command(epilog=ENVIRONMENT)
@click.argument("name")
def revoke(name: str) -> None:
    """Revoke the key NAME, as it is listed. Requests with it are refused within two seconds."""
    from storefront.api.keys.key_store import KeyStore

    with shop_database() as database:
        if not KeyStore(database).revoke(name):
            raise CannotRun(f"There is no key {name} in use. `riverfront keys list` prints them.")
    click.echo(f"The key {name} is revoked.")


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
