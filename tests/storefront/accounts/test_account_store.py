import pytest

from online_models.schema.events import VisitorId
from storefront.accounts.account import OPERATOR
from storefront.accounts.account_store import AccountStore, EmailTaken
from storefront.accounts.preferences import AccountPreferences, Preferences
from storefront.accounts.sign_ins import DAY, FRESH_FOR, MOST_EACH, SignInStore
from storefront.database.connection import Database
from storefront.events.outbox import EventOutbox
from tests.storefront.accounts.people import ANN, BOB, NOW, an_account
from tests.storefront.in_memory import MemoryEventPublisher

A1 = VisitorId("a1")


@pytest.fixture
def store(database: Database) -> AccountStore:
    store = AccountStore(database)
    store.add(an_account())
    return store


@pytest.fixture
def sign_ins(database: Database, store: AccountStore) -> SignInStore:
    return SignInStore(database)


def test_an_account_is_found_by_its_id_and_by_its_address_however_typed(store: AccountStore) -> None:
    found = store.find_by_email(" ANN@example.COM")
    assert found is not None
    assert (found.visitor, found.email, found.created_at) == (A1, ANN, NOW)
    assert store.find(VisitorId("a2")) is None
    assert store.find_by_email(BOB) is None


def test_an_address_belongs_to_one_account(store: AccountStore) -> None:
    with pytest.raises(EmailTaken):
        store.add(an_account("a2", "Ann@Example.com"))
    store.add(an_account("a2", BOB))
    with pytest.raises(EmailTaken):
        store.set_email(VisitorId("a2"), ANN)


def test_name_address_password_and_role_change(store: AccountStore) -> None:
    store.set_name(A1, "Annabel")
    store.set_email(A1, BOB)
    store.set_password(A1, "$new")
    assert store.set_role(BOB, OPERATOR)
    assert not store.set_role(ANN, OPERATOR)
    found = store.find(A1)
    assert found is not None
    assert (found.name, found.email, found.password_hash, found.is_operator) == ("Annabel", BOB, "$new", True)


def test_a_removed_account_leaves_no_sign_in(store: AccountStore, sign_ins: SignInStore, database: Database) -> None:
    token = sign_ins.add(A1, "agent", NOW)
    with database.begin() as connection:
        store.remove(connection, A1)
    assert sign_ins.find(token, NOW) is None


def test_a_sign_in_is_found_by_its_token_alone(sign_ins: SignInStore) -> None:
    token = sign_ins.add(A1, "agent", NOW)
    found = sign_ins.find(token, NOW)
    assert found is not None
    sign_in, account = found
    assert (account.visitor, account.email, sign_in.agent, sign_in.created_at) == (A1, ANN, "agent", NOW)
    assert token not in sign_in.key
    assert sign_ins.find(sign_in.key, NOW) is None


def test_a_sign_in_ends_after_two_idle_weeks(sign_ins: SignInStore) -> None:
    token = sign_ins.add(A1, "agent", NOW)
    assert sign_ins.find(token, NOW + 14 * DAY - 1)
    assert not sign_ins.find(token, NOW + 14 * DAY)


def test_a_sign_in_ends_after_ninety_days_however_busy(sign_ins: SignInStore) -> None:
    token = sign_ins.add(A1, "agent", NOW)
    found = sign_ins.find(token, NOW)
    assert found is not None
    for day in range(1, 90, 7):
        sign_ins.touch(found[0].key, NOW + day * DAY)
    sign_ins.touch(found[0].key, NOW + 89 * DAY)
    assert sign_ins.find(token, NOW + 90 * DAY - 1)
    assert not sign_ins.find(token, NOW + 90 * DAY)


def test_the_password_counts_as_given_for_a_quarter_of_an_hour(sign_ins: SignInStore) -> None:
    token = sign_ins.add(A1, "agent", NOW)

    def is_fresh(at: float) -> bool:
        found = sign_ins.find(token, at)
        assert found is not None
        return found[0].is_fresh(at)

    assert is_fresh(NOW + FRESH_FOR - 1)
    assert not is_fresh(NOW + FRESH_FOR)
    sign_ins.confirm(sign_ins.of(A1, NOW)[0].key, NOW + FRESH_FOR)
    assert is_fresh(NOW + FRESH_FOR)


def test_an_account_has_so_many_sign_ins_and_the_oldest_go(sign_ins: SignInStore) -> None:
    tokens = [sign_ins.add(A1, str(number), NOW + number) for number in range(MOST_EACH + 3)]
    assert len(sign_ins.of(A1, NOW + 100)) == MOST_EACH
    assert not sign_ins.find(tokens[2], NOW + 100)
    assert sign_ins.find(tokens[3], NOW + 100)


def test_what_is_over_is_purged_at_the_next_sign_in(sign_ins: SignInStore, database: Database) -> None:
    sign_ins.add(A1, "old", NOW)
    sign_ins.add(A1, "new", NOW + 20 * DAY)
    with database.begin() as connection:
        rows = connection.exec_driver_sql("SELECT agent FROM sign_ins").scalars().all()
    assert rows == ["new"]


def test_preferences_are_replaced_as_a_whole(database: Database, store: AccountStore) -> None:
    preferences = AccountPreferences(database, EventOutbox(database, MemoryEventPublisher()), lambda: NOW)
    assert preferences.read(A1) == Preferences()
    preferences.declare(A1, Preferences(categories=("mugs",), colours=("red",), min_price=100, max_price=900))
    preferences.declare(A1, wished := Preferences(colours=("blue",)))
    assert preferences.read(A1) == wished
