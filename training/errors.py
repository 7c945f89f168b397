"""What can go wrong in the refit process, named for the decision that the caller must take."""


class OutOfReach(Exception):
    """Kafka does not answer, or does not have the topic yet. Try again later."""


class TooFewVisits(ValueError):
    """There is nothing to learn: no visit of two items, or, for a fine-tune, no refit before. Train when there is."""
