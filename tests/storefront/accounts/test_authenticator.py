"""Whose document a page is: its mark, and what becomes of pages and events of somebody else."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from storefront.database.tables import sign_ins
from storefront.events.receipt import Refusal
from storefront.extensions import socketio
from tests.storefront.accounts.people import BOB, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher
from tests.storefront.stored import database_of

VIEW = {"kind": "item_viewed", "event_id": "e1", "item": "mug"}


def mark_of(client: BrowserClient, path: str = "/") -> str:
    found = re.search(r'<html [^>]*data-account="([^"]*)"', client.get(path).get_data(as_text=True))
    assert found
    return found[1]


def caught_up(app: Flask, client: BrowserClient, **page: object) -> list[str]:
    socket = socketio.test_client(app, flask_test_client=client)
    return [one["name"] for one in socket.emit("catch_up", {"lists": [], **page}, callback=True)["messages"]]


def sent(client: BrowserClient, **fields: object) -> dict[str, Any]:
    answer = client.post("/interactions", json={"events": [{**VIEW, **fields}]})
    receipt: dict[str, Any] = answer.get_json()["receipts"][0]
    return receipt


def kinds(publisher: MemoryEventPublisher) -> list[str]:
    return [type(event).__name__ for event in publisher.events]


def test_a_document_says_for_which_account_it_was_made_without_saying_whose_it_is(
    app: Flask, ann: BrowserClient
) -> None:
    bob = browser_of(app)
    assert mark_of(bob) == ""
    bob.submit("/account/sign-up", {"email": BOB, "password": PASSWORD})
    marks = {mark_of(ann), mark_of(ann, "/products/mug"), mark_of(ann, "/none"), mark_of(bob)}
    assert len(marks) == 2
    assert all(re.fullmatch(r"[\w-]{12}", mark) for mark in marks)


def test_a_document_of_somebody_else_is_told_and_gets_nothing(app: Flask, ann: BrowserClient) -> None:
    assert caught_up(app, ann, account=mark_of(ann)) == ["basket_changed"]
    assert caught_up(app, ann, account="") == ["identity_changed"]
    stranger = browser_of(app)
    stranger.get("/")
    assert caught_up(app, stranger, account="") == ["basket_changed"]
    assert caught_up(app, stranger, account=mark_of(ann)) == ["identity_changed"]


def test_a_connection_from_before_the_sign_out_is_told(app: Flask, ann: BrowserClient) -> None:
    mark = mark_of(ann)
    socket = socketio.test_client(app, flask_test_client=ann)
    with database_of(app).begin() as connection:
        connection.execute(delete(sign_ins))
    for account in (mark, ""):
        answer = socket.emit("catch_up", {"lists": [], "account": account}, callback=True)
        assert answer == {"messages": [{"name": "identity_changed", "message": {}}]}


def test_an_event_of_one_account_never_counts_for_another(
    app: Flask, ann: BrowserClient, publisher: MemoryEventPublisher
) -> None:
    mark = mark_of(ann)
    ann.submit("/account/profile", to="/account/sign-out")
    ann.get("/")
    publisher.events.clear()
    refused = {"event_id": "e1", "accepted": False, "reason": Refusal.OTHER_ACCOUNT}
    assert sent(ann, account=mark) == refused
    socket = socketio.test_client(app, flask_test_client=ann)
    assert socket.emit("interaction", {**VIEW, "account": mark}, callback=True) == refused
    assert publisher.events == []


def test_an_event_from_before_the_sign_in_counts_for_the_account(
    ann: BrowserClient, publisher: MemoryEventPublisher
) -> None:
    assert sent(ann, account="")["accepted"]
    assert sent(ann, account=mark_of(ann), event_id="e2")["accepted"]
    assert kinds(publisher)[-2:] == ["ItemViewed", "ItemViewed"]


@pytest.mark.parametrize("account", [7, None, []])
def test_a_mark_that_is_none_is_nobodys(client: BrowserClient, account: object) -> None:
    client.get("/")
    assert sent(client, account=account)["accepted"]


def test_whoever_signs_out_leaves_nothing_in_the_browser(ann: BrowserClient) -> None:
    answer = ann.submit("/account/profile", to="/account/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"storage"'


def test_whoever_deletes_the_account_leaves_nothing_in_the_browser(ann: BrowserClient) -> None:
    wrong = ann.submit("/account/data", {"password": "wrong", "sure": "y"}, to="/account/delete")
    assert "Clear-Site-Data" not in wrong.headers
    answer = ann.submit("/account/data", {"password": PASSWORD, "sure": "y"}, to="/account/delete")
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"storage"'
