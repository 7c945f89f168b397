"""A cache that has room for so many bytes, and no more."""

from hypothesis import given
from hypothesis import strategies as st

from storefront.byte_cache import ENTRY_BYTES, ByteCache


def a_cache(most: int) -> ByteCache[str, bytes]:
    return ByteCache(most, lambda name, content: len(name) + len(content))


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 300), st.booleans())))
def test_it_never_holds_more_and_knows_how_much_it_holds(steps: list[tuple[str, int, bool]]) -> None:
    cache = a_cache(1_000)
    for name, size, is_asked in steps:
        if is_asked:
            cache.get(name)
        else:
            cache.put(name, b"x" * size)
        kept = [content for one in "abcdefgh" if (content := cache.get(one)) is not None]
        assert cache.bytes == sum(ENTRY_BYTES + 1 + len(content) for content in kept) <= 1_000
        assert len(cache) == len(kept)


def test_what_was_not_asked_for_longest_goes_first() -> None:
    cache = a_cache(2 * (ENTRY_BYTES + 5))
    for name in ("a", "b"):
        cache.put(name, b"four")
    assert cache.get("a") == b"four"
    cache.put("c", b"four")
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (b"four", None, b"four")


def test_keys_count() -> None:
    cache = a_cache(10_000)
    for number in range(100):
        cache.put(f"{number}{'x' * 3_000}", b"")
    assert len(cache) == 3


def test_what_has_no_room_alone_is_not_kept_and_leaves_the_others() -> None:
    cache = a_cache(1_000)
    cache.put("a", b"four")
    cache.put("b", b"x" * 2_000)
    assert (cache.get("a"), cache.get("b")) == (b"four", None)
    cache.put("a", b"x" * 2_000)
    assert (cache.get("a"), cache.bytes) == (None, 0)
