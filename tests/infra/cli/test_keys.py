"""``riverfront keys``, with a database of its own."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from infra.cli import keys as command
from infra.cli.keys import keys
from infra.errors import CannotRun
from storefront.api.keys import api_key
from storefront.api.keys.api_key import Scope
from storefront.api.keys.key_ring import KeyRing
from storefront.api.keys.key_store import KeyStore
from storefront.api.keys.visitor_tokens import signing_secret
from storefront.database.connection import Database


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"RIVERFRONT_DATABASE": f"sqlite:///{tmp_path}/shop.db", "RIVERFRONT_HOME": str(tmp_path)}


def run(environment: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(keys, words, env=environment)


def test_a_key_is_made_listed_and_revoked(environment: dict[str, str]) -> None:
    made = run(environment, "create", "--scope", "server", "--label", "my shop", "--rate", "50")
    assert made.exit_code == 0
    token = made.stdout.strip()
    store = KeyStore(Database(environment["RIVERFRONT_DATABASE"]))
    key = KeyRing(store).find(token)
    assert key is not None
    assert (key.scope, key.label, key.rate) == (Scope.SERVER, "my shop", 50)

    listed = run(environment, "list").stdout
    assert key.name in listed
    assert "my shop" in listed
    assert token not in listed

    assert run(environment, "revoke", key.name).exit_code == 0
    assert KeyRing(store).find(token) is None
    assert run(environment, "list").stdout == ""
    assert "revoked" in run(environment, "list", "--all").stdout


def test_a_key_that_is_not_there_is_said_to_be_none(environment: dict[str, str]) -> None:
    run(environment, "create", "--scope", "browser")
    answer = run(environment, "revoke", "nothing")
    assert isinstance(answer.exception, CannotRun)


def test_a_browsers_key_has_origins_and_a_secret_that_signs(environment: dict[str, str]) -> None:
    origins = ("--origin", "https://Shop.example/", "--origin", "http://127.0.0.1:9000")
    run(environment, "create", "--scope", "browser", *origins)
    (key,) = KeyStore(Database(environment["RIVERFRONT_DATABASE"])).in_use()
    assert key.origins == ("https://shop.example", "http://127.0.0.1:9000")
    assert "https://shop.example http://127.0.0.1:9000" in run(environment, "list").stdout

    secret = environment | {"RIVERFRONT_SECRET": "0f" * 32}
    shown = run(secret, "signing-secret", key.name)
    assert shown.stdout.strip() == signing_secret("0f" * 32, key.name)
    assert isinstance(run(environment, "signing-secret", key.name).exception, CannotRun), "whose secret is it?"
    assert isinstance(run(secret, "signing-secret", "nothing").exception, CannotRun)


@pytest.mark.parametrize("origin", ["shop.example", "https://shop.example/path", "ftp://shop.example", "https://a@b.c"])
def test_what_is_no_origin_makes_no_key(environment: dict[str, str], origin: str) -> None:
    answer = run(environment, "create", "--scope", "browser", "--origin", origin)
    assert isinstance(answer.exception, CannotRun)


@pytest.mark.parametrize(
    "words",
    [
        ("create",),
        ("create", "--scope", "all"),
        ("create", "--scope", "server", "--rate", "0"),
        ("create", "--scope", "server", "--origin", "https://shop.example"),
    ],
)
def test_wrong_use_is_said(environment: dict[str, str], words: tuple[str, ...]) -> None:
    assert run(environment, *words).exit_code == 2


def test_the_command_knows_the_scopes_and_rates_of_the_api() -> None:
    assert set(command.SCOPES) == {str(scope) for scope in Scope}
    assert (command.DEFAULT_RATE, command.MOST_A_SECOND) == (api_key.DEFAULT_RATE, api_key.MOST_A_SECOND)
