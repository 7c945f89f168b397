"""The example shop of django-oscar, in an environment of its own, in Chromium, beside a running Riverfront."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from connections.listening import is_listening
from infra.programs.ports import LOOPBACK, free_port
from infra.programs.program import Child, Program
from infra.setup.clone import Clone
from infra.setup.python_packages import oscar_python
from tests.end_to_end.foreign_shop import ForeignShop, run
from tests.end_to_end.running_stack import UP, RunningStack

pytestmark = [pytest.mark.integration, pytest.mark.browser]

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "django_oscar"
DEADLINE = 30_000
CARDS = "riverfront-rail article"
TEAPOT = "1"
"""The first product's number, which is its id at Riverfront."""


def manage(environment: dict[str, str], *words: str) -> str:
    command = [str(oscar_python(Clone(ROOT))), str(EXAMPLE / "manage.py"), *words]
    answer = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=180)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


@pytest.fixture
def shop(start: Callable[..., RunningStack], tmp_path: Path) -> Iterator[ForeignShop]:
    python, port = oscar_python(Clone(ROOT)), free_port()
    if not python.exists():
        pytest.skip("django-oscar is not there: run `make setup-tests`")
    stack, address = start(UP), f"http://{LOOPBACK}:{port}"
    stack.wait_until_up()
    keys = ("-m", "infra", "keys")
    server_key = run(stack, *keys, "create", "--scope", "server")
    browser_key = run(stack, *keys, "create", "--scope", "browser", "--origin", address)
    name = next(line.split()[0] for line in run(stack, *keys, "list").splitlines() if " browser " in line)
    environment = {
        "SHOP_HOME": str(tmp_path / "shop"),
        "RIVERFRONT_URL": stack.address,
        "RIVERFRONT_SERVER_KEY": server_key,
        "RIVERFRONT_BROWSER_KEY": browser_key,
        "RIVERFRONT_BROWSER_KEY_NAME": name,
        "RIVERFRONT_SIGNING_SECRET": run(stack, *keys, "signing-secret", name),
    }
    manage(environment, "migrate", "-v0")
    manage(environment | {"RIVERFRONT_SERVER_KEY": ""}, "load_products")
    assert manage(environment, "send_catalog") == "Sent 24 products."
    serve = (str(python), str(EXAMPLE / "manage.py"), "runserver", "--noreload", str(port))
    log = tmp_path / "shop.log"
    ready = Program("The shop", serve, log, environment, ready=lambda: is_listening(f"{LOOPBACK}:{port}"))
    child = Child(ready)
    try:
        child.wait_until_ready()
        shop = ForeignShop(address, stack, server_key)
        stack.wait_for(lambda: shop.serves(TEAPOT), 60)
        shop.tell({"kind": "item_viewed", "visitor": "the first", "item": TEAPOT})
        # The learner compiles what it needs for its first list.
        stack.wait_for(lambda: bool(shop.ask("/visitors/the%20first/recommendations").get("is_personal")), 240)
        yield shop
    finally:
        child.stop()


@pytest.fixture
def context(browser: Browser, shop: ForeignShop) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=shop.address)
    # The shop's pages ask a public server for jQuery first, and then have their own.
    context.route("**/ajax.googleapis.com/**", lambda route: route.abort())
    context.set_default_timeout(DEADLINE)
    yield context
    context.close()


def open_page(page: Page, path: str) -> None:
    page.goto(path, wait_until="domcontentloaded")
    expect(page.locator(CARDS)).not_to_have_count(0)


def visitor_of(page: Page) -> str:
    """Return who the page's token says that its visitor is."""
    script = "async () => JSON.parse(atob((await (await fetch('/riverfront-token')).text()).split('.')[1])).sub"
    return str(page.evaluate(script))


def test_a_shop_of_django_oscar_has_lists_that_move(shop: ForeignShop, context: BrowserContext) -> None:
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))

    # Who has no account is known by the session. A view is learned, and changes the list on the open page.
    open_page(page, f"/catalogue/item_{TEAPOT}/")
    visitor = visitor_of(page)
    assert visitor.startswith("session-")
    shop.stack.wait_for(lambda: TEAPOT in shop.has_done(visitor, "viewed"), 60)
    page.wait_for_function("() => /~/.test(document.querySelector('riverfront-rail').rankingId)")

    # What is put into the basket, the shop's server tells.
    page.get_by_role("button", name="Add to basket").first.click()
    page.wait_for_load_state("domcontentloaded")
    shop.stack.wait_for(lambda: TEAPOT in shop.has_done(visitor, "in_basket"), 60)

    # The list leads on to the shop's own pages, and takes what its visitor does not want.
    open_page(page, "/catalogue/")
    card = page.locator(CARDS).first
    title = card.locator("[data-field=title]").inner_text()
    card.locator("[data-field=dismiss]").click()
    expect(page.locator(CARDS).filter(has_text=title)).to_have_count(0)
    link = page.locator(f"{CARDS} a").first
    wanted = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(wanted)

    # With an account the visitor is the account, which has what the session had.
    page.goto("/accounts/login/", wait_until="domcontentloaded")
    form = page.locator("#register_form")
    form.locator("[name=registration-email]").fill("ann@example.com")
    for name in ("registration-password1", "registration-password2"):
        form.locator(f"[name={name}]").fill("a lantern on the quay")
    form.get_by_role("button", name="Register").click()
    expect(page.get_by_text("Thanks for registering!")).to_be_visible()
    open_page(page, "/catalogue/")
    account = visitor_of(page)
    assert account.startswith("customer-")
    shop.stack.wait_for(lambda: TEAPOT in shop.has_done(account, "in_basket"), 60)
    assert failures == []
