"""A Kafka cluster as the product's clients reach it: where, by which wire, and as whom. Options for both clients."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from connections.listening import bootstrap_servers


class SecurityProtocol(StrEnum):
    """How connections are secured, in Kafka's words."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"

    @property
    def has_sasl(self) -> bool:
        """Whether a client logs in."""
        return self.value.startswith("SASL")

    @property
    def has_tls(self) -> bool:
        """Whether the wire is encrypted."""
        return self.value.endswith("SSL")


class SaslMechanism(StrEnum):
    """How a client logs in."""

    PLAIN = "PLAIN"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"


@dataclass(frozen=True, slots=True)
class KafkaCluster:
    """What a client needs to know to connect. Without more than servers: no login and no encryption.

    Attributes
    ----------
    servers
        Bootstrap servers, ``host:port`` and commas.
    ca_file
        Whose certificates are trusted, as PEM; None for the authorities that the system trusts.
    certificate_file, key_file
        What the client shows to brokers that ask for a certificate, as PEM.
    """

    servers: str
    protocol: SecurityProtocol = SecurityProtocol.PLAINTEXT
    mechanism: SaslMechanism = SaslMechanism.SCRAM_SHA_512
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None

    def kafka_python_options(self) -> dict[str, Any]:
        """Return the options of a client of kafka-python."""
        options: dict[str, Any] = {
            "bootstrap_servers": bootstrap_servers(self.servers),
            "security_protocol": self.protocol.value,
        }
        if self.protocol.has_sasl:
            options["sasl_mechanism"] = self.mechanism.value
            options |= {"sasl_plain_username": self.user, "sasl_plain_password": self.password}
        if self.protocol.has_tls:
            files = {"ssl_cafile": self.ca_file, "ssl_certfile": self.certificate_file, "ssl_keyfile": self.key_file}
            options |= {name: str(path) for name, path in files.items() if path}
        return options

    def librdkafka_options(self) -> dict[str, Any]:
        """Return the options of a client of librdkafka."""
        options: dict[str, Any] = {"bootstrap.servers": self.servers, "security.protocol": self.protocol.value}
        if self.protocol.has_sasl:
            options["sasl.mechanism"] = self.mechanism.value
            options |= {"sasl.username": self.user, "sasl.password": self.password}
        if self.protocol.has_tls:
            files = {
                "ssl.ca.location": self.ca_file,
                "ssl.certificate.location": self.certificate_file,
                "ssl.key.location": self.key_file,
            }
            options |= {name: str(path) for name, path in files.items() if path}
        return options
