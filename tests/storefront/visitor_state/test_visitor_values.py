from collections.abc import Callable
from typing import cast

from redis import ConnectionError as NoConnection
from redis import Redis

from connections.circuit import REST_SECONDS, Circuit
from online_models.schema.events import VisitorId
from storefront.visitor_state.visitor_values import Copy, VisitorValues

V1 = VisitorId("v1")
Letters = frozenset[str]


class StoredLetters(VisitorValues[Letters]):
    """A set of letters for each visitor, in a store whose answers come late: others do something first."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(cast(Redis, None), str, frozenset(), Circuit(lambda: self.now))
        self.stored: Letters = frozenset()
        self.meanwhile: list[Callable[[], object]] = []
        self.is_up = True

    def add(self, visitor: VisitorId, letter: str) -> None:
        after = self._copy(visitor) | {letter}
        self._change(visitor, after, lambda: self._save(visitor, frozenset(letter)), Copy.ADDS)

    def _fetch(self, visitor: VisitorId) -> Letters:
        found = self.stored
        self._wait()
        return found

    def _save(self, visitor: VisitorId, value: Letters, *, afresh: bool = False) -> bool:
        self._wait()
        self.stored = value if afresh else self.stored | value
        return True

    def _wait(self) -> None:
        while self.meanwhile:
            self.meanwhile.pop()()
        if not self.is_up:
            raise NoConnection


def test_a_change_made_while_another_waits_is_kept() -> None:
    letters = StoredLetters()
    letters.meanwhile = [lambda: letters.add(V1, "b")]
    letters.add(V1, "a")
    assert letters.read(V1) == letters.stored == {"a", "b"}


def test_changes_made_while_another_fails_are_saved_later() -> None:
    letters = StoredLetters()
    letters.meanwhile = [lambda: letters.add(V1, "b")]
    letters.is_up = False
    letters.add(V1, "a")
    assert letters.read(V1) == {"a", "b"}
    letters.is_up = True
    letters.now += REST_SECONDS
    assert letters.read(V1) == letters.stored == {"a", "b"}


def test_what_is_read_does_not_replace_what_was_changed_meanwhile() -> None:
    letters = StoredLetters()
    letters.meanwhile = [lambda: letters.add(V1, "a")]
    assert letters.read(V1) == {"a"}
    assert letters.stored == {"a"}
