"""Shouted stock names become titles as a shop prints them."""

import pytest

from bootstrap.read.titles import display_title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("LADIES & GENTLEMEN METAL SIGN", "Ladies & Gentlemen Metal Sign"),
        ("DOOR MAT UNION JACK GUNS AND ROSES", "Door Mat Union Jack Guns and Roses"),
        ("RED TOADSTOOL LED NIGHT LIGHT", "Red Toadstool LED Night Light"),
        ("S/4 PISTACHIO LOVEBIRD COASTERS", "S/4 Pistachio Lovebird Coasters"),
        ("POPPY'S PLAYHOUSE BEDROOM ", "Poppy's Playhouse Bedroom"),
        ("WRAP,SUKI AND FRIENDS", "Wrap, Suki and Friends"),
        ("POLYESTER FILLER PAD 45x45cm", "Polyester Filler Pad 45x45cm"),
        ("BAG 250g SWIRLY MARBLES", "Bag 250g Swirly Marbles"),
        ("CHRISTMAS TREE 60CM", "Christmas Tree 60cm"),
        ("ENGLISH ROSE NOTEBOOK A7 SIZE", "English Rose Notebook A7 Size"),
        ("ANT WHITE PHOTOFRAME", "Antique White Photo Frame"),
        ("WORLD WAR 2 GLIDERS ASSTD DESIGNS", "World War 2 Gliders Assorted Designs"),
        ("RED/WHITE DOTS RUFFLED UMBRELLA", "Red/White Dots Ruffled Umbrella"),
        ('LETTER "W" BLING KEY RING', 'Letter "W" Bling Key Ring'),
        ("ORANGE/WHT/FUSCHIA STONES NECKLACE", "Orange/White/Fuchsia Stones Necklace"),
        ("MUG , DOTCOMGIFTSHOP.COM", "Mug"),
        ("DOTCOMGIFTSHOP TEA TOWEL", "Dotcomgiftshop Tea Towel"),
        ("DOTCOMGIFTSHOP.COM", "Dotcomgiftshop.Com"),
        ("  TOY  TIDY   SPACEBOY", "Toy Tidy Spaceboy"),
        ("THE KING GIFT BAG 25x24x12cm", "The King Gift Bag 25x24x12cm"),
    ],
)
def test_a_name_becomes_a_title(name: str, title: str) -> None:
    assert display_title(name) == title


def test_a_title_stays_as_it_is() -> None:
    assert display_title(display_title("PACK OF 60 PINK PAISLEY CAKE CASES")) == "Pack of 60 Pink Paisley Cake Cases"
