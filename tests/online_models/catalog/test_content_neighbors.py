"""Content neighbors by id, placed at the indices of items."""

import numpy as np

from online_models.arrays.id_index import ItemIdIndex
from online_models.catalog.content_neighbors import NEIGHBORS, ContentNeighbors
from online_models.schema.events import ItemId


def an_index(*ids: str) -> ItemIdIndex:
    items = ItemIdIndex(1_000)
    for item in ids:
        items.add(ItemId(item))
    return items


def neighbors(**lists: dict[str, float]) -> ContentNeighbors:
    return ContentNeighbors({ItemId(item): [(ItemId(o), c) for o, c in near.items()] for item, near in lists.items()})


def placed(like: ContentNeighbors, items: ItemIdIndex) -> dict[str, dict[str, float]]:
    rows, cosines = like.placed(items)
    return {
        items.id(index): {
            items.id(other): round(cosine, 2)
            for other, cosine in zip(rows[index].tolist(), cosines[index].tolist(), strict=True)
            if other >= 0
        }
        for index in range(len(items))
    }


def test_neighbors_are_found_by_index_best_first() -> None:
    like = neighbors(mug={"cup": 0.9, "jug": 0.5}, cup={"mug": 0.9})
    items = an_index("jug", "cup", "mug")
    assert placed(like, items) == {"jug": {}, "cup": {"mug": 0.9}, "mug": {"cup": 0.9, "jug": 0.5}}
    assert list(placed(like, items)["mug"]) == ["cup", "jug"]


def test_unknown_neighbors_leave_no_gap() -> None:
    rows, cosines = neighbors(mug={"unknown": 0.9, "cup": 0.5}).placed(an_index("mug", "cup"))
    assert rows[0, :2].tolist() == [1, -1]
    assert cosines[0, :2].tolist() == [0.5, 0.0]


def test_an_item_that_becomes_known_takes_its_position() -> None:
    like, items = neighbors(mug={"late": 0.9, "cup": 0.5}), an_index("mug", "cup")
    assert placed(like, items)["mug"] == {"cup": 0.5}
    items.add(ItemId("late"))
    assert list(placed(like, items)["mug"]) == ["late", "cup"]


def test_lists_stay_right_once_all_items_are_known() -> None:
    like, items = neighbors(mug={"cup": 0.9}, cup={"mug": 0.9}), an_index("cup", "mug")
    first = placed(like, items)
    items.add(ItemId("another"))
    assert placed(like, items) == {**first, "another": {}}


def test_at_most_fifty_are_kept_the_best() -> None:
    near = {f"i{number}": 1 - number / 100 for number in range(NEIGHBORS + 9)}
    rows, _ = neighbors(mug=near).placed(an_index("mug", *near))
    assert rows.shape == (NEIGHBORS + 10, NEIGHBORS)
    assert rows[0].tolist() == list(range(1, NEIGHBORS + 1))


def test_without_neighbors_there_are_none() -> None:
    rows, cosines = ContentNeighbors({}).placed(an_index("mug"))
    assert (rows == -1).all()
    assert not np.any(cosines)


def change(like: ContentNeighbors, **lists: dict[str, float]) -> None:
    like.change({ItemId(item): [(ItemId(o), c) for o, c in near.items()] for item, near in lists.items()})


def test_lists_that_change_are_those_that_would_have_been_placed() -> None:
    like, items = neighbors(mug={"cup": 0.9}, cup={"mug": 0.9}), an_index("cup", "mug")
    before = like.placed(items)
    items.add(ItemId("seen in an event"))
    items.add(ItemId("jug"))
    change(like, jug={"never seen": 0.8, "mug": 0.7}, mug={"cup": 0.9, "jug": 0.7})
    indices, near, cosines = like.placed_of([ItemId("jug"), ItemId("mug"), ItemId("never seen")], items)
    assert indices.tolist() == [3, 1]
    after = like.placed(items)
    np.testing.assert_array_equal(near, after[0][indices])
    np.testing.assert_array_equal(cosines, after[1][indices])
    assert placed(like, items) == {
        "cup": {"mug": 0.9},
        "mug": {"cup": 0.9, "jug": 0.7},
        "seen in an event": {},
        "jug": {"mug": 0.7},
    }
    assert before[0].tolist()[1][:2] == [0, -1]


def test_of_nothing_nothing_is_placed() -> None:
    indices, near, cosines = neighbors(mug={"cup": 0.9}).placed_of([], an_index("mug"))
    assert (len(indices), near.shape, cosines.shape) == (0, (0, NEIGHBORS), (0, NEIGHBORS))
