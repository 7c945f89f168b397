"""Before a push to the operators' room the database is asked whose pages are still operators'."""

from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from online_models.schema.events import VisitorId
from storefront.accounts.account import OPERATOR, SHOPPER
from storefront.accounts.account_store import AccountStore
from storefront.database.connection import Database, DatabaseDown
from storefront.security.operators import Operators
from storefront.web.live.operators_room import GRACE_SECONDS, OperatorsRoom
from tests.storefront.accounts.people import ANN, BOB, an_account
from tests.storefront.manual_clock import Clock

ANNS, BOBS = VisitorId("a-ann"), VisitorId("a-bob")


class Heard:
    """Who heard each push."""

    def __init__(self) -> None:
        self.by: list[frozenset[VisitorId]] = []

    def deliver(self, admitted: Collection[VisitorId]) -> None:
        self.by.append(frozenset(admitted))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path}/shop.db")


@pytest.fixture
def accounts(database: Database) -> AccountStore:
    accounts = AccountStore(database)
    for visitor, email in ((ANNS, ANN), (BOBS, BOB)):
        accounts.add(an_account(visitor, email))
        accounts.set_role(email, OPERATOR)
    return accounts


def here(work: Callable[..., object], *arguments: object) -> None:
    work(*arguments)


def test_who_is_an_operator_no_longer_hears_nothing_from_the_next_push_on(accounts: AccountStore) -> None:
    heard, room = Heard(), OperatorsRoom(Operators(), accounts, here)
    room.admit({ANNS, BOBS}, heard.deliver)
    accounts.set_role(ANN, SHOPPER)
    room.admit({ANNS, BOBS}, heard.deliver)
    assert heard.by == [{ANNS, BOBS}, {BOBS}]


def test_where_the_settings_open_the_figures_nobody_is_asked_about(accounts: AccountStore) -> None:
    heard, room = Heard(), OperatorsRoom(Operators(is_open=True), accounts, here)
    room.admit({VisitorId("v-anybody")}, heard.deliver)
    assert heard.by == [{"v-anybody"}]


def test_one_question_is_asked_at_a_time(accounts: AccountStore) -> None:
    waiting: list[Callable[[], object]] = []
    heard = Heard()
    room = OperatorsRoom(Operators(), accounts, lambda work, *words: waiting.append(lambda: work(*words)))
    for _ in range(3):
        room.admit({ANNS}, heard.deliver)
    assert len(waiting) == 1
    waiting.pop()()
    room.admit({ANNS}, heard.deliver)
    waiting.pop()()
    assert heard.by == [{ANNS}, {ANNS}]


class TroubledAccounts(AccountStore):
    """Accounts in a database that may be down."""

    is_down = False

    def operators_among(self, visitors: Collection[VisitorId]) -> frozenset[VisitorId]:
        if self.is_down:
            raise DatabaseDown
        return super().operators_among(visitors)


def test_while_the_database_is_down_its_last_answer_counts_for_a_minute(
    database: Database, accounts: AccountStore
) -> None:
    clock, heard, troubled = Clock(0.0), Heard(), TroubledAccounts(database)
    room = OperatorsRoom(Operators(), troubled, here, clock)
    troubled.is_down = True
    room.admit({ANNS}, heard.deliver)
    assert heard.by == [], "it never answered"
    troubled.is_down = False
    room.admit({ANNS}, heard.deliver)
    troubled.is_down = True
    clock.now = GRACE_SECONDS
    room.admit({ANNS}, heard.deliver)
    clock.now = GRACE_SECONDS + 1
    room.admit({ANNS}, heard.deliver)
    assert heard.by == [{ANNS}, {ANNS}]
