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

CHOSEN_WITH = Phrase("Chosen with %(named)s")
CHOSEN_WITH_THIS = Phrase("Chosen with this")
CHOSEN_WITH_VIEWED = Phrase("Chosen with what you viewed")
CHOSEN_WITH_BOUGHT = Phrase("Chosen with what you bought")
ALSO_CHOSEN = Phrase("Also chosen by those who chose %(named)s")
ALSO_CHOSEN_VIEWED = Phrase("Also chosen by those who chose what you viewed")
ALSO_CHOSEN_BOUGHT = Phrase("Also chosen by those who chose what you bought")
OFTEN_NEXT = Phrase("Often next after %(named)s")
OFTEN_NEXT_VIEWED = Phrase("Often next after what you viewed")
OFTEN_NEXT_BOUGHT = Phrase("Often next after what you bought")
OFTEN_BEFORE = Phrase("Often before %(named)s")
OFTEN_BEFORE_VIEWED = Phrase("Often before what you viewed")
OFTEN_BEFORE_BOUGHT = Phrase("Often before what you bought")
RELATED_TO = Phrase("Related to %(named)s")
RELATED_TO_VIEWED = Phrase("Related to what you viewed")
RELATED_TO_BOUGHT = Phrase("Related to what you bought")
BECAUSE_YOU_VIEWED = Phrase("Because you viewed %(named)s")
BECAUSE_YOU_BOUGHT = Phrase("Because you bought %(named)s")
LIKE_VIEWED = Phrase("Like what you viewed")
LIKE_BOUGHT = Phrase("Like what you bought")
OF_THE_SAME_KIND = Phrase("Popular, of the same kind as %(named)s")
SIMILAR = Phrase("Similar to %(named)s")
SIMILAR_TO_THIS = Phrase("Similar to this")
SHOPPERS_LIKE_YOU = Phrase("Shoppers like you chose this")
TOLD_US = Phrase("Matches what you told us you like")
IN_COMMON = Phrase("Also %(named)s")
VIEWED_BEFORE = Phrase("You looked at this before")
BOUGHT_BEFORE = Phrase("You bought this before")
TOP_RATED = Phrase("Top rated")
TRENDING = Phrase("Trending now")
POPULAR = Phrase("Popular in this shop")
BEST_SELLER = Phrase("A best seller")
NEW = Phrase("New here")
UNDISCOVERED = Phrase("Waiting to be discovered")

KINDS: dict[Phrase, ReasonKind] = {
    **dict.fromkeys((CHOSEN_WITH, CHOSEN_WITH_THIS, CHOSEN_WITH_VIEWED, CHOSEN_WITH_BOUGHT), "often_next"),
    **dict.fromkeys((ALSO_CHOSEN, ALSO_CHOSEN_VIEWED, ALSO_CHOSEN_BOUGHT), "often_next"),
    **dict.fromkeys((OFTEN_NEXT, OFTEN_NEXT_VIEWED, OFTEN_NEXT_BOUGHT), "often_next"),
    **dict.fromkeys((OFTEN_BEFORE, OFTEN_BEFORE_VIEWED, OFTEN_BEFORE_BOUGHT), "often_next"),
    **dict.fromkeys((RELATED_TO, RELATED_TO_VIEWED, RELATED_TO_BOUGHT), "often_next"),
    **dict.fromkeys((BECAUSE_YOU_VIEWED, BECAUSE_YOU_BOUGHT, LIKE_VIEWED, LIKE_BOUGHT), "because_you_viewed"),
    **dict.fromkeys((OF_THE_SAME_KIND, SIMILAR, SIMILAR_TO_THIS), "because_you_viewed"),
    SHOPPERS_LIKE_YOU: "shoppers_like_you",
    **dict.fromkeys((TOLD_US, IN_COMMON), "matches_your_taste"),
    **dict.fromkeys((VIEWED_BEFORE, BOUGHT_BEFORE), "again"),
    TOP_RATED: "top_rated",
    TRENDING: "trending",
    **dict.fromkeys((POPULAR, BEST_SELLER), "popular"),
    **dict.fromkeys((NEW, UNDISCOVERED), "new"),
}
"""Every phrase, and what kind of reason it gives."""


def fill(text: str, named: str) -> str:
    """Put what a reason names into its phrase, or into the translation of it. Says what there is, whatever is written.

    >>> fill(BECAUSE_YOU_VIEWED, "100% Cotton %(Mug)s")
    'Because you viewed 100% Cotton %(Mug)s'
    """
    return text.replace(PLACE, named)
