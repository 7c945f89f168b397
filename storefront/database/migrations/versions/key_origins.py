"""The origins of the pages that may use a key of the API."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply the change."""
    op.add_column("api_keys", sa.Column("origins", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Undo it."""
    op.drop_column("api_keys", "origins")
