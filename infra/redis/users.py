"""The users of the stack's own Redis, and what each of them may do.

Nobody gets in without a password. The product's processes share one user, who may neither look at nor change the
server. The supervisor's may look, and empty it. Nobody may change the server's settings while it runs.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from online_models.schema import keyspace

PROCESSES, SUPERVISOR = "riverfront", "supervisor"

RULES: Mapping[str, str] = {
    # The learner tells by INFO that the server was started again. Functions would outlive who wrote them.
    PROCESSES: f"~{keyspace.PREFIX}:* &{keyspace.PREFIX}:* +@all -@admin -@dangerous -function -script|flush +info",
    SUPERVISOR: "~* &* +@all -config|set -config|rewrite -acl|setuser -acl|load -acl|save -debug -module -replicaof "
    "-slaveof -migrate -failover",
}


@dataclass(frozen=True, slots=True)
class RedisAccess:
    """Where a Redis of one's own listens, and the password of each of its users."""

    socket: Path
    passwords: Mapping[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        """The address for the product's processes."""
        return self._url_of(PROCESSES)

    @property
    def supervisor_url(self) -> str:
        """The address for who starts the server and watches it."""
        return self._url_of(SUPERVISOR)

    @property
    def bare_url(self) -> str:
        """The address without a user."""
        return f"unix://{quote(str(self.socket))}"

    def users_file(self) -> str:
        """Write the users down as the server reads them: with digests of their passwords."""
        lines = [
            f"user {user} on #{hashlib.sha256(self.passwords[user].encode()).hexdigest()} {rules}"
            for user, rules in RULES.items()
        ]
        return "\n".join(["user default off", *lines, ""])

    def _url_of(self, user: str) -> str:
        return f"unix://{user}:{quote(self.passwords[user])}@{quote(str(self.socket))}"
