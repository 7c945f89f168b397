"""The rules of an evaluation: what is asked, and what may be answered."""

from dataclasses import dataclass

HYBRID = "hybrid"
"""The name of the whole in figures, beside those of its members."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked, and what may be answered.

    Attributes
    ----------
    k
        Length of the lists that are judged.
    exclude_seen
        Leave out all that the visitor touched before, and do not ask for it: for data without repeats, as ratings are.
    repeats
        Let the item be answered that the visitor touched just before, and ask for it.
    warm_up
        So much of the stream is learned before anything is judged.
    seed
        Of the resampling that gives the intervals.
    """

    k: int = 20
    exclude_seen: bool = False
    repeats: bool = False
    warm_up: float = 0.2
    seed: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.k <= 1000:
            raise ValueError("k must be 1 to 1000")
        if not 0 <= self.warm_up < 1:
            raise ValueError("the warm-up must be a share of the stream below 1")
