"""A PostgreSQL of the tests' own, and what any of them says that it runs with."""

from pathlib import Path

import psycopg
import pytest

from infra.errors import CannotRun
from infra.postgres.server import find_postgres, postgres_program, read_options, server_folder, url_of
from infra.programs.binaries import Missing
from infra.programs.ports import free_port
from infra.programs.program import Child, require_options


@pytest.mark.integration
def test_a_server_tells_its_options(postgres_url: str) -> None:
    got = read_options(postgres_url, ("server_encoding", "full_page_writes"))
    assert got == {"server_encoding": "UTF8", "full_page_writes": "on"}
    with pytest.raises(CannotRun, match="full_page_writes: asked for 'off', got 'on'"):
        require_options("PostgreSQL", {"full_page_writes": "off"}, got)


@pytest.mark.integration
def test_an_option_that_no_server_knows_is_an_error(postgres_url: str) -> None:
    with pytest.raises(CannotRun, match="no_such_option"):
        read_options(postgres_url, ("no_such_option",))


def test_a_server_started_here_took_its_options(tmp_path: Path) -> None:
    port = free_port()
    with server_folder() as folder:
        try:
            program = postgres_program(find_postgres(), port, folder, tmp_path / "postgres.log")
        except Missing as missing:
            pytest.skip(str(missing))
        child = Child(program)
        try:
            child.wait_until_ready()
            with psycopg.connect(url_of(port)) as connection:
                assert connection.execute("SHOW fsync").fetchone() == ("off",)
        finally:
            child.stop()
    assert not folder.exists()


def test_a_folder_that_was_left_behind_is_in_nobodys_way() -> None:
    with server_folder() as left_behind, server_folder() as folder:
        assert folder != left_behind
        assert not any(folder.iterdir())
