"""Brings a page up to date that was disconnected: the messages that it may have missed.

They are made from the present state, as if it had just changed.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any

import msgspec
from flask import request
from flask_socketio import SocketIO, disconnect

from online_models.schema import messages
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.keyspace import RANKING_LENGTH, TRENDING_LENGTH
from storefront.accounts.authenticator import Authenticator
from storefront.limits.leaky_buckets import RateLimit
from storefront.serving.lists import Lists, ShownList
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.belongings import BelongingsReader
from storefront.web.live.caller import ACCOUNT, Caller, caller_of

PER_SECOND, BURST = 0.5, 20
"""How often one visitor's pages may ask for all their lists: at each connection, and when they wake."""

AT_ONCE, TURN_SECONDS = 4, 2.5
"""How many are answered at a time, and how long one waits for its turn: a page does not wait longer for the answer.

Pages that come back together would otherwise hold up every request until the last of them has its lists.
"""

Named = tuple[str, msgspec.Struct]
"""A message with its name."""


@dataclass(frozen=True, slots=True)
class PageState:
    """Makes messages from the present state of a visitor's pages."""

    reader: ServingReader
    lists: Lists
    belongings: BelongingsReader

    def read(self, visitor: VisitorId, page: Mapping[str, Any]) -> Iterator[Named]:
        """Yield the messages for a page that names the ``lists`` it shows, its open ``item`` and its ``ranking_id``."""
        lists = page.get("lists")
        item = page.get("item")
        shown = frozenset(name for name in lists if isinstance(name, str)) if isinstance(lists, list) else frozenset()
        belongings = self.belongings.read(visitor)
        if withdrawn := self.reader.read_catalog().withdrawn:
            yield messages.ITEMS_WITHDRAWN, messages.ItemsWithdrawn(items=withdrawn)
        if belongings.is_known:
            yield messages.BASKET_CHANGED, messages.BasketChanged(count=belongings.count)
        if "for_you" in shown:
            yield from self._own_list(visitor, page.get("ranking_id"))
        if "trending" in shown:
            yield (
                messages.TRENDING_CHANGED,
                messages.TrendingChanged(items=self.lists.read_trending(visitor, TRENDING_LENGTH).items),
            )
        if "bought_together" in shown:
            yield from _related("bought_together", self.lists.read_bought_together(visitor, belongings.basket))
        if isinstance(item, str) and self.reader.read_catalog().product(ItemId(item)) is not None:
            opened = ItemId(item)
            if "goes_well_with" in shown:
                yield from _related("goes_well_with", self.lists.read_goes_well_with(visitor, opened), opened)
            if stars := belongings.stars.get(opened):
                yield messages.RATING_CHANGED, messages.RatingChanged(item=opened, stars=stars)
            if belongings.is_known:
                is_wished = opened in belongings.wished
                yield messages.WISH_CHANGED, messages.WishChanged(item=opened, is_wished=is_wished)

    def _own_list(self, visitor: VisitorId, known: object) -> Iterator[Named]:
        ranking = self.lists.read_own(visitor)
        if ranking is not None and ranking.ranking_id != known:
            items = self.lists.read_for_you(visitor, RANKING_LENGTH).items
            yield messages.RANKING_CHANGED, messages.RankingChanged(ranking_id=ranking.ranking_id, items=items)


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Answers pages that were disconnected, each visitor's as often as ``limit`` allows."""

    page_state: PageState
    authenticator: Authenticator
    limit: RateLimit
    now: Callable[[], float] = time.time
    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def bind(self, socketio: SocketIO) -> None:
        """Have an application's server call the handler."""
        socketio.on_event(messages.CATCH_UP, self.catch_up)

    def catch_up(self, fields: object = None, *_: object) -> object:
        """Answer with what a page may have missed: its lists, the basket's count, the open product's stars and heart.

        ``fields`` may name the ``lists`` that the page shows, the ``item`` that is open, and the ``ranking_id`` of the
        visitor's list that it has, which is not sent again. ``account`` is the token that its document was made with:
        a document of somebody else, or one on a connection of somebody else, is only told to load again.
        """
        caller = caller_of(request.environ)
        if caller is None or self._hung_up(caller) or not isinstance(fields, Mapping):
            return {"messages": []}
        if not self.limit.allow(caller.visitor, self.now()):
            return {"messages": []}
        if not self._is_of_the_present_account(fields, caller):
            return {"messages": [{"name": messages.IDENTITY_CHANGED, "message": {}}]}
        if not self.turns.acquire(timeout=TURN_SECONDS):
            return {"messages": []}
        try:
            missed = self.page_state.read(caller.visitor, fields)
            return {"messages": [{"name": name, "message": message} for name, message in missed]}
        finally:
            self.turns.release()

    def _hung_up(self, caller: Caller) -> bool:
        """Disconnect a page whose sign-in has expired. It reconnects under the present sign-in."""
        if not caller.is_over(self.now()):
            return False
        disconnect()
        return True

    def _is_of_the_present_account(self, page: Mapping[str, Any], caller: Caller) -> bool:
        made_for = page.get(ACCOUNT)
        return not isinstance(made_for, str) or made_for == self.authenticator.account_token() == caller.account_token


def _related(surface: messages.RelatedSurface, shown: ShownList, item: ItemId | None = None) -> Iterator[Named]:
    # A list that is the same for everybody has no name, and the page has it already.
    if shown.ranking_id is not None:
        yield (
            messages.RELATED_CHANGED,
            messages.RelatedChanged(surface=surface, ranking_id=shown.ranking_id, items=shown.items, item=item),
        )
