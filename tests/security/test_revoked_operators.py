"""A role that is revoked ends at once: for pages and for open sockets, on every storefront, whatever Redis is told."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import socketio
from flask_socketio import SocketIO
from redis import Redis
from socketio.exceptions import ConnectionError as NoConnection

from infra.programs.ports import LOOPBACK, free_port
from infra.stack.home import Home, lock_home
from infra.stack.servers import DATABASE, REDIS
from online_models.schema.messages import IDENTITY_CHANGED, OPERATORS, OPS_STATS
from storefront.accounts.account_store import AccountStore
from storefront.accounts.passwords import Passwords
from storefront.accounts.two_factor.second_factors import SecondFactors
from storefront.accounts.two_factor.secret_box import SecretBox
from storefront.accounts.two_factor.time_codes import code_at, step_at
from storefront.database.connection import Database
from storefront.visitor_state.visitors import KEY_FILE
from tests.storefront.app.test_two_storefronts import Browser, sign_up
from tests.storefront.running_shop import DEADLINE, RunningShop, ShopProcess, learner_at, publish_catalog, wait_until

pytestmark = [
    pytest.mark.integration,
    # The client leaves its end open where the shop has closed the connection.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

NOBODY = f"redis://{LOOPBACK}:1/0"


class Shops(NamedTuple):
    """Two storefronts of one shop, and what pushes through their Redis as the monitor would."""

    one: RunningShop
    two: RunningShop
    monitor: SocketIO

    @property
    def home(self) -> Path:
        return self.one.home

    @property
    def servers(self) -> dict[str, str]:
        return {REDIS: self.one.process.redis_url, DATABASE: f"sqlite:///{self.home}/shop.db"}


class OpsPage:
    """The socket of an operators' page, and what it has heard."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.is_closed = False

    def hear(self, name: str, *_: object) -> None:
        self.heard.append(name)

    def close(self, *_: object) -> None:
        self.is_closed = True


@contextmanager
def opened(shop: RunningShop, browser: Browser) -> Iterator[OpsPage]:
    page, client = OpsPage(), socketio.Client(reconnection=False, websocket_extra_options={"suppress_origin": True})
    client.on("*", page.hear)
    client.on("disconnect", page.close)
    client.connect(
        shop.address,
        headers={"Cookie": browser.cookie},
        auth={"ops": True},
        transports=["websocket"],
        wait_timeout=DEADLINE,
    )
    try:
        yield page
    finally:
        client.disconnect()


@pytest.fixture(scope="module")
def shops(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shops]:
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
        publish_catalog(redis)
    home = tmp_path_factory.mktemp("home")
    processes = [ShopProcess(home, free_port(), redis_url, RIVERFRONT_OPS_OPEN="0") for _ in range(2)]
    monitor = learner_at(redis_url)
    try:
        with ThreadPoolExecutor(2) as both:
            list(both.map(ShopProcess.start, processes))
        yield Shops(RunningShop(processes[0], monitor), RunningShop(processes[1], monitor), monitor)
    finally:
        for process in processes:
            process.stop()


@pytest.fixture
def ann(shops: Shops) -> Browser:
    """Somebody with an account."""
    browser = Browser()
    browser.get(shops.one)
    return browser


@pytest.fixture
def email(shops: Shops, ann: Browser) -> str:
    """The address of an operator's account, signed in to which ``ann`` is."""
    email = f"{uuid.uuid4().hex[:8]}@example.com"
    sign_up(ann, shops.one, email)
    make_operator(shops, email)
    return email


def make_operator(shops: Shops, email: str) -> None:
    """Turn two-step verification on, which operators need, and grant the role."""
    database = Database(shops.servers[DATABASE], is_patient=True)
    account = AccountStore(database).find_by_email(email)
    assert account is not None
    box = SecretBox(((shops.home / KEY_FILE).read_text(),))
    factors = SecondFactors(database, box, Passwords(memory_kib=64, passes=1), time.time)
    secret = factors.begin(account.visitor)
    assert secret is not None
    assert factors.confirm(account.visitor, code_at(secret, step_at(time.time())))
    database.close()
    answer = operator(shops.home, "grant", email)
    assert answer.returncode == 0, answer.stderr


