"""Why an item is in a list: the phrase that each member of the hybrid gives, and the real evidence, if there is any."""

from collections.abc import Callable
from typing import NamedTuple

from online_models.schema import phrases
from online_models.schema.events import ItemId
from online_models.schema.phrases import KINDS, PLACE, Phrase, ReasonKind
from online_models.schema.recommendations import Reason

Title = Callable[[ItemId], str | None]


def explain(member: str, evidence: ItemId | None, title: Title, bought: bool = False) -> Reason:
    """Build the reason for an item that a member of the hybrid carried.

    Parameters
    ----------
    member
        The member's name.
    evidence
        The visitor's item that spoke for it, if one did.
    title
        Finds the title of an item; None if it has none.
    bought
        Whether the visitor bought the evidence.

    Examples
    --------
    >>> reason = explain("content", ItemId("22423"), lambda item: "Red Retrospot Mug")
    >>> reason.phrase, reason.named, reason.text
    ('Because you viewed %(named)s', 'Red Retrospot Mug', 'Because you viewed Red Retrospot Mug')
    >>> explain("popularity", None, lambda item: None).text
    'Popular with shoppers'
    """
    named = (title(evidence) if evidence is not None else None) or ""
    phrase = _wording(member).of(is_named=bool(named), bought=bought)
    return Reason(
        phrase=phrase,
        named=named if PLACE in phrase else "",
        evidence=evidence if kind_of(member) in _WITH_EVIDENCE else None,
    )


def kind_of(member: str) -> ReasonKind:
    """Return what kind of reason a member gives.

    Examples
    --------
    >>> kind_of("content"), kind_of("unheard of")
    ('because_you_viewed', 'popular')
    """
    return KINDS[_wording(member).viewed]


class Wording(NamedTuple):
    """How a member's reason is worded by what the visitor did with its evidence, and whether that can be named."""

    viewed: Phrase
    bought: Phrase
    viewed_unnamed: Phrase
    bought_unnamed: Phrase

    def of(self, is_named: bool, bought: bool) -> Phrase:
        """Return the phrase for one item's evidence."""
        if is_named:
            return self.bought if bought else self.viewed
        return self.bought_unnamed if bought else self.viewed_unnamed


def _after(named: Phrase, viewed: Phrase, bought: Phrase) -> Wording:
    return Wording(named, named, viewed, bought)


def _always(phrase: Phrase) -> Wording:
    return Wording(phrase, phrase, phrase, phrase)


_CHOSEN_WITH = _after(phrases.CHOSEN_WITH, phrases.CHOSEN_WITH_VIEWED, phrases.CHOSEN_WITH_BOUGHT)
_OFTEN_NEXT = _after(phrases.OFTEN_NEXT, phrases.OFTEN_NEXT_VIEWED, phrases.OFTEN_NEXT_BOUGHT)
_OF_THE_SAME_KIND = _after(phrases.OF_THE_SAME_KIND, phrases.LIKE_VIEWED, phrases.LIKE_BOUGHT)
_AGAIN = Wording(*(phrases.VIEWED_BEFORE, phrases.BOUGHT_BEFORE) * 2)

_WORDINGS = {
    "transitions": _CHOSEN_WITH,
    "association": _CHOSEN_WITH,
    "next_item": _OFTEN_NEXT,
    "previous_item": _after(phrases.OFTEN_BEFORE, phrases.OFTEN_BEFORE_VIEWED, phrases.OFTEN_BEFORE_BOUGHT),
    "co_occurrence": _CHOSEN_WITH,
    "walk": _after(phrases.RELATED_TO, phrases.RELATED_TO_VIEWED, phrases.RELATED_TO_BOUGHT),
    "companions": _after(phrases.ALSO_CHOSEN, phrases.ALSO_CHOSEN_VIEWED, phrases.ALSO_CHOSEN_BOUGHT),
    "second_order": _OFTEN_NEXT,
    "session_neighbours": _always(phrases.SHOPPERS_LIKE_YOU),
    "user_neighbours": _always(phrases.SHOPPERS_LIKE_YOU),
    "implicit_factors": _always(phrases.SHOPPERS_LIKE_YOU),
    "factorization": _always(phrases.SHOPPERS_LIKE_YOU),
    "content": Wording(
        phrases.BECAUSE_YOU_VIEWED, phrases.BECAUSE_YOU_BOUGHT, phrases.LIKE_VIEWED, phrases.LIKE_BOUGHT
    ),
    "category": _OF_THE_SAME_KIND,
    "family": _OF_THE_SAME_KIND,
    "preferences": _always(phrases.TOLD_US),
    "top_rated": _always(phrases.TOP_RATED),
    "trending": _always(phrases.TRENDING),
    "popularity": _always(phrases.POPULAR),
    "popularity_day": _always(phrases.TRENDING),
    "popularity_hour": _always(phrases.TRENDING),
    "history": _AGAIN,
    "habit": _AGAIN,
    "new": _always(phrases.NEW),
}
_WITH_EVIDENCE = frozenset({"often_next", "because_you_viewed", "again"})


def names_evidence(member: str) -> bool:
    """Tell whether a member's reasons depend on which of the visitor's items spoke.

    Examples
    --------
    >>> names_evidence("content"), names_evidence("session_neighbours")
    (True, False)
    """
    return kind_of(member) in _WITH_EVIDENCE


def _wording(member: str) -> Wording:
    return _WORDINGS.get(member, _WORDINGS["popularity"])


def explain_pair(member: str, item: ItemId, title: Title) -> Reason:
    """Build the reason why something goes well with an item.

    Examples
    --------
    >>> explain_pair("transitions", ItemId("22423"), lambda item: "Red Retrospot Mug").text
    'Often chosen with Red Retrospot Mug'
    >>> explain_pair("content", ItemId("22423"), lambda item: "Red Retrospot Mug").text
    'Similar to Red Retrospot Mug'
    """
    named = title(item) or ""
    if member == "content":
        phrase = phrases.SIMILAR if named else phrases.SIMILAR_TO_THIS
    else:
        phrase = phrases.CHOSEN_WITH if named else phrases.CHOSEN_WITH_THIS
    return Reason(phrase=phrase, named=named, evidence=item)


def explain_unlearned(sold: int) -> Reason:
    """Build the reason for an item that nobody has touched since the models began to learn.

    Examples
    --------
    >>> explain_unlearned(sold=12).text, explain_unlearned(sold=0).text
    ('Popular with shoppers', 'Something different')
    """
    return Reason(phrase=phrases.POPULAR if sold else phrases.UNDISCOVERED)
