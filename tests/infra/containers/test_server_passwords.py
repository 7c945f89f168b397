"""The passwords of the servers in containers: made once or taken from the environment, each for who needs it."""

import re
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

import pytest

from infra.cli.secret import build_environment
from infra.containers.server_passwords import OWN_FOLDERS, provide_passwords
from infra.errors import CannotRun

DEMO = {"RIVERFRONT_DEMO": "1"}
OTHERS = MappingProxyType(
    {
        **dict(line.split("=", 1) for line in build_environment().splitlines() if line and not line.startswith("#")),
        "RIVERFRONT_ADDRESS": "https://shop.example",
        "RIVERFRONT_MAIL": "smtps://shop:a-password-of-mail@mail.example",
        "RIVERFRONT_MAIL_FROM": "shop@shop.example",
    }
)


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_demo_makes_its_passwords_once(tmp_path: Path) -> None:
    provide_passwords(tmp_path, DEMO)
    made = files(tmp_path)
    provide_passwords(tmp_path, DEMO)
    assert files(tmp_path) == made
    words = {unquote(urlsplit(made[name]).password or "") for name in ("shop/redis", "storefront/database")}
    words |= {made["shop/kafka"].strip(), made["metrics/token"].strip()}
    assert len(words) == 4
    assert all(re.fullmatch(r"[0-9a-f]{48}", word) for word in words)


def test_another_demo_has_others(tmp_path: Path) -> None:
    for name in ("one", "two"):
        provide_passwords(tmp_path / name, DEMO)
    one, two = files(tmp_path / "one"), files(tmp_path / "two")
    assert not {text for text in one.values() if text in two.values()}


def test_those_of_the_environment_are_taken(tmp_path: Path) -> None:
    provide_passwords(tmp_path, OTHERS)
    made = files(tmp_path)
    assert made["shop/redis"].strip() == f"redis://riverfront:{OTHERS['REDIS_PASSWORD']}@redis:6379/0"
    assert made["shop/kafka"].strip() == OTHERS["KAFKA_PASSWORD"]
    assert made["postgres/password"].strip() == OTHERS["POSTGRES_PASSWORD"]
    assert made["metrics/token"].strip() == OTHERS["RIVERFRONT_METRICS_TOKEN"]


def test_a_password_of_any_signs_is_written_so_that_it_is_read_again(tmp_path: Path) -> None:
    provide_passwords(tmp_path, DEMO | {"POSTGRES_PASSWORD": "a/b:c@d'e f%"})
    url = files(tmp_path)["storefront/database"].strip()
    assert unquote(urlsplit(url).password or "") == "a/b:c@d'e f%"
    assert urlsplit(url).hostname == "postgres"
    with pytest.raises(CannotRun, match="KAFKA_PASSWORD may hold letters"):
        provide_passwords(tmp_path, DEMO | {"KAFKA_PASSWORD": 'say "please"'})


def test_a_shop_for_others_without_them_is_refused_in_one_message_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(CannotRun) as refusal:
        provide_passwords(tmp_path, {"RIVERFRONT_DEMO": "0", "POSTGRES_PASSWORD": "demo"})
    said = str(refusal.value)
    for problem in (
        "REDIS_PASSWORD is not set", "KAFKA_PASSWORD is not set", "DATABASE has a password that can be guessed",
        "RIVERFRONT_SECRET is not set", "RIVERFRONT_TLS is not 1", "RIVERFRONT_ADDRESS is not set",
        "RIVERFRONT_HOSTS is not set", "RIVERFRONT_TRUSTED_PROXIES is 0", "RIVERFRONT_MAIL is console",
    ):  # fmt: skip
        assert problem in said
    assert "riverfront secret --env" in said
    assert [name for name in files(tmp_path) if not name.startswith("kept/")] == []


def test_servers_read_their_own_files_by_a_group_and_nobody_else_reads_any(tmp_path: Path) -> None:
    provide_passwords(tmp_path, DEMO)
    for path in filter(Path.is_file, tmp_path.rglob("*")):
        name = path.relative_to(tmp_path).parts[0]
        assert path.stat().st_mode & 0o777 == (0o600 if name in ("kept", *OWN_FOLDERS) else 0o640), path


def test_redis_has_users_without_rights_over_the_server_and_none_without_a_password(tmp_path: Path) -> None:
    provide_passwords(tmp_path, DEMO)
    made = files(tmp_path)
    users = made["redis/users.acl"].splitlines()
    assert users[0] == "user default off"
    assert all(re.match(r"user \w+ on #[0-9a-f]{64} ", line) for line in users[1:])
    (processes,) = [line for line in users if line.startswith("user riverfront ")]
    assert "-@admin" in processes
    assert "-@dangerous" in processes
    assert (urlsplit(made["shop/redis"]).password or "?") not in made["redis/users.acl"]
