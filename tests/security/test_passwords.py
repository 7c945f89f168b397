"""Passwords that attackers try first, those made of one's own name, and those made to keep the shop busy."""

import time
from collections.abc import Iterator
from statistics import median

import pytest

from infra.chaos.shop_client import ShopClient
from storefront.accounts.password_strength import JUDGED, weakness_of
from storefront.accounts.passwords import LONGEST
from tests.security.account_pages import PASSWORD, a_running_shop, sign_up, submit, text_of
from tests.storefront.running_shop import DEADLINE, ShopProcess

GUESSED_FIRST = [
    "1q2w3e4r5t",
    "qazwsxedcrfv",
    "1234567890",
    "qwertyuiop",
    "Password123!",
    "Pa$$w0rd2024",
    "letmein12345",
    "sunshine99",
    "princess2020",
    "dragonball1",
    "football1234",
    "trustno1trustno1",
    "abcd1234abcd",
    "zaq12wsxcde3",
    "0987654321",
    "aaaaaaaaaaaa",
    "01.01.2000",
    "superman12",
    "starwars77",
    "iloveyou2024",
]
OWN = ["AnnMiller2024", "ann.miller!!", "miller-ann-1", "ann@example.com", "Riverfront1!", "r1v3rfr0nt2024"]


@pytest.fixture(scope="module")
def shop(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    with a_running_shop(tmp_path_factory.mktemp("home"), redis_url) as process:
        yield process


@pytest.mark.integration
@pytest.mark.parametrize("password", [*GUESSED_FIRST, *OWN])
def test_a_password_that_is_guessed_first_opens_no_account(shop: ShopProcess, password: str) -> None:
    _, answer = sign_up(shop, "ann@example.com", name="Ann Miller", password=password)
    assert answer.status == 422
    problem = text_of(answer).split('id="password-error">')[1].split("</p>")[0]
    assert "Try a few unrelated words." in problem or "doesn’t include your name" in problem
    assert password not in answer.text.replace("ann@example.com", "") or "@" in password


@pytest.mark.integration
def test_nor_does_it_take_the_place_of_a_good_one(shop: ShopProcess) -> None:
    client, answer = sign_up(shop, "bea@example.com")
    assert answer.status == 303
    for password in ("1q2w3e4r5t", "bea@example.com"):
        changed = submit(client, "/account/password", {"present": PASSWORD, "password": password})
        assert changed.status == 422


@pytest.mark.parametrize(
    "signs",
    ["a", "4a@", "\N{FULLWIDTH DIGIT ONE}", "p4$$w0rd", "1q2w3e", "aA@4", "(1<{[5s$!|", "19901", "\N{GRINNING FACE}"],
)
def test_judging_a_password_of_any_signs_takes_little_time(signs: str) -> None:
    def seconds(password: str) -> float:
        began = time.process_time()
        weakness_of(password, "Ann Miller", "ann@example.com")
        return time.process_time() - began

    def typical(password: str) -> float:
        return median(seconds(password) for _ in range(5))

    weakness_of(PASSWORD)
    longest = (signs * LONGEST)[:LONGEST]
    as_long_as_judged = typical(longest[:JUDGED])
    assert typical(longest) < 4 * as_long_as_judged + 0.05, "what is beyond costs nothing"


@pytest.mark.integration
def test_the_shop_answers_while_long_passwords_are_judged(shop: ShopProcess) -> None:
    for _ in range(3):
        client = ShopClient(shop.address)
        fields = {"email": "eve@example.com", "name": "", "password": "p4$$w0rd" * 32}
        assert submit(client, "/account/sign-up", fields).status == 422
    assert ShopClient(shop.address).get("/healthz", DEADLINE).status == 200
