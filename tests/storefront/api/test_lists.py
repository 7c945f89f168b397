"""Ready lists."""

from base64 import urlsafe_b64encode
from urllib.parse import quote

import msgspec
import pytest

from online_models.schema.events import ItemId
from storefront.visitor_state.belongings import BelongingsReader
from tests.storefront.api.api_client import ApiClient
from tests.storefront.api.builders import a_list_for, ranked
from tests.storefront.in_memory import MemoryServingReader


def items_of(answer: object) -> list[str]:
    assert answer.status_code == 200, answer.get_data()  # type: ignore[attr-defined]
    return [one["item"] for one in answer.get_json()["items"]]  # type: ignore[attr-defined]


def test_a_visitors_own_list_comes_in_its_order(server: ApiClient, reader: MemoryServingReader) -> None:
    a_list_for(reader, "customer 17", "tote", "mug", "cup")
    answer = server.get("/visitors/customer%2017/recommendations?count=3")
    assert items_of(answer) == ["tote", "mug", "cup"]
    body = answer.get_json()
    assert (body["ranking_id"], body["surface"], body["is_personal"]) == ("e1.1", "for_you", True)
    first = body["items"][0]
    assert (first["title"], first["price"], first["currency"]) == ("Jumbo Tote", 695, "GBP")
    assert first["score"] == 1.0
    assert first["reason"]["text"]


@pytest.mark.parametrize("visitor", ["1", "01", "a/b c?é", "gid://shopify/Customer/1", "顧客", "x" * 128])
def test_a_visitor_has_the_id_that_the_shop_gave_it(
    server: ApiClient, reader: MemoryServingReader, visitor: str
) -> None:
    a_list_for(reader, visitor, "tote")
    assert items_of(server.get(f"/visitors/{quote(visitor, safe='')}/recommendations?count=1")) == ["tote"]


@pytest.mark.parametrize("visitor", ["", "x" * 129, "a\nb", "a\u202eb"])
def test_some_texts_are_no_ids(server: ApiClient, visitor: str) -> None:
    answer = server.get(f"/visitors/{quote(visitor, safe='')}/recommendations")
    assert answer.status_code in {400, 404}


def test_bytes_that_are_no_text_are_no_id(server: ApiClient) -> None:
    assert server.get("/visitors/%FF/recommendations").status_code == 400


def test_a_list_that_is_short_is_filled(server: ApiClient, reader: MemoryServingReader) -> None:
    a_list_for(reader, "v", "tote")
    reader.trending = (ranked("bag"),)
    assert items_of(server.get("/visitors/v/recommendations?count=6"))[:3] == ["tote", "bag", "mug"]


def test_who_is_unknown_gets_what_is_trending(server: ApiClient, reader: MemoryServingReader) -> None:
    reader.trending = (ranked("bag"),)
    answer = server.get("/visitors/stranger/recommendations?count=2")
    assert items_of(answer) == ["bag", "mug"]
    assert "is_personal" not in answer.get_json()


def test_pages_follow_one_another_without_repeats(server: ApiClient, reader: MemoryServingReader) -> None:
    a_list_for(reader, "v", "tote", "mug")
    seen: list[str] = []
    path, cursor = "/visitors/v/recommendations?count=2", ""
    for _ in range(4):
        answer = server.get(path + cursor)
        seen += items_of(answer)
        if "next" not in answer.get_json():
            break
        cursor = f"&cursor={answer.get_json()['next']}"
    assert sorted(seen) == sorted(reader.catalog.products)


@pytest.mark.parametrize("cursor", ["x", "é", "%00", urlsafe_b64encode(b'["for_you",-1]').decode()])
def test_a_cursor_that_is_none_is_refused(server: ApiClient, cursor: str) -> None:
    answer = server.get(f"/visitors/v/recommendations?cursor={cursor}")
    assert answer.status_code == 400
    assert answer.get_json()["field"] == "cursor"


def test_a_cursor_belongs_to_its_list(server: ApiClient, reader: MemoryServingReader) -> None:
    cursor = server.get("/lists/trending?count=2").get_json()["next"]
    assert server.get(f"/lists/trending?count=2&cursor={cursor}").status_code == 200
    assert server.get(f"/visitors/v/recommendations?count=2&cursor={cursor}").status_code == 400


def test_items_are_left_out(server: ApiClient, reader: MemoryServingReader) -> None:
    a_list_for(reader, "v", "tote", "mug", "cup")
    assert items_of(server.get("/visitors/v/recommendations?count=1&exclude=tote&exclude=mug")) == ["cup"]


def test_what_cannot_be_bought_is_in_no_list(server: ApiClient, reader: MemoryServingReader) -> None:
    a_list_for(reader, "v", "tote", "gone", "mug")
    products = reader.catalog.products
    products[ItemId("tote")] = msgspec.structs.replace(products[ItemId("tote")], availability="out_of_stock")
    assert items_of(server.get("/visitors/v/recommendations?count=1")) == ["mug"]
    assert "tote" not in items_of(server.get("/lists/trending?count=100"))


