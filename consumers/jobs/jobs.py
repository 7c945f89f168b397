"""The queues that learning fills: who is to be ranked, and which lists are to be made or explained."""

from dataclasses import dataclass

from consumers.jobs.dirty_items import DirtyItems
from consumers.jobs.explanations import Explanations
from consumers.jobs.rank_queue import RankQueue
from consumers.jobs.related_lists import RelatedLists


@dataclass(frozen=True, slots=True)
class Jobs:
    """One queue for each kind of list."""

    rank_queue: RankQueue
    related: RelatedLists
    explanations: Explanations
    dirty_items: DirtyItems
