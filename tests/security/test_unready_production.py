"""A shop that others can reach, started like a demo: it does not start, and one message says all that it lacks."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType

import pytest
from click.testing import CliRunner

from connections.environment import InvalidSetting
from infra.cli.secret import secret
from infra.programs.ports import LOOPBACK, free_port
from storefront.production import CONSEQUENCES, Exemption, exemptions, read_served_settings
from tests.redis_line import RedisLine
from tests.storefront.running_shop import answers, wait_until

KEY, TOKEN = "0123456789abcdef" * 4, "fedcba9876543210" * 4
READY = MappingProxyType(
    {
        "RIVERFRONT_SECRET": KEY,
        "RIVERFRONT_TLS": "1",
        "RIVERFRONT_TRUSTED_PROXIES": "1",
        "RIVERFRONT_ADDRESS": "https://shop.example",
        "RIVERFRONT_MAIL": "smtps://shop:a-password-of-mail@mail.example",
        "RIVERFRONT_MAIL_FROM": "Shop <shop@shop.example>",
    }
)
BARE = {
    "RIVERFRONT_DEMO": "0",
    "RIVERFRONT_HOST": "0.0.0.0",
    "RIVERFRONT_OPS_OPEN": "1",
    "RIVERFRONT_METRICS_TOKEN": "token",
    "RIVERFRONT_REDIS": "redis://cache.internal:6379/0",
    "RIVERFRONT_KAFKA": "kafka.internal:9092",
    "RIVERFRONT_DATABASE": "postgresql://riverfront:demo@db.internal/riverfront",
}
MISSING = (
    "SECRET is not set", "METRICS_TOKEN is too short", "TLS is not 1", "TRUSTED_PROXIES is 0", "ADDRESS is not set",
    "HOSTS is not set", "MAIL is console", "MAIL_FROM is not set", "OPS_OPEN is 1", "REDIS has no password",
    "KAFKA names servers on other machines", "DATABASE has a password that can be guessed",
)  # fmt: skip
START = {"storefront": ["storefront"], "serve": ["infra", "serve"], "up": ["infra", "up"]}


def plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("RIVERFRONT_", "PG"))}


def complaints(given: dict[str, str]) -> list[str]:
    """Return the lines of the refusal, without the advice at its end; nothing if all is there."""
    try:
        read_served_settings(given)
    except InvalidSetting as refusal:
        return str(refusal).splitlines()[:-1]
    return []


@pytest.mark.parametrize("how", START)
def test_a_shop_for_others_names_all_that_is_missing_at_once(tmp_path: Path, how: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", *START[how]],
        env=plain() | BARE | {"RIVERFRONT_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: RIVERFRONT_SECRET is not set")
    assert "Traceback" not in answer.stderr
    for problem in MISSING:
        assert answer.stderr.count(f"RIVERFRONT_{problem}") == 1, problem
    assert answer.stderr.count("\n") == len(MISSING) + 1, "a line each, and what to do"
    assert "riverfront secret --env" in answer.stderr
    assert "RIVERFRONT_DEMO=1" in answer.stderr
    assert not (tmp_path / "log").exists(), "nothing was started"


def test_with_all_of_it_nothing_is_missing() -> None:
    assert complaints(dict(READY)) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"RIVERFRONT_SECRET": ""}, "SECRET is not set"),
        ({"RIVERFRONT_SECRET_OLD": "short"}, "SECRET_OLD is too short"),
        ({"RIVERFRONT_TLS": "0"}, "TLS is not 1"),
        ({"RIVERFRONT_TRUSTED_PROXIES": ""}, "TRUSTED_PROXIES is 0"),
        ({"RIVERFRONT_TRUSTED_PROXIES": "1", "RIVERFRONT_BEHIND_PROXY": "1"}, "TRUSTED_PROXIES is 0"),
        ({"RIVERFRONT_ADDRESS": "", "RIVERFRONT_HOSTS": "shop.example"}, "ADDRESS is not set"),
        ({"RIVERFRONT_ADDRESS": "http://shop.example"}, "ADDRESS must start with https://"),
        ({"RIVERFRONT_MAIL": ""}, "MAIL is console"),
        ({"RIVERFRONT_MAIL": "smtp://mail.example"}, "MAIL has no user"),
        ({"RIVERFRONT_MAIL_FROM": ""}, "MAIL_FROM is not set"),
        ({"RIVERFRONT_MAIL_FROM": "Shop <shop@localhost>"}, "MAIL_FROM is not set"),
        ({"RIVERFRONT_METRICS_TOKEN": "a" * 40}, "METRICS_TOKEN can be guessed"),
        ({"RIVERFRONT_METRICS_TOKEN": KEY}, "METRICS_TOKEN is the key"),
        ({"RIVERFRONT_OPS_OPEN": "1"}, "OPS_OPEN is 1"),
        ({"RIVERFRONT_ALLOW": "everything"}, "ALLOW names everything"),
    ],
)
def test_what_is_missing_alone_is_named_alone(changes: dict[str, str], problem: str) -> None:
    (complaint,) = complaints({**READY, **changes})
    assert complaint.startswith(f"RIVERFRONT_{problem}")


@pytest.mark.parametrize(
    ("server", "is_weak"),
    [
        ("REDIS=redis://cache:6379/0", True),
        ("REDIS=rediss://cache:6379/0", True),
        ("REDIS=redis://:demo@cache:6379/0", True),
        ("REDIS=redis://shop:0123456789abcdef@cache:6379/0", False),
        ("REDIS=redis://127.0.0.1:6379/0", False),
        ("REDIS=redis://[::1]:6379/0", False),
        ("REDIS=unix:///run/redis.sock", False),
        ("KAFKA=kafka:9092", True),
        ("KAFKA=localhost:9092,kafka:9092", True),
        ("KAFKA=localhost:9092,[::1]:9092", False),
        ("DATABASE=postgresql://shop@db/shop", True),
        ("DATABASE=postgresql://shop:demo@db/shop", True),
        ("DATABASE=postgresql://shop:0123456789abcdef@db/shop", False),
        ("DATABASE=postgresql://shop@db/shop?sslcert=/run/shop.crt", False),
        ("DATABASE=postgresql://shop@/shop?host=/run/postgresql", False),
        ("DATABASE=postgresql://shop@/shop?host=db", True),
        ("DATABASE=postgresql://shop@localhost,db/shop", True),
        ("DATABASE=sqlite:////srv/shop.db", False),
    ],
)
def test_a_server_on_another_machine_needs_a_password(server: str, is_weak: bool) -> None:
    name, _, address = server.partition("=")
    given = {**READY, f"RIVERFRONT_{name}": address}
    found = complaints(given)
    assert [line.partition(" ")[0] for line in found] == ([f"RIVERFRONT_{name}"] if is_weak else [])
    assert not any(re.search(r":demo|abcdef", line) for line in found), "no password is repeated"
    assert complaints({**given, "RIVERFRONT_ALLOW": "open-servers"}) == []


@pytest.mark.parametrize(("password", "is_weak"), [("demo", True), ("0123456789abcdef", False)])
def test_a_kafka_on_another_machine_is_logged_in_to(password: str, is_weak: bool) -> None:
    login = {
        "RIVERFRONT_KAFKA": "kafka:9092",
        "RIVERFRONT_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "RIVERFRONT_KAFKA_USER": "storefront",
        "RIVERFRONT_KAFKA_PASSWORD": password,
    }
    assert bool(complaints({**READY, **login})) is is_weak


@pytest.mark.parametrize(
    ("exemption", "changes"),
    [
        (
            Exemption.PLAIN_HTTP,
            {"RIVERFRONT_TLS": "0", "RIVERFRONT_ADDRESS": "http://shop", "RIVERFRONT_TRUSTED_PROXIES": ""},
        ),
        (Exemption.CONSOLE_MAIL, {"RIVERFRONT_MAIL": "", "RIVERFRONT_MAIL_FROM": ""}),
        (Exemption.OPEN_SERVERS, {"RIVERFRONT_REDIS": "redis://cache:6379/0"}),
        (Exemption.OPEN_OPS, {"RIVERFRONT_OPS_OPEN": "1"}),
    ],
)
def test_an_exemption_is_said_excuses_one_thing_alone_and_is_logged(
    exemption: Exemption, changes: dict[str, str]
) -> None:
    given = {**READY, **changes}
    refused = complaints(given)
    assert refused
    assert any(f"RIVERFRONT_ALLOW={exemption}" in line for line in refused), "the way is shown"
    for other in set(Exemption) - {exemption}:
        assert complaints({**given, "RIVERFRONT_ALLOW": other}) != []
    allowed = read_served_settings({**given, "RIVERFRONT_ALLOW": exemption})
    assert list(exemptions(allowed)) == [f"RIVERFRONT_ALLOW={exemption}: {CONSEQUENCES[exemption]}"]


def test_a_demo_needs_none_of_it() -> None:
    assert complaints({**BARE, "RIVERFRONT_DEMO": "1", "RIVERFRONT_METRICS_TOKEN": ""}) == []


def test_of_the_printed_environment_only_what_its_owner_knows_is_missing() -> None:
    text = CliRunner().invoke(secret, ["--env"]).stdout
    given = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
    assert given["RIVERFRONT_DEMO"] == "0"
    missing = [line.partition(" ")[0].removeprefix("RIVERFRONT_") for line in complaints(given)]
    assert missing == ["ADDRESS", "HOSTS", "MAIL", "MAIL_FROM"]
    own = ("RIVERFRONT_ADDRESS", "RIVERFRONT_MAIL", "RIVERFRONT_MAIL_FROM")
    assert complaints(given | {name: READY[name] for name in own}) == []


@pytest.mark.integration
def test_with_all_of_it_the_shop_serves_others_under_its_own_name(tmp_path: Path, redis_url: str) -> None:
    port = free_port()
    line = RedisLine(redis_url)
    own = {
        "RIVERFRONT_HOME": str(tmp_path),
        "RIVERFRONT_PORT": str(port),
        "RIVERFRONT_REDIS": line.url,
        "RIVERFRONT_KAFKA": f"{LOOPBACK}:{free_port()}",
    }
    with (tmp_path / "log.txt").open("wb") as log:
        shop = subprocess.Popen([sys.executable, "-m", "storefront"], env=plain() | READY | own, stdout=log, stderr=log)
    try:
        address = f"http://{LOOPBACK}:{port}/healthz"
        wait_until(lambda: answers(address) or shop.poll() is not None, 600)
        assert shop.poll() is None, (tmp_path / "log.txt").read_text()
    finally:
        shop.terminate()
        shop.wait(timeout=30)
        line.__exit__()
    assert "RIVERFRONT_ALLOW" not in (tmp_path / "log.txt").read_text()
