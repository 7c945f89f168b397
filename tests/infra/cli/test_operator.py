"""``riverfront operator``, with accounts in a database of its own."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, select

from infra.cli.operator import operator
from infra.errors import CannotRun
from online_models.schema.events import VisitorId
from storefront.accounts.account import Account
from storefront.accounts.account_store import AccountStore
from storefront.accounts.sign_ins import SignInStore
from storefront.database.connection import Database
from storefront.database.tables import recovery_codes, second_factors


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    url = f"sqlite:///{tmp_path}/shop.db"
    database = Database(url)
    accounts = AccountStore(database)
    for name in ("ann", "bob"):
        accounts.add(Account(VisitorId(f"a-{name}"), f"{name}@example.com", name, "hash"))
    database.close()
    return {"RIVERFRONT_DATABASE": url, "RIVERFRONT_REDIS": "redis://127.0.0.1:1/0", "RIVERFRONT_HOME": str(tmp_path)}


def run(environment: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(operator, words, env=environment)


def operators(environment: dict[str, str]) -> list[str]:
    return run(environment, "list").stdout.split()


def test_nobody_is_an_operator_at_first(environment: dict[str, str]) -> None:
    assert operators(environment) == []


def test_an_account_becomes_an_operators_and_a_shoppers_again(environment: dict[str, str]) -> None:
    assert "is an operator" in run(environment, "grant", "Ann@Example.com").stdout
    assert operators(environment) == ["ann@example.com"]
    assert run(environment, "revoke", "ann@example.com").exit_code == 0
    assert operators(environment) == []


def test_a_revoked_role_is_gone_even_where_redis_does_not_answer(environment: dict[str, str]) -> None:
    run(environment, "grant", "bob@example.com")
    answer = run(environment, "revoke", "bob@example.com")
    assert answer.exit_code == 0
    assert "Redis does not answer" in answer.stderr
    assert operators(environment) == []


def test_a_lost_second_factor_is_reset_and_the_account_signed_out(environment: dict[str, str]) -> None:
    database = Database(environment["RIVERFRONT_DATABASE"])
    with database.begin() as connection:
        connection.execute(
            insert(second_factors).values(visitor="a-ann", secret="s", key="k", created_at=1.0, confirmed_at=1.0)
        )
        connection.execute(insert(recovery_codes).values(visitor="a-ann", lookup="abcd", code_hash="h"))
    token = SignInStore(database).add(VisitorId("a-ann"), "", 1.0)
    assert "is off" in run(environment, "reset-factor", "Ann@example.com").stdout
    assert SignInStore(database).find(token, 1.0) is None
    with database.read() as connection:
        assert connection.execute(select(second_factors)).first() is None
        assert connection.execute(select(recovery_codes)).first() is None
    database.close()
    answer = run(environment, "reset-factor", "ann@example.com")
    assert isinstance(answer.exception, CannotRun)
    assert "does not use two-step verification" in str(answer.exception)


def test_whoever_has_not_signed_up_cannot_be_one(environment: dict[str, str]) -> None:
    answer = run(environment, "grant", "eve@example.com")
    assert isinstance(answer.exception, CannotRun)
    assert "Nobody has signed up as eve@example.com" in str(answer.exception)


def test_a_database_that_cannot_be_is_a_message(environment: dict[str, str]) -> None:
    answer = run(environment | {"RIVERFRONT_DATABASE": "nonsense"}, "list")
    assert isinstance(answer.exception, CannotRun)
    assert "RIVERFRONT_DATABASE" in str(answer.exception)
