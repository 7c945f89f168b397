"""Baskets and dismissals, events whose effects are stored, and when rows of anonymous visitors expire."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "baskets",
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.Double()),
        sa.PrimaryKeyConstraint("visitor", name=op.f("pk_baskets")),
    )
    op.create_table(
        "basket_lines",
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_basket_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["visitor"], ["baskets.visitor"], name=op.f("fk_basket_lines_visitor_baskets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visitor", "item", name=op.f("pk_basket_lines")),
    )
    op.create_table(
        "dismissals",
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("dismissed_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double()),
        sa.PrimaryKeyConstraint("visitor", "item", name=op.f("pk_dismissals")),
    )
    op.create_table(
        "applied_events",
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("applied_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double()),
        sa.PrimaryKeyConstraint("visitor", "event_id", name=op.f("pk_applied_events")),
    )
    op.add_column("reviews", sa.Column("expires_at", sa.Double()))
    for table in ("baskets", "dismissals", "applied_events", "reviews"):
        op.create_index(op.f(f"ix_{table}_expires_at"), table, ["expires_at"])


def downgrade() -> None:
    """Undo it."""
    op.drop_index(op.f("ix_reviews_expires_at"), "reviews")
    with op.batch_alter_table("reviews") as reviews:
        reviews.drop_column("expires_at")
    for table in ("applied_events", "dismissals", "basket_lines", "baskets"):
        op.drop_table(table)
