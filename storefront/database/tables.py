"""The tables. A change here needs a migration: a test compares the two.

Everything hangs on a visitor's id: an account has one of its own, and takes over what an anonymous visitor did when
they sign in. Times are Unix seconds, prices are in the smallest unit of their currency. Rows with an ``expires_at``
belong to anonymous visitors, and are deleted after it; those of accounts have none.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

EMAIL_LENGTH = 254
NAME_LENGTH = 80
REVIEW_LENGTH = 4_000
ITEM_LENGTH = 128

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

accounts = Table(
    "accounts",
    metadata,
    Column("visitor", String(64), primary_key=True),
    # As typed, and folded so that each address has one account.
    Column("email", String(EMAIL_LENGTH), nullable=False),
    Column("email_key", String(EMAIL_LENGTH), nullable=False, unique=True),
    Column("name", String(NAME_LENGTH), nullable=False, server_default=""),
    Column("password_hash", String(255), nullable=False),
    Column("role", String(16), nullable=False, server_default="shopper"),
    Column("created_at", Double, nullable=False),
    CheckConstraint("role IN ('shopper', 'operator')", name="role"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    # Of the token in the browser's cookie, which itself is never stored.
    Column("token_hash", String(64), primary_key=True),
    Column("visitor", ForeignKey("accounts.visitor", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
    # When the password was last given in this browser.
    Column("confirmed_at", Double, nullable=False),
    Column("agent", String(160), nullable=False, server_default=""),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("visitor", ForeignKey("accounts.visitor", ondelete="CASCADE"), primary_key=True),
    # Encrypted, by the key of this name: a copy of the database alone makes no codes.
    Column("secret", Text, nullable=False),
    Column("key", String(16), nullable=False),
    # The time step of the last code: neither it nor an older one is taken again.
    Column("last_step", BigInteger, nullable=False, server_default="0"),
    Column("created_at", Double, nullable=False),
    # Null until a first code has shown that the app has the secret.
    Column("confirmed_at", Double),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("visitor", ForeignKey("accounts.visitor", ondelete="CASCADE"), primary_key=True),
    # The first group of the code, as it is; the rest as a password's hash. Gone once it is used.
    Column("lookup", String(8), primary_key=True),
    Column("code_hash", String(255), nullable=False),
)

address_links = Table(
    "address_links",
    metadata,
    # Of the token in the email, which itself is never stored.
    Column("token_hash", String(64), primary_key=True),
    # Whose address changes; null where the link opens an account.
    Column("visitor", ForeignKey("accounts.visitor", ondelete="CASCADE"), index=True),
    Column("email", String(EMAIL_LENGTH), nullable=False),
    Column("email_key", String(EMAIL_LENGTH), nullable=False, index=True),
    Column("name", String(NAME_LENGTH), nullable=False, server_default=""),
    Column("password_hash", String(255), nullable=False),
    Column("created_at", Double, nullable=False, index=True),
)

preferences = Table(
    "preferences",
    metadata,
    Column("visitor", ForeignKey("accounts.visitor", ondelete="CASCADE"), primary_key=True),
    # JSON lists of strings.
    Column("categories", Text, nullable=False, server_default="[]"),
    Column("colours", Text, nullable=False, server_default="[]"),
    Column("min_price", Integer),
    Column("max_price", Integer),
    Column("changed_at", Double, nullable=False),
)

orders = Table(
    "orders",
    metadata,
    Column("number", String(64), primary_key=True),
    Column("visitor", String(64), nullable=False),
    Column("placed_at", Double, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("total", BigInteger, nullable=False),
    Index("ix_orders_visitor_placed_at", "visitor", "placed_at"),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order", ForeignKey("orders.number", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("item", String(ITEM_LENGTH), nullable=False),
    # As sold: the catalog may change later.
    Column("title", String(300), nullable=False),
    Column("price", Integer, nullable=False),
    Column("quantity", Integer, nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    Column("visitor", String(64), primary_key=True),
    Column("item", String(ITEM_LENGTH), primary_key=True),
    Column("stars", Integer, nullable=False),
    # Empty where the visitor gave stars and no words.
    Column("text", Text, nullable=False, server_default=""),
    Column("name", String(NAME_LENGTH), nullable=False, server_default=""),
    Column("written_at", Double, nullable=False),
    Column("edited_at", Double),
    Column("expires_at", Double, index=True),
    CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
    Index("ix_reviews_item_written_at", "item", "written_at"),
)

baskets = Table(
    "baskets",
    metadata,
    # Written with every change of a line: changes of one basket wait for each other here.
    Column("visitor", String(64), primary_key=True),
    Column("expires_at", Double, index=True),
)

basket_lines = Table(
    "basket_lines",
    metadata,
    Column("visitor", ForeignKey("baskets.visitor", ondelete="CASCADE"), primary_key=True),
    Column("item", String(ITEM_LENGTH), primary_key=True),
    Column("quantity", Integer, nullable=False),
    # What was put in last has the highest.
    Column("position", Integer, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
)

dismissals = Table(
    "dismissals",
    metadata,
    Column("visitor", String(64), primary_key=True),
    Column("item", String(ITEM_LENGTH), primary_key=True),
    Column("dismissed_at", Double, nullable=False),
    Column("expires_at", Double, index=True),
)

wishes = Table(
    "wishes",
    metadata,
    Column("visitor", String(64), primary_key=True),
    Column("item", String(ITEM_LENGTH), primary_key=True),
    Column("wished_at", Double, nullable=False),
    Column("expires_at", Double, index=True),
)

applied_events = Table(
    "applied_events",
    metadata,
    # Events whose effect on the tables is stored: sent again, they change nothing.
    Column("visitor", String(64), primary_key=True),
    Column("event_id", String(64), primary_key=True),
    Column("applied_at", Double, nullable=False),
    Column("expires_at", Double, index=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("event_id", String(64), primary_key=True),
    # As Kafka gets it: JSON.
    Column("event", Text, nullable=False),
    Column("written_at", Double, nullable=False),
    # Among those of one transaction.
    Column("position", Integer, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("name", String(16), primary_key=True),
    # Of the key, which itself is never stored.
    Column("digest", String(64), nullable=False, unique=True),
    Column("scope", String(16), nullable=False),
    Column("label", String(NAME_LENGTH), nullable=False, server_default=""),
    # Requests and events a second.
    Column("rate", Integer, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("revoked_at", Double),
    # Of the pages that may use it, apart by spaces; any, where there are none.
    Column("origins", Text, nullable=False, server_default=""),
    CheckConstraint("scope IN ('browser', 'server')", name="scope"),
    CheckConstraint("rate > 0", name="rate"),
)
