"""Somebody who knows a password, and tries to do without the second step."""

import http.cookies
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.chaos.shop_client import PageAnswer, ShopClient, token_in
from storefront.limits.sign_in_guard import CODES
from tests.security.account_pages import PASSWORD, a_running_shop, sign_up, submit
from tests.storefront.accounts.factors import RECOVERY, SET_UP, STEP, App, codes_in, secret_in
from tests.storefront.running_shop import DEADLINE, ShopProcess

pytestmark = pytest.mark.integration


@pytest.fixture
def shop(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    with a_running_shop(tmp_path_factory.mktemp("home"), redis_url, OPS_OPEN="0") as process:
        yield process


@pytest.fixture
def ann(shop: ShopProcess) -> ShopClient:
    client, answer = sign_up(shop, "ann@example.com", name="Ann")
    assert answer.status == 303
    return client


@pytest.fixture
def app_of_ann(ann: ShopClient) -> App:
    secret = secret_in(ann.get(SET_UP).text)
    answer = submit(ann, SET_UP, {"code": App(secret, []).code()})
    assert answer.status == 200
    return App(secret, codes_in(answer.text))


def first_step(shop: ShopProcess) -> ShopClient:
    """Return a stranger's browser in which Ann's password was right."""
    client = ShopClient(shop.address)
    assert submit(client, "/account/sign-in", {"email": "ann@example.com", "password": PASSWORD}).location == STEP
    return client


def is_signed_in(client: ShopClient) -> bool:
    return client.get("/account/profile").status == 200


def test_a_password_alone_opens_nothing_of_the_account(shop: ShopProcess, app_of_ann: App) -> None:
    client = first_step(shop)
    for path in ("/account/profile", "/account/devices", "/account/data", "/account/two-step", "/account/password"):
        assert client.get(path).location.startswith("/account/sign-in"), path
    for path in ("/account/two-step/off", "/account/two-step/codes", "/account/export", "/account/delete"):
        answer = submit(client, STEP, {"password": PASSWORD}, path)
        assert answer.location.startswith("/account/sign-in"), path
    assert not is_signed_in(client)


def test_a_code_that_was_seen_is_worth_nothing(shop: ShopProcess, app_of_ann: App) -> None:
    owner, code = first_step(shop), app_of_ann.code(1)
    assert submit(owner, STEP, {"code": code}).status == 303
    assert is_signed_in(owner)
    thief = first_step(shop)
    assert submit(thief, STEP, {"code": code}).status == 422
    assert submit(thief, STEP, {"code": app_of_ann.code()}).status == 422, "nor is an older one"
    assert not is_signed_in(thief)


def test_of_many_who_send_one_code_at_once_one_gets_in(shop: ShopProcess, app_of_ann: App) -> None:
    clients = [first_step(shop) for _ in range(4)]
    tokens = [token_in(client.get(STEP).text) for client in clients]

    def send(number: int) -> PageAnswer:
        return clients[number].post_form(STEP, {"code": app_of_ann.code(1)}, tokens[number], DEADLINE)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert sorted(answer.status for answer in answers) == [303, 422, 422, 422]


def test_guesses_of_codes_soon_have_to_wait_also_with_the_right_password_in_between(
    shop: ShopProcess, app_of_ann: App
) -> None:
    free, statuses = CODES.by_account_and_address.free, list[int]()
    # Pauses double: however slow this machine is, one of them soon lasts longer than a sign-in.
    while 429 not in statuses and len(statuses) < free + 12:
        client, path = first_step(shop), STEP if len(statuses) % 2 else RECOVERY
        statuses.append(submit(client, path, {"code": f"{len(statuses):06}"}).status)
    assert statuses[:free] == [422] * free
    assert statuses[-1] == 429, "the right password does not set the count back"


def test_the_session_from_before_the_second_step_is_nobodys_after_it(shop: ShopProcess, app_of_ann: App) -> None:
    owner = first_step(shop)
    before = session_of(owner)
    assert submit(owner, STEP, {"code": app_of_ann.code(1)}).status == 303
    assert session_of(owner) != before
    thief = ShopClient(shop.address)
    thief._cookies["riverfront_session"] = before
    assert not is_signed_in(thief)
    assert submit(thief, STEP, {"code": app_of_ann.code(1)}).status == 422
    assert is_signed_in(owner)


def test_sign_ins_from_before_it_was_turned_on_are_ended(shop: ShopProcess, ann: ShopClient) -> None:
    other = ShopClient(shop.address)
    assert submit(other, "/account/sign-in", {"email": "ann@example.com", "password": PASSWORD}).status == 303
    assert is_signed_in(other)
    secret = secret_in(ann.get(SET_UP).text)
    assert submit(ann, SET_UP, {"code": App(secret, []).code()}).status == 200
    assert not is_signed_in(other)
    assert is_signed_in(ann)


def test_neither_the_files_of_the_shop_nor_its_log_hold_the_secret_or_a_code(
    shop: ShopProcess, app_of_ann: App
) -> None:
    submit(first_step(shop), STEP, {"code": app_of_ann.code(1)})
    found = b"".join(path.read_bytes() for path in shop.home.rglob("*") if path.is_file())
    assert b"ann@example.com" in found
    assert app_of_ann.secret.encode() not in found
    assert not any(code.encode() in found for code in app_of_ann.codes)


def test_a_code_of_another_account_opens_nothing(shop: ShopProcess, app_of_ann: App) -> None:
    eve, answer = sign_up(shop, "eve@example.com")
    assert answer.status == 303
    secret = secret_in(eve.get(SET_UP).text)
    codes = codes_in(submit(eve, SET_UP, {"code": App(secret, []).code()}).text)
    thief = first_step(shop)
    assert submit(thief, STEP, {"code": App(secret, []).code(1)}).status == 422
    assert submit(thief, RECOVERY, {"code": codes[0]}).status == 422
    assert not is_signed_in(thief)


def session_of(client: ShopClient) -> str:
    return http.cookies.SimpleCookie(client.cookie)["riverfront_session"].value
