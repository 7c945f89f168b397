"""What each user of the stack's own Kafka may do: no more than its process needs. The supervisor may do everything."""

from collections.abc import Iterator

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    UserScramCredentialUpsertion,
)
from kafka.errors import KafkaError

from infra.errors import CannotRun
from infra.kafka.access import (
    BOOTSTRAP,
    LEARNER,
    MECHANISM,
    MONITOR,
    REFIT,
    SHOPPERS,
    STOREFRONT,
    KafkaAccess,
)
from online_models.schema.keyspace import (
    CATALOG,
    DEAD_LETTERS,
    EVENT_TOPICS,
    HISTORY_MARKERS,
    INTERACTIONS,
    LEARNER_GROUP,
    LEARNER_TOPICS,
    MONITOR_GROUP,
    RANKER_UPDATES,
    REFIT_GROUP,
    TOPICS,
    WEIGHTS,
)

WRITES = {
    STOREFRONT: (*EVENT_TOPICS, CATALOG),
    LEARNER: (DEAD_LETTERS, RANKER_UPDATES),
    MONITOR: (),
    REFIT: (WEIGHTS,),
    BOOTSTRAP: (INTERACTIONS, HISTORY_MARKERS),
    SHOPPERS: EVENT_TOPICS,
}
READS = {
    LEARNER: (*LEARNER_TOPICS, RANKER_UPDATES, WEIGHTS),
    MONITOR: (*EVENT_TOPICS, DEAD_LETTERS, CATALOG),
    REFIT: (INTERACTIONS,),
    BOOTSTRAP: (HISTORY_MARKERS,),
}
COMMITS = {
    LEARNER: (LEARNER_GROUP,),
    MONITOR: (LEARNER_GROUP, MONITOR_GROUP),
    REFIT: (REFIT_GROUP,),
    BOOTSTRAP: ("bootstrap",),
}
"""The groups whose offsets a user may read and commit."""

_ANY = ACLFilter(
    None,
    None,
    ACLOperation.ANY,
    ACLPermissionType.ANY,
    ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
)


def rights() -> Iterator[ACL]:
    """Yield all rights, each once."""
    for user, written in WRITES.items():
        yield from (_right(user, ResourceType.TOPIC, topic.name, ACLOperation.DESCRIBE) for topic in TOPICS)
        yield from (_right(user, ResourceType.TOPIC, topic.name, ACLOperation.WRITE) for topic in written)
    for user, read in READS.items():
        yield from (_right(user, ResourceType.TOPIC, topic.name, ACLOperation.READ) for topic in read)
    for user, groups in COMMITS.items():
        yield from (_right(user, ResourceType.GROUP, group, ACLOperation.READ) for group in groups)


def let_in(admin: KafkaAdminClient, access: KafkaAccess) -> None:
    """Have the broker know all users by their passwords, with these rights and no others. Raises `CannotRun`."""
    users = [UserScramCredentialUpsertion(user, MECHANISM.value, word) for user, word in access.passwords.items()]
    try:
        refused = [f"{user}: {why}" for user, why in admin.alter_user_scram_credentials(users).items() if why]
        wanted, present = set(rights()), set(admin.describe_acls(_ANY)[0])
        if missing := list(wanted - present):
            refused += [str(error) for error in admin.create_acls(missing)["failed"]]
        if left := list(present - wanted):
            admin.delete_acls(left)
    except (KafkaError, OSError) as error:
        raise CannotRun(f"Kafka does not take its users: {error}") from error
    if refused:
        raise CannotRun(f"Kafka does not take its users: {'; '.join(refused)}")


def _right(user: str, kind: ResourceType, name: str, operation: ACLOperation) -> ACL:
    pattern = ResourcePattern(kind, name)
    return ACL(f"User:{user}", "*", operation, ACLPermissionType.ALLOW, pattern)
