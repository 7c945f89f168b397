"""Schemathesis sends what the document allows and what it does not: each answer is one that the document names."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from storefront.api.events.known_events import KnownEvents
from storefront.api.keys.api_key import MOST_A_SECOND, Scope
from storefront.api.keys.key_store import KeyStore
from storefront.api.mount import PREFIX

EXAMPLES = 15
DEPENDS = {"POST /events"}
"""Whether an event is taken in depends on the catalog, which no document can say; nor can it say what a cursor is."""


OF_SERVERS = {
    "POST /recommendations",
    "POST /items",
    "PUT /items/{item}",
    "PATCH /items/{item}/stock",
    "PATCH /items/{item}/price",
    "DELETE /items/{item}",
}
"""Without a learner, Redis and Kafka that answer, these say so by 503, which is documented and no fault."""

SEVERAL = {"exclude", "category", "color", "price"}
"""Parameters that may be given several times: a single one is a list of one, which Schemathesis takes for none."""


@pytest.fixture
def authorization(store: KeyStore) -> dict[str, str]:
    return {"Authorization": f"Bearer {store.create(Scope.SERVER, rate=MOST_A_SECOND)[1]}"}


@pytest.fixture
def document(app: Flask, authorization: dict[str, str]) -> BaseSchema:
    return schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", app)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_as_the_document_says(
    document: BaseSchema, authorization: dict[str, str], mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KnownEvents, "is_up", True)  # without a Redis, no event is known
    tried = set()
    for found in document.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # an invalid schema ends the test here

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def check(case: schemathesis.Case) -> None:  # type: ignore[type-arg]
            label = case.operation.label
            sent = {*(case.query or {})}
            depends = label in DEPENDS or "cursor" in sent
            excluded: list[Any] = (
                [positive_data_acceptance] if depends else [negative_data_rejection] if sent & SEVERAL else []
            )
            excluded += [not_a_server_error, positive_data_acceptance] if label in OF_SERVERS else []
            case.call_and_validate(headers=authorization, excluded_checks=excluded)
            tried.add(label)

        check()
    assert len(tried) > 5
