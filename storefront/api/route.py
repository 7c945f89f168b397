"""One route of the API: what it takes, what it answers, and who may call it. The OpenAPI document is made of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from storefront.api.keys.api_key import Scope
from storefront.api.keys.grant import Grant

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A checked request.

    Attributes
    ----------
    grant
        What let it in.
    query, body
        Of the types that the route names; None where it names none.
    charge
        Counts more with the key's rate than the request itself, which counts as one. Raises `Problem`.
    """

    grant: Grant
    query: Any = None
    body: Any = None
    charge: Callable[[int], None] = lambda _: None


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer whose status is not 200, or that has headers of its own."""

    content: Any = None
    status: int = 200
    headers: Mapping[str, str] = {}


Handler = Callable[..., Any]
"""Takes a `Call`, and the parameters of the path by name; returns a value to be sent as JSON, or a `Reply`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route.

    Attributes
    ----------
    path
        With parameters in braces. `storefront.api.reading` names their types.
    name
        The operation's id in the document.
    query, body
        What its query and its JSON body are checked against; None for none.
    answers
        The type of each status that it answers itself, besides problems; None for an answer without a body.
    has_etag
        Whether clients can ask again with ``If-None-Match``.
    is_ready
        Whether it is read so often that `storefront.api.fast_lane` answers it.
    takes_idempotency_key
        Whether the same request may be sent again under an ``Idempotency-Key``.
    reads_body
        False where the handler reads the request's body by itself.
    reads_plain
        Whether pages may send their key in a body of plain text.
    media, examples
        The kinds of body that the document names, and bodies that it shows, by name.
    """

    method: Method
    path: str
    name: str
    tag: str
    summary: str
    handle: Handler
    scope: Scope = Scope.SERVER
    description: str = ""
    query: type[msgspec.Struct] | None = None
    body: Any = None
    answers: Mapping[int, Any] = field(default_factory=dict)
    has_etag: bool = False
    is_ready: bool = False
    takes_idempotency_key: bool = False
    reads_body: bool = True
    reads_plain: bool = False
    media: tuple[str, ...] = ("application/json",)
    examples: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        """The path, as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")