def operator(home: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run ``riverfront operator`` in another terminal: with the shop's folder and nothing else of its environment."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("RIVERFRONT_")}
    return subprocess.run(
        [sys.executable, "-m", "infra", "operator", *words],
        env=plain | {"RIVERFRONT_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        timeout=600,
    )


def push(shops: Shops) -> None:
    shops.monitor.emit(OPS_STATS, {"at": time.time()}, to=OPERATORS)


def push_until(shops: Shops, *pages: OpsPage) -> None:
    """Push figures, as the monitor does again and again, until all these pages are closed."""

    def is_over() -> bool:
        push(shops)
        return all(page.is_closed for page in pages)

    wait_until(is_over)


def test_an_open_operators_page_is_closed_when_the_role_is_revoked(shops: Shops, ann: Browser, email: str) -> None:
    """Where no storefront hears of it: the database says so, at the next push, on each of them."""
    with opened(shops.one, ann) as here, opened(shops.two, ann) as there:
        push(shops)
        wait_until(lambda: OPS_STATS in here.heard and OPS_STATS in there.heard)
        answer = operator(shops.home, "revoke", email, RIVERFRONT_REDIS=NOBODY)
        assert answer.returncode == 0, answer.stderr
        assert "Redis does not answer" in answer.stderr
        before = here.heard.count(OPS_STATS), there.heard.count(OPS_STATS)
        push_until(shops, here, there)
    assert (here.heard.count(OPS_STATS), there.heard.count(OPS_STATS)) == before, "no figure more"
    assert here.heard[-1] == there.heard[-1] == IDENTITY_CHANGED, "the page is told to load again"
    assert ann.session.get(f"{shops.two.address}/ops", timeout=DEADLINE).status_code == 403
    with pytest.raises(NoConnection), opened(shops.two, ann):
        pass


def test_of_two_operators_one_who_is_revoked_does_not_close_the_others_page(
    shops: Shops, ann: Browser, email: str
) -> None:
    bob, bobs = Browser(), f"{uuid.uuid4().hex[:8]}@example.com"
    bob.get(shops.one)
    sign_up(bob, shops.one, bobs)
    make_operator(shops, bobs)
    with opened(shops.one, ann) as anns, opened(shops.one, bob) as still:
        operator(shops.home, "revoke", email, RIVERFRONT_REDIS=NOBODY)
        push_until(shops, anns)
        heard = still.heard.count(OPS_STATS)
        push(shops)
        wait_until(lambda: still.heard.count(OPS_STATS) > heard)
        assert not still.is_closed


def test_a_command_beside_a_running_stack_talks_to_its_redis_and_database(
    shops: Shops, ann: Browser, email: str
) -> None:
    """It knows nothing but the folder. Open pages are closed at once: nothing is pushed."""
    home = Home(shops.home)
    with lock_home(home), opened(shops.one, ann) as here, opened(shops.two, ann) as there:
        home.write_servers(shops.servers)
        answer = operator(shops.home, "revoke", email)
        assert answer.returncode == 0
        assert answer.stderr == "", "there is nothing to say"
        wait_until(lambda: here.is_closed and there.is_closed)
    home.forget_servers()
    assert IDENTITY_CHANGED in here.heard


def test_where_nothing_runs_a_command_says_so_and_makes_no_database(tmp_path: Path) -> None:
    answer = operator(tmp_path, "revoke", "ann@example.com")
    assert answer.returncode == 1
    assert f"No Riverfront runs in {tmp_path} (RIVERFRONT_HOME)" in answer.stderr
    assert "There is no shop's database at" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_operator_of_the_machine_signs_an_account_out_everywhere(shops: Shops, ann: Browser, email: str) -> None:
    home = Home(shops.home)
    with lock_home(home), opened(shops.two, ann) as page:
        home.write_servers(shops.servers)
        assert operator(shops.home, "sign-out", email).returncode == 0
        wait_until(lambda: page.is_closed)
    home.forget_servers()
    answer = ann.session.get(f"{shops.two.address}/account/profile", timeout=DEADLINE, allow_redirects=False)
    assert answer.status_code in {302, 303}
    assert "/account/sign-in" in answer.headers["Location"]
