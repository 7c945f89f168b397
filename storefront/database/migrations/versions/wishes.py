"""Wish lists."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "wishes",
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("wished_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double()),
        sa.PrimaryKeyConstraint("visitor", "item", name=op.f("pk_wishes")),
    )
    op.create_index(op.f("ix_wishes_expires_at"), "wishes", ["expires_at"])


def downgrade() -> None:
    """Undo it."""
    op.drop_table("wishes")
