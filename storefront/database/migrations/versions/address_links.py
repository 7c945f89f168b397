"""Links that confirm an address."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "address_links",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("visitor", sa.String(64)),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("name", sa.String(80), server_default="", nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visitor"], ["accounts.visitor"], name=op.f("fk_address_links_visitor_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_address_links")),
    )
    for column in ("visitor", "email_key", "created_at"):
        op.create_index(op.f(f"ix_address_links_{column}"), "address_links", [column])


def downgrade() -> None:
    """Undo it."""
    op.drop_table("address_links")
