"""``riverfront operator``: who may see the operators' pages and figures, and help for who cannot sign in any more."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from infra.cli.shop_database import ENVIRONMENT, shop_database, shop_settings
from infra.errors import CannotRun
from online_models.schema.messages import visitor_room

if TYPE_CHECKING:
    from storefront.accounts.account_store import AccountStore


@click.group()
def operator() -> None:
    """Say who may see the operators' pages. It takes effect with the next page that they open."""


@operator.command(epilog=ENVIRONMENT)
@click.argument("email")
def grant(email: str) -> None:
    """Make the account of EMAIL an operator's. It must have signed up already."""
    _set_role(email, "operator")
    click.echo(f"{email} is an operator. The operators' page opens once they have turned on two-step verification.")


@operator.command(epilog=ENVIRONMENT)
@click.argument("email")
def revoke(email: str) -> None:
    """Make the account of EMAIL a shopper's again. Operators' pages that they have open are closed."""
    _set_role(email, "shopper")
    _hang_up(email)
    click.echo(f"{email} is an operator no longer.")


@operator.command("reset-factor", epilog=ENVIRONMENT)
@click.argument("email")
def reset_factor(email: str) -> None:
    """Turn off two-step verification for EMAIL, who has lost both app and recovery codes.

    The account is signed out everywhere. Make sure first that it is its owner who asks.
    """
    from storefront.accounts.account_store import AccountStore
    from storefront.accounts.sign_ins import SignInStore
    from storefront.accounts.two_factor.second_factors import remove_factor

    with shop_database() as database:
        account = AccountStore(database).find_by_email(email)
        if account is None:
            raise CannotRun(f"Nobody has signed up as {email}.")
        with database.begin() as connection:
            was_on = remove_factor(connection, account.visitor)
        if not was_on:
            raise CannotRun(f"{email} does not use two-step verification.")
        SignInStore(database).end_all(account.visitor)
    _hang_up(email)
    click.echo(f"Two-step verification of {email} is off. They are signed out, and sign in with their password alone.")


@operator.command("list", epilog=ENVIRONMENT)
def list_operators() -> None:
    """Print the addresses of all operators, one a line."""
    with _accounts() as accounts:
        for email in accounts.operators():
            click.echo(email)


def _set_role(email: str, role: str) -> None:
    with _accounts() as accounts:
        if not accounts.set_role(email, role):
            raise CannotRun(f"Nobody has signed up as {email}.")


def _hang_up(email: str) -> None:
    """End the connections of an account's open pages: they come back with the role that it has now."""
    from redis import RedisError

    from connections.redis_client import connect
    from storefront.web.live.rooms import hang_up_everywhere

    with _accounts() as accounts:
        account = accounts.find_by_email(email)
    try:
        if account:
            hang_up_everywhere(connect(shop_settings().redis), visitor_room(account.visitor))
    except RedisError:
        click.echo(
            "Redis does not answer: an operators' page that is open stays so until it is loaded again.", err=True
        )


@contextmanager
def _accounts() -> Iterator["AccountStore"]:
    from storefront.accounts.account_store import AccountStore

    with shop_database() as database:
        yield AccountStore(database)
