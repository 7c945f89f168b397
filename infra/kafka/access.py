"""Who gets in to the stack's own Kafka, and how: another user of the machine reaches its ports, and must stay out.

The product's processes log in by SCRAM, which never sends the password: somebody who takes the port while the broker
is down learns nothing. The broker itself, and the supervisor until the other users are made, log in by PLAIN with a
password that is new at each start. Neither the clients' listener nor the controller's lets anybody else in.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from connections.kafka_cluster import KafkaCluster, SaslMechanism, SecurityProtocol
from infra.programs.ports import LOOPBACK

BROKER = "broker"
SUPERVISOR, STOREFRONT, LEARNER, MONITOR = "supervisor", "storefront", "learner", "monitor"
REFIT, BOOTSTRAP, SHOPPERS = "refit", "bootstrap", "shoppers"
USERS = (SUPERVISOR, STOREFRONT, LEARNER, MONITOR, REFIT, BOOTSTRAP, SHOPPERS)

MECHANISM = SaslMechanism.SCRAM_SHA_256
CLIENTS = "SASL_PLAINTEXT"

_PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"


@dataclass(frozen=True, slots=True)
class KafkaAccess:
    """Where a Kafka of one's own listens, and the password of each of its users."""

    port: int
    passwords: Mapping[str, str] = field(repr=False)
    broker_password: str = field(repr=False, default_factory=lambda: secrets.token_hex(24))

    def cluster(self, user: str) -> KafkaCluster:
        """Return how one of `USERS` reaches it."""
        return KafkaCluster(
            self._servers, SecurityProtocol.SASL_PLAINTEXT, MECHANISM, user, password=self.passwords[user]
        )

    @property
    def as_broker(self) -> KafkaCluster:
        """How the supervisor reaches it before there are any other users."""
        return KafkaCluster(
            self._servers, SecurityProtocol.SASL_PLAINTEXT, SaslMechanism.PLAIN, BROKER, self.broker_password
        )

    def options(self) -> dict[str, str]:
        """Return the broker's options, but for those that it keeps to itself."""
        return {
            "sasl.enabled.mechanisms": f"{SaslMechanism.PLAIN},{MECHANISM}",
            "security.inter.broker.protocol": CLIENTS,
            "sasl.mechanism.inter.broker.protocol": SaslMechanism.PLAIN.value,
            "sasl.mechanism.controller.protocol": SaslMechanism.PLAIN.value,
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "listener.name.controller.sasl.enabled.mechanisms": SaslMechanism.PLAIN.value,
        }

    def secret_options(self) -> dict[str, str]:
        """Return the options that it tells nobody, as with passwords, for a file that nobody else can read."""
        login = f'{_PLAIN} required username="{BROKER}" password="{self.broker_password}"'
        login += f' user_{BROKER}="{self.broker_password}";'
        return {
            f"listener.name.{CLIENTS.lower()}.plain.sasl.jaas.config": login,
            f"listener.name.{CLIENTS.lower()}.{MECHANISM.lower()}.sasl.jaas.config": f"{_SCRAM} required;",
            "listener.name.controller.plain.sasl.jaas.config": login,
            "super.users": f"User:{BROKER};User:{SUPERVISOR}",
        }

    @property
    def _servers(self) -> str:
        return f"{LOOPBACK}:{self.port}"
