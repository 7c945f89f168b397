"""Pattern tiles are whole SVG, in the colours that are asked for."""

from xml.etree import ElementTree

import pytest

from bootstrap.enrich.patterns import _TILES, pattern_tile


@pytest.mark.parametrize("pattern", _TILES)
def test_each_tile_can_be_read_and_has_no_word_left_to_fill(pattern: str) -> None:
    tile = pattern_tile(pattern, "p1", "#123456", "#abcdef", "#fedcba")
    root = ElementTree.fromstring(tile)
    assert (root.tag, root.attrib["id"]) == ("pattern", "p1")
    assert "LIGHT" not in tile
    assert "DARK" not in tile
    assert "#123456" in tile


def test_a_tile_may_have_no_ground_and_may_be_turned() -> None:
    assert "none" not in pattern_tile("spots", "p", "none", "#fff", "#000")
    assert 'patternTransform="rotate(45)"' in pattern_tile("diamonds", "p", "none", "#fff", "#000")
    assert "patternTransform" not in pattern_tile("spots", "p", "none", "#fff", "#000")


def test_an_unknown_pattern_is_an_error() -> None:
    with pytest.raises(KeyError):
        pattern_tile("tartan", "p", "none", "#fff", "#000")
