"""Why an item is in a list: the phrase of its top source, and the item of the visitor's that it is attributed to."""

from collections.abc import Callable, Mapping

from online_models.schema import phrases
from online_models.schema.events import ItemId
from online_models.schema.phrases import KINDS, PLACE, ReasonKind
from online_models.schema.recommendations import Reason
from online_models.slate.wording import NEW, POPULAR, Wording

Title = Callable[[ItemId], str | None]

_WITH_ATTRIBUTION = frozenset({"often_next", "because_you_viewed", "again"})


class Reasons:
    """Words reasons by the wording of each source; a source without one is worded as popular.

    Parameters
    ----------
    wordings
        By name of source.

    Examples
    --------
    >>> from online_models.slate.wording import BECAUSE_YOU_VIEWED
    >>> reasons = Reasons({"content": BECAUSE_YOU_VIEWED})
    >>> reason = reasons.explain("content", ItemId("22423"), lambda item: "Red Retrospot Mug")
    >>> reason.phrase, reason.named, reason.text
    ('Because you viewed %(named)s', 'Red Retrospot Mug', 'Because you viewed Red Retrospot Mug')
    >>> reasons.explain("popularity", None, lambda item: None).text
    'Popular with shoppers'
    >>> reasons.kind_of("content"), reasons.kind_of("unheard of")
    ('because_you_viewed', 'popular')
    >>> reasons.name_attribution("content"), reasons.name_attribution("popularity")
    (True, False)
    """

    def __init__(self, wordings: Mapping[str, Wording]) -> None:
        self._wordings = {"new": NEW, **wordings}

    def explain(self, source: str, attributed: ItemId | None, title: Title, bought: bool = False) -> Reason:
        """Build the reason for an item.

        Parameters
        ----------
        source
            Name of the item's top source.
        attributed
            The visitor's item that it is attributed to, if any.
        title
            Finds the title of an item; None if it has none.
        bought
            Whether the visitor bought the attributed item.
        """
        named = (title(attributed) if attributed is not None else None) or ""
        phrase = self._wording(source).phrase(is_named=bool(named), bought=bought)
        return Reason(
            phrase=phrase,
            named=named if PLACE in phrase else "",
            evidence=attributed if self.name_attribution(source) else None,
        )

    def kind_of(self, source: str) -> ReasonKind:
        """Return what kind of reason a source gives."""
        return KINDS[self._wording(source).viewed]

    def name_attribution(self, source: str) -> bool:
        """Tell whether the reasons of a source depend on which of the visitor's items an item is attributed to."""
        return self.kind_of(source) in _WITH_ATTRIBUTION

    def _wording(self, source: str) -> Wording:
        return self._wordings.get(source, POPULAR)


def explain_pair(source: str, item: ItemId, title: Title) -> Reason:
    """Build the reason why something goes well with an item.

    Examples
    --------
    >>> explain_pair("transitions", ItemId("22423"), lambda item: "Red Retrospot Mug").text
    'Often chosen with Red Retrospot Mug'
    >>> explain_pair("content", ItemId("22423"), lambda item: "Red Retrospot Mug").text
    'Similar to Red Retrospot Mug'
    """
    named = title(item) or ""
    if source == "content":
        phrase = phrases.SIMILAR if named else phrases.SIMILAR_TO_THIS
    else:
        phrase = phrases.CHOSEN_WITH if named else phrases.CHOSEN_WITH_THIS
    return Reason(phrase=phrase, named=named, evidence=item)


def explain_unlearned(sold: int) -> Reason:
    """Build the reason for an item without any interaction since the models began to learn.

    Examples
    --------
    >>> explain_unlearned(sold=12).text, explain_unlearned(sold=0).text
    ('Popular with shoppers', 'Something different')
    """
    return Reason(phrase=phrases.POPULAR if sold else phrases.UNDISCOVERED)
