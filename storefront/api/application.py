"""The API's own Flask application: no cookie, session, CSRF token or translation of the shop's is touched for it."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import MapAdapter

from storefront.api import problems
from storefront.api.answers import respond
from storefront.api.gate import Gate, check_visitor
from storefront.api.keys.api_key import Scope
from storefront.api.keys.credentials import Credentials
from storefront.api.reading import read_body, read_path, read_query
from storefront.api.route import Call, Route

MOST_BODY_BYTES = 4 * 1024 * 1024
"""A batch of 1,000 events of four kB each."""

PREFLIGHT_SECONDS = 7_200
_CORS_HEADERS = "authorization, content-type, idempotency-key, if-none-match"
OPEN_TO_ALL = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "etag, retry-after"))
"""Lets pages of other origins read an answer. There are no cookies that could go with it."""


class _NoSession(SessionInterface):
    """Opens nothing: keys are all that the API knows of who asks."""

    _null = NullSession()

    def open_session(self, app: Flask, request: Any) -> NullSession:  # noqa: ARG002
        return self._null

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Keep nothing."""


class _Api(Flask):
    """Flask without what the API has no use for, each of which costs as much as reading a list: async views, hosts."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view as it is."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Match by the path alone: the shop has checked the host."""
        if request is None:
            return None
        return self.url_map.bind("", request.root_path, default_method=request.method, path_info=request.path)


def create_api(
    routes: Iterable[Route], credentials: Credentials, watch: Callable[[Flask], object] = lambda _: None
) -> Flask:
    """Make the application of all routes, which `storefront.api.mount` puts beside the shop.

    ``watch`` is bound to it first: it times what is answered.
    """
    app = _Api("storefront.api", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MOST_BODY_BYTES)
    app.session_interface = _NoSession()
    app.url_map.merge_slashes = False
    watch(app)
    problems.bind(app)
    gate = Gate(credentials)
    open_to_browsers: set[str] = set()
    for route in routes:
        app.add_url_rule(route.rule, route.name, _view(route, gate), methods=[route.method])
        if route.scope is Scope.BROWSER:
            open_to_browsers.add(route.name)

    @app.after_request
    def share(response: Response) -> Response:
        """Let pages of other origins read what a browser's key opens."""
        if request.endpoint in open_to_browsers or request.endpoint is None:
            _allow_origins(response)
        return response

    return app


def _view(route: Route, gate: Gate) -> Any:
    def view(**sent: str) -> Response:
        grant = gate.admit(route)
        path = {name: read_path(name, value) for name, value in sent.items()}
        query = read_query(route.query)
        named = path.get("visitor", getattr(query, "visitor", None))
        if named is not None:
            check_visitor(grant, named)
        body = None if route.body is None or not route.reads_body else read_body(route.body)
        call = Call(grant=grant, query=query, body=body, charge=partial(gate.charge, grant.key))
        return respond(route.handle(call, **path), has_etag=route.has_etag)

    return view


def _allow_origins(response: Response) -> None:
    headers = response.headers
    headers.update(OPEN_TO_ALL)
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "")
        headers["Access-Control-Allow-Headers"] = _CORS_HEADERS
        headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
