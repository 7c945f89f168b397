"""``riverfront keys``: who may use the API, for what and how often."""

from datetime import UTC, datetime

import click

from infra.cli.secret import keep_output_private
from infra.cli.shop_here import ENVIRONMENT, shop_database, shop_settings
from infra.errors import CannotRun
from infra.stack.servers import DATABASE

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
@click.option(
    "--origin",
    "origins",
    multiple=True,
    help="Of pages that may use a browser's key, such as https://shop.example; may be given several times. "
    "Without one, those of any origin may.",
)
def create(scope: str, label: str, rate: int, origins: tuple[str, ...]) -> None:
    """Make a key and print it. It cannot be shown again: only a digest is kept."""
    if origins and scope != "browser":
        raise click.UsageError("--origin goes with a browser's key: servers have none.")
    from storefront.api.keys.api_key import Scope
    from storefront.api.keys.key_store import KeyStore, TooManyKeys

    with shop_database(may_be_new=True) as database:
        try:
            key, token = KeyStore(database).create(Scope(scope), label, rate, origins)
        except TooManyKeys as error:
            raise CannotRun(f"{error}. Revoke one that is no longer used.") from error
        except ValueError as error:
            raise CannotRun(f"No key was made: {error}.") from error
    keep_output_private()
    click.echo(f"Made the {scope} key {key.name}. Keep it: it is not shown again.", err=True)
    click.echo(token)


@keys.command("list", epilog=ENVIRONMENT)
@click.option("--all", "with_revoked", is_flag=True, help="Also those that are revoked.")
def list_keys(with_revoked: bool) -> None:
    """Print the keys, oldest first: name, scope, rate, when they were made or revoked, label and origins."""
    from storefront.api.keys.key_store import KeyStore

    with shop_database() as database:
        for key in KeyStore(database).all():
            if key.revoked_at is None or with_revoked:
                state = f"revoked {_day(key.revoked_at)}" if key.revoked_at else f"made {_day(key.created_at)}"
                of_pages = " ".join((key.label, *key.origins))
                click.echo(f"{key.name}  {key.scope:7}  {key.rate:>6}/s  {state}  {of_pages}".rstrip())


@keys.command(epilog=ENVIRONMENT)
@click.argument("name")
def revoke(name: str) -> None:
    """Revoke the key NAME, as it is listed. Requests with it are refused within two seconds."""
    from storefront.api.keys.key_store import KeyStore

    with shop_database() as database:
        if not KeyStore(database).revoke(name):
            raise CannotRun(f"There is no key {name} in use. `riverfront keys list` prints them.")
    click.echo(f"The key {name} is revoked.")


@keys.command("signing-secret", epilog=ENVIRONMENT)
@click.argument("name")
def signing_secret(name: str) -> None:
    """Print the secret that signs visitors' tokens for the browser key NAME. Keep it on your servers.

    It is made of the shop's RIVERFRONT_SECRET: set the same here, unless the shop keeps one in its folder.
    """
    from storefront.api.keys import visitor_tokens
    from storefront.api.keys.api_key import Scope
    from storefront.api.keys.key_store import KeyStore
    from storefront.visitor_state.visitors import KEY_FILE, read_secret

    settings = shop_settings(DATABASE)
    if not settings.secret and not (settings.home / KEY_FILE).exists():
        raise CannotRun("Set RIVERFRONT_SECRET as the shop has it: the secret is made of it.")
    with shop_database(settings) as database:
        named = [key for key in KeyStore(database).in_use() if key.name == name]
    if not named or named[0].scope is not Scope.BROWSER:
        raise CannotRun(f"There is no browser key {name} in use. `riverfront keys list` prints them.")
    keep_output_private()
    click.echo(visitor_tokens.signing_secret(read_secret(settings.secret, settings.home), name))


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
