"""Somebody who takes a name, or writes a text, to pass for the shop or to turn what stands beside it."""

from collections.abc import Iterator

import pytest

from infra.chaos.shop_client import ShopClient
from storefront.accounts.reserved_names import is_reserved
from tests.security.account_pages import a_running_shop, sign_up, submit, text_of
from tests.storefront.running_shop import ITEMS, ShopProcess

OVERRIDE = "\N{RIGHT-TO-LEFT OVERRIDE}"
PRODUCT = f"/products/{ITEMS[0]}"

STAFF = [
    "Operator",
    "0PERAT0R",
    "Ann (admin)",
    "The Riverfront team",
    "R i v e r f r o n t",
    "Customer Service",
    "\N{CYRILLIC CAPITAL LETTER A}dmin",
    "ADM\N{LATIN SMALL LETTER DOTLESS I}N",
    "a\N{ZERO WIDTH JOINER}d\N{ZERO WIDTH SPACE}m\N{SOFT HYPHEN}in",
    "\N{FULLWIDTH LATIN SMALL LETTER A}dmin",
    "adrnin",
    "Administrador",
    "Betreiber",
    "Kundenservice",
    "\u041e\u043f\u0435\u0440\u0430\u0442\u043e\u0440",
    "\u7ba1\u7406\u8005",
    "o" + "\N{COMBINING DIAERESIS}" * 9 + "perator",
]
PEOPLE = [
    "Ann Miller",
    "Bruce Staff",
    "Jean Root",
    "Dr. Modesta Hostetler",
    "\u5c71\u7530\u592a\u90ce",
    "Ann \N{ROCKET}",
]


@pytest.fixture(scope="module")
def shop(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    with a_running_shop(tmp_path_factory.mktemp("home"), redis_url) as process:
        yield process


@pytest.fixture(scope="module")
def ann(shop: ShopProcess) -> ShopClient:
    client, answer = sign_up(shop, "ann@example.com", name="Ann")
    assert answer.status == 303
    return client


@pytest.mark.integration
@pytest.mark.parametrize("name", STAFF)
def test_nobody_is_called_as_the_shops_own_staff_would_be(shop: ShopProcess, ann: ShopClient, name: str) -> None:
    answer = submit(ann, "/account/name", {"name": name})
    assert answer.status == 422
    assert "Other shoppers could take this one for our staff." in text_of(answer)
    assert sign_up(shop, "eve@example.com", name=name)[1].status == 422


@pytest.mark.parametrize("name", PEOPLE)
def test_people_keep_their_names(name: str) -> None:
    assert not is_reserved(name)


@pytest.mark.integration
def test_neither_names_nor_reviews_nor_searches_turn_the_text_beside_them(ann: ShopClient) -> None:
    zalgo = "Z" + "\N{COMBINING ACUTE ACCENT}\N{COMBINING GRAVE ACCENT}" * 50
    assert submit(ann, "/account/name", {"name": f"Ann {OVERRIDE}rellim\x07 {zalgo}"}).status == 303
    text = f"good{OVERRIDE}doog\N{LEFT-TO-RIGHT ISOLATE}\x00 {zalgo}"
    assert submit(ann, PRODUCT, {"stars": 4, "text": text}, f"{PRODUCT}/review").status == 303
    pages = [ann.get(path) for path in (PRODUCT, "/account/profile", f"/search?q=mug%E2%80%AEgum{'%CC%81' * 60}")]
    for page in pages:
        assert page.status == 200
        shown = text_of(page)
        assert not {OVERRIDE, "\N{LEFT-TO-RIGHT ISOLATE}", "\x07", "\x00"} & set(shown)
        assert "\N{COMBINING GRAVE ACCENT}\N{COMBINING ACUTE ACCENT}" * 3 not in shown
        assert "\N{COMBINING ACUTE ACCENT}" * 3 not in shown
    assert "gooddoog" in text_of(pages[0])
    assert "mugg" in text_of(pages[2])


@pytest.mark.integration
def test_what_somebody_typed_stands_apart_from_the_words_around_it(ann: ShopClient) -> None:
    assert submit(ann, "/account/name", {"name": "\u05d0\u05e0\u05d4"}).status == 303
    assert "<bdi>\u05d0\u05e0\u05d4</bdi>" in ann.get("/account/profile").text
    assert "<bdi>\u05e1\u05e4\u05dc</bdi>" in ann.get("/search?q=%D7%A1%D7%A4%D7%9C").text
