"""How large the recommender may grow, and what its models start from."""

from dataclasses import dataclass

from online_models.visitors.influence import BUCKETS
from online_models.visitors.interaction_history import LENGTH


@dataclass(frozen=True, slots=True)
class HybridSettings:
    """How large the hybrid may grow, and what its models start from.

    Attributes
    ----------
    seed
        Of every random draw.
    max_items, max_visitors
        Bounds of the state: later items are ignored; of visitors, the one absent longest makes room.
    history_length
        Items remembered per visitor.
    factors
        Length of the latent vectors.
    pairs
        Pairs of items in a row that are known at a time, a power of two.
    candidates
        Candidates taken from each member.
    bends
        Whether a network may bend the ranker's blend (`RankingNetwork`), or the linear ranker ranks alone.
    neural
        Whether a session network takes part (`SessionGru`), once it is given weights.
    varies
        Whether lists are varied: no type fills them, what was declared has its share, and what was shown in vain fades.
    buckets
        Buckets of the table of who counted for what, a power of two.
    """

    seed: int = 7
    max_items: int = 200_000
    max_visitors: int = 1_000_000
    history_length: int = LENGTH
    factors: int = 16
    pairs: int = 2**16
    candidates: int = 40
    bends: bool = True
    neural: bool = True
    varies: bool = False
    buckets: int = BUCKETS


DEFAULTS = HybridSettings()
