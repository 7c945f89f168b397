"""Why brokers refuse a client of librdkafka: it tries again by itself, and says why to nothing but its ``error_cb``."""

from logging import Logger

from confluent_kafka import KafkaError

from connections.kafka_cluster import KafkaCluster
from connections.kafka_refusal import does_not_answer, refused_encryption, refused_login, refused_rights

_LOGIN = {
    KafkaError._AUTHENTICATION,
    KafkaError.SASL_AUTHENTICATION_FAILED,
    KafkaError.UNSUPPORTED_SASL_MECHANISM,
    KafkaError.ILLEGAL_SASL_STATE,
}
_RIGHTS = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
}


class Refusals:
    """The ``error_cb`` of one client. It is called while the client is polled.

    With a ``log``, each reason is logged once.
    """

    def __init__(self, kafka: KafkaCluster, log: Logger | None = None) -> None:
        self._kafka = kafka
        self._log = log
        self._reason = self._logged = ""

    def __call__(self, error: KafkaError) -> None:
        """Note an error of the client, if it is a refusal."""
        if reason := self.explain(error):
            self._reason = reason
            if self._log is not None and reason != self._logged:
                self._logged = reason
                self._log.error("%s", reason)

    def explain(self, error: KafkaError) -> str:
        """Return what to correct; nothing if the error is no refusal."""
        code = error.code()
        if code in _LOGIN:
            return refused_login(self._kafka, error.str())
        if code == KafkaError._SSL or (code == KafkaError._TRANSPORT and "SSL handshake" in error.str()):
            return refused_encryption(self._kafka, error.str())
        if code == KafkaError._TRANSPORT and "security.protocol" in error.str():
            return does_not_answer(self._kafka)
        if code in _RIGHTS:
            return refused_rights(self._kafka, error.str())
        return ""

    def take(self) -> str:
        """Return the last reason, once; nothing if there was none."""
        reason, self._reason = self._reason, ""
        return reason
