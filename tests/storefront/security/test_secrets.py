"""Secrets come from the environment; what can be guessed is refused; none is ever shown."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from connections.environment import InvalidSetting, without_password
from infra.cli.main import riverfront
from storefront import create_app
from storefront.database.connection import Database, DatabaseDown
from storefront.settings import StorefrontSettings, read_settings
from storefront.visitor_state.visitors import COOKIE, VisitorCookies
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader

KEY, OLD_KEY = "0123456789abcdef" * 4, "fedcba9876543210" * 4
PASSWORD = "hunter2-and-more"


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, "is not set"),
        ({"RIVERFRONT_SECRET": "  "}, "is not set"),
        ({"RIVERFRONT_SECRET": "short"}, "too short"),
        ({"RIVERFRONT_SECRET": "a" * 64}, "can be guessed"),
        ({"RIVERFRONT_SECRET": "please-change-me-0123456789abcdefghijkl"}, "can be guessed"),
        ({"RIVERFRONT_SECRET": "My-Super-Secret-Key-0123456789abcdefghi"}, "can be guessed"),
        ({"RIVERFRONT_SECRET": KEY, "RIVERFRONT_SECRET_OLD": "short"}, "RIVERFRONT_SECRET_OLD is too short"),
        ({"RIVERFRONT_SECRET": KEY, "RIVERFRONT_METRICS_TOKEN": "short"}, "RIVERFRONT_METRICS_TOKEN is too short"),
    ],
)
def test_outside_of_a_demo_a_secret_that_can_be_guessed_is_refused(given: dict[str, str], complaint: str) -> None:
    with pytest.raises(InvalidSetting, match=complaint) as refusal:
        read_settings(given)
    assert "riverfront secret" in str(refusal.value) or "METRICS" in complaint


def test_a_refusal_does_not_repeat_the_secret() -> None:
    with pytest.raises(InvalidSetting) as refusal:
        read_settings({"RIVERFRONT_SECRET": PASSWORD})
    assert PASSWORD not in str(refusal.value)


def test_what_the_command_prints_is_taken_and_new_each_time() -> None:
    one, two = (CliRunner().invoke(riverfront, ["secret"]).output.strip() for _ in range(2))
    assert one != two
    assert read_settings({"RIVERFRONT_SECRET": one}).secret == one


def test_the_storefront_does_not_start_without_a_secret_and_says_what_to_do(tmp_path: Path) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("RIVERFRONT_")}
    answer = subprocess.run(
        [sys.executable, "-m", "storefront"],
        env=plain | {"RIVERFRONT_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: RIVERFRONT_SECRET is not set")
    assert "Traceback" not in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_up_for_others_does_not_start_without_a_secret(tmp_path: Path) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("RIVERFRONT_")}
    answer = subprocess.run(
        [sys.executable, "-m", "infra", "up"],
        env=plain | {"RIVERFRONT_HOME": str(tmp_path), "RIVERFRONT_HOST": "0.0.0.0"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 1
    assert "Error: RIVERFRONT_SECRET is not set" in answer.stderr


def test_a_demo_makes_a_key_of_its_own_that_only_its_user_can_read(tmp_path: Path) -> None:
    settings = read_settings({"RIVERFRONT_DEMO": "1", "RIVERFRONT_HOME": str(tmp_path)})
    app = make_app(settings)
    (path,) = tmp_path.glob("signing-key")
    assert path.stat().st_mode & 0o777 == 0o600
    assert app.config["SECRET_KEY"] == path.read_text()
    assert len(path.read_text()) == 64


def make_app(settings: StorefrontSettings) -> Flask:
    return create_app(
        {
            "SETTINGS": settings,
            "SERVING_READER": MemoryServingReader(),
            "EVENT_PUBLISHER": MemoryEventPublisher(),
            "MESSAGE_QUEUE": "",
            "SOCKET_MODE": "threading",
        }
    )


def new_cookie(app: Flask, brought: str) -> str | None:
    """Open a page with a visitor's cookie, and return the cookie that the shop gives instead, if it does."""
    client = app.test_client()
    client.set_cookie(COOKIE, brought)
    client.get("/basket")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return None if cookie.value == brought else cookie.value


def test_a_visitor_signed_with_the_former_key_is_still_known_and_signed_with_the_new_one(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/shop.db"
    rotated = StorefrontSettings(home=tmp_path, database=database, secret=KEY, secret_old=(OLD_KEY,))
    before = VisitorCookies(OLD_KEY, secure=False).sign("v1")  # type: ignore[arg-type]  # any id will do
    assert new_cookie(make_app(rotated), before) is None
    renewed = new_cookie(make_app(rotated), "")
    assert renewed is not None
    assert VisitorCookies(KEY, secure=False).read({COOKIE: renewed})
    done = StorefrontSettings(home=tmp_path, database=database, secret=KEY)
    assert new_cookie(make_app(done), before) is not None


def test_flask_reads_sessions_signed_with_the_former_key(tmp_path: Path) -> None:
    rotated = StorefrontSettings(
        home=tmp_path, database=f"sqlite:///{tmp_path}/shop.db", secret=KEY, secret_old=(OLD_KEY,)
    )
    assert make_app(rotated).config["SECRET_KEY_FALLBACKS"] == [OLD_KEY]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://shop:hunter2@cache:6379/0", "redis://***@cache:6379/0"),
        ("postgresql://shop:hun@ter2@db/shop", "postgresql://***@db/shop"),
        ("redis://cache:6379/0", "redis://cache:6379/0"),
        ("shop:hunter2@cache", "***@cache"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_a_bad_address_is_refused_without_showing_its_password() -> None:
    for name in ("REDIS", "DATABASE"):
        with pytest.raises(InvalidSetting) as refusal:
            read_settings({"RIVERFRONT_DEMO": "1", f"RIVERFRONT_{name}": f"mysql://shop:{PASSWORD}@db/shop"})
        assert PASSWORD not in str(refusal.value)


def test_settings_printed_by_mistake_show_no_secret() -> None:
    settings = read_settings(
        {
            "RIVERFRONT_SECRET": KEY,
            "RIVERFRONT_SECRET_OLD": OLD_KEY,
            "RIVERFRONT_METRICS_TOKEN": KEY[::-1],
            "RIVERFRONT_REDIS": f"redis://:{PASSWORD}@cache/0",
            "RIVERFRONT_DATABASE": f"postgresql://shop:{PASSWORD}@db/shop",
        }
    )
    assert not any(secret in repr(settings) for secret in (KEY, OLD_KEY, KEY[::-1], PASSWORD))


def test_neither_logs_nor_pages_show_passwords_while_the_servers_are_down(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = StorefrontSettings(
        home=tmp_path,
        secret=KEY,
        redis=f"redis://shop:{PASSWORD}@127.0.0.1:1/0",
        database=f"postgresql://shop:{PASSWORD}@127.0.0.1:1/shop",
    )
    app = create_app(
        {
            "SETTINGS": settings,
            "EVENT_PUBLISHER": MemoryEventPublisher(),
            "MESSAGE_QUEUE": "",
            "SOCKET_MODE": "threading",
        }
    )
    with caplog.at_level(logging.DEBUG):
        pages = [app.test_client().get(path).get_data(as_text=True) for path in ("/", "/basket", "/healthz/ready")]
        with pytest.raises(DatabaseDown) as down, Database(settings.database).begin():
            pass
    assert PASSWORD not in "".join([caplog.text, *pages, str(down.value)])
    assert "Redis does not answer" in caplog.text
