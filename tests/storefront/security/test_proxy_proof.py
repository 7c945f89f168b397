"""Only who knows the secret says who the client is."""

from typing import Any

import pytest
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Request, Response

from storefront.security.proxy_proof import HEADER, ProxyProof

SECRET = "5" * 32
FORWARDED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example"}


@Request.application
def shop(request: Request) -> Response:
    return Response(f"{request.remote_addr} {request.scheme} {request.host} {request.headers.get(HEADER)}")


def ask(**headers: Any) -> TestResponse:
    client = Client(ProxyProof(ProxyFix(shop, x_for=1, x_proto=1, x_host=1), SECRET))
    return client.get("/", headers=FORWARDED | headers, environ_base={"REMOTE_ADDR": "127.0.0.1"})


def test_the_proxy_is_believed_and_its_secret_goes_no_further() -> None:
    assert ask(**{HEADER: SECRET}).text == "203.0.113.9 https shop.example None"


@pytest.mark.parametrize("proof", [{}, {HEADER: ""}, {HEADER: SECRET[1:]}, {HEADER: "\xe9" * 32}])
def test_anybody_else_is_who_connects(proof: dict[str, str]) -> None:
    assert ask(**proof).text == "127.0.0.1 http localhost None"
