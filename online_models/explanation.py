"""Why an item is in a list, in plain English. Every text stands here, and each names real evidence or none."""

from collections.abc import Callable

from online_models.events import ItemId
from online_models.ranking import Reason

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
    if member == "transitions":
        verb = "bought" if bought else "viewed"
        text = f"Chosen with {named}" if named else f"Chosen with what you {verb}"
        return Reason(kind="often_next", text=text, evidence=evidence)
    if member == "content":
        verb = "bought" if bought else "viewed"
        text = f"Because you {verb} {named}" if named else f"Like what you {verb}"
        return Reason(kind="because_you_viewed", text=text, evidence=evidence)
    if member == "factorization":
        return Reason(kind="shoppers_like_you", text="Shoppers like you chose this")
    if member == "preferences":
        return Reason(kind="matches_your_taste", text="Matches what you told us you like")
    if member == "trending":
        return Reason(kind="trending", text="Trending now")
    return Reason(kind="popular", text="Popular in this shop")


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
