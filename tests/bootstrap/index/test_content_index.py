"""Things that are alike by their words are neighbours."""

import pytest

from bootstrap.enrich.phrases import words_of
from bootstrap.enrich.tags import demo_tagger
from bootstrap.index import content_index
from bootstrap.index.content_index import Document, nearest_items
from online_models.schema.events import ItemId

TITLES = {
    "mug-red": "Red Retrospot Mug",
    "bowl-red": "Red Retrospot Bowl",
    "mug-blue": "Blue Polka Dot Mug",
    "sign": "No Singing Metal Sign",
    "sign-2": "Toilet Metal Sign",
    "t-light": "Hanging Heart Zinc T-Light Holder",
    "odd": "Xylophone Quetzal",
}


def documents() -> list[Document]:
    tagger = demo_tagger()
    return [Document(ItemId(item), tuple(words_of(title)), tagger.tag(title)) for item, title in TITLES.items()]


def test_the_nearest_shares_the_most_telling_words() -> None:
    similar = dict(nearest_items(documents()))

    assert similar[ItemId("sign")][0][0] == "sign-2"
    assert {item for item, _ in similar[ItemId("mug-red")][:2]} == {"bowl-red", "mug-blue"}


def test_no_item_is_its_own_neighbour_and_strangers_have_none() -> None:
    similar = dict(nearest_items(documents()))

    assert all(item not in dict(nearest) for item, nearest in similar.items())
    assert similar[ItemId("odd")] == ()


def test_cosines_fall_and_ties_stand_by_item() -> None:
    twins = [
        Document(ItemId(item), ("red", "mug"), demo_tagger().tag("Red Mug")) for item in ("d", "b", "a", "c")
    ] + documents()

    similar = dict(nearest_items(twins))

    assert [item for item, _ in similar[ItemId("c")][:3]] == ["a", "b", "d"]
    for nearest in similar.values():
        cosines = [cosine for _, cosine in nearest]
        assert cosines == sorted(cosines, reverse=True)


def test_the_number_of_neighbours_is_bounded_and_keeps_the_best() -> None:
    many = documents()

    few = dict(nearest_items(many, neighbors=1))
    all_of_them = dict(nearest_items(many))

    assert all(nearest == all_of_them[item][:1] for item, nearest in few.items())


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = dict(nearest_items(documents()))
    monkeypatch.setattr(content_index, "BLOCK_ROWS", 2)

    assert dict(nearest_items(documents())) == whole


def test_nothing_has_no_neighbours() -> None:
    assert dict(nearest_items([])) == {}
