"""Which column of an event file is which: as the user says, else by usual names, in any case."""

from collections.abc import Iterable, Mapping, Sequence

from infra.errors import CannotRun

USUAL: dict[str, tuple[str, ...]] = {
    "timestamp": (
        *("timestamp", "time", "event_time", "datetime", "date", "at", "ts", "occurred_at", "created_at"),
        *("unix_timestamp", "unix_time", "transaction_timestamp", "invoice_date", "event_date", "t_dat"),
    ),
    "visitor": (
        *("visitor", "visitor_id", "user", "user_id", "uid", "customer", "customer_id", "household_id"),
        *("account", "account_id", "member_id", "reviewer_id"),
    ),
    "item": (
        *("item", "item_id", "product", "product_id", "sku", "asin", "parent_asin", "stock_code", "article_id"),
        *("article", "movie_id", "book_id", "track_id", "song_id", "aid", "iid"),
    ),
    "kind": ("kind", "event", "event_type", "behaviour", "behavior", "behavior_type", "action", "action_type", "type"),
    "value": ("value", "weight"),
    "rating": ("rating", "ratings", "stars", "overall", "score"),
    "session": ("session", "session_id", "user_session", "session_key", "sid"),
    "category": ("category_id", "category", "category_code", "category_name", "product_category", "cat"),
    "brand": ("brand", "brand_id", "brand_name", "vendor", "manufacturer"),
}
"""The fields of an event, and the names of columns that are recognised by themselves."""

ITEM_FIELDS = ("item", "category", "brand")
"""What a catalogue says of an item."""


def parse_mapping(texts: Iterable[str]) -> dict[str, str]:
    """Read ``timestamp=Time,visitor=SessionId``: the field, then the file's own name or number of the column.

    Raises
    ------
    CannotRun
        If a pair is no pair, or names no field.
    """
    mapping = {}
    for pair in (part for text in texts for part in text.split(",") if part.strip()):
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not (name and equals and column):
            raise CannotRun(f"A mapping looks like timestamp=Time,visitor=UserId, not {pair.strip()!r}.")
        field = next((field for field, usual in USUAL.items() if plain(name) in map(plain, usual)), None)
        if field is None:
            raise CannotRun(f"There is no field {name!r} to map; there are {', '.join(USUAL)}.")
        mapping[field] = column
    return mapping


def find_places(names: Sequence[str], mapped: Mapping[str, str], source: str) -> dict[str, int]:
    """Return where each field stands among the columns.

    One column may be two fields if the user says so. Where nobody is named, sessions are the visitors; a column of
    sessions that is mapped as the visitor is the session as well.

    Raises
    ------
    CannotRun
        If a mapping names a column that is not there, or a needed one is not found: the message lists all columns.
    """
    places = {field: _place_of(column, names, source) for field, column in mapped.items()}
    known = {plain(name): place for place, name in reversed(list(enumerate(names)))}
    taken = set(places.values())
    for field, usual in USUAL.items():
        place = next((known[plain(name)] for name in usual if plain(name) in known), None)
        if field not in places and place is not None and (place not in taken or field == "session"):
            places[field] = place
            taken.add(place)
    if "visitor" not in places and "session" in places:
        places["visitor"] = places["session"]
    return places


def require(places: Mapping[str, int], fields: Iterable[str], names: Sequence[str], source: str) -> None:
    """Check that fields were found. Raises `CannotRun` with all columns and what to do."""
    for field in fields:
        if field not in places:
            raise CannotRun(
                f"{source} has no column for {field}; it has {listed(names)}. Say which it is with "
                f"--columns {field}=COLUMN, or with --no-header and its number if the first line names no columns."
            )


def plain(name: str) -> str:
    """Return a column's name without case, signs, and the type that some files write after a colon.

    Examples
    --------
    >>> plain("User_ID:token")
    'userid'
    """
    return "".join(letter for letter in name.partition(":")[0].lower() if letter.isalnum())


def listed(names: Sequence[str]) -> str:
    """Name the columns of a file in a message."""
    return ", ".join(names[:40]) + (" …" if len(names) > 40 else "")


def _place_of(column: str, names: Sequence[str], source: str) -> int:
    exact = [place for place, name in enumerate(names) if name == column]
    alike = [place for place, name in enumerate(names) if plain(name) == plain(column)]
    if exact or alike:
        return (exact or alike)[0]
    if column.isdigit() and int(column) < len(names):
        return int(column)
    raise CannotRun(f"{source} has no column {column!r}; it has {listed(names)}.")
