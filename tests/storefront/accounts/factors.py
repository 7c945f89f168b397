"""Two-step verification, as somebody with an authenticator app uses it."""

import re
import time
from collections.abc import Callable
from typing import NamedTuple

from storefront.accounts.two_factor.time_codes import code_at, step_at
from tests.storefront.browser_client import BrowserClient

SET_UP, STEP, RECOVERY = "/account/two-step/set-up", "/account/sign-in/code", "/account/sign-in/recovery"


class App(NamedTuple):
    """An app on somebody's phone, and the recovery codes that they have printed."""

    secret: str
    codes: list[str]

    def code(self, ahead: int = 0, now: float | None = None) -> str:
        """Return the code that it shows now, or so many steps later."""
        return code_at(self.secret, step_at(time.time() if now is None else now) + ahead)


def secret_in(page: str) -> str:
    found = re.search(r'class="key"><code[^>]*>([A-Z2-7 ]+)</code>', page)
    assert found, page
    return found[1].replace(" ", "")


def codes_in(page: str) -> list[str]:
    return re.findall(r'<li><code translate="no">([a-z0-9-]+)</code></li>', page)


def turn_on(client: BrowserClient, now: Callable[[], float] = time.time) -> App:
    """Turn two-step verification on for the account that is signed in."""
    secret = secret_in(client.get(SET_UP).get_data(as_text=True))
    answer = client.submit(SET_UP, {"code": code_at(secret, step_at(now()))})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return App(secret, codes_in(answer.get_data(as_text=True)))
