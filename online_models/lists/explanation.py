"""Why an item is in a list, in plain English. Every text stands here, and each names real evidence or none."""

from collections.abc import Callable

from online_models.events import ItemId
from online_models.ranking import Reason, ReasonKind

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
    >>> explain("content", ItemId("22423"), lambda item: "Red Retrospot Mug").text
    'Because you viewed Red Retrospot Mug'
    >>> explain("popularity", None, lambda item: None).text
    'Popular in this shop'
    """
    named = title(evidence) if evidence is not None else None
    verb = "bought" if bought else "viewed"
    kind = kind_of(member)
    if kind == "often_next":
        text = f"{_FIRST_WORDS[member]} {named}" if named else f"{_FIRST_WORDS[member]} what you {verb}"
    elif member in _OF_THE_SAME_KIND and named:
        text = f"Popular, of the same kind as {named}"
    elif kind == "because_you_viewed":
        text = f"Because you {verb} {named}" if named else f"Like what you {verb}"
    elif kind == "again":
        text = "You bought this before" if bought else "You looked at this before"
    else:
        text = _TEXTS[kind]
    return Reason(kind=kind, text=text, evidence=evidence if kind in _WITH_EVIDENCE else None)


def kind_of(member: str) -> ReasonKind:
    """Return what kind of reason a member gives.

    Examples
    --------
    >>> kind_of("content"), kind_of("unheard of")
    ('because_you_viewed', 'popular')
    """
    return _KINDS.get(member, "popular")


_KINDS: dict[str, ReasonKind] = {
    "transitions": "often_next",
    "association": "often_next",
    "next_item": "often_next",
    "previous_item": "often_next",
    "co_occurrence": "often_next",
    "walk": "often_next",
    "companions": "often_next",
    "second_order": "often_next",
    "session_neighbours": "shoppers_like_you",
    "user_neighbours": "shoppers_like_you",
    "implicit_factors": "shoppers_like_you",
    "factorization": "shoppers_like_you",
    "content": "because_you_viewed",
    "category": "because_you_viewed",
    "family": "because_you_viewed",
    "preferences": "matches_your_taste",
    "top_rated": "top_rated",
    "trending": "trending",
    "popularity": "popular",
    "popularity_day": "trending",
    "popularity_hour": "trending",
    "history": "again",
    "habit": "again",
    "new": "new",
}
"""What kind of reason each member gives."""

_FIRST_WORDS = {
    "transitions": "Chosen with",
    "association": "Chosen with",
    "next_item": "Often next after",
    "previous_item": "Often before",
    "co_occurrence": "Chosen with",
    "walk": "Found around",
    "companions": "Also chosen by those who chose",
    "second_order": "Often next after",
}
_OF_THE_SAME_KIND = frozenset({"category", "family"})
_TEXTS: dict[ReasonKind, str] = {
    "shoppers_like_you": "Shoppers like you chose this",
    "matches_your_taste": "Matches what you told us you like",
    "top_rated": "Top rated",
    "trending": "Trending now",
    "popular": "Popular in this shop",
    "new": "New here",
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


def explain_pair(member: str, item: ItemId, title: Title) -> Reason:
    """Build the reason why something goes well with an item.

    Examples
    --------
    >>> explain_pair("transitions", ItemId("22423"), lambda item: "Red Retrospot Mug").text
    'Chosen with Red Retrospot Mug'
    >>> explain_pair("content", ItemId("22423"), lambda item: "Red Retrospot Mug").text
    'Similar to Red Retrospot Mug'
    """
    named = title(item) or "this"
    if member == "content":
        return Reason(kind="because_you_viewed", text=f"Similar to {named}", evidence=item)
    return Reason(kind="often_next", text=f"Chosen with {named}", evidence=item)


def explain_unlearned(sold: int) -> Reason:
    """Build the reason for an item that nobody has touched since the models began to learn.

    Examples
    --------
    >>> explain_unlearned(sold=12).text, explain_unlearned(sold=0).text
    ('Popular in this shop', 'Waiting to be discovered')
    """
    if sold:
        return Reason(kind="popular", text="Popular in this shop")
    return Reason(kind="new", text="Waiting to be discovered")
