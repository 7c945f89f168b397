"""The settings by which any process of the product logs in to Kafka. They go with the bootstrap servers."""

import ssl
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from connections.environment import FILE, SECRET, EnvironmentSettings, InvalidSetting, variable
from connections.kafka_cluster import KafkaCluster, SaslMechanism, SecurityProtocol

_USER, _PASSWORD = variable("kafka_user"), variable("kafka_password")
_PROTOCOL, _CA = variable("kafka_security_protocol"), variable("kafka_ca_file")
_CERTIFICATE, _KEY = variable("kafka_certificate_file"), variable("kafka_key_file")


class KafkaSettings(EnvironmentSettings, frozen=True, kw_only=True):
    """What all settings have that name a Kafka. docs/configuration.md says what each is for."""

    kafka_security_protocol: SecurityProtocol = SecurityProtocol.PLAINTEXT
    kafka_sasl_mechanism: SaslMechanism = SaslMechanism.SCRAM_SHA_512
    kafka_user: str = ""
    kafka_password: Annotated[str, Meta(extra=SECRET)] = ""
    kafka_ca_file: Path | None = None
    kafka_certificate_file: Path | None = None
    kafka_key_file: Path | None = None

    def __post_init__(self) -> None:
        self._check_login()
        self._check_files()

    def cluster_at(self, servers: str) -> KafkaCluster:
        """Return the cluster at these servers."""
        return KafkaCluster(
            servers,
            self.kafka_security_protocol,
            self.kafka_sasl_mechanism,
            self.kafka_user,
            self.kafka_password,
            self.kafka_ca_file,
            self.kafka_certificate_file,
            self.kafka_key_file,
        )

    def _check_login(self) -> None:
        protocol = self.kafka_security_protocol
        given = [_USER] if self.kafka_user else []
        given += [_PASSWORD] if self.kafka_password else []
        if not protocol.has_sasl:
            if given:
                raise InvalidSetting(
                    f"{given[0]} is set, but nobody logs in with {_PROTOCOL}={protocol}. Set that to SASL_SSL, or to "
                    f"SASL_PLAINTEXT for a wire without encryption."
                )
            return
        if len(given) < 2:
            missing = f"{_PASSWORD} or {_PASSWORD}{FILE}" if _USER in given else _USER
            raise InvalidSetting(f"{_PROTOCOL}={protocol} needs a user and a password: set {missing}.")
        if not {"\0", "\n"}.isdisjoint(self.kafka_user + self.kafka_password):
            raise InvalidSetting(f"{_USER} and {_PASSWORD} must each be one line.")
        if self.kafka_sasl_mechanism is not SaslMechanism.PLAIN and not {",", "="}.isdisjoint(self.kafka_user):
            # One of the clients does not escape them.
            raise InvalidSetting(f"{_USER} must hold neither a comma nor an equals sign with SCRAM.")

    def _check_files(self) -> None:
        files = {_CA: self.kafka_ca_file, _CERTIFICATE: self.kafka_certificate_file, _KEY: self.kafka_key_file}
        given = [name for name, path in files.items() if path]
        if given and not self.kafka_security_protocol.has_tls:
            raise InvalidSetting(
                f"{given[0]} is set, but nothing is encrypted with {_PROTOCOL}={self.kafka_security_protocol}. "
                "Set that to SSL, or to SASL_SSL with a user and a password."
            )
        if (self.kafka_certificate_file is None) != (self.kafka_key_file is None):
            raise InvalidSetting(f"{_CERTIFICATE} and {_KEY} belong together: set both. They may name the same file.")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            if self.kafka_ca_file:
                context.load_verify_locations(self.kafka_ca_file)
        except (OSError, ValueError) as error:
            raise InvalidSetting(f"{_CA} must name certificates as PEM: {self.kafka_ca_file}: {error}.") from error
        try:
            if self.kafka_certificate_file:
                # Without an answer for it, OpenSSL would ask the terminal for a passphrase.
                context.load_cert_chain(self.kafka_certificate_file, self.kafka_key_file, password=str)
        except (OSError, ValueError) as error:
            raise InvalidSetting(
                f"{_CERTIFICATE} and {_KEY} must name a certificate as PEM and its key, without a passphrase: {error}."
            ) from error


def environment_of(kafka: KafkaCluster) -> dict[str, str]:
    """Return the variables for a process that is to reach the same cluster. Those that it is not to have are empty."""
    values = {
        variable("kafka"): kafka.servers,
        _PROTOCOL: kafka.protocol.value,
        variable("kafka_sasl_mechanism"): kafka.mechanism.value,
        _USER: kafka.user,
        _PASSWORD: kafka.password,
        _CA: str(kafka.ca_file or ""),
        _CERTIFICATE: str(kafka.certificate_file or ""),
        _KEY: str(kafka.key_file or ""),
    }
    return values | {name + FILE: "" for name in values}