def test_a_personal_list_takes_no_question_to_the_database(
    server: ApiClient, reader: MemoryServingReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_list_for(reader, "v", "tote", "mug", "cup")
    monkeypatch.setattr(BelongingsReader, "read", None)
    assert items_of(server.get("/visitors/v/recommendations?count=3")) == ["tote", "mug", "cup"]


def test_similar_items_are_learned_then_by_content(server: ApiClient, reader: MemoryServingReader) -> None:
    reader.learned_similar[ItemId("mug")] = (ranked("cup"),)
    reader.similar[ItemId("mug")] = ((ItemId("bowl"), 0.5), (ItemId("cup"), 0.4))
    assert items_of(server.get("/items/mug/similar")) == ["cup", "bowl"]


def test_what_is_bought_together(server: ApiClient, reader: MemoryServingReader) -> None:
    reader.goes_well_with[ItemId("mug")] = (ranked("cup"), ranked("mug"))
    assert items_of(server.get("/items/mug/bought-together")) == ["cup"], "the item itself is not in it"


@pytest.mark.parametrize("path", ["similar", "bought-together"])
def test_of_an_unknown_item_nothing_is_known(server: ApiClient, path: str) -> None:
    answer = server.get(f"/items/unknown/{path}")
    assert answer.status_code == 404
    assert answer.get_json()["type"].endswith("unknown-item")


def test_lists_of_the_whole_shop(server: ApiClient, reader: MemoryServingReader) -> None:
    reader.trending, reader.top_rated = (ranked("bag"),), (ranked("cup"),)
    reader.new_arrivals = (ranked("tote"),)
    assert items_of(server.get("/lists/trending?count=1")) == ["bag"]
    assert items_of(server.get("/lists/top-rated")) == ["cup"]
    assert items_of(server.get("/lists/new")) == ["tote"]
    assert server.get("/lists/best").status_code == 400


def test_a_list_that_is_nobodys_has_a_name_too(server: ApiClient, reader: MemoryServingReader) -> None:
    reader.trending = (ranked("bag"),)
    first, again = server.get("/lists/trending?count=2"), server.get("/lists/trending?count=2")
    assert first.get_json()["ranking_id"] == again.get_json()["ranking_id"]
    reader.trending = (ranked("cup"),)
    assert server.get("/lists/trending?count=2").get_json()["ranking_id"] != first.get_json()["ranking_id"]


def test_who_has_the_list_is_not_sent_it_again(server: ApiClient, reader: MemoryServingReader) -> None:
    a_list_for(reader, "v", "tote", "mug")
    first = server.get("/visitors/v/recommendations?count=2")
    tag = {"If-None-Match": first.headers["ETag"]}
    again = server.get("/visitors/v/recommendations?count=2", headers=tag)
    assert (again.status_code, again.get_data()) == (304, b"")
    a_list_for(reader, "v", "cup", "mug")
    assert items_of(server.get("/visitors/v/recommendations?count=2", headers=tag)) == ["cup", "mug"]


def test_lists_are_answered_while_redis_is_down(server: ApiClient, reader: MemoryServingReader) -> None:
    reader.up = False
    assert items_of(server.get("/visitors/v/recommendations?count=2")) == ["mug", "cup"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("category=bags", ["bag", "purse", "tote"]),
        ("category=bags&category=mugs&count=4", ["bag", "purse", "tote", "mug"]),
        ("tag=red", ["bag", "mug"]),
        ("tag=red&tag=mug", ["mug"]),
        ("min_price=295&max_price=495", ["bag", "cup", "bowl"]),
        ("max_price=194", []),
        ("in_stock=true&category=mugs", ["mug", "cup", "bowl"]),
    ],
)
def test_lists_hold_what_was_asked_for(
    server: ApiClient, reader: MemoryServingReader, asked: str, expected: list[str]
) -> None:
    reader.trending = (ranked("bag"),)
    assert items_of(server.get(f"/lists/trending?{asked}")) == expected
    assert items_of(server.get(f"/visitors/stranger/recommendations?{asked}")) == expected


def test_an_own_list_is_filtered_and_filled_with_the_best_that_fit(
    server: ApiClient, reader: MemoryServingReader
) -> None:
    a_list_for(reader, "v", "tote", "cup")
    assert items_of(server.get("/visitors/v/recommendations?category=mugs")) == ["cup", "mug", "bowl"]


@pytest.mark.parametrize("asked", ["min_price=-1", "max_price=cheap", "in_stock=perhaps", "tag=", "category="])
def test_a_filter_that_is_none_is_refused(server: ApiClient, asked: str) -> None:
    answer = server.get(f"/lists/trending?{asked}")
    assert answer.status_code == 400
    assert answer.get_json()["field"].startswith(asked.partition("=")[0])
