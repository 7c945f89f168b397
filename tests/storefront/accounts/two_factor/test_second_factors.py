"""The accounts' second factors, on either kind of database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from online_models.schema.events import VisitorId
from storefront.accounts.account_store import AccountStore
from storefront.accounts.passwords import Passwords
from storefront.accounts.two_factor.recovery_codes import COUNT
from storefront.accounts.two_factor.second_factors import SETUP_SECONDS, SecondFactors
from storefront.accounts.two_factor.secret_box import SecretBox
from storefront.accounts.two_factor.time_codes import STEP_SECONDS, code_at, step_at
from storefront.database.connection import Database
from storefront.database.tables import recovery_codes, second_factors
from tests.storefront.accounts.people import BOB, NOW, an_account
from tests.storefront.manual_clock import Clock

A1, B1 = VisitorId("a1"), VisitorId("b1")
KEY, NEXT_KEY = "a key of the tests, long enough", "the next key of the tests, long enough"


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


def made(database: Database, clock: Clock, *keys: str) -> SecondFactors:
    return SecondFactors(database, SecretBox(keys or (KEY,)), Passwords(memory_kib=64, passes=1), clock)


@pytest.fixture
def factors(database: Database, clock: Clock) -> SecondFactors:
    store = AccountStore(database)
    store.add(an_account("a1"))
    store.add(an_account("b1", BOB))
    return made(database, clock)


def turn_on(factors: SecondFactors, clock: Clock, visitor: VisitorId = A1) -> tuple[str, list[str]]:
    secret = factors.begin(visitor)
    assert secret
    codes = factors.confirm(visitor, code_at(secret, step_at(clock())))
    assert codes
    return secret, codes


def test_it_is_on_once_a_code_has_shown_that_the_app_has_the_secret(factors: SecondFactors, clock: Clock) -> None:
    secret = factors.begin(A1)
    assert secret
    assert factors.confirm(A1, "000000" if code_at(secret, step_at(NOW)) != "000000" else "000001") is None
    assert not factors.is_on(A1)
    assert factors.status(A1) is None
    assert not factors.check_code(A1, code_at(secret, step_at(NOW))), "a secret that waits opens nothing"
    codes = factors.confirm(A1, code_at(secret, step_at(NOW)))
    assert codes is not None
    assert len(codes) == COUNT
    assert factors.is_on(A1)
    assert not factors.is_on(B1)
    status = factors.status(A1)
    assert status is not None
    assert (status.on_since, status.codes_left) == (NOW, COUNT)
    assert factors.begin(A1) is None, "its secret is shown to nobody any more"


def test_a_secret_that_waits_stays_for_an_hour(factors: SecondFactors, clock: Clock) -> None:
    first = factors.begin(A1)
    assert factors.begin(A1) == first
    clock.now += SETUP_SECONDS
    assert factors.begin(A1) != first


def test_a_code_is_right_once_and_none_before_it_is_afterwards(factors: SecondFactors, clock: Clock) -> None:
    secret, _ = turn_on(factors, clock)
    assert not factors.check_code(A1, code_at(secret, step_at(NOW))), "it turned it on"
    ahead = code_at(secret, step_at(NOW) + 1)
    assert factors.check_code(A1, ahead)
    assert not factors.check_code(A1, ahead)
    clock.now += STEP_SECONDS
    assert not factors.check_code(A1, code_at(secret, step_at(NOW)))
    assert not factors.check_code(A1, ahead)
    clock.now += STEP_SECONDS
    assert factors.check_code(A1, code_at(secret, step_at(clock())))


def test_of_many_who_send_one_code_at_once_one_gets_in(factors: SecondFactors, clock: Clock) -> None:
    secret, codes = turn_on(factors, clock)
    code = code_at(secret, step_at(NOW) + 1)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: factors.check_code(A1, code), range(16))) == 1
        assert sum(pool.map(lambda _: factors.use_recovery_code(A1, codes[0]), range(16))) == 1


def test_a_recovery_code_is_good_once_for_its_own_account(factors: SecondFactors, clock: Clock) -> None:
    _, codes = turn_on(factors, clock)
    turn_on(factors, clock, B1)
    assert not factors.use_recovery_code(B1, codes[0])
    assert factors.use_recovery_code(A1, codes[0].upper())
    assert not factors.use_recovery_code(A1, codes[0])
    assert not factors.use_recovery_code(A1, f"{codes[1][:-1]}{'x' if codes[1][-1] != 'x' else 'y'}")
    assert not factors.use_recovery_code(A1, "nonsense")
    status = factors.status(A1)
    assert status is not None
    assert status.codes_left == COUNT - 1


def test_new_recovery_codes_replace_those_of_before(factors: SecondFactors, clock: Clock) -> None:
    _, before = turn_on(factors, clock)
    after = factors.renew_codes(A1)
    assert after is not None
    assert not set(before) & set(after)
    assert not factors.use_recovery_code(A1, before[3])
    assert factors.use_recovery_code(A1, after[3])
    assert factors.renew_codes(B1) is None


def test_turned_off_nothing_of_it_is_left(factors: SecondFactors, clock: Clock, database: Database) -> None:
    _, codes = turn_on(factors, clock)
    assert factors.turn_off(A1)
    assert not factors.turn_off(A1)
    assert not factors.is_on(A1)
    assert not factors.use_recovery_code(A1, codes[0])
    assert rows(database) == ([], [])


def test_it_goes_with_the_account(factors: SecondFactors, clock: Clock, database: Database) -> None:
    turn_on(factors, clock)
    with database.begin() as connection:
        AccountStore(database).remove(connection, A1)
    assert rows(database) == ([], [])


def test_the_database_holds_neither_secret_nor_codes(factors: SecondFactors, clock: Clock, database: Database) -> None:
    secret, codes = turn_on(factors, clock)
    kept = repr(rows(database))
    assert secret not in kept
    assert not any(code in kept or code.replace("-", "")[4:] in kept for code in codes)


def test_with_a_new_key_secrets_are_encrypted_again_and_the_former_one_can_go(
    factors: SecondFactors, clock: Clock, database: Database
) -> None:
    secret, _ = turn_on(factors, clock)
    made(database, clock, KEY, NEXT_KEY).seal_again()
    alone = made(database, clock, NEXT_KEY)
    alone.seal_again()
    assert alone.check_code(A1, code_at(secret, step_at(NOW) + 1))


def test_without_its_key_a_secret_opens_nothing_and_recovery_codes_still_do(
    factors: SecondFactors, clock: Clock, database: Database
) -> None:
    secret, codes = turn_on(factors, clock)
    stranger = made(database, clock, NEXT_KEY)
    stranger.seal_again()
    assert not stranger.check_code(A1, code_at(secret, step_at(NOW) + 1))
    assert stranger.use_recovery_code(A1, codes[0])
    assert factors.check_code(A1, code_at(secret, step_at(NOW) + 1)), "the key came back"


def rows(database: Database) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    with database.read() as connection:
        return (
            [tuple(row) for row in connection.execute(select(second_factors))],
            [tuple(row) for row in connection.execute(select(recovery_codes))],
        )
