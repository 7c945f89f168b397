"""What a visitor declares to like, as the profile shows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preferences:
    """Slugs of categories, names of colours, prices in the smallest unit. Nothing declared means no wish."""

    categories: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None
