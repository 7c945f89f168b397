import logging

import pytest
from flask import Response

from storefront.limits.delays import Delays
from storefront.limits.limits import SIGN_IN_BY_ADDRESS, Limits
from storefront.limits.sign_in_guard import BY_ACCOUNT, BY_ACCOUNT_AND_ADDRESS, BY_DEVICE, SignInGuard
from storefront.security.known_devices import ACCOUNTS_KEPT, COOKIE, Devices
from tests.storefront.manual_clock import Clock

ADA = "ada@example.org"
HOME, CAFE = "192.0.2.1", "198.51.100.7"
LAPTOP = "her laptop"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guard(clock: Clock) -> SignInGuard:
    return SignInGuard(Limits(clock=clock), Delays(clock=clock))


def guess(guard: SignInGuard, times: int, address: str, account: str = ADA, device: str | None = None) -> int:
    """Guess wrong passwords, and return how many were looked at."""
    looked_at = 0
    for _ in range(times):
        if guard.check(account, address, device).allowed:
            looked_at += 1
            guard.failed(account, address, device)
    return looked_at


def test_guessing_from_one_place_soon_has_to_wait(guard: SignInGuard) -> None:
    assert guess(guard, 100, CAFE) == BY_ACCOUNT_AND_ADDRESS.free


def test_the_owner_signs_in_elsewhere_while_one_attacker_is_in_a_pause(guard: SignInGuard) -> None:
    guess(guard, 100, CAFE)
    assert guard.check(ADA, HOME, None).allowed


def test_attackers_everywhere_never_slow_down_a_device_that_the_owner_has_used_before(guard: SignInGuard) -> None:
    for host in range(1, 200):
        guess(guard, 20, f"203.0.113.{host}")
    guess(guard, 200, HOME)
    assert not guard.check(ADA, "192.0.2.99", None).allowed, "a stranger waits a little"
    assert guard.check(ADA, HOME, LAPTOP).allowed


def test_attackers_everywhere_make_a_new_device_wait_for_half_a_minute_at_most(
    guard: SignInGuard, clock: Clock
) -> None:
    for host in range(1, 200):
        guess(guard, 20, f"203.0.113.{host}")
        clock.now += 1
    assert guard.check(ADA, "192.0.2.99", None).retry_after <= BY_ACCOUNT.longest == 30


def test_attackers_everywhere_get_few_guesses_a_day(guard: SignInGuard, clock: Clock) -> None:
    looked_at = 0
    for second in range(86_400):
        looked_at += guess(guard, 1, f"10.0.{second // 256 % 256}.{second % 256}")
        clock.now += 1
    assert looked_at < 3_000


def test_one_place_cannot_try_many_accounts(guard: SignInGuard) -> None:
    looked_at = sum(guess(guard, 1, CAFE, account=f"user{number}@example.org") for number in range(500))
    assert looked_at == SIGN_IN_BY_ADDRESS.count


def test_a_known_device_may_not_guess_for_ever_either(guard: SignInGuard) -> None:
    assert guess(guard, 100, HOME, device=LAPTOP) == BY_DEVICE.free
    assert guard.check(ADA, HOME, "another device").allowed


def test_after_a_success_the_count_starts_afresh(guard: SignInGuard) -> None:
    for _ in range(200):
        assert guard.check(ADA, HOME, None).allowed
        guard.succeeded(ADA, HOME, None)


def test_an_attackers_own_account_does_not_wash_their_guesses_away(guard: SignInGuard, clock: Clock) -> None:
    looked_at = 0
    for number in range(500):
        looked_at += guess(guard, 1, CAFE, account=f"user{number}@example.org")
        if guard.check("eve@example.org", CAFE, None).allowed:
            guard.succeeded("eve@example.org", CAFE, None)
    assert looked_at == SIGN_IN_BY_ADDRESS.count


def test_outcomes_are_counted_and_logged_without_naming_the_account(caplog: pytest.LogCaptureFixture) -> None:
    outcomes: list[str] = []
    guard = SignInGuard(Limits(), Delays(), outcomes.append)
    with caplog.at_level(logging.INFO):
        guess(guard, BY_DEVICE.free + 1, HOME, device=LAPTOP)
        guard.succeeded(ADA, HOME, LAPTOP)
    assert outcomes == ["failed"] * BY_DEVICE.free + ["delayed", "succeeded"]
    assert "Sign-in failed" in caplog.text
    assert HOME in caplog.text
    assert "ada" not in caplog.text


def cookies_of(response: Response) -> dict[str, str]:
    return {
        response.headers["Set-Cookie"].partition("=")[0]: response.headers["Set-Cookie"].split("=", 1)[1].split(";")[0]
    }


def remembered(devices: Devices, *accounts: str) -> dict[str, str]:
    cookies: dict[str, str] = {}
    for account in accounts:
        response = Response()
        devices.remember(response, cookies, account)
        cookies = cookies_of(response)
    return cookies


def test_a_device_is_known_for_the_accounts_that_have_signed_in_there_alone() -> None:
    devices = Devices(["key"], secure=True)
    cookies = remembered(devices, ADA, "bob@example.org")
    assert devices.known(cookies, ADA)
    assert devices.known(cookies, ADA) != devices.known(cookies, "bob@example.org")
    assert devices.known(cookies, "eve@example.org") is None
    assert devices.known({}, ADA) is None


def test_nobody_can_forge_a_known_device() -> None:
    forged = remembered(Devices(["another key"], secure=True), ADA)
    assert Devices(["key"], secure=True).known(forged, ADA) is None
    assert Devices(["key"], secure=True).known({f"__Secure-{COOKIE}": "x.y.z"}, ADA) is None


def test_a_device_is_still_known_after_the_key_was_changed() -> None:
    cookies = remembered(Devices(["old"], secure=True), ADA)
    devices = Devices(["old", "new"], secure=True)
    assert devices.known(cookies, ADA)
    assert Devices(["new"], secure=True).known(cookies, ADA) is None


def test_the_cookie_stays_small_and_tells_nobody_whose_accounts_they_are() -> None:
    accounts = [f"user{number}@example.org" for number in range(50)]
    devices = Devices(["key"], secure=True)
    cookies = remembered(devices, *accounts)
    assert [bool(devices.known(cookies, account)) for account in accounts] == [False] * 45 + [True] * ACCOUNTS_KEPT
    assert len(cookies[devices.cookie]) < 400
    response = Response()
    devices.remember(response, {}, ADA)
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/account"} <= set(response.headers["Set-Cookie"].split("; "))
