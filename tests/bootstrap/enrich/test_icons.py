"""Which picture a name calls for."""

import json
from pathlib import Path

import pytest

from bootstrap.enrich.icons import FALLBACK, IconChooser, demo_chooser, read_icons
from bootstrap.enrich.phrases import PhraseBook
from bootstrap.errors import MissingArtwork


@pytest.fixture
def chooser() -> IconChooser:
    return IconChooser(
        objects=PhraseBook([("mug", "cup"), ("door mat", "mat"), ("mat", "rug"), ("red card", "-")]),
        motifs=PhraseBook([("heart", "heart"), ("bird", "bird")]),
        seasons=PhraseBook([("christmas", "tree")]),
        labels=PhraseBook([("lion", "lion"), ("card", "card")]),
    )


@pytest.mark.parametrize(
    ("title", "icon", "motif"),
    [
        ("Red Mug", "cup", None),
        ("Heart Mug", "cup", "heart"),
        ("Mug for a mat", "cup", None),
        ("Mat with mug", "rug", None),
        ("Door mat mug", "mat", None),
        ("Birds and hearts", "heart", "bird"),
        ("Christmas bird", "bird", None),
        ("Christmas", "tree", None),
        ("Christmas bird mug", "cup", "bird"),
        ("Christmas mug", "cup", "tree"),
        ("A lion", "lion", None),
        ("Something else", FALLBACK, None),
    ],
)
def test_the_thing_comes_first_then_what_it_shows(
    chooser: IconChooser, title: str, icon: str, motif: str | None
) -> None:
    choice = chooser.choose(title)
    assert (choice.icon, choice.motif) == (icon, motif)
    assert choice.known is (icon != FALLBACK)


def test_other_words_are_asked_where_the_title_says_nothing(chooser: IconChooser) -> None:
    assert chooser.choose("Nr. 7", ("nothing", "a bird", "a mug")).icon == "bird"
    assert chooser.choose("Lion", ("a mug",)).icon == "lion"


def test_phrases_that_name_no_thing_are_passed_over(chooser: IconChooser) -> None:
    assert chooser.choose("red card").icon == "card"
    assert chooser.choose("?", ("red card",)).icon == "card"


def test_most_of_the_demos_things_are_known() -> None:
    for title in ("White Hanging Heart T-Light Holder", "Regency Cakestand 3 Tier", "Jumbo Bag Red Retrospot"):
        assert demo_chooser().choose(title).known


@pytest.mark.parametrize(
    ("title", "icon", "motif"),
    [
        ("Potting Shed Tea Mug", "mug", "potted-plant"),
        ("Pack of 60 Dinosaur Cake Cases", "cakecase", "t-rex"),
        ("60 Cake Cases Vintage Christmas", "cakecase", "christmas-tree"),
        ("Card Dolly Girl", "card", "doll"),
        ("Cream Heart Card Holder", "hangingheart", None),
        ("Hook, 5 Hanger, Magic Toadstool Red", "rail", "mushroom"),
        ("Angel Decoration 3 Buttons", "baby-angel", None),
        ("Knitted Union Flag Hot Water Bottle", "hotwater", "unionjack"),
        ("Decoration Butterfly Magic Garden", "butterfly", None),
    ],
)
def test_the_demos_words_are_read_as_shoppers_read_them(title: str, icon: str, motif: str | None) -> None:
    choice = demo_chooser().choose(title)
    assert (choice.icon, choice.motif) == (icon, motif)


def test_drawings_are_read_by_name(tmp_path: Path) -> None:
    path = tmp_path / "icons.json"
    path.write_text(json.dumps({"icons": {"cup": {"body": "<path/>"}}, "other": 1}))
    assert read_icons(path) == {"cup": "<path/>"}


def test_missing_and_broken_drawings_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingArtwork, match="make setup"):
        read_icons(tmp_path / "none.json")
    (tmp_path / "icons.json").write_text("[]")
    with pytest.raises(MissingArtwork, match="cannot be read"):
        read_icons(tmp_path / "icons.json")
