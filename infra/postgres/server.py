"""A PostgreSQL of one's own for tests: on this machine only, without a password, gone with its folder.

With a certificate it takes nothing but TLS.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from infra.errors import CannotRun
from infra.programs.binaries import Missing
from infra.programs.ports import LOOPBACK
from infra.programs.program import Program, require_options

SUPERUSER = "riverfront"
DEBIAN = Path("/usr/lib/postgresql")
SYSTEM_USER = "postgres"
"""Whose rights the server has where we are root: it refuses root's."""


def find_postgres() -> Path:
    """Return the folder of PostgreSQL's programs. Raises `Missing`."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise Missing("There is no PostgreSQL here. Install it, or start a container engine.")
    return found[-1].parent


def postgres_program(
    programs: Path, port: int, data: Path, log: Path, certificate: tuple[Path, Path] | None = None
) -> Program:
    """Make the files of a new server, and describe it. Raises `Missing`.

    ``data`` is an empty folder (`server_folder`), and ``certificate`` the server's own with its key, as PEM.
    """
    as_user: tuple[str, ...] = ()
    if os.geteuid() == 0:
        as_user = ("runuser", "-u", SYSTEM_USER, "--")
        shutil.chown(data, SYSTEM_USER)
    made = subprocess.run(  # noqa: S603 - the programs found above
        [*as_user, str(programs / "initdb"), "-D", str(data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "-N"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if made.returncode:
        raise Missing(f"PostgreSQL cannot be started here: {made.stderr.strip()}")
    options = {
        "listen_addresses": LOOPBACK,
        "port": str(port),
        "fsync": "off",
        "wal_level": "logical",  # As a shop's that Kafka Connect reads.
        "unix_socket_directories": str(data),
    }
    url = url_of(port)
    if certificate:
        options |= {"ssl": "on", **_take_certificate(certificate, data, SYSTEM_USER if as_user else None)}
        url += "?sslmode=require"
    words = tuple(word for name, value in options.items() for word in ("-c", f"{name}={value}"))
    return Program(
        name="PostgreSQL",
        argv=(*as_user, str(programs / "postgres"), "-D", str(data), *words),
        log=log,
        ready=lambda: answers(url),
        verify=lambda: require_options("PostgreSQL", options, read_options(url, tuple(options))),
        start_deadline=30.0,
    )


@contextmanager
def server_folder() -> Iterator[Path]:
    """Make a folder for a server's files, in a place that another user can reach too, and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="riverfront-postgres-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _take_certificate(certificate: tuple[Path, Path], data: Path, owner: str | None) -> dict[str, str]:
    """Copy a certificate and its key to where the server may read them, and let nobody in without TLS."""
    options = {}
    for option, path in zip(("ssl_cert_file", "ssl_key_file"), certificate, strict=True):
        copy = data / f"{option}.pem"
        copy.touch(mode=0o600)
        copy.write_bytes(path.read_bytes())
        if owner:
            shutil.chown(copy, owner)
        options[option] = str(copy)
    rules = data / "pg_hba.conf"
    rules.write_text(re.sub(r"(?m)^host ", "hostssl ", rules.read_text(encoding="utf-8")), encoding="utf-8")
    return options


def url_of(port: int) -> str:
    """Return the address that clients use."""
    return f"postgresql://{SUPERUSER}@{LOOPBACK}:{port}/postgres"


def answers(url: str) -> bool:
    """Say whether the server takes connections."""
    try:
        psycopg.connect(url, connect_timeout=1).close()
    except psycopg.OperationalError:
        return False
    return True


def read_options(url: str, names: tuple[str, ...]) -> dict[str, str | None]:
    """Ask a server what it runs with. Raises `CannotRun`."""
    try:
        with psycopg.connect(url, connect_timeout=1) as connection:
            answers = [connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone() for name in names]
    except psycopg.Error as error:
        raise CannotRun(f"PostgreSQL does not tell its options: {error}") from error
    return {name: str(answer[0]) if answer else None for name, answer in zip(names, answers, strict=True)}
