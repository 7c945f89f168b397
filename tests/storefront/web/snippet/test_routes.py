"""`riverfront.js` as it is served to pages of any origin."""

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.web.snippet.routes import SnippetViews, create_blueprint

TRACKER, RAIL = "/riverfront.js/v1/riverfront.js", "/riverfront.js/v1/rail-ABC.js"


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    (tmp_path / "riverfront.js").write_text("import('./rail-ABC.js')")
    (tmp_path / "rail-ABC.js").write_text("export const rail = 1;")
    (tmp_path / "secret.txt").write_text("no script")
    app = Flask("pages")
    app.register_blueprint(create_blueprint(SnippetViews(tmp_path)))
    return app.test_client()


def test_any_page_may_load_it(client: FlaskClient) -> None:
    for path in (TRACKER, RAIL):
        answer = client.get(path, headers={"Origin": "https://shop.example"})
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.mimetype == "text/javascript"


def test_the_tracker_is_kept_for_a_day_and_the_rail_for_ever(client: FlaskClient) -> None:
    assert "max-age=86400" in client.get(TRACKER).headers["Cache-Control"]
    assert "immutable" in client.get(RAIL).headers["Cache-Control"]


def test_a_rail_of_before_is_the_present_one_and_not_for_ever(client: FlaskClient) -> None:
    answer = client.get("/riverfront.js/v1/rail-OLD.js")
    assert answer.get_data(as_text=True) == "export const rail = 1;"
    assert "immutable" not in answer.headers["Cache-Control"]


def test_who_has_it_is_told_so(client: FlaskClient) -> None:
    tag = client.get(TRACKER).headers["ETag"]
    assert client.get(TRACKER, headers={"If-None-Match": tag}).status_code == 304


def test_it_is_sent_compressed(client: FlaskClient) -> None:
    answer = client.get(TRACKER, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.get_data()) == b"import('./rail-ABC.js')"


@pytest.mark.parametrize("name", ["secret.txt", "other.js", "..%2Fsecret.txt", "rail", "-", "riverfront-x.js"])
def test_nothing_else_is_there(client: FlaskClient, name: str) -> None:
    assert client.get(f"/riverfront.js/v1/{name}").status_code == 404


def test_the_shop_serves_it_before_it_is_built(tmp_path: Path) -> None:
    app = Flask("pages")
    app.register_blueprint(create_blueprint(SnippetViews(tmp_path / "nothing")))
    assert app.test_client().get(TRACKER).status_code == 404
