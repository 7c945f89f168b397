import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.app.factory import STATIC
from storefront.web.rendering.assets import BUNDLES, NOT_IN_SHOP, tree_hash


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return str(app.jinja_env.globals["asset"](name))  # type: ignore[operator]  # Jinja's globals are untyped


def test_static_files_are_kept_for_ever_under_their_hash(app: Flask, client: FlaskClient) -> None:
    answer = client.get(address(app, "js/shop.js"), headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.content_type.startswith("text/javascript")


@pytest.mark.parametrize("path", ["/static/js/shop.js", "/static/0000000000/js/shop.js", "/static/site.css"])
def test_an_old_address_leads_to_the_present_one(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("name", ["../settings.py", "js/../../settings.py", "%2e%2e/settings.py"])
def test_nothing_outside_the_folder_is_served(app: Flask, client: FlaskClient, name: str) -> None:
    assert client.get(address(app, "").rstrip("/") + "/" + name).status_code == 404
    assert client.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize(
    "name", ["vendor/1/../socket.io.esm.min.js", "js/./shop.js", "js//shop.js", "css/../js/shop.js"]
)
def test_a_file_has_one_name(app: Flask, client: FlaskClient, name: str) -> None:
    folder = address(app, "").rstrip("/")
    assert client.get(f"{folder}/{name}").status_code in {308, 404}
    assert client.get(f"/static/0000000000/{name}").status_code in {308, 404}


def test_the_address_changes_with_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("one")
    before = tree_hash(tmp_path)
    (tmp_path / "a.js").write_text("two")
    assert tree_hash(tmp_path) != before


def sent(app: Flask, client: FlaskClient, name: str) -> bytes:
    """Return what a browser gets, as it is compressed."""
    answer = client.get(address(app, name), headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    return bytes(answer.data)


def test_scripts_and_styles_of_a_page_stay_small(app: Flask, client: FlaskClient) -> None:
    scripts = [f"js/{path.name}" for path in (STATIC / "js").glob("*.js") if path.stem not in NOT_IN_SHOP]
    size = sum(len(sent(app, client, name)) for name in [*scripts, "site.css"])
    assert size < 60_000, "with the socket library's 13 kB they stay far under 100 kB, as they are sent"


@pytest.mark.parametrize(
    "name", ["site.css", "ops.css", *sorted(f"js/{path.name}" for path in (STATIC / "js").glob("*.js"))]
)
def test_comments_are_not_sent_and_all_else_is(app: Flask, client: FlaskClient, name: str) -> None:
    parts = [STATIC / part for part in BUNDLES.get(name, (name,))]
    source = "".join(part.read_text() for part in parts)
    text = gzip.decompress(sent(app, client, name)).decode()
    assert not [line for line in text.splitlines() if line.lstrip().startswith("//")]
    if name.endswith(".css"):
        assert "/*" not in text
        source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL).replace("../vendor/", "vendor/")
    lines = [line for line in source.splitlines() if not line.lstrip().startswith(("//", "/** "))]
    assert [line for line in text.splitlines() if line.strip()] == [line for line in lines if line.strip()]


def test_a_librarys_licence_stays(app: Flask, client: FlaskClient) -> None:
    name = "vendor/socket.io.esm.min.js"
    assert gzip.decompress(sent(app, client, name)) == (STATIC / name).read_bytes()


def test_every_vendored_file_is_named_once() -> None:
    lines = [line for line in (STATIC / "vendor.list").read_text().splitlines() if line and not line.startswith("#")]
    names = [line.split(" -> ")[1] for line in lines]
    assert len(names) == len(set(names))
    assert {"socket.io.esm.min.js", "brygada-1918.woff2"} <= set(names)
