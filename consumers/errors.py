"""What can go wrong in a consumer, named for the decision that the caller must take."""


class ConsumerError(Exception):
    """Anything that a consumer raises on purpose."""


class Unavailable(ConsumerError):
    """The other side does not answer now. Go on with other work and try again later."""


class LogUnavailable(Unavailable):
    """Kafka does not answer, or does not have the topic yet."""


class StoreUnavailable(Unavailable):
    """Redis does not answer."""


class FolderTaken(ConsumerError):
    """Another learner writes into the folder of snapshots. Stop, and say which folder."""
