"""Accounts, sign-ins, preferences, orders and reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "accounts",
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("name", sa.String(80), server_default="", nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), server_default="shopper", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.CheckConstraint("role IN ('shopper', 'operator')", name=op.f("ck_accounts_role")),
        sa.PrimaryKeyConstraint("visitor", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email_key", name=op.f("uq_accounts_email_key")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.Column("confirmed_at", sa.Double(), nullable=False),
        sa.Column("agent", sa.String(160), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["visitor"], ["accounts.visitor"], name=op.f("fk_sign_ins_visitor_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_ins")),
    )
    op.create_index(op.f("ix_sign_ins_visitor"), "sign_ins", ["visitor"])
    op.create_table(
        "preferences",
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("categories", sa.Text(), server_default="[]", nullable=False),
        sa.Column("colours", sa.Text(), server_default="[]", nullable=False),
        sa.Column("min_price", sa.Integer()),
        sa.Column("max_price", sa.Integer()),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visitor"], ["accounts.visitor"], name=op.f("fk_preferences_visitor_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visitor", name=op.f("pk_preferences")),
    )
    op.create_table(
        "orders",
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("placed_at", sa.Double(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_orders")),
    )
    op.create_index("ix_orders_visitor_placed_at", "orders", ["visitor", "placed_at"])
    op.create_table(
        "order_lines",
        sa.Column("order", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order"], ["orders.number"], name=op.f("fk_order_lines_order_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order", "position", name=op.f("pk_order_lines")),
    )
    op.create_table(
        "reviews",
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.String(80), server_default="", nullable=False),
        sa.Column("written_at", sa.Double(), nullable=False),
        sa.Column("edited_at", sa.Double()),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_reviews_stars")),
        sa.PrimaryKeyConstraint("visitor", "item", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_item_written_at", "reviews", ["item", "written_at"])


def downgrade() -> None:
    """Undo it."""
    for table in ("reviews", "order_lines", "orders", "preferences", "sign_ins", "accounts"):
        op.drop_table(table)
