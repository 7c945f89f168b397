"""Tiles are small, valid, of the colour that the name says, and show the right thing."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from bootstrap.enrich.icons import DATA, FALLBACK, VENDORED, demo_chooser, read_icons
from bootstrap.enrich.patterns import pattern_tile
from bootstrap.enrich.pictures import Artwork, demo_drawings, picture_name
from bootstrap.enrich.tags import demo_tagger
from bootstrap.errors import MissingArtwork

PLAIN = '<g fill="none"><path id="a" fill="url(#b)" d="M0 0h32v32"/><linearGradient id="b"/></g>'


class AnyIcon(dict[str, str]):
    """A stand-in for the icon set, in which every icon is the same."""

    def __missing__(self, name: str) -> str:
        return PLAIN


@pytest.fixture(scope="module")
def artwork() -> Artwork:
    return Artwork(AnyIcon())


def tile(artwork: Artwork, title: str, item: str = "22423") -> str:
    return artwork.draw(item, title, demo_chooser().choose(title), demo_tagger().tag(title).colour)


def ground_hue(picture: str) -> int:
    found = re.search(r'stop-color="hsl\((\d+)', picture)
    assert found
    return int(found.group(1))


@pytest.mark.parametrize(
    "title",
    [
        "Red Retrospot Mug",
        "Door Mat Union Flag",
        'Pocket Mirror "Glamorous"',
        "Owl & Fox Rucksack",
        "Frobnicator",
        "Blue Star Wind Chime",
    ],
)
def test_a_tile_is_valid_small_and_fetches_nothing(artwork: Artwork, title: str) -> None:
    picture = tile(artwork, title)

    root = ElementTree.fromstring(picture)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(picture) < 4_000
    assert "href" not in picture
    assert re.findall(r"https?://[^\"]+", picture) == ["http://www.w3.org/2000/svg"]


@pytest.mark.parametrize("title", ["Red Retrospot Mug", "Spotty Owl Rucksack", "Blue Star Wind Chime"])
def test_ids_are_unique_and_every_reference_is_met(artwork: Artwork, title: str) -> None:
    picture = tile(artwork, title)
    ids = re.findall(r'\bid="([^"]+)"', picture)

    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", picture)) <= set(ids)


def test_tiles_of_different_products_share_no_id(artwork: Artwork) -> None:
    first, second = (set(re.findall(r'\bid="([^"]+)"', tile(artwork, "Owl Rucksack", item))) for item in ("1", "2"))

    assert first
    assert first.isdisjoint(second)


@pytest.mark.parametrize(("title", "hue"), [("Blue Spotty Cup", 212), ("Red Spotty Cup", 6), ("Green Spotty Cup", 118)])
def test_the_ground_has_the_hue_of_the_colour_said(artwork: Artwork, title: str, hue: int) -> None:
    distance = abs(ground_hue(tile(artwork, title)) - hue) % 360

    assert min(distance, 360 - distance) <= 6


def test_the_thing_itself_has_the_colour_and_the_pattern(artwork: Artwork) -> None:
    picture = tile(artwork, "Blue Spotty Mug")

    assert demo_drawings().palette["blue"].fill in picture
    assert "<pattern" in picture


def test_the_same_product_is_always_drawn_alike_and_another_is_not(artwork: Artwork) -> None:
    assert tile(artwork, "Red Mug") == tile(artwork, "Red Mug")
    assert tile(artwork, "Red Mug", "1") != tile(artwork, "Red Mug", "2")
    assert picture_name(tile(artwork, "Red Mug")) == picture_name(tile(artwork, "Red Mug"))


@pytest.mark.parametrize(
    ("title", "icon"),
    [
        ("Love Building Block Word", "blocks"),
        ("World War 2 Gliders Assorted Designs", "small-airplane"),
        ("Hanging Heart Zinc T-Light Holder", "tlight"),
        ("Door Mat Fairy Cake", "doormat"),
        ("Door Mat Union Flag", "doormat"),
        ("Lunch Bag Cars Blue", "lunchbag"),
        ("Regency Cake Stand 3 Tier", "cakestand"),
        ("Assorted Colour Bird Ornament", "bird"),
        ("Gin + Tonic Diet Metal Sign", "sign"),
        ("Vintage Snakes & Ladders", "game-die"),
        ("Wicker Star", "star"),
        ("Picnic Basket Wicker Small", "basket"),
        ("Lunch Box with Cutlery Fairy Cakes", "lunchbox"),
        ("Hand Warmer Owl Design", "owl"),
        ("Frobnicator", FALLBACK),
    ],
)
def test_words_choose_the_right_thing(title: str, icon: str) -> None:
    assert demo_chooser().choose(title).icon == icon


def test_a_second_thing_in_the_name_becomes_the_motif() -> None:
    assert demo_chooser().choose("Lunch Bag Black Skull").motif == "skull"


def test_a_category_helps_where_the_title_says_nothing() -> None:
    assert demo_chooser().choose("Frobnicator 3000", ("", "sunglasses")).icon == "sunglasses"


@pytest.mark.parametrize("name", sorted(demo_drawings().drawings))
def test_every_drawing_is_valid(name: str) -> None:
    ElementTree.fromstring(f"<g>{demo_drawings().drawings[name]}</g>")


@pytest.mark.parametrize("pattern", sorted(demo_drawings().patterns))
def test_every_pattern_can_be_drawn(pattern: str) -> None:
    ElementTree.fromstring(pattern_tile(pattern, "p", "#fff", "#eee", "#000"))


def test_every_icon_that_words_may_call_for_is_there() -> None:
    if not VENDORED.is_file():
        pytest.skip("the icon set is not set up here")
    known = {*read_icons(), *demo_drawings().drawings, "-"}
    table = (DATA / "pictures.tsv").read_text("utf-8").splitlines()[1:]

    assert {line.split("\t")[1] for line in table} <= known
    assert FALLBACK in known


def test_a_missing_icon_set_says_what_to_do(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("icons")

    with pytest.raises(MissingArtwork, match="make setup"):
        read_icons(folder / "nothing.json")
    (folder / "broken.json").write_text("{")
    with pytest.raises(MissingArtwork, match="cannot be read"):
        read_icons(folder / "broken.json")
