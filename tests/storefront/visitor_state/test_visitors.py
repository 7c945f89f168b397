from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from storefront.settings import StorefrontSettings
from storefront.visitor_state.visitors import COOKIE, VisitorCookies, read_secret


def test_a_new_visitor_gets_a_cookie_that_scripts_cannot_read(client: FlaskClient) -> None:
    cookie = client.get("/").headers["Set-Cookie"]

    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_behind_tls_the_cookie_is_sent_over_tls_only() -> None:
    app = Flask("tls")
    with app.test_request_context():
        response = app.make_response("")
        visitors = VisitorCookies("s", secure=True)
        visitors.set_cookie(response, visitors.present())
    assert "Secure" in response.headers["Set-Cookie"]


def test_a_visitor_keeps_who_they_are(client: FlaskClient) -> None:
    client.get("/")
    assert "Set-Cookie" not in client.get("/").headers


def test_every_visitor_is_somebody_else(app: Flask) -> None:
    first = app.test_client().get("/").headers["Set-Cookie"]
    second = app.test_client().get("/").headers["Set-Cookie"]
    assert first.split(";")[0] != second.split(";")[0]


def test_a_cookie_that_was_changed_counts_for_nothing(client: FlaskClient) -> None:
    client.get("/")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    client.set_cookie(COOKIE, f"w{cookie.value[1:]}")

    answer = client.get("/")

    assert answer.status_code == 200
    assert COOKIE in answer.headers["Set-Cookie"]


def test_a_cookie_of_another_shop_counts_for_nothing() -> None:
    foreign = VisitorCookies("another secret", secure=False).sign(VisitorCookies("x", secure=False).read({}) or "v1")  # type: ignore[arg-type]  # any id will do
    assert VisitorCookies("a secret", secure=False).read({COOKIE: foreign}) is None


def test_pictures_and_health_give_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/healthz").headers
    assert "Set-Cookie" not in client.get("/pictures/none.svg").headers


def test_the_signing_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    key = read_secret("", home)

    assert len(key) == 64
    assert read_secret("", home) == key
    assert (home / "signing-key").stat().st_mode & 0o077 == 0


def test_storefronts_that_start_at_once_in_a_new_folder_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as storefronts:
        for number in range(100):
            home = tmp_path / str(number)
            keys = set(storefronts.map(read_secret, [""] * 4, [home] * 4))
            assert len(keys) == 1
            assert len(keys.pop()) == 64
            assert [path.name for path in home.iterdir()] == ["signing-key"]


def test_a_given_secret_is_used_as_it_is(settings: StorefrontSettings) -> None:
    assert read_secret(settings.secret, settings.home) == settings.secret
    assert not (settings.home / "signing-key").exists()
