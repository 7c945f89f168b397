"""How often the learner saves its models."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SavePolicy:
    """Save after so many seconds in which something was learned, or so many events, whichever comes first."""

    seconds: float
    events: int
