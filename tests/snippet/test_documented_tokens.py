"""The tokens of docs/javascript.md, signed as a shop's server would, and read as the API does."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.setup.clone import Clone
from infra.setup.programs import NODE
from storefront.api.keys.api_key import ApiKey, Scope
from storefront.api.keys.key_ring import KeyRing
from storefront.api.keys.key_store import KeyStore
from storefront.api.keys.visitor_tokens import VisitorTokens, signing_secret
from storefront.database.connection import Database

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "javascript.md").read_text(encoding="utf-8")
SECRET = "the secret of a shop in the tests"
VISITOR = "gid://shop/Kunde ü 17"
Sign = Callable[[str, str, str], str]


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert found, language
    return found[1]


def by_python(visitor: str, key_name: str, secret: str) -> str:
    names: dict[str, Sign] = {}
    exec(block("python"), names)
    return names["visitor_token"](visitor, key_name, secret)


def by_javascript(visitor: str, key_name: str, secret: str) -> str:
    program = block("javascript") + "\nconsole.log(visitorToken(...process.argv.slice(1)));"
    command = [
        str(NODE.find(Clone(ROOT)) or "node"),
        "--input-type=module",
        "--eval",
        program,
        visitor,
        key_name,
        secret,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.strip()


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(Database(f"sqlite:///{tmp_path}/shop.db", is_patient=True))


@pytest.fixture
def key(store: KeyStore) -> ApiKey:
    return store.create(Scope.BROWSER)[0]


@pytest.mark.parametrize("sign", [by_python, by_javascript])
def test_a_documented_token_names_its_visitor(store: KeyStore, key: ApiKey, sign: Sign) -> None:
    token = sign(VISITOR, key.name, signing_secret(SECRET, key.name))
    grant = VisitorTokens(KeyRing(store), [SECRET]).read(token)
    assert (grant.key, grant.visitor) == (key, VISITOR)


@pytest.mark.parametrize("language", ["python", "javascript", "php", "ruby"])
def test_each_is_about_ten_lines(language: str) -> None:
    assert len([line for line in block(language).splitlines() if line.strip()]) <= 12
