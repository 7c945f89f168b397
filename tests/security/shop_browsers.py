"""Browsers in every state in which a form of the shop can be sent, whatever earlier forms did to them."""

import itertools
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from flask import Flask

from tests.security.page_forms import PageForm, forms_of
from tests.storefront.accounts.factors import STEP, turn_on
from tests.storefront.accounts.letterbox import Letterbox
from tests.storefront.accounts.people import PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.stored import accounts_of

SIGN_UP, SIGN_IN, RESET = "/account/sign-up", "/account/sign-in", "/account/reset"
PAGES = (
    "/",
    "/products/mug",
    "/basket",
    "/basket/checkout",
    "/orders",
    "/account/profile",
    "/account/name",
    "/account/email",
    "/account/new-email",
    "/account/devices",
    "/account/password",
    "/account/confirm",
    "/account/data",
    "/account/reviews",
    "/account/recommendations",
    "/account/recommendations/reset",
    "/account/two-step",
    "/account/two-step/set-up",
    "/account/two-step/off",
    SIGN_IN,
    STEP,
    "/account/sign-in/recovery",
    SIGN_UP,
    "/account/open",
    RESET,
    "/account/new-password",
)
"""Where the forms are."""


class ShopBrowsers:
    """One browser for each state; it is brought there again where a form has taken it away."""

    def __init__(self, app: Flask, letters: Letterbox) -> None:
        self._app, self._letters = app, letters
        self._numbers = itertools.count()
        self._open: dict[str, BrowserClient] = {}
        self.states: dict[str, Callable[[], BrowserClient]] = {
            "a stranger": self._stranger,
            "signed in": self._member,
            "an operator, with two steps": self._operator,
            "at the second step": self._half,
            "with a link to open an account": self._newcomer,
            "with a link to a new password": self._forgetful,
            "with a link to a new address": self._moving,
        }

    def one(self, state: str) -> BrowserClient:
        """Return the browser in a state."""
        return self.states[state]()

    def forms(self) -> Iterator[tuple[str, str, PageForm]]:
        """Yield the forms that there are, each with a state and a page that shows it."""
        for state in self.states:
            client = self.one(state)
            for page in (*PAGES, self._order_of(client)):
                answer = client.get(page)
                if answer.status_code == 200:
                    yield from ((state, page, form) for form in forms_of(answer.get_data(as_text=True)))

    def _keep(self, state: str, page: str, make: Callable[[], BrowserClient]) -> BrowserClient:
        """Return the browser if it is still shown a page that only this state is, else a new one."""
        client = self._open.get(state)
        if client is None or client.get(page).status_code != 200:
            client = self._open[state] = make()
            assert client.get(page).status_code == 200, state
        return client

    def _stranger(self) -> BrowserClient:
        return self._keep("stranger", "/", lambda: browser_of(self._app))

    def _member(self) -> BrowserClient:
        return self._keep("member", "/account/profile", self._sign_up)

    def _operator(self) -> BrowserClient:
        def make() -> BrowserClient:
            client = self._sign_up()
            turn_on(client, self._app.config["NOW"])
            assert accounts_of(self._app).set_role(self._address, "operator")
            return client

        return self._keep("operator", "/account/two-step/off", make)

    def _half(self) -> BrowserClient:
        def make() -> BrowserClient:
            client = self._sign_up()
            turn_on(client, self._app.config["NOW"])
            other = browser_of(self._app)
            other.submit(SIGN_IN, {"email": self._address, "password": PASSWORD})
            return other

        return self._keep("half", STEP, make)

    def _newcomer(self) -> BrowserClient:
        def make() -> BrowserClient:
            client = browser_of(self._app)
            self._ask_to_open(client)
            client.get(self._newest_link())
            return client

        return self._keep("newcomer", "/account/open", make)

    def _forgetful(self) -> BrowserClient:
        def make() -> BrowserClient:
            self._sign_up()
            client = browser_of(self._app)
            client.submit(RESET, {"email": self._address})
            client.get(self._newest_link())
            return client

        return self._keep("forgetful", "/account/new-password", make)

    def _moving(self) -> BrowserClient:
        def make() -> BrowserClient:
            client = self._sign_up()
            before = len(self._letters.sent)
            client.submit("/account/email", {"email": f"moved{next(self._numbers)}@example.com"})
            client.get(self._newest_link(before))
            return client

        return self._keep("moving", "/account/new-email", make)

    def _sign_up(self) -> BrowserClient:
        """Return a browser of somebody with an account, an order, a review and a basket."""
        client = browser_of(self._app)
        self._ask_to_open(client)
        client.get(self._newest_link())
        assert client.submit("/account/open").status_code == 303
        for item in ("mug", "cup"):
            client.submit(f"/products/{item}", {"item": item, "quantity": 2}, to="/basket/lines")
            if item == "mug":
                shown = forms_of(client.get("/basket/checkout").get_data(as_text=True))
                order = next(form for form in shown if form.action == "/basket/order")
                assert client.post(order.action, data=dict(order.fields)).status_code == 303
                client.submit("/products/mug", {"stars": 4, "text": "As red as it looks."}, to="/products/mug/review")
        return client

    def _ask_to_open(self, client: BrowserClient) -> None:
        self._address = f"ann{next(self._numbers)}@example.com"
        client.submit(SIGN_UP, {"name": "Ann", "email": self._address, "password": PASSWORD})

    def _newest_link(self, since: int = 0) -> str:
        """Return the path of the newest link in a letter."""
        links = [link for letter in self._letters.sent[since:] for link in re.findall(r"http\S+", letter.text)]
        paths = [str(urlsplit(link).path) for link in links]
        return next(path for path in reversed(paths) if re.search(r"/(sign-up|reset|email)/.", path))

    def _order_of(self, client: BrowserClient) -> str:
        found = re.search(r'href="(/orders/[^"/]+)"', client.get("/orders").get_data(as_text=True))
        return found[1] if found else "/orders"
