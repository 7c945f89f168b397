"""What is open to everybody: the OpenAPI document."""

from collections.abc import Sequence
from functools import cache

import msgspec
from flask import Flask, Response

from storefront.api.openapi import build_document
from storefront.api.route import Route

DOCUMENT = "/openapi.json"
_SECONDS = 300


def add_document(app: Flask, routes: Sequence[Route]) -> None:
    """Serve the document. It is made when it is asked for first."""

    @cache
    def document() -> bytes:
        return msgspec.json.encode(build_document(routes))

    @app.get(DOCUMENT, endpoint="openapi")
    def show() -> Response:
        headers = {"Cache-Control": f"public, max-age={_SECONDS}", "Access-Control-Allow-Origin": "*"}
        return Response(document(), headers=headers, content_type="application/json")
