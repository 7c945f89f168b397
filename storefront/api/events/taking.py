"""Takes in the events of a request: all are sent before the first is waited for."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from online_models.schema.events import EventId, VisitorId
from online_models.schema.own_visitors import InvalidId, visitor_of
from storefront.accounts.visitor_data import AccountMerge
from storefront.api.events.known_events import KnownEvent, KnownEvents
from storefront.api.events.schema import EventResult, TakenEvent
from storefront.api.events.sources import IDENTIFIED, PAGES, SERVER
from storefront.api.gate import OF_OTHERS
from storefront.api.keys.grant import Grant
from storefront.api.shapes.envelopes import Sent, read_event
from storefront.api.shapes.foreign import NativeEvent, Unreadable
from storefront.api.shapes.values import text_of
from storefront.events.intake import Intake
from storefront.events.pending_receipt import PendingReceipt, known
from storefront.events.receipt import TEMPORARY, UNSTORED, Receipt, Refusal, Refused, refused
from storefront.limits.client_address import client_network
from storefront.limits.event_allowance import EventAllowance, cost_of

_AT_ONCE = 25
"""Events that are taken in before others may be served."""

_CODES = {refusal.value: refusal.label for refusal in Refusal}
_TEMPORARY = {refusal.value for refusal in TEMPORARY}
_NO_EVENT = Refusal.NOT_AN_EVENT.label


class OtherVisitor(Exception):
    """An event is about a visitor whom the request may not speak for."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """An event on its way."""

    kind: str
    visitor: VisitorId
    pending: PendingReceipt


@dataclass(frozen=True, slots=True)
class EventDesk:
    """Takes in events under a key: a server's are trusted, a browser's count with its client's network."""

    intake: Intake
    event_allowance: EventAllowance
    account_merge: AccountMerge
    known_events: KnownEvents

    def take(self, grant: Grant, sent: Sequence[Sent], name: str = "") -> tuple[EventResult, ...]:
        """Take in events, and return what became of each when all are safe.

        ``name`` is that of the request: events without an id have one made of it, so that they count once.
        """
        begun = []
        for index, one in enumerate(sent):
            begun.append(self._begin(grant, index, one, f"{name}.{index}" if name else ""))
            if index % _AT_ONCE == _AT_ONCE - 1:
                time.sleep(0)  # Lets other requests run.
        results = tuple(
            one if isinstance(one, EventResult) else self._result(index, one) for index, one in enumerate(begun)
        )
        self.known_events.keep([entry for one in begun if isinstance(one, list) for entry in self._entries(one)])
        return results

    def _entries(self, begun: list[_Begun]) -> Iterator[tuple[EventId, KnownEvent]]:
        for one in begun:
            receipt = one.pending.wait()
            if receipt.accepted and receipt.event_id is not None:
                place = one.pending.delivery.place
                yield receipt.event_id, KnownEvent(one.visitor, one.kind, self.intake.now(), place)

    def _begin(self, grant: Grant, index: int, sent: Sent, name: str) -> EventResult | list[_Begun]:
        try:
            natives = list(read_event(sent))
            if not natives:
                return EventResult(index=index, status="ignored", detail="It has no meaning for recommendations.")
            return [self._send(grant, native, f"{name}.{part}" if name else "") for part, native in enumerate(natives)]
        except Unreadable as error:
            return EventResult(index=index, status="refused", code=_NO_EVENT, detail=str(error), field=error.path)
        except OtherVisitor:
            return EventResult(index=index, status="refused", code="other_visitor", detail=OF_OTHERS, field="visitor")
        except InvalidId as error:
            return EventResult(index=index, status="refused", code="bad_value", detail=str(error), field="visitor")

    def _send(self, grant: Grant, native: NativeEvent, name: str) -> _Begun:
        fields, visitor = native.fields, visitor_of(native.visitor)
        if name:
            fields.setdefault("event_id", name)
        kind = text_of(fields.get("kind"))
        if kind == IDENTIFIED and grant.may_merge(native.visitor, text_of(fields.get("account"))):
            return _Begun(kind, visitor, known(self._identify(grant, native)))
        if not grant.covers(native.visitor):
            raise OtherVisitor
        if grant.key.is_trusted:
            network = text_of(fields.get("network"))[:256]
            return _Begun(kind, visitor, self.intake.begin(visitor, network, fields, is_profiled=True, source=SERVER))
        network = client_network()
        if not self.event_allowance.take(network, cost_of(fields)).allowed:
            return _Begun(kind, visitor, known(self.intake.refuse(fields, Refusal.TOO_MANY)))
        return _Begun(kind, visitor, self.intake.begin(visitor, network, fields, is_profiled=True, source=PAGES))

    def _identify(self, grant: Grant, native: NativeEvent) -> Receipt:
        """Merge a visitor into the one that they turned out to be. A second time does nothing."""
        if not grant.key.is_trusted and not self.event_allowance.allow(client_network()):
            return self.intake.refuse(native.fields, Refusal.TOO_MANY)
        account = text_of(native.fields.get("account"))
        if not account or account == native.visitor:
            return refused(native.fields, Refused(Refusal.BAD_VALUE))
        if not self.account_merge.merge(visitor_of(native.visitor), visitor_of(account)):
            return refused(native.fields, Refused(Refusal.NOT_STORED))
        return Receipt(event_id=native.fields.get("event_id"), accepted=True)

    def _result(self, index: int, begun: list[_Begun]) -> EventResult:
        taken = tuple(self._taken(one) for one in begun)
        accepted = sum(one.is_accepted for one in taken)
        if accepted:
            return EventResult(index=index, status="accepted" if accepted == len(taken) else "partial", events=taken)
        first = taken[0]
        return EventResult(index=index, status="refused", events=taken, code=first.code, detail=first.detail)

    def _taken(self, begun: _Begun) -> TakenEvent:
        receipt = begun.pending.wait()
        if receipt.accepted:
            return TakenEvent(kind=begun.kind, is_accepted=True, event_id=receipt.event_id)
        if receipt.reason in UNSTORED:
            self.event_allowance.give_back(client_network(), begun.pending.cost)
        return TakenEvent(
            kind=begun.kind,
            is_accepted=False,
            event_id=receipt.event_id,
            code=_CODES.get(receipt.reason, Refusal.BAD_VALUE.label),
            detail=receipt.reason,
            is_temporary=receipt.reason in _TEMPORARY,
        )
