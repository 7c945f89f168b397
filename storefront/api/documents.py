"""What is open to everybody: the OpenAPI document."""

from collections.abc import Sequence
from functools import cache

import msgspec
from flask import Flask, Response, request

from storefront.api.openapi import build_document
from storefront.api.route import Route

DOCUMENT = "/openapi.json"
_SECONDS = 300


def add_document(app: Flask, routes: Sequence[Route]) -> None:
    """Serve the document. It is made when it is asked for first."""

    @cache
    def document(path: str) -> bytes:
        return msgspec.json.encode(build_document(routes, path))

    @app.get(DOCUMENT, endpoint="openapi")
    def show() -> Response:
        headers = {"Cache-Control": f"public, max-age={_SECONDS}", "Access-Control-Allow-Origin": "*"}
        return Response(document(request.script_root), headers=headers, content_type="application/json")
