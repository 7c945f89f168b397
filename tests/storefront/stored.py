"""What an application of the tests has stored, read past its pages."""

from flask import Flask

from online_models.schema.events import VisitorId
from storefront.accounts.account_store import AccountStore
from storefront.accounts.sign_ins import SignInStore
from storefront.database.connection import Database
from storefront.events.outbox import EventOutbox
from storefront.visitor_state.belongings import Belongings, BelongingsReader


def database_of(app: Flask) -> Database:
    database = app.config["DATABASE"]
    assert isinstance(database, Database)
    return database


def outbox_of(app: Flask) -> EventOutbox:
    outbox = app.extensions["outbox"]
    assert isinstance(outbox, EventOutbox)
    return outbox


def accounts_of(app: Flask) -> AccountStore:
    return AccountStore(database_of(app))


def sign_ins_of(app: Flask) -> SignInStore:
    return SignInStore(database_of(app))


def belongings_of(app: Flask, visitor: VisitorId) -> Belongings:
    return BelongingsReader(database_of(app)).require(visitor)
