"""How the product logs in to Kafka: read from the environment, or refused with what to correct."""

import re
import subprocess
from pathlib import Path

import pytest

from connections.environment import InvalidSetting, read_environment
from connections.kafka_cluster import KafkaCluster, SaslMechanism, SecurityProtocol
from connections.kafka_settings import KafkaSettings, environment_of
from tests.certificates import Certificates

SERVERS = "one:9092"
LOGIN = {"user": "shop", "password": "hunter2", "security_protocol": "SASL_SSL"}


def read(**given: str) -> KafkaCluster:
    environment = {f"RIVERFRONT_KAFKA_{name.upper()}": text for name, text in given.items()}
    return read_environment(KafkaSettings, environment).cluster_at(SERVERS)


def test_unless_told_otherwise_nobody_logs_in_and_nothing_is_encrypted() -> None:
    assert read() == KafkaCluster(SERVERS)


def test_a_login_is_read() -> None:
    kafka = read(**LOGIN, sasl_mechanism="scram-sha-256")
    assert (kafka.protocol, kafka.mechanism) == (SecurityProtocol.SASL_SSL, SaslMechanism.SCRAM_SHA_256)
    assert (kafka.user, kafka.password) == ("shop", "hunter2")


@pytest.mark.parametrize("text", ["hunter2", "hunter2\n", "hunter2\r\n"])
def test_a_password_may_lie_in_a_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "password"
    path.write_bytes(text.encode())
    assert read(user="shop", password_file=str(path), security_protocol="sasl_plaintext").password == "hunter2"


def test_certificates_are_read(certificates: Certificates) -> None:
    authority, own = certificates.authority, certificates.client
    kafka = read(
        security_protocol="SSL",
        ca_file=str(authority),
        certificate_file=str(own.certificate),
        key_file=str(own.key),
    )
    assert (kafka.ca_file, kafka.certificate_file, kafka.key_file) == (authority, own.certificate, own.key)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (
            {"security_protocol": "TLS"},
            "SECURITY_PROTOCOL must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL, not 'TLS'",
        ),
        ({**LOGIN, "sasl_mechanism": "GSSAPI"}, "SASL_MECHANISM must be PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, not"),
        ({"user": "shop"}, "USER is set, but nobody logs in with RIVERFRONT_KAFKA_SECURITY_PROTOCOL=PLAINTEXT"),
        ({"password": "hunter2"}, "PASSWORD is set, but nobody logs in"),
        ({**LOGIN, "security_protocol": "SSL"}, "USER is set, but nobody logs in with"),
        (
            {"security_protocol": "SASL_SSL"},
            "SECURITY_PROTOCOL=SASL_SSL needs a user and a password: set ",
        ),
        ({**LOGIN, "user": ""}, "needs a user and a password: set RIVERFRONT_KAFKA_USER."),
        ({**LOGIN, "password": ""}, "needs a user and a password: set RIVERFRONT_KAFKA_PASSWORD or "),
        ({**LOGIN, "password": "", "password_file": "/no/such"}, "PASSWORD_FILE names /no/such, which cannot be read"),
        ({**LOGIN, "user": "a,b"}, "USER must hold neither a comma nor an equals sign"),
        ({"ca_file": "/ca.pem"}, "CA_FILE is set, but nothing is encrypted"),
        ({"security_protocol": "SSL", "ca_file": "/no/such"}, "CA_FILE must name certificates as PEM: /no/such"),
        (
            {"security_protocol": "SSL", "key_file": "/key"},
            "and RIVERFRONT_KAFKA_KEY_FILE belong together",
        ),
        (
            {"security_protocol": "SSL", "certificate_file": "/no/such", "key_file": "/no/such"},
            "CERTIFICATE_FILE and RIVERFRONT_KAFKA_KEY_FILE must name a certificate as PEM and its key",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_correct(given: dict[str, str], complaint: str) -> None:
    with pytest.raises(InvalidSetting, match=re.escape(complaint)) as refusal:
        read(**given)
    assert "hunter2" not in str(refusal.value)


def test_a_file_of_several_lines_is_no_password(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("one\ntwo\n")
    with pytest.raises(InvalidSetting, match="must each be one line"):
        read(user="shop", password_file=str(path), security_protocol="SASL_SSL")


def test_a_key_that_is_locked_or_anothers_is_refused_and_nobody_is_asked(
    certificates: Certificates, tmp_path: Path
) -> None:
    locked = tmp_path / "locked.key"
    lock = ("openssl", "pkcs8", "-topk8", "-in", certificates.client.key, "-passout", "pass:hunter2", "-out", locked)
    subprocess.run(lock, check=True, capture_output=True, timeout=60)
    for key in (locked, certificates.server.key):
        with pytest.raises(InvalidSetting, match="without a passphrase"):
            read(security_protocol="SSL", certificate_file=str(certificates.client.certificate), key_file=str(key))


def test_nothing_that_is_printed_holds_the_password() -> None:
    variables = {f"RIVERFRONT_KAFKA_{name.upper()}": text for name, text in LOGIN.items()}
    settings = read_environment(KafkaSettings, variables)
    assert "hunter2" not in repr(settings) + repr(settings.cluster_at(SERVERS))


def test_another_process_is_told_the_same(certificates: Certificates) -> None:
    protocol, mechanism, own = SecurityProtocol.SASL_SSL, SaslMechanism.PLAIN, certificates.client
    for kafka in (
        KafkaCluster(SERVERS),
        KafkaCluster(SERVERS, protocol, mechanism, "shop", "hunter2", certificates.authority, own.certificate, own.key),
    ):
        told = environment_of(kafka)
        assert told["RIVERFRONT_KAFKA"] == SERVERS
        inherited = {"RIVERFRONT_KAFKA_USER_FILE": "/no/such", "RIVERFRONT_KAFKA_PASSWORD": "another"}
        assert read_environment(KafkaSettings, inherited | told).cluster_at(SERVERS) == kafka
