"""What npm installs, and which of its files are served."""

from pathlib import Path

import pytest

from infra.setup import web_assets
from infra.setup.commands import Failed


def test_the_list_of_served_files_names_sources_and_targets(tmp_path: Path) -> None:
    path = tmp_path / "vendor.list"
    path.write_text("# fonts\n@a/font/files/x.woff2 -> font.woff2\n\nsocket.io-client/dist/io.js  # the client\n")
    assert web_assets.read_vendor_list(path) == [
        ("@a/font/files/x.woff2", "font.woff2"),
        ("socket.io-client/dist/io.js", "io.js"),
    ]


def test_a_listed_file_that_npm_does_not_have_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"io\.js is not in the installed packages"):
        web_assets.copy(tmp_path / "io.js", tmp_path / "vendor" / "io.js")
