"""What visitors declared that they like, as opposed to what they did."""

import msgspec

from online_models.arrays.state import InvalidState, State, read_bytes
from online_models.schema.events import PreferencesChanged


class DeclaredPreferences(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one visitor declared. Nothing declared means no preference, not "none of these"."""

    categories: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None

    def allow(self, price: int) -> bool:
        """Tell whether a price lies in the declared band.

        Examples
        --------
        >>> DeclaredPreferences(max_price=500).allow(499), DeclaredPreferences(max_price=500).allow(501)
        (True, False)
        """
        low = 0 if self.min_price is None else self.min_price
        return low <= price and (self.max_price is None or price <= self.max_price)


NOTHING_DECLARED = DeclaredPreferences()

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(dict[int, DeclaredPreferences])


class PreferenceTable:
    """The newest declaration of each visitor who made one, by index."""

    def __init__(self) -> None:
        self._declared: dict[int, DeclaredPreferences] = {}

    def declare(self, visitor: int, event: PreferencesChanged) -> None:
        """Replace what the visitor declared before."""
        declared = DeclaredPreferences(event.categories, event.colours, event.min_price, event.max_price)
        if declared == NOTHING_DECLARED:
            self._declared.pop(visitor, None)
        else:
            self._declared[visitor] = declared

    def of(self, visitor: int) -> DeclaredPreferences:
        """Return what the visitor declared."""
        return self._declared.get(visitor, NOTHING_DECLARED)

    def merge(self, source: int, target: int) -> None:
        """Let ``target`` have the declaration of ``source``, unless it made one of its own."""
        if source in self._declared:
            self._declared.setdefault(target, self._declared[source])

    def erase(self, visitor: int) -> None:
        """Forget what the visitor declared."""
        self._declared.pop(visitor, None)

    def dump(self) -> State:
        """Return a copy."""
        return {"declared": _encoder.encode(dict(sorted(self._declared.items())))}

    def load(self, state: State) -> None:
        """Replace all declarations. Raises `InvalidState`."""
        try:
            self._declared = _decoder.decode(read_bytes(state, "declared"))
        except msgspec.DecodeError as error:
            raise InvalidState(str(error)) from error
