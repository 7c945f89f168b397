"""How reasons are worded: the phrases of a source, by what the visitor did with the attributed item."""

from typing import NamedTuple

from online_models.schema import phrases
from online_models.schema.phrases import Phrase


class Wording(NamedTuple):
    """The phrases of one source, by whether the attributed item was viewed or bought, and whether it has a title."""

    viewed: Phrase
    bought: Phrase
    viewed_unnamed: Phrase
    bought_unnamed: Phrase

    def phrase(self, is_named: bool, bought: bool) -> Phrase:
        """Return the phrase for one attributed item."""
        if is_named:
            return self.bought if bought else self.viewed
        return self.bought_unnamed if bought else self.viewed_unnamed


def named(phrase: Phrase, viewed: Phrase, bought: Phrase) -> Wording:
    """Return a wording that names the attributed item wherever it has a title."""
    return Wording(phrase, phrase, viewed, bought)


def always(phrase: Phrase) -> Wording:
    """Return a wording with one phrase, whatever the item is attributed to."""
    return Wording(phrase, phrase, phrase, phrase)


CHOSEN_WITH = named(phrases.CHOSEN_WITH, phrases.CHOSEN_WITH_VIEWED, phrases.CHOSEN_WITH_BOUGHT)
OFTEN_NEXT = named(phrases.OFTEN_NEXT, phrases.OFTEN_NEXT_VIEWED, phrases.OFTEN_NEXT_BOUGHT)
OFTEN_BEFORE = named(phrases.OFTEN_BEFORE, phrases.OFTEN_BEFORE_VIEWED, phrases.OFTEN_BEFORE_BOUGHT)
RELATED_TO = named(phrases.RELATED_TO, phrases.RELATED_TO_VIEWED, phrases.RELATED_TO_BOUGHT)
ALSO_CHOSEN = named(phrases.ALSO_CHOSEN, phrases.ALSO_CHOSEN_VIEWED, phrases.ALSO_CHOSEN_BOUGHT)
OF_THE_SAME_KIND = named(phrases.OF_THE_SAME_KIND, phrases.LIKE_VIEWED, phrases.LIKE_BOUGHT)
AGAIN = Wording(*(phrases.VIEWED_BEFORE, phrases.BOUGHT_BEFORE) * 2)
BECAUSE_YOU_VIEWED = Wording(
    phrases.BECAUSE_YOU_VIEWED, phrases.BECAUSE_YOU_BOUGHT, phrases.LIKE_VIEWED, phrases.LIKE_BOUGHT
)
SHOPPERS_LIKE_YOU = always(phrases.SHOPPERS_LIKE_YOU)
TOLD_US = always(phrases.TOLD_US)
TOP_RATED = always(phrases.TOP_RATED)
TRENDING = always(phrases.TRENDING)
POPULAR = always(phrases.POPULAR)
NEW = always(phrases.NEW)
