"""What reasons say: a closed set of phrases, each the English text and the key under which it is translated.

``%(named)s`` stands for what a reason names, mostly a product's title. `make texts` collects each ``Phrase("…")``.
"""

from typing import Literal, NewType

Phrase = NewType("Phrase", str)

ReasonKind = Literal[
    "trending",
    "popular",
    "often_next",
    "because_you_viewed",
    "shoppers_like_you",
    "matches_your_taste",
    "top_rated",
    "new",
    "again",
]

PLACE = "%(named)s"
"""Where a phrase names something."""

CHOSEN_WITH = Phrase("Often chosen with %(named)s")
CHOSEN_WITH_THIS = Phrase("Often chosen with this product")
CHOSEN_WITH_VIEWED = Phrase("Often chosen with products you viewed")
CHOSEN_WITH_BOUGHT = Phrase("Often chosen with products you bought")
ALSO_CHOSEN = Phrase("Popular with shoppers who chose %(named)s")
ALSO_CHOSEN_VIEWED = Phrase("Popular with shoppers who chose products you viewed")
ALSO_CHOSEN_BOUGHT = Phrase("Popular with shoppers who chose products you bought")
OFTEN_NEXT = Phrase("Often chosen after %(named)s")
OFTEN_NEXT_VIEWED = Phrase("Often chosen after products you viewed")
OFTEN_NEXT_BOUGHT = Phrase("Often chosen after products you bought")
OFTEN_BEFORE = Phrase("Often chosen before %(named)s")
OFTEN_BEFORE_VIEWED = Phrase("Often chosen before products you viewed")
OFTEN_BEFORE_BOUGHT = Phrase("Often chosen before products you bought")
RELATED_TO = Phrase("Related to %(named)s")
RELATED_TO_VIEWED = Phrase("Related to products you viewed")
RELATED_TO_BOUGHT = Phrase("Related to products you bought")
BECAUSE_YOU_VIEWED = Phrase("Because you viewed %(named)s")
BECAUSE_YOU_BOUGHT = Phrase("Because you bought %(named)s")
LIKE_VIEWED = Phrase("Similar to products you viewed")
LIKE_BOUGHT = Phrase("Similar to products you bought")
OF_THE_SAME_KIND = Phrase("Popular and similar to %(named)s")
SIMILAR = Phrase("Similar to %(named)s")
SIMILAR_TO_THIS = Phrase("Similar to this product")
SHOPPERS_LIKE_YOU = Phrase("Popular with shoppers like you")
TOLD_US = Phrase("Matches your preferences")
VIEWED_BEFORE = Phrase("You viewed this before")
BOUGHT_BEFORE = Phrase("You bought this before")
TOP_RATED = Phrase("Top rated")
TRENDING = Phrase("Trending now")
POPULAR = Phrase("Popular with shoppers")
BEST_SELLER = Phrase("Best seller")
NEW = Phrase("New product")
UNDISCOVERED = Phrase("Something different")

KINDS: dict[Phrase, ReasonKind] = {
    **dict.fromkeys((CHOSEN_WITH, CHOSEN_WITH_THIS, CHOSEN_WITH_VIEWED, CHOSEN_WITH_BOUGHT), "often_next"),
    **dict.fromkeys((ALSO_CHOSEN, ALSO_CHOSEN_VIEWED, ALSO_CHOSEN_BOUGHT), "often_next"),
    **dict.fromkeys((OFTEN_NEXT, OFTEN_NEXT_VIEWED, OFTEN_NEXT_BOUGHT), "often_next"),
    **dict.fromkeys((OFTEN_BEFORE, OFTEN_BEFORE_VIEWED, OFTEN_BEFORE_BOUGHT), "often_next"),
    **dict.fromkeys((RELATED_TO, RELATED_TO_VIEWED, RELATED_TO_BOUGHT), "often_next"),
    **dict.fromkeys((BECAUSE_YOU_VIEWED, BECAUSE_YOU_BOUGHT, LIKE_VIEWED, LIKE_BOUGHT), "because_you_viewed"),
    **dict.fromkeys((OF_THE_SAME_KIND, SIMILAR, SIMILAR_TO_THIS), "because_you_viewed"),
    SHOPPERS_LIKE_YOU: "shoppers_like_you",
    TOLD_US: "matches_your_taste",
    **dict.fromkeys((VIEWED_BEFORE, BOUGHT_BEFORE), "again"),
    TOP_RATED: "top_rated",
    TRENDING: "trending",
    **dict.fromkeys((POPULAR, BEST_SELLER), "popular"),
    **dict.fromkeys((NEW, UNDISCOVERED), "new"),
}
"""Every phrase, and what kind of reason it gives."""


FORMER: dict[str, Phrase | None] = {
    "Chosen with %(named)s": CHOSEN_WITH,
    "Chosen with this": CHOSEN_WITH_THIS,
    "Chosen with what you viewed": CHOSEN_WITH_VIEWED,
    "Chosen with what you bought": CHOSEN_WITH_BOUGHT,
    "Also chosen by those who chose %(named)s": ALSO_CHOSEN,
    "Also chosen by those who chose what you viewed": ALSO_CHOSEN_VIEWED,
    "Also chosen by those who chose what you bought": ALSO_CHOSEN_BOUGHT,
    "Often next after %(named)s": OFTEN_NEXT,
    "Often next after what you viewed": OFTEN_NEXT_VIEWED,
    "Often next after what you bought": OFTEN_NEXT_BOUGHT,
    "Often before %(named)s": OFTEN_BEFORE,
    "Often before what you viewed": OFTEN_BEFORE_VIEWED,
    "Often before what you bought": OFTEN_BEFORE_BOUGHT,
    "Related to what you viewed": RELATED_TO_VIEWED,
    "Related to what you bought": RELATED_TO_BOUGHT,
    "Like what you viewed": LIKE_VIEWED,
    "Like what you bought": LIKE_BOUGHT,
    "Popular, of the same kind as %(named)s": OF_THE_SAME_KIND,
    "Similar to this": SIMILAR_TO_THIS,
    "Shoppers like you chose this": SHOPPERS_LIKE_YOU,
    "Matches what you told us you like": TOLD_US,
    "You looked at this before": VIEWED_BEFORE,
    "Popular in this shop": POPULAR,
    "A best seller": BEST_SELLER,
    "New here": NEW,
    "Waiting to be discovered": UNDISCOVERED,
    "Also %(named)s": None,
}
"""Phrases in lists of an earlier version, and the phrases of today; None where there is none.

Needed for as long as such lists live in Redis.
"""


def current(phrase: Phrase | None) -> Phrase | None:
    """Return the phrase of today for one that may come from a list of an earlier version.

    >>> current(Phrase("Often next after %(named)s")), current(NEW)
    ('Often chosen after %(named)s', 'New product')
    """
    return FORMER.get(phrase, phrase) if phrase is not None else None


def fill(text: str, named: str) -> str:
    """Put what a reason names into its phrase, or into the translation of it. Says what there is, whatever is written.

    >>> fill(BECAUSE_YOU_VIEWED, "100% Cotton %(Mug)s")
    'Because you viewed 100% Cotton %(Mug)s'
    """
    return text.replace(PLACE, named)
