"""What the blend starts from in a shop where nothing has been learned: readable numbers, a line for each member.

They are the weights to which the blend came on public streams of shops, averaged; those of members that such streams
lack, or that must carry a shop without traffic, are set by hand. They matter for the first few hundred lists.
"""

from collections.abc import Mapping

from online_models.ranking.linear_ranker import ITEMS

DAY_ONE: Mapping[str, tuple[float, ...]] = {
    "transitions": (-0.036, 0.128, 0.063, 0.049, 0.256, 0.1),
    "association": (0.02, 0.001, -0.011, 0.063, 0.122, 0.104),
    "next_item": (0.059, 0.081, 0.094, 0.087, 0.144, 0.111),
    "previous_item": (-0.069, 0.031, 0.026, -0.041, 0.074, 0.009),
    "co_occurrence": (-0.023, 0.128, 0.065, 0.048, 0.292, 0.103),
    "walk": (0.002, 0.014, 0.017, 0.019, 0.093, 0.069),
    "companions": (0.035, 0.054, 0.033, 0.054, 0.1, 0.074),
    "second_order": (0.041, 0.046, 0.078, 0.042, 0.062, 0.048),
    "session_neighbours": (-0.027, 0.033, 0.006, 0.016, 0.085, 0.032),
    "user_neighbours": (0.013, 0.022, 0.008, 0.034, 0.014, 0.041),
    "implicit_factors": (-0.068, -0.129, 0.092, -0.071, 0.043, 0.0),
    "history": (0.064, -0.069, -0.029, 0.033, -0.043, 0.03),
    "habit": (0.078, -0.031, 0.095, 0.065, 0.174, 0.099),
    "category": (0.162, 0.341, 0.258, 0.224, 0.177, 0.156),
    "family": (0.274, -0.002, -0.05, 0.229, -0.026, 0.304),
    "popularity": (0.05, 0.08, 0.06, 0.02, 0.0, 0.02),
    "popularity_day": (0.02, 0.06, 0.05, 0.02, 0.03, 0.01),
    "popularity_hour": (0.0, 0.03, 0.04, 0.0, 0.02, 0.0),
    "factorization": (0.0, 0.02, 0.05, 0.0, 0.0, 0.0),
    "content": (0.0, 0.02, 0.12, 0.0, 0.0, 0.0),
    "trending": (0.0, 0.02, 0.05, 0.0, 0.0, 0.0),
    "top_rated": (0.0, 0.02, 0.05, 0.0, 0.0, 0.0),
    "preferences": (0.1, 0.05, 0.3, 0.0, 0.0, 0.0),
    ITEMS: (-0.012, -0.179, 0.074, -0.099, 0.112, -0.02, -0.053, 0.0, -0.1),
}
"""Six weights for each member, in the order of the features of `LearnedBlend`: named at all; share of its greatest
value; one by place; logarithm of the share; share, if its values are large; logarithm of the value. Nine for the items:
touches; idle time by 10 minutes and by a day; age by an hour and by a week; touches a day; touched twice at most;
touched last; shown and not taken.
"""
