"""Why Kafka refuses a client, in words that say what to correct: the clients themselves try again and say little."""

from connections.environment import variable
from connections.kafka_cluster import KafkaCluster


def refused_login(kafka: KafkaCluster, reason: object) -> str:
    """Say that the user or the password is wrong, or that it cannot log in that way."""
    names = ", ".join(variable(f"kafka_{name}") for name in ("user", "password", "sasl_mechanism"))
    return f"Kafka at {kafka.servers} does not let {kafka.user!r} log in by {kafka.mechanism}: {reason}. Check {names}."


def refused_encryption(kafka: KafkaCluster, reason: object) -> str:
    """Say that there is no TLS connection."""
    return (
        f"No TLS connection to Kafka at {kafka.servers}: {reason}. Check that {variable('kafka_ca_file')} holds who "
        f"signed the brokers' certificates, that these name the hosts of {variable('kafka')}, and, where brokers ask "
        f"for a certificate, {variable('kafka_certificate_file')}."
    )


def refused_rights(kafka: KafkaCluster, reason: object) -> str:
    """Say that the user may not do that."""
    return f"Kafka at {kafka.servers} does not allow this to {kafka.user!r}: {reason}. Give that user the right."


def does_not_answer(kafka: KafkaCluster) -> str:
    """Say that something listens, which does not answer as a broker would."""
    return (
        f"No Kafka broker answers at {kafka.servers} by {kafka.protocol}, though something listens there. Check "
        f"{variable('kafka')} and {variable('kafka_security_protocol')}."
    )
