"""What the features of items weigh in a new shop. What each source weighs stands beside the source, in the registry.

These and the sources' weights are the means of what the ranker learned on public streams of shops. Those of sources
that such streams lack, or that must carry a shop without traffic, are set by hand. They matter for the first few
hundred slates.
"""

from collections.abc import Mapping

from online_models.ranking.linear_ranker import ITEMS

ITEM_PRIOR_WEIGHTS: Mapping[str, tuple[float, ...]] = {
    ITEMS: (-0.012, -0.179, 0.074, -0.099, 0.112, -0.02, -0.053, 0.0, -0.1, 0.0, 0.0, 0.0)
}
"""Interactions; idle time by 10 minutes and by a day; age by an hour and by a week; interactions a day; at most two
interactions; the visitor's last item; shown and passed over; item of the visit, how far back, how often.
"""
