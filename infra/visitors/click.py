"""What became of one click on a product, however it was made."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Click:
    """One click.

    Attributes
    ----------
    push_ms, drawn_ms, painted_ms
        From the click to the arrival of the list that names it as a cause, to that list in the laid-out page, and to
        the next painted frame. None where that did not happen in time.
    items
        The list that came.
    """

    push_ms: float | None
    drawn_ms: float | None = None
    painted_ms: float | None = None
    items: tuple[str, ...] = ()
