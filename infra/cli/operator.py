"""``riverfront operator``: who may see the operators' pages and figures, and whose sessions end."""

from typing import TYPE_CHECKING

import click

from infra.cli.shop_here import ENVIRONMENT, shop_database, shop_settings
from infra.errors import CannotRun
from infra.stack.servers import DATABASE, REDIS
from online_models.schema.messages import visitor_room

if TYPE_CHECKING:
    from storefront.accounts.account import Account
    from storefront.database.connection import Database
    from storefront.settings import StorefrontSettings


@click.group()
def operator() -> None:
    """Say who may see the operators' pages. It takes effect with the next page that they open, or the next figures."""


@operator.command(epilog=ENVIRONMENT)
@click.argument("email")
def grant(email: str) -> None:
    """Make the account of EMAIL an operator's. It must have signed up already."""
    with shop_database() as database:
        _set_role(database, email, "operator")
    click.echo(f"{email} is an operator. The operators' page opens once they have turned on two-step verification.")


@operator.command(epilog=ENVIRONMENT)
@click.argument("email")
def revoke(email: str) -> None:
    """Make the account of EMAIL a shopper's again. Operators' pages that they have open are closed."""
    settings = shop_settings(DATABASE, REDIS)
    with shop_database(settings) as database:
        _set_role(database, email, "shopper")
        account = _account(database, email)
    _hang_up(settings, account)
    click.echo(f"{email} is an operator no longer.")


@operator.command("sign-out", epilog=ENVIRONMENT)
@click.argument("email")
def sign_out(email: str) -> None:
    """End all sessions of the account of EMAIL, on every device. It can sign in again."""
    from storefront.accounts.sign_ins import SignInStore

    settings = shop_settings(DATABASE, REDIS)
    with shop_database(settings) as database:
        account = _account(database, email)
        SignInStore(database).end_all(account.visitor)
    _hang_up(settings, account)
    click.echo(f"{email} is signed out everywhere.")


@operator.command("reset-factor", epilog=ENVIRONMENT)
@click.argument("email")
def reset_factor(email: str) -> None:
    """Turn off two-step verification for EMAIL, who has lost both app and recovery codes.

    The account is signed out everywhere. Make sure first that it is its owner who asks.
    """
    from storefront.accounts.sign_ins import SignInStore
    from storefront.accounts.two_factor.second_factors import remove_factor

    settings = shop_settings(DATABASE, REDIS)
    with shop_database(settings) as database:
        account = _account(database, email)
        with database.begin() as connection:
            was_on = remove_factor(connection, account.visitor)
        if not was_on:
            raise CannotRun(f"{email} does not use two-step verification.")
        SignInStore(database).end_all(account.visitor)
    _hang_up(settings, account)
    click.echo(f"Two-step verification of {email} is off. They are signed out, and sign in with their password alone.")


@operator.command("list", epilog=ENVIRONMENT)
def list_operators() -> None:
    """Print the addresses of all operators, one a line."""
    from storefront.accounts.account_store import AccountStore

    with shop_database() as database:
        for email in AccountStore(database).operators():
            click.echo(email)


def _set_role(database: "Database", email: str, role: str) -> None:
    from storefront.accounts.account_store import AccountStore

    if not AccountStore(database).set_role(email, role):
        raise CannotRun(f"Nobody has signed up as {email}.")


def _account(database: "Database", email: str) -> "Account":
    from storefront.accounts.account_store import AccountStore

    account = AccountStore(database).find_by_email(email)
    if account is None:
        raise CannotRun(f"Nobody has signed up as {email}.")
    return account


def _hang_up(settings: "StorefrontSettings", account: "Account") -> None:
    """End the connections of an account's open pages: they come back with the role that it has now."""
    from redis import RedisError

    from connections.environment import without_password
    from connections.redis_client import connect
    from storefront.web.live.rooms import hang_up_everywhere

    try:
        with connect(settings.redis) as client:
            hang_up_everywhere(client, visitor_room(account.visitor))
    except RedisError:
        click.echo(
            f"Redis does not answer at {without_password(settings.redis)}: open pages are not closed at once. An "
            "operators' page is at its next figures, any other when it asks for something.",
            err=True,
        )
