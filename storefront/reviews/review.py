"""A review, its text as it is stored, and the summary of a product's ratings."""

from dataclasses import dataclass

from online_models.schema.events import ItemId, VisitorId
from online_models.schema.plain_text import several_lines
from storefront.database.tables import REVIEW_LENGTH
from storefront.serving.serving_reader import StarCounts


class TextTooLong(ValueError):
    """The text is longer than the shop stores."""


@dataclass(frozen=True, slots=True)
class Review:
    """One visitor's review of one product. ``text`` is empty if they only rated it."""

    visitor: VisitorId
    item: ItemId
    stars: int
    text: str = ""
    name: str = ""
    written_at: float = 0.0
    edited_at: float | None = None
    is_verified: bool = False

    @property
    def changed_at(self) -> float:
        """When it was last changed, in Unix seconds."""
        return self.written_at if self.edited_at is None else self.edited_at


@dataclass(frozen=True, slots=True)
class StarSummary:
    """How many visitors gave a product one star, two stars, and so on."""

    counts: StarCounts

    @property
    def total(self) -> int:
        """How many visitors rated it."""
        return sum(self.counts)

    @property
    def mean(self) -> float:
        """The mean; zero before the first rating.

        >>> StarSummary((1, 0, 0, 0, 3)).mean
        4.0
        """
        weighed = sum(stars * count for stars, count in enumerate(self.counts, 1))
        return weighed / self.total if self.total else 0.0

    @property
    def rows(self) -> list[tuple[int, int, int]]:
        """Return stars, count and share in whole percent, most stars first.

        >>> StarSummary((1, 0, 0, 0, 3)).rows[0]
        (5, 3, 75)
        """
        total = self.total or 1
        return [
            (stars, self.counts[stars - 1], round(100 * self.counts[stars - 1] / total)) for stars in range(5, 0, -1)
        ]


def clean_text(text: str) -> str:
    r"""Return the text as it is stored, by `several_lines`.

    Raises
    ------
    TextTooLong
        If what is left is longer than `REVIEW_LENGTH`.

    Examples
    --------
    >>> clean_text("  Lovely\x00 mug.\r\n\r\n\r\n\r\nTwice. ")
    'Lovely mug.\n\nTwice.'
    """
    kept = several_lines(text)
    if len(kept) > REVIEW_LENGTH:
        raise TextTooLong(f"{len(kept)} characters")
    return kept
