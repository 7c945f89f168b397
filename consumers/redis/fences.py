"""Keeps the newest of a visitor's lists in Redis, whichever learner writes last.

Two learners may take themselves for a visitor's owner for a moment, and one of them may not have read the visitor's
last event yet. So Redis keeps, for each visitor, the place in the log of the event that their newest list was made for:
the fence. A script refuses what comes from a learner that has not read that event. It takes no round trip of its own.
"""

from collections.abc import Sequence
from hashlib import blake2b

from consumers.kafka.record import Offsets, Place
from consumers.redis.outbox import Command
from online_models.schema import keyspace
from online_models.schema.events import VisitorId

# In order: the ids of the topics; by partition, the next offset to read; that of partitions which are not among these;
# the new place, if there is one, and how long it counts; the command.
SCRIPT = b"""
local fence = redis.call('GET', KEYS[1])
local place = ARGV[4]
if fence then
    local topics, partition, offset = string.match(fence, '^(.*) (%d+):(%d+)$')
    if topics == ARGV[1] then
        local read = string.match(ARGV[2], ' ' .. partition .. ':(%d+)') or ARGV[3]
        if tonumber(offset) >= tonumber(read) then return 0 end
        local earlier = string.match(place, '^' .. partition .. ':(%d+)$')
        if earlier and tonumber(earlier) < tonumber(offset) then place = partition .. ':' .. offset end
    end
end
if place ~= '' then redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. place, 'EX', ARGV[5]) end
return redis.call(unpack(ARGV, 6))
"""

NOTHING, EVERYTHING = 0, 2**53
"""What has been read of a partition of which nothing is said."""


class Fences:
    """Wraps commands in the script, once it was told what to compare with. For a learner alone they stay as they are.

    So they do without the topics' ids, which old brokers do not tell: offsets of a topic that was made again could not
    be told from those of the one before.
    """

    def __init__(self) -> None:
        self._topics = ""
        self._read = ""

    def use(self, topic_ids: Sequence[str], offsets: Offsets) -> None:
        """Compare with these from now on: the ids of the topics, and the offsets of the next events to read."""
        self._topics = ",".join(topic_ids) if any(topic_ids) else ""
        self._read = "".join(f" {partition}:{offset}" for partition, offset in offsets.items())

    def guard(self, visitor: VisitorId, command: Command, place: Place | None = None) -> Command:
        """Return a command that is left out if the visitor's newest list knows more than this learner.

        ``place`` is that of the event for which the command writes the newest list.
        """
        return self._wrapped(visitor, command, self._read, NOTHING, place)

    def guard_deletion(self, visitor: VisitorId, command: Command, place: Place | None) -> Command:
        """Return a deletion that is left out if the visitor's newest list is of a later event of the same partition."""
        if place is None:
            return command
        partition, offset = place
        return self._wrapped(visitor, command, f" {partition}:{offset + 1}", EVERYTHING, place)

    def _wrapped(self, visitor: VisitorId, command: Command, read: str, otherwise: int, place: Place | None) -> Command:
        if not self._topics:
            return command
        # A digest: the fence outlives a visitor who asked to be forgotten.
        fence = keyspace.fence(blake2b(visitor.encode(), digest_size=16).hexdigest())
        new = "" if place is None else f"{place[0]}:{place[1]}"
        return ("EVAL", SCRIPT, 1, fence, self._topics, read, otherwise, new, keyspace.RANKING_TTL, *command)
