"""Two-step verification: its secrets, encrypted, and recovery codes, hashed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "second_factors",
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("confirmed_at", sa.Double()),
        sa.ForeignKeyConstraint(
            ["visitor"], ["accounts.visitor"], name=op.f("fk_second_factors_visitor_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visitor", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("lookup", sa.String(8), nullable=False),
        sa.Column("code_hash", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(
            ["visitor"], ["accounts.visitor"], name=op.f("fk_recovery_codes_visitor_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visitor", "lookup", name=op.f("pk_recovery_codes")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
