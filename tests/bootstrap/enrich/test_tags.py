"""Words of a name become colour, material, theme and shelf."""

import pytest

from bootstrap.enrich.tags import OTHER, demo_tagger


@pytest.mark.parametrize(
    ("title", "shelf"),
    [
        ("Red Retrospot Mug", "mugs-and-tableware"),
        ("Pack of 60 Pink Paisley Cake Cases", "kitchen-and-baking"),
        ("Hanging Heart Zinc T-Light Holder", "candles-and-light"),
        ("Lunch Bag Spaceboy Design", "bags-and-purses"),
        ("Letter A Bling Key Ring", "jewellery-and-accessories"),
        ("Wrap, Billboard Fonts Design", "stationery-and-gift-wrap"),
        ("Doorstop Football Design", "hooks-and-furniture"),
        ("Vintage Union Jack Bunting", "party"),
        ("Green Rose Cushion Cover", "cushions-and-textiles"),
        ("Wooden Star Christmas Scandinavian", "christmas-and-easter"),
        ("Ceramic Strawberry Money Box", "toys-and-games"),
        ("No Singing Metal Sign", "signs-and-wall-art"),
        ("Alarm Clock Bakelike Green", "clocks-frames-and-mirrors"),
        ("Watering Can Pink Bunny", "garden"),
        ("Strawberry Ceramic Trinket Box", "storage"),
        ("Scottie Dog Hot Water Bottle", "scent-and-bath"),
        ("Heart of Wicker Small", "ornaments"),
        ("Mug in Gift Box", "mugs-and-tableware"),
        ("Frobnicator", OTHER),
    ],
)
def test_a_product_stands_on_its_shelf(title: str, shelf: str) -> None:
    assert demo_tagger().tag(title).category == shelf


def test_the_first_colour_said_counts() -> None:
    tags = demo_tagger().tag("Jumbo Bag Pink with White Spots")

    assert tags.colour == "pink"


def test_spots_are_not_the_colour_of_the_thing() -> None:
    assert demo_tagger().tag("White Spot Blue Ceramic Drawer Knob").colour == "blue"


def test_material_and_theme_are_read() -> None:
    tags = demo_tagger().tag("Hanging Heart Zinc T-Light Holder")

    assert (tags.material, tags.theme) == ("zinc", "hearts")


def test_the_season_wins_over_other_themes() -> None:
    assert demo_tagger().tag("Heart Wooden Christmas Decoration").theme == "christmas"


def test_all_tags_are_telling_and_said_once() -> None:
    tags = demo_tagger().tag("Set of 6 Red Spotty Red Paper Cups").all

    assert "of" not in tags
    assert "6" not in tags
    assert len(tags) == len(set(tags))
    assert tags[:2] == ("retrospot", "red")


def test_a_given_category_is_kept_and_extra_words_are_tags() -> None:
    tags = demo_tagger().tag("Essence Mascara", extra="beauty mascara", category="beauty")

    assert tags.category == "beauty"
    assert "mascara" in tags.words
    assert "beauty" in tags.words
