from collections.abc import Callable
from typing import Any

from storefront.accounts.password_strength import Weakness
from storefront.accounts.passwords import AT_ONCE, Passwords, TooBusy
from storefront.workers import GeventWorkers, run_here
from tests.storefront.accounts.people import ANOTHER, PASSWORD


def cheap(workers: Callable[..., Any] = run_here, waiting: int = 32) -> Passwords:
    return Passwords(workers, memory_kib=64, passes=1, waiting=waiting)


def test_a_password_fits_its_own_hash_only() -> None:
    passwords = cheap()
    known = passwords.hash(PASSWORD)
    assert known.startswith("$argon2id$")
    assert passwords.fits(known, PASSWORD)
    assert not passwords.fits(known, ANOTHER)
    assert not passwords.fits("no hash at all", PASSWORD)


def test_a_password_fits_however_a_keyboard_composes_it() -> None:
    passwords = cheap()
    assert passwords.fits(passwords.hash("caf\u00e9 on the quay"), "cafe\u0301 on the quay")


def test_without_an_account_the_work_is_the_same_and_the_answer_no() -> None:
    done: list[str] = []

    def counting(work: Callable[..., Any], *arguments: str) -> Any:
        done.append(getattr(work, "__name__", ""))
        return work(*arguments)

    passwords = cheap(counting)
    passwords.fits(None, PASSWORD)
    done.clear()
    assert not passwords.fits(None, PASSWORD)
    assert done == ["_verify"]


def test_a_hash_of_other_parameters_is_outdated() -> None:
    assert Passwords(memory_kib=128, passes=1).is_outdated(cheap().hash(PASSWORD))
    assert not cheap().is_outdated(cheap().hash(PASSWORD))


def test_more_at_once_than_the_shop_takes_on_is_refused() -> None:
    refused: list[bool] = []

    def asking_again(work: Callable[..., Any], *arguments: str) -> Any:
        try:
            passwords.hash(ANOTHER)
        except TooBusy:
            refused.append(True)
        return work(*arguments)

    passwords = cheap(asking_again, waiting=1)
    assert passwords.hash(PASSWORD)
    assert refused == [True]


def test_gevent_goes_on_while_a_password_is_hashed() -> None:
    passwords = cheap(GeventWorkers(AT_ONCE))
    assert passwords.fits(passwords.hash(PASSWORD), PASSWORD)


def test_gevent_goes_on_while_a_password_is_judged() -> None:
    passwords = Passwords(judges=GeventWorkers(1))
    assert passwords.weakness(PASSWORD, "Ann Miller") is None
    assert passwords.weakness("1q2w3e4r5t", "Ann Miller") is Weakness.COMMON
