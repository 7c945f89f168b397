"""A PostgreSQL that takes nothing but TLS: in with the right authority, and otherwise words that say what is wrong."""

import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.postgres.server import find_postgres, postgres_program, server_folder, url_of
from infra.programs.binaries import Missing
from infra.programs.ports import free_port
from infra.programs.program import Child
from storefront.database.connection import Database, DatabaseDown
from storefront.database.postgres_url import InvalidURL, check_url
from tests.certificates import Certificates, make_certificates

URL = "postgresql://shop:hunter2@db:5432/shop"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[str]:
    """The URL of a server that takes nothing but TLS, without what a client has to say about that."""
    log, port, own = tmp_path_factory.mktemp("postgres-tls") / "postgres.log", free_port(), certificates.server
    try:
        programs = find_postgres()
    except Missing as missing:
        pytest.skip(str(missing))
    with server_folder() as folder:
        child = Child(postgres_program(programs, port, folder, log, (own.certificate, own.key)))
        try:
            child.wait_until_ready()
            yield url_of(port)
        finally:
            child.stop()


def opened(url: str, *, is_patient: bool) -> Database:
    check_url(url)
    database = Database(url, is_patient=is_patient)
    try:
        database.open()
    finally:
        database.close()
    return database


@pytest.mark.integration
def test_a_server_whose_certificate_is_verified_is_used(url: str, certificates: Certificates) -> None:
    url += f"?sslmode=verify-full&sslrootcert={certificates.authority}"
    opened(url, is_patient=True)
    database = Database(url)
    with database.read() as connection:
        (version,) = connection.exec_driver_sql("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").one()
    database.close()
    assert version.startswith("TLS")


@pytest.mark.integration
def test_greenlets_share_an_encrypted_server_as_they_do_a_plain_one(url: str, certificates: Certificates) -> None:
    url += f"?sslmode=verify-full&sslrootcert={certificates.authority}"
    command = [sys.executable, "-m", "gevent.monkey", "--module", "tests.storefront.database.cooperative_waits", url]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.stdout == "released written 2", ended.stderr


@pytest.mark.integration
@pytest.mark.parametrize("is_patient", [True, False])
def test_a_certificate_that_another_authority_signed_is_refused_in_words(
    url: str, tmp_path: Path, is_patient: bool, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = make_certificates(tmp_path)
    with pytest.raises(DatabaseDown, match=r"No TLS connection to PostgreSQL: .*certificate verify failed"):
        opened(f"{url}?sslmode=verify-full&sslrootcert={stranger.authority}", is_patient=is_patient)
    (told,) = {record.getMessage() for record in caplog.records if record.levelno == logging.ERROR}
    assert "Check sslmode and sslrootcert in RIVERFRONT_DATABASE" in told


@pytest.mark.integration
def test_a_certificate_of_another_host_is_refused_in_words(url: str, certificates: Certificates) -> None:
    elsewhere = f"{url.replace('127.0.0.1', 'elsewhere')}?hostaddr=127.0.0.1"
    with pytest.raises(DatabaseDown, match=r"No TLS connection to PostgreSQL: .*does not match host name"):
        opened(f"{elsewhere}&sslmode=verify-full&sslrootcert={certificates.authority}", is_patient=True)


@pytest.mark.integration
def test_a_client_that_does_not_encrypt_is_told_so(url: str) -> None:
    with pytest.raises(DatabaseDown, match=r"No TLS connection to PostgreSQL: .*no encryption"):
        opened(f"{url}?sslmode=disable", is_patient=True)


@pytest.mark.parametrize(
    ("rest", "complaint"),
    [
        ("?sslmod=verify-full", 'invalid connection option "sslmod"'),
        ("?sslmode=verify", "sslmode must be disable, allow, prefer, require, verify-ca or verify-full, not 'verify'"),
        ("?sslmode=verify-full&sslrootcert=/no/such", "sslrootcert must name a file that can be read, not '/no/such'"),
        ("?sslmode=require&sslcert=/no/such", "sslcert must name a file that can be read, not '/no/such'"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything_connects(rest: str, complaint: str) -> None:
    with pytest.raises(InvalidURL, match=re.escape(complaint)) as refusal:
        check_url(URL + rest)
    assert "hunter2" not in str(refusal.value)


def test_what_is_no_url_is_refused_without_its_password() -> None:
    with pytest.raises(InvalidURL, match="not of the form") as refusal:
        check_url("postgresql://shop:hunter2@db:port/shop")
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    "rest", ["", "?sslmode=verify-full&sslrootcert=system", "?host=a:1&host=b:2&connect_timeout=3"]
)
def test_other_options_are_left_to_the_driver(rest: str) -> None:
    check_url(URL + rest)
